"""The room left beside what was placed: as counting every character tells it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement.room import Gaps, Taken

STRETCHES = np.array([[0, 30], [31, 50], [1000, 1100], [1101, 3000]])
seeds = st.integers(0, 9999)


@given(seeds)
def test_what_is_placed_is_never_free_and_gaps_hold_the_rest(seed):
    """Quotes from long to short in four draws, anywhere or at a place that is asked about."""
    rng = np.random.default_rng(seed)
    draws = np.arange(4)
    taken, gaps = Taken(4, 3100), Gaps(STRETCHES, 4, 12)
    free = np.zeros((4, 3100), dtype=bool)
    for first, last in STRETCHES:
        free[:, first:last] = True
    for length in sorted(rng.integers(1, 40, 12), reverse=True):
        if rng.random() < 0.5:
            left, fits, gap = gaps.anywhere(int(length), rng)
        else:
            left = rng.integers(0, 1200, 4)
            gap = gaps.holding(left, left + length)
            fits = gap >= 0
        right = left + length
        within = [free[draw, a:b].all() for draw, a, b in zip(draws, left, right, strict=True)]
        assert fits.tolist() == within
        if not fits.all():
            return
        assert taken.free(draws, left, right).all()
        taken.add(left, right)
        gaps.cut(gap, left, right)
        for draw, a, b in zip(draws, left, right, strict=True):
            free[draw, a:b] = False
        begin = rng.integers(0, 1200, (4, 6))
        end = begin + rng.integers(1, 60, (4, 6))
        marked = [
            [not free[draw, a:b].all() for a, b in zip(*row, strict=True)]
            for draw, row in zip(draws, zip(begin, end, strict=True), strict=True)
        ]
        known = ~taken.free(draws[:, None], begin, end)
        # What lies outside the stretches is not free, but nobody took it.
        assert (known <= np.array(marked)).all()
        assert (known == np.array(marked))[end <= 30].all()


def test_every_place_of_every_gap_is_as_likely():
    gaps = Gaps(np.array([[0, 10], [20, 26]]), 6000, 2)
    left = np.full(6000, 3)
    gaps.cut(gaps.holding(left, left + 2), left, left + 2)
    places = np.bincount(gaps.anywhere(3, np.random.default_rng(1))[0], minlength=26)
    assert np.flatnonzero(places).tolist() == [0, 5, 6, 7, 20, 21, 22, 23]
    assert places[places > 0].min() > 600
