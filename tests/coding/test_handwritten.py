"""Codings written by hand: words are enough, and nothing is guessed."""

import json
from pathlib import Path

import pytest

from autocode.check import check
from autocode.coding.sources import human_source, source_of
from autocode.errors import InputError
from autocode.study import Study
from autocode.transcript.seeds import load

TALK = "Ada: Why? Why?\nOla: It is slow.\nAda: And?\nOla: We need a “catalog”, really.\n"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    for name in ("seeds", "gold"):
        (tmp_path / name).mkdir()
    (tmp_path / "seeds" / "p1.txt").write_text(TALK)
    return Study.open(tmp_path)


def write(study: Study, *quotes: object, **more: object) -> None:
    record = {"format": "autocode/coding@1", "quotes": list(quotes), **more}
    (study.root / "gold" / "p1.jo.json").write_text(json.dumps(record))


def test_words_and_codes_are_enough(study: Study) -> None:
    write(study, {"text": "It is slow", "axial": ["slow"]}, {"text": 'need a "catalog"'})
    coding = human_source(study, "p1", "jo").coding
    text = load(study, "p1").text
    assert [(q.id, q.status, q.turn) for q in coding.quotes] == [
        ("q1", "exact", 2), ("q2", "normalised", 4),
    ]  # fmt: skip
    assert [text[q.start : q.end] for q in coding.located()] == ["It is slow", "need a “catalog”"]
    assert coding.quotes[1].as_written == 'need a "catalog"'
    assert (coding.coder.id, coding.transcript.sha256) == ("jo", load(study, "p1").sha256)
    assert source_of(study, "p1.jo").coding == coding


def test_what_stands_twice_or_nowhere_is_missing_and_said(study: Study) -> None:
    write(study, {"text": "Why?"}, {"text": "never said by anybody"})
    assert [q.status for q in human_source(study, "p1", "jo").coding.quotes] == ["missing"] * 2
    kinds = [finding.kind for finding in check(study) if finding.file == "gold/p1.jo.json"]
    assert kinds == ["missing-quote", "missing-quote"]


def test_offsets_that_are_given_count(study: Study) -> None:
    write(study, {"text": "Why?", "start": 5, "end": 9, "status": "exact"})
    (quote,) = human_source(study, "p1", "jo").coding.quotes
    assert (quote.start, quote.id) == (5, "q1")


@pytest.mark.parametrize("quote", [3, {"text": 3}, {"start": 1}, {"axial": ["a"]}, None, []])
def test_what_is_no_quote_is_one_line(study: Study, quote: object) -> None:
    write(study, quote)
    with pytest.raises(InputError, match=r"p1\.jo\.json: quotes\.0"):
        human_source(study, "p1", "jo")
