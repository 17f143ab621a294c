"""Boundary similarity: segeval's own cases, and segeval itself on random segmentations."""

import pytest
import segeval
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement.boundary import boundary_similarity
from autocode.errors import AgreementError


@pytest.mark.parametrize(
    ("masses", "value"),
    [((5, 6), 1 / 2), ((2, 3, 3, 3), 2 / 3), ((2, 2, 7), 3 / 4), ((1, 1, 3, 1, 5), 1 / 2)],
)
def test_published_cases(masses, value):
    assert boundary_similarity((2, 3, 6), masses).value == pytest.approx(value)


@st.composite
def segmentation(draw, length=24):
    cuts = sorted(draw(st.sets(st.integers(1, length - 1), max_size=8)))
    return tuple(b - a for a, b in zip([0, *cuts], [*cuts, length], strict=True))


@given(segmentation(), segmentation())
def test_equals_segeval(first, second):
    found = boundary_similarity(first, second)
    if found.value is None:
        assert first == second == (24,)
    else:
        assert found.value == pytest.approx(float(segeval.boundary_similarity(first, second)))


def test_near_misses_are_paired_so_that_the_edits_cost_least():
    found = boundary_similarity((10, 4, 6), (13, 4, 3), near=4)
    assert found.parts["transpositions"] == 2
    assert found.value == pytest.approx(1 - (3 / 4 + 3 / 4) / 2)


def test_misuse_and_nothing_to_compare():
    with pytest.raises(AgreementError, match="cover 11 and 12 units of text"):
        boundary_similarity((5, 6), (6, 6))
    with pytest.raises(AgreementError, match="at least one unit of text"):
        boundary_similarity((5, 0), (5,))
    assert boundary_similarity((11,), (11,)).reason == "there is no boundary to compare"
