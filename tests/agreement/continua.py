"""Worked examples of the literature and random codings, shared by the tests of span measures."""

from itertools import pairwise

from hypothesis import strategies as st

from autocode.agreement.spans import Unit


def units(*triples):
    return tuple(Unit(*triple) for triple in triples)


# Krippendorff (2019), Fig. 12.11, p. 340: three observers, 60 units of length.
ALEX = units((2, 9, 1), (11, 17, 2), (24, 30, 5), (32, 36, 6), (36, 44, 6), (44, 60, 7))
PAUL = units((2, 9, 1), (11, 17, 3), (19, 25, 5), (32, 44, 6))
SUZAN = units((2, 9, 1), (11, 17, 4), (21, 27, 5), (32, 36, 6), (36, 40, 6), (40, 44, 6))

# The exact-fraction example: a human and a model on 40 characters.
HUMAN = units((0, 10, "A"), (20, 30, "B"))
MODEL = units((0, 8, "A"), (20, 30, "A"))

LENGTH = 120
CODES = "ABC"


@st.composite
def apart(draw, length=LENGTH):
    """One coder's units on `length` characters, none overlapping; some touch."""
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=12)))
    kept = [(a, b) for a, b in pairwise(cuts) if draw(st.booleans())]
    return tuple(Unit(a, b, draw(st.sampled_from(CODES))) for a, b in kept)


@st.composite
def anywhere(draw, length=LENGTH):
    """One coder's units on `length` characters, which may overlap."""
    starts = draw(st.lists(st.integers(0, length - 1), max_size=6))
    return tuple(
        Unit(s, draw(st.integers(s + 1, length)), draw(st.sampled_from(CODES))) for s in starts
    )


def characters(coder, length=LENGTH):
    """The set of codes of every character: the slow way every measure is checked against."""
    return [frozenset(u.code for u in coder if u.start <= x < u.end) for x in range(length)]
