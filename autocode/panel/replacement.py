"""May the model stand in for a human coder? The alternative-annotator test, turn by turn."""

from collections.abc import Mapping, Sequence

import numpy as np

from autocode.agreement.alttest import REFERENCE, alignment, alt_test
from autocode.agreement.figure import Figure
from autocode.agreement.intervals import FEWEST_DOCUMENTS
from autocode.agreement.overlap import atom_counts, char_rates
from autocode.coding.nouns import Coding
from autocode.panel.catalogue import Path
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Marks, Segments, documents_of
from autocode.panel.measure import NO_TEXT

NAMES = ("winning_rate", "advantage")
FEWEST_PEOPLE = 3
# A turn: its document, what the model marked in it, and what each person did.
Turn = tuple[str, Marks, Mapping[str, Marks]]


def replacement_figures(
    codings: Sequence[Sequence[Coding]],
    humans: Sequence[Sequence[Coding]],
    texts: Sequence[Segments | None],
    config: PanelConfig,
) -> dict[Path, Figure]:
    """ω and ρ of the first model among the coders against every person who coded (Calderon 2025).

    codings: per document the coders compared; humans: further human codings. The score of two
    coders on a turn is the F1 of the characters they marked, 1 where neither marked any. Turns of
    one interview depend on each other: of several documents the means are tested.
    """
    models = [next((c for c in coders if c.coder.kind == "model"), None) for coders in codings]
    people = [
        [*(coding for coding in coders if coding.coder.kind == "human"), *further]
        for coders, further in zip(codings, humans, strict=True)
    ]
    names = list(dict.fromkeys(coding.coder.id for some in people for coding in some))
    reason = NO_TEXT if None in texts else None
    if len(names) < FEWEST_PEOPLE:
        reason = f"this needs {FEWEST_PEOPLE} people who coded the same turns, and there are fewer"
    if None in models:
        reason = "no model is among the coders"
    if reason:
        blank = Figure.undefined(reason, n=len(names), unit="human", reference=REFERENCE)
        return {("uncertainty", "alt_test", name): blank for name in NAMES}
    turns = [
        turn
        for model, some, text in zip(models, people, texts, strict=True)
        for turn in _turns([coding for coding in (model, *some) if coding], text, config)
    ]
    labels = [[theirs.get(name) for _, _, theirs in turns] for name in names]
    scores = alignment([ours for _, ours, _ in turns], labels, _same_marks)
    if len(codings) > 1:
        documents = [document for document, _, _ in turns]
        tested = alt_test(*scores, documents=documents, minimum=FEWEST_DOCUMENTS)
    else:
        tested = alt_test(*scores)
    return {("uncertainty", "alt_test", name): tested[name] for name in NAMES}


def _turns(coders: Sequence[Coding], text: Segments | None, config: PanelConfig) -> list[Turn]:
    document = documents_of([coders], [text], everyone=config.turns == "everyone")[0]
    ids = [coding.coder.id for coding in coders[1:]]
    return [
        (document.id, piece.marks[0], dict(zip(ids, piece.marks[1:], strict=True)))
        for piece in document.pieces()
    ]


def _same_marks(first: Marks, second: Marks) -> float:
    """F1 of the characters of a turn that two coders marked; 1 where neither marked any."""
    length = max((unit.end for unit in (*first.atoms, *second.atoms)), default=0)
    f1 = float(char_rates(atom_counts(first.atoms, second.atoms, length))["f1"])
    return 1.0 if np.isnan(f1) else f1
