"""p, mean and range of an observed value among those that chance reached."""

import numpy as np
import pytest

from autocode.agreement.figure import null_of


def test_p_counts_null_values_as_high_as_the_observed_one():
    found = null_of(0.5, [0.1, 0.5, 0.9, 0.2], "shift")
    assert found.p == pytest.approx(3 / 5)
    assert found.mean == pytest.approx(0.425)
    assert 0.1 <= found.low < found.high <= 0.9


def test_undefined_null_values_count_against_the_observed_one():
    found = null_of(0.5, [0.1, np.nan, 0.2], "shift")
    assert (found.p, found.mean, found.method) == (2 / 4, pytest.approx(0.15), "shift, 1 undefined")
    assert null_of(0.5, [np.nan], "shift") is None


def test_a_sum_in_another_order_is_still_as_high():
    assert null_of(0.1 + 0.2 + 0.3, [0.3 + 0.2 + 0.1], "shift").p == 1


def test_few_arrangements_allow_no_small_p():
    assert null_of(0.5, np.zeros(999), "dealt", arrangements=6).least == pytest.approx(1 / 6)
    assert null_of(0.5, np.zeros(999), "dealt", arrangements=10**9).least == 1 / 1000
    assert null_of(0.5, np.zeros(9), "dealt").least == 1 / 10
