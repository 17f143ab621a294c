"""Two coders' labels: published values of κ, α, AC1 and what they have in common."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from nltk.metrics.agreement import AnnotationTask
from sklearn.metrics import cohen_kappa_score

from autocode.agreement.labels import ac1, kappa, nominal_alpha, percent_agreement
from autocode.agreement.percode import pabak
from autocode.agreement.tables import contingency

COEFFICIENTS = (kappa, nominal_alpha, ac1, percent_agreement)
COHEN_1960 = [[25, 12, 3], [13, 2, 15], [12, 16, 2]]

tables = arrays(float, (3, 3), elements=st.integers(0, 20))
labels = st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=2)


def near(value):
    return pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("one", "table", "published", "digits"),
    [
        # Feinstein & Cicchetti 1990
        (percent_agreement, [[40, 9], [6, 45]], 0.85, 2),
        (kappa, [[40, 9], [6, 45]], 0.70, 2),
        (ac1, [[40, 9], [6, 45]], 0.7007, 4),
        (kappa, [[80, 10], [5, 5]], 0.32, 2),
        (kappa, [[80, 10], [5, 5]], 0.3182, 4),
        (ac1, [[80, 10], [5, 5]], 0.8080, 4),
        (ac1, [[80, 7], [8, 5]], 0.808, 3),  # R irrCAC 1.4
        (ac1, COHEN_1960, -0.047970, 6),
        (kappa, [[118, 5], [2, 0]], -0.0234, 4),
        (ac1, [[118, 5], [2, 0]], 0.94078, 5),
        (kappa, [[20, 5], [10, 15]], 0.4, 6),
    ],
)
def test_published_values(one, table, published, digits):
    assert one(table, unit="unit").value == pytest.approx(published, abs=0.51 * 10**-digits)


def test_expected_agreement_of_ac1_as_irrcac_prints_it():
    assert ac1([[80, 7], [8, 5]], unit="unit").parts["expected"] == near(0.21875)


def test_krippendorff_2011_meg_and_owen():
    meg, owen = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert nominal_alpha(contingency(meg, owen), unit="unit").value == near(2 / 21)


def test_krippendorff_2011_ben_and_gerry():
    table = contingency([*"aabbdcccedda"], [*"babbbccceddd"])
    assert nominal_alpha(table, unit="unit").value == near(0.691964)


def test_atlas_ti_manual_example():
    first, second = [*"1100000000"], [*"0110010100"]
    found = nominal_alpha(contingency(first, second), unit="segment")
    assert percent_agreement(contingency(first, second), unit="segment").value == near(0.6)
    assert found.value == near(2 / 21)


def test_parts_hold_the_counts_and_both_agreements():
    found = kappa([[80, 10], [5, 5]], unit="turn")
    assert found.parts == {
        "observed": near(0.85),
        "expected": near(0.78),
        "both": 80,
        "first_only": 10,
        "second_only": 5,
        "neither": 5,
    }
    assert (found.n, found.unit) == (100, "turn")
    assert kappa(COHEN_1960, unit="turn").parts["table"] == COHEN_1960


@pytest.mark.parametrize("one", [kappa, nominal_alpha])
def test_one_label_throughout_is_undefined_not_perfect(one):
    found = one([[0, 0], [0, 9]], unit="turn")
    assert found.value is None
    assert "one" in found.reason


@pytest.mark.parametrize("one", COEFFICIENTS)
def test_no_units_are_undefined(one):
    found = one(np.zeros((2, 2)), unit="turn")
    assert found.reason == "there is no turn to compare"
    assert set(found.parts.values()) == {0}
    assert one(np.zeros((0, 0)), unit="turn").value is None


def test_a_model_that_never_uses_the_code_has_no_kappa_but_fine_ac1():
    table = [[0, 5], [0, 95]]
    assert kappa(table, unit="turn").value == 0
    assert ac1(table, unit="turn").value > 0.9
    assert pabak(table, unit="turn").value == near(0.90)


@pytest.mark.parametrize("one", COEFFICIENTS)
@settings(max_examples=25)
@given(counts=tables)
def test_swapping_the_coders_changes_nothing(one, counts):
    np.testing.assert_allclose(one.of(counts), one.of(counts.T), atol=1e-12)


@pytest.mark.parametrize("one", COEFFICIENTS)
@settings(max_examples=25)
@given(counts=tables, order=st.permutations(range(3)))
def test_renaming_the_labels_changes_nothing(one, counts, order):
    renamed = counts[np.ix_(order, order)]
    np.testing.assert_allclose(one.of(counts), one.of(renamed), atol=1e-12)


@pytest.mark.parametrize("one", COEFFICIENTS)
@settings(max_examples=25)
@given(sizes=st.lists(st.integers(1, 20), min_size=2, max_size=5))
def test_identical_coders_agree_fully(one, sizes):
    assert one(np.diag(sizes), unit="turn").value == near(1)


@pytest.mark.parametrize("one", COEFFICIENTS)
@settings(max_examples=25)
@given(counts=arrays(float, (4, 3, 3), elements=st.integers(0, 9)))
def test_many_tables_at_once_are_each_alone(one, counts):
    np.testing.assert_array_equal(one.of(counts), [one.of(table) for table in counts])


@given(labels)
def test_kappa_is_scikit_learns(pairs):
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    ours = kappa(contingency(first, second), unit="unit").value
    assume(ours is not None)
    assert ours == near(cohen_kappa_score(first, second))


@given(labels)
def test_alpha_is_nltks(pairs):
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    ours = nominal_alpha(contingency(first, second), unit="unit").value
    assume(ours is not None)
    rows = [(c, i, pair[c]) for i, pair in enumerate(pairs) for c in (0, 1)]
    assert ours == near(AnnotationTask(data=rows).alpha())
