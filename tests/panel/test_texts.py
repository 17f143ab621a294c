"""Many texts counted at once: the same as document by document."""

from time import process_time

import numpy as np
import pytest
from constructed import coding
from hypothesis import given, settings
from hypothesis import strategies as st

from autocode.agreement.spans import Unit
from autocode.panel import panel
from autocode.panel.chance import Chance
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document, Marks, Segments
from autocode.panel.spans import span_groups
from autocode.panel.texts import Texts

CONFIG = PanelConfig(permutations=0)


def document(rng, name, coders=2):
    """Turns with gaps, quotes that overlap, cross turns, and have none to two codes."""
    turns, at = [], int(rng.integers(0, 5))
    for _ in range(rng.integers(1, 8)):
        size = int(rng.integers(1, 60))
        turns.append((at, at + size, None))
        at += size + int(rng.integers(0, 6))
    length = at + int(rng.integers(0, 5))
    marks = []
    for _ in range(coders):
        quotes = {
            Unit(start, min(length, start + int(rng.integers(1, 40))), frozenset(codes))
            for start in rng.integers(0, length, rng.integers(0, 9)).tolist()
            for codes in [rng.choice(list("ABC"), rng.integers(0, 3), replace=False).tolist()]
        }
        ordered = sorted(quotes, key=lambda quote: (quote[:2], sorted(quote.code)))
        marks.append(Marks(tuple(ordered), unlocated=int(rng.integers(2))))
    text = Segments(turns)
    said = text.said()
    stretches = tuple((start, end) for start, end, _ in said)
    return Document(name, length, tuple(marks), stretches, text, said)


@pytest.mark.parametrize("coders", [2, 3])
@settings(max_examples=25)
@given(st.integers(0, 99999))
def test_rows_of_many_texts_are_the_rows_of_each(coders, seed):
    rng = np.random.default_rng(seed)
    documents = [document(rng, name, coders) for name in "abc"[: rng.integers(1, 4)]]
    (group,) = span_groups(documents, CONFIG, Chance(documents, CONFIG))
    texts = Texts.of(documents)
    turns = [piece for document in documents for piece in document.pieces()]
    for measure in group.measures:
        if not measure.reason:
            for many, single in ((texts, documents), (texts.turns, turns)):
                expected = np.array([measure.row(document) for document in single])
                np.testing.assert_allclose(measure.many(many), expected, atol=1e-9, rtol=0)
    assert texts.turns.touched == sum(any(m.quotes for m in turn.marks) for turn in turns)


def seconds(turns):
    """Of one coding with a quote in each turn against another: the least of two measurements."""
    said = [(100 * turn, 100 * turn + 98, "participant") for turn in range(turns)]
    sentences = [(start + half, start + half + 49) for start, _, _ in said for half in (0, 49)]
    text = Segments(said, sentences)
    ours = [(start, start + 49, "AB"[turn % 2]) for turn, (start, _, _) in enumerate(said)]
    theirs = [(start + 9 * (turn % 2), end, "A") for turn, (start, end, _) in enumerate(ours)]
    codings = [
        coding(who, quotes, length=100 * turns) for who, quotes in (("a", ours), ("b", theirs))
    ]
    config = PanelConfig(permutations=3, baseline_draws=1, gamma_samples=2)
    taken = []
    for _ in range(2):
        start = process_time()
        panel([codings], config, [text])
        taken.append(process_time() - start)
    return min(taken)


def test_a_panel_grows_with_the_text_and_not_with_its_square():
    seconds(20)
    assert seconds(120) < 9 * seconds(30)
