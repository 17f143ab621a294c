"""Boundary similarity B of two segmentations: for chunking choices, not for sparse quotes.

Source: Fournier (2013), Evaluating text segmentation using boundary edit distance, ACL, P13-1167.
It knows no codes and is not corrected for chance.
"""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from scipy.optimize import linear_sum_assignment

from autocode.agreement.coefficient import figure, ratio
from autocode.agreement.figure import Figure
from autocode.errors import AgreementError


def boundary_similarity(first: Sequence[int], second: Sequence[int], *, near: int = 2) -> Figure:
    """B = 1 - (|A| + sum of d/near over T) / (|A| + |T| + |matches|), 0 to 1.

    first, second: the masses (segment lengths) of one text; near: boundaries closer than this are
    a transposition T, the rest of the unmatched ones additions or deletions A. n counts
    boundaries. Raises AgreementError for masses that are not positive or of unlike length.
    """
    ours, theirs = _boundaries(first), _boundaries(second)
    if sum(first) != sum(second):
        raise AgreementError(
            f"the two segmentations cover {sum(first)} and {sum(second)} units of text"
        )
    matches = len(ours & theirs)
    near_misses = _transpositions(sorted(ours - theirs), sorted(theirs - ours), near)
    additions = len(ours ^ theirs) - 2 * len(near_misses)
    pairs = additions + len(near_misses) + matches
    cost = additions + sum(distance / near for distance in near_misses)
    return figure(
        1 - ratio(cost, pairs),
        n=pairs,
        unit="boundary",
        reference="Fournier 2013, P13-1167, boundary similarity B",
        undefined="neither segmentation has a boundary",
        matches=matches,
        transpositions=len(near_misses),
        additions=additions,
        near=near,
    )


def _boundaries(masses: Sequence[int]) -> set[int]:
    if any(mass <= 0 for mass in masses):
        raise AgreementError("a segment must hold at least one unit of text")
    return set(accumulate(masses[:-1]))


def _transpositions(ours: Sequence[int], theirs: Sequence[int], near: int) -> list[int]:
    """The distances of the near misses, paired so that the edits cost least."""
    if not ours or not theirs:
        return []
    distance = np.abs(np.subtract.outer(ours, theirs))
    saved = np.where(distance < near, 2 - distance / near, 0.0)
    rows, columns = linear_sum_assignment(saved, maximize=True)
    chosen = distance[rows, columns]
    return [int(d) for d in chosen[chosen < near]]
