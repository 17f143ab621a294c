"""Krippendorff's α of aligned units in the panel: of marks or of code sets, for any coders."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autocode.agreement.alpha import REFERENCE, Distance, alpha_of, alpha_parts, distances, distinct
from autocode.agreement.coefficient import Floats, figure
from autocode.agreement.figure import Figure
from autocode.agreement.incidence import incidence, jaccard_distances, masi_distances
from autocode.agreement.sets import jaccard, masi
from autocode.panel.chance import Drawn
from autocode.panel.measure import Measure, Path
from autocode.panel.ratings import Rated


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

    def row(rated: Rated) -> Floats:
        units = zip(*getattr(rated, of), strict=True)
        return _row([unit for unit in units if any(unit) or not coded_only], place, apart)

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

    by_draw = partial(_of_draws, distance=distance, coded_only=coded_only)
    sets = by_draw if of == "codes" else None
    return Measure([path], 2 + len(values), row, value, shown, by_draw=sets)


def _of_draws(drawn: Drawn[Rated], distance: Distance, *, coded_only: bool) -> Floats:
    """α of code sets of every corpus of draws, (corpora, 1).

    Dealt codes meet in sets that nobody used, too many to count uses of each in every document.
    """
    place: dict[frozenset[str], int] = {}
    codings = [
        [
            np.array(
                [
                    [place.setdefault(codes, len(place)) for codes in unit]
                    for unit in zip(*rated.codes, strict=True)
                    if not coded_only or any(unit)
                ],
                dtype=np.int64,
            ).reshape(-1, len(rated.codes))
            for rated in document
        ]
        for document in drawn.codings
    ]
    marks = incidence(list(place))
    values = []
    for pick in drawn.picks:
        chosen = [document[draw] for document, draw in zip(codings, pick, strict=True)]
        values.append(_alpha_of_sets(np.concatenate(chosen), marks, distance))
    return np.array(values).reshape(-1, 1)


def _alpha_of_sets(ratings: NDArray[np.int64], marks: Floats, distance: Distance) -> float:
    """α of units × coders whose values are rows of `marks`."""
    used, rows = np.unique(ratings, return_inverse=True)
    rows = rows.reshape(ratings.shape)
    apart = _between(marks[used], distance)
    uses = np.bincount(rows.ravel(), minlength=len(used)).astype(float)
    coders = ratings.shape[1]
    pairs = permutations(range(coders), 2)
    observed = sum(apart[rows[:, a], rows[:, b]].sum() for a, b in pairs) / (coders - 1)
    return float(alpha_of(np.array([observed, *uses]), apart))


def _between(marks: Floats, distance: Distance) -> Floats:
    if distance is masi:
        return masi_distances(marks)
    return jaccard_distances(marks) if distance is jaccard else 1 - np.eye(len(marks))


def _row(given: Sequence[Any], place: Mapping[Any, int], apart: Floats) -> Floats:
    """The number of units, then `alpha_parts` over all values."""
    own = distinct(given)
    rows = [place[value] for value in own]
    out = np.zeros(2 + len(place))
    out[[1, *(at + 2 for at in rows)]] = alpha_parts(given, own, apart[np.ix_(rows, rows)])
    out[0] = len(given)
    return out


def _apart(values: Sequence[Any], distance: Distance) -> Floats:
    if distance in (masi, jaccard):
        return _between(incidence(values), distance)
    return distances(values, distance)
