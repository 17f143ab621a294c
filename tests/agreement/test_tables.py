"""Labels and code sets counted into tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement.tables import contingency, either_coded, presence, set_counts
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
    with pytest.raises(AgreementError, match="not in the list: z"):
        presence([{"z"}], [set()], ["x"])


@pytest.mark.parametrize("count", [contingency, set_counts, either_coded])
def test_coders_with_unlike_numbers_of_units_are_refused(count):
    with pytest.raises(AgreementError, match="one coder has 2 units and the other 1"):
        count([set(), set()], [set()])


def test_presence_counts_a_b_c_d_per_code():
    first = [{"a"}, {"a", "b"}, set(), set()]
    second = [{"a"}, set(), {"b"}, set()]
    a, b = presence(first, second, ["a", "b"])
    assert a.tolist() == [[1, 1], [0, 2]]
    assert b.tolist() == [[0, 1], [1, 2]]


def test_no_units_and_no_codes_are_empty_tables():
    assert presence([], [], ["a"]).tolist() == [[[0, 0], [0, 0]]]
    assert presence([set()], [set()], []).shape == (0, 2, 2)
    assert contingency([], []).shape == (0, 0)


@given(pairs)
def test_pooled_sets_are_the_sum_over_codes_without_neither(units):
    first, second = [a for a, _ in units], [b for _, b in units]
    summed = presence(first, second, CODES).sum(axis=0)
    summed[1, 1] = 0
    np.testing.assert_array_equal(set_counts(first, second), summed)


@given(pairs)
def test_units_nobody_coded_are_left_out(units):
    first, second = either_coded([a for a, _ in units], [b for _, b in units])
    assert list(zip(first, second, strict=True)) == [pair for pair in units if any(pair)]
