"""Lines that nobody says are left out and reported with their numbers; what is said stays."""

from pathlib import Path

import pytest

from autocode.transcript.furniture import several_lines
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers.plain import read_plain
from autocode.transcript.source import Source

TALK = "I: How did it start?\nR: My aunt had four\nhives.\nI: And then?\nR: We lost two.\n"
WORDS = "How did it start?\n\nMy aunt had four\nhives.\n\nAnd then?\n\nWe lost two."


def read(text: str) -> Transcript:
    return read_plain(Source(text.encode(), "p1", Path("p1.txt")))


@pytest.mark.parametrize(
    "line",
    ["Page 3", "Page 3 of 9", "Seite 3 von 9", "- 3 -", "3/9", "[Page 3]", "Bees B07 – Page 3 of 9",
     "[END OF TAPE 1, SIDE A]", "[Tape 2, side B]", "[Recording paused]", "(Interview continues)",
     "*** Ende der Aufnahme ***", "Transcribed by A. Typist", "https://otter.ai/u/x",
     "Transkribiert von A. Typist", "-----", "* * *"],
)  # fmt: skip
def test_a_line_in_the_middle_of_a_turn(line: str) -> None:
    transcript = read(TALK.replace("four\n", f"four\n\n{line}\n\n"))
    assert transcript.text == WORDS
    assert [turn.speaker for turn in transcript.turns] == ["I", "R", "I", "R"]


@pytest.mark.parametrize(
    "cover",
    ["Interview with a beekeeper\n", "# Bees\n\n", "Bees: an interview study\n\n",
     "Project: Bees\nInterviewer: A. Berg\nDate of interview: 12 March 2024\n\n",
     "Participant ID: P07\nDate: 3 May\nDuration: 43 min\n\n", "I: Interviewer\nR: Respondent\n\n",
     "Key\nI = Interviewer\nR = Respondent\n\n", "---\ntitle: Bees\n---\n",
     "SUMMARY KEYWORDS\nbees, mites\nSPEAKERS\nAda, Ola\n\n"],
)  # fmt: skip
def test_a_cover_is_left_out_and_said(cover: str) -> None:
    transcript = read(cover + TALK)
    assert transcript.text == WORDS
    (told,) = [oddity for oddity in transcript.oddities if oddity.kind == "furniture"]
    assert told.line <= 2


@pytest.mark.parametrize(
    "end",
    ["\n[END OF INTERVIEW]\n\nIndex\nMites, 1, 2\n", "\nTranscript ID: 123\nStatus: final\n",
     "\n(Interview ends)\nThe dog barked.\n", "\nEND OF RECORDING\n"],
)  # fmt: skip
def test_what_follows_the_end_is_left_out_and_said(end: str) -> None:
    transcript = read(TALK + end)
    assert transcript.text == WORDS
    assert "furniture" in {oddity.kind for oddity in transcript.oddities}


def test_running_heads_are_known_by_their_pages() -> None:
    pages = TALK.split("four\n")
    assert (
        read(f"{pages[0]}four\nBees study B07\nPage 1\n{pages[1]}Bees study B07\nPage 2\n").text
        == WORDS
    )
    assert read(f"{pages[0]}four\n\fBees study\n{pages[1]}\fBees study\n").text == WORDS
    assert read(f"{pages[0]}four\n\n1\n\n{pages[1]}\n2\n").text == WORDS


def test_words_before_the_first_label_are_kept_and_doubted() -> None:
    transcript = read(
        "We met at her home on 3 May, and it was raining. The dog was there.\n" + TALK
    )
    assert transcript.turns[0].speaker is None
    assert transcript.turns[0].role is None
    assert ("unlabelled", 1) in [(oddity.kind, oddity.line) for oddity in transcript.oddities]


def test_two_transcripts_in_one_file_are_doubted() -> None:
    transcript = read(f"Interview 1\n\n{TALK}\n-----\n\nInterview 2\n\n{TALK}")
    (told,) = [oddity for oddity in transcript.oddities if oddity.kind == "two-transcripts"]
    assert (told.line, len(transcript.turns)) == (1, 8)


@pytest.mark.parametrize(
    "line",
    ["3", "We turned the page 3 times.", "The interview ended badly for me, I think.", "...",
     "the interview ended badly", "The end of the tape was torn, I believe", "p. 3 says so"],
)  # fmt: skip
def test_what_is_like_furniture_and_is_said_stays(line: str) -> None:
    assert line in read(TALK.replace("four\n", f"four\n{line}\n")).text


def test_which_lines_are_named_once() -> None:
    def told(cover: str) -> list[str]:
        oddities = read(f"{cover}{TALK}").oddities
        return [f"{oddity.line}: {oddity.message}" for oddity in oddities]

    where = "left out: a heading or cover before anybody speaks"
    assert told("Interview with Ben\n") == [f"1: {where}"]
    assert told("Interview with Ben\nGardens\n") == [f"1: {where} (lines 1 to 2)"]


def test_numbers_of_lines() -> None:
    assert several_lines([3]) == "line 3"
    assert several_lines([3, 4, 5]) == "lines 3 to 5"
    assert several_lines([1, 3, 5, 7, 9]) == "lines 1, 3, 5, 7 and 1 more"
