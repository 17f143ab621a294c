"""Krippendorff's α of aligned units in the panel: of marks or of code sets, for any coders."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autocode.agreement.alpha import REFERENCE, Distance, alpha_of, alpha_parts, distances, distinct
from autocode.agreement.coefficient import Floats, figure
from autocode.agreement.figure import Figure
from autocode.agreement.incidence import jaccard_distances, masi_distances
from autocode.agreement.sets import jaccard, masi
from autocode.panel.counting import Rated
from autocode.panel.measure import Measure, Path


def alpha_measure(
    path: Path,
    unit: str,
    values: Sequence[Any],
    distance: Distance,
    *,
    of: str,
    coded_only: bool = False,
) -> Measure[Rated]:
    """Krippendorff's α of what `of` names (marked, codes); `values` are all that occur.

    coded_only: leave out units that no coder gave a code.
    """
    apart = _apart(values, distance)
    place: dict[Any, int] = {value: index for index, value in enumerate(values)}

    def row(units: Rated) -> Floats:
        by_unit = list(zip(*getattr(units, of), strict=True))
        return _row([one for one in by_unit if any(one)] if coded_only else by_unit, place, apart)

    def shown(_: Sequence[Rated], rows: Floats) -> list[Figure]:
        units, observed, *uses = rows.sum(axis=0)
        return [
            figure(
                alpha_of(rows.sum(axis=0)[1:], apart),
                n=int(units),
                unit=unit,
                reference=f"{REFERENCE}, {distance.__name__} distance",
                undefined="all values are alike, so there is no variation to agree on",
                observed_disagreement=observed / sum(uses) if sum(uses) else None,
                values=int(sum(uses)),
            )
        ]

    def value(sums: Floats) -> Floats:
        return alpha_of(sums[..., 1:], apart)[..., None]

    return Measure([path], 2 + len(values), row, value, shown)


def _row(given: Sequence[Any], place: Mapping[Any, int], apart: Floats) -> Floats:
    """The number of units, then `alpha_parts` over all values."""
    own = distinct(given)
    rows = [place[value] for value in own]
    out = np.zeros(2 + len(place))
    out[[1, *(at + 2 for at in rows)]] = alpha_parts(given, own, apart[np.ix_(rows, rows)])
    out[0] = len(given)
    return out


def _apart(values: Sequence[Any], distance: Distance) -> Floats:
    if distance is masi:
        return masi_distances(values)
    return jaccard_distances(values) if distance is jaccard else distances(values, distance)
