"""Multi-valued α (mvα): α on code sets whose chance knows that a set holds each code once.

Krippendorff & Craggs 2016 average the expected distance over all pairs of label sets; here the
sums are coefficients of a polynomial, so the codebook may have any size.
"""

from collections import Counter
from collections.abc import Hashable, Sequence, Set
from itertools import chain, permutations

import numpy as np

from autocode.agreement.coefficient import Floats, figure, ratio
from autocode.agreement.figure import Figure
from autocode.agreement.sets import dice

REFERENCE = "Krippendorff & Craggs 2016, mvα with nominal set distance 1 − 2|C∩K|/(|C|+|K|)"

Sets = Sequence[Sequence[Set[Hashable]]]


def multivalued_alpha(ratings: Sequence[Sequence[Set[Hashable] | None]], *, unit: str) -> Figure:
    """mvα of units × coders of frozensets (None: missing), up to 1; 0 is chance.

    Units with a single value are left out. None where the sets leave nothing to disagree on.
    """
    given = ([value for value in row if value is not None] for row in ratings)
    pairable = [row for row in given if len(row) > 1]
    observed, expected = _observed(pairable), _expected(pairable)
    return figure(
        1 - ratio(observed, expected),
        n=len(pairable),
        unit=unit,
        reference=REFERENCE,
        undefined="the sets leave nothing to disagree on by chance",
        observed_disagreement=observed,
        expected_disagreement=expected,
        values=sum(map(len, pairable)),
    )


def _observed(rows: Sets) -> float:
    """D_o: mean distance of the pairs within a unit, each value weighing the same."""
    total = sum(dice(a, b) / (len(row) - 1) for row in rows for a, b in permutations(row, 2))
    return total / max(sum(map(len, rows)), 1)


def _expected(rows: Sets) -> float:
    """D_e: mean distance of two sets drawn for each pair of observed cardinalities."""
    values = list(chain.from_iterable(rows))
    sizes = Counter(map(len, values))
    uses = Counter(chain.from_iterable(values))
    weights = _pair_weights(np.array(list(uses.values()), dtype=float), max(sizes, default=0))
    drawn = expected = 0.0
    for c, of_c in sizes.items():
        for k, of_k in sizes.items():
            possible = weights[c, k].sum()
            if possible:  # two sets of these sizes can be drawn from the uses at all
                shared = float(weights[c, k] @ np.arange(len(weights))) / possible
                drawn += of_c * of_k
                expected += of_c * of_k * (1 - 2 * shared / (c + k) if c + k else 0.0)
    return float(expected / max(drawn, 1.0))


def _pair_weights(uses: Floats, largest: int) -> Floats:
    """`[c, k, i]`: summed weight of all pairs of sets of sizes c and k that share i codes.

    The coefficient of s^c t^k u^i in Π_x (1 + n_x s + n_x t + n_x(n_x − 1) s t u); uses are scaled
    to at most 1 against overflow, which cancels in the ratio for given c and k.
    """
    scale = uses.max(initial=1.0)
    weights = np.zeros((largest + 1,) * 3)
    weights[0, 0, 0] = 1
    for n in uses:
        grown = weights.copy()
        grown[1:] += weights[:-1] * n / scale
        grown[:, 1:] += weights[:, :-1] * n / scale
        grown[1:, 1:, 1:] += weights[:-1, :-1, :-1] * n * (n - 1) / scale**2
        weights = grown
    return weights
