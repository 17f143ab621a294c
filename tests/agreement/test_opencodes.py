"""Free-text codes: the optimal assignment, the two Hausdorffs named apart, and their nulls."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autocode.agreement.opencodes import (
    assignment,
    curve_area,
    dubuisson_jain_mhd,
    llmcode_mhd,
    many_to_many,
    matched,
    paired_similarity,
    permuted_codes_null,
    threshold_curve,
)
from autocode.errors import AgreementError

S = np.array([[0.90, 0.85, 0.10], [0.88, 0.40, 0.20], [0.15, 0.30, 0.35]])
A = np.array([(1, 0), (0, 1)])
B = np.array([(1, 0), (0.6, 0.8), (0.8, 0.6)])
SIMILARITY = A @ B.T

similarities = arrays(float, (3, 4), elements=st.floats(0, 1))


def near(value):
    return pytest.approx(value, abs=1e-6)


def values(figures):
    return {name: one.value for name, one in figures.items()}


def test_the_optimal_assignment_is_not_the_greedy_one():
    pairs = assignment(S)
    assert [pair[:2] for pair in pairs] == [(0, 1), (1, 0), (2, 2)]
    assert sum(similar for *_, similar in pairs) == near(2.08)


def test_one_to_one_at_a_threshold():
    found = matched(S, 0.5)
    assert found["f1"].parts["pairs"] == 2
    assert values(found) == near(
        {"precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3, "mean": 2.08 / 3}
    )


def test_many_to_many_as_hicode():
    assert values(many_to_many(S, 0.5)) == near({"recall": 2 / 3, "precision": 2 / 3})


def test_many_to_many_lets_one_code_stand_for_all():
    flood = np.array([[0.9, 0.9, 0.9, 0.9]])
    assert values(many_to_many(flood, 0.5)) == {"recall": 1, "precision": 1}
    assert matched(flood, 0.5)["precision"].value == 0.25


@given(similarities)
def test_no_assignment_sums_higher(similarity):
    best = max(
        sum(similarity[row, column] for row, column in enumerate(columns))
        for columns in permutations(range(4), 3)
    )
    assert sum(similar for *_, similar in assignment(similarity)) == near(best)


@given(similarities)
def test_swapping_codebooks_swaps_precision_and_recall(similarity):
    here, there = matched(similarity, 0.5), matched(similarity.T, 0.5)
    assert here["mean"].value == near(there["mean"].value)
    curve, turned = threshold_curve(similarity), threshold_curve(similarity.T)
    for point, other in zip(curve, turned, strict=True):
        if point["pairs"] == other["pairs"]:  # ties may be assigned otherwise
            assert point["precision"] == other["recall"]


@given(similarities)
def test_the_area_is_that_under_the_curve(similarity):
    grid = [point["f1"] for point in threshold_curve(similarity, np.arange(400) / 400 + 1 / 800)]
    assert curve_area(similarity).value == pytest.approx(np.mean(grid), abs=5e-3)


def test_the_curve_is_the_figures_at_each_threshold():
    for point in threshold_curve(S, [0.2, 0.5, 0.86, 0.95]):
        found = values(matched(S, point["threshold"]))
        assert {name: point[name] for name in ("precision", "recall", "f1")} == {
            name: found[name] for name in ("precision", "recall", "f1")
        }
    assert len(threshold_curve(S)) == 101


@pytest.mark.parametrize("shape", [(0, 0), (2, 0), (0, 2)])
def test_empty_codebooks_are_undefined_not_zero(shape):
    found = matched(np.zeros(shape), 0.5)
    assert found["precision"].value == (None if shape[1] == 0 else 0)
    assert found["recall"].value == (None if shape[0] == 0 else 0)
    assert threshold_curve(np.zeros(shape), [0.5])[0]["precision"] == found["precision"].value
    assert llmcode_mhd(np.zeros(shape)).value is None
    assert dubuisson_jain_mhd(np.zeros(shape)).value is None


def test_two_hausdorffs_of_the_same_name():
    assert llmcode_mhd(SIMILARITY).value == near(0.12)
    assert dubuisson_jain_mhd(SIMILARITY).value == near(0.133333)
    assert "LLMCode" in llmcode_mhd(SIMILARITY).reference
    assert "Dubuisson" in dubuisson_jain_mhd(SIMILARITY).reference


def test_frequent_codes_weigh_more_in_llmcodes():
    assert llmcode_mhd(SIMILARITY, [1, 1], [1, 1, 1]).value == near(0.12)
    assert llmcode_mhd(SIMILARITY, [3, 0], [1, 0, 0]).value == near(0)
    assert llmcode_mhd(SIMILARITY, [0, 0], [0, 0, 0]).reason == "all weights are 0"
    with pytest.raises(AgreementError, match="one number for each code"):
        llmcode_mhd(SIMILARITY, [1])


@pytest.mark.parametrize("similarity", [[0.5, 0.2], [[np.nan]]])
def test_what_is_no_table_of_numbers_is_refused(similarity):
    with pytest.raises(AgreementError, match="a table of numbers"):
        matched(similarity, 0.5)


def test_permuted_codes_keep_how_often_each_is_used():
    pairs = [(0, 0), (1, 1), (2, 2), (0, 0)]
    identity = np.eye(3)
    observed = paired_similarity(identity, pairs)
    null = permuted_codes_null(identity, [pairs], seed=1, resamples=2000)
    assert (observed.value, observed.n) == (1, 4)
    # two of four spans carry code 0: expected matches (2·2 + 1 + 1)/4 of 4
    assert null.mean() == pytest.approx(6 / 16, abs=0.02)
    assert paired_similarity(identity, []).value is None
    assert np.isnan(permuted_codes_null(identity, [], seed=1, resamples=3)).all()


def test_permuted_codes_stay_in_their_document():
    """Each document has a topic of its own, which makes its codes alike: no agreement on quotes."""
    topics = np.kron(np.eye(2), np.ones((2, 2)))
    documents = [[(0, 1), (1, 0)], [(2, 2), (3, 3)]]
    assert (permuted_codes_null(topics, documents, seed=1, resamples=50) == 1).all()
