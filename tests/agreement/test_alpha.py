"""Krippendorff's α: published data with missing values, set distances, pooled documents."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from autocode.agreement.alpha import (
    alpha,
    alpha_of,
    alpha_parts,
    distances,
    distinct,
    interval,
    nominal,
    ordinal,
    ratio_scale,
)
from autocode.agreement.labels import nominal_alpha
from autocode.agreement.sets import jaccard, masi
from autocode.agreement.tables import contingency
from autocode.errors import AgreementError

_ = None
# Krippendorff 2011: four observers (rows) of twelve units, with missing values.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]
UNITS = list(zip(*OBSERVERS, strict=True))

SETS = [
    tuple(frozenset(codes) for codes in pair)
    for pair in (("a", "a"), ("ab", "a"), ("b", "c"), ("bc", "ab"), ("c", "c"))
]
WITH_EMPTY = [*SETS, (frozenset(), frozenset()), (frozenset("a"), frozenset())]

ratings = st.lists(
    st.tuples(*[st.sampled_from(["x", "y", "z", None])] * 3), min_size=1, max_size=12
)


def near(value):
    return pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("distance", "published", "digits"),
    [
        (nominal, 0.743, 0.743421),
        (ordinal(UNITS), 0.815, 0.815388),
        (interval, 0.849, 0.849107),
        (ratio_scale, 0.797, 0.797403),
    ],
)
def test_krippendorff_2011_four_observers(distance, published, digits):
    found = alpha(UNITS, distance, unit="unit")
    assert found.value == pytest.approx(published, abs=0.0005)
    assert found.value == near(digits)
    assert found.n == 11
    assert found.parts["values"] == 40


@pytest.mark.parametrize(
    ("units", "distance", "expected"),
    [
        (SETS, nominal, 0.289474),
        (SETS, jaccard, 0.377660),
        (SETS, masi, 0.319079),
        (WITH_EMPTY, jaccard, 0.414692),
        (WITH_EMPTY, masi, 0.367781),
    ],
)
def test_code_sets(units, distance, expected):
    assert alpha(units, distance, unit="turn").value == near(expected)


def test_the_reference_names_the_distance():
    assert "masi distance" in alpha(SETS, masi, unit="turn").reference
    assert "ordinal" in alpha(UNITS, ordinal(UNITS), unit="unit").reference


@pytest.mark.parametrize("units", [[], [("x", None)], [(None, None)]])
def test_without_a_unit_two_coders_share_alpha_is_undefined(units):
    found = alpha(units, unit="turn")
    assert (found.value, found.n, found.reason) == (None, 0, "there is no turn to compare")


def test_without_variation_alpha_is_undefined():
    assert "no variation" in alpha([("x", "x"), ("x", "x")], unit="turn").reason


def test_units_with_unlike_numbers_of_coders_are_refused():
    with pytest.raises(AgreementError, match="different numbers of coders"):
        alpha([("x", "y"), ("x", "y", "z")], unit="turn")


@given(ratings)
def test_alpha_is_nltks(units):
    rows = [(c, u, v) for u, row in enumerate(units) for c, v in enumerate(row) if v is not None]
    paired = {u for _, u, _ in rows if sum(other == u for _, other, _ in rows) > 1}
    ours = alpha(units, unit="unit").value
    assume(ours is not None)
    assert ours == near(AnnotationTask(data=[row for row in rows if row[1] in paired]).alpha())


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz"))))
def test_two_coders_without_gaps_are_the_table(pairs):
    table = contingency([a for a, _ in pairs], [b for _, b in pairs], "xyz")
    ours = alpha(pairs, unit="unit").value
    assert ours == (None if ours is None else near(nominal_alpha(table, unit="unit").value))


@given(ratings, st.permutations(range(3)))
def test_the_order_of_coders_and_units_changes_nothing(units, order):
    moved = [tuple(row[c] for c in order) for row in reversed(units)]
    before, after = alpha(units, unit="turn").value, alpha(moved, unit="turn").value
    assert before == (None if after is None else near(after))


@given(ratings)
def test_renaming_the_labels_changes_nothing(units):
    names = {"x": "z", "y": "x", "z": "q", None: None}
    renamed = [tuple(names[value] for value in row) for row in units]
    before, after = alpha(units, unit="turn").value, alpha(renamed, unit="turn").value
    assert before == (None if after is None else near(after))


@given(ratings, st.integers(0, 12))
def test_documents_are_pooled_by_adding_their_parts(units, cut):
    values = distinct(units)
    apart = distances(values, nominal)
    first, second = (alpha_parts(part, values, apart) for part in (units[:cut], units[cut:]))
    whole = alpha(units, unit="turn").value
    assert np.isnan(pooled := alpha_of(first + second, apart)) or pooled == near(whole)
    assert np.isnan(pooled) == (whole is None)


def test_many_pools_at_once_are_each_alone():
    values = distinct(UNITS)
    apart = distances(values, interval)
    parts = np.stack([alpha_parts(UNITS[:6], values, apart), alpha_parts(UNITS, values, apart)])
    np.testing.assert_allclose(alpha_of(parts, apart), [alpha_of(part, apart) for part in parts])
