"""Several runs (agreement.runs): spread, survival of quotes and the human ceiling."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement.labels import kappa
from autocode.agreement.runs import (
    ceiling,
    over_runs,
    quote_survival,
    total_agreement,
)
from autocode.agreement.spans import Unit
from autocode.errors import AgreementError

RUNS = [
    [Unit(0, 10, "a"), Unit(20, 30, "b")],
    [Unit(1, 10, "a")],
    [Unit(0, 9, "a"), Unit(20, 29, "b"), Unit(50, 60, "c")],
]
HUMANS = np.array([[[40, 5], [5, 50]], [[30, 9], [9, 50]], [[20, 4], [6, 30]]], dtype=float)


def near(value):
    return pytest.approx(value, abs=1e-9)


def test_mean_and_spread_over_runs():
    found = over_runs([0.4, 0.6, None, 0.8], reference="κ")
    assert (found.value, found.n, found.reference) == (near(0.6), 3, "mean over runs; κ")
    assert found.parts == {"sd": near(0.2), "min": 0.4, "max": 0.8, "undefined_runs": 1}
    assert over_runs([0.4], reference="κ").parts["sd"] is None
    assert over_runs([None], reference="κ").reason == "there is no run to compare"


def test_items_with_the_same_output_in_all_runs():
    found = total_agreement([["a", "b", "c"], ["a", "x", "c"], ["a", "b", "c"]], of="raw")
    assert (found.value, found.n) == (near(2 / 3), 3)
    assert "TARr@3" in found.reference
    assert "TARa@2" in total_agreement([["a"], ["a"]], of="answer").reference


@pytest.mark.parametrize("runs", [[["x", "y"]], [["x", "y"], ["x"]]])
def test_runs_that_cannot_be_compared_are_refused(runs):
    with pytest.raises(AgreementError, match="two runs at least"):
        total_agreement(runs, of="raw")


def test_quotes_that_come_back():
    found = quote_survival(RUNS)
    assert found.parts["present_in"] == near({1: 1 / 6, 2: 2 / 6, 3: 3 / 6})
    assert found.value == near((0 + 2 * 1 + 3 * 2) / (6 * 2))
    assert found.n == 6
    assert quote_survival(RUNS, overlap=0.95).value == 0


def test_quote_survival_needs_two_runs_and_quotes():
    with pytest.raises(AgreementError, match="two runs at least"):
        quote_survival(RUNS[:1])
    assert quote_survival([[], []]).reason == "there is no quote to compare"


@given(st.integers(2, 5))
def test_identical_runs_are_perfectly_stable(number):
    assert quote_survival([RUNS[2]] * number).value == 1
    assert total_agreement([["x", "y"]] * number, of="raw").value == 1


def test_a_model_as_close_as_the_humans_reaches_the_ceiling():
    found = ceiling([HUMANS, HUMANS], HUMANS, kappa.of)
    assert found.value == near(1)
    assert found.parts["difference"] == near(0)
    assert found.parts["no_difference_interval"].startswith("3 documents are fewer")


def test_a_weaker_model_stays_under_the_ceiling():
    humans = np.concatenate([HUMANS, HUMANS])
    weaker = humans + np.arange(9, 15)[:, None, None] * np.array([[0, 1], [1, 0]])
    found = ceiling([weaker, humans], humans, kappa.of)
    between = float(kappa.of(humans.sum(axis=0)))
    model = (float(kappa.of(weaker.sum(axis=0))) + between) / 2
    assert found.value == near(model / between)
    assert found.parts["model_human"] == near(model)
    assert found.parts["difference_interval"].high < 0


def test_one_document_has_a_ratio_without_an_interval():
    found = ceiling([HUMANS[:1]], HUMANS[:1], kappa.of)
    assert found.value == near(1)
    assert found.parts["difference_interval"] is None


def test_humans_who_do_not_agree_leave_no_ratio():
    chance = np.array([[[10, 10], [10, 10]]] * 3, dtype=float)
    assert "above 0" in ceiling([HUMANS], chance, kappa.of).reason
    nothing = np.zeros((3, 2, 2))
    assert ceiling([HUMANS], nothing, kappa.of).parts["human_human"] is None


def test_a_ceiling_needs_the_same_documents():
    with pytest.raises(AgreementError, match="for the model and the humans"):
        ceiling([HUMANS], HUMANS[:2], kappa.of)
    with pytest.raises(AgreementError, match="for the model and the humans"):
        ceiling([], HUMANS, kappa.of)
