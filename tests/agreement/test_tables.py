"""Labels and code sets counted into tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement.tables import contingency, set_counts
from autocode.errors import AgreementError

CODES = ("a", "b", "c")
code_sets = st.frozensets(st.sampled_from(CODES))
pairs = st.lists(st.tuples(code_sets, code_sets))


def test_labels_are_counted_by_first_and_second_coder():
    table = contingency(["x", "x", "y", None], ["x", "y", "y", "y"])
    assert table.tolist() == [[1, 1], [0, 1]]


def test_given_categories_keep_their_order_and_their_empty_rows():
    assert contingency(["y"], ["x"], ["y", "x", "z"]).tolist() == [[0, 1, 0], [0] * 3, [0] * 3]


def test_a_label_outside_the_categories_is_refused():
    with pytest.raises(AgreementError, match="not in the list: z"):
        contingency(["x", "z"], ["x", "x"], ["x", "y"])


@pytest.mark.parametrize("count", [contingency, set_counts])
def test_coders_with_unlike_numbers_of_units_are_refused(count):
    with pytest.raises(AgreementError, match="one coder has 2 units and the other 1"):
        count([set(), set()], [set()])


def test_use_of_a_code_is_counted_as_both_first_second_and_neither():
    first, second = [True, True, False, False, False], [True, False, True, False, False]
    assert contingency(first, second, [True, False]).tolist() == [[1, 1], [1, 2]]


def test_no_units_are_an_empty_table():
    assert contingency([], []).shape == (0, 0)


@given(pairs)
def test_pooled_sets_are_the_sum_over_codes_without_neither(units):
    first, second = [a for a, _ in units], [b for _, b in units]
    uses = [([code in a for a in first], [code in b for b in second]) for code in CODES]
    summed = sum(contingency(*use, [True, False]) for use in uses)
    summed[1, 1] = 0
    np.testing.assert_array_equal(set_counts(first, second), summed)
