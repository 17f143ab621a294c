"""Set distances as matrices are those of the pairs, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement.alpha import distances
from autocode.agreement.incidence import incidence, jaccard_distances, masi_distances
from autocode.agreement.sets import jaccard, masi


@given(st.lists(st.frozensets(st.sampled_from("abcde")), max_size=12, unique=True))
def test_equals_every_pair(values):
    for matrix, pairwise in ((masi_distances, masi), (jaccard_distances, jaccard)):
        expected = distances(values, pairwise)
        assert matrix(incidence(values)).tolist() == [
            pytest.approx(row) for row in expected.tolist()
        ]


def test_empty_sets_agree_and_share_nothing_with_others():
    values = [frozenset(), frozenset("a"), frozenset("ab")]
    assert masi_distances(incidence(values))[0].tolist() == [0, 1, 1]
    assert masi_distances(incidence(values))[1, 2] == pytest.approx(2 / 3)
    assert jaccard_distances(incidence([])).shape == (0, 0)
