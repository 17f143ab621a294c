"""The labels branch: do the free-text open codes of two coders mean the same?"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autocode.agreement.coefficient import Floats
from autocode.agreement.figure import Figure, null_of
from autocode.agreement.matching import align
from autocode.agreement.opencodes import (
    assignment,
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
from autocode.panel.catalogue import Path
from autocode.panel.config import PanelConfig
from autocode.panel.measure import TWO

Similarity = Callable[[Sequence[str], Sequence[str]], ArrayLike]
Documents = Sequence[Sequence[Coding]]
Kind = Literal["query", "passage"]


class Embedder(Protocol):
    """What turns open codes into vectors; `models.embedding` has some."""

    @property
    def name(self) -> str:
        """As it stands in every output."""
        ...

    def embed(self, texts: Sequence[str], kind: Kind) -> NDArray[np.floating[Any]]:
        """One vector of length 1 per text."""
        ...


def similarity_of(embedder: Embedder) -> Similarity:
    """The cosine of the vectors of two lists of codes, in single precision as the vectors are."""

    def cosines(ours: Sequence[str], theirs: Sequence[str]) -> ArrayLike:
        vectors = embedder.embed(ours, "query")
        others = vectors if theirs is ours else embedder.embed(theirs, "query")
        return vectors @ others.T

    return cosines


_REFERENCE = "similarity of open codes"
NO_SIMILARITY = "no similarity of labels was given"
# Pairs of different open codes: their table takes 4 bytes a pair, and its assignment 8 more.
# A sample would not do: the partner of a sampled code is seldom in the sample.
_MOST = 5000 * 5000
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
    table = np.asarray(similarity(labels[0], labels[1]))
    shown = _from_table(table, config.label_threshold)
    shown[("paired",)] = _paired(codings, labels, table, config)
    note = {"similarity": config.similarity, "threshold_from": config.label_threshold_from}
    return {("labels", *name): noted(shown[name], **note) for name in _NAMES}


def _why_not(labels: Sequence[Sequence[str]], similarity: Similarity | None) -> str | None:
    if len(labels) != 2:
        return TWO
    if similarity is None:
        return NO_SIMILARITY
    if refused := too_many(*labels):
        return refused
    missing = [
        name for name, written in zip(("reference", "other"), labels, strict=True) if not written
    ]
    return f"the {missing[0]} coder wrote no open code" if missing else None


def too_many(ours: Sequence[str], theirs: Sequence[str]) -> str | None:
    """Why the open codes are not compared with each other, if their table would be too large."""
    pairs = len(ours) * len(theirs)
    if pairs <= _MOST:
        return None
    return (
        f"{len(ours):,} different open codes against {len(theirs):,} are {pairs:,} pairs, "
        f"more than the {_MOST:,} that are compared"
    )


def _from_table(table: Floats, threshold: float) -> dict[Path, Figure]:
    pairs = assignment(table)
    one_to_one, many = matched(table, threshold, pairs), many_to_many(table, threshold)
    area = noted(curve_area(table, pairs), curve=threshold_curve(table, pairs=pairs))
    return {
        **{(name,): figure for name, figure in one_to_one.items()},
        **{("many_to_many", name): figure for name, figure in many.items()},
        ("curve_area",): area,
        ("llmcode_mhd",): llmcode_mhd(table),
        ("dubuisson_jain_mhd",): dubuisson_jain_mhd(table),
    }


def noted(figure: Figure, **parts: Any) -> Figure:
    """The figure with more parts."""
    return replace(figure, parts={**figure.parts, **parts})


def _paired(
    codings: Documents, labels: Sequence[Sequence[str]], table: Floats, config: PanelConfig
) -> Figure:
    """Mean similarity of the open codes of matched quotes, against permuted codes."""
    places = [{label: index for index, label in enumerate(written)} for written in labels]
    documents = [
        [
            (places[0][pair.reference.code], places[1][pair.other.code])
            for pair in align(_named(first), _named(second))
            if pair.iou >= config.matched
        ]
        for first, second in codings
    ]
    mean = paired_similarity(table, list(chain.from_iterable(documents)))
    if mean.value is None or not config.permutations:
        return mean
    values = permuted_codes_null(table, documents, seed=config.seed, resamples=config.permutations)
    times = f"{config.permutations} times, seed {config.seed}"
    method = f"open codes permuted among the matched quotes of each document, {times}"
    null = null_of(mean.value, values, method)
    if null is None:
        return mean
    return noted(replace(mean, null=null), excess=mean.value - null.mean)


def _named(coding: Coding) -> list[Unit]:
    """The located quotes with an open code, as units that carry it."""
    return [
        Unit(span.start, span.end, quote.open_code.strip())
        for quote in coding.located()
        if (span := quote.span) and quote.open_code and quote.open_code.strip()
    ]
