"""What trivial coders reach against the same reference: the floor under the other coder."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Any, Generic

import numpy as np

from autocode.agreement.baselines import (
    keyword_sentences,
    longest_sentences,
    longest_turns,
    mark_all,
    mark_nothing,
    random_spans,
)
from autocode.agreement.figure import Figure
from autocode.agreement.intervals import Jackknife
from autocode.agreement.spans import Unit
from autocode.errors import AgreementError
from autocode.panel.characters import chars, marked_share, relevance
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document, Segments
from autocode.panel.measure import TWO, D, Measure, Path
from autocode.panel.ratings import Kind, Rated, rated
from autocode.panel.spans import codes_of, layered
from autocode.panel.units import NO_TEXT, applications, kappas, rated_documents

NAMES = (
    "precision",
    "recall",
    "f1",
    "iou",
    "relevance",
    "turn_kappa",
    "sentence_kappa",
    "u_alpha_layered",
    "axial_turn_f1",
    "marked",
)
# Every draw marks all documents: with many of them fewer draws are as steady.
_FEWEST = 10


@dataclass(frozen=True)
class _Trivial:
    """A coder who does not read: (document, its segments, draw) to units."""

    mark: Callable[[Document, Segments, int], Sequence[Unit]]
    draws: int = 1


def baseline_figures(documents: Sequence[Document], config: PanelConfig) -> dict[Path, Figure]:
    """What every trivial coder reaches by the measures of the other coder.

    Where codes count, the trivial coders give every quote the reference's commonest code.
    parts["difference"]: the other coder's value minus the trivial one's, with the interval of the
    difference over documents, or over turns of a single one, and what it says.
    """
    found: dict[Path, Figure] = {}
    try:
        judges = _judges(documents, config)
        reached = [judge.left_out(documents) for judge in judges]
    except AgreementError as refused:
        blank = _blank(refused.what)
        paths = product(_coders(config, len(documents)), NAMES)
        return {("baselines", name, leaf): blank for name, leaf in paths}
    for name, coder in _coders(config, len(documents)).items():
        try:
            shown = _reached(coder, documents, judges, reached, config)
        except AgreementError as refused:
            shown = dict.fromkeys(NAMES, _blank(refused.what))
        found |= {("baselines", name, leaf): shown[leaf] for leaf in NAMES}
    return found


def _blank(reason: str) -> Figure:
    return Figure.undefined(reason, n=0, unit="document", reference="trivial coder")


@dataclass(frozen=True)
class _Judge(Generic[D]):
    """A measure by which trivial coders are judged; `leaves`: its paths' names, None: not shown."""

    measure: Measure[D]
    leaves: Sequence[str | None]
    read: Callable[[Sequence[Document]], Sequence[D]]
    pieces: Callable[[D], Sequence[D]]

    def figures(self, documents: Sequence[Document]) -> dict[str, Figure]:
        counted = self.read(documents)
        shown = self.measure.pooled(counted, self.measure.rows(counted)).values()
        return {leaf: one for leaf, one in zip(self.leaves, shown, strict=True) if leaf}

    def left_out(self, documents: Sequence[Document]) -> Jackknife | None:
        counted = self.read(documents)
        turns = [self.pieces(counted[0])] if len(counted) == 1 else []
        return self.measure.jackknife(counted, turns)


def _judges(documents: Sequence[Document], config: PanelConfig) -> list[_Judge[Any]]:
    """The measures, with the codes of the coders as they are."""
    if len(documents[0].marks) != 2:
        raise AgreementError(TWO)
    if any(document.segments is None for document in documents):
        raise AgreementError(NO_TEXT)
    everyone = config.turns == "everyone"
    layers = layered(codes_of(documents))
    spans: list[tuple[Measure[Document], Sequence[str | None]]] = [
        (chars(None), [path[-1] for path in chars(None).paths]),
        (relevance(), ["relevance"]),
        (layers, ["u_alpha_layered", *[None] * (len(layers.paths) - 1)]),
    ]
    judges: list[_Judge[Any]] = [
        _Judge(measure, leaves, lambda docs: docs, Document.pieces) for measure, leaves in spans
    ]
    kinds: tuple[Kind, Kind] = ("turn", "sentence")
    for kind in kinds:
        read = partial(rated_documents, kind=kind, everyone=everyone)
        judges.append(_Judge(kappas(kind), [f"{kind}_kappa"], read, Rated.pieces))
    axial = applications((), "code application in a turn")
    read = partial(rated_documents, kind="turn", everyone=everyone)
    return [*judges, _Judge(axial, [None, None, "axial_turn_f1"], read, Rated.pieces)]


