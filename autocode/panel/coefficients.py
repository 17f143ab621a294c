"""Coefficients of rated units as measures: of the 2x2 table, of applications, of sets, and α."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np
import scipy

from autocode.agreement.alpha import REFERENCE, Apart, Distance, alpha_of, distances
from autocode.agreement.coefficient import Bools, Coefficient, Floats, Ints, figure
from autocode.agreement.figure import Figure
from autocode.agreement.intervals import Bounds
from autocode.agreement.percode import f1, precision, recall
from autocode.agreement.set_pairs import SetPairs
from autocode.agreement.sets import incidence, jaccard, mean_jaccard, set_distances
from autocode.panel.catalogue import Path
from autocode.panel.chance import Drawn
from autocode.panel.measure import Measure, dense
from autocode.panel.ratings import Rated, RatedDraws, different, joined


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
    of_sets = of == "codes"
    apart = set_distances(incidence(values), distance) if of_sets else distances(values, distance)

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
    sets = by_draw if of_sets else None
    many = partial(_alpha_rows, values=values, apart=apart, of=of, coded_only=coded_only)
    return counted([path], 2 + len(values), many, value, shown, by_draw=sets)


def _alpha_rows(
    rated: Rated, values: Sequence[Any], apart: Apart, *, of: str, coded_only: bool
) -> Any:
    """(texts, 2 + values), sparse as a turn uses few values: units, and the parts of α."""
    place: dict[Any, int] = {value: index for index, value in enumerate(values)}
    at = np.array([place.get(value, -1) for value in rated.sets.listed], dtype=np.int64)
    sides = [at[side] for side in rated.codes] if of == "codes" else map(np.int64, rated.marked)
    ratings, text = np.stack([*sides], axis=1), rated.text
    if coded_only:
        kept = _coded(ratings, place)
        ratings, text = ratings[kept], text[kept]
    coders = ratings.shape[1]
    apart_by = sum(apart[ratings[:, a], ratings[:, b]] for a, b in permutations(range(coders), 2))
    rows = np.concatenate([text, text, np.repeat(text, coders)])
    columns = np.concatenate([np.repeat([0, 1], len(text)), 2 + ratings.ravel()])
    numbers = np.concatenate([np.ones(len(text)), apart_by / (coders - 1), np.ones(ratings.size)])
    return scipy.sparse.csr_array((numbers, (rows, columns)), (len(rated), 2 + len(values)))


def _of_draws(drawn: Drawn[RatedDraws], distance: Distance, *, coded_only: bool) -> Floats:
    """α of code sets of every corpus of draws, (corpora, 1).

    Dealt codes meet in sets that nobody used, too many to count uses of each in every document.
    """
    place: dict[frozenset[str], int] = {}
    codings = [
        [ratings for rated in document.texts() for ratings in _placed(rated, place)]
        for document in drawn.codings
    ]
    if coded_only:
        codings = [
            [ratings[_coded(ratings, place)] for ratings in document] for document in codings
        ]
    marks = incidence(list(place))
    apart = set_distances(marks, distance)
    values = []
    for pick in drawn.picks:
        chosen = [document[draw] for document, draw in zip(codings, pick, strict=True)]
        ratings = np.concatenate(chosen)
        if not isinstance(apart, SetPairs):
            values.append(_parts(ratings, apart))
            continue
        used, rows = np.unique(ratings, return_inverse=True)
        here = set_distances(marks[used], distance)
        values.append(alpha_of(_parts(rows.reshape(ratings.shape), here), here))
    made = np.array(values)
    return (made if isinstance(apart, SetPairs) else alpha_of(made, apart)).reshape(-1, 1)


def _parts(rows: Ints, apart: Apart) -> Floats:
    """`alpha_parts` of units × coders whose values are rows of `apart`."""
    uses = np.bincount(rows.ravel(), minlength=len(apart)).astype(float)
    pairs = permutations(range(rows.shape[1]), 2)
    observed = sum(apart[rows[:, a], rows[:, b]].sum() for a, b in pairs) / (rows.shape[1] - 1)
    return np.array([observed, *uses])


def _placed(rated: Rated, place: dict[frozenset[str], int]) -> list[Ints]:
    """(units, coders) text by text: the place of each code set; new ones get the next."""
    texts = list(zip(*map(rated.split, rated.codes), strict=True))
    numbers, firsts = np.unique(
        np.concatenate([np.zeros(0, np.int64), *map(np.concatenate, texts)]), return_index=True
    )
    at = np.zeros(len(rated.sets.listed), dtype=np.int32)
    for number in numbers[np.argsort(firsts)].tolist():
        at[number] = place.setdefault(rated.sets.listed[number], len(place))
    return [np.stack([at[side] for side in sides], axis=1) for sides in texts]


def _coded(ratings: Ints, place: Mapping[Any, int]) -> Bools:
    """Which units some coder gave a code."""
    given: Bools = (ratings != place.get(frozenset(), -1)).any(axis=1)
    return given


def counted(
    paths: Sequence[Path],
    width: int,
    many: Callable[[Rated], Floats],
    values: Callable[[Floats], Floats],
    figures: Callable[[Sequence[Rated], Floats], Sequence[Figure]],
    **more: Any,
) -> Measure[Rated]:
    """A measure of units whose counts of a document are those of many texts, of which it is one."""
    return Measure(
        paths, width, lambda rated: dense(many(rated))[0], values, figures, many=many, **more
    )


def marked_tables(rated: Rated) -> Floats:
    """The 2x2 counts of each text's marked units, (texts, 4): both, first, second, neither."""
    first, second = rated.marked
    cells = rated.text * 4 + (3 - 2 * first.astype(np.int64) - second)
    return np.bincount(cells, minlength=4 * len(rated)).reshape(-1, 4).astype(float)


