"""What is shown of a turn: context in sentences, the rest counted, nothing lost."""

from coded import coding, model, transcript
from hypothesis import given
from hypothesis import strategies as st

from autocode.diff import diff_codings, only_turns
from autocode.diff.view import Silence, passages, turns_and_silences
from autocode.transcript.sentences import sentences

WORDS = ["apples", "bread", "cream", "dates", "eggs", "figs", "grapes", "honey", "ice", "juice"]
LONG = " ".join(f"We bought {word}." for word in WORDS)
TEXT = transcript("Well?", LONG, "And?", "Yes.\nNo.")
START = TEXT.turns[1].start
SPANS = sentences(TEXT.text)


def _at(word):
    start = TEXT.text.index(f"We bought {word}")
    return start, start + len(f"We bought {word}.")


def _shape(diff, context, **more):
    return [
        (part.shown, part.sentences) for part in passages(diff.turns[1], SPANS, context, **more)
    ]


def test_context_is_counted_in_sentences():
    diff = diff_codings(coding(TEXT, _at("eggs")), model(TEXT), TEXT)
    assert _shape(diff, 0) == [(False, 4), (True, 1), (False, 5)]
    assert _shape(diff, 1) == [(False, 3), (True, 3), (False, 4)]
    assert _shape(diff, 99) == [(True, 10)]


def test_white_space_between_quotes_is_no_mark():
    whole = (_at("figs")[0], _at("grapes")[1])
    diff = diff_codings(coding(TEXT, whole), model(TEXT, _at("figs"), _at("grapes")), TEXT)
    segments = [s for part in passages(diff.turns[1], SPANS, 0) for s in part.segments]
    assert "".join(segment.text for segment in segments) == LONG
    assert [(s.text, s.sign) for s in segments if s.place] == [
        ("We bought figs.", "="), (" ", None), ("We bought grapes.", "="),
    ]  # fmt: skip


def test_a_single_sentence_is_shown_rather_than_counted():
    diff = diff_codings(coding(TEXT, _at("cream")), model(TEXT, _at("eggs")), TEXT)
    assert _shape(diff, 0) == [(False, 2), (True, 3), (False, 5)]


def test_only_passages_that_differ_have_context_when_asked():
    diff = diff_codings(coding(TEXT, _at("apples"), _at("honey")), model(TEXT, _at("apples")), TEXT)
    assert _shape(diff, 0) == [(True, 1), (False, 6), (True, 1), (False, 2)]
    assert _shape(diff, 0, differing=True) == [(False, 7), (True, 1), (False, 2)]


def test_a_turn_without_a_passage_is_shown_whole():
    diff = diff_codings(coding(TEXT, mentions=(("a", 2),)), model(TEXT), TEXT)
    assert _shape(diff, 1) == [(True, 10)]


def test_silent_turns_are_gathered():
    diff = diff_codings(coding(TEXT, _at("apples")), model(TEXT), TEXT)
    before, turn, after = turns_and_silences(diff)
    assert isinstance(before, Silence)
    assert before.numbers == "turn 1"
    assert turn.number == 2
    assert isinstance(after, Silence)
    assert (after.numbers, after.characters) == ("turns 3 to 4", 12)


def test_silent_turns_that_were_asked_for_are_shown():
    diff = only_turns(diff_codings(coding(TEXT), model(TEXT), TEXT), [3, 4])
    assert [turn.number for turn in turns_and_silences(diff)] == [3, 4]


length = len(TEXT.text)
spans = st.tuples(st.integers(0, length - 1), st.integers(1, length)).filter(lambda s: s[0] < s[1])


@given(st.lists(spans, max_size=4), st.lists(spans, max_size=4), st.integers(0, 3), st.booleans())
def test_no_character_is_lost_and_no_marked_one_hidden(ours, theirs, context, differing):
    diff = diff_codings(coding(TEXT, *ours), model(TEXT, *theirs), TEXT)
    for turn in diff.turns:
        parts = passages(turn, SPANS, context, differing=differing)
        joined = "".join(segment.text for part in parts for segment in part.segments)
        assert joined == TEXT.text[turn.start : turn.end]
        hidden = [seg for part in parts if not part.shown for seg in part.segments if seg.sign]
        agreeing = {p.number for p in (*turn.places, *turn.continued) if p.sign == "="}
        assert all(differing and segment.place in agreeing for segment in hidden)
