"""Quotes as wholes in the spans branch: which match one to one, how they are split, and γ."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from autocode.agreement.coefficient import Floats, ratio
from autocode.agreement.figure import Figure
from autocode.agreement.gamma import Dissimilarity, gamma
from autocode.agreement.matching import (
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
from autocode.panel.catalogue import Path
from autocode.panel.chance import Question
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document
from autocode.panel.measure import TWO, Measure
from autocode.panel.texts import Texts

ERRORS = ("start_error", "end_error")


def matches(thresholds: Sequence[float], reason: str | None) -> list[Measure[Document]]:
    """One-to-one quote matching: F1 per threshold and scheme, by borders and by codes."""
    where, what = ("exact", "partial"), ("strict", "type")
    return [
        _matches(thresholds, where, "where", reason),
        _matches(thresholds, what, "what", reason),
    ]


def _matches(
    thresholds: Sequence[float], schemes: Sequence[str], question: Question, reason: str | None
) -> Measure[Document]:
    size = len(thresholds)

    def row(doc: Document) -> Floats:
        ours, theirs = (marks.quotes for marks in doc.marks)
        sizes = (len(ours), len(theirs) + doc.marks[1].unlocated)
        return match_counts(align(ours, theirs), sizes, thresholds).ravel()

    def many(texts: Texts) -> Floats:
        ours, theirs = texts.coders
        i, j, iou = texts.alignment
        moved = (ours.starts[i] != theirs.starts[j]) | (ours.ends[i] != theirs.ends[j])
        kind = 2 * moved + (ours.codes[i] != theirs.codes[j])
        both = texts.summed(ours.texts), texts.summed(theirs.texts) + texts.unlocated
        rows = np.zeros((len(texts), size, 6))
        for place, threshold in enumerate(thresholds):
            accepted = iou >= threshold
            cells = (ours.texts[i] * 4 + kind)[accepted]
            rows[:, place, :4] = np.bincount(cells, minlength=4 * len(texts)).reshape(-1, 4)
            alone = np.stack(both, axis=-1) - rows[:, place, :4].sum(axis=-1, keepdims=True)
            rows[:, place, 4:] = alone
        return rows.reshape(len(texts), -1)

    def values(sums: Floats) -> Floats:
        rates = match_rates(sums.reshape(*sums.shape[:-1], size, 6))
        by_scheme = np.stack([rates[scheme]["f1"] for scheme in schemes], axis=-1)
        return by_scheme.reshape(*sums.shape[:-1], size * len(schemes))

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        coded = any(marks.codes for doc in documents for marks in doc.marks)
        by_threshold = [match_figures(counts) for counts in rows.sum(axis=0).reshape(size, 6)]
        return [_named(by[scheme], scheme, coded) for by in by_threshold for scheme in schemes]

    paths = [("spans", "matching", f"{t:g}", scheme) for t in thresholds for scheme in schemes]
    return Measure(paths, 6 * size, row, values, shown, question, (0, 1), reason=reason, many=many)


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
        bounds=(0, np.inf),
        reason=reason,
        many=_overlapped,
    )


def _overlapped(texts: Texts) -> Floats:
    """`overlapped` of each text."""
    columns = []
    for ours, theirs in (texts.coders, texts.coders[::-1]):
        begun = np.searchsorted(theirs.starts, ours.ends, side="left")
        over = np.searchsorted(np.sort(theirs.ends), ours.starts, side="right")
        columns.append(texts.summed(ours.texts[begun > over]))
    return np.stack(columns, axis=-1)


def span_extras(documents: Sequence[Document], config: PanelConfig) -> dict[Path, Figure]:
    """γ and the offset errors, which are not sums over documents."""
    paths: list[Path] = [("spans", "gamma")]
    paths += [("spans", "matching", f"{t:g}", e) for t in config.thresholds for e in ERRORS]
    if len(documents[0].marks) != 2:
        figures = [Figure.undefined(TWO, n=0, unit="quote", reference="two coders")] * len(paths)
        return dict(zip(paths, figures, strict=True))
    weights = Dissimilarity(config.gamma_alpha, config.gamma_beta, metric=masi)
    continua = [Continuum(doc.length, *(m.quotes for m in doc.marks)) for doc in documents]
    figures = [gamma(continua, weights, samples=config.gamma_samples, seed=config.seed).value]
    pairs = [pair for doc in documents for pair in align(*(m.quotes for m in doc.marks))]
    for threshold in config.thresholds:
        figures += offset_errors(pairs, threshold)
    return dict(zip(paths, figures, strict=True))
