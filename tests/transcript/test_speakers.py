"""Who speaks, in random layouts: the speakers and their words come back exactly, and no others."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from interviews import INLINE, OWN_LINE, PLAIN_WORDS, TRAPS, WEAK, Interview, interviews

from autocode.transcript.nouns import Transcript
from autocode.transcript.readers.plain import read_plain
from autocode.transcript.source import Source

few = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
EVERY_WORD = PLAIN_WORDS + TRAPS


def read(text: str) -> Transcript:
    return read_plain(Source(text.encode(), "p1", Path("p1.txt")))


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [
        (turn.speaker, " ".join(transcript.text[turn.start : turn.end].split()))
        for turn in transcript.turns
    ]


def check(interview: Interview) -> None:
    transcript = read(interview.text)
    assert said(transcript) == list(interview.turns)
    assert "mixed-turn" not in {oddity.kind for oddity in transcript.oddities}


@few
@given(interviews(INLINE))
def test_labels_with_a_colon(interview: Interview) -> None:
    check(interview)


@few
@given(interviews(WEAK + OWN_LINE))
def test_labels_without_a_colon_or_on_lines_of_their_own(interview: Interview) -> None:
    check(interview)


@few
@given(interviews(INLINE, words=EVERY_WORD, lines=True))
def test_clock_times_remarks_and_words_that_come_back_are_no_speakers(interview: Interview) -> None:
    check(interview)


@few
@given(interviews(WEAK + OWN_LINE, words=EVERY_WORD, lines=True))
def test_nor_are_they_in_other_layouts(interview: Interview) -> None:
    check(interview)


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Q1: Why?\nA1: So.\nQ2: How?\nA2: Thus.\n", ["Q", "A"]),
        ("Moderator: Why?\nP1: So.\nP2: Thus.\nP1: Yes, so.\n", ["Moderator", "P1", "P2"]),
        (
            "Participant (Ada): Why?\nParticipant (Ben): So.\n"
            "Participant (Ada): Oh?\nParticipant (Ben): Yes, so.\n",
            ["Participant (Ada)", "Participant (Ben)"],
        ),
        ("P1 (F): So.\nP2 (M): Thus.\nP1 (F): And so.\nP2 (M): And thus.\n", ["P1", "P2"]),
        (
            "Date: 3 May\nInterviewer: Ada Berg\nParticipant: Ola Dahl\n\n"
            "Interviewer: Why?\nParticipant: My aunt did.\nInterviewer: And?\nParticipant: So.\n",
            ["Interviewer", "Participant"],
        ),
        ("---\ntitle: Bees\ndate: 3 May\n---\n\nAda: Why?\nOla: So.\nAda: Oh?\nOla: It was.\n",
         ["Ada", "Ola"]),
        ("  5  and I saw it\nI left then.\n", []),
        ("3 May: it rained.\n4 May: it snowed.\n5 May: nothing.\n", []),
        ("Monday: it rained.\nTuesday: it snowed.\nMonday: nothing.\nTuesday: less.\n", []),
        (
            "Ada: Why?\n- Drones: idle\n- Queens: few\nOla: So.\n- Drones: many\n- Queens: one\n"
            "Ada: Oh?\nOla: It was.\n",
            ["Ada", "Ola"],
        ),
        ("Moderator: Hi all.\nAll: Hello.\nModerator: So?\nAnna: I do.\nAnna: And I.\n",
         ["Moderator", "All", "Anna"]),
        ("17:30: we left.\n17:45: we came.\n", []),
    ],
)  # fmt: skip
def test_kinds_of_labels(text: str, speakers: list[str]) -> None:
    named = [turn.speaker for turn in read(text).turns if turn.speaker]
    assert list(dict.fromkeys(named)) == speakers


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("Ada: Why?\nOla: So.\nAda: Oh?\nOla: Yes.\nCarla: No.\nReally.\nNone.\n", "mixed-turn", 5),
        ("Ada: Why?\nOla: So it was. Ada: I see.\nOla: Yes, so.\n", None, 0),
        ("Ada: Why? [00:03] And how?\nOla: So.\nAda: Oh?\nOla: Yes it is.\n", "stamps", 1),
        ("Ada: Why?\nAda: And how?\nWe do not know.\n", "one-voice", 1),
        ("Why?\nWe do not know.\n", "labels", 1),
        ("Bees: a study\nAda: Why?\nOla: So it was.\nAda: Oh?\nOla: Yes it was.\n", "furniture", 1),
        ("Marta: Oh?\nOla: So.\nMarta: Oh?\nOla: It was.\nMatta: When?\nOla: So.\n", "misspelt", 5),
        ("Carla: I will begin now.\nAda: Why?\nOla: So.\nAda: Oh?\nOla: It was.\n", "title", 1),
    ],
)  # fmt: skip
def test_what_is_doubtful_is_said_with_its_line(text: str, kind: str | None, line: int) -> None:
    told = [(oddity.kind, oddity.line) for oddity in read(text).oddities if oddity.kind != "roles"]
    assert told == ([(kind, line)] if kind else [])


def test_a_role_in_brackets_decides_who_asks() -> None:
    transcript = read(
        "Ada (participant): Why? How?\nOla (interviewer): So.\n"
        "Ada (participant): When? Where?\nOla (interviewer): Then.\n"
    )
    assert [(t.speaker, t.role) for t in transcript.turns[:2]] == [
        ("Ada", "participant"), ("Ola", "interviewer"),
    ]  # fmt: skip


def test_a_time_of_the_day_at_the_edge_of_a_line_is_a_word() -> None:
    text = "Ada: When?\nOla: We left at\n17:30 by car, or at\n18:15, I think\nAda: Oh?\nOla: So.\n"
    assert read(text).turns[1].speaker == "Ola"
    assert "We left at\n17:30 by car, or at\n18:15, I think" in read(text).text


def test_where_labels_begin_blocks_a_line_within_is_no_label() -> None:
    block = "Ada: Why?\n\nOla: I asked.\nFather: go away, he said.\nSo I left.\n\n"
    names = {turn.speaker for turn in read(block * 3).turns}
    assert names == {"Ada", "Ola"}


def test_a_rare_label_that_is_a_word_of_the_talk_is_doubted() -> None:
    talk = "Ada: Why?\nOla: So said my mother.\n" * 8 + "Mother: go away.\nMother: go.\n"
    transcript = read(talk)
    assert {turn.speaker for turn in transcript.turns} == {"Ada", "Ola"}
    assert "mixed-turn" in {oddity.kind for oddity in transcript.oddities}


def test_words_in_bold_are_no_labels_beside_labels_with_a_colon() -> None:
    turn = "{}: I see.\n\n**Honey** is sweet.\n\n*Bees* are small.\n\n"
    transcript = read("".join(turn.format(("Ada", "Ola")[n % 2]) for n in range(6)))
    assert [turn.speaker for turn in transcript.turns] == ["Ada", "Ola"] * 3
