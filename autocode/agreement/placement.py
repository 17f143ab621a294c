"""Chance codings: one coder's quotes at random places, or their codes permuted among them.

Two questions have two nulls. Where: the quotes are placed anew within the text that may be marked.
What, given where: the quotes stay and their codes are dealt out anew. Turns and sentences are
derived from the drawn quotes, so that every figure of a question is judged by the same draws.

Coders who never read still quote whole sentences, and two who do so meet all or nothing: their
figures vary half as much again as those of quotes that begin anywhere. So a border of a quote that
is a border of a sentence stays one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from autocode.agreement.spans import Unit, clusters

Ints = NDArray[np.int64]
Stretch = tuple[int, int]

PLACED = "the other coder's quotes placed at random in the text that may be marked"
DEALT = "the other coder's codes permuted among their quotes"
# A quote of whole sentences goes to whole sentences about as long: within this share of its length.
_NEAR = 0.2
_TRIES = 10
_ROUNDS = 5


def blocks_of(units: Iterable[Unit], stretches: Sequence[Stretch]) -> list[Unit]:
    """What is placed as a whole, in text order: a unit whose code is the tuple of its units.

    Units of one coder that overlap stay together; one that runs over the end of a stretch is cut
    there, and what lies outside all stretches is left out. stretches: `[start, end)`, in text
    order, not overlapping.
    """
    ordered = sorted(units, key=lambda unit: unit[:2])
    return [
        Unit(group[0].start, max(unit.end for unit in group), tuple(group))
        for stretch in stretches
        for (group,) in clusters(_within(ordered, stretch))
    ]


def _within(units: Iterable[Unit], stretch: Stretch) -> list[Unit]:
    first, last = stretch
    return [
        unit._replace(start=max(unit.start, first), end=min(unit.end, last))
        for unit in units
        if unit.start < last and first < unit.end
    ]


def placed(
    units: Iterable[Unit],
    stretches: Sequence[Stretch],
    draws: int,
    rng: Generator,
    sentences: Sequence[Stretch] = (),
) -> list[tuple[Unit, ...]]:
    """`draws` codings with the same quotes at random places of the stretches, without overlap.

    Codes are kept, and lengths: a quote that begins or ends with a sentence of a stretch does so
    wherever it goes; one that does both becomes as many whole sentences as are about as long
    (within a fifth). Every quote lies within one stretch (a turn), as coders' quotes do: the
    longest is placed first, each at one of the places that are left for it. A quote over several
    turns is placed in parts (see `blocks_of`). Where some quote finds no room five times, the draw
    is the coding as it was, which speaks against significance: for a coder who marked everything
    p is 1.
    """
    blocks = blocks_of(units, stretches)
    text = _Text.of(stretches, sentences)
    starts, ends = _drawn(blocks, text, draws, rng)
    codings = (
        [
            unit
            for block, *place in zip(blocks, *rows, strict=True)
            for unit in _moved(block, *place)
        ]
        for rows in zip(starts.tolist(), ends.tolist(), strict=True)
    )
    return [tuple(sorted(coding, key=lambda unit: unit[:2])) for coding in codings]


def _moved(block: Unit, start: int, end: int) -> Iterable[Unit]:
    """The units of a block at its new place, cut or stretched to its new end."""
    for unit in block.code:
        first = min(unit.start - block.start + start, end - 1)
        last = min(unit.end - block.start + start, end)
        yield Unit(first, end if unit.end == block.end else last, unit.code)


@dataclass(frozen=True)
class _Text:
    """What may be marked: stretches (n, 2), and starts, ends and stretch of its sentences."""

    stretches: Ints
    starts: Ints
    ends: Ints
    homes: Ints

    @classmethod
    def of(cls, stretches: Sequence[Stretch], sentences: Sequence[Stretch]) -> "_Text":
        bounds = np.array(stretches, dtype=np.int64).reshape(-1, 2)
        starts, ends = np.array(sentences, dtype=np.int64).reshape(-1, 2).T
        homes = np.searchsorted(bounds[:, 0], starts, side="right") - 1
        within = (homes >= 0) & (starts < bounds[homes, 1]) if len(bounds) else homes >= 0
        starts, ends, homes = starts[within], ends[within], homes[within]
        return cls(bounds, starts, np.minimum(ends, bounds[homes, 1]), homes)

    def places(self, block: Unit) -> tuple[Ints, Ints] | None:
        """Where a block may begin and end; None where it may begin anywhere."""
        begins, stops = bool(np.isin(block.start, self.starts)), bool(np.isin(block.end, self.ends))
        if begins and stops:
            return self._runs(block.length)
        if begins:
            fits = self.starts + block.length <= self.stretches[self.homes, 1]
            return self.starts[fits], self.starts[fits] + block.length
        if stops:
            fits = self.ends - block.length >= self.stretches[self.homes, 0]
            return self.ends[fits] - block.length, self.ends[fits]
        return None

    def _runs(self, length: int) -> tuple[Ints, Ints]:
        """The whole sentences of one stretch that are together about so long."""
        near = int(length * _NEAR)
        lows = np.searchsorted(self.ends, self.starts + length - near)
        highs = np.searchsorted(self.ends, self.starts + length + near, side="right")
        counts = np.maximum(highs - lows, 0)
        firsts = np.repeat(np.arange(len(counts)), counts)
        lasts = np.arange(len(firsts)) - np.repeat(np.cumsum(counts) - counts - lows, counts)
        same = self.homes[firsts] == self.homes[lasts]
        return self.starts[firsts[same]], self.ends[lasts[same]]


def _drawn(blocks: Sequence[Unit], text: _Text, draws: int, rng: Generator) -> tuple[Ints, Ints]:
    """(draws, blocks) each: where every block begins and ends."""
    starts, ends = (
        np.tile(np.array([block[side] for block in blocks], dtype=np.int64), (draws, 1))
        for side in (0, 1)
    )
    order = sorted(range(len(blocks)), key=lambda at: -blocks[at].length)
    missing = np.arange(draws if blocks else 0)
    for _ in range(_ROUNDS):
        new = [blocks[at] for at in order]
        lefts, rights, fits = _round(new, text, len(missing), rng)
        rows = missing[fits][:, None]
        starts[rows, order], ends[rows, order] = lefts[fits], rights[fits]
        missing = missing[~fits]
        if not len(missing):
            break
    return starts, ends


def _round(
    blocks: Sequence[Unit], text: _Text, draws: int, rng: Generator
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """One try for each draw: starts and ends (draws, blocks), and where every block found room."""
    lefts, rights = np.zeros((2, draws, len(blocks)), dtype=np.int64)
    fits = np.ones(draws, dtype=bool)
    opens, closes = (np.tile(text.stretches[:, side], (draws, 1)) for side in (0, 1))
    for number, block in enumerate(blocks):
        places = text.places(block)
        if places is None:
            left, room = _anywhere(opens, closes, block.length, rng)
            right = left + block.length
        else:
            left, right, room = _among(*places, lefts[:, :number], rights[:, :number], rng)
        lefts[:, number], rights[:, number] = left, right
        fits &= room
        opens, closes = _split(opens, closes, left, right)
    return lefts, rights, fits


def _anywhere(
    opens: Ints, closes: Ints, length: int, rng: Generator
) -> tuple[Ints, NDArray[np.bool_]]:
    """Of each draw one place of the gaps (draws, n), all as likely, and whether there is one."""
    places = np.maximum(closes - opens - length + 1, 0).cumsum(axis=1)
    pick = rng.integers(0, np.maximum(places[:, -1], 1))
    gap = np.minimum((places <= pick[:, None]).sum(axis=1), places.shape[1] - 1)
    rows = np.arange(len(opens))
    before = np.where(gap > 0, places[rows, gap - 1], 0)
    return opens[rows, gap] + pick - before, places[:, -1] > 0


def _split(opens: Ints, closes: Ints, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """The gaps without what was placed in one of them."""
    held = (opens <= left[:, None]) & (right[:, None] <= closes)
    last = np.where(held, closes, right[:, None]).max(axis=1)
    closes = np.where(held, left[:, None], closes)
    return np.column_stack([opens, right]), np.column_stack([closes, last])


def _among(
    begin: Ints, end: Ints, lefts: Ints, rights: Ints, rng: Generator
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Of each draw one of the places that is free of what was placed, and whether there is one."""

    def free(draws: Ints, places: Ints) -> NDArray[np.bool_]:
        taken = np.zeros(np.broadcast_shapes(draws.shape, places.shape), dtype=bool)
        for left, right in zip(lefts.T, rights.T, strict=True):
            taken |= (begin[places] < right[draws]) & (left[draws] < end[places])
        return ~taken

    pick = np.zeros(len(lefts), dtype=np.int64)
    room = np.zeros(len(lefts), dtype=bool)
    missing = np.arange(len(lefts))
    for _ in range(_TRIES if len(begin) else 0):
        pick[missing] = rng.integers(len(begin), size=len(missing))
        room[missing] = free(missing, pick[missing])
        missing = missing[~room[missing]]
    if len(begin) and len(missing):
        every = free(missing[:, None], np.arange(len(begin))[None])
        pick[missing] = np.argmax(rng.random(every.shape) * every, axis=1)
        room[missing] = every.any(axis=1)
    if not len(begin):
        return pick, pick, room
    return begin[pick], end[pick], room


def dealt(units: Sequence[Unit], draws: int, rng: Generator) -> list[tuple[Unit, ...]]:
    """`draws` codings with the quotes where they are and their codes permuted among them.

    A quote's code may be a set: whole sets move, so that their sizes and frequencies stay.
    """
    order = rng.permuted(np.tile(np.arange(len(units)), (draws, 1)), axis=1).tolist()
    return [
        tuple(unit._replace(code=units[i].code) for unit, i in zip(units, row, strict=True))
        for row in order
    ]
