"""The span half of the panel: where quotes are and what they carry, over all documents."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
from numpy.random import Generator

from autocode.agreement.coefficient import Floats, figure, ratio
from autocode.agreement.coincidences import coincidences
from autocode.agreement.figure import Figure
from autocode.agreement.incidence import masi_distances
from autocode.agreement.layers import layer_alphas, layer_terms, layered_figures, macro, micro
from autocode.agreement.nulls import Placed, shuffle_codes
from autocode.agreement.overlap import NAMES, atom_counts, char_figures, char_rates
from autocode.agreement.spans import Continuum, first_overlap
from autocode.agreement.unitizing import alphas, figures, spread, terms
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document
from autocode.panel.measure import TWO, Group, Measure, Path
from autocode.panel.quotes import fragments, matches

ALPHA: Path = ("spans", "u_alpha")


def span_groups(documents: Sequence[Document], config: PanelConfig) -> list[Group[Document]]:
    """Every span measure that resampling and chance apply to."""
    sets = _sets(documents)
    two = None if len(documents[0].marks) == 2 else TWO
    shifted = Group(
        documents,
        [
            chars(two),
            relevance(),
            *what(documents, sets, config),
            matches(config.thresholds, two),
            fragments(two),
        ],
        change=Document.shifted,
        chance="circular shift of the other coder's quotes",
        pieces=Document.pieces,
    )
    recoded = Group(
        documents,
        [coded(sets), coverage(sets)],
        change=_recoded,
        chance="the other coder's codes permuted among their passages",
        pieces=Document.pieces,
    )
    return [shifted, recoded]


def _sets(documents: Sequence[Document]) -> list[frozenset[str]]:
    """Every set of codes that lies on some character, the rows of the family."""
    atoms = chain.from_iterable(marks.atoms for doc in documents for marks in doc.marks)
    return sorted({atom.code for atom in atoms}, key=set_name)


def set_name(codes: frozenset[str]) -> str:
    """A code set as one label: its codes in order, joined by " + "."""
    return " + ".join(sorted(codes))


def _recoded(document: Document, rng: Generator) -> Document:
    atoms = (Placed(marks.atoms, document.length) for marks in document.marks[1:])
    return document.with_others(*(shuffle_codes(placed, rng).units for placed in atoms))


def chars(reason: str | None) -> Measure[Document]:
    """Character overlap with the reference coder."""
    return Measure(
        [("spans", "char", name) for name in NAMES],
        5,
        lambda doc: atom_counts(doc.marks[0].atoms, doc.marks[1].atoms, doc.length),
        lambda sums: np.stack([char_rates(sums)[name] for name in NAMES], axis=-1),
        lambda _, rows: list(char_figures(rows).values()),
        reason=reason,
    )


def relevance() -> Measure[Document]:
    """|uα: marked or not, whatever the codes; any number of coders."""

    def row(doc: Document) -> Floats:
        layers = [{"": marks.relevant} for marks in doc.marks]
        return np.asarray(layer_terms(doc.length, layers, [""])[0])

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        found = layered_figures(rows.sum(axis=0)[None], ["text"], _length(documents))
        return [found.per_code["text"]]

    path = (*ALPHA, "relevance")
    return Measure([path], 4, row, lambda sums: layer_alphas(sums[..., None, :]), shown)


def _length(documents: Sequence[Document]) -> int:
    return sum(document.length for document in documents)


def what(
    documents: Sequence[Document], sets: Sequence[frozenset[str]], config: PanelConfig
) -> list[Measure[Document]]:
    """uα over all codes and per code: plain where no codes overlap, else by the policy."""
    marks = [marks for document in documents for marks in document.marks]
    overlapping = any(first_overlap(one.coded) is not None for one in marks)
    if overlapping and config.overlapping == "layered":
        return [layered(sorted({code for one in marks for code in one.layers}))]
    return [unitized(sets, "code sets" if overlapping else "plain: no codes overlap")]


def what_of(
    documents: Sequence[Document], alike: Sequence[Document], config: PanelConfig
) -> Figure:
    """uα over all codes of `documents`, by the policy and with the codes of `alike`."""
    sets = _sets(alike)
    measure = what(alike, sets, config)[0]
    return measure.pooled(documents, measure.rows(documents))[(*ALPHA, "value")]


def marked_shares(documents: Sequence[Document]) -> dict[Path, Figure]:
    """How much each coder marked: without it no character figure can be read."""
    names = ["reference", "other", *(f"coder {n}" for n in range(3, _coders(documents) + 1))]
    return {
        ("spans", "marked", name): marked_share(documents, coder)
        for coder, name in enumerate(names)
    }


def marked_share(documents: Sequence[Document], coder: int) -> Figure:
    """The share of the text that a coder (0: the reference) marked at least once, 0 to 1."""
    marked = sum(one.length for doc in documents for one in doc.marks[coder].relevant)
    return figure(
        ratio(marked, _length(documents)),
        n=_length(documents),
        unit="character",
        reference="share of the text that is marked",
        undefined="there is no text",
    )


def layered(codes: Sequence[str]) -> Measure[Document]:
    """The layered policy: |uα pooled over one continuum per code, its mean, and per code."""

    def row(doc: Document) -> Floats:
        return layer_terms(doc.length, [marks.layers for marks in doc.marks], codes).ravel()

    def values(sums: Floats) -> Floats:
        rows = sums.reshape(*sums.shape[:-1], len(codes), 4)
        pooled = [micro(rows)[..., None], macro(rows)[..., None]]
        return np.concatenate([*pooled, layer_alphas(rows)], axis=-1)

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        found = layered_figures(rows.sum(axis=0).reshape(-1, 4), codes, _length(documents))
        return [found.micro, found.macro, *found.per_code.values()]

    per_code = [(*ALPHA, "per_code", code) for code in codes]
    paths = [(*ALPHA, "value"), (*ALPHA, "macro"), *per_code]
    return Measure(paths, 4 * len(codes), row, values, shown)


def unitized(sets: Sequence[frozenset[str]], policy: str) -> Measure[Document]:
    """The family on code sets, which are single codes where nothing overlaps: uα and (k)uα."""
    between = _any_distance(sets)

    def values(sums: Floats) -> Floats:
        found = alphas(sums, between)
        return np.concatenate([found.value[..., None], found.per_code], axis=-1)

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        found = figures(rows.sum(axis=0), between, sets, _coders(documents))
        both = [found.value, *found.per_code.values()]
        return [_with(figure, policy=policy) for figure in both]

    per_code = [(*ALPHA, "per_code", set_name(one)) for one in sets]
    return _family([(*ALPHA, "value"), *per_code], sets, between, values, shown)


def coded(sets: Sequence[frozenset[str]]) -> Measure[Document]:
    """cuα: what both coded, by the MASI distance of code sets (nominal where they are single)."""
    between = masi_distances(sets)

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        found = figures(rows.sum(axis=0), between, sets, _coders(documents)).coded
        return [_with(found, distance="MASI on code sets")]

    def values(sums: Floats) -> Floats:
        return np.asarray(alphas(sums, between).coded[..., None])

    return _family([(*ALPHA, "coded")], sets, between, values, shown)


def coverage(sets: Sequence[frozenset[str]]) -> Measure[Document]:
    """The share of the text that cuα speaks of; chance has nothing to say about it."""
    between = _any_distance(sets)

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        return [figures(rows.sum(axis=0), between, sets, _coders(documents)).coverage]

    def values(sums: Floats) -> Floats:
        return np.asarray(alphas(sums, between).coverage[..., None])

    path = (*ALPHA, "coverage")
    return replace(_family([path], sets, between, values, shown), judged=False)


def _family(
    paths: Sequence[Path],
    sets: Sequence[frozenset[str]],
    between: Floats,
    values: Callable[[Floats], Floats],
    shown: Callable[[Sequence[Document], Floats], list[Figure]],
) -> Measure[Document]:
    place: dict[Any, int] = {code: index for index, code in enumerate(sets)}

    def row(doc: Document) -> Floats:
        counted = coincidences(Continuum(doc.length, *(marks.atoms for marks in doc.marks)))
        rows = [place[code] for code in counted.codes]
        return spread(terms(counted, between[np.ix_(rows, rows)]), rows, len(sets))

    return Measure(paths, 5 * len(sets) + 5, row, values, shown)


def _any_distance(sets: Sequence[frozenset[str]]) -> Floats:
    """Zeros: uα, (k)uα and coverage ask whether codes are the same, not how far apart."""
    return np.zeros((len(sets), len(sets)))


def _coders(documents: Sequence[Document]) -> int:
    return len(documents[0].marks)


def _with(figure: Figure, **parts: Any) -> Figure:
    return replace(figure, parts={**figure.parts, **parts})
