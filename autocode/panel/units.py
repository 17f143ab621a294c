"""The unit half of the panel: turns, sentences and matched quote pairs, marked and coded."""

from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from functools import partial

import numpy as np

from autocode.agreement.alpha import nominal
from autocode.agreement.coefficient import Coefficient, Floats
from autocode.agreement.figure import Figure
from autocode.agreement.labels import ac1, kappa, percent_agreement
from autocode.agreement.matching import align
from autocode.agreement.percode import (
    DESCRIPTIVE,
    SUPPRESSIBLE,
    bias_index,
    code_figures,
    f1,
    p_neg,
    p_pos,
    pabak,
    precision,
    prevalence_index,
    recall,
)
from autocode.agreement.sets import jaccard, jaccard_parts, masi, mean_jaccard
from autocode.agreement.tables import contingency, either_coded, presence, set_counts
from autocode.panel.alphas import alpha_measure
from autocode.panel.chance import Chance, Drawn, Question
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document
from autocode.panel.measure import TWO, Group, Measure, Path
from autocode.panel.ratings import Kind, Rated, rated

CHANCE_CORRECTED = (kappa, ac1, pabak, percent_agreement, p_pos, p_neg, precision, recall, f1)
INDICES = (prevalence_index, bias_index)
NO_TEXT = "the transcript was not given, and this needs its turns and sentences"


def unit_groups(
    documents: Sequence[Document], config: PanelConfig, chance: Chance | None = None
) -> list[Group[Rated]]:
    """Turns, sentences, matched quote pairs and whole documents."""
    chance = chance or Chance(documents, config)
    two = None if len(documents[0].marks) == 2 else TWO
    everyone = config.turns == "everyone"
    codes = sorted(frozenset().union(*(m.codes for doc in documents for m in doc.marks)))
    groups = []
    for kind in ("turn", "sentence"):
        units = rated_documents(documents, kind, everyone=everyone)
        measures = [*marked(kind, two), per_code(kind, codes, config.minimum_uses, two)]
        if kind == "turn":
            measures += axial(units, two)
        if not units:
            measures = [replace(measure, reason=NO_TEXT) for measure in measures]
        groups.append(Group(units, measures, Rated.pieces, _drawn(chance, kind, everyone)))
    return [*groups, *_pairs_and_documents(documents, config, chance, two)]


def _drawn(
    chance: Chance, kind: Kind, everyone: bool
) -> dict[Question, Callable[[], Drawn[Rated]]]:
    """The draws of the documents as units."""

    def read(number: int, codings: Sequence[Document]) -> Sequence[Rated]:
        return rated(chance.documents[number], kind, codings, everyone=everyone)[1:]

    return {"where": lambda: chance.where.of(read), "what": lambda: chance.what.of(read)}


def rated_documents(documents: Sequence[Document], kind: Kind, *, everyone: bool) -> list[Rated]:
    """Each document's units of a kind; empty unless every document has its transcript."""
    found = [rated(document, kind, everyone=everyone) for document in documents]
    return [units for units, *_ in found] if all(found) else []


def marked(kind: Kind, two: str | None) -> list[Measure[Rated]]:
    """Whether a unit is marked at all: every coefficient of the 2x2 table, and α."""
    path: Path = ("units", kind)
    judged = _tables([(*path, one.name) for one in CHANCE_CORRECTED], CHANCE_CORRECTED, kind)
    indices = _tables([(*path, one.name) for one in INDICES], INDICES, kind)
    several = alpha_measure((*path, "alpha"), kind, [False, True], nominal, of="marked")
    found = [replace(judged, question="where", reason=two), replace(indices, reason=two)]
    return [*found, replace(several, question="where")]


def kappas(kind: Kind) -> Measure[Rated]:
    """Cohen's κ of marked units, by which trivial coders are judged."""
    return _tables([("units", kind, "kappa")], [kappa], kind)


def marked_table(units: Rated) -> Floats:
    """The 2x2 counts of a document's marked units, (4,): both, first, second, neither."""
    first, second = units.marked
    return contingency(first, second, [True, False]).ravel()


def _tables(paths: Sequence[Path], every: Sequence[Coefficient], unit: str) -> Measure[Rated]:
    def values(sums: Floats) -> Floats:
        tables = sums.reshape(*sums.shape[:-1], 2, 2)
        return np.stack([one.of(tables) for one in every], axis=-1)

    def shown(_: Sequence[Rated], rows: Floats) -> list[Figure]:
        table = rows.sum(axis=0).reshape(2, 2)
        return [one(table, unit=unit) for one in every]

    return Measure(paths, 4, marked_table, values, shown, bearing=partial(_bearing, every=every))


def _bearing(rows: Floats, every: Sequence[Coefficient]) -> Floats:
    """Which units' rows, (units, 4 times codes), the denominator of each coefficient rests on."""
    both, first, second, neither = np.moveaxis(rows.reshape(len(rows), -1, 4), -1, 0)
    denominators = {"precision": both + second, "recall": both + first, "p_neg": neither}
    either = both + first + second
    counted = np.stack([denominators.get(one.name, either) for one in every], axis=-1)
    return np.sign(counted).reshape(len(rows), -1)


