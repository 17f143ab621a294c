"""The spans branch: where quotes are and what they carry."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np

from autocode.agreement.coefficient import Floats
from autocode.agreement.coincidences import coincidences
from autocode.agreement.figure import Figure
from autocode.agreement.intervals import Bounds
from autocode.agreement.layers import layer_alphas, layer_terms, layered_figures, macro, micro
from autocode.agreement.percode import rare
from autocode.agreement.sets import incidence, masi_distances
from autocode.agreement.spans import Continuum, first_overlap
from autocode.agreement.unitizing import REFERENCE, alphas, figures, spread, terms
from autocode.panel.chance import Chance, Drawn, Question
from autocode.panel.characters import chars, coders_of, length_of, relevance, same_codes
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document
from autocode.panel.measure import TWO, Group, Measure, Path
from autocode.panel.quotes import fragments, matches

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
    sets = _sets([*documents, *chain.from_iterable(recoded)])
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
    drawn: dict[Question, Callable[[], Drawn[Document]]] = {
        "where": lambda: chance.where,
        "what": lambda: chance.what,
    }
    return [Group(documents, measures, Document.pieces, drawn)]


def codes_of(documents: Iterable[Document]) -> list[str]:
    """Every code that lies on some character, quotes without one included, in order."""
    return sorted({code for doc in documents for marks in doc.marks for code in marks.layers})


def _sets(documents: Sequence[Document]) -> list[frozenset[str]]:
    """Every set of codes that lies on some character, the rows of the family."""
    atoms = chain.from_iterable(marks.atoms for doc in documents for marks in doc.marks)
    return sorted({atom.code for atom in atoms}, key=set_name)


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

    def values(sums: Floats) -> Floats:
        rows = sums.reshape(*sums.shape[:-1], len(codes), 4)
        pooled = [micro(rows)[..., None], macro(rows)[..., None]]
        return np.concatenate([*pooled, layer_alphas(rows)], axis=-1)

    def shown(documents: Sequence[Document], rows: Floats) -> list[Figure]:
        by_layer = layered_figures(rows.sum(axis=0).reshape(-1, 4), codes, length_of(documents))
        per_code = [
            _unless_rare(figure, _uses(documents, code), minimum)
            for code, figure in zip(codes, by_layer.per_code.values(), strict=True)
        ]
        return [by_layer.micro, by_layer.macro, *per_code]

    def bearing(rows: Floats) -> Floats:
        by_code = np.sign(rows.reshape(len(rows), len(codes), 4)[..., 1])
        some = by_code.max(axis=-1, keepdims=True, initial=0)
        return np.concatenate([some, some, by_code], axis=-1)

    per_code = [(*LAYERED, "per_code", code) for code in codes]
    paths = [(*LAYERED, "value"), (*LAYERED, "macro"), *per_code]
    return Measure(paths, 4 * len(codes), row, values, shown, question="what", bearing=bearing)


def _uses(documents: Sequence[Document], code: str) -> tuple[int, str]:
    """In how many turns some coder used a code; without turns, how many quotes carry it."""
    pieces = [piece for document in documents for piece in document.pieces()]
    if pieces:
        return sum(any(code in m.layers for m in piece.marks) for piece in pieces), "turn"
    quotes = (quote for doc in documents for marks in doc.marks for quote in marks.coded)
    return sum(quote.code == code for quote in quotes), "quote"


def _unless_rare(figure: Figure, uses: tuple[int, str], minimum: int) -> Figure:
    number, unit = uses
    if number >= minimum or figure.value is None:
        return figure
    return replace(figure, value=None, reason=rare(number, minimum, unit))


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

    return Measure(paths, 5 * len(sets) + 5, row, values, shown, question, bounds)


def _any_distance(sets: Sequence[frozenset[str]]) -> Floats:
    """Zeros: uα, (k)uα and coverage ask whether codes are the same, not how far apart."""
    return np.zeros((len(sets), len(sets)))
