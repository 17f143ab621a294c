"""The units branch: turns, sentences and matched quote pairs, marked or not and code by code."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import get_args

import numpy as np

from autocode.agreement.alpha import nominal
from autocode.agreement.coefficient import Floats
from autocode.agreement.figure import Figure
from autocode.agreement.labels import ac1, kappa, percent_agreement
from autocode.agreement.percode import (
    DESCRIPTIVE,
    SUPPRESSIBLE,
    code_figures,
    f1,
    p_neg,
    p_pos,
    pabak,
    precision,
    recall,
)
from autocode.agreement.sets import masi
from autocode.panel.catalogue import Path
from autocode.panel.chance import Chance
from autocode.panel.coefficients import (
    alpha_measure,
    bearing_of,
    counted,
    likeness,
    presences,
    sets_of,
    table_measure,
)
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document
from autocode.panel.draws import Draws
from autocode.panel.measure import NO_TEXT, TWO, Group, Measure
from autocode.panel.ratings import Kind, Rated, RatedDraws, rated_draws, rated_units
from autocode.panel.texts import Texts

CHANCE_CORRECTED = (kappa, ac1, pabak, percent_agreement, p_pos, p_neg, precision, recall, f1)
# Codes counted at once: what is left out of a long interview fills the memory code by code.
_AT_ONCE = 30
PAIR: Path = ("units", "quote_pair")


def unit_groups(
    documents: Sequence[Document], config: PanelConfig, chance: Chance
) -> list[Group[Rated]]:
    """Turns, sentences and matched quote pairs."""
    two = None if len(documents[0].marks) == 2 else TWO
    codes = sorted(frozenset().union(*(m.codes for doc in documents for m in doc.marks)))
    groups = []
    for kind in get_args(Kind):
        units = rated_units(documents, kind)
        by_code = [
            per_code(kind, codes[first : first + _AT_ONCE], config.minimum_uses, two)
            for first in range(0, len(codes), _AT_ONCE)
        ]
        measures = [*marked(kind, two), *by_code]
        if not units:
            measures = [replace(measure, reason=NO_TEXT) for measure in measures]
        groups.append(Group(units, measures, Rated.pieces, rated_draws(chance, kind)))
    return [*groups, _pairs(documents, config, chance, two)]


def marked(kind: Kind, two: str | None) -> list[Measure[Rated]]:
    """Whether a unit is marked at all: every coefficient of the 2x2 table, and α."""
    path: Path = ("units", kind)
    judged = table_measure(
        [(*path, coefficient.name) for coefficient in CHANCE_CORRECTED], CHANCE_CORRECTED, kind
    )
    indices = table_measure(
        [(*path, coefficient.name) for coefficient in DESCRIPTIVE], DESCRIPTIVE, kind
    )
    several = alpha_measure((*path, "alpha"), kind, [False, True], nominal, of="marked")
    measures = [replace(judged, question="where", reason=two), replace(indices, reason=two)]
    return [*measures, replace(several, question="where")]


def per_code(kind: Kind, codes: Sequence[str], minimum: int, two: str | None) -> Measure[Rated]:
    """The table of every code; rare ones show counts only."""
    every = SUPPRESSIBLE + DESCRIPTIVE

    def values(sums: Floats) -> Floats:
        tables = sums.reshape(*sums.shape[:-1], len(codes), 2, 2)
        by_code = np.stack([coefficient.of(tables) for coefficient in every], axis=-1)
        return by_code.reshape(*sums.shape[:-1], len(codes) * len(every))

    def shown(_: Sequence[Rated], rows: Floats) -> list[Figure]:
        tables = rows.sum(axis=0).reshape(len(codes), 2, 2)
        by_code = [code_figures(table, unit=kind, minimum=minimum) for table in tables]
        return [by_name[coefficient.name] for by_name in by_code for coefficient in every]

    paths = [
        ("units", kind, "per_code", code, coefficient.name)
        for code in codes
        for coefficient in every
    ]
    bearing = partial(bearing_of, every=every)
    return counted(
        paths, 4 * len(codes), partial(presences, codes=codes), values, shown,
        bearing=bearing, reason=two,
    )  # fmt: skip


def _pairs(
    documents: Sequence[Document], config: PanelConfig, chance: Chance, two: str | None
) -> Group[Rated]:
    pairs = [] if two else [quote_pairs(Texts.of([doc]), config.matched) for doc in documents]
    sets = sets_of(pairs)
    measures = [
        alpha_measure((*PAIR, "alpha_masi"), "matched quote pair", sets, masi, of="codes"),
        alpha_measure((*PAIR, "alpha"), "matched quote pair", sets, nominal, of="codes"),
        likeness((*PAIR, "jaccard"), "matched quote pair with a code"),
    ]

    def read(draws: Draws) -> RatedDraws:
        return RatedDraws(lambda: (quote_pairs(some, config.matched) for some in draws.texts()))

    judged = [replace(measure, question="what", reason=two) for measure in measures]
    return Group(pairs, judged, drawn={"what": lambda: chance.what.of(read)})


def quote_pairs(texts: Texts, threshold: float) -> Rated:
    """The matched quotes of two coders as units; each pair is its own unit."""
    ours, theirs = texts.coders
    i, j, iou = texts.alignment
    kept = np.flatnonzero(iou >= threshold)
    kept = kept[np.argsort(ours.starts[i[kept]], kind="stable")]
    marked = np.ones(len(kept), dtype=bool)
    codes = ours.codes[i[kept]], theirs.codes[j[kept]]
    text = ours.texts[i[kept]]
    return Rated((marked, marked), codes, texts.sets, np.arange(len(kept)), text, len(texts))
