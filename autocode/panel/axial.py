"""The axial branch: the codes of turns and of whole documents, and how codes are grouped."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from autocode.agreement.axial import GROUPING, grouping, relations
from autocode.agreement.figure import Figure
from autocode.agreement.sets import jaccard, masi
from autocode.coding.nouns import Coding
from autocode.panel.catalogue import Path
from autocode.panel.chance import Chance
from autocode.panel.coefficients import alpha_measure, applications, likeness, sets_of
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document
from autocode.panel.measure import NO_TEXT, TWO, Group
from autocode.panel.ratings import Rated, rated_draws, rated_units
from autocode.panel.texts import Sets

AXIAL: Path = ("axial",)
TURN: Path = (*AXIAL, "turn")
PARENTS: Path = (*AXIAL, "parents")
NO_PARENTS = "no code that was used has a parent in the codebook"


def axial_groups(
    documents: Sequence[Document],
    chance: Chance,
    branch: Path = AXIAL,
    missing: str | None = None,
) -> list[Group[Rated]]:
    """The codes of turns, matched one by one and as sets, and those of whole documents.

    missing: why there is nothing of this, if so.
    """
    two = missing or (None if len(documents[0].marks) == 2 else TWO)
    turns = rated_units(documents, "turn")
    sets = sets_of(turns)
    turn, document = (*branch, "turn"), (*branch, "document")
    coded = "turn with a code"
    measures = [
        replace(applications(turn, "code application in a turn"), reason=two),
        replace(likeness((*turn, "jaccard"), coded), reason=two),
        alpha_measure((*turn, "alpha_masi"), "turn", sets, masi, of="codes"),
        alpha_measure((*turn, "alpha_jaccard"), "turn", sets, jaccard, of="codes"),
        alpha_measure((*turn, "alpha_masi_coded"), coded, sets, masi, of="codes", coded_only=True),
    ]
    missing = missing or (None if turns else NO_TEXT)
    judged = [
        replace(measure, question="what", reason=missing or measure.reason) for measure in measures
    ]
    whole = [
        likeness((*document, "jaccard"), "document with a code"),
        applications(document, "code of a document"),
    ]
    return [
        Group(turns, judged, Rated.pieces, rated_draws(chance, "turn")),
        Group(
            [_whole(doc) for doc in documents], [replace(measure, reason=two) for measure in whole]
        ),
    ]


def parents_of(codings: Sequence[Sequence[Coding]], codebook: Mapping[str, str]) -> dict[str, str]:
    """The parent of each code, as the reference has it, another coder, or the codebook."""
    coders = zip(*codings, strict=True)
    said = [coding.codes for coder in coders for coding in coder]
    named = {code.id: code.parent for codes in reversed(said) for code in codes if code.parent}
    return {**codebook, **named}


def parent_groups(
    documents: Sequence[Document], parents: Mapping[str, str], config: PanelConfig
) -> list[Group[Rated]]:
    """The same one level up: each code is its parent, and one without a parent is itself."""
    used = frozenset().union(*(marks.codes for doc in documents for marks in doc.marks))
    lifted = [doc.recoded(parents) for doc in documents]
    missing = None if used & parents.keys() else NO_PARENTS
    return axial_groups(lifted, Chance(lifted, config), PARENTS, missing)


def _whole(document: Document) -> Rated:
    """The document as a single unit."""
    sets, at = Sets(), np.zeros(1, dtype=np.int64)
    return Rated(
        tuple(np.array([bool(marks.quotes)]) for marks in document.marks),
        tuple(np.array([sets.place(marks.codes)]) for marks in document.marks),
        sets, turn=at, text=at,
    )  # fmt: skip


def grouping_figures(codings: Sequence[Sequence[Coding]]) -> dict[Path, Figure]:
    """Do the coders put the codes both use under the same parents? n counts codes."""
    paths = {coefficient.name: ("axial", "grouping", coefficient.name) for coefficient in GROUPING}
    coders = list(zip(*codings, strict=True))
    parents = [{c.id: c.parent for coding in coder for c in coding.codes} for coder in coders]
    shared = sorted(set.intersection(*map(set, parents)))
    reason = TWO if len(coders) != 2 else None
    if not reason and not all(any(of[code] for code in shared) for of in parents):
        reason = "no code that both coders use has a parent category from each of them"
    if reason:
        blank = Figure.undefined(reason, n=0, unit="code", reference="axial grouping of codes")
        return dict.fromkeys(paths.values(), blank)
    figures = grouping(*({code: of[code] for code in shared} for of in parents))
    return {paths[name]: figure for name, figure in figures.items()}


def relation_figures(codings: Sequence[Sequence[Coding]]) -> dict[Path, Figure]:
    """Do two coders relate the same codes? Links of both coders, document by document."""
    links = [
        [{link.triple for link in coding.relations} for coding in document] for document in codings
    ]
    two = all(len(coders) == 2 for coders in links)
    gold, other = zip(*links, strict=True) if two else ([set()], [set()])
    figures: dict[Path, Figure] = {
        ("axial", "relations", way, name): figure
        for way, named in relations(gold, other).items()
        for name, figure in named.items()
    }
    if two:
        return figures
    return {path: replace(figure, reason=TWO) for path, figure in figures.items()}