def _reached(
    coder: _Trivial,
    documents: Sequence[Document],
    judges: Sequence[_Judge[Any]],
    reached: Sequence[Jackknife | None],
    config: PanelConfig,
) -> dict[str, Figure]:
    drawn = [_coded(coder, documents, draw) for draw in range(coder.draws)]
    shown = {"marked": _mean([marked_share(docs, 1) for docs in drawn])}
    for judge, ours in zip(judges, reached, strict=True):
        figures = [judge.figures(docs) for docs in drawn]
        theirs = _mean_left_out([judge.left_out(docs) for docs in drawn])
        for index, leaf in enumerate(judge.leaves):
            if leaf:
                mean = _mean([figure[leaf] for figure in figures])
                parts = {"difference": _difference(ours, theirs, index, config.level)}
                shown[leaf] = replace(mean, parts={**mean.parts, **parts})
    return shown


def _mean_left_out(drawn: Sequence[Jackknife | None]) -> Jackknife | None:
    """The mean over draws, value by value."""
    first = drawn[0]
    known = [one for one in drawn if one is not None]
    if first is None:
        return None
    return replace(
        first,
        value=np.mean([one.value for one in known], axis=0),
        left_out=np.mean([one.left_out for one in known], axis=0),
    )


def _difference(
    ours: Jackknife | None, theirs: Jackknife | None, index: int, level: float
) -> dict[str, Any]:
    """The other coder minus the trivial one: value, interval or reason, and verdict."""
    if ours is None or theirs is None:
        return {"value": None, "verdict": None, "reason": "there are no turns to leave out"}
    apart = ours.at(index) - theirs.at(index)
    interval = apart.interval(level)
    value = None if np.isnan(apart.value) else float(apart.value)
    said = {"value": value, "verdict": apart.verdict(level)}
    if isinstance(interval, str):
        return {**said, "reason": interval}
    return {**said, "low": interval.low, "high": interval.high, "method": interval.method}


def _coders(config: PanelConfig, documents: int) -> Mapping[str, _Trivial]:
    """By name; the longest turns and random spans are as many and as long as the other coder's."""
    return {
        "mark_all": _Trivial(lambda _, text, __: mark_all(text.turns)),
        "mark_nothing": _Trivial(lambda *_: mark_nothing()),
        "longest_turns": _Trivial(
            lambda doc, text, _: longest_turns(text.turns, _turns_marked(doc, config))
        ),
        "longest_sentences": _Trivial(
            lambda _, text, __: longest_sentences(text.turns, text.sentences)
        ),
        "random_spans": _Trivial(
            lambda doc, text, draw: random_spans(
                text.turns, doc.marks[1].relevant, seed=config.seed + draw
            ),
            max(config.baseline_draws // documents, _FEWEST),
        ),
        "keyword": _Trivial(
            lambda _, text, __: keyword_sentences(
                text.text or "", text.turns, text.sentences, config.keywords
            )
        ),
    }


def _turns_marked(document: Document, config: PanelConfig) -> int:
    turns = rated(document, "turn", everyone=config.turns == "everyone")
    return sum(turns[0].marked[1]) if turns else 0


def _coded(coder: _Trivial, documents: Sequence[Document], draw: int) -> list[Document]:
    """The documents with the trivial coder in the place of the other one."""
    code = _commonest_code(documents)
    coded = []
    for document in documents:
        if document.segments is None:
            raise AgreementError(NO_TEXT)
        units = coder.mark(document, document.segments, draw)
        coded.append(document.with_others(unit._replace(code=code) for unit in units))
    return coded


def _commonest_code(documents: Sequence[Document]) -> frozenset[str]:
    """The code that most of the reference's quotes carry (of equals the first by name)."""
    quotes = (quote for document in documents for quote in document.marks[0].quotes)
    uses = Counter(code for quote in quotes for code in sorted(quote.code))
    return frozenset(sorted(uses, key=lambda code: (-uses[code], code))[:1])


def _mean(drawn: Sequence[Figure]) -> Figure:
    """One draw as it is; of several the mean value, with their number and SD in the parts."""
    values = [figure.value for figure in drawn if figure.value is not None]
    if len(drawn) == 1 or not values:
        return drawn[0]
    parts = {"draws": len(drawn), "undefined_draws": len(drawn) - len(values)}
    return replace(
        drawn[0],
        value=float(np.mean(values)),
        reason=None,
        parts={**parts, "sd": float(np.std(values, ddof=1)) if len(values) > 1 else None},
    )
