"""A coefficient: arithmetic on counts that may be summed, and the figure of one such table.

`kappa.of(tables)` is the bare arithmetic on `[..., *table]`, nan where undefined, so that a
null or a jackknife takes many tables at once; `kappa(table, unit="turn")` is the same number as a
Figure.
"""

from collections.abc import Callable, Mapping
from functools import update_wrapper
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autocode.agreement.figure import Figure
from autocode.errors import AgreementError

Floats = NDArray[np.float64]
Ints = NDArray[np.signedinteger[Any]]
Bools = NDArray[np.bool_]
Arithmetic = Callable[[Floats], Floats]


def ratio(numerator: ArrayLike, denominator: ArrayLike) -> Floats:
    """numerator / denominator, elementwise; nan where the denominator is 0."""
    top, bottom = np.broadcast_arrays(
        np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    )
    quotient: Floats = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=quotient, where=bottom != 0)
    return quotient


def known(value: float | Floats) -> float | None:
    """A value as a number; None where it is nan."""
    return None if np.isnan(value) else float(value)


def ranges(lows: Ints, highs: Ints) -> tuple[Ints, Ints]:
    """The numbers `[low, high)` of each row, one after the other: the row of each, and itself."""
    counts = np.maximum(highs - lows, 0)
    rows = np.repeat(np.arange(len(counts)), counts)
    return rows, np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts - lows, counts)


def figure(
    value: float | Floats, *, n: int, unit: str, reference: str, undefined: str, **parts: Any
) -> Figure:
    """The figure of a value that is nan where undefined; `undefined` is the reason then."""
    number = float(value)
    if np.isnan(number):
        reason = undefined if n else f"there is no {unit} to compare"
        return Figure.undefined(reason, n=n, unit=unit, reference=reference, **parts)
    return Figure(number, n, unit, reference, parts=parts)


class Coefficient:
    """A coefficient of one table of counts; `of` takes any number of leading axes."""

    def __init__(
        self,
        of: Arithmetic,
        reference: str,
        undefined: str,
        parts: Callable[[Floats], Mapping[str, Any]],
        count: Arithmetic,
    ) -> None:
        self.of, self.reference, self.undefined = of, reference, undefined
        self._parts, self._count = parts, count
        self.name: str = getattr(of, "__name__", "")
        update_wrapper(self, of)

    def __call__(self, counts: ArrayLike, *, unit: str) -> Figure:
        """The figure of one table; n is what the table counts, `unit` is what it counts.

        Raises AgreementError for counts that are negative or not finite.
        """
        table = np.asarray(counts, dtype=float)
        if not np.isfinite(table).all() or (table < 0).any():
            raise AgreementError(f"{self.name}: counts must be finite and not negative")
        return figure(
            self.of(table),
            n=int(self._count(table)),
            unit=unit,
            reference=self.reference,
            undefined=self.undefined,
            **self._parts(table),
        )


def _whole(table: Floats) -> Floats:
    return np.asarray(table.sum())


def coefficient(
    reference: str,
    undefined: str,
    *,
    parts: Callable[[Floats], Mapping[str, Any]],
    count: Arithmetic = _whole,
) -> Callable[[Arithmetic], Coefficient]:
    """Make a Coefficient of a function on arrays.

    reference: author, year, equation; undefined: the reason where the function gives nan;
    parts: the ingredients shown beside the value; count: a table's n (default: its sum).
    """
    return lambda of: Coefficient(of, reference, undefined, parts, count)
