"""Selection: budgets, turns and roles are kept, and the passages are the best ones there are."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.models.embedding import Lexical
from autocode.propose import selection
from autocode.propose.selection import (
    Candidate,
    candidates,
    embed_windows,
    passages,
    salience,
    split_long,
)
from autocode.transcript.nouns import Span, Transcript, Turn
from autocode.transcript.readers import read_transcript
from autocode.transcript.sentences import sentences

P1 = read_transcript(Path(__file__).parents[2] / "seeds" / "p1.md", "p1")
LEXICAL = Lexical("lexical")


def row(lengths: list[list[int]]) -> list[Candidate]:
    """Candidates of the given lengths, one inner list per turn."""
    found, at = [], 0
    for number, turn_lengths in enumerate(lengths, 1):
        end = at + sum(turn_lengths)
        turn = Turn(number, "A", "participant", at, end, number)
        for length in turn_lengths:
            found.append(Candidate(Span(at, at + length), turn))
            at += length
        at += 2
    return found


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
            1 for i in marked if i - 1 not in marked or found[i - 1].turn is not found[i].turn
        )
        gains = sum(len(found[i]) * excess[i] for i in marked)
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
    assert sum(len(found[i]) for passage in chosen for i in passage) <= budget
    for passage in chosen:
        assert passage == list(range(passage[0], passage[-1] + 1))
        assert len({found[i].turn.number for i in passage}) == 1


def test_nothing_to_choose_from() -> None:
    assert candidates(P1, sentences(P1.text), ()) == []
    windows = embed_windows(P1.text, [], LEXICAL)
    assert salience([], windows, ["topic"], LEXICAL).size == 0
    assert passages([], np.zeros(0), 100) == []


def test_candidates_are_sentences_of_the_roles_asked_for() -> None:
    found = candidates(P1, sentences(P1.text), ("participant",))
    assert {c.turn.speaker for c in found} == {"Participant 1"}
    assert all(P1.text[c.span.start : c.span.end].strip() for c in found)
    every = candidates(P1, sentences(P1.text), ("participant", "interviewer"))
    assert len(every) > len(found) > 150


def test_a_source_without_speakers_is_coded_as_a_whole() -> None:
    text = "First. Second."
    source = Transcript("s1", text, (Turn(1, None, None, 0, len(text), 1),))
    assert len(candidates(source, sentences(text), ("participant",))) == 2


def test_a_topic_is_found_among_other_talk() -> None:
    talk = "We went there by bus and it rained. " * 3
    text = talk + "The data catalog lists data products. " + talk
    source = Transcript("s1", text.strip(), (Turn(1, None, None, 0, len(text) - 1, 1),))
    found = candidates(source, sentences(source.text), ())
    windows = embed_windows(source.text, found, LEXICAL)
    scores = salience(found, windows, ["data catalog"], LEXICAL)
    best = found[int(scores.argmax())]
    assert "catalog" in source.text[best.span.start : best.span.end]


def test_salience_without_topics_or_variance_is_finite() -> None:
    text = "Same. Same. Same."
    source = Transcript("s1", text, (Turn(1, None, None, 0, len(text), 1),))
    found = candidates(source, sentences(text), ())
    windows = embed_windows(text, found, LEXICAL)
    assert np.isfinite(salience(found, windows, [], LEXICAL)).all()


def test_long_passages_are_parted_and_nothing_is_lost() -> None:
    found = candidates(P1, sentences(P1.text), ("participant",))
    turn = max({c.turn for c in found}, key=lambda t: t.end - t.start)
    whole = [i for i, c in enumerate(found) if c.turn is turn]
    parts = split_long(P1.text, found, [whole], LEXICAL)
    assert [i for part in parts for i in part] == whole
    for part in parts:
        length = found[part[-1]].span.end - found[part[0]].span.start
        assert length <= selection.LONGEST or len(part) == 1
