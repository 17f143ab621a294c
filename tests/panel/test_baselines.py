"""Baselines: they mark what they say, and only what may be marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement.spans import Unit, check_units
from autocode.errors import AgreementError
from autocode.panel.baselines import (
    keyword_sentences,
    longest_sentences,
    longest_turns,
    mark_all,
    random_spans,
)

TEXT = "Why? Data matters. We share data with partners. Go on. Metadata too. DATA!"
TURNS = [(5, 47), (55, 74)]
SENTENCES = [(0, 4), (5, 18), (19, 47), (48, 54), (55, 68), (69, 74)]


def words(units):
    return [TEXT[unit.start : unit.end] for unit in units]


def test_marking_all_is_all_that_may_be_marked():
    assert words(mark_all(TURNS)) == [TEXT[5:47], TEXT[55:74]]


def test_longest_turns_stand_in_text_order():
    turns = [(0, 5), (6, 20), (21, 22), (23, 40), (41, 46)]
    assert [unit[:2] for unit in longest_turns(turns, 3)] == [(0, 5), (6, 20), (23, 40)]
    assert longest_turns([], 3) == []


def test_the_longest_sentence_of_each_turn():
    assert words(longest_sentences(TURNS, SENTENCES)) == [
        "We share data with partners.",
        "Metadata too.",
    ]
    assert longest_sentences(TURNS, []) == []


def test_keywords_are_whole_words_in_any_case():
    assert words(keyword_sentences(TEXT, TURNS, SENTENCES, ["data"])) == [
        "Data matters.",
        "We share data with partners.",
        "DATA!",
    ]
    assert keyword_sentences(TEXT, TURNS, SENTENCES, ["why", "go on"]) == []
    assert keyword_sentences(TEXT, TURNS, SENTENCES, ["d.t."]) == []


def test_the_keyword_baseline_needs_a_word():
    with pytest.raises(AgreementError, match="needs words"):
        keyword_sentences(TEXT, TURNS, SENTENCES, [" "])


@given(st.lists(st.integers(1, 9), max_size=4), st.integers(0, 999))
def test_random_spans_mark_as_much_of_what_was_said_in_spans_as_long(lengths, seed):
    units = [Unit(5 + 10 * place, 5 + 10 * place + n) for place, n in enumerate(lengths)]
    found = random_spans(TURNS, units, seed=seed)
    check_units(found, len(TEXT), overlaps=False)
    said = {at for start, end in TURNS for at in range(start, end)}
    assert {at for unit in found for at in range(unit.start, unit.end)} <= said
    assert sorted(unit.length for unit in found) == sorted(lengths)
    assert found == random_spans(TURNS, units, seed=seed)


def test_random_spans_reach_every_place():
    reached = {
        at
        for seed in range(300)
        for unit in random_spans(TURNS, [Unit(5, 10)], seed=seed)
        for at in range(unit.start, unit.end)
    }
    assert reached == {*range(5, 47), *range(55, 74)}
