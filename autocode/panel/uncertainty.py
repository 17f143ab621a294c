"""How far the headline figures can be trusted: intervals, each document alone and left out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from autocode.agreement.coefficient import Floats
from autocode.agreement.figure import Figure
from autocode.agreement.intervals import leave_one_out
from autocode.panel.catalogue import headlines
from autocode.panel.measure import Group, Measure, Path

HEADLINES: tuple[Path, ...] = tuple(headline.path for headline in headlines())


def uncertainty_figures(
    groups: Sequence[Group[Any]],
    found: Mapping[Path, Figure],
    ids: Sequence[str],
) -> dict[Path, Figure]:
    """How intervals were made, and the headlines document by document and with each left out."""
    shown: dict[Path, Figure] = {("uncertainty", "intervals"): _intervals(found, ids)}
    for group in groups:
        for measure in group.measures:
            if group.documents and not measure.reason and set(measure.paths) & set(HEADLINES):
                shown |= _by_document(measure, group.documents, ids)
                shown |= _left_out(measure, group.documents, found)
    return shown


def _intervals(found: Mapping[Path, Figure], ids: Sequence[str]) -> Figure:
    """How many figures have an interval, made in which ways; else the commonest reason why not."""
    methods = Counter(one.interval.method for one in found.values() if one.interval)
    reference = "Efron & Stein 1981; Künsch 1989 within a document"
    if not methods:
        reasons = Counter(one.no_interval for one in found.values() if one.no_interval)
        reason = "one document without turns cannot show how it varies"
        if reasons:
            reason = str(reasons.most_common(1)[0][0])
        return Figure.undefined(reason, n=len(ids), unit="document", reference=reference)
    parts = {"methods": [method for method, _ in methods.most_common()]}
    return Figure(float(methods.total()), len(ids), "document", reference, parts=parts)


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
    if len(documents) < 2:
        return {}
    rows = measure.rows(documents)
    shown: dict[Path, Figure] = {}
    for index, path in enumerate(measure.paths):
        if path in HEADLINES and found[path].value is not None:
            spread = leave_one_out(rows, partial(headline_value, measure, index))
            key = ("uncertainty", "leave_one_out", ".".join(path))
            shown[key] = replace(
                found[path], range=spread, interval=None, no_interval=None, null=None
            )
    return shown


def headline_value(measure: Measure[Any], index: int, sums: Floats) -> Floats:
    """One of a measure's values, sums (..., width) to (...)."""
    return np.asarray(measure.values(sums)[..., index])
