"""From comparison.json to words: the one place where a number becomes text."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from autocode.report.document import Line, Number, line

Kind = Literal["figure", "count", "share", "p", "setting", "seconds"]

# A key of a path, or, as the first one, a path.
Key: TypeAlias = str | int | tuple["Key", ...]
NONE = "–"
_DECIMALS = {"figure": 2, "p": 3, "seconds": 1}


def shown(value: float | None, kind: Kind) -> str:
    """A value as every format prints it.

    figure: two decimals; count: whole, thousands apart; share: of 1, as a percentage; p: three
    decimals; seconds: one; setting: as it was given. Negative numbers have a real minus; None is
    a dash.
    """
    if value is None:
        return NONE
    if kind == "count":
        text = f"{value:,.0f}"
    elif kind == "share":
        # Less than one percent is not nothing.
        text = f"{value:.1%}" if 0 < abs(value) < 0.01 else f"{value:.0%}"
    elif kind == "setting":
        text = f"{value:,g}" if abs(value) < 1e6 else f"{value:,.0f}"
    else:
        text = f"{value:.{_DECIMALS[kind]}f}"
    unsigned = text.lstrip("-")
    zero = not unsigned.strip("0.,%")
    return f"−{unsigned}" if text.startswith("-") and not zero else unsigned


@dataclass(frozen=True, slots=True)
class Lacking:
    """A figure without a value: a dash with a note in a table, with its reason in a sentence."""

    number: Number
    reason: str


class Numbers:
    """The tree of comparison.json, asked for numbers by path.

    The first key may hold several with dots between, or be the beginning of a path as a tuple:
    `numbers.figure("spans.char.f1")` is `numbers.figure("spans", "char", "f1")`. Later keys stand
    as they are.
    """

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.tree = tree

    def find(self, *path: Key) -> Any:
        """What stands at a path, or None where nothing does."""
        node: Any = self.tree
        for key in _keys(path):
            if isinstance(node, Mapping) and key in node:
                node = node[str(key)]
            elif isinstance(node, Sequence) and isinstance(key, int) and key < len(node):
                node = node[key]
            else:
                return None
        return node

    def number(self, *path: Key, kind: Kind = "figure") -> Number:
        """The number at a path; a dash where there is none."""
        value = self.find(*path)
        known = isinstance(value, int | float) and math.isfinite(value)
        return Number(
            shown(value if known else None, kind), pointer(path), value if known else None
        )

    def count(self, *path: Key) -> Number:
        """A whole number."""
        return self.number(*path, kind="count")

    def share(self, *path: Key) -> Number:
        """A share of 1, as a percentage."""
        return self.number(*path, kind="share")

    def figure(self, *path: str) -> Number:
        """The value of a leaf."""
        return self.number(*path, "value")

    def leaf(self, *path: Key) -> Number | Lacking:
        """The value of a leaf, or that and why it has none."""
        number = self.number(*path, "value")
        if number.value is not None:
            return number
        return Lacking(number, self.reason(*path) or "no reason was given")

    def value(self, *path: Key) -> float | None:
        """The bare value of a leaf; None where it is undefined or absent."""
        value = self.find(*path, "value")
        return value if isinstance(value, int | float) else None

    def reason(self, *path: Key) -> str | None:
        """Why a leaf has no value."""
        if self.find(*path) is None:
            return "not computed in this comparison"
        reason = self.find(*path, "reason")
        return None if reason is None else str(reason)

    def interval(self, *path: Key) -> Line:
        """`0.27 to 0.74`; a dash without an interval."""
        return self.range_at(*path, "interval")

    def range_at(self, *path: Key) -> Line:
        """`low to high` of what has both."""
        if self.find(*path) is None:
            return (NONE,)
        low, high = self.number(*path, "low"), self.number(*path, "high")
        return line(low, " to ", high)

    def between(self, paths: Iterable[Key], kind: Kind) -> Line:
        """`59% to 73%` from the least to the most of some numbers; one where these look alike."""
        numbers = [self.number(path, kind=kind) for path in paths]
        known = sorted((n for n in numbers if n.value is not None), key=lambda n: n.value or 0)
        if not known:
            return (NONE,)
        low, high = known[0], known[-1]
        return (low,) if low.text == high.text else line(low, " to ", high)

    def p(self, *path: Key) -> Number:
        """The p of the null."""
        return self.number(*path, "null", "p", kind="p")


def pointer(path: Sequence[Key]) -> str:
    """The JSON pointer of a path (RFC 6901)."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in _keys(path))


def _keys(path: Sequence[Key]) -> list[str | int]:
    first, *rest = path
    if isinstance(first, tuple):
        return [*_keys(first), *rest]  # type: ignore[list-item]
    return [*(first.split(".") if isinstance(first, str) else [first]), *rest]
