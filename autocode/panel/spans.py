"""The spans branch: where quotes are and what they carry."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from autocode.agreement.coefficient import Floats, Ints
from autocode.agreement.coincidences import coincidences
from autocode.agreement.figure import Figure
from autocode.agreement.intervals import Bounds
from autocode.agreement.layers import layer_alphas, layer_terms, layered_figures, macro, micro
from autocode.agreement.percode import rare
from autocode.agreement.sets import incidence, masi_distances
from autocode.agreement.spans import Continuum, first_overlap
from autocode.agreement.unitizing import REFERENCE, alphas, figures, spread, terms
from autocode.panel.catalogue import Path
from autocode.panel.chance import Chance, Drawn, Question
from autocode.panel.characters import (
    chars,
    coders_of,
    layer_rows,
    length_of,
    relevance,
    same_codes,
)
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document
from autocode.panel.draws import Draws
from autocode.panel.measure import TWO, Group, Measure
from autocode.panel.quotes import fragments, matches
from autocode.panel.texts import Columns, Texts, shared

ALPHA: Path = ("spans", "u_alpha")
LAYERED: Path = ("spans", "u_alpha_layered")


def span_groups(
    documents: Sequence[Document], config: PanelConfig, chance: Chance
) -> list[Group[Document]]:
    """Every span measure that intervals and chance apply to."""
    two = None if len(documents[0].marks) == 2 else TWO
    overlap = _overlap(documents)
    # In draws quotes that overlap may come by sets of codes that nobody used.
    recoded = chance.what.codings if overlap and config.permutations else []
    texts = (some for draws in recoded for some in draws.texts())
    laid = Texts.of(documents).laid.union(*(some.laid for some in texts))
    sets = sorted(laid, key=set_name)
    measures = [
        chars(two),
        same_codes(two),
        relevance(),
        unitized(sets, overlap),
        layered(codes_of(documents), config.minimum_uses),
        coded(sets),
        coverage(sets),
        *matches(config.thresholds, two),
        fragments(two),
    ]
    drawn: dict[Question, Callable[[], Drawn[Draws]]] = {
        "where": lambda: chance.where,
        "what": lambda: chance.what,
    }
    return [Group(documents, measures, turns_of, drawn)]


def turns_of(document: Document) -> Texts | None:
    """Each turn that may be marked, quotes cut with it; None without a transcript."""
    return Texts.of([document]).turns if document.segments else None


def codes_of(documents: Iterable[Document]) -> list[str]:
    """Every code that lies on some character, quotes without one included, in order."""
    return sorted({code for doc in documents for marks in doc.marks for code in marks.layers})


def set_name(codes: frozenset[str]) -> str:
    """A code set as one label: its codes in order, joined by " + "."""
    return " + ".join(sorted(codes))


def _overlap(documents: Sequence[Document]) -> str | None:
    """Why Krippendorff's uα is undefined: the first document where a coder's codes overlap."""
    for document in documents:
        for marks in document.marks:
            if first_overlap(marks.coded) is not None:
                return (
                    f"codes overlap (a coder gave one passage of {document.id} two codes), and uα "
                    "allows one code per character: uα by code counts them apart"
                )
    return None


def layered(codes: Sequence[str], minimum: int = 1) -> Measure[Document]:
    """|uα pooled over one continuum per code, its mean, and per code: codes may overlap."""

    def row(doc: Document) -> Floats:
        layers = [marks.layers for marks in doc.line.marks]
        return layer_terms(doc.line.length, layers, codes).ravel()

    def many(texts: Texts) -> Floats:
        lengths = np.repeat(texts.line.lengths, len(codes))
        return layer_rows(texts.line.layers(codes), lengths).reshape(len(texts), -1)

    def values(sums: Floats) -> Floats:
        rows = sums.reshape(*sums.shape[:-1], len(codes), 4)
        pooled = [micro(rows)[..., None], macro(rows)[..., None]]
        return np.concatenate([*pooled, layer_alphas(rows)], axis=-1)

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        by_layer = layered_figures(rows.sum(axis=0).reshape(-1, 4), codes, length_of(documents))
        per_code = [
            _unless_rare(figure, uses, minimum)
            for uses, figure in zip(
                _uses(documents, codes), by_layer.per_code.values(), strict=True
            )
        ]
        return [by_layer.micro, by_layer.macro, *per_code]

    def bearing(rows: Floats) -> Floats:
        by_code = np.sign(rows.reshape(len(rows), len(codes), 4)[..., 1])
        some = by_code.max(axis=-1, keepdims=True, initial=0)
        return np.concatenate([some, some, by_code], axis=-1)

    per_code = [(*LAYERED, "per_code", code) for code in codes]
    paths = [(*LAYERED, "value"), (*LAYERED, "macro"), *per_code]
    return Measure(
        paths, 4 * len(codes), row, values, shown, question="what", bearing=bearing, many=many
    )


def _uses(documents: Sequence[Document], codes: Sequence[str]) -> list[tuple[int, str]]:
    """In how many turns some coder used each code; without turns, how many quotes carry it."""
    if told := [document for document in documents if document.segments]:
        layers = Texts.of(told).turns.layers(codes)
        used = np.unique(np.concatenate([layer.texts for layer in layers])) % len(codes)
        return [(turns, "turn") for turns in np.bincount(used, minlength=len(codes)).tolist()]
    quotes = Counter(unit.code for doc in documents for marks in doc.marks for unit in marks.coded)
    return [(quotes[code], "quote") for code in codes]


def _unless_rare(figure: Figure, uses: tuple[int, str], minimum: int) -> Figure:
    number, unit = uses
    if number >= minimum or figure.value is None:
        return figure
    return replace(figure, value=None, reason=rare(minimum, unit))


def unitized(sets: Sequence[frozenset[str]], overlap: str | None) -> Measure[Document]:
    """Krippendorff's uα, and (k)uα per code; `overlap` says why they are undefined, if so."""
    between = _any_distance(sets)

    def values(sums: Floats) -> Floats:
        members = alphas(sums, between)
        return np.concatenate([members.value[..., None], members.per_code], axis=-1)

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        members = figures(rows.sum(axis=0), between, sets, coders_of(documents))
        return [members.value, *members.per_code.values()]

    if overlap:
        blank = Figure.undefined(overlap, n=0, unit="character", reference=f"{REFERENCE}, uα")
        return Measure(
            [(*ALPHA, "value")], 1, _nothing, _nothing, lambda *_: [blank], reason=overlap
        )
    per_code = [(*ALPHA, "per_code", set_name(codes)) for codes in sets]
    return _family([(*ALPHA, "value"), *per_code], sets, between, values, shown, "what")


