"""How far the headline figures can be trusted: resampling, each document alone and left out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from autocode.agreement.bootstrap import FEW, Resampled, leave_one_out
from autocode.agreement.coefficient import Floats
from autocode.agreement.figure import Figure
from autocode.panel.catalogue import headlines
from autocode.panel.config import PanelConfig
from autocode.panel.measure import Group, Measure, Path

HEADLINES: tuple[Path, ...] = tuple(headline.path for headline in headlines())
# What Krippendorff asks of α before conclusions are drawn, tentative and firm.
BOUNDS = (0.667, 0.8)


def uncertainty_figures(
    groups: Sequence[Group[Any]],
    found: Mapping[Path, Figure],
    drawn: Mapping[Path, Resampled],
    ids: Sequence[str],
    config: PanelConfig,
) -> dict[Path, Figure]:
    """Documents one by one, left out in turn, and the share of resamples under the usual bounds."""
    shown: dict[Path, Figure] = {("uncertainty", "resampling"): _resampling(found, ids, config)}
    for group in groups:
        for measure in group.able:
            if group.documents and set(measure.paths) & set(HEADLINES):
                shown |= _by_document(measure, group.documents, ids)
                shown |= _left_out(measure, group.documents, found)
    return shown | _below(drawn, len(ids))


def _resampling(found: Mapping[Path, Figure], ids: Sequence[str], config: PanelConfig) -> Figure:
    made = {one.interval.method for one in found.values() if one.interval}
    reference = "Field & Welsh 2007; Künsch 1989 within a document"
    if not made:
        asked = "one document without turns, or with too few, has nothing to resample"
        reason = asked if config.resamples else "no resamples were asked for"
        return Figure.undefined(reason, n=len(ids), unit="document", reference=reference)
    parts = {"methods": sorted(made), "seed": config.seed, "level": config.level}
    return Figure(float(config.resamples), len(ids), "document", reference, parts=parts)


def _by_document(
    measure: Measure[Any], documents: Sequence[Any], ids: Sequence[str]
) -> dict[Path, Figure]:
    if len(documents) < 2:
        return {}
    shown: dict[Path, Figure] = {}
    for name, document in zip(ids, documents, strict=True):
        figures = measure.pooled([document], measure.rows([document]))
        for path in filter(HEADLINES.__contains__, measure.paths):
            shown[("uncertainty", "documents", name, ".".join(path))] = figures[path]
    return shown


def _left_out(
    measure: Measure[Any], documents: Sequence[Any], found: Mapping[Path, Figure]
) -> dict[Path, Figure]:
    if not 1 < len(documents) < FEW:
        return {}
    rows = measure.rows(documents)
    shown: dict[Path, Figure] = {}
    for index, path in enumerate(measure.paths):
        if path in HEADLINES and found[path].value is not None:
            spread = leave_one_out(rows, partial(headline_value, measure, index))
            key = ("uncertainty", "leave_one_out", ".".join(path))
            shown[key] = replace(found[path], interval=spread, null=None)
    return shown


def headline_value(measure: Measure[Any], index: int, sums: Floats) -> Floats:
    """One of a measure's values, sums (..., width) to (...)."""
    return np.asarray(measure.values(sums)[..., index])


def _below(resamples: Mapping[Path, Resampled], documents: int) -> dict[Path, Figure]:
    """P(α < .667) and P(α < .8) over the resamples of the headline alphas."""
    shown: dict[Path, Figure] = {}
    alphas = (path for path in HEADLINES if "u_alpha" in path or "alpha" in path[-1])
    for path in filter(resamples.__contains__, alphas):
        for bound in BOUNDS:
            share = resamples[path].below(bound)
            key = ("uncertainty", "below", ".".join(path), f"{bound:g}")
            shown[key] = Figure(
                share,
                documents,
                "document",
                f"share of resamples below {bound:g}; {resamples[path].method}",
                reason="no resample has a value" if share is None else None,
            )
    return shown
