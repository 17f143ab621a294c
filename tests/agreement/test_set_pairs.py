"""Distances of many code sets, summed without a table: always those of the table."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement import sets
from autocode.agreement.alpha import distances, nominal
from autocode.agreement.set_pairs import SetPairs
from autocode.agreement.sets import incidence, jaccard, masi, set_distances

# Of up to twelve codes: some sets have more than those whose subsets are listed.
code_sets = st.lists(st.frozensets(st.sampled_from("abcdefghijkl")), max_size=12, unique=True)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(sets, "_FEW", -1)


@pytest.mark.parametrize("distance", [masi, jaccard, nominal])
@given(values=code_sets, seed=st.integers(0, 99))
def test_sums_and_single_pairs_are_those_of_the_table(distance, values, seed):
    table = distances(values, distance)
    pairs = set_distances(incidence(values), distance)
    uses = np.random.default_rng(seed).integers(0, 5, (2, 3, len(values)))
    expected = ((uses @ table) * uses).sum(axis=-1)
    assert isinstance(pairs, SetPairs)
    assert pairs.summed(uses).shape == (2, 3)
    assert pairs.summed(uses).ravel().tolist() == pytest.approx(expected.ravel().tolist())
    rows, columns = np.indices(table.shape).reshape(2, -1)
    assert pairs[rows, columns].tolist() == pytest.approx(table.ravel().tolist())


def test_a_code_more_than_fits_into_a_number_makes_fewer_subsets_not_wrong_ones():
    # Of 2,000 codes five fit into a number: sets of six are compared one by one.
    values = [frozenset(range(first, first + 6)) for first in range(0, 1995, 3)]
    uses = np.ones(len(values))
    table = distances(values, masi)
    assert set_distances(incidence(values), masi).summed(uses) == pytest.approx(table.sum())


def test_thousands_of_sets_take_no_table():
    dice = np.random.default_rng(0)
    values = {frozenset(dice.integers(0, 99, 3).tolist()) for _ in range(4000)}
    marks, uses = incidence(list(values)), np.ones(len(values))
    tracemalloc.start()
    set_distances(marks, masi).summed(uses)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * len(values) ** 2 / 5
