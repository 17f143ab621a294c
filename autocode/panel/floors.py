"""What the baselines reach against the same reference: the floor under the other coder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Any, Generic, get_args

import numpy as np

from autocode.agreement.coefficient import known
from autocode.agreement.figure import Figure
from autocode.agreement.intervals import Jackknife
from autocode.agreement.labels import kappa
from autocode.errors import AgreementError
from autocode.panel.axial import TURN
from autocode.panel.baselines import Baseline, baselines_of
from autocode.panel.catalogue import Path, catalogue
from autocode.panel.characters import chars, marked_share, relevance
from autocode.panel.coefficients import applications, table_measure
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document
from autocode.panel.measure import NO_TEXT, TWO, D, Many, Measure
from autocode.panel.ratings import Kind, Rated, rated_units
from autocode.panel.spans import codes_of, layered, turns_of

# The figures that baselines have too: path -> key under `baselines.NAME`.
LEAVES = {known.path: known.baseline for known in catalogue() if known.baseline}


def baseline_figures(documents: Sequence[Document], config: PanelConfig) -> dict[Path, Figure]:
    """What every baseline reaches by the measures of the other coder.

    parts["difference"]: the other coder's value minus the baseline's, with the interval of the
    difference over documents, or over turns of a single one, and what it says.
    """
    figures: dict[Path, Figure] = {}
    try:
        judges = _judges(documents)
        reached = [judge.reached(documents)[1] for judge in judges]
    except AgreementError as refused:
        blank = _blank(refused.what)
        paths = product(baselines_of(config, documents), LEAVES.values())
        return {("baselines", name, leaf): blank for name, leaf in paths}
    for name, baseline in baselines_of(config, documents).items():
        try:
            shown = _reached(baseline, documents, judges, reached, config)
        except AgreementError as refused:
            shown = dict.fromkeys(LEAVES.values(), _blank(refused.what))
        figures |= {("baselines", name, leaf): shown[leaf] for leaf in LEAVES.values()}
    return figures


def _blank(reason: str) -> Figure:
    return Figure.undefined(reason, n=0, unit="document", reference="baseline")


Reached = tuple[list[tuple[Path, Figure]], Jackknife | None]


@dataclass(frozen=True)
class _Judge(Generic[D]):
    """A measure by which baselines are judged, and how it reads documents."""

    measure: Measure[D]
    read: Callable[[Sequence[Document]], Sequence[D]]
    pieces: Callable[[D], Many | None]

    @property
    def leaves(self) -> list[int]:
        """Which of the paths baselines have too."""
        return [at for at, path in enumerate(self.measure.paths) if path in LEAVES]

    def reached(self, documents: Sequence[Document]) -> Reached:
        """The figures that baselines have too, and these with documents or turns left out."""
        counted = self.read(documents)
        rows = self.measure.rows(counted)
        turns = self.pieces(counted[0]) if len(counted) == 1 else None
        figures = list(self.measure.pooled(counted, rows).items())
        left_out = self.measure.jackknife(rows, turns)
        return [figures[at] for at in self.leaves], left_out and left_out.at(self.leaves)


def _judges(documents: Sequence[Document]) -> list[_Judge[Any]]:
    """The measures, with the codes of the coders as they are."""
    if len(documents[0].marks) != 2:
        raise AgreementError(TWO)
    if any(document.segments is None for document in documents):
        raise AgreementError(NO_TEXT)
    spans = [chars(None), relevance(), layered(codes_of(documents))]
    judges: list[_Judge[Any]] = [_Judge(measure, lambda docs: docs, turns_of) for measure in spans]
    for kind in get_args(Kind):
        kappas = table_measure([("units", kind, "kappa")], [kappa], kind)
        judges.append(_Judge(kappas, partial(rated_units, kind=kind), Rated.pieces))
    axial = applications(TURN, "code application in a turn")
    return [*judges, _Judge(axial, partial(rated_units, kind="turn"), Rated.pieces)]


def _reached(
    baseline: Baseline,
    documents: Sequence[Document],
    judges: Sequence[_Judge[Any]],
    reached: Sequence[Jackknife | None],
    config: PanelConfig,
) -> dict[str, Figure]:
    marked, reached_by = [], []
    for draw in range(baseline.draws):
        coded = baseline.coded(documents, draw)
        marked.append(marked_share(coded, 1))
        reached_by.append([judge.reached(coded) for judge in judges])
    shown = {"marked": _mean(marked)}
    for ours, drawn in zip(reached, zip(*reached_by, strict=True), strict=True):
        theirs = _mean_left_out([left_out for _, left_out in drawn])
        for index, same in enumerate(zip(*(figures for figures, _ in drawn), strict=True)):
            mean = _mean([figure for _, figure in same])
            parts = {"difference": _difference(ours, theirs, index, config.level)}
            shown[str(LEAVES[same[0][0]])] = replace(mean, parts={**mean.parts, **parts})
    return shown


def _mean_left_out(drawn: Sequence[Jackknife | None]) -> Jackknife | None:
    """The mean over draws, value by value."""
    first = drawn[0]
    known = [jackknife for jackknife in drawn if jackknife is not None]
    if first is None:
        return None
    return replace(
        first,
        value=np.mean([jackknife.value for jackknife in known], axis=0),
        left_out=np.mean([jackknife.left_out for jackknife in known], axis=0),
    )


def _difference(
    ours: Jackknife | None, theirs: Jackknife | None, index: int, level: float
) -> dict[str, Any]:
    """The other coder minus the baseline: value, interval or reason, and verdict."""
    if ours is None or theirs is None:
        return {"value": None, "verdict": None, "reason": "there are no turns to leave out"}
    apart = ours.at(index) - theirs.at(index)
    interval = apart.interval(level)
    said = {"value": known(apart.value), "verdict": apart.verdict(level)}
    if isinstance(interval, str):
        return {**said, "reason": interval}
    return {**said, "low": interval.low, "high": interval.high, "method": interval.method}


def _mean(drawn: Sequence[Figure]) -> Figure:
    """One draw as it is; of several the mean value, with their number and SD in the parts."""
    values = [figure.value for figure in drawn if figure.value is not None]
    if len(drawn) == 1 or not values:
        return drawn[0]
    parts = {"draws": len(drawn), "undefined_draws": len(drawn) - len(values)}
    return replace(
        drawn[0],
        value=float(np.mean(values)),
        reason=None,
        parts={**parts, "sd": float(np.std(values, ddof=1)) if len(values) > 1 else None},
    )
