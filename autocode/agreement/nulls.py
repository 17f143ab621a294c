"""What chance reaches: shifted, shuffled or freely placed units, and the p of the observed value.

Documents are changed one by one and judged together: `chance(documents, change, statistic)` calls
`change(document, rng)` on each and `statistic` on the list. p = (1 + #{null ≥ observed})/(1 + B).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from typing import TypeVar

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from autocode.agreement.figure import Figure, Null
from autocode.agreement.spans import Unit, relevant
from autocode.errors import AgreementError

D = TypeVar("D")
T = TypeVar("T")

RESAMPLES = 999
_TIE = 1e-12  # the same value summed in another order is still as high as the observed one


def null_of(
    observed: float, values: ArrayLike, method: str, *, arrangements: int | None = None
) -> Null | None:
    """Where `observed` stands among null values `[B]`; higher counts as better agreement.

    Undefined (nan) null values count against the observed one in p, are left out of the mean and
    the central 95 % range, and are counted in the method. None where all are undefined.
    arrangements: how many different codings chance can make, where that is known: of a few the
    best one is drawn often, so that no p is below 1/arrangements.
    """
    array = np.asarray(values, dtype=float)
    defined = array[~np.isnan(array)]
    if not defined.size:
        return None
    lost = array.size - defined.size
    reached = int((defined >= observed - _TIE).sum()) + lost
    low, high = np.quantile(defined, [0.025, 0.975])
    note = f", {lost} undefined" if lost else ""
    return Null(
        float(defined.mean()),
        float(low),
        float(high),
        (1 + reached) / (1 + array.size),
        f"{method}{note}",
        max(1 / (1 + array.size), 1 / (arrangements or np.inf)),
    )


def beside_chance(figure: Figure, values: ArrayLike, method: str) -> Figure:
    """The figure with its null (`null_of`) and parts["excess"], its value minus the null's mean.

    Unchanged where the figure or all null values are undefined.
    """
    null = None if figure.value is None else null_of(figure.value, values, method)
    if figure.value is None or null is None:
        return figure
    excess = {"excess": figure.value - null.mean}
    return replace(figure, null=null, parts={**figure.parts, **excess})


def chance(
    documents: Sequence[D],
    change: Callable[[D, Generator], D],
    statistic: Callable[[list[D]], float | None],
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> NDArray[np.float64]:
    """The statistic (nan: undefined) of `resamples` changed copies of the documents, `[B]`."""
    rng = np.random.default_rng(seed)
    values = (statistic([change(one, rng) for one in documents]) for _ in range(resamples))
    return np.array([np.nan if value is None else value for value in values], dtype=float)


@dataclass(frozen=True, slots=True)
class Placed:
    """One coder's units in one document of `length` characters."""

    units: tuple[Unit, ...]
    length: int


def circular_shift(placed: Placed, rng: Generator) -> Placed:
    """All units moved along by one random offset, those past the end to the beginning.

    Keeps number, lengths, cyclic order, overlaps and codes: the offset is uniform over those of
    at least the mean unit length (either way round) that cut no unit in two. Where there is none
    (a coder who marked nearly everything), the unit at the seam is cut, which keeps the rest.
    """
    cut = _cut(placed, rng) if placed.units else 0
    pieces = [piece for unit in placed.units for piece in _moved(unit, cut, placed.length)]
    return Placed(tuple(sorted(pieces, key=itemgetter(0, 1))), placed.length)


def _moved(unit: Unit, cut: int, length: int) -> tuple[Unit, ...]:
    """The unit after the halves of the text are swapped; in two pieces where it is on the seam."""
    start, end, code = unit
    if start >= cut:
        return (Unit(start - cut, end - cut, code),)
    back = length - cut
    if end <= cut:
        return (Unit(start + back, end + back, code),)
    return Unit(0, end - cut, code), Unit(start + back, length, code)


def _cut(placed: Placed, rng: Generator) -> int:
    """Where the text is cut and its halves swapped."""
    ends, room = _free(placed)
    if not room.size:
        least = _mean_length(placed)
        last = placed.length - least
        return int(rng.integers(min(least, last), max(least, last) + 1))
    pick = int(rng.integers(room[-1]))
    gap = int(np.searchsorted(room, pick, side="right"))
    return int(ends[gap] - (room[gap] - 1 - pick))


@lru_cache(maxsize=256)
def _free(placed: Placed) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The gaps the text may be cut in: the last place of each, and the places up to there."""
    least = _mean_length(placed)
    marked = relevant(placed.units)
    gaps = zip(
        [0, *(unit.end for unit in marked)],
        [*(unit.start for unit in marked), placed.length],
        strict=True,
    )
    kept = [(max(start, least), min(end, placed.length - least)) for start, end in gaps]
    kept = [(start, end) for start, end in kept if start <= end]
    starts, ends = np.array(kept, dtype=np.int64).reshape(-1, 2).T
    return ends, np.cumsum(ends - starts + 1)


def _mean_length(placed: Placed) -> int:
    """Mean length of the units in whole characters, rounded up."""
    return -(-sum(unit.length for unit in placed.units) // len(placed.units))


def shuffle_codes(placed: Placed, rng: Generator) -> Placed:
    """The units where they are, their codes permuted among them."""
    order = rng.permutation(len(placed.units))
    codes = [placed.units[index].code for index in order]
    units = (unit._replace(code=code) for unit, code in zip(placed.units, codes, strict=True))
    return Placed(tuple(units), placed.length)


def place_anywhere(placed: Placed, rng: Generator) -> Placed:
    """The units in random order at random places without overlap, all placements equally likely.

    Keeps lengths and codes (Li et al. 2024). Raises AgreementError where the units are together
    longer than the text, as overlapping ones may be.
    """
    room = placed.length - sum(unit.length for unit in placed.units)
    if room < 0:
        raise AgreementError("the units are together longer than the text and cannot be placed")
    n = len(placed.units)
    gaps = np.sort(rng.choice(room + n, size=n, replace=False)) - np.arange(n)
    units: list[Unit] = []
    passed = 0
    for gap, index in zip(gaps.tolist(), rng.permutation(n), strict=True):
        unit = placed.units[index]
        units.append(unit._replace(start=gap + passed, end=gap + passed + unit.length))
        passed += unit.length
    return Placed(tuple(units), placed.length)


def shuffle(labels: Sequence[T], rng: Generator) -> Sequence[T]:
    """The labels (or code sets) of one coder's turns, permuted among the turns."""
    return [labels[index] for index in rng.permutation(len(labels))]


def rotate(labels: Sequence[T], rng: Generator) -> Sequence[T]:
    """The labels of one coder's turns moved on by a random number of turns, the last ones first.

    Keeps runs of the same label together, which `shuffle` breaks; never the labels unmoved.
    """
    if len(labels) < 2:
        raise AgreementError("a single turn leaves no room to be shifted")
    cut = int(rng.integers(1, len(labels)))
    return [*labels[cut:], *labels[:cut]]
