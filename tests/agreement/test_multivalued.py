"""Multi-valued α: the published example, and the polynomial against all label sets."""

from collections import Counter
from itertools import combinations
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocode.agreement.multivalued import multivalued_alpha
from autocode.agreement.sets import dice

B, D = frozenset("b"), frozenset("d")
A, NONE = frozenset("a"), frozenset()
# Krippendorff & Craggs 2016, Table 3
PUBLISHED = [
    (B | D, D, None),
    (A | B | D, B, B | D),
    (NONE, A, A),
    (A, None, None),
]

code_sets = st.frozensets(st.sampled_from("abcd"), max_size=3)
ratings = st.lists(st.tuples(code_sets, code_sets, st.none() | code_sets), min_size=1, max_size=6)


def near(value):
    return pytest.approx(value, abs=1e-6)


def test_published_example():
    found = multivalued_alpha(PUBLISHED, unit="unit")
    assert found.value == near(0.28659071)
    assert found.parts["observed_disagreement"] == near(0.4625)
    assert found.parts["expected_disagreement"] == near(0.648295)
    assert (found.n, found.parts["values"]) == (3, 8)


@settings(max_examples=40)
@given(ratings)
def test_expected_distance_is_that_of_all_pairs_of_sets(units):
    ours = multivalued_alpha(units, unit="unit").parts["expected_disagreement"]
    assert ours == near(_expected_by_enumeration(units))


def _expected_by_enumeration(units):
    values = [value for row in units for value in row if value is not None]
    uses = Counter(code for value in values for code in value)
    sizes = Counter(map(len, values))
    mean = drawn = 0.0
    for c in sizes:
        for k in sizes:
            pairs = [
                (
                    prod(uses[x] for x in first) * prod(uses[x] - (x in first) for x in second),
                    dice(set(first), set(second)),
                )
                for first in combinations(uses, c)
                for second in combinations(uses, k)
            ]
            weight = sum(w for w, _ in pairs)
            if weight:
                drawn += sizes[c] * sizes[k]
                mean += sizes[c] * sizes[k] * sum(w * d for w, d in pairs) / weight
    return mean / drawn


def test_a_large_codebook_is_no_problem():
    units = [(frozenset({i, i + 1}), frozenset({i})) for i in range(400)]
    assert 0.5 < multivalued_alpha(units, unit="turn").value < 1


def test_identical_coders_agree_fully():
    assert multivalued_alpha([(A, A), (B | D, B | D)], unit="turn").value == 1


@pytest.mark.parametrize("units", [[], [(A, None)], [(NONE, NONE)]])
def test_nothing_to_disagree_on_is_undefined(units):
    assert multivalued_alpha(units, unit="turn").value is None
