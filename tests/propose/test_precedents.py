"""Precedents: who may teach a model how to code, and what is taken out of their coding."""

import os
from pathlib import Path

import pytest
from learning import garden, precedent, quote, write_gold

from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding, write_coding
from autocode.propose.precedents import Precedent, precedents
from autocode.study import Study
from autocode.transcript.readers import read_transcript
from autocode.transcript.seeds import load


def of(study: Study, id_: str) -> tuple[list[Precedent], list[str]]:
    codes, _ = Codebook.load(study.codebook_path).without(id_)
    return precedents(study, load(study, id_), codes)


def test_every_other_coded_transcript_is_one_and_never_itself(tmp_path: Path) -> None:
    kept, left_out = of(garden(tmp_path), "g4")
    assert [precedent.transcript.id for precedent in kept] == ["g1", "g2", "g3"]
    assert left_out == []


def test_transcripts_that_nobody_coded_cost_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, listed, really = garden(tmp_path), list[str](), os.listdir

    def listing(path: Path) -> list[str]:
        listed.append(str(path))
        return really(path)

    def listings() -> int:
        listed.clear()
        with monkeypatch.context() as patch:
            patch.setattr("os.listdir", listing)
            assert len(of(study, "g4")[0]) == 3
        return len(listed)

    few = listings()
    for number in range(100):
        (tmp_path / "seeds" / f"n{number}.txt").write_text("Ivo: Why?\nPat: It rained.\n")
    assert listings() == few


def test_codes_defined_in_the_transcript_are_taken_out(tmp_path: Path) -> None:
    (_, second, _), _ = of(garden(tmp_path), "g4")
    assert [q.axial for q in second.coding.quotes] == [["grants", "compost_heap"], [], []]
    assert second.stripped == {"q3"}


def test_an_alias_is_the_code_it_stands_for(tmp_path: Path) -> None:
    study = garden(tmp_path)
    book = Codebook.load(study.codebook_path)
    codes = [c.model_copy(update={"aliases": ["heap"]}) if c.id == "compost_heap" else c
             for c in book.codes]  # fmt: skip
    book.model_copy(update={"codes": codes}).save(study.codebook_path)
    write_gold(study, "g3", [("Mind the step.", ["heap", "compost_heap"])])
    (*_, third), _ = of(study, "g4")
    assert [q.axial for q in third.coding.quotes] == [["compost_heap"]]


def test_who_shares_words_with_the_transcript_is_left_out(tmp_path: Path) -> None:
    study = garden(tmp_path)
    said = load(study, "g4").text.split("\n\n")[1]
    (tmp_path / "seeds" / "g5.txt").write_text(f"Ivo: Again?\nPat: {said.upper()}\nIvo: Yes.\n")
    write_gold(study, "g5", [("FEES", ["grants"])])
    kept, left_out = of(study, "g4")
    assert "g5" not in [precedent.transcript.id for precedent in kept]
    assert left_out == ["g5 is no example: it shares words with g4"]


def test_who_cannot_be_read_or_is_another_kind_is_left_out_with_a_reason(tmp_path: Path) -> None:
    study = garden(tmp_path)
    study.gold_path("g1").write_text("{", encoding="utf-8")
    (tmp_path / "seeds" / "g5.txt").write_text("A diary without speakers. It rained.\n")
    write_gold(study, "g5", [("It rained.", ["grants"])])
    seed = tmp_path / "seeds" / "g3.txt"
    seed.write_text(seed.read_text().replace("leaves", "the leaves"))
    kept, left_out = of(study, "g4")
    assert [precedent.transcript.id for precedent in kept] == ["g2"]
    assert [reason.split(" is no example: ")[0] for reason in left_out] == ["g1", "g3", "g5"]
    assert "another kind of source" in left_out[2]


def test_a_review_that_was_only_begun_stands_in_nobody_s_way(tmp_path: Path) -> None:
    study = garden(tmp_path)
    coding = read_coding(study.gold_path("g1"))
    study.gold_path("g1").unlink()
    begun = {"quotes": [], "incomplete": "the review is not finished"}
    write_coding(coding.model_copy(update=begun), study.gold_path("g1", "anna"))
    write_coding(coding, study.gold_path("g1", "jo"))
    kept, left_out = of(study, "g4")
    assert (kept[0].transcript.id, len(kept[0].coding.quotes)) == ("g1", len(coding.quotes))
    study.gold_path("g1", "jo").unlink()
    kept, left_out = of(study, "g4")
    assert [precedent.transcript.id for precedent in kept] == ["g2", "g3"]
    assert left_out == ["g1 is no example: its coding is not finished"]


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("One two three. Four five six.", range(2)),
        ("two three. Four five six.", range(2)),
        ("three. Four five six. Seven", range(1, 2)),
        ("five", range(1, 2)),
        ("three. Four", range(1)),
    ],
)
def test_a_quote_marks_the_sentences_it_covers_by_half(
    tmp_path: Path, words: str, marked: range
) -> None:
    file = tmp_path / "t.txt"
    file.write_text("Pat: One two three. Four five six. Seven eight nine.\n")
    transcript = read_transcript(file, "t")
    q = quote(transcript, "q1", words, [])
    assert precedent(transcript, q).marked(q) == marked
