"""How surely a figure is known: jackknife-t intervals, and the range where there are too few cases.

Turns of one interview share speaker, topic and model context, so documents are left out, not turns
(Efron & Stein 1981). The statistic is recomputed from the summed parts of all the others: expected
agreement moves too. In simulated studies whose interviews differ these intervals hold the true
value in .90 to .95 of 5 documents and more, a percentile bootstrap in .76 to .90.

Parts are `[documents, *part]` counts that may be added; a statistic maps `[..., *part]` sums to
`[..., *out]` values, nan where undefined, as `Coefficient.of` does.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike

from autocode.agreement.coefficient import Arithmetic, Floats
from autocode.agreement.figure import Interval, Range
from autocode.errors import AgreementError

FEWEST_DOCUMENTS = 5
FEWEST_TURNS = 10
# Neighbouring turns depend on each other; in simulation two at a time suffice.
BLOCK = 2
# About so many numbers are left out of the whole at a time.
_TOGETHER = 200_000
_ROUNDING = 1e-9
Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Jackknife:
    """A value `[*out]` and what it is when each case, or block of cases, is left out.

    left_out: `[cases, *out]`; scale: the variance is `scale` times the mean square deviation of
    these; freedom: degrees of freedom of t; few: why there is no interval whatever the values.
    """

    value: Floats
    left_out: Floats
    scale: float
    freedom: float
    method: str
    few: str | None = None

    def at(self, index: int | list[int]) -> "Jackknife":
        """One, or some, of several statistics that were computed together (last axis)."""
        return replace(self, value=self.value[..., index], left_out=self.left_out[..., index])

    def __sub__(self, other: "Jackknife") -> "Jackknife":
        """The paired difference: both are of the same cases, left out together."""
        if len(self.left_out) != len(other.left_out):
            raise AgreementError(
                "a paired difference needs the same documents, "
                f"not {len(self.left_out)} and {len(other.left_out)}"
            )
        return replace(
            self,
            value=self.value - other.value,
            left_out=self.left_out - other.left_out,
            method=f"paired {self.method}",
        )

    def interval(self, level: float = 0.95, bounds: Bounds = (-np.inf, np.inf)) -> Interval | str:
        """value ± t · standard error, cut at the statistic's own bounds; or why there is none.

        Cutting leaves the coverage as it is, for no true value lies outside the bounds.
        """
        if self.value.ndim:
            raise AgreementError("several statistics were computed: choose one with .at(index)")
        if self.few or np.isnan(self.value):
            return self.few or "the value is undefined"
        if np.isnan(self.left_out).any():
            return "the value is undefined when some part of the material is left out"
        error = np.sqrt(self.scale * self.left_out.var())
        if error < _ROUNDING:
            return "the value is the same whatever is left out, which shows no uncertainty"
        half = scipy.stats.t.ppf((1 + level) / 2, self.freedom) * error
        low, high = np.clip([self.value - half, self.value + half], *bounds).tolist()
        return Interval(low, high, level, self.method)

    def verdict(self, level: float = 0.95) -> str | None:
        """Of a paired difference: "better", "worse" or "no clear difference".

        None where nothing can be said, for the reason that `interval` gives.
        """
        if not np.isnan(self.left_out).any() and not self.value.any() and not self.left_out.any():
            return "no clear difference"
        interval = self.interval(level)
        if isinstance(interval, str):
            return None
        if interval.low > 0:
            return "better"
        return "worse" if interval.high < 0 else "no clear difference"


def over_documents(parts: ArrayLike, statistic: Arithmetic) -> Jackknife:
    """Leave out each of the documents, `[documents, *part]`; no interval below 5 of them.

    t has one degree of freedom less than there are documents. Raises AgreementError for a single
    document (see `over_turns`).
    """
    array = np.asarray(parts, dtype=float)
    count = len(array)
    if count < 2:
        raise AgreementError(
            "one document cannot show how documents differ",
            hint="Leave out turns, which speaks of this document only.",
        )
    few = f"{count} documents are fewer than the {FEWEST_DOCUMENTS} that an interval needs"
    total = array.sum(axis=0)
    return Jackknife(
        statistic(total),
        statistic(total - array),
        count - 1,
        count - 1,
        f"jackknife over {count} documents, t with {count - 1} degrees of freedom",
        few if count < FEWEST_DOCUMENTS else None,
    )


def over_turns(parts: Any, statistic: Arithmetic, *, marked: int) -> Jackknife:
    """Leave out each two neighbouring turns of one document, `[turns, *part]` in text order.

    parts: an array, or a sparse one of two dimensions where turns use few of many numbers.
    The last turn neighbours the first, so that all weigh the same. marked: how many turns carry a
    mark of either coder: no interval below 10, and t has one degree of freedom less than there
    are blocks of marked turns. Blocks as in Künsch (1989), circular as in Politis & Romano (1992).
    """
    sparse = scipy.sparse.issparse(parts)
    array = parts if sparse else np.asarray(parts, dtype=float)
    turns, *part = array.shape
    few = f"{marked} turns carry marks, fewer than the {FEWEST_TURNS} that an interval needs"
    freedom = max(marked / BLOCK - 1, 1.0)
    total = array.sum(axis=0)
    value = statistic(total)
    left_out = np.zeros((turns, *value.shape))
    # Some turns at a time: what is counted of each may be thousands of numbers.
    step = max(1, _TOGETHER // max(math.prod(part), 1))
    for first in range(0, turns, step):
        at = np.arange(first, min(first + step, turns))
        less = array[at] + array[(at + 1) % turns] if turns > BLOCK else array[at]
        left_out[at] = statistic(np.asarray(total - less))
    return Jackknife(
        value,
        left_out,
        (turns - BLOCK) / BLOCK,
        freedom,
        "approximate, this document only: jackknife over circular blocks of "
        f"{BLOCK} turns, t with {freedom:g} degrees of freedom",
        few if marked < FEWEST_TURNS or turns <= BLOCK else None,
    )


def leave_one_out(parts: ArrayLike, statistic: Arithmetic) -> Range | None:
    """Lowest and highest value when each document in turn is left out; None without values."""
    array = np.asarray(parts, dtype=float)
    values = statistic(array.sum(axis=0) - array)
    return spread(values, f"leaving out each of {len(array)} documents")


def spread(values: Floats, of: str) -> Range | None:
    """The range of the defined values; None where there are none."""
    defined = values[~np.isnan(values)]
    lost = values.size - defined.size
    note = f"; undefined for {lost}" if lost else ""
    return Range(float(defined.min()), float(defined.max()), of + note) if defined.size else None


def wilson(count: int, of: int, level: float = 0.95) -> Interval:
    """The interval of a share `count / of` of independent cases (Wilson 1927, eq. 8).

    Raises:
        AgreementError: there are no cases, or more that count than there are.
    """
    if not 0 <= count <= of or of == 0:
        raise AgreementError(f"{count} of {of} is no share")
    z = float(scipy.stats.norm.ppf((1 + level) / 2))
    share, weight = count / of, z**2 / of
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * (share * (1 - share) / of + weight / (4 * of)) ** 0.5
    # In exact arithmetic it ends at 0 or 1 where all or none count.
    low = 0.0 if count == 0 else middle - half
    high = 1.0 if count == of else middle + half
    return Interval(low, high, level, f"Wilson score interval of {of} cases")
