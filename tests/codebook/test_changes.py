"""Changes to a codebook: what each does, and the one line with which it is refused."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.codebook.changes import (
    aliased,
    ancestors,
    defined,
    merged,
    moved,
    related,
    renamed,
    retired,
)
from autocode.coding.codebook import Codebook
from autocode.coding.nouns import Code, Relation
from autocode.errors import StudyError

BOOK = Codebook(
    codes=[
        Code(id="a", label="A", first_defined_in="p1"),
        Code(id="b", label="Bee", kind="force", definition="so", first_defined_in="p2",
             aliases=["bb"], also_defined_in=["p3"]),
        Code(id="c", parent="b"),
    ],
    relations=[Relation(source="b", relation="causes", target="c"),
               Relation(source="a", relation="causes", target="c"),
               Relation(source="a", relation="part of", target="b")],
)  # fmt: skip


def code(book: Codebook, id_: str) -> Code:
    return next(code for code in book.codes if code.id == id_)


def test_a_merge_takes_over_what_was_lacking_and_everything_follows() -> None:
    book = merged(BOOK, "a", "Bee")
    a = code(book, "a")
    assert (a.label, a.kind, a.definition) == ("A", "force", "so")
    assert a.aliases == ["b", "bb", "Bee"]
    assert (a.first_defined_in, a.also_defined_in) == ("p1", ["p2", "p3"])
    assert [(c.id, c.parent) for c in book.codes] == [("a", None), ("c", "a")]
    assert [(r.source, r.relation, r.target) for r in book.relations] == [("a", "causes", "c")]
    assert [c.id for c in book.without("p2")[0]] == ["c"]
    assert BOOK.codes[0].aliases == []


def test_a_code_that_only_codings_have_becomes_an_alias() -> None:
    assert code(merged(BOOK, "a", "Aa", {"Aa"}), "a").aliases == ["Aa"]
    assert code(merged(BOOK, "a", "A", {"A"}), "a").aliases == ["A"]


def test_a_code_merged_into_its_descendant_leaves_no_circle() -> None:
    line = Codebook(codes=[Code(id="x"), Code(id="y", parent="x"), Code(id="z", parent="y")])
    book = merged(line, "z", "x")
    assert [(c.id, c.parent) for c in book.codes] == [("y", None), ("z", "y")]


def test_a_new_name_leaves_the_old_one_as_alias() -> None:
    book = renamed(BOOK, "b", "Bees of old")
    assert (code(book, "bees_of_old").label, code(book, "bees_of_old").aliases) == (
        "Bees of old", ["bb", "b"],
    )  # fmt: skip
    assert code(book, "c").parent == "bees_of_old"
    assert book.relations[2].target == "bees_of_old"
    back = renamed(book, "bees_of_old", "b")
    assert code(back, "b").aliases == ["bb", "bees_of_old"]


def test_small_changes() -> None:
    assert code(aliased(BOOK, "a", "first"), "a").aliases == ["first"]
    assert code(moved(BOOK, "a", "Bee"), "a").parent == "b"
    assert code(moved(BOOK, "c", None), "c").parent is None
    assert code(defined(BOOK, "a", definition="what  it is", label=None), "a").definition == (
        "what it is"
    )
    assert code(retired(BOOK, "a"), "a").retired
    assert retired(retired(BOOK, "a"), "a", back=True) == BOOK
    assert related(BOOK, "c", "explains", "a").relations[-1].relation == "explains"
    assert related(BOOK, "b", "causes", "c") == BOOK


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: merged(BOOK, "a", "zzz"), "the codebook has no code 'zzz'"),
        (lambda: merged(BOOK, "a", "A"), "are one code"),
        (lambda: renamed(BOOK, "a", "bb"), "'bb' is a name of b already"),
        (lambda: renamed(BOOK, "a", "…"), "has no word"),
        (lambda: aliased(BOOK, "a", "bee"), "merge a b` makes the two one"),
        (lambda: aliased(BOOK, "a", "a"), "is the id of this code"),
        (lambda: moved(BOOK, "b", "c"), "b cannot stand under c: it would be above itself"),
        (lambda: moved(BOOK, "b", "b"), "b cannot stand under itself"),
        (lambda: related(BOOK, "a", "causes", "A"), "two different codes"),
    ],
)
def test_what_is_refused(change: Callable[[], object], words: str) -> None:
    with pytest.raises(StudyError) as error:
        change()
    assert words in str(error.value)
    assert "\n" not in str(error.value)


@given(st.lists(st.tuples(st.sampled_from("mrv"), st.sampled_from("uvwxyz"),
                          st.sampled_from("uvwxyz")), max_size=12))  # fmt: skip
def test_no_change_makes_a_circle_or_loses_a_name(steps: list[tuple[str, str, str]]) -> None:
    book = Codebook(codes=[Code(id=letter) for letter in "uvwxyz"])
    for step, one, other in steps:
        try:
            if step == "m":
                book = merged(book, one, other)
            elif step == "r":
                book = renamed(book, one, f"{other}{other}")
            else:
                book = moved(book, one, other)
        except StudyError:
            continue
    names = {c.id for c in book.codes} | book.aliases.keys()
    assert {*"uvwxyz"} <= names
    assert all(c.id not in ancestors(book, c.id) for c in book.codes)
    assert all(c.parent in {None, *(other.id for other in book.codes)} for c in book.codes)
