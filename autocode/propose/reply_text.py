"""The JSON in the words of a reply: what models and servers put around it is taken off and named.

A reply is first read as it is; only one that cannot be is searched. Every repair has a name, which
is counted in the manifest.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

THINKING, FENCE, MARK = "think block", "fence", "byte order mark"
CONTROL, AROUND, BARE = "control characters", "words around", "bare array"

_NAMES = "think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis"
# The marks of thinking, each matched by itself: a pattern across them would take the square of the
# text's length. The last one begins the reply in the channels of gpt-oss.
_MARK = re.compile(rf"[<\[◁](/?)(?:\w{{1,20}}:)?(?:{_NAMES})[>\]▷]|(<\|message\|>)", re.IGNORECASE)
_FENCE = re.compile(r"(?:```|~~~)[ \t]*\w{0,20}[ \t]*\n?")
# Beyond these a text is no reply with words around it, and would take long to search.
_LONGEST, _MOST_TRIES = 400_000, 1000
_OPENING = re.compile(r"[{\[]")
# Control characters as they are are no JSON within a string.
_STRING, _CONTROL = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL), re.compile(r"[\x00-\x1f]")
_DECODER = json.JSONDecoder(strict=False)


def values_in(text: str, listed: str | None) -> tuple[list[Any], list[str]]:
    """The JSON objects that a reply may mean, and the repairs it took to see them.

    listed: the one list of the shape, where it has one; a bare array is then taken for it.

    Raises:
        RecursionError: the text is nested too deeply.
    """
    if len(text) > _LONGEST:
        return [], []
    text, repairs = _bared(text)
    try:
        values = [_DECODER.decode(text)]
    except ValueError:
        values = [value for _, _, value in _scattered(text)]
        repairs.append(AROUND)
    objects = [value for value in values if isinstance(value, dict)]
    arrays = [value for value in values if isinstance(value, list)]
    if not objects and listed and arrays:
        objects = [{listed: array} for array in arrays]
        repairs.append(BARE)
    if objects and any(_CONTROL.search(string[0]) for string in _STRING.finditer(text)):
        repairs.append(CONTROL)
    return objects, repairs


def is_thinking(text: str) -> bool:
    """Whether a reply begins with thoughts that do not end in it."""
    marks = list(_MARK.finditer(text))
    return bool(marks) and not text[: marks[0].start()].strip() and not marks[-1][1]


def beginning_of(text: str) -> dict[str, Any]:
    """What the object in a reply that was cut off says up to there; empty where there is none."""
    text, _ = _bared(text[:_LONGEST])
    try:
        value = from_json(text[max(0, text.find("{")) :], allow_partial=True)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _bared(text: str) -> tuple[str, list[str]]:
    """The text without what stands before or around a whole reply, and what that was."""
    repairs = []
    bare = text.removeprefix("\ufeff").strip()
    if text.startswith("\ufeff"):
        repairs.append(MARK)
    spoken = _spoken(bare)
    if spoken != bare:
        repairs.append(THINKING)
        bare = spoken
    opened = _FENCE.match(bare)
    fenced = bare[opened.end() if opened else 0 :].removesuffix("```").removesuffix("~~~").strip()
    if fenced != bare:
        repairs.append(FENCE)
        bare = fenced
    return bare, repairs


def _spoken(text: str) -> str:
    """The text without thoughts: what follows the last mark of them that stands in no value."""
    values = [(start, end) for start, end, _ in _scattered(text)]
    for mark in reversed([mark for mark in _MARK.finditer(text) if mark[1] or mark[2]]):
        if not any(start <= mark.start() < end for start, end in values):
            # A reply inside its own thoughts is better than none.
            return text[mark.end() :].strip() or _unmarked(text[: mark.start()])
    return _unmarked(text)


def _unmarked(text: str) -> str:
    """The text without a mark of thinking at its beginning."""
    mark = _MARK.match(text)
    return text[mark.end() :].strip() if mark else text


def _scattered(text: str) -> Iterator[tuple[int, int, Any]]:
    """Every object and array that stands in a text by itself, in order, and where it does."""
    end = 0
    for _ in range(_MOST_TRIES):
        opening = _OPENING.search(text, end)
        if opening is None:
            return
        try:
            value, end = _DECODER.raw_decode(text, opening.start())
        except ValueError:
            end = opening.start() + 1
        else:
            yield opening.start(), end, value