def _sums(
    rated: Rated, count: Callable[[frozenset[str], frozenset[str]], Sequence[float]]
) -> Floats:
    """The sums over each text's units of what two code sets count, (texts, width)."""
    pairs, at = different(*rated.codes)
    listed = rated.sets.listed
    known = np.array([count(listed[a], listed[b]) for a, b in pairs], dtype=float)
    width = len(count(frozenset(), frozenset()))
    sums = [
        np.bincount(rated.text, column[at], minlength=len(rated))
        for column in known.reshape(-1, width).T
    ]
    return np.stack(sums, axis=1)


def presences(rated: Rated, codes: Sequence[str]) -> Floats:
    """The 2x2 counts of each code in each text, (texts, 4 times codes)."""
    first, second = rated.codes
    both = joined(first, second, rated.sets, frozenset.intersection)

    def uses(numbers: Ints) -> Floats:
        rows, held = rated.sets.held(numbers, codes)
        cells = rated.text[rows] * len(codes) + held
        made = np.bincount(cells, minlength=len(rated) * len(codes))
        return made.reshape(len(rated), len(codes)).astype(float)

    together, ours, theirs = uses(both), uses(first), uses(second)
    units = np.bincount(rated.text, minlength=len(rated))[:, None]
    cells = [together, ours - together, theirs - together, units - ours - theirs + together]
    return np.stack(cells, axis=-1).reshape(len(rated), 4 * len(codes))


def table_measure(
    paths: Sequence[Path],
    every: Sequence[Coefficient],
    unit: str,
    many: Callable[[Rated], Floats] = marked_tables,
    bounds: Bounds = (-1, 1),
) -> Measure[Rated]:
    """Coefficients of the 2x2 table that `many` counts: of marked units, unless said."""

    def values(sums: Floats) -> Floats:
        tables = sums.reshape(*sums.shape[:-1], 2, 2)
        return np.stack([coefficient.of(tables) for coefficient in every], axis=-1)

    def shown(_: Sequence[Rated], rows: Floats) -> list[Figure]:
        table = rows.sum(axis=0).reshape(2, 2)
        return [coefficient(table, unit=unit) for coefficient in every]

    bearing = partial(bearing_of, every=every)
    return counted(paths, 4, many, values, shown, bounds=bounds, bearing=bearing)


def applications(path: Path, unit: str) -> Measure[Rated]:
    """Precision, recall and F1 of code applications, pooled over units and codes."""
    every = (precision, recall, f1)
    return table_measure(
        [(*path, coefficient.name) for coefficient in every],
        every,
        unit,
        lambda rated: _sums(rated, lambda a, b: (len(a & b), len(a - b), len(b - a), 0)),
        bounds=(0, 1),
    )


def likeness(path: Path, unit: str) -> Measure[Rated]:
    """Mean Jaccard similarity of the code sets of units that some coder coded."""
    return counted(
        [path],
        2,
        lambda rated: _sums(rated, lambda a, b: (1 - jaccard(a, b), 1) if a or b else (0, 0)),
        lambda sums: mean_jaccard.of(sums)[..., None],
        lambda _, rows: [mean_jaccard(rows.sum(axis=0), unit=unit)],
        bounds=(0, 1),
    )


def sets_of(units: Sequence[Rated]) -> list[frozenset[str]]:
    """Every set of codes that some unit carries."""
    numbers = ((rated, np.unique(np.concatenate(rated.codes)).tolist()) for rated in units)
    return sorted({rated.sets.listed[at] for rated, some in numbers for at in some}, key=sorted)


def bearing_of(rows: Floats, every: Sequence[Coefficient]) -> Bools:
    """Which units' rows, (units, 4 times codes), the denominator of each coefficient rests on."""
    both, first, second, neither = np.moveaxis(rows.reshape(len(rows), -1, 4), -1, 0)
    denominators = {"precision": both + second, "recall": both + first, "p_neg": neither}
    either = both + first + second
    counted = [denominators.get(coefficient.name, either) > 0 for coefficient in every]
    return np.stack(counted, axis=-1).reshape(len(rows), -1)
