"""Layouts met in the field, one small file each: who speaks in them, and in how many turns.

`cases/expected.tsv` has the speakers in order of appearance (`-`: none are marked, and that is
said), the number of turns, and the kind of oddity that must be told (`refused`: not read at all).
"""

import csv
from pathlib import Path

import pytest

from autocode.errors import InputError
from autocode.transcript.readers import read_transcript

CASES = Path(__file__).parent / "cases"
with (CASES / "expected.tsv").open(encoding="utf-8", newline="") as file:
    EXPECTED = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
# What the words of a turn never hold, whatever the layout.
NO_WORDS = ("Page 1", "Page 2", "END OF", "otter.ai", "Project:", "00:00", "[00:", "WEBVTT", "-->")


def test_every_file_is_expected() -> None:
    files = {path.name for path in CASES.iterdir()} - {"expected.tsv"}
    assert files == {row["file"] for row in EXPECTED}


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: row["file"])
def test_a_case(row: dict[str, str]) -> None:
    path, kind = CASES / row["file"], row["kinds of oddities"]
    if kind == "refused":
        with pytest.raises(InputError, match="--encoding"):
            read_transcript(path, "x")
        return
    transcript = read_transcript(path, "x")
    named = [turn.speaker for turn in transcript.turns if turn.speaker]
    speakers = "|".join(dict.fromkeys(named)) or "-"
    assert row["speakers"] in ("", speakers)
    assert row["turns"] in ("", str(len(transcript.turns)))
    kinds = {oddity.kind for oddity in transcript.oddities}
    assert not kind or kind in kinds
    assert "mixed-turn" not in kinds
    assert not [words for words in NO_WORDS if words in transcript.text]
    assert {turn.role for turn in transcript.turns if turn.speaker} <= {
        "interviewer",
        "participant",
    }
    for turn in transcript.turns:
        words = transcript.text[turn.start : turn.end]
        assert words == words.strip()
        assert not (turn.speaker and words.startswith(turn.speaker))
