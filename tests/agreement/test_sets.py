"""Distances between code sets, with the rule for empty ones."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.distance import jaccard_distance, masi_distance

from autocode.agreement.alpha import distances, nominal
from autocode.agreement.sets import (
    incidence,
    jaccard,
    masi,
    masi_distances,
    mean_jaccard,
    set_distances,
)

code_sets = st.frozensets(st.sampled_from("abcd"))


def near(value):
    return pytest.approx(value, abs=1e-9)


def test_masi_example_of_passonneau():
    assert masi({1, 2}, {1, 2, 3, 4}) == near(2 / 3)


@pytest.mark.parametrize("distance", [jaccard, masi])
def test_two_empty_sets_agree_and_an_empty_one_is_far_from_any_code(distance):
    assert distance(frozenset(), frozenset()) == 0
    assert distance(frozenset(), frozenset("a")) == 1


@given(code_sets, code_sets)
def test_distances_are_nltks_where_nltk_has_one(first, second):
    if first or second:
        assert jaccard(first, second) == near(jaccard_distance(first, second))
        assert masi(first, second) == near(masi_distance(first, second))


@pytest.mark.parametrize("distance", [jaccard, masi])
@given(first=code_sets, second=code_sets)
def test_distances_are_symmetric_and_zero_for_equal_sets_only(distance, first, second):
    assert distance(first, second) == distance(second, first)
    assert (distance(first, second) == 0) == (first == second)
    assert 0 <= distance(first, second) <= 1


def test_mean_jaccard_over_all_units_and_over_coded_ones():
    units = [({"a"}, {"a"}), ({"a", "b"}, {"b", "c"}), (set(), set())]
    similar = [1 - jaccard(*unit) for unit in units]
    everything = mean_jaccard([sum(similar), 3], unit="turn")
    coded = mean_jaccard([sum(similar[:2]), 2], unit="turn")
    assert (everything.value, everything.n) == (near((1 + 1 / 3 + 1) / 3), 3)
    assert (coded.value, coded.n) == (near((1 + 1 / 3) / 2), 2)


def test_mean_jaccard_of_nothing_is_undefined():
    assert mean_jaccard([0, 0], unit="turn").value is None


@given(st.lists(st.frozensets(st.sampled_from("abcde")), max_size=12, unique=True))
def test_matrices_are_the_distances_of_every_pair(values):
    for distance in (masi, jaccard, nominal):
        expected = distances(values, distance)
        assert set_distances(incidence(values), distance).tolist() == [
            pytest.approx(row) for row in expected.tolist()
        ]


def test_a_set_of_many_codes_takes_no_more_memory_than_the_pairs():
    values = [frozenset(map(str, range(size))) for size in (200, 199, 1)]
    tracemalloc.start()
    made = masi_distances(incidence(values))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert made.tolist() == [pytest.approx(row) for row in distances(values, masi).tolist()]
    assert peak < 1e6


def test_matrices_of_empty_sets_agree_and_share_nothing_with_others():
    values = [frozenset(), frozenset("a"), frozenset("ab")]
    assert masi_distances(incidence(values))[0].tolist() == [0, 1, 1]
    assert masi_distances(incidence(values))[1, 2] == pytest.approx(2 / 3)
    assert masi_distances(incidence([])).shape == (0, 0)
