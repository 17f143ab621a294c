"""The uncertainty branch: the headline figures by document, by pair of coders and by run.

One and the same arithmetic for all, so that they can be set beside each other.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from autocode.agreement.coefficient import Arithmetic, Floats, known
from autocode.agreement.figure import Figure
from autocode.agreement.intervals import Bounds, leave_one_out, over_documents
from autocode.agreement.runs import ceiling, over_runs, quote_survival, total_agreement
from autocode.agreement.spans import Unit
from autocode.coding.nouns import Coding
from autocode.errors import AgreementError
from autocode.panel.axial import axial_groups
from autocode.panel.catalogue import Path, headlines
from autocode.panel.chance import Chance
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document, Segments, documents_of
from autocode.panel.measure import Group, Measure
from autocode.panel.ratings import rated_units
from autocode.panel.spans import span_groups
from autocode.panel.units import unit_groups

HEADLINES: tuple[Path, ...] = tuple(headline.path for headline in headlines())


def uncertainty_figures(
    groups: Sequence[Group[Any]],
    figures: Mapping[Path, Figure],
    ids: Sequence[str],
) -> dict[Path, Figure]:
    """How intervals were made, and the headlines document by document and with each left out."""
    shown: dict[Path, Figure] = {("uncertainty", "intervals"): _intervals(figures, ids)}
    for group in groups:
        for measure in group.measures:
            if group.documents and not measure.reason and set(measure.paths) & set(HEADLINES):
                rows = measure.rows(group.documents)
                shown |= _by_document(measure, group.documents, rows, ids)
                shown |= _left_out(measure, rows, figures)
    return shown


def _intervals(figures: Mapping[Path, Figure], ids: Sequence[str]) -> Figure:
    """How many figures have an interval, made in which ways; else the commonest reason why not."""
    methods = Counter(figure.interval.method for figure in figures.values() if figure.interval)
    reference = "Efron & Stein 1981; Künsch 1989 within a document"
    if not methods:
        reasons = Counter(figure.no_interval for figure in figures.values() if figure.no_interval)
        reason = "one document without turns cannot show how it varies"
        if reasons:
            ((reason, count),) = reasons.most_common(1)
            if 2 * count < reasons.total():  # it does not speak for the others
                reason += f" ({count} of {reasons.total()} figures)"
        return Figure.undefined(reason, n=len(ids), unit="document", reference=reference)
    parts = {"methods": [method for method, _ in methods.most_common()]}
    return Figure(float(methods.total()), len(ids), "document", reference, parts=parts)


def groups_of(
    documents: Sequence[Document], config: PanelConfig, chance: Chance
) -> list[Group[Any]]:
    """Every measure whose counts add over documents."""
    return [
        *span_groups(documents, config, chance),
        *unit_groups(documents, config, chance),
        *axial_groups(documents, chance),
    ]


def _by_document(
    measure: Measure[Any], documents: Sequence[Any], rows: Floats, ids: Sequence[str]
) -> dict[Path, Figure]:
    if len(documents) < 2:
        return {}
    shown: dict[Path, Figure] = {}
    for name, document, row in zip(ids, documents, rows, strict=True):
        figures = measure.pooled([document], row[None])
        for path in filter(HEADLINES.__contains__, measure.paths):
            shown[("uncertainty", "documents", name, ".".join(path))] = figures[path]
    return shown


def _left_out(
    measure: Measure[Any], rows: Floats, figures: Mapping[Path, Figure]
) -> dict[Path, Figure]:
    if len(rows) < 2:
        return {}
    shown: dict[Path, Figure] = {}
    for index, path in enumerate(measure.paths):
        if path in HEADLINES and figures[path].value is not None:
            spread = leave_one_out(rows, partial(headline_value, measure, index))
            key = ("uncertainty", "leave_one_out", ".".join(path))
            shown[key] = replace(
                figures[path], range=spread, interval=None, no_interval=None, null=None
            )
    return shown


def headline_value(measure: Measure[Any], index: int, sums: Floats) -> Floats:
    """One of a measure's values, sums (..., width) to (...)."""
    return np.asarray(measure.values(sums)[..., index])


Codings = Sequence[Sequence[Coding]]
Texts = Sequence[Segments | None]
# A headline of many documents: its path, its rows (documents, width), sums to its value, bounds.
Headline = tuple[Path, Floats, Arithmetic, Bounds]


def ceiling_figures(
    codings: Codings, humans: Codings, texts: Texts, config: PanelConfig
) -> dict[Path, Figure]:
    """Model-human over human-human agreement, for each further human and headline.

    codings: per document the reference and the model; humans: per document further human codings
    (none where there is none). A human's figures are of the documents that they coded.
    """
    figures: dict[Path, Figure] = {}
    for name in sorted({coding.coder.id for some in humans for coding in some}):
        kept = [
            (number, coding)
            for number, some in enumerate(humans)
            for coding in some
            if coding.coder.id == name
        ]
        trios = documents_of(
            [[*codings[number], coding] for number, coding in kept],
            [texts[number] for number, _ in kept],
            everyone=config.turns == "everyone",
        )
        for path, figure in _ceilings(trios, config):
            figures[("uncertainty", "ceiling", name, ".".join(path))] = figure
    return figures


