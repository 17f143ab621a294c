"""Aliases: a coding is read with the codes that its own stand for; its file stays as it is."""

import json

import pytest
from study_folder import Folder

from autocode.coding.aliases import codebook_at, resolved
from autocode.coding.choice import materials_of
from autocode.coding.codebook import Codebook, only_used_in
from autocode.coding.nouns import (
    Code,
    CodedWith,
    Coder,
    Coding,
    Mention,
    Quote,
    Relation,
    TranscriptRef,
)
from autocode.coding.sources import human_source, model_source
from autocode.panel.comparison import compare, settings_for
from autocode.study import Study

BOOK = Codebook(codes=[Code(id="a", label="A", aliases=["b", "c"]), Code(id="d", aliases=["a"])])


def coding(**parts) -> Coding:
    about = TranscriptRef(id="p1", sha256="0" * 64, length=9)
    return Coding(transcript=about, coder=Coder(id="gold", kind="human"), **parts)


def quote(*axial: str) -> Quote:
    return Quote(id="q", start=0, end=3, text="abc", status="exact", axial=list(axial))


def test_a_quote_has_each_code_once_and_an_id_is_never_an_alias():
    made, applied = resolved(coding(quotes=[quote("b", "x", "a", "c"), quote("d")]), BOOK)
    assert [q.axial for q in made.quotes] == [["a", "x"], ["d"]]
    assert applied == {"b": "a", "c": "a"}


def test_mentions_count_once_where_a_merge_makes_them_the_same():
    noted = [Mention(code=code, turn=turn) for code, turn in
             (("a", 1), ("b", 1), ("b", 2), ("c", 2), ("x", 3), ("x", 3))]  # fmt: skip
    made, _ = resolved(coding(mentions=noted), BOOK)
    assert [(m.code, m.turn) for m in made.mentions] == [("a", 1), ("a", 2), ("x", 3), ("x", 3)]


def test_codes_and_relations_follow():
    links = [Relation(source="b", relation="causes", target="x"),
             Relation(source="a", relation="causes", target="c"),
             Relation(source="x", relation="causes", target="x")]  # fmt: skip
    used = [CodedWith(id="b", label="B", defined_here=True), CodedWith(id="a", label="Mine")]
    made, _ = resolved(coding(codes=used, relations=links), BOOK)
    assert [(c.id, c.label, c.defined_here) for c in made.codes] == [("a", "Mine", True)]
    assert [(r.source, r.target) for r in made.relations] == [("a", "x"), ("x", "x")]


def test_a_coding_without_aliases_is_the_very_same():
    before = coding(quotes=[quote("a")])
    assert resolved(before, BOOK) == (before, {})


def test_a_code_is_held_back_where_its_alias_was_defined():
    held = Codebook(codes=[Code(id="a", aliases=["b"], also_defined_in=["p1"]), Code(id="d")])
    assert [code.id for code in held.without("p1")[0]] == ["d"]
    added = BOOK.with_coding(coding(codes=[CodedWith(id="b", label="B", defined_here=True)]))
    assert [(code.id, code.label) for code in added.codes] == [("a", "A"), ("d", None)]
    assert [code.id for code in added.without("p1")[1]] == ["a"]
    assert [code.id for code in added.without("p2")[0]] == ["a", "d"]


def test_retired_codes_are_not_offered():
    book = Codebook(codes=[Code(id="a", retired=True), Code(id="b", parent="a")])
    sent, held = book.without("p1")
    assert ([code.id for code in sent], held, sent[0].parent) == (["b"], [], None)


def test_agreement_is_optimistic_whatever_the_codes_were_called():
    assert only_used_in([Code(id="a", aliases=["b"])], coding(quotes=[quote("b")]))


@pytest.fixture
def folder(tmp_path):
    folder = Folder(tmp_path)
    folder.coding("gold/p1.json", "gold", {2, 4}, "habbit")
    folder.run("R1", {2, 4, 6}, "habit")
    return folder


def test_a_comparison_says_which_aliases_it_applied(folder):
    study = Study.open(folder.root)
    before = (folder.root / "gold/p1.json").read_bytes()
    config = settings_for(None, permutations=0)
    apart = compare(materials_of(study, ["p1"]), config)
    assert (apart.aliases, apart.figure("axial", "turn", "f1").value) == ({}, 0)
    Codebook(codes=[Code(id="habit", aliases=["habbit"])]).save(study.codebook_path)
    merged = compare(materials_of(study, ["p1"]), config)
    assert merged.aliases == {"habbit": "habit"}
    assert merged.figure("axial", "turn", "f1").value == 0.8
    assert any("count as others: habbit as habit" in note for note in merged.notes)
    assert (folder.root / "gold/p1.json").read_bytes() == before
    assert json.loads(before)["quotes"][0]["axial"] == ["habbit"]


def test_the_codebook_is_read_again_when_it_has_changed(folder):
    study = Study.open(folder.root)
    assert human_source(study, "p1").aliases == {}
    for name in ("habit", "custom"):
        Codebook(codes=[Code(id=name, aliases=["habbit"])]).save(study.codebook_path)
        assert human_source(study, "p1").aliases == {"habbit": name}
    assert codebook_at(study.codebook_path) is codebook_at(study.codebook_path)
    assert model_source(study, "p1").aliases == {}
