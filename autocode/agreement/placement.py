"""Chance codings: one coder's quotes at random places, or their codes permuted among them.

Two questions have two nulls. Where: the quotes are placed anew within the text that may be marked.
What, given where: the quotes stay and their codes are dealt out anew. Turns and sentences are
derived from the drawn quotes, so that every figure of a question is judged by the same draws.

Coders who never read still quote whole sentences, and two who do so meet all or nothing: their
figures vary half as much again as those of quotes that begin anywhere. So a border of a quote that
is a border of a sentence stays one.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator

from autocode.agreement.coefficient import Bools, Ints, ranges
from autocode.agreement.room import Dice, Gaps, Taken, rolled
from autocode.agreement.spans import Unit, clusters

Stretch = tuple[int, int]

PLACED = "the other coder's quotes placed at random in the text that may be marked"
DEALT = "the other coder's codes permuted among their quotes"
# A quote of whole sentences goes to whole sentences about as long: within this share of its length.
_NEAR = 0.2
# Characters of all draws that are placed at a time: a few bytes stand for each.
_TOGETHER = 300_000_000
_TRIES = 10
_ROUNDS = 5


def blocks_of(units: Iterable[Unit], stretches: Sequence[Stretch]) -> list[Unit]:
    """What is placed as a whole, in text order: a unit whose code is the tuple of its units.

    Units of one coder that overlap stay together; one that runs over the end of a stretch is cut
    there, and what lies outside all stretches is left out. stretches: `[start, end)`, in text
    order, not overlapping.
    """
    waiting = deque(sorted(units, key=lambda unit: unit[:2]))
    blocks: list[Unit] = []
    here: list[Unit] = []
    for first, last in stretches:
        while waiting and waiting[0].start < last:
            here.append(waiting.popleft())
        here = [unit for unit in here if unit.end > first]
        within = [Unit(max(u.start, first), min(u.end, last), u.code) for u in here]
        blocks += (
            Unit(group[0].start, max(unit.end for unit in group), tuple(group))
            for (group,) in clusters(within)
        )
    return blocks


def placed(
    units: Iterable[Unit],
    stretches: Sequence[Stretch],
    draws: int,
    dice: Dice,
    sentences: Sequence[Stretch] = (),
) -> list[tuple[Unit, ...]]:
    """`draws` codings with the same quotes at random places of the stretches, without overlap.

    Codes are kept, and lengths: a quote that begins or ends with a sentence of a stretch does so
    wherever it goes; one that does both becomes as many whole sentences as are about as long
    (within a fifth). Every quote lies within one stretch (a turn), as coders' quotes do: the
    longest is placed first, each at one of the places that are left for it. A quote over several
    turns is placed in parts (see `blocks_of`). Where some quote finds no room five times, the draw
    is the coding as it was, which speaks against significance: for a coder who marked everything
    p is 1. dice: one generator for all draws, or one for each.
    """
    quotes, starts, ends = placements(units, stretches, draws, dice, sentences)
    codes = [quote.code for quote in quotes]
    orders = np.lexsort((ends, starts))
    return [
        tuple(
            Unit(start, end, codes[at])
            for start, end, at in zip(
                begin[order].tolist(), stop[order].tolist(), order.tolist(), strict=True
            )
        )
        for begin, stop, order in zip(starts, ends, orders, strict=True)
    ]


def placements(
    units: Iterable[Unit],
    stretches: Sequence[Stretch],
    draws: int,
    dice: Dice,
    sentences: Sequence[Stretch] = (),
) -> tuple[list[Unit], Ints, Ints]:
    """What `placed` gives as columns: the quotes as they are placed (cut to the stretches), and
    where each begins and ends in every draw, (draws, quotes) each."""
    blocks = blocks_of(units, stretches)
    text = _Text.of(stretches, sentences)
    step = max(1, _TOGETHER // max(1, int(text.stretches.max(initial=0))))
    parts = [
        _drawn(
            blocks,
            text,
            min(step, draws - first),
            dice if isinstance(dice, Generator) else dice[first : first + step],
        )
        for first in range(0, max(draws, 1), step)
    ]
    starts, ends = (np.concatenate(side) for side in zip(*parts, strict=True))
    quotes = [unit for block in blocks for unit in block.code]
    at = np.repeat(np.arange(len(blocks)), [len(block.code) for block in blocks])
    before = np.array([block[:2] for block in blocks], dtype=np.int32).reshape(-1, 2)[at]
    bounds = np.array([unit[:2] for unit in quotes], dtype=np.int32).reshape(-1, 2)
    starts, ends = starts[:, at], ends[:, at]
    # Cut or stretched to the new end of the block.
    lefts = np.minimum(bounds[:, 0] - before[:, 0] + starts, ends - 1)
    rights = np.minimum(bounds[:, 1] - before[:, 0] + starts, ends)
    return quotes, lefts, np.where(bounds[:, 1] == before[:, 1], ends, rights)


@dataclass(frozen=True)
class _Text:
    """What may be marked: stretches (n, 2), and starts, ends and stretch of its sentences."""

    stretches: Ints
    starts: Ints
    ends: Ints
    homes: Ints

    @cached_property
    def first(self) -> frozenset[int]:
        return frozenset(self.starts.tolist())

    @cached_property
    def last(self) -> frozenset[int]:
        return frozenset(self.ends.tolist())

    @classmethod
    def of(cls, stretches: Sequence[Stretch], sentences: Sequence[Stretch]) -> "_Text":
        bounds = np.array(stretches, dtype=np.int64).reshape(-1, 2)
        starts, ends = np.array(sentences, dtype=np.int64).reshape(-1, 2).T
        homes = np.searchsorted(bounds[:, 0], starts, side="right") - 1
        within = (homes >= 0) & (starts < bounds[homes, 1]) if len(bounds) else homes >= 0
        starts, ends, homes = starts[within], ends[within], homes[within]
        return cls(bounds, starts, np.minimum(ends, bounds[homes, 1]), homes)

    def kind(self, block: Unit) -> tuple[bool, bool]:
        """Whether a block begins, and whether it ends, with a sentence."""
        return block.start in self.first, block.end in self.last

    def places(self, blocks: Iterable[Unit]) -> Iterator[tuple[Ints, Ints] | None]:
        """Where each block may begin and end; None where it may begin anywhere.

        Blocks of one length that come together are thought of once.
        """
        known: dict[tuple[bool, bool], tuple[int, tuple[Ints, Ints] | None]] = {}
        for block in blocks:
            kind = self.kind(block)
            if kind not in known or known[kind][0] != block.length:
                known[kind] = block.length, self._places(*kind, block.length)
            yield known[kind][1]

    def _places(self, begins: bool, stops: bool, length: int) -> tuple[Ints, Ints] | None:
        if begins and stops:
            return self._runs(length)
        if begins:
            fits = self.starts + length <= self.stretches[self.homes, 1]
            return self.starts[fits], self.starts[fits] + length
        if stops:
            fits = self.ends - length >= self.stretches[self.homes, 0]
            return self.ends[fits] - length, self.ends[fits]
        return None

    def _runs(self, length: int) -> tuple[Ints, Ints]:
        """The whole sentences of one stretch that are together about so long."""
        near = int(length * _NEAR)
        lows = np.searchsorted(self.ends, self.starts + length - near)
        highs = np.searchsorted(self.ends, self.starts + length + near, side="right")
        firsts, lasts = ranges(lows, highs)
        same = self.homes[firsts] == self.homes[lasts]
        return self.starts[firsts[same]], self.ends[lasts[same]]


def _drawn(blocks: Sequence[Unit], text: _Text, draws: int, dice: Dice) -> tuple[Ints, Ints]:
    """(draws, blocks) each: where every block begins and ends."""
    # Half the room of the widest integers; no text is longer than they count.
    starts, ends = (
        np.tile(np.array([block[side] for block in blocks], dtype=np.int32), (draws, 1))
        for side in (0, 1)
    )
    order = sorted(range(len(blocks)), key=lambda at: -blocks[at].length)
    missing = np.arange(draws if blocks else 0)
    for _ in range(_ROUNDS):
        new = [blocks[at] for at in order]
        lefts, rights, fits = _round(
            new,
            text,
            len(missing),
            dice if isinstance(dice, Generator) else [dice[at] for at in missing.tolist()],
        )
        rows = missing[fits][:, None]
        starts[rows, order], ends[rows, order] = lefts[fits], rights[fits]
        missing = missing[~fits]
        if not len(missing):
            break
    return starts, ends


def _round(blocks: Sequence[Unit], text: _Text, draws: int, dice: Dice) -> tuple[Ints, Ints, Bools]:
    """One try for each draw: starts and ends (draws, blocks), and where every block found room."""
    lefts, rights = np.zeros((2, draws, len(blocks)), dtype=np.int32)
    fits = np.ones(draws, dtype=bool)
    places = text.places(blocks)
    longest = max((block.length for block in blocks), default=0)
    taken = Taken(draws, int(text.stretches.max(initial=0)) + 2 * longest)
    # Only a quote that may begin anywhere asks for the gaps.
    last = max((at for at, kind in enumerate(map(text.kind, blocks)) if not any(kind)), default=-1)
    gaps = Gaps(text.stretches, draws, last + 1)
    for number, (block, among) in enumerate(zip(blocks, places, strict=True)):
        if among is None:
            left, room, gap = gaps.anywhere(block.length, dice)
            right = left + block.length
        else:
            left, right, room = _among(*among, taken, draws, dice)
            gap = gaps.holding(left, right) if number < last else left
        lefts[:, number], rights[:, number] = left, right
        fits &= room
        taken.add(left, right)
        if number < last:
            gaps.cut(gap, left, right)
    return lefts, rights, fits


def _among(
    begin: Ints, end: Ints, taken: Taken, draws: int, dice: Dice
) -> tuple[Ints, Ints, Bools]:
    """Of each draw one of the places that is free of what was placed, and whether there is one."""
    pick = np.zeros(draws, dtype=np.int64)
    room = np.zeros(draws, dtype=bool)
    missing = np.arange(draws)
    for _ in range(_TRIES if len(begin) else 0):
        if not len(missing):
            break
        pick[missing] = rolled(
            dice, missing, lambda rng, rows: rng.integers(len(begin), size=len(rows))
        )
        room[missing] = taken.free(missing, begin[pick[missing]], end[pick[missing]])
        missing = missing[~room[missing]]
    if len(begin) and len(missing):
        every = taken.free(missing[:, None], begin[None], end[None])
        width = every.shape[1]
        order = rolled(dice, missing, lambda rng, rows: rng.random((len(rows), width)))
        pick[missing] = np.argmax(order * every, axis=1)
        room[missing] = every.any(axis=1)
    if not len(begin):
        return pick, pick, room
    return begin[pick], end[pick], room


def dealt(units: Sequence[Unit], draws: int, rng: Generator) -> list[tuple[Unit, ...]]:
    """`draws` codings with the quotes where they are and their codes permuted among them.

    A quote's code may be a set: whole sets move, so that their sizes and frequencies stay.
    """
    return [
        tuple(unit._replace(code=units[i].code) for unit, i in zip(units, row, strict=True))
        for row in orders(len(units), draws, rng).tolist()
    ]


def orders(count: int, draws: int, rng: Generator) -> Ints:
    """(draws, count): whose code each quote has in each draw."""
    return rng.permuted(np.tile(np.arange(count), (draws, 1)), axis=1)
