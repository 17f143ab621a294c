"""How far apart two sets of codes are: Jaccard, MASI and Dice; two empty sets agree (0).

Turns that neither coder coded are the majority in open coding, and libraries fail on them.
"""

from collections.abc import Callable, Hashable, Sequence, Set

import numpy as np

from autocode.agreement.alpha import nominal
from autocode.agreement.coefficient import Bools, Floats, coefficient, ratio
from autocode.agreement.set_pairs import SetPairs

# Sets of which the distances of every two are kept as a table.
_FEW = 300


def jaccard(first: Set[Hashable], second: Set[Hashable]) -> float:
    """1 − |A∩B|/|A∪B|, 0 to 1; two empty sets: 0."""
    together = len(first | second)
    return 1 - len(first & second) / together if together else 0.0


def masi(first: Set[Hashable], second: Set[Hashable]) -> float:
    """1 − J·M, 0 to 1 (Passonneau 2006): M is 1 equal, 2/3 subset, 1/3 overlap, 0 disjoint.

    Two empty sets: 0; an empty set against a code: 1.
    """
    if first == second:
        return 0.0
    monotonic = 2 / 3 if first <= second or second <= first else 1 / 3
    return 1 - (1 - jaccard(first, second)) * monotonic


@coefficient(
    "Jaccard 1912, mean over units of |A∩B|/|A∪B|",
    "no unit was coded",
    parts=lambda parts: {"sum": float(parts[0])},
    count=lambda parts: parts[1],
)
def mean_jaccard(parts: Floats) -> Floats:
    """Mean similarity of the two code sets of a unit, 0 to 1, from `[their sum, units]`."""
    return ratio(parts[..., 0], parts[..., 1])


# A corpus has thousands of different code sets and millions of pairs of them, so the distances of
# pairs are computed as matrices of set sizes too, instead of one by one.


def incidence(values: Sequence[Set[Hashable]]) -> Bools:
    """(V, codes): whether a set has a code."""
    place = {
        code: column for column, code in enumerate({code for codes in values for code in codes})
    }
    marks = np.zeros((len(values), len(place)), dtype=bool)
    for row, codes in enumerate(values):
        marks[row, [place[code] for code in codes]] = True
    return marks


def masi_distances(marks: Bools) -> Floats:
    """(V, V): 1 − J·M of each pair of sets as `incidence` (Passonneau 2006); two empty sets: 0."""
    return _by_sizes(marks, _masi)


def _jaccard(first: Floats, second: Floats, both: Floats) -> Floats:
    together = first + second - both
    return np.where(together == 0, 0.0, 1 - ratio(both, together))


def _masi(first: Floats, second: Floats, both: Floats) -> Floats:
    equal = (both == first) & (both == second)
    monotonic = np.select([equal, both == np.minimum(first, second)], [1.0, 2 / 3], 1 / 3)
    return np.asarray(1 - (1 - _jaccard(first, second, both)) * monotonic)


def _nominal(first: Floats, second: Floats, both: Floats) -> Floats:
    return np.where((both == first) & (both == second), 0.0, 1.0)


_BY_SIZES = {jaccard: _jaccard, masi: _masi, nominal: _nominal}


def set_distances(marks: Bools, distance: Callable[..., float]) -> Floats | SetPairs:
    """The distances (Jaccard, MASI or nominal) of every two sets as `incidence`."""
    by_sizes = _BY_SIZES[distance]
    return _by_sizes(marks, by_sizes) if len(marks) <= _FEW else SetPairs(marks, by_sizes)


def _by_sizes(marks: Bools, distance: Callable[[Floats, Floats, Floats], Floats]) -> Floats:
    """The distance of each pair, which depends on how large the sets are and what they share.

    So it is worked out once for all sizes there are, and looked up for the pairs, unless these are
    fewer: one large set among few must not fill the memory.
    """
    sizes = marks.sum(axis=1).astype(np.int32)
    count = int(sizes.max(initial=0)) + 1
    at = (marks.astype(np.float32) @ marks.T.astype(np.float32)).astype(np.int32)
    if count**3 > at.size:
        return distance(sizes[:, None].astype(float), sizes.astype(float), at.astype(float))
    known: Floats = distance(*np.indices((count, count, count)).astype(float)).ravel()
    at += (sizes[:, None] * count + sizes) * count
    return known[at]
