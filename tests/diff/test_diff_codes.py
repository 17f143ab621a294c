"""Axial codes turn by turn: shared, only one coder's, noted without a quote."""

from coded import coding, missing, model, transcript
from hypothesis import given
from hypothesis import strategies as st

from autocode.coding.nouns import CodedWith
from autocode.diff.codes import code_diffs, code_uses, codes_by_turn, labels_of
from autocode.diff.record import Sides
from autocode.transcript.nouns import Span

TEXT = transcript("first turn", "second turn", "third turn")


def test_codes_are_gathered_per_turn_and_a_quote_over_two_turns_counts_in_both():
    made = coding(TEXT, (0, 5, "a"), (6, 14, "b", "c"))
    assert codes_by_turn(made, TEXT) == {
        1: {"a": True, "b": True, "c": True},
        2: {"b": True, "c": True},
    }


def test_mentions_and_missing_quotes_are_codes_without_a_quote():
    made = coding(TEXT, (12, 18, "a"), missing("gone", "b", turn=2), mentions=(("a", 2), ("c", 3)))
    assert codes_by_turn(made, TEXT) == {2: {"a": True, "b": False}, 3: {"c": False}}


def test_what_names_no_turn_of_the_transcript_is_kept_apart():
    made = coding(TEXT, missing("gone", "b"), mentions=(("a", None), ("c", 99)))
    assert codes_by_turn(made, TEXT) == {None: {"b": False, "a": False, "c": False}}


def test_shared_codes_come_first_then_the_first_coders():
    codes = Sides(
        first={"z": True, "b": False, "c": True}, second={"a": True, "z": True, "c": False}
    )
    found = code_diffs(codes, {"z": "Zed"})
    assert [(diff.sign, diff.code, diff.label, diff.unquoted) for diff in found] == [
        ("=", "c", None, ["second"]),
        ("=", "z", "Zed", []),
        ("-", "b", None, ["first"]),
        ("+", "a", None, []),
    ]


def test_uses_count_turns_and_the_most_used_code_leads():
    turns = [
        Sides(first={"a": True}, second={"a": True, "b": True}),
        Sides(first={"b": True}, second={"b": True}),
        Sides(first={"b": True}, second={}),
    ]
    uses = code_uses(diff for codes in turns for diff in code_diffs(codes, {}))
    assert [(use.code, use.both, use.first, use.second) for use in uses] == [
        ("b", 1, 1, 1),
        ("a", 1, 0, 0),
    ]


def test_the_first_codings_label_counts():
    ours = coding(TEXT, codes=[CodedWith(id="a", label="Ours"), CodedWith(id="b")])
    theirs = model(TEXT, codes=[CodedWith(id="a", label="Theirs"), CodedWith(id="b", label="B")])
    assert labels_of((ours, theirs)) == {"a": "Ours", "b": "B"}


length = len(TEXT.text)
spans = st.tuples(st.integers(0, length - 1), st.integers(1, length)).filter(lambda s: s[0] < s[1])


@given(spans)
def test_a_quote_is_in_every_turn_it_shares_characters_with(span):
    inside = [turn.number for turn in TEXT.turns if turn.span.overlaps(Span(*span))]
    assert [turn.number for turn in TEXT.turns_of(Span(*span))] == inside
