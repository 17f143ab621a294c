"""The code half of the panel: free-text open codes, and what the other coder found and added."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autocode.agreement.axial import GROUPING, grouping
from autocode.agreement.coefficient import Floats
from autocode.agreement.coverage import (
    code_inflation,
    gold_recall,
    novel_rate,
    redundancy,
    saturation_point,
    slope_ratio,
    unlocated,
)
from autocode.agreement.figure import Figure
from autocode.agreement.matching import align
from autocode.agreement.nulls import null_of
from autocode.agreement.opencodes import (
    curve_area,
    dubuisson_jain_mhd,
    llmcode_mhd,
    many_to_many,
    matched,
    paired_similarity,
    permuted_codes_null,
    threshold_curve,
)
from autocode.agreement.spans import Unit
from autocode.coding.nouns import Coding
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document
from autocode.panel.measure import TWO, Path

Similarity = Callable[[Sequence[str], Sequence[str]], ArrayLike]
Documents = Sequence[Sequence[Coding]]

_REFERENCE = "similarity of open codes"
_NAMES: tuple[Path, ...] = (
    ("precision",),
    ("recall",),
    ("f1",),
    ("mean",),
    ("many_to_many", "precision"),
    ("many_to_many", "recall"),
    ("curve_area",),
    ("llmcode_mhd",),
    ("dubuisson_jain_mhd",),
    ("paired",),
)


def open_codes(codings: Sequence[Coding]) -> list[str]:
    """The distinct open codes of one coder's codings, in order of first use."""
    codes = ((quote.open_code or "").strip() for coding in codings for quote in coding.quotes)
    return list(dict.fromkeys(filter(None, codes)))


def label_figures(
    codings: Documents, config: PanelConfig, similarity: Similarity | None
) -> dict[Path, Figure]:
    """Agreement of two coders' free-text codes under a similarity the caller hands in."""
    labels = [open_codes(coder) for coder in zip(*codings, strict=True)]
    reason = _why_not(labels, similarity)
    if reason or similarity is None:
        n = sum(map(len, labels))
        blank = Figure.undefined(str(reason), n=n, unit="open code", reference=_REFERENCE)
        return {("labels", *name): blank for name in _NAMES}
    table = np.asarray(similarity(labels[0], labels[1]), dtype=float)
    shown = _from_table(table, config.label_threshold)
    shown[("paired",)] = _paired(codings, labels, table, config)
    note = {"similarity": config.similarity, "threshold_from": config.label_threshold_from}
    return {("labels", *name): _noted(shown[name], **note) for name in _NAMES}


def _why_not(labels: Sequence[Sequence[str]], similarity: Similarity | None) -> str | None:
    if len(labels) != 2:
        return TWO
    if similarity is None:
        return "no similarity of labels was given"
    missing = [name for name, own in zip(("reference", "other"), labels, strict=True) if not own]
    return f"the {missing[0]} coder wrote no open code" if missing else None


def _from_table(table: Floats, threshold: float) -> dict[Path, Figure]:
    one_to_one, many = matched(table, threshold), many_to_many(table, threshold)
    area = _noted(curve_area(table), curve=threshold_curve(table))
    distance = 1 - table
    return {
        **{(name,): figure for name, figure in one_to_one.items()},
        **{("many_to_many", name): figure for name, figure in many.items()},
        ("curve_area",): area,
        ("llmcode_mhd",): llmcode_mhd(distance),
        ("dubuisson_jain_mhd",): dubuisson_jain_mhd(distance),
    }


def _noted(figure: Figure, **parts: Any) -> Figure:
    return replace(figure, parts={**figure.parts, **parts})


def _paired(
    codings: Documents, labels: Sequence[Sequence[str]], table: Floats, config: PanelConfig
) -> Figure:
    """Mean similarity of the open codes of matched quotes, against permuted codes."""
    places = [{label: index for index, label in enumerate(own)} for own in labels]
    pairs = [
        (places[0][pair.reference.code], places[1][pair.other.code])
        for first, second in codings
        for pair in align(_named(first), _named(second))
        if pair.iou >= config.matched
    ]
    found = paired_similarity(table, pairs)
    if found.value is None or not config.permutations:
        return found
    values = permuted_codes_null(table, pairs, seed=config.seed, resamples=config.permutations)
    method = f"open codes permuted among matched quotes, {config.permutations} times"
    null = null_of(found.value, values, f"{method}, seed {config.seed}")
    if null is None:
        return found
    return _noted(found.with_null(null), excess=found.value - null.mean)


