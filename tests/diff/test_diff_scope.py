"""Narrowing a diff to a code, to turns, to what differs."""

import pytest
from coded import coding, model, transcript

from autocode.coding.nouns import CodedWith
from autocode.diff import diff_codings, only_disagreements, only_turns
from autocode.diff.scope import find_code, only_code
from autocode.errors import InputError

TEXT = transcript("first turn", "second turn", "third turn")
LABELLED = CodedWith(id="asking", label="Asking back", aliases=["ask"])
OURS = coding(TEXT, (0, 5, "asking", "b"), (12, 18, "b"), mentions=(("c", 3),), codes=[LABELLED])
THEIRS = model(TEXT, (0, 5, "b", "asking"), (12, 17, "b"))


@pytest.mark.parametrize("name", ["asking", "ASKING", "Asking back", "ask"])
def test_a_code_is_found_by_id_label_and_alias(name):
    assert find_code(name, OURS, THEIRS) == "asking"


def test_a_code_without_an_entry_is_found_where_it_is_used():
    assert find_code("c", OURS, THEIRS) == "c"


def test_an_unknown_code_names_its_neighbours_or_all():
    with pytest.raises(InputError, match=r"Did you mean asking\?"):
        find_code("askin", OURS, THEIRS)
    with pytest.raises(InputError, match="They use: asking, b, c"):
        find_code("xyzzy", OURS, THEIRS)


def test_one_code_leaves_its_quotes_and_mentions_alone():
    narrowed = only_code(OURS, "asking")
    assert [(quote.start, quote.axial) for quote in narrowed.quotes] == [(0, ["asking"])]
    assert not narrowed.mentions
    assert [mention.code for mention in only_code(OURS, "c").mentions] == ["c"]
    assert OURS.quotes[0].axial == ["asking", "b"]


def test_a_diff_of_one_code_says_so_and_counts_nothing_else():
    diff = diff_codings(OURS, THEIRS, TEXT, code="Asking back")
    assert (diff.code, diff.shown) == (
        "asking", ["only quotes and mentions of the code asking"],
    )  # fmt: skip
    assert [use.code for use in diff.codes] == ["asking"]
    assert diff.total.quotes.first.located == 1


def test_turns_are_chosen_by_number_and_unknown_ones_refused():
    diff = diff_codings(OURS, THEIRS, TEXT)
    narrowed = only_turns(diff, [3, 1])
    assert [turn.number for turn in narrowed.turns] == [1, 3]
    assert narrowed.shown == ["only turns 1, 3"]
    assert narrowed.total == diff.total
    with pytest.raises(InputError, match=r"no turn 4 in t\. Its turns are 1 to 3"):
        only_turns(diff, [1, 4])


def test_only_disagreements_leaves_out_what_agrees():
    narrowed = only_disagreements(diff_codings(OURS, THEIRS, TEXT))
    assert [turn.number for turn in narrowed.turns] == [2, 3]
    assert not narrowed.agrees
    assert only_disagreements(diff_codings(OURS, OURS, TEXT)).turns == []