def _ceilings(trios: Sequence[Document], config: PanelConfig) -> Iterator[tuple[Path, Figure]]:
    """Each document as coded by reference, model and human: all three pairs, the humans last."""
    pairs = [_of(doc, pair) for pair in ((0, 1), (2, 1), (0, 2)) for doc in trios]
    for path, rows, value, _ in _headlines(pairs, config):
        with_model = rows[: 2 * len(trios)].reshape(2, len(trios), -1)
        humans = rows[2 * len(trios) :]
        figure = ceiling(with_model, humans, value, level=config.level)
        first, second = value(with_model.sum(axis=1)).tolist()
        yield path, replace(figure, parts={**figure.parts, "pairs": [known(first), known(second)]})


def pair_figures(codings: Codings, texts: Texts, config: PanelConfig) -> dict[Path, Figure]:
    """With three or more coders every headline of every two of them, by their ids."""
    documents = documents_of(codings, texts, everyone=config.turns == "everyone")
    coders = range(len(documents[0].marks))
    if len(coders) < 3:
        return {}
    names = [f"{place + 1} {codings[0][place].coder.id}" for place in coders]
    figures: dict[Path, Figure] = {}
    for first, second in combinations(coders, 2):
        both = [_of(doc, (first, second)) for doc in documents]
        for path, figure in _pooled(both, config):
            name = f"{names[first]} – {names[second]}"
            figures[("uncertainty", "pairs", name, ".".join(path))] = figure
    return figures


def run_figures(
    codings: Codings, runs: Codings, texts: Texts, config: PanelConfig
) -> dict[Path, Figure]:
    """Over several runs of the model: each headline's spread, and the runs against each other.

    codings: per document the reference and one run; runs: per document the further runs, equally
    many for all.
    """
    if len({len(some) for some in runs}) > 1:
        raise AgreementError(
            "not every transcript has the same number of runs", hint="Ask for fewer: --runs N."
        )
    if not runs or not runs[0]:
        return {}
    everyone = [[*coders, *further] for coders, further in zip(codings, runs, strict=True)]
    documents = documents_of(everyone, texts, everyone=config.turns == "everyone")
    figures: dict[Path, Figure] = {}
    figures |= {("mean", ".".join(path)): figure for path, figure in _means(documents, config)}
    alone = [_of(doc, range(1, len(doc.marks))) for doc in documents]
    figures |= {("between", ".".join(path)): figure for path, figure in _pooled(alone, config)}
    figures[("survival",)] = _survival(alone, config)
    if units := rated_units(alone, "turn"):
        answers = [
            [
                (marked, rated.sets.listed[codes])
                for rated in units
                for marked, codes in zip(
                    rated.marked[run].tolist(), rated.codes[run].tolist(), strict=True
                )
            ]
            for run in range(len(alone[0].marks))
        ]
        figures[("same_turns",)] = total_agreement(answers, of="answer")
    return {("uncertainty", "runs", *path): figure for path, figure in figures.items()}


def _means(documents: Sequence[Document], config: PanelConfig) -> Iterator[tuple[Path, Figure]]:
    runs = len(documents[0].marks) - 1
    pairs = [_of(doc, (0, run)) for doc in documents for run in range(1, runs + 1)]
    for path, rows, value, bounds in _headlines(pairs, config):
        parts = rows.reshape(len(documents), runs, -1)
        values = [known(number) for number in value(parts.sum(axis=0)).tolist()]
        mean = over_runs(values, reference=".".join(path))
        if mean.value is not None and len(documents) > 1:
            left_out = over_documents(parts, partial(_mean_over_runs, value))
            mean = mean.with_interval(left_out.interval(config.level, bounds))
        yield path, replace(mean, parts={**mean.parts, "values": values})


def _mean_over_runs(value: Arithmetic, parts: Floats) -> Floats:
    """Parts (..., runs, width) to the mean of their values, (...)."""
    return np.asarray(value(parts).mean(axis=-1))


def _pooled(documents: Sequence[Document], config: PanelConfig) -> Iterator[tuple[Path, Figure]]:
    """Every headline of the documents, without interval and null."""
    for measure, counted in _measures(documents, config):
        pooled = measure.pooled(counted, measure.rows(counted))
        yield from ((path, pooled[path]) for path in measure.paths if path in HEADLINES)


def _survival(documents: Sequence[Document], config: PanelConfig) -> Figure:
    """All documents as one long text, so that quotes are pooled."""
    starts = np.cumsum([0, *(doc.length for doc in documents)]).tolist()
    runs = [
        [
            Unit(quote.start + start, quote.end + start, quote.code)
            for start, doc in zip(starts, documents, strict=False)
            for quote in doc.marks[run].quotes
        ]
        for run in range(len(documents[0].marks))
    ]
    return quote_survival(runs, overlap=config.matched)


def _headlines(documents: Sequence[Document], config: PanelConfig) -> Iterator[Headline]:
    for measure, counted in _measures(documents, config):
        rows = measure.rows(counted)
        for index, path in enumerate(measure.paths):
            if path in HEADLINES and not measure.reason:
                yield path, rows, partial(headline_value, measure, index), measure.bounds


def _measures(
    documents: Sequence[Document], config: PanelConfig
) -> Iterator[tuple[Measure[Any], Sequence[Any]]]:
    chance = Chance(documents, replace(config, permutations=0))
    for group in groups_of(documents, config, chance):
        for measure in group.measures:
            if set(measure.paths) & set(HEADLINES):
                yield measure, group.documents


def _of(document: Document, coders: Sequence[int]) -> Document:
    return replace(document, marks=tuple(document.marks[coder] for coder in coders))
