"""What trivial coders reach against the same reference: the floor under the other coder."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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
from autocode.agreement.labels import kappa
from autocode.agreement.spans import Unit
from autocode.errors import AgreementError
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document, Kind, Segments, rated
from autocode.panel.measure import TWO, Path
from autocode.panel.spans import chars, marked_share, relevance, what_of
from autocode.panel.units import NO_TEXT, applications, marked_table, rated_documents

NAMES = (
    "precision",
    "recall",
    "f1",
    "iou",
    "relevance",
    "turn_kappa",
    "sentence_kappa",
    "u_alpha",
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
    """
    found: dict[Path, Figure] = {}
    for name, coder in _coders(config, len(documents)).items():
        try:
            drawn = [
                _judged(_coded(coder, documents, draw), documents, config)
                for draw in range(coder.draws)
            ]
            shown = {leaf: _mean([figures[leaf] for figures in drawn]) for leaf in NAMES}
        except AgreementError as refused:
            reference = "trivial coder"
            blank = Figure.undefined(refused.what, n=0, unit="document", reference=reference)
            shown = dict.fromkeys(NAMES, blank)
        found |= {("baselines", name, leaf): figure for leaf, figure in shown.items()}
    return found


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
                text.turns,
                [unit.length for unit in doc.marks[1].relevant],
                seed=config.seed + draw,
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
    return sum(turns.marked[1]) if turns else 0


def _coded(coder: _Trivial, documents: Sequence[Document], draw: int) -> list[Document]:
    """The documents with the trivial coder in the place of the other one."""
    if len(documents[0].marks) != 2:
        raise AgreementError(TWO)
    coded = []
    code = _commonest_code(documents)
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


def _judged(
    documents: Sequence[Document], against: Sequence[Document], config: PanelConfig
) -> dict[str, Figure]:
    """`against`: the documents with the coder that the trivial one is set beside."""
    found: dict[Path, Figure] = {}
    for measure in (chars(None), relevance()):
        found |= measure.pooled(documents, measure.rows(documents))
    shown = {path[-1]: figure for path, figure in found.items() if path[-1] in NAMES}
    # What u-alpha takes as a code depends on whether codes overlap: one policy for both coders.
    shown["u_alpha"] = what_of(documents, [*against, *documents], config)
    shown["marked"] = marked_share(documents, 1)
    axial = applications((), "code application in a turn")
    kinds: tuple[Kind, Kind] = ("turn", "sentence")
    for kind in kinds:
        units = rated_documents(documents, kind, everyone=config.turns == "everyone")
        table = np.sum([marked_table(one) for one in units], axis=0).reshape(2, 2)
        shown[f"{kind}_kappa"] = kappa(table, unit=kind)
        if kind == "turn":
            shown["axial_turn_f1"] = axial.pooled(units, axial.rows(units))[("f1",)]
    return shown


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
