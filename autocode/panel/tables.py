"""The figures of a comparison as rows: one table for the terminal and for every report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from autocode.agreement.figure import Figure
from autocode.panel.catalogue import Entry, Only, Path, catalogue, entry, groups, shown
from autocode.panel.comparison import Comparison

Standing = Literal["above", "above, no interval", "not clearly above", "not above"]


@dataclass(frozen=True)
class Row:
    """A figure at its path.

    baseline: the one that reaches most, by its key under `baselines`, and what it reaches; None
    where no baseline has a value or the coder is not judged by this figure. verdicts: what the
    difference to each baseline with a value shows (None where it has no interval).
    """

    entry: Entry
    path: Path
    figure: Figure
    baseline: tuple[str, float] | None = None
    verdicts: tuple[str | None, ...] = ()

    @property
    def standing(self) -> Standing | None:
        """How the figure stands to the best baseline.

        "above": better than every baseline, by the interval of each difference; "above, no
        interval": higher than all, and no difference has an interval; "not clearly above": higher
        than all, and some difference may be none.
        """
        value = self.figure.value
        if self.baseline is None or value is None:
            return None
        if value <= self.baseline[1]:
            return "not above"
        if all(verdict == "better" for verdict in self.verdicts):
            return "above"
        return "not clearly above" if any(self.verdicts) else "above, no interval"


@dataclass(frozen=True)
class Table:
    """The figures of one group, in the order of the catalogue."""

    group: str
    title: str
    rows: tuple[Row, ...]

    @property
    def missing(self) -> Mapping[str, list[Row]]:
        """The rows without a value by their reason."""
        reasons: dict[str, list[Row]] = {}
        for row in self.rows:
            if row.figure.value is None:
                reasons.setdefault(row.figure.reason or "no reason was given", []).append(row)
        return reasons


def table_of(comparison: Comparison, group: str, place: Only = "everywhere") -> Table:
    """The figures of a group that stand everywhere, and those that stand in `place` only.

    Quotes are those matched from the overlap that the settings ask for.
    """
    rows = (row for known in shown(group, place) for row in _rows(comparison, known))
    return Table(group, groups()[group], tuple(rows))


def floors(comparison: Comparison) -> list[Row]:
    """Every figure that baselines reach too, where it has a value."""
    known = (row for known in catalogue() if known.floor for row in _rows(comparison, known))
    return [row for row in known if row.standing]


def _rows(comparison: Comparison, known: Entry) -> Iterator[Row]:
    paths: list[Path] = [known.path[:1]]
    for key in known.path[1:]:
        paths = [(*path, name) for path in paths for name in _names(comparison, path, key)]
    for path in paths:
        if comparison.branch(*path) and entry(*path) is known:
            yield Row(known, path, comparison.figure(*path), *_floor(comparison, known))


def _names(comparison: Comparison, path: Path, key: str) -> list[str]:
    """The keys that a key of the catalogue stands for below a path."""
    if key != "*":
        return [key]
    if path == ("spans", "matching"):
        return [f"{comparison.config['matched']:g}"]
    return list(comparison.branch(*path))


def _floor(
    comparison: Comparison, known: Entry
) -> tuple[tuple[str, float] | None, tuple[str | None, ...]]:
    """The best baseline by a figure, and the verdict on the coder beside each that has a value."""
    if not known.floor:
        return None, ()
    leaves = {name: figures[known.baseline] for name, figures in comparison.baselines.items()}
    reached = {name: leaf for name, leaf in leaves.items() if leaf["value"] is not None}
    values = ((name, leaf["value"]) for name, leaf in reached.items())
    verdicts = tuple(leaf["parts"]["difference"]["verdict"] for leaf in reached.values())
    return max(values, key=lambda best: best[1], default=None), verdicts
