"""Two codebooks: what is the same, what only one has, and what vocabulary alone would bring."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.coding.nouns import Code, CodedWith, Coder, Coding, Quote, TranscriptRef
from autocode.errors import AgreementError
from autocode.models.embedding import Lexical
from autocode.panel import codebooks
from autocode.panel.codebooks import Categories, CodebookComparison, compare_codebooks
from autocode.panel.labels import similarity_of
from autocode.transcript.nouns import Span

LEXICAL = similarity_of(Lexical("lexical"))
LABELS = ("access control", "shared spreadsheets", "waiting for second opinions", "night work")


def book(name: str, labels: Sequence[str]) -> Categories:
    return Categories.of_codes(name, [Code(id=label.replace(" ", "_"), label=label)
                                      for label in labels])  # fmt: skip


def coding(id_: str, *marks: tuple[int, int, str]) -> Coding:
    """Codes of a text of 100 characters: from, to, code."""
    quotes = [
        Quote(id=f"q{n}", start=start, end=end, text="x" * (end - start), status="exact",
              open_code=None, axial=[code])
        for n, (start, end, code) in enumerate(marks)
    ]  # fmt: skip
    about = TranscriptRef(id=id_, sha256="0" * 64, length=100)
    codes = [CodedWith(id=code, label=code.replace("_", " ")) for _, _, code in marks]
    return Coding(transcript=about, coder=Coder(id="c", kind="human"), quotes=quotes, codes=codes)


def compared(first: Categories, second: Categories, **more: object) -> CodebookComparison:
    settings = {"named": "lexical", "threshold": 0.5} | more
    return compare_codebooks(first, second, LEXICAL, **settings)  # type: ignore[arg-type]


def test_the_same_categories_are_all_found_and_beyond_chance() -> None:
    same = compared(book("a", LABELS), book("b", LABELS[::-1]))
    assert same.figures["f1"]["value"] == 1
    assert len(same.pairs) == 4
    assert all(first == second for first, second, _ in same.pairs)
    assert same.alone == ([], [])
    mean = same.figures["mean"]
    assert mean["value"] == pytest.approx(1, abs=1e-6)
    assert mean["parts"]["chance"] < 0.9
    assert mean["parts"]["p"] == 1 / (1 + codebooks.DRAWS)


def test_what_each_has_alone_is_named_and_counted() -> None:
    told = compared(book("a", LABELS[:3]), book("b", [*LABELS[:2], "baking bread"]))
    assert told.alone == (["waiting_for_second_opinions"], ["baking_bread"])
    assert told.figures["recall"]["value"] == pytest.approx(2 / 3)
    assert told.figures["any_precision"]["value"] == pytest.approx(2 / 3)


def test_several_categories_may_go_into_one() -> None:
    told = compared(book("a", ["access control lists", "access controls"]),
                    book("b", ["access control"]))  # fmt: skip
    assert told.groups == {"access_control": ["access_control_lists", "access_controls"]}
    assert len(told.pairs) == 1


def test_quotes_count_by_use_and_by_place() -> None:
    first = Categories.of_codings(
        "a", [coding("p1", (0, 10, "night_work"), (20, 30, "night_work"), (40, 50, "trust"))]
    )
    second = Categories.of_codings(
        "b", [coding("p1", (5, 12, "night_works"), (22, 28, "bread"), (60, 70, "night_works"))]
    )
    figures = compared(first, second).figures
    assert figures["quotes_covered"]["value"] == pytest.approx(2 / 3)
    assert figures["second_quotes_covered"]["value"] == pytest.approx(2 / 3)
    assert figures["same_quotes"]["value"] == pytest.approx(1 / 3)
    assert 0 < figures["same_quotes"]["parts"]["p"] <= 1


def test_touching_quotes_do_not_meet() -> None:
    here = ("p1", Span(0, 5))
    assert codebooks._meets(here, [("p1", Span(4, 9))])
    assert not codebooks._meets(here, [("p1", Span(5, 9)), ("p2", Span(0, 5))])


def test_without_codings_or_common_transcripts_the_reason_is_given() -> None:
    first = Categories.of_codings("a", [coding("p1", (0, 10, "night_work"))])
    other = Categories.of_codings("b", [coding("p2", (0, 10, "night_work"))])
    alone = compared(first, book("b", LABELS)).figures
    assert alone["second_quotes_covered"]["value"] is None
    assert "b" in alone["second_quotes_covered"]["reason"]
    assert "no common transcript" in compared(first, other).figures["same_quotes"]["reason"]


def test_saturation_follows_the_transcripts_beside_random_orders() -> None:
    first = Categories.of_codings(
        "a",
        [
            coding("p1", (0, 10, "a_a"), (10, 20, "b_b")),
            coding("p2", (0, 10, "a_a")),
            coding("p3", (0, 10, "c_c")),
        ],
    )
    curve = compared(first, book("b", LABELS)).saturation["first (a)"]
    assert curve["different"] == [2, 2, 3]
    # After one transcript at random there are 2, 1 or 1 categories.
    assert curve["permuted"][0] == pytest.approx(4 / 3, abs=0.2)
    assert curve["permuted"][-1] == 3


def test_a_foreign_codebook_shows_what_vocabulary_brings() -> None:
    foreign = book("bakery", ["sour dough", "rye bread"])
    told = compared(book("a", LABELS), book("b", LABELS), foreign=[foreign])
    assert told.foreign == {"bakery": 0}


def test_retired_codes_are_no_categories_and_nothing_cannot_be_compared() -> None:
    retired = Categories.of_codes("old", [Code(id="a", retired=True)])
    with pytest.raises(AgreementError, match="old has no category"):
        compared(retired, book("b", LABELS))


@given(st.lists(st.sampled_from(LABELS), min_size=1, unique=True),
       st.lists(st.sampled_from(LABELS), min_size=1, unique=True))  # fmt: skip
def test_both_directions_mirror_each_other(ours: list[str], theirs: list[str]) -> None:
    def exact(a: Sequence[str], b: Sequence[str]) -> np.ndarray:
        return np.array([[float(x == y) for y in b] for x in a])

    there = compare_codebooks(book("a", ours), book("b", theirs), exact, named="e", threshold=0.9)
    back = compare_codebooks(book("b", theirs), book("a", ours), exact, named="e", threshold=0.9)
    assert there.figures["recall"]["value"] == back.figures["precision"]["value"]
    assert there.alone == back.alone[::-1]
    assert len(there.pairs) == len(set(ours) & set(theirs))
