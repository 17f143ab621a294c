"""Groups of open codes: the same for every order, cut at a threshold, with a second level."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocode.errors import StudyError
from autocode.models.embedding import Lexical, Vectors
from autocode.propose import grouping
from autocode.propose.grouping import grouped


class Circle:
    """Texts are angles in degrees: how near two are is known exactly."""

    name, destination = "lexical circle", "here"

    def embed(self, texts: Sequence[str], kind: str) -> Vectors:  # noqa: ARG002
        angles = np.radians([float(text) for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def named(texts: Sequence[str], groups: list[list[int]]) -> set[frozenset[str]]:
    return {frozenset(texts[at] for at in group) for group in groups}


def test_groups_are_cut_where_the_average_likeness_falls_below_the_threshold() -> None:
    # cos 60° is .5, above .4; cos 70° is .34, above .25 only.
    texts = ["0", "60", "180", "250"]
    made = grouped(texts, Circle())
    assert made.thresholds == (0.4, 0.25)
    assert named(texts, made.groups) == {frozenset(["0", "60"]), frozenset(["180"]),
                                         frozenset(["250"])}  # fmt: skip
    assert [[made.groups[at] for at in theme] for theme in made.themes] == [[[2], [3]]]


WORDS = ["water", "rota", "barrel", "compost", "heap", "fee", "grant", "row", "meeting", "tap"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(" ".join), st.randoms())
def test_neither_order_nor_seed_changes_the_groups(text: str, turn: random.Random) -> None:
    texts = [f"{text} {word}" for word in ("by turns", "in summer", "paid", "in June", "for all")]
    texts += ["watering rota", "the water rota", "grants of the city", "city grants", "the fee"]
    shuffled = turn.sample(texts, len(texts))
    first, second = grouped(texts, Lexical("lexical")), grouped(shuffled, Lexical("lexical"))
    assert named(texts, first.groups) == named(shuffled, second.groups)
    themes = [
        {frozenset(named(t, [made.groups[at] for at in theme])) for theme in made.themes}
        for t, made in ((texts, first), (shuffled, second))
    ]
    assert themes[0] == themes[1]


def test_few_and_many(monkeypatch: pytest.MonkeyPatch) -> None:
    assert grouped([], Circle()).groups == []
    assert grouped(["0"], Circle()).groups == [[0]]
    monkeypatch.setattr(grouping, "MOST", 2)
    with pytest.raises(StudyError, match="3 open codes are too many"):
        grouped(["0", "1", "2"], Circle())
