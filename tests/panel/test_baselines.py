"""Baselines: they mark what they say, and only what may be marked."""

import pytest

from autocode.errors import AgreementError
from autocode.panel.baselines import (
    keyword_sentences,
    longest_sentences,
    longest_turns,
    mark_all,
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
