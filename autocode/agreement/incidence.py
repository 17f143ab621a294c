"""Distances between many code sets at once: `alpha.distances` of `sets.masi` and `sets.jaccard`.

A corpus has thousands of different code sets and millions of pairs of them, so the pairs are
computed as matrices of set sizes instead of one by one.
"""

from collections.abc import Hashable, Sequence, Set

import numpy as np

from autocode.agreement.coefficient import Floats, ratio


def incidence(values: Sequence[Set[Hashable]]) -> Floats:
    """(V, codes): 1 where a set has a code."""
    place = {code: column for column, code in enumerate({code for one in values for code in one})}
    marks = np.zeros((len(values), len(place)))
    for row, codes in enumerate(values):
        marks[row, [place[code] for code in codes]] = 1
    return marks


def jaccard_distances(marks: Floats) -> Floats:
    """(V, V): 1 − |A∩B|/|A∪B| of each pair of sets as `incidence`; two empty sets: 0."""
    shared, sizes = marks @ marks.T, marks.sum(axis=1)
    together = sizes[:, None] + sizes - shared
    return np.where(together == 0, 0.0, 1 - ratio(shared, together))


def masi_distances(marks: Floats) -> Floats:
    """(V, V): 1 − J·M of each pair of sets as `incidence` (Passonneau 2006); two empty sets: 0."""
    shared, sizes = marks @ marks.T, marks.sum(axis=1)
    smaller = np.minimum(sizes[:, None], sizes)
    equal = (shared == sizes) & (shared == sizes[:, None])
    monotonic = np.select([equal, shared == smaller], [1.0, 2 / 3], 1 / 3)
    return np.asarray(1 - (1 - jaccard_distances(marks)) * monotonic)
