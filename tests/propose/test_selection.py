"""Selection: budgets, turns and roles are kept, and the passages are the best ones there are."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.models.embedding import Kind, Lexical, Vectors
from autocode.propose import selection
from autocode.propose.selection import Candidates, candidates, passages, split_long
from autocode.transcript.nouns import Span, Transcript, Turn
from autocode.transcript.readers import read_transcript
from autocode.transcript.sentences import sentences

P1 = read_transcript(Path(__file__).parents[2] / "seeds" / "p1.md", "p1")
LEXICAL = Lexical("lexical")


def row(lengths: list[list[int]]) -> Candidates:
    """Candidates of the given lengths, one inner list per turn."""
    spans, of, at = [], [], 0
    for number, turn_lengths in enumerate(lengths, 1):
        end = at + sum(turn_lengths)
        turn = Turn(number, "A", "participant", at, end, number)
        for length in turn_lengths:
            spans.append(Span(at, at + length))
            of.append(turn)
            at += length
        at += 2
    return Candidates("x" * at, spans, of)


turns = st.lists(st.lists(st.integers(1, 200), min_size=1, max_size=4), min_size=1, max_size=3)


@given(turns, st.data())
def test_best_passages_are_the_best_of_all(lengths: list[list[int]], data: st.DataObject) -> None:
    found = row(lengths)
    excess = np.array(
        data.draw(st.lists(st.floats(-2, 2), min_size=len(found), max_size=len(found)))
    )
    chosen = {i for passage in selection._best_passages(found, excess) for i in passage}

    def worth(marked: set[int]) -> float:
        opened = sum(
            1 for i in marked if i - 1 not in marked or found.turns[i - 1] is not found.turns[i]
        )
        gains = sum(found.spans[i].length * excess[i] for i in marked)
        return float(gains - selection.OPENING * opened)

    everything = range(len(found))
    best = max(
        worth(set(some))
        for size in range(len(found) + 1)
        for some in combinations(everything, size)
    )
    assert worth(chosen) == pytest.approx(best)


@given(turns, st.integers(0, 1500), st.integers(0, 2**32 - 1))
def test_passages_keep_the_budget_and_the_turns(
    lengths: list[list[int]], budget: int, seed: int
) -> None:
    found = row(lengths)
    scores = np.random.default_rng(seed).normal(size=len(found))
    chosen = passages(found, scores, budget)
    assert sum(found.spans[i].length for passage in chosen for i in passage) <= budget
    for passage in chosen:
        assert passage == list(range(passage[0], passage[-1] + 1))
        assert len({found.turns[i].number for i in passage}) == 1


def test_nothing_to_choose_from() -> None:
    nothing = candidates(P1, sentences(P1.text), ())
    assert not len(nothing)
    assert nothing.windows(LEXICAL).shape[0] == 0
    assert passages(nothing, np.zeros(0), 100) == []


def test_candidates_are_sentences_of_the_roles_asked_for() -> None:
    found = candidates(P1, sentences(P1.text), ("participant",))
    assert {turn.speaker for turn in found.turns} == {"Participant 1"}
    assert all(words and words == words.strip() for words in found.words)
    every = candidates(P1, sentences(P1.text), ("participant", "interviewer"))
    assert len(every) > len(found) > 150


def test_a_source_without_speakers_is_coded_as_a_whole() -> None:
    text = "First. Second."
    source = Transcript("s1", text, (Turn(1, None, None, 0, len(text), 1),))
    assert len(candidates(source, sentences(text), ("participant",))) == 2


def test_a_window_has_its_neighbours_of_the_same_turn_only() -> None:
    text = "One. Two. Three.\n\nFour."
    turns = (Turn(1, None, None, 0, 16, 1), Turn(2, None, None, 18, 23, 3))
    source = Transcript("s1", text, turns)
    embedded: list[str] = []

    class Recording(Lexical):
        def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
            embedded.extend(texts)
            return super().embed(texts, kind)

    candidates(source, sentences(text), ()).windows(Recording("recording"))
    assert embedded == ["One. Two.", "One. Two. Three.", "Two. Three.", "Four."]


def test_long_passages_are_parted_and_nothing_is_lost() -> None:
    found = candidates(P1, sentences(P1.text), ("participant",))
    turn = max(set(found.turns), key=lambda t: t.end - t.start)
    whole = [i for i, each in enumerate(found.turns) if each is turn]
    parts = split_long(found, [whole], LEXICAL)
    assert [i for part in parts for i in part] == whole
    for part in parts:
        length = found.spans[part[-1]].end - found.spans[part[0]].start
        assert length <= selection.LONGEST or len(part) == 1