def per_code(kind: Kind, codes: Sequence[str], minimum: int, two: str | None) -> Measure[Rated]:
    """The table of every code; rare ones show counts only."""
    every = SUPPRESSIBLE + DESCRIPTIVE

    def row(units: Rated) -> Floats:
        first, second = units.codes
        return presence(first, second, codes).ravel()

    def values(sums: Floats) -> Floats:
        tables = sums.reshape(*sums.shape[:-1], len(codes), 2, 2)
        by_code = np.stack([one.of(tables) for one in every], axis=-1)
        return by_code.reshape(*sums.shape[:-1], len(codes) * len(every))

    def shown(_: Sequence[Rated], rows: Floats) -> list[Figure]:
        tables = rows.sum(axis=0).reshape(len(codes), 2, 2)
        found = [code_figures(table, unit=kind, minimum=minimum) for table in tables]
        return [by_name[one.name] for by_name in found for one in every]

    paths = [("units", kind, "per_code", code, one.name) for code in codes for one in every]
    bearing = partial(_bearing, every=every)
    return Measure(paths, 4 * len(codes), row, values, shown, bearing=bearing, reason=two)


def axial(units: Sequence[Rated], two: str | None) -> list[Measure[Rated]]:
    """The axial codes of the turns: applications matched one by one, and α on code sets."""
    sets = _sets_of(units)
    turn: Path = ("axial", "turn")
    measures = [
        replace(applications(turn, "code application in a turn"), reason=two),
        replace(likeness((*turn, "jaccard"), "turn with a code"), reason=two),
        alpha_measure((*turn, "alpha_masi"), "turn", sets, masi, of="codes"),
        alpha_measure((*turn, "alpha_jaccard"), "turn", sets, jaccard, of="codes"),
        alpha_measure(
            (*turn, "alpha_masi_coded"), "turn with a code", sets, masi, of="codes", coded_only=True
        ),
    ]
    return [replace(measure, question="what") for measure in measures]


def _sets_of(units: Sequence[Rated]) -> list[frozenset[str]]:
    found: Set[frozenset[str]] = {codes for one in units for coder in one.codes for codes in coder}
    return sorted(found, key=sorted)


def applications(path: Path, unit: str) -> Measure[Rated]:
    """Precision, recall and F1 of code applications, pooled over units and codes."""
    every = (precision, recall, f1)

    def values(sums: Floats) -> Floats:
        tables = sums.reshape(*sums.shape[:-1], 2, 2)
        return np.stack([one.of(tables) for one in every], axis=-1)

    def shown(_: Sequence[Rated], rows: Floats) -> list[Figure]:
        return [one(rows.sum(axis=0).reshape(2, 2), unit=unit) for one in every]

    paths = [(*path, one.name) for one in every]
    return Measure(
        paths,
        4,
        lambda units: set_counts(*units.codes).ravel(),
        values,
        shown,
        bounds=(0, 1),
        bearing=partial(_bearing, every=every),
    )


def likeness(path: Path, unit: str) -> Measure[Rated]:
    """Mean Jaccard similarity of the code sets of units that some coder coded."""
    return Measure(
        [path],
        2,
        lambda units: jaccard_parts(*either_coded(*units.codes)),
        lambda sums: mean_jaccard.of(sums)[..., None],
        lambda _, rows: [mean_jaccard(rows.sum(axis=0), unit=unit)],
        bounds=(0, 1),
    )


def _pairs_and_documents(
    documents: Sequence[Document], config: PanelConfig, chance: Chance, two: str | None
) -> list[Group[Rated]]:
    pairs = [] if two else [quote_pairs(document, config.matched) for document in documents]
    wholes = [_whole(document) for document in documents]
    pair, sets = ("units", "quote_pair"), _sets_of(pairs)
    measures = [
        alpha_measure((*pair, "alpha_masi"), "matched quote pair", sets, masi, of="codes"),
        alpha_measure((*pair, "alpha"), "matched quote pair", sets, nominal, of="codes"),
        likeness((*pair, "jaccard"), "matched quote pair with a code"),
    ]
    document: Path = ("axial", "document")
    whole = [
        likeness((*document, "jaccard"), "document with a code"),
        applications(document, "code of a document"),
    ]
    matched = [replace(one, question="what", reason=two) for one in measures]

    def read(_: int, codings: Sequence[Document]) -> Sequence[Rated]:
        return [quote_pairs(coding, config.matched) for coding in codings]

    return [
        Group(pairs, matched, drawn={"what": lambda: chance.what.of(read)}),
        Group(wholes, [replace(one, reason=two) for one in whole]),
    ]


def quote_pairs(document: Document, threshold: float) -> Rated:
    """The matched quotes of two coders as units; each pair is its own unit, in text order."""
    aligned = align(*(marks.quotes for marks in document.marks))
    kept = [pair for pair in aligned if pair.iou >= threshold]
    sides = [[pair.reference.code for pair in kept], [pair.other.code for pair in kept]]
    marked = [True] * len(kept)
    codes = (sides[0], sides[1])
    return Rated((marked, marked), codes, range(len(kept)))


def _whole(document: Document) -> Rated:
    """The document as a single unit."""
    return Rated(
        tuple([bool(marks.quotes)] for marks in document.marks),
        tuple([marks.codes] for marks in document.marks),
        [0],
    )
