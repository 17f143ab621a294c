"""The room that is left in many random codings of one text while quotes are placed in them.

All draws are kept side by side, one row each, and asked in a few steps of arithmetic, so that the
time to place a quote hardly grows with the number of quotes that were placed before.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from autocode.agreement.coefficient import Bools, Ints

# One generator for all draws, or one for each: then a draw is the same whatever is drawn with it.
Dice = Generator | Sequence[Generator]


def rolled(dice: Dice, rows: Ints, roll: Callable[[Generator, Ints], Any]) -> NDArray[Any]:
    """What these draws roll, (rows, …); `roll` is given a generator and the draws it is for."""
    if isinstance(dice, Generator):
        return np.asarray(roll(dice, rows))
    return np.concatenate([roll(dice[row], rows[[at]]) for at, row in enumerate(rows.tolist())])


class Taken:
    """Which characters are taken in each draw, a bit each.

    What is placed is told from longest to shortest, more or less: as no two overlap, a few
    characters of a place tell whether something lies there.
    """

    def __init__(self, draws: int, length: int) -> None:
        self._bits = np.zeros((draws, length // 8 + 2), dtype=np.uint8)
        self._shortest = 0

    def add(self, left: Ints, right: Ints) -> None:
        """Take `[left, right)` in each draw, (draws,)."""
        lengths = right - left
        shortest = int(lengths.min(initial=1 << 62, where=lengths > 0))
        self._shortest = min(self._shortest or shortest, shortest)
        first, last = left >> 3, (right - 1) >> 3
        at = first[:, None] + np.arange(int((last - first).max()) + 1)
        mask = np.full(at.shape, 255, dtype=np.int64)
        mask[:, 0] &= 255 << (left & 7)
        ending = at == last[:, None]
        mask = np.where(ending, mask & (255 >> (7 - ((right - 1) & 7)))[:, None], mask)
        mask = np.where(at > last[:, None], 0, mask).astype(np.uint8)
        self._bits[np.arange(len(at))[:, None], at] |= mask

    def free(self, draws: Ints, begin: Ints, end: Ints) -> Bools:
        """Whether nothing lies in `[begin, end)` of these draws; all three broadcast."""
        some = np.zeros(np.broadcast_shapes(draws.shape, begin.shape), dtype=bool)
        if self._shortest:
            longest = int((end - begin).max(initial=0))
            for step in range(0, longest + self._shortest, self._shortest):
                at = np.minimum(begin + step, end - 1)
                some |= (self._bits[draws, at >> 3] >> (at & 7).astype(np.uint8)) & 1 > 0
        return ~some


class Gaps:
    """The gaps between what was placed in each draw, in the order in which they came to be.

    A placed quote cuts the gap that holds it: what is before stays in its column, what is after
    gets a new one. Columns are counted in groups, so that few are looked at to find a place; and
    the gaps of a stretch are chained in text order.
    """

    _GROUP = 128
    _CELL = 1024

    def __init__(self, stretches: Ints, draws: int, quotes: int) -> None:
        shape = (draws, len(stretches) + quotes)
        # Half the room of the widest integers; no text is longer than they count.
        self._opens, self._closes = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        self._opens[:, : len(stretches)], self._closes[:, : len(stretches)] = stretches.T
        self._next = np.full(shape, -1, dtype=np.int32)
        self._starts = stretches[:, 0]
        self._count = len(stretches)
        cells = int(stretches.max(initial=0)) // self._CELL + 1
        self._hints = np.full((draws, cells), -1, dtype=np.int32)
        self._length = -1
        self._places = np.zeros((draws, 0), dtype=np.int64)
        self._rows = np.arange(draws)

    def _room(self, columns: Ints) -> Ints:
        sizes = (
            self._closes[self._rows[:, None], columns] - self._opens[self._rows[:, None], columns]
        )
        room = np.maximum(sizes - self._length + 1, 0)
        return np.where(columns < self._count, room, 0)

    def anywhere(self, length: int, dice: Dice) -> tuple[Ints, Bools, Ints]:
        """Of each draw one place for so many characters, all as likely: where it begins, whether
        there is one, and the column of its gap."""
        if length != self._length:
            self._length = length
            sizes = self._closes[:, : self._count] - self._opens[:, : self._count]
            room = np.maximum(sizes - length + 1, 0)
            groups = np.arange(0, self._count, self._GROUP)
            width = -(-self._opens.shape[1] // self._GROUP)
            self._places = np.zeros((len(room), width), dtype=np.int64)
            self._places[:, : len(groups)] = np.add.reduceat(room, groups, axis=1)
        sums = self._places.cumsum(axis=1)
        most = np.maximum(sums[:, -1], 1)
        pick = rolled(dice, self._rows, lambda rng, rows: rng.integers(0, most[rows]))
        fits = sums[:, -1] > 0
        group = np.minimum((sums <= pick[:, None]).sum(axis=1), sums.shape[1] - 1)
        before = sums[self._rows, group] - self._places[self._rows, group]
        columns = group[:, None] * self._GROUP + np.arange(self._GROUP)
        within = before[:, None] + self._room(np.minimum(columns, self._opens.shape[1] - 1)).cumsum(
            axis=1
        )
        offset = (within <= pick[:, None]).sum(axis=1)
        gap = np.where(fits, group * self._GROUP + offset, self._count - 1)
        before = np.where(offset > 0, within[self._rows, np.maximum(offset - 1, 0)], before)
        left = self._opens[self._rows, gap].astype(np.int64) + np.where(fits, pick - before, 0)
        return left, fits, np.where(fits, gap, -1)

    def holding(self, left: Ints, right: Ints) -> Ints:
        """The column of the gap that holds `[left, right)` in each draw; -1 where none does."""
        stretch = np.maximum(np.searchsorted(self._starts, left, side="right") - 1, 0)
        cell = left // self._CELL
        hint = self._hints[self._rows, cell]
        opens = self._opens[self._rows, hint]
        usable = (hint >= 0) & (self._starts[stretch] <= opens) & (opens <= left)
        gap = np.where(usable, hint, stretch)
        gap = self._walked(gap, np.maximum(cell * self._CELL, self._starts[stretch]))
        self._hints[self._rows, cell] = gap
        gap = self._walked(gap, left)
        held = (self._opens[self._rows, gap] <= left) & (right <= self._closes[self._rows, gap])
        return np.where(held, gap, -1)

    def _walked(self, gap: Ints, reach: Ints) -> Ints:
        """From these gaps on to the last that opens by `reach`."""
        going = self._rows
        gap = gap.copy()
        while len(going):
            later = self._next[going, gap[going]]
            on = (later >= 0) & (self._opens[going, later] <= reach[going])
            going = going[on]
            gap[going] = later[on]
        return gap

    def cut(self, gap: Ints, left: Ints, right: Ints) -> None:
        """Take `[left, right)` out of the gaps in these columns (-1: it lies in none)."""
        new, held = self._count, gap >= 0
        rows, gaps = self._rows[held], gap[held]
        last = np.where(held, self._closes[self._rows, gap], right)
        old = np.maximum(self._closes[rows, gaps] - self._opens[rows, gaps] - self._length + 1, 0)
        self._closes[rows, gaps] = left[held]
        self._opens[:, new], self._closes[:, new] = right, last
        self._next[rows, new] = self._next[rows, gaps]
        self._next[rows, gaps] = new
        self._count += 1
        if self._length < 0:
            return
        less = np.maximum(left[held] - self._opens[rows, gaps] - self._length + 1, 0) - old
        np.add.at(self._places, (rows, gaps // self._GROUP), less)
        self._places[:, new // self._GROUP] += np.maximum(last - right - self._length + 1, 0)
