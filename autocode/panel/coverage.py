"""The coverage branch: the codes that the other coder found and added, and what it made up."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

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
from autocode.panel.catalogue import Path
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document
from autocode.panel.labels import (
    NO_SIMILARITY,
    Documents,
    Similarity,
    noted,
    open_codes,
    too_many,
)
from autocode.panel.measure import TWO


def coverage_figures(
    codings: Documents,
    documents: Sequence[Document],
    config: PanelConfig,
    similarity: Similarity | None,
) -> dict[Path, Figure]:
    """What the other coder found of the reference's axial codes, added, repeated and made up."""
    coders = list(zip(*(document.marks for document in documents), strict=True))
    per_document = [[marks.codes for marks in coder] for coder in coders]
    if len(coders) == 2:
        figures = _found(*per_document)
    else:
        names = ("gold_recall", "gold_recall_weighted", "novel_rate", "inflation")
        reference = "coverage of the reference's codes"
        blank = Figure.undefined(TWO, n=0, unit="code", reference=reference)
        figures = {("coverage", name): blank for name in names}
    for name, sets in zip(("reference", "other"), per_document, strict=False):
        figures[("coverage", "saturation", name)] = saturation_point(sets)
        figures[("coverage", "slope_ratio", name)] = slope_ratio(sets)
    others = [coding for coders_of in codings for coding in coders_of[1:]]
    statuses = Counter(str(quote.status) for coding in others for quote in coding.quotes)
    figures |= {("coverage", name): figure for name, figure in unlocated(statuses).items()}
    figures[("coverage", "redundancy")] = _redundancy(open_codes(others), config, similarity)
    return figures


def _found(
    reference: Sequence[frozenset[str]], other: Sequence[frozenset[str]]
) -> dict[Path, Figure]:
    ours, theirs = (sorted(frozenset().union(*sets)) for sets in (reference, other))
    matches = np.array([[a == b for b in theirs] for a in ours], dtype=bool)
    matches = matches.reshape(len(ours), len(theirs))
    uses = [sum(code in codes for codes in reference) for code in ours]
    shown = {
        "gold_recall": gold_recall(matches),
        "gold_recall_weighted": noted(gold_recall(matches, uses), uses="documents with the code"),
        "novel_rate": novel_rate(matches),
        "inflation": code_inflation(len(ours), len(theirs)),
    }
    return {("coverage", name): figure for name, figure in shown.items()}


def _redundancy(
    labels: Sequence[str], config: PanelConfig, similarity: Similarity | None
) -> Figure:
    reason = too_many(labels, labels)
    if similarity is None or reason:
        reference = "redundancy, 1 − clusters/codes, single linkage"
        reason = reason or NO_SIMILARITY
        return Figure.undefined(reason, n=len(labels), unit="open code", reference=reference)
    # Compared in double precision, whatever the table's; which is not kept: it is the largest here.
    alike = np.zeros((0, 0), dtype=bool)
    if labels:
        alike = np.asarray(similarity(labels, labels)) >= np.float64(config.label_threshold)
    figure = redundancy(alike)
    return noted(figure, threshold=config.label_threshold, similarity=config.similarity)
