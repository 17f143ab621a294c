"""A figure: one agreement number that never travels without its unit, n, reason and source."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

_TIE = 1e-12  # the same value summed in another order is still as high as the observed one


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval and how it was made, in words."""

    low: float
    high: float
    level: float
    method: str


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest and highest of some values, and of which; never a confidence interval."""

    low: float
    high: float
    of: str


@dataclass(frozen=True, slots=True)
class Null:
    """What chance reaches: mean and central 95 % range of the null, p, and how it was made.

    least: the smallest p that these draws could have given.
    """

    mean: float
    low: float
    high: float
    p: float
    method: str
    least: float | None = None


def null_of(
    observed: float, values: ArrayLike, method: str, *, arrangements: int | None = None
) -> Null | None:
    """Where `observed` stands among null values `[B]`; higher counts as better agreement.

    p = (1 + #{null ≥ observed})/(1 + B) of B chance codings (see `placement`).

    Undefined (nan) null values count against the observed one in p, are left out of the mean and
    the central 95 % range, and are counted in the method. None where all are undefined.
    arrangements: how many different codings chance can make, where that is known: of a few the
    best one is drawn often, so that no p is below 1/arrangements.
    """
    array = np.asarray(values, dtype=float)
    defined = array[~np.isnan(array)]
    if not defined.size:
        return None
    lost = array.size - defined.size
    reached = int((defined >= observed - _TIE).sum()) + lost
    low, high = np.quantile(defined, [0.025, 0.975])
    note = f", {lost} undefined" if lost else ""
    return Null(
        float(defined.mean()),
        float(low),
        float(high),
        (1 + reached) / (1 + array.size),
        f"{method}{note}",
        max(1 / (1 + array.size), 1 / (arrangements or np.inf)),
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """One agreement value, or None with the reason.

    n counts `unit`s; `parts` are the ingredients a reviewer may ask for (counts, observed and
    expected disagreement); `reference` names author, year and equation; `no_interval` says why
    there is no interval where one was asked for.
    """

    value: float | None
    n: int
    unit: str
    reference: str
    reason: str | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)
    interval: Interval | None = None
    null: Null | None = None
    no_interval: str | None = None
    range: Range | None = None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.reason is not None):
            raise ValueError("a figure has a value or a reason, never both or neither")

    @classmethod
    def undefined(cls, reason: str, *, n: int, unit: str, reference: str, **parts: Any) -> Self:
        """A figure that is not defined here; `reason` is a sentence a reader understands."""
        return cls(None, n, unit, reference, reason=reason, parts=parts)

    def with_interval(self, interval: Interval | str) -> "Figure":
        """With the interval, or with the reason why there is none."""
        if isinstance(interval, str):
            return replace(self, no_interval=interval)
        return replace(self, interval=interval)

    def as_json(self) -> dict[str, Any]:
        """The leaf of a comparison file: value, n, unit, reference, and what else is known."""
        return {
            key: value
            for key, value in asdict(self).items()
            if key in ("value", "n", "unit", "reference") or value not in (None, {})
        }
