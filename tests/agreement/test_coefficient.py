"""Division that may be undefined, and coefficients as arithmetic and as figures."""

import numpy as np
import pytest

from autocode.agreement.coefficient import coefficient, figure, ratio
from autocode.errors import AgreementError


@coefficient("a paper, eq. 1", "nothing was marked", parts=lambda table: {"marked": table[0]})
def share(tables):
    """The share of what is marked."""
    return ratio(tables[..., 0], tables[..., 0])


def test_a_quotient_without_a_denominator_is_nan_and_silent():
    np.testing.assert_array_equal(ratio([1, 0, 3], [2, 0, 0]), [0.5, np.nan, np.nan])


def test_a_quotient_broadcasts():
    assert ratio([[1], [2]], [1, 2]).tolist() == [[1, 0.5], [2, 1]]


def test_a_coefficient_is_a_figure_of_one_table():
    found = share([2, 3], unit="turn")
    assert (found.value, found.n, found.unit, found.reference) == (1.0, 5, "turn", "a paper, eq. 1")
    assert found.parts == {"marked": 2}


def test_a_coefficient_keeps_the_docstring_and_name():
    assert (share.__doc__, share.name) == ("The share of what is marked.", "share")


def test_an_undefined_coefficient_says_why():
    assert share([0, 3], unit="turn").reason == "nothing was marked"
    assert share([0, 0], unit="turn").reason == "there is no turn to compare"


def test_a_coefficient_takes_many_tables_at_once():
    np.testing.assert_array_equal(share.of(np.array([[2, 3], [0, 1]])), [1, np.nan])


@pytest.mark.parametrize("counts", [[-1, 2], [np.nan, 2], [np.inf, 2]])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(AgreementError, match="share: counts must be finite and not negative"):
        share(counts, unit="turn")


def test_a_figure_is_none_where_its_value_is_nan():
    found = figure(np.nan, n=2, unit="code", reference="r", undefined="because", shown=1)
    assert (found.value, found.reason, found.parts) == (None, "because", {"shown": 1})
