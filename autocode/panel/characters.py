"""Characters in the spans branch: which of those that may be marked were marked by whom."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from autocode.agreement.coefficient import Floats, Ints, figure, ratio
from autocode.agreement.figure import Figure
from autocode.agreement.layers import layer_alphas, layer_terms, layered_figures
from autocode.agreement.overlap import NAMES, atom_counts, char_figures, char_rates
from autocode.panel.catalogue import Path
from autocode.panel.counting import Document
from autocode.panel.measure import TWO, Measure
from autocode.panel.texts import Columns, Texts, shared


def chars(reason: str | None) -> Measure[Document]:
    """Character overlap with the reference coder, in the text that may be marked."""

    def bearing(rows: Floats) -> Floats:
        tp, fp, fn = rows[:, 0], rows[:, 1], rows[:, 2]
        either = tp + fp + fn
        return np.sign(np.stack([tp + fp, tp + fn, either, either], axis=-1))

    return _overlap(NAMES[:-1], question="where", bearing=bearing, reason=reason)


def same_codes(reason: str | None) -> Measure[Document]:
    """IoU of characters with the same codes, which asks what and not only where."""
    return _overlap(NAMES[-1:], question="what", reason=reason)


def _overlap(names: Sequence[str], **more: Any) -> Measure[Document]:
    return Measure(
        [("spans", "char", name) for name in names],
        5,
        _char_row,
        lambda sums: np.stack([char_rates(sums)[name] for name in names], axis=-1),
        lambda _, rows: [char_figures(rows)[name] for name in names],
        bounds=(0, 1),
        many=_char_rows,
        **more,
    )


def _char_row(document: Document) -> Floats:
    line = document.line
    return atom_counts(line.marks[0].atoms, line.marks[1].atoms, line.length)


def _char_rows(texts: Texts) -> Floats:
    """`_char_row` of each text."""
    line = texts.line
    ours, theirs = line.atoms
    i, j, size = shared(ours, theirs)
    tp = line.summed(ours.texts[i], size)
    same = line.summed(ours.texts[i], size * (ours.codes[i] == theirs.codes[j]))
    fp = line.summed(theirs.texts, theirs.sizes) - tp
    fn = line.summed(ours.texts, ours.sizes) - tp
    return np.stack([tp, fp, fn, line.lengths - tp - fp - fn, same], axis=-1)


def layer_rows(coders: Sequence[Columns], lengths: Ints) -> Floats:
    """`layer_terms` of many layers, (layers, 4): each coder's joined quotes, and lengths."""
    layers = len(lengths)
    marked, squares, joint = np.zeros((3, layers))
    for coder in coders:
        marked += np.bincount(coder.texts, coder.sizes, layers)
        squares += np.bincount(coder.texts, coder.sizes.astype(float) ** 2, layers)
    for ours, theirs in combinations(coders, 2):
        i, _, size = shared(ours, theirs)
        joint += np.bincount(ours.texts[i], size, layers)
    return np.stack(
        [len(coders) * lengths, marked, 2 * joint / (len(coders) - 1), squares], axis=-1
    )


def relevance() -> Measure[Document]:
    """|uα: marked or not, whatever the codes; any number of coders."""

    def row(doc: Document) -> Floats:
        layers = [{"": marks.relevant} for marks in doc.line.marks]
        return np.asarray(layer_terms(doc.line.length, layers, [""])[0])

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        by_layer = layered_figures(rows.sum(axis=0)[None], ["text"], length_of(documents))
        return [by_layer.per_code["text"]]

    path = ("spans", "u_alpha", "relevance")
    return Measure(
        [path],
        4,
        row,
        lambda sums: layer_alphas(sums[..., None, :]),
        shown,
        question="where",
        many=lambda texts: layer_rows(
            [coder.merged() for coder in texts.line.coders], texts.line.lengths
        ),
    )


def whole_text(documents: Sequence[Document]) -> dict[Path, Figure]:
    """Character figures of everything that was said, whoever may be marked."""
    wholes = [replace(doc, stretches=((0, doc.length),)) for doc in documents]
    two = None if coders_of(documents) == 2 else TWO
    figures: dict[Path, Figure] = {}
    for measure in (chars(two), relevance()):
        pooled = measure.pooled(wholes, measure.rows(wholes))
        figures |= {("spans", "whole_text", path[-1]): figure for path, figure in pooled.items()}
    return figures


def length_of(documents: Sequence[Document]) -> int:
    """How many characters may be marked."""
    return sum(document.line.length for document in documents)


def marked_shares(documents: Sequence[Document]) -> dict[Path, Figure]:
    """How much each coder marked of the text that may be: no character figure is read without."""
    names = ["reference", "other", *(f"coder {n}" for n in range(3, coders_of(documents) + 1))]
    return {
        ("spans", "marked", name): marked_share(documents, coder)
        for coder, name in enumerate(names)
    }


def marked_share(documents: Sequence[Document], coder: int) -> Figure:
    """The share of the text that a coder (0: the reference) marked at least once, 0 to 1."""
    marked = sum(stretch.length for doc in documents for stretch in doc.line.marks[coder].relevant)
    return figure(
        ratio(marked, length_of(documents)),
        n=length_of(documents),
        unit="character",
        reference="share of the text that may be marked",
        undefined="there is no text",
    )


def coders_of(documents: Sequence[Document]) -> int:
    """How many coders marked each document."""
    return len(documents[0].marks)
