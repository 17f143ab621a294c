"""What the words of a report may claim: more than chance, better than a baseline."""

from collections.abc import Sequence
from dataclasses import dataclass

from autocode.panel.catalogue import baselines, figure_name
from autocode.panel.tables import floors
from autocode.panel.verdict import SURE
from autocode.report.evidence import Evidence

BASELINES = {key: f"marking {marked}" for key, marked in baselines().items()}


@dataclass(frozen=True)
class Claim:
    """A figure against chance.

    shown: whether p is small and the coefficient above zero; None where chance is not known.
    out_of_reach: whether p could not have been small, whatever the codings.
    """

    path: str
    shown: bool | None
    out_of_reach: bool


def claim(evidence: Evidence, path: str, coefficient: str) -> Claim:
    """What may be said of a figure, and of the coefficient that corrects it for chance."""
    p, least = (evidence.numbers.find(path, "null", key) for key in ("p", "least"))
    above = (evidence.numbers.value(coefficient) or 0) > 0
    shown = None if p is None else p <= SURE and above
    return Claim(path, shown, least is not None and least > SURE)


def where(evidence: Evidence) -> Claim:
    """Whether the coders marked the same passages."""
    relevance = "spans.u_alpha.relevance"
    return claim(evidence, relevance if evidence.several_coders else "spans.char.f1", relevance)


def what(evidence: Evidence) -> Claim:
    """Whether the coders gave turns the same codes."""
    return claim(evidence, "axial.turn.alpha_masi", "axial.turn.alpha_masi")


@dataclass(frozen=True)
class Beside:
    """A figure and the best baseline on it: what that does, and the path of what it reaches."""

    path: str
    baseline: str
    reached: str


@dataclass(frozen=True)
class Standings:
    """The figures that baselines reach too, by how the coder compared stands to the best one.

    better: by the interval of the difference; above: by the values, where there is no interval.
    """

    better: Sequence[Beside]
    above: Sequence[Beside]
    unclear: Sequence[Beside]
    worse: Sequence[Beside]

    def __bool__(self) -> bool:
        return bool(self._all)

    @property
    def best(self) -> dict[str, Beside]:
        return {row.path: row for row in self._all}

    @property
    def _all(self) -> list[Beside]:
        return [*self.better, *self.above, *self.unclear, *self.worse]

    @property
    def unclear_names(self) -> list[str]:
        return [figure_name(row.path) for row in self.unclear]

    @property
    def worse_names(self) -> list[str]:
        return [figure_name(row.path) for row in self.worse]


def standings(evidence: Evidence) -> Standings:
    """Every figure that baselines reach too."""
    by: dict[str, list[Beside]] = {}
    for row in floors(evidence.comparison):
        if row.baseline and row.standing:
            best, _ = row.baseline
            reached = f"baselines.{best}.{row.entry.baseline}"
            beside = Beside(row.entry.key, BASELINES[best], reached)
            by.setdefault(row.standing, []).append(beside)
    order = ("above", "above, no interval", "not clearly above", "not above")
    return Standings(*(by.get(standing, []) for standing in order))
