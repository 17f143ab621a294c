"""Krippendorff's α for any number of coders, missing values and any distance between values.

Ratings are units × coders: one sequence per unit, one value per coder, None where a coder gave
none. A value is a label, a number, or a frozenset of codes (then with a set distance of `sets`).
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import numpy as np

from autocode.agreement.coefficient import Floats, figure, known, ratio
from autocode.agreement.figure import Figure
from autocode.agreement.set_pairs import SetPairs
from autocode.errors import AgreementError

Distance = Callable[[Any, Any], float]
Ratings = Sequence[Sequence[Hashable | None]]
# The distances of every two values.
Apart = Floats | SetPairs

REFERENCE = "Krippendorff 2011, α = 1 − D_o/D_e"


def nominal(first: Hashable, second: Hashable) -> float:
    """0 for the same label, else 1."""
    return float(first != second)


def interval(first: float, second: float) -> float:
    """Squared difference of two numbers."""
    return (first - second) ** 2


def ratio_scale(first: float, second: float) -> float:
    """Squared difference relative to the sum, for numbers with a true zero."""
    whole = first + second
    return ((first - second) / whole) ** 2 if whole else 0.0


def ordinal(ratings: Ratings) -> Distance:
    """The distance of ranks in these very ratings: how many values stand between the two."""
    values = sorted(distinct(ratings))  # type: ignore[type-var]
    totals = _tally(ratings, values).sum(axis=0)
    middles = dict(zip(values, np.cumsum(totals) - totals / 2, strict=True))

    def ordinal_ranks(first: Hashable, second: Hashable) -> float:
        return float((middles[first] - middles[second]) ** 2)

    return ordinal_ranks


def alpha(ratings: Ratings, distance: Distance = nominal, *, unit: str) -> Figure:
    """Krippendorff's α, up to 1; 0 is chance, below 0 worse than chance.

    n is the number of units with at least two values; parts hold observed and expected
    disagreement and the number of pairable values. None where all values are alike.
    """
    values = distinct(ratings)
    apart = distances(values, distance)
    parts = alpha_parts(ratings, values, apart)
    observed, expected = _disagreements(parts, apart)
    return figure(
        alpha_of(parts, apart),
        n=sum(len(_given(row)) > 1 for row in ratings),
        unit=unit,
        reference=f"{REFERENCE}, {getattr(distance, '__name__', 'given')} distance",
        undefined="all values are alike, so there is no variation to agree on",
        observed_disagreement=known(observed),
        expected_disagreement=known(expected),
        values=int(parts[1:].sum()),
    )


def distinct(ratings: Ratings) -> list[Hashable]:
    """The values that occur, in order of first use: the value order of `alpha_parts`."""
    return list(dict.fromkeys(value for row in ratings for value in _given(row)))


def distances(values: Sequence[Hashable], distance: Distance) -> Floats:
    """`[V, V]` distances between `values`; each pair is measured once (distances are symmetric)."""
    apart = np.zeros((len(values), len(values)))
    for row, first in enumerate(values):
        for column in range(row):
            apart[row, column] = apart[column, row] = distance(first, values[column])
    return apart


def alpha_parts(ratings: Ratings, values: Sequence[Hashable], apart: Floats) -> Floats:
    """What one document adds to α, `[1 + V]`: observed disagreement, then uses of each value.

    Documents are pooled by adding their parts (same `values`, same `apart`).
    """
    counts = _tally(ratings, values)
    sizes = counts.sum(axis=1)
    observed = (((counts @ apart) * counts).sum(axis=1) / (sizes - 1)).sum()
    return np.concatenate([[observed], counts.sum(axis=0)])


def alpha_of(parts: Floats, apart: Apart) -> Floats:
    """α of summed parts `[..., 1 + V]`, nan where undefined."""
    observed, expected = _disagreements(parts, apart)
    return np.asarray(1 - ratio(observed, expected))


def _disagreements(parts: Floats, apart: Apart) -> tuple[Floats, Floats]:
    """D_o and D_e of summed parts."""
    uses = parts[..., 1:]
    n = uses.sum(axis=-1)
    if isinstance(apart, SetPairs):
        pairs = apart.summed(uses)
    else:
        pairs = ((uses @ apart) * uses).sum(axis=-1)
    return ratio(parts[..., 0], n), ratio(pairs, n * (n - 1))


def _given(row: Iterable[Hashable | None]) -> list[Hashable]:
    return [value for value in row if value is not None]


def _tally(ratings: Ratings, values: Sequence[Hashable]) -> Floats:
    """`[units with at least two values, V]`: how many coders gave each value."""
    if len({len(row) for row in ratings}) > 1:
        raise AgreementError(
            "the units have different numbers of coders",
            hint="Give every unit one value per coder, None where a coder gave none.",
        )
    place = {value: index for index, value in enumerate(values)}
    pairable = [given for given in map(_given, ratings) if len(given) > 1]
    counts = np.zeros((len(pairable), len(values)))
    for row, given in enumerate(pairable):
        for value in given:
            counts[row, place[value]] += 1
    return counts
