"""One code's 2×2 counts: published indices, suppression of rare codes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import precision_recall_fscore_support

from autocode.agreement.labels import kappa
from autocode.agreement.percode import (
    bias_index,
    code_figures,
    f1,
    p_neg,
    p_pos,
    pabak,
    precision,
    prevalence_index,
    recall,
)
from autocode.agreement.tables import contingency
from autocode.errors import AgreementError

counts = arrays(float, (2, 2), elements=st.integers(0, 50))


def near(value, tolerance=1e-6):
    return pytest.approx(value, abs=tolerance)


@pytest.mark.parametrize(
    ("one", "table", "published", "tolerance"),
    [
        (pabak, [[40, 9], [6, 45]], 0.70, 1e-6),
        (prevalence_index, [[40, 9], [6, 45]], -0.05, 1e-6),
        (bias_index, [[40, 9], [6, 45]], 0.03, 1e-6),
        (pabak, [[80, 10], [5, 5]], 0.70, 1e-6),
        (prevalence_index, [[80, 10], [5, 5]], 0.75, 1e-6),
        (p_pos, [[80, 10], [5, 5]], 0.914, 0.0005),
        (p_neg, [[80, 10], [5, 5]], 0.400, 1e-6),
        (pabak, [[118, 5], [2, 0]], 0.888, 1e-6),
        (f1, [[118, 5], [2, 0]], 0.9712, 0.00005),
    ],
)
def test_published_values(one, table, published, tolerance):
    assert one(table, unit="unit").value == near(published, tolerance)


@given(counts)
def test_kappa_follows_from_prevalence_and_bias(table):
    """Byrt, Bishop & Carlin 1993: κ = (PABAK − PI² + BI²)/(1 − PI² + BI²)."""
    k = kappa(table, unit="turn").value
    if k is not None:
        shift = prevalence_index.of(table) ** 2 - bias_index.of(table) ** 2
        assert k == near((pabak.of(table) - shift) / (1 - shift))


@given(counts)
def test_swapping_coders_swaps_precision_and_recall_and_turns_the_bias(table):
    np.testing.assert_array_equal(precision.of(table), recall.of(table.T))
    np.testing.assert_array_equal(bias_index.of(table), -bias_index.of(table.T))


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_rates_are_scikit_learns(pairs):
    gold, model = [a for a, _ in pairs], [b for _, b in pairs]
    table = contingency(gold, model, [True, False])
    theirs = precision_recall_fscore_support(
        gold, model, average="binary", pos_label=True, zero_division=np.nan
    )
    np.testing.assert_allclose([one.of(table) for one in (precision, recall, f1)], theirs[:3])


def test_undefined_rates_say_why():
    never = [[0, 3], [0, 4]]
    assert precision(never, unit="turn").reason == "the second coder never used the code"
    assert recall([[0, 0], [3, 4]], unit="turn").reason == "the first coder never used the code"
    assert f1([[0, 0], [0, 4]], unit="turn").reason == "neither coder used the code"
    assert p_neg([[4, 0], [0, 0]], unit="turn").reason == "both coders used the code on every unit"


def test_one_code_needs_a_two_by_two_table():
    with pytest.raises(AgreementError, match="2×2"):
        pabak(np.ones((3, 3)), unit="turn")


def test_a_code_used_often_enough_has_all_figures():
    figures = code_figures(np.array([[3, 1], [1, 20]]), unit="turn")
    assert all(one.value is not None for one in figures.values())
    assert {"kappa", "nominal_alpha", "ac1", "pabak", "f1", "prevalence_index"} <= figures.keys()


def test_a_rare_code_keeps_its_counts_and_indices_only():
    figures = code_figures(np.array([[2, 1], [1, 20]]), unit="turn")
    kept = {name for name, one in figures.items() if one.value is not None}
    assert kept == {"prevalence_index", "bias_index"}
    assert "fewer than 5 turns carry the code" in figures["kappa"].reason
    assert figures["kappa"].parts["first_only"] == 1
