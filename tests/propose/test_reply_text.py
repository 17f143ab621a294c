"""What stands around a reply is taken off, and nothing is: a reply is found or it is not."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.propose.reply_text import beginning_of, is_thinking, values_in

REPLY = {"quotes": [{"words": "“a” {b} [c] ```d``` <think>e</think>"}]}
TEXT = json.dumps(REPLY, ensure_ascii=False)
# Words that hold no beginning of JSON and no mark of thinking.
_WORDS = st.text(st.characters(exclude_characters="{}[]<>`~◁▷|", exclude_categories=["Cs"]))


@given(_WORDS, _WORDS)
def test_a_reply_is_found_among_any_words(before: str, after: str) -> None:
    assert values_in(before + TEXT + after, "quotes")[0] == [REPLY]


@given(st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x, max_size=3)))
def test_what_is_no_object_is_none(value: object) -> None:
    text = json.dumps(value)
    assert values_in(text, None)[0] == []
    expected = [{"quotes": value}] if isinstance(value, list) else []
    assert values_in(text, "quotes")[0] == expected


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "```{}", "~~~\n{}\n~~~", "{}\n```"])
@pytest.mark.parametrize("thoughts", ["<think>hm</think>", "hm</thinking>\n", "<think>\n", ""])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_layers_are_taken_off_one_after_the_other(mark: str, thoughts: str, fence: str) -> None:
    objects, repairs = values_in(mark + thoughts + fence.replace("{}", TEXT), "quotes")
    assert objects == [REPLY]
    names = {"byte order mark": mark, "think block": thoughts, "fence": True}
    assert repairs == [name for name, there in names.items() if there]


@pytest.mark.parametrize(
    ("text", "thinking"),
    [("<think>hm", True), ("hm", False), ("<think>hm</think>{}", False), ("so <think>", False)],
)
def test_who_is_still_thinking(text: str, thinking: bool) -> None:
    assert is_thinking(text) == thinking


@given(st.integers(0, len(TEXT)))
def test_the_beginning_of_a_reply_is_what_is_whole_of_it(end: int) -> None:
    quotes = beginning_of(TEXT[:end]).get("quotes", [])
    assert all(entry in ({}, {"words": ""}, REPLY["quotes"][0]) for entry in quotes)


@pytest.mark.parametrize(
    "text",
    ["[" * 300_000, "{" * 300_000, "<think>" * 50_000, "</think" * 50_000, '{"a":' * 60_000,
     "```" * 100_000, "<|message|>" * 30_000, '"' * 300_000, "{\"a\": [1, " * 30_000],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    with contextlib.suppress(RecursionError):
        assert values_in(text, "quotes")[0] == []
    with contextlib.suppress(RecursionError):
        beginning_of(text)
    assert time.process_time() - started < 2
