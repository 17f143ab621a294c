"""What chance makes of documents: coders who do not read are seldom "more than by chance"."""

import numpy as np
import pytest

from autocode.agreement.placement import placed
from autocode.agreement.spans import Unit
from autocode.panel import PanelConfig, Segments
from autocode.panel.baselines import mark_all
from autocode.panel.chance import Chance
from autocode.panel.characters import chars, relevance
from autocode.panel.counting import Document, Marks
from autocode.panel.measure import Group

STUDIES = 100
# 7 %. A test that keeps its 5 % would be significant in more of them in 13 of 100 seeds.
MOST = 7


def interview(rng):
    """Turns of one to eight sentences, every second one the participant's."""
    at, turns, sentences = 0, [], []
    for number in range(16):
        start = at
        for size in rng.integers(30, 150, rng.integers(1, 9)).tolist():
            sentences.append((at, at + size))
            at += size + 1
        turns.append((start, at - 1, "participant" if number % 2 else "interviewer"))
    return Segments(turns, sentences)


def whole_sentences(rng, stretches, sentences):
    within = [one for one in sentences if any(a <= one[0] and one[1] <= b for a, b in stretches)]
    return [Unit(*within[at]) for at in sorted(rng.choice(len(within), 6, replace=False))]


def anything(rng, stretches, _):
    quotes = [Unit(start + 1, start + 25) for start, _ in stretches[::2]]
    return placed(quotes, stretches, 1, np.random.default_rng(int(rng.integers(10**6))))[0]


def everything(_, stretches, __):
    return mark_all(stretches)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (whole_sentences, everything),
        (whole_sentences, anything),
        (whole_sentences, whole_sentences),
        (anything, anything),
    ],
)
def test_who_does_not_read_is_seldom_more_than_by_chance(first, second):
    significant = np.zeros(2)
    for number in range(STUDIES):
        rng = np.random.default_rng([2026, number])
        text = interview(rng)
        stretches = tuple((start, end) for start, end, _ in text.said())
        coders = [coder(rng, stretches, text.sentences) for coder in (first, second)]
        quotes = [tuple(unit._replace(code=frozenset()) for unit in units) for units in coders]
        length = text.turns[-1][1]
        document = Document("d", length, tuple(map(Marks, quotes)), stretches, text, text.said())
        config = PanelConfig(permutations=19, seed=number)
        chance = Chance([document], config)
        group = Group([document], [chars(None), relevance()], None, {"where": lambda: chance.where})  # noqa: B023
        found = group.figures(config)
        paths = ("spans", "char", "f1"), ("spans", "u_alpha", "relevance")
        significant += [found[path].null.p <= 0.05 for path in paths]
    assert max(significant) <= (0 if second is everything else MOST)


def test_every_draw_of_a_document_stands_in_as_many_corpora():
    text = Segments([(0, 500, None)], [(0, 500)])
    quotes = Marks((Unit(10, 40, frozenset("A")),)), Marks((Unit(100, 150, frozenset("A")),))
    documents = [Document(name, 500, quotes, ((0, 500),), text, text.said()) for name in "abc"]
    for permutations, each in ((60, 1), (1000, 3)):
        picks = Chance(documents, PanelConfig(permutations=permutations)).where.picks
        assert picks.shape == (permutations, 3)
        uses = [np.bincount(column) for column in picks.T]
        assert all(len(used) >= permutations // each for used in uses)
        assert max(used.max() - used.min() for used in uses) <= 1
    assert not (picks[:, 0] == picks[:, 1]).all()
