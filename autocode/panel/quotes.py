"""Quotes as wholes in the panel: which match one to one, how they are split, and γ."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from autocode.agreement.coefficient import Floats, ratio
from autocode.agreement.figure import Figure
from autocode.agreement.gamma import Dissimilarity, gamma
from autocode.agreement.matching import (
    SCHEMES,
    align,
    fragmentation,
    match_counts,
    match_figures,
    match_rates,
    offset_errors,
    overlapped,
)
from autocode.agreement.sets import masi
from autocode.agreement.spans import Continuum
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document
from autocode.panel.measure import TWO, Measure, Path

ERRORS = ("start_error", "end_error")


def matches(thresholds: Sequence[float], reason: str | None) -> Measure[Document]:
    """One-to-one quote matching: F1 per threshold and scheme."""
    size = len(thresholds)

    def row(doc: Document) -> Floats:
        ours, theirs = (marks.quotes for marks in doc.marks)
        return match_counts(align(ours, theirs), (len(ours), len(theirs)), thresholds).ravel()

    def values(sums: Floats) -> Floats:
        rates = match_rates(sums.reshape(*sums.shape[:-1], size, 6))
        by_scheme = np.stack([rates[scheme]["f1"] for scheme in SCHEMES], axis=-1)
        return by_scheme.reshape(*sums.shape[:-1], size * len(SCHEMES))

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        coded = any(marks.codes for doc in documents for marks in doc.marks)
        found = [match_figures(counts) for counts in rows.sum(axis=0).reshape(size, 6)]
        return [_named(by[scheme], scheme, coded) for by in found for scheme in SCHEMES]

    paths = [("spans", "matching", f"{t:g}", scheme) for t in thresholds for scheme in SCHEMES]
    return Measure(paths, 6 * size, row, values, shown, reason=reason)


def _named(figure: Figure, scheme: str, coded: bool) -> Figure:
    """Without any code on either side, same code means nothing."""
    if coded or scheme in ("exact", "partial") or figure.value is None:
        return figure
    return replace(figure, value=None, reason="no quote carries an axial code", parts={})


def fragments(reason: str | None) -> Measure[Document]:
    """Fragmentation and merge ratio."""

    def shown(_: Sequence[Document], rows: Floats) -> list[Figure]:
        return list(fragmentation(rows.sum(axis=0)))

    return Measure(
        [("spans", "fragmentation"), ("spans", "merge")],
        2,
        lambda doc: overlapped(*(marks.quotes for marks in doc.marks)),
        lambda sums: np.stack(
            [ratio(sums[..., 1], sums[..., 0]), ratio(sums[..., 0], sums[..., 1])], axis=-1
        ),
        shown,
        judged=False,
        reason=reason,
    )


def span_extras(documents: Sequence[Document], config: PanelConfig) -> dict[Path, Figure]:
    """γ and the offset errors, which are not sums over documents."""
    paths: list[Path] = [("spans", "gamma")]
    paths += [("spans", "matching", f"{t:g}", e) for t in config.thresholds for e in ERRORS]
    if len(documents[0].marks) != 2:
        found = [Figure.undefined(TWO, n=0, unit="quote", reference="two coders")] * len(paths)
        return dict(zip(paths, found, strict=True))
    weights = Dissimilarity(config.gamma_alpha, config.gamma_beta, metric=masi)
    continua = [Continuum(doc.length, *(m.quotes for m in doc.marks)) for doc in documents]
    found = [gamma(continua, weights, samples=config.gamma_samples, seed=config.seed).value]
    pairs = [pair for doc in documents for pair in align(*(m.quotes for m in doc.marks))]
    for threshold in config.thresholds:
        found += offset_errors(pairs, threshold)
    return dict(zip(paths, found, strict=True))
