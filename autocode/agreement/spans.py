"""Units on a continuum: the input of every span measure, and what is refused before counting.

A unit is a coded stretch of one document, half-open `[start, end)` in characters; a continuum is
one document as two or more coders unitised it (Krippendorff et al. 2016).
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from autocode.errors import AgreementError


class Unit(NamedTuple):
    """A stretch `[start, end)` and the code it carries (a label, or a frozenset of labels)."""

    start: int
    end: int
    code: Any = ""

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Continuum:
    """One document of `length` characters and each coder's units, sorted by offset.

    Raises AgreementError for units that are reversed, negative or past the end.
    """

    length: int
    coders: tuple[tuple[Unit, ...], ...]

    def __init__(self, length: int, *coders: Iterable[Unit]) -> None:
        if length < 0:
            raise AgreementError(f"a document cannot have {length} characters")
        if len(coders) < 2:
            raise AgreementError("agreement needs at least two coders of the same document")
        checked = (
            check_units(units, length, coder=f"coder {number}")
            for number, units in enumerate(coders, 1)
        )
        object.__setattr__(self, "length", length)
        object.__setattr__(self, "coders", tuple(checked))

    @property
    def codes(self) -> set[Hashable]:
        """Every code any coder used here."""
        return {unit.code for units in self.coders for unit in units}


def check_units(
    units: Iterable[Unit], length: int, *, coder: str = "the coder"
) -> tuple[Unit, ...]:
    """The units sorted by offset, or an AgreementError that says which one cannot be."""
    ordered = tuple(sorted((Unit(*unit) for unit in units), key=lambda unit: unit[:2]))
    for unit in ordered:
        if problem := _problem(unit, length):
            raise AgreementError(f"{coder}: the unit {_shown(unit)} {problem}")
    return ordered


def _problem(unit: Unit, length: int) -> str | None:
    if unit.start < 0:
        return "starts before the text"
    if unit.end <= unit.start:
        return "ends before or where it starts"
    if unit.end > length:
        return f"ends past the end of the text, which has {length} characters"
    return None


def first_overlap(ordered: Sequence[Unit]) -> tuple[Unit, Unit] | None:
    """The first two sorted units that share a character; None when no two do."""
    return next(((a, b) for a, b in pairwise(ordered) if b.start < a.end), None)


def refuse_overlap(first: Unit, second: Unit, *, coder: str) -> None:
    """Raise the AgreementError of a measure that allows one unit per character."""
    raise AgreementError(
        f"{coder}: the units {_shown(first)} and {_shown(second)} overlap, "
        "and this measure allows one code per character",
        hint="Use the layered or the set policy for overlapping codes.",
    )


def _shown(unit: Unit) -> str:
    codes = unit.code if isinstance(unit.code, frozenset) else [unit.code]
    return f"[{unit.start}, {unit.end}) " + ", ".join(sorted(map(repr, codes)))


def by_code(units: Iterable[Unit]) -> dict[Any, list[Unit]]:
    """The units of each code in order of offset; those that share a character are joined.

    Touching units stay apart: a split is the coder's decision.
    """
    layers: dict[Any, list[Unit]] = {}
    for unit in sorted(units, key=lambda unit: unit[:2]):
        layer = layers.setdefault(unit.code, [])
        if layer and unit.start < layer[-1].end:
            layer[-1] = layer[-1]._replace(end=max(layer[-1].end, unit.end))
        else:
            layer.append(unit)
    return layers


def code_order(code: Hashable) -> str:
    """The key that sorts codes as text; a set by its members, whose own order changes per process.

    Sums depend on their order in the last digit, and one seed shall give the same bits.
    """
    return str(sorted(code, key=str) if isinstance(code, frozenset) else code)


def relevant(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """The marked stretches whatever their code: overlaps joined, the code dropped."""
    return tuple(by_code(Unit(unit.start, unit.end) for unit in units).get("", ()))


def atomised(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """The text cut at every boundary of one coder; each piece carries its frozenset of codes."""
    return tuple(
        Unit(start, end, frozenset(unit.code for unit in over))
        for start, end, (over,) in pieces(units)
        if over
    )


def pieces(*coders: Iterable[Unit]) -> Iterator[tuple[int, int, tuple[list[Unit], ...]]]:
    """The text cut at every boundary of any coder: start, end, and each coder's units over it.

    From the first boundary to the last, in order; where nobody marked, the lists are empty.
    """
    marked = [tuple(units) for units in coders]
    cuts = sorted({offset for units in marked for unit in units for offset in unit[:2]})
    place = {offset: index for index, offset in enumerate(cuts)}
    over: list[tuple[list[Unit], ...]] = [tuple([] for _ in marked) for _ in cuts]
    for coder, units in enumerate(marked):
        for unit in units:
            for index in range(place[unit.start], place[unit.end]):
                over[index][coder].append(unit)
    for (start, end), covering in zip(pairwise(cuts), over, strict=False):
        yield start, end, covering


def cut(
    start: int, end: int, *coders: Iterable[Unit]
) -> Iterator[tuple[int, int, tuple[list[Unit], ...]]]:
    """All of a stretch of text, marked or not, cut as in `pieces`; joined it is `[start, end)`."""
    for begin, stop, (inside, *over) in pieces([Unit(start, end)], *coders):
        if inside:
            yield begin, stop, tuple(over)


def clusters(*coders: Iterable[Unit]) -> Iterator[tuple[list[Unit], ...]]:
    """The units of all coders, grouped where shared characters connect them, in order of offset.

    Touching units share nothing and stay apart. Each group holds a list for each coder.
    """
    group: tuple[list[Unit], ...] = tuple([] for _ in coders)
    reach = 0
    marked = [(unit, coder) for coder, units in enumerate(coders) for unit in units]
    for unit, coder in sorted(marked, key=lambda item: item[0][:2]):
        if unit.start >= reach and any(group):
            yield group
            group = tuple([] for _ in coders)
        group[coder].append(unit)
        reach = max(reach, unit.end)
    if any(group):
        yield group


def iou(a: Unit, b: Unit) -> float:
    """Shared characters over covered characters of two units, 0 to 1."""
    shared = max(min(a.end, b.end) - max(a.start, b.start), 0)
    return shared / (a.length + b.length - shared)


def intersections(a: Sequence[Unit], b: Sequence[Unit]) -> Iterator[tuple[Unit, Unit, int]]:
    """Every pair of units that share characters, and how many.

    Within `a` and within `b` the units are sorted and do not overlap: one walk over both.
    """
    i = j = 0
    while i < len(a) and j < len(b):
        shared = min(a[i].end, b[j].end) - max(a[i].start, b[j].start)
        if shared > 0:
            yield a[i], b[j], shared
        if a[i].end <= b[j].end:
            i += 1
        else:
            j += 1
