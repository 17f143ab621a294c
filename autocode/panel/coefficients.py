"""Coefficients of rated units as measures: of the 2x2 table, of applications, of sets, and α."""

from collections.abc import Sequence
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autocode.agreement.alpha import REFERENCE, Distance, alpha_of, distances
from autocode.agreement.coefficient import Coefficient, Floats, figure
from autocode.agreement.figure import Figure
from autocode.agreement.percode import f1, precision, recall
from autocode.agreement.sets import (
    incidence,
    jaccard,
    jaccard_distances,
    jaccard_parts,
    masi,
    masi_distances,
    mean_jaccard,
)
from autocode.agreement.tables import contingency, either_coded, set_counts
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
        ratings = _placed(getattr(rated, of), place, coded_only=coded_only)
        return np.array([len(ratings), *_parts(ratings, apart)])

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


# Sets of codes of which all distances are kept at once (8 bytes for each two).
_TOGETHER = 3000


def _of_draws(drawn: Drawn[Rated], distance: Distance, *, coded_only: bool) -> Floats:
    """α of code sets of every corpus of draws, (corpora, 1).

    Dealt codes meet in sets that nobody used, too many to count uses of each in every document.
    """
    place: dict[frozenset[str], int] = {}
    codings = [
        [_placed(rated.codes, place, coded_only=coded_only) for rated in document]
        for document in drawn.codings
    ]
    marks = incidence(list(place))
    together = len(place) <= _TOGETHER
    apart = _between(marks, distance) if together else np.zeros((0, 0))
    values = []
    for pick in drawn.picks:
        chosen = [document[draw] for document, draw in zip(codings, pick, strict=True)]
        ratings = np.concatenate(chosen)
        if together:
            values.append(_parts(ratings, apart))
            continue
        used, rows = np.unique(ratings, return_inverse=True)
        here = _between(marks[used], distance)
        values.append(alpha_of(_parts(rows.reshape(ratings.shape), here), here))
    made = np.array(values)
    return (alpha_of(made, apart) if together else made).reshape(-1, 1)


def _parts(rows: NDArray[np.int64], apart: Floats) -> Floats:
    """`alpha_parts` of units × coders whose values are rows of `apart`."""
    uses = np.bincount(rows.ravel(), minlength=len(apart)).astype(float)
    pairs = permutations(range(rows.shape[1]), 2)
    observed = sum(apart[rows[:, a], rows[:, b]].sum() for a, b in pairs) / (rows.shape[1] - 1)
    return np.array([observed, *uses])


def _between(marks: Floats, distance: Distance) -> Floats:
    if distance is masi:
        return masi_distances(marks)
    return jaccard_distances(marks) if distance is jaccard else 1 - np.eye(len(marks))


def _placed(
    coders: Sequence[Sequence[Any]], place: dict[Any, int], *, coded_only: bool
) -> NDArray[np.int64]:
    """(units, coders): the place of each value; new values get the next."""
    given = [[place.setdefault(value, len(place)) for value in values] for values in coders]
    ratings = np.array(given, dtype=np.int64).T
    if coded_only:
        nothing = [at for value, at in place.items() if not value]
        ratings = ratings[~np.isin(ratings, nothing).all(axis=1)]
    return ratings


def _apart(values: Sequence[Any], distance: Distance) -> Floats:
    if distance in (masi, jaccard):
        return _between(incidence(values), distance)
    return distances(values, distance)


def marked_table(units: Rated) -> Floats:
    """The 2x2 counts of a document's marked units, (4,): both, first, second, neither."""
    first, second = units.marked
    return contingency(first, second, [True, False]).ravel()


def table_measure(paths: Sequence[Path], every: Sequence[Coefficient], unit: str) -> Measure[Rated]:
    """Coefficients of the 2x2 table of marked units."""

    def values(sums: Floats) -> Floats:
        tables = sums.reshape(*sums.shape[:-1], 2, 2)
        return np.stack([coefficient.of(tables) for coefficient in every], axis=-1)

    def shown(_: Sequence[Rated], rows: Floats) -> list[Figure]:
        table = rows.sum(axis=0).reshape(2, 2)
        return [coefficient(table, unit=unit) for coefficient in every]

    return Measure(paths, 4, marked_table, values, shown, bearing=partial(bearing_of, every=every))


def applications(path: Path, unit: str) -> Measure[Rated]:
    """Precision, recall and F1 of code applications, pooled over units and codes."""
    every = (precision, recall, f1)

    def values(sums: Floats) -> Floats:
        tables = sums.reshape(*sums.shape[:-1], 2, 2)
        return np.stack([coefficient.of(tables) for coefficient in every], axis=-1)

    def shown(_: Sequence[Rated], rows: Floats) -> list[Figure]:
        return [coefficient(rows.sum(axis=0).reshape(2, 2), unit=unit) for coefficient in every]

    paths = [(*path, coefficient.name) for coefficient in every]
    return Measure(
        paths,
        4,
        lambda units: set_counts(*units.codes).ravel(),
        values,
        shown,
        bounds=(0, 1),
        bearing=partial(bearing_of, every=every),
    )


def likeness(path: Path, unit: str) -> Measure[Rated]:
    """Mean Jaccard similarity of the code sets of units that some coder coded."""
    return Measure(
        [path],
        2,
        lambda units: jaccard_parts(*either_coded(*units.codes)),
        lambda sums: mean_jaccard.of(sums)[..., None],
        lambda _, rows: [mean_jaccard(rows.sum(axis=0), unit=unit)],
        bounds=(0, 1),
    )


def sets_of(units: Sequence[Rated]) -> list[frozenset[str]]:
    """Every set of codes that some unit carries."""
    return sorted(
        {codes for rated in units for coder in rated.codes for codes in coder}, key=sorted
    )


def bearing_of(rows: Floats, every: Sequence[Coefficient]) -> Floats:
    """Which units' rows, (units, 4 times codes), the denominator of each coefficient rests on."""
    both, first, second, neither = np.moveaxis(rows.reshape(len(rows), -1, 4), -1, 0)
    denominators = {"precision": both + second, "recall": both + first, "p_neg": neither}
    either = both + first + second
    counted = np.stack(
        [denominators.get(coefficient.name, either) for coefficient in every], axis=-1
    )
    return np.sign(counted).reshape(len(rows), -1)
