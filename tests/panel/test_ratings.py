"""Units in columns: what is counted of all draws and turns at once is what sets count of each."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_texts import document

from autocode.agreement.sets import jaccard
from autocode.agreement.spans import Unit
from autocode.agreement.tables import contingency, set_counts
from autocode.panel.chance import Chance
from autocode.panel.coefficients import applications, likeness, marked_tables, presences
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Marks, Segments
from autocode.panel.draws import dealt, placed
from autocode.panel.ratings import rated, rated_draws

CODES = list("ABC")


def made(rng):
    """A document with sentences, some across turns, and mentions."""
    bare = document(rng, "a")
    cuts = sorted(set(rng.integers(0, bare.length + 1, 12).tolist()))
    segments = Segments(bare.segments.turns, list(itertools.pairwise(cuts)))
    marks = [
        replace(
            each, mentions=tuple((int(rng.integers(1, 9)), str(rng.choice(CODES))) for _ in "ab")
        )
        for each in bare.marks
    ]
    return replace(bare, marks=tuple(marks), segments=segments)


def by_hand(doc, kind):
    """(start, end, turn) of each unit, and each coder's marked units and code sets."""
    units = [
        (start, min(end, last), number)
        for first, last, number in doc.turns
        for start, end in doc.segments.sentences
        if first <= start < last
    ]
    units = units if kind == "sentence" else list(doc.turns)
    coders = []
    for marks in doc.marks:
        on = [
            [q for q in marks.quotes if q.start < end and q.end > start] for start, end, _ in units
        ]
        codes = [
            frozenset().union(
                *(quote.code for quote in some),
                *({code} for at, code in marks.mentions if kind == "turn" and at == number),
            )
            for some, (_, _, number) in zip(on, units, strict=True)
        ]
        coders.append(([bool(some) for some in on], codes))
    return units, coders


def rows(coders):
    """What the measures count of units: marked, applications, likeness, every code."""
    (marked, codes), (other_marked, other) = coders
    coded = [(a, b) for a, b in zip(codes, other, strict=True) if a or b]
    uses = [([code in a for a in codes], [code in b for b in other]) for code in CODES]
    return (
        contingency(marked, other_marked, [True, False]).ravel(),
        set_counts(codes, other).ravel(),
        np.array([sum(1 - jaccard(*sets) for sets in coded), len(coded)]),
        np.concatenate([contingency(*use, [True, False]).ravel() for use in uses]),
    )


def counted(some):
    many = (applications(("a",), "turn").many, likeness(("a",), "turn").many)
    return (marked_tables(some), *(count(some) for count in many), presences(some, CODES))


@pytest.mark.parametrize("kind", ["turn", "sentence"])
@settings(max_examples=40)
@given(seed=st.integers(0, 99999))
@example(seed=1104)  # no turn has a sentence of its own
def test_columns_count_what_sets_count(kind, seed):
    rng = np.random.default_rng(seed)
    doc = made(rng)
    units, coders = by_hand(doc, kind)
    pieces = rated(doc, kind).pieces()
    turns = sorted({turn for *_, turn in units})
    at = [[unit for unit, (*_, number) in enumerate(units) if number == turn] for turn in turns]
    cut = [[tuple([row[i] for i in some] for row in coder) for coder in coders] for some in at]
    single = rated(doc, kind)
    for many, expected in ((single, [rows(coders)]), (pieces, list(map(rows, cut)))):
        assert len(many) == len(expected)
        for made_rows, *each in zip(counted(many), *expected, strict=True):
            assert made_rows.tolist() == [row.tolist() for row in each]
    touched = [any(map(any, coders[0] + coders[1])) for coders in cut]
    assert pieces.touched == sum(touched)


def documents_of(draws):
    """Each draw as a document."""
    for draw in range(draws.draws):
        marks = [draws.document.marks[0]]
        for drawn, before in zip(draws.others, draws.document.marks[1:], strict=True):
            starts, ends, codes, mentioned = (rows[draw].tolist() for rows in drawn.columns)
            quotes = [
                Unit(start, end, draws.sets.listed[at])
                for start, end, at in zip(starts, ends, codes, strict=True)
            ]
            mentions = [
                (turn, next(iter(draws.sets.listed[at])))
                for (turn, _), at in zip(before.mentions, mentioned, strict=True)
            ]
            marks.append(Marks(tuple(quotes), tuple(mentions)))
        yield replace(draws.document, marks=tuple(marks))


@pytest.mark.parametrize("draw", [placed, dealt])
@pytest.mark.parametrize("kind", ["turn", "sentence"])
@settings(max_examples=15)
@given(seed=st.integers(0, 99999))
def test_draws_in_columns_are_the_draws(draw, kind, seed):
    rng = np.random.default_rng(seed)
    doc = made(rng)
    draws = draw(doc, 4, rng)
    chance = Chance([doc], PanelConfig())
    chance.__dict__["where"] = replace(chance.where, codings=[draws])
    (codings,) = rated_draws(chance, kind)["where"]().codings
    each = [by_hand(drawn, kind)[1] for drawn in documents_of(draws)]
    together = [counted(some) for some in codings.texts()]
    assert len(each) == sum(len(some[0]) for some in together)
    for made_rows, *expected in zip(
        map(np.concatenate, zip(*together, strict=True)), *map(rows, each), strict=True
    ):
        np.testing.assert_array_equal(made_rows, expected)