def _named(coding: Coding) -> list[Unit]:
    """The located quotes with an open code, as units that carry it."""
    return [
        Unit(span.start, span.end, quote.open_code.strip())
        for quote in coding.located()
        if (span := quote.span) and quote.open_code and quote.open_code.strip()
    ]


def coverage_figures(
    codings: Documents,
    documents: Sequence[Document],
    config: PanelConfig,
    similarity: Similarity | None,
) -> dict[Path, Figure]:
    """What the other coder found of the reference's axial codes, added, repeated and made up."""
    coders = list(zip(*(document.marks for document in documents), strict=True))
    per_document = [[marks.codes for marks in coder] for coder in coders]
    found = _found(*per_document) if len(coders) == 2 else _not_found()
    for name, own in zip(("reference", "other"), per_document, strict=False):
        found[("coverage", "saturation", name)] = saturation_point(own)
        found[("coverage", "slope_ratio", name)] = slope_ratio(own)
    others = [coding for coders_of in codings for coding in coders_of[1:]]
    statuses = Counter(str(quote.status) for coding in others for quote in coding.quotes)
    found |= {("coverage", name): figure for name, figure in unlocated(statuses).items()}
    found[("coverage", "redundancy")] = _redundancy(open_codes(others), config, similarity)
    return found


def _found(
    reference: Sequence[frozenset[str]], other: Sequence[frozenset[str]]
) -> dict[Path, Figure]:
    ours, theirs = (sorted(frozenset().union(*sets)) for sets in (reference, other))
    matches = np.array([[a == b for b in theirs] for a in ours], dtype=bool)
    matches = matches.reshape(len(ours), len(theirs))
    uses = [sum(code in codes for codes in reference) for code in ours]
    shown = {
        "gold_recall": gold_recall(matches),
        "gold_recall_weighted": _noted(gold_recall(matches, uses), uses="documents with the code"),
        "novel_rate": novel_rate(matches),
        "inflation": code_inflation(len(ours), len(theirs)),
    }
    return {("coverage", name): figure for name, figure in shown.items()}


def _not_found() -> dict[Path, Figure]:
    names = ("gold_recall", "gold_recall_weighted", "novel_rate", "inflation")
    blank = Figure.undefined(TWO, n=0, unit="code", reference="coverage of the reference's codes")
    return {("coverage", name): blank for name in names}


def _redundancy(
    labels: Sequence[str], config: PanelConfig, similarity: Similarity | None
) -> Figure:
    if similarity is None:
        reason = "no similarity of labels was given"
        reference = "redundancy, 1 − clusters/codes, single linkage"
        return Figure.undefined(reason, n=len(labels), unit="open code", reference=reference)
    table = np.asarray(similarity(labels, labels), dtype=float) if labels else np.zeros((0, 0))
    alike = redundancy(table >= config.label_threshold)
    return _noted(alike, threshold=config.label_threshold, similarity=config.similarity)


def grouping_figures(codings: Documents) -> dict[Path, Figure]:
    """Do the coders put the codes both use under the same parents? n counts codes."""
    paths = {one.name: ("axial", "grouping", one.name) for one in GROUPING}
    coders = list(zip(*codings, strict=True))
    parents = [{c.id: c.parent for own in coder for c in own.codes} for coder in coders]
    shared = sorted(set.intersection(*map(set, parents)))
    reason = TWO if len(coders) != 2 else None
    if not reason and not all(any(own[code] for code in shared) for own in parents):
        reason = "no code that both coders use has a parent category from each of them"
    if reason:
        blank = Figure.undefined(reason, n=0, unit="code", reference="axial grouping of codes")
        return dict.fromkeys(paths.values(), blank)
    found = grouping(*({code: own[code] for code in shared} for own in parents))
    return {paths[name]: figure for name, figure in found.items()}
