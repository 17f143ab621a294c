"""Chance codings: one coder's quotes at random places, or their codes permuted among them.

Two questions have two nulls. Where: the quotes are placed anew within the text that may be marked.
What, given where: the quotes stay and their codes are dealt out anew. Turns and sentences are
derived from the drawn quotes, so that every figure of a question is judged by the same draws.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from autocode.agreement.spans import Unit, clusters

Ints = NDArray[np.int64]
Stretch = tuple[int, int]

PLACED = "the other coder's quotes placed at random in the text that may be marked"
DEALT = "the other coder's codes permuted among their quotes"
_TRIES = 20


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
    units: Iterable[Unit], stretches: Sequence[Stretch], draws: int, rng: Generator
) -> list[tuple[Unit, ...]]:
    """`draws` codings with the same quotes at random places of the stretches, without overlap.

    Lengths and codes are kept; order and gaps are drawn anew. Every quote lies within one stretch
    (a turn), as coders' quotes do: the longest is placed first, and each goes to a stretch with a
    probability proportional to the places that are left for it there. A quote over several turns
    is placed in parts (see `blocks_of`). Where some quote finds no room in 20 tries, the draw is
    the coding as it was, which speaks against significance: for a coder who marked everything p
    is 1.
    """
    blocks = blocks_of(units, stretches)
    starts = _starts(blocks, np.array(stretches, dtype=np.int64).reshape(-1, 2), draws, rng)
    moves = starts - np.array([block.start for block in blocks], dtype=np.int64)
    drawn = (
        [
            Unit(start + move, end + move, code)
            for block, move in zip(blocks, row, strict=True)
            for start, end, code in block.code
        ]
        for row in moves.tolist()
    )
    return [tuple(sorted(coding, key=lambda unit: unit[:2])) for coding in drawn]


def _starts(blocks: Sequence[Unit], stretches: Ints, draws: int, rng: Generator) -> Ints:
    """(draws, blocks): where each block starts."""
    starts = np.tile(np.array([block.start for block in blocks], dtype=np.int64), (draws, 1))
    lengths = np.array([block.length for block in blocks], dtype=np.int64)
    open_draws = np.arange(draws) if blocks else np.arange(0)
    for _ in range(_TRIES):
        if not len(open_draws):
            break
        drawn, fits = _drawn(lengths, stretches, len(open_draws), rng)
        starts[open_draws[fits]] = drawn[fits]
        open_draws = open_draws[~fits]
    return starts


def _drawn(
    lengths: Ints, stretches: Ints, draws: int, rng: Generator
) -> tuple[Ints, NDArray[np.bool_]]:
    """One try for each draw: starts (draws, blocks), and for which draws every block found room."""
    order = np.argsort(rng.random((draws, len(lengths))) - lengths, axis=1)  # equals at random
    sizes = lengths[order]
    homes, free, fits = _homes(sizes, stretches, rng)
    rows = np.arange(draws)[:, None]
    # Each block's share of its stretch's free characters, as a rank among the blocks there.
    gaps = rng.integers(0, np.maximum(free[rows, homes], 0) + 1)
    span = int((stretches[:, 1] - stretches[:, 0]).max()) + 2
    ranks = np.argsort(homes * span + gaps + rng.random(gaps.shape), axis=1)
    homes, gaps, sizes, order = (
        np.take_along_axis(part, ranks, axis=1) for part in (homes, gaps, sizes, order)
    )
    before = np.cumsum(sizes, axis=1) - sizes
    first = np.diff(homes, axis=1, prepend=-1) != 0
    before -= np.maximum.accumulate(np.where(first, before, 0), axis=1)
    starts = np.empty_like(order)
    np.put_along_axis(starts, order, stretches[homes, 0] + gaps + before, axis=1)
    return starts, fits


def _homes(sizes: Ints, stretches: Ints, rng: Generator) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """The stretch of each block, what is left free in each stretch, and whether all found room."""
    draws, blocks = sizes.shape
    free = np.tile(stretches[:, 1] - stretches[:, 0], (draws, 1))
    homes = np.zeros((draws, blocks), dtype=np.int64)
    fits, rows = np.ones(draws, dtype=bool), np.arange(draws)
    for block in range(blocks):
        size = sizes[:, block]
        places = np.maximum(free - size[:, None] + 1, 0).cumsum(axis=1)
        fits &= places[:, -1] > 0
        pick = rng.integers(0, np.maximum(places[:, -1], 1))
        homes[:, block] = np.minimum((places <= pick[:, None]).sum(axis=1), len(stretches) - 1)
        free[rows, homes[:, block]] -= size
    return homes, free, fits


def dealt(units: Sequence[Unit], draws: int, rng: Generator) -> list[tuple[Unit, ...]]:
    """`draws` codings with the quotes where they are and their codes permuted among them.

    A quote's code may be a set: whole sets move, so that their sizes and frequencies stay.
    """
    order = rng.permuted(np.tile(np.arange(len(units)), (draws, 1)), axis=1).tolist()
    return [
        tuple(unit._replace(code=units[i].code) for unit, i in zip(units, row, strict=True))
        for row in order
    ]
