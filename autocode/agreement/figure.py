"""A figure: one agreement number that never travels without its unit, n, reason and source."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence or spread interval and how it was made (bootstrap unit, resamples, seed)."""

    low: float
    high: float
    level: float
    method: str


@dataclass(frozen=True, slots=True)
class Null:
    """What chance reaches: mean and central 95 % range of the null, p, and how it was made."""

    mean: float
    low: float
    high: float
    p: float
    method: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One agreement value, or None with the reason.

    n counts `unit`s; `parts` are the ingredients a reviewer may ask for (counts, observed and
    expected disagreement); `reference` names author, year and equation.
    """

    value: float | None
    n: int
    unit: str
    reference: str
    reason: str | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)
    interval: Interval | None = None
    null: Null | None = None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.reason is not None):
            raise ValueError("a figure has a value or a reason, never both or neither")

    @classmethod
    def undefined(cls, reason: str, *, n: int, unit: str, reference: str, **parts: Any) -> Self:
        """A figure that is not defined here; `reason` is a sentence a reader understands."""
        return cls(None, n, unit, reference, reason=reason, parts=parts)

    def with_interval(self, interval: Interval) -> "Figure":
        return replace(self, interval=interval)

    def with_null(self, null: Null) -> "Figure":
        return replace(self, null=null)

    def as_json(self) -> dict[str, Any]:
        """The leaf of a comparison file: value, reason?, n, unit, interval?, null?, reference."""
        from dataclasses import asdict

        kept = asdict(self)
        return {
            key: value
            for key, value in kept.items()
            if key in ("value", "n", "unit", "reference") or value not in (None, {})
        }
