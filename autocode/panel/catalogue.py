"""Every figure of a comparison by its path: name, group, unit, reference, and what it means.

`catalogue.toml` holds them once; terminal, report, tables and docs ask here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from autocode.files import package_table

Path = tuple[str, ...]
Only = Literal["everywhere", "report", "json"]
_TABLE = package_table("autocode.panel", "catalogue.toml")


@dataclass(frozen=True)
class Family:
    """A kind of measure; references are keys of the bibliography."""

    key: str
    title: str
    unit: str
    meaning: str
    misleads: str
    reference: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """What is known of a figure before anything is compared.

    path: its keys in a comparison, `*` for any; group: the question it answers; baseline: its key
    under `baselines.CODER`; floor: whether a coder is judged against the best baseline by it;
    only: where it is shown.
    """

    path: Path
    name: str
    group: str
    family: str
    unit: str
    meaning: str
    misleads: str
    reference: tuple[str, ...]
    short: str
    headline: bool = False
    baseline: str | None = None
    floor: bool = False
    only: Only = "everywhere"

    @property
    def key(self) -> str:
        """The dotted path."""
        return ".".join(self.path)


@cache
def catalogue() -> tuple[Entry, ...]:
    """Every figure, in the order in which figures are shown."""
    inherited = ("unit", "meaning", "misleads", "reference")
    entries = []
    for key, row in _TABLE["figure"].items():
        family = families()[row["family"]]
        values = {"short": row["name"], **{name: getattr(family, name) for name in inherited}}
        values |= row
        values["reference"] = tuple(values["reference"])
        entries.append(Entry(path=tuple(key.split(".")), **values))
    return tuple(entries)


@cache
def groups() -> dict[str, str]:
    """The questions that figures answer, with their headings, in order."""
    return dict(_TABLE["group"])


@cache
def baselines() -> dict[str, str]:
    """What each baseline marks, by its key under `baselines`."""
    return dict(_TABLE["baseline"])


@cache
def families() -> dict[str, Family]:
    """The kinds of measure, in order."""
    return {
        key: Family(key, **{**row, "reference": tuple(row["reference"])})
        for key, row in _TABLE["family"].items()
    }


@cache
def entry(*path: str) -> Entry:
    """The figure at a path of a comparison, or at a dotted path.

    A figure of a baseline is the figure that it is set against.

    Raises:
        KeyError: the catalogue has none.
    """
    key = ".".join(path)
    parts = key.split(".")
    if parts[0] == "baselines" and len(parts) == 3:
        return next(known for known in catalogue() if known.baseline == parts[2])
    for known in catalogue():
        pattern = re.escape(known.key).replace(r"\*", ".+")
        if re.fullmatch(pattern, key, re.DOTALL):
            return known
    raise KeyError(key)


def figure_name(*path: str) -> str:
    """What people read: `turn κ` for `units.turn.kappa`."""
    return entry(*path).name


@cache
def headlines() -> tuple[Entry, ...]:
    """The figures that are given of every document, run and pair of coders too."""
    return tuple(known for known in catalogue() if known.headline)


def shown(group: str, place: Only) -> Iterable[Entry]:
    """The figures of a group that a place shows ("report", or "everywhere" for the terminal)."""
    allowed = {"everywhere", place}
    return (known for known in catalogue() if known.group == group and known.only in allowed)
