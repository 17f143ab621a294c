"""Plain text with labels -> turns; what looks like a label and is none stays text."""

from pathlib import Path

import pytest

from autocode.transcript.nouns import Transcript
from autocode.transcript.readers import read_transcript
from autocode.transcript.readers.plain import read_plain
from autocode.transcript.source import Source


def read(text: str) -> Transcript:
    return read_plain(Source(text.encode(), "p1", Path("p1.txt")))


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(t.speaker, transcript.text[t.start : t.end]) for t in transcript.turns]


def test_labels_that_come_back_are_speakers() -> None:
    transcript = read(
        "Anna: How was it? And why?\n\nBen: Good.\nWe had: time.\n\n"
        "Anna: Until 10:30: why?\nBen: Yes.\nIt was.\nIt is."
    )
    assert said(transcript) == [
        ("Anna", "How was it? And why?"),
        ("Ben", "Good.\nWe had: time."),
        ("Anna", "Until 10:30: why?"),
        ("Ben", "Yes.\nIt was.\nIt is."),
    ]
    assert [turn.role for turn in transcript.turns] == ["interviewer", "participant"] * 2
    assert [turn.line for turn in transcript.turns] == [1, 3, 6, 7]


def test_a_role_needs_to_occur_once_and_a_remark_is_no_speaker() -> None:
    transcript = read("Interviewer: Why?\nP3: Because.\nNote: the tape stops here.\nMore of it.\n")
    assert said(transcript) == [
        ("Interviewer", "Why?"),
        ("P3", "Because.\nNote: the tape stops here.\nMore of it."),
    ]
    assert [turn.role for turn in transcript.turns] == ["interviewer", "participant"]


def test_rejected_labels_are_named() -> None:
    transcript = read(
        "Anna: Why? How?\nBen: So.\nSummary: it was so.\nAnna: Oh?\nBen: Yes.\nTrue.\nSo."
    )
    assert said(transcript)[1] == ("Ben", "So.\nSummary: it was so.")
    messages = [oddity.message for oddity in transcript.oddities if oddity.kind == "label"]
    assert messages == ["read as words, not as speakers: 'Summary:'"]


def test_nearly_every_line_labelled() -> None:
    transcript = read("Ann: Why?\nBen: So.\nCleo: Me too.\nDan: And I.\n")
    assert [turn.speaker for turn in transcript.turns] == ["Ann", "Ben", "Cleo", "Dan"]
    assert [turn.role for turn in transcript.turns][:2] == ["interviewer", "participant"]


@pytest.mark.parametrize(
    "text",
    [
        "[id1] Why? And how?\n[id2] So.\n[id1] Oh?\n[id2] Yes.",
        "(id1)\nWhy? And how?\n(id2)\nSo.\n(id1)\nOh?\n(id2)\nYes.",
        "id1  00:01\nWhy? And how?\n\nid2  00:07\nSo.\n\nid1  0:11\nOh?\n\nid2  0:12\nYes.",
        "**id1:** Why? And how?\n**id2:** So.\n**id1:** Oh?\n**id2:** Yes.",
        "id1：Why? And how?\nid2：So.\nid1：Oh?\nid2：Yes.",
    ],
)
def test_layouts(text: str) -> None:
    if "(id1)" in text or "  00:01" in text:
        text = text.replace("id1", "Id1").replace("id2", "Id2")
    found = [(speaker.lower(), words) for speaker, words in said(read(text)) if speaker]
    assert found == [("id1", "Why? And how?"), ("id2", "So."), ("id1", "Oh?"), ("id2", "Yes.")]


def test_text_without_labels_is_one_turn_of_nobody() -> None:
    transcript = read("A diary.\n\nToday: nothing.\nTomorrow: more.\n\nThe end.")
    assert said(transcript) == [(None, "A diary.\nToday: nothing.\nTomorrow: more.\nThe end.")]
    assert transcript.turns[0].role is None
    (oddity,) = transcript.oddities
    assert (oddity.line, oddity.kind) == (1, "labels")
    assert oddity.message == "no speaker labels: everything is coded as one voice"


def test_japanese() -> None:
    transcript = read(
        "聞き手：今日はどうですか？\n山田：良いです。\n聞き手：本当？\n山田：はい。\n"
    )
    assert [turn.speaker for turn in transcript.turns] == ["聞き手", "山田"] * 2
    assert [turn.role for turn in transcript.turns] == ["interviewer", "participant"] * 2
    assert transcript.text.startswith("今日はどうですか？\n\n良いです。")


def test_mojibake_and_lost_characters_are_reported_with_what_they_were() -> None:
    transcript = read("It wasnâ€™t a cafÃ©.\nNÃO é Â£5.\nLost � here.\n")
    odd = [oddity for oddity in transcript.oddities if oddity.kind == "mojibake"]
    found = [(oddity.line, oddity.message) for oddity in odd]
    assert [line for line, _ in found] == [1, 1, 2, 3]
    assert "'’'" in found[0][1]
    assert "'é'" in found[1][1]
    assert "'£'" in found[2][1]


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("Interviewer", "Anna"),
        ("Entrevistadora", "María"),
        ("Intervieweuse", "Participante 2"),
        ("インタビュアー", "田中"),
        ("Интервьюер", "Респондент 1"),
    ],
)
def test_roles_are_known_in_several_languages(tmp_path: Path, asks: str, answers: str) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"{asks}: a?\n\n{answers}: b.\n\n{asks}: c?\n\n{answers}: d.\n", "utf-8")
    roles = [turn.role for turn in read_transcript(file, "a").turns]
    assert roles == ["interviewer", "participant"] * 2
