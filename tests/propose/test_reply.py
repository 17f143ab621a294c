"""A reply is read within limits, and one that is over them is named before it is parsed."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from autocode.models.provider import Answer
from autocode.propose.reply import MOST_CHARACTERS, MOST_ENTRIES, Reader, UnusableError


class Entry(BaseModel):
    words: str


class Entries(BaseModel):
    quotes: list[Entry]


def read(text: str, check: Any = lambda _: None) -> Entries:
    answer = Answer(text, "stop", None, "m", None, None, None, {}, {}, "", 0.1)
    return Reader(Entries, None, check).read(answer).value


def reply(*words: str) -> str:
    return json.dumps({"quotes": [{"words": each} for each in words]})


def test_the_limits_are_kept_to_the_letter() -> None:
    assert len(read(reply(*["x"] * MOST_ENTRIES)).quotes) == MOST_ENTRIES
    for longest in ("x" * MOST_CHARACTERS, 'é\\"{[' * (MOST_CHARACTERS // 5)):
        assert read(reply(longest)).quotes[0].words == longest
        with pytest.raises(UnusableError, match=r"a field of [\d,]+ characters; at most 2,000"):
            read(reply(longest + "x"))
    with pytest.raises(UnusableError, match="501 entries; at most 500 are read") as caught:
        read(reply(*["x"] * (MOST_ENTRIES + 1)))
    assert caught.value.kind == "too large"
    assert "mark fewer passages" in caught.value.correction


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"' + "x" * 3000, "too large"),  # never closed
        ('{"quotes": [' + "{" * 4_000_000, "too large"),
        ('{"' + "\\" * 4_000_000, "too large"),
        ('"\\u0041' * 600_000, "wrong shape"),
        ("[" * 200_000, "wrong shape"),
        ('{"quotes":' * 400, "wrong shape"),
        ('{"quotes": [' + "1," * 1_000_000, "wrong shape"),
        ('{"quotes": ' + "9" * 100_000 + "}", "wrong shape"),
        ("\x00", "wrong shape"),
        ("\ud83d", "wrong shape"),
    ],
    ids=range(10),
)
def test_hostile_replies_are_named_quickly(text: str, kind: str) -> None:
    started = time.process_time()
    with pytest.raises(UnusableError) as caught:
        read(text)
    assert time.process_time() - started < 2
    assert caught.value.kind == kind
    assert len(caught.value.detail) < 400
    assert "\n" not in caught.value.detail


@given(st.lists(st.text(), max_size=8), st.booleans())
def test_what_is_within_the_limits_is_read_as_it_is(words: list[str], plain: bool) -> None:
    text = json.dumps({"quotes": [{"words": each} for each in words]}, ensure_ascii=plain)
    assert [entry.words for entry in read(text).quotes] == words


@pytest.mark.parametrize("error", [ValueError("no such place"), RecursionError("too deep")])
def test_what_cannot_be_used_is_a_wrong_shape(error: Exception) -> None:
    def check(_: Entries) -> None:
        raise error

    with pytest.raises(UnusableError, match=f"cannot be used: {error}") as caught:
        read(reply("x"), check)
    assert caught.value.kind == "wrong shape"