def _nothing(_: object) -> Floats:
    return np.zeros(1)


def coded(sets: Sequence[frozenset[str]]) -> Measure[Document]:
    """cuα: what both coded, by the MASI distance of code sets (nominal where they are single)."""
    between = masi_distances(incidence(sets))

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        joint = figures(rows.sum(axis=0), between, sets, coders_of(documents)).coded
        return [replace(joint, parts={**joint.parts, "distance": "MASI on code sets"})]

    def values(sums: Floats) -> Floats:
        return np.asarray(alphas(sums, between).coded[..., None])

    return _family([(*ALPHA, "coded")], sets, between, values, shown, "what")


def coverage(sets: Sequence[frozenset[str]]) -> Measure[Document]:
    """The share of the text that cuα speaks of; chance has nothing to say about it."""
    between = _any_distance(sets)

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        return [figures(rows.sum(axis=0), between, sets, coders_of(documents)).coverage]

    def values(sums: Floats) -> Floats:
        return np.asarray(alphas(sums, between).coverage[..., None])

    return _family([(*ALPHA, "coverage")], sets, between, values, shown, None, (0, 1))


def _family(
    paths: Sequence[Path],
    sets: Sequence[frozenset[str]],
    between: Floats,
    values: Callable[[Floats], Floats],
    shown: Callable[[Sequence[Document], Floats], list[Figure]],
    question: Question | None,
    bounds: Bounds = (-1, 1),
) -> Measure[Document]:
    place: dict[Any, int] = {code: index for index, code in enumerate(sets)}

    def row(doc: Document) -> Floats:
        line = doc.line
        counted = coincidences(Continuum(line.length, *(marks.atoms for marks in line.marks)))
        rows = [place[code] for code in counted.codes]
        return spread(terms(counted, between[np.ix_(rows, rows)]), rows, len(sets))

    many = partial(_term_rows, place=place, between=between)
    return Measure(paths, 5 * len(sets) + 5, row, values, shown, question, bounds, many=many)


def _term_rows(texts: Texts, place: Mapping[Any, int], between: Floats) -> Floats:
    """`terms` of each text, laid out for all sets."""
    line, k, coders = texts.line, len(between), len(texts.coders)
    atoms = line.atoms
    values = np.array([place.get(codes, 0) for codes in texts.sets.listed], dtype=np.int64)

    def by_set(rows: Columns, weights: Floats | Ints) -> Floats:
        cells = rows.texts * k + values[rows.codes]
        return np.bincount(cells, weights, len(line) * k).astype(float).reshape(len(line), k)

    margins, agreed, squares, coded, coded_squares = np.zeros((5, len(line), k))
    disagreed, joint = np.zeros((2, len(line)))
    for ours in atoms:
        margins += by_set(ours, ours.sizes)
        squares += by_set(ours, ours.sizes.astype(float) ** 2)
    for ours, theirs in permutations(atoms, 2):
        i, j, size = shared(ours, theirs)
        mine, other = values[ours.codes[i]], values[theirs.codes[j]]
        met = ours.of(i)
        agreed += by_set(met, size * (mine == other))
        coded += by_set(met, size)
        disagreed += line.summed(met.texts, size * between[mine, other])
        joint += line.summed(met.texts, size)
        coded_squares += by_set(ours, np.bincount(i, size, len(ours.texts)) ** 2)
    pairs = coders - 1
    total = (coders * line.lengths).astype(float)
    gaps = total - margins.sum(axis=1)
    # Of two coders: what neither marked is the text without what both or one of them did.
    both_gaps = pairs * (gaps - margins.sum(axis=1)) + joint
    return np.column_stack(
        [total, disagreed / pairs, gaps, margins, both_gaps / pairs, agreed / pairs, gaps, squares,
         coded / pairs, coded_squares / pairs]
    )  # fmt: skip


def _any_distance(sets: Sequence[frozenset[str]]) -> Floats:
    """Zeros: uα, (k)uα and coverage ask whether codes are the same, not how far apart."""
    return np.zeros((len(sets), len(sets)))
