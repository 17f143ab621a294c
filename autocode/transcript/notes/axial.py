"""The code in an AXIAL trace -> the codes it names. Parsed, never executed.

`identifier`, `identifier,` and `identifier = CClass(kind, 'Label')` are codes; links and other
calls, comments and blank lines are not. What cannot be read becomes an oddity with its line.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from autocode.transcript.nouns import AxialItem, Oddity

_IDENTIFIER = re.compile(r"[^\W\d][\w-]*")
_LIST = re.compile(r"[^\W\d][\w-]*(?:\s*[,;]\s*[^\W\d][\w-]*)+")
_DEFINITION = re.compile(r"([^\W\d][\w-]*)\s*=\s*([^\W\d][\w.]*)\s*\((.*)", re.S)
_KIND = re.compile(r"\s*([^\W\d]\w*)\s*(?:,|\)|$)")
# Pasted through a word processor, straight quote marks become curly ones.
_STRAIGHT = str.maketrans("‘’‚“”„", "'''\"\"\"")
_LABEL = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|['\"](.*?)['\"]?\s*\)?\s*$", re.S)
_CALL = re.compile(r"[\w.]*\(|\.?add_?\w*|[})\]]+$|(?:from|import)\s")
_PHRASE = re.compile(r"[^\W\d][\w-]*(?:[ ][\w-]+){1,7}")
_STATEMENT_LINES = 40


class Statement(NamedTuple):
    """Lines that belong together (an open bracket goes on), without comments."""

    line: int
    text: str


def read_codes(lines: Iterable[tuple[int, str]]) -> tuple[list[AxialItem], list[Oddity]]:
    """The codes named in numbered lines, in order and as often as they are written."""
    items: list[AxialItem] = []
    oddities: list[Oddity] = []
    for statement in statements(lines):
        codes = list(_codes(statement))
        items += codes
        if not codes and not _CALL.match(statement.text):
            oddities.append(_unreadable(statement))
        elif codes and " " in statement.text and _PHRASE.fullmatch(statement.text):
            message = f"'{statement.text}' is not an identifier; it was read as '{codes[0].code}'"
            oddities.append(Oddity(statement.line, "axial", message, "write it with underscores"))
    return items, oddities


def statements(lines: Iterable[tuple[int, str]]) -> Iterator[Statement]:
    """Join the lines of one statement; an unclosed bracket ends with the next blank line."""
    held: list[str] = []
    first = depth = 0
    for number, raw in lines:
        line, change = _without_comment(raw)
        if depth > 0 and (not raw.strip() or len(held) >= _STATEMENT_LINES):
            yield Statement(first, " ".join(held))
            held, depth = [], 0
        if not line.strip():
            continue
        first = number if not held else first
        held.append(line.strip())
        depth += change
        if depth <= 0:
            yield Statement(first, " ".join(held))
            held, depth = [], 0
    if held:
        yield Statement(first, " ".join(held))


def _without_comment(line: str) -> tuple[str, int]:
    """The line up to its `#` comment, and how many brackets it leaves open; quotes respected."""
    quote, depth = "", 0
    for at, character in enumerate(line):
        if quote:
            quote = "" if character == quote and line[at - 1] != "\\" else quote
        elif character in "'\"":
            # An apostrophe without its partner is a slip, not a string to the end of the line.
            quote = character if line.find(character, at + 1) > 0 else ""
        elif character == "#":
            return line[:at], depth
        else:
            depth += (character in "([{") - (character in ")]}")
    return line, depth


def _codes(statement: Statement) -> Iterator[AxialItem]:
    text = statement.text.rstrip(" ,;")
    if _IDENTIFIER.fullmatch(text):
        yield AxialItem(text, statement.line)
    elif _LIST.fullmatch(text):
        for code in re.split(r"\s*[,;]\s*", text):
            yield AxialItem(code, statement.line)
    elif match := _DEFINITION.match(text):
        kind, label = _arguments(match[3])
        yield AxialItem(match[1], statement.line, kind, label or match[1].replace("_", " "))
    elif _PHRASE.fullmatch(text):
        yield AxialItem(re.sub(r"[\s-]+", "_", text.lower()), statement.line)


def _arguments(text: str) -> tuple[str | None, str | None]:
    """Kind and label of `kind, 'Label')`, however the label is quoted."""
    text = text.translate(_STRAIGHT) if not re.search(r"['\"]", text) else text
    kind = _KIND.match(text)
    label = _LABEL.search(text)
    return kind and kind[1], label and _unquoted(label)


def _unquoted(label: re.Match[str]) -> str:
    try:
        return str(ast.literal_eval(label[0]))
    except (SyntaxError, ValueError):
        return next(group for group in label.groups() if group is not None)


def _unreadable(statement: Statement) -> Oddity:
    message = f"'{statement.text[:60]}' in an AXIAL trace is neither a code nor a definition"
    hint = "write `identifier` or `identifier = CClass(kind, 'Label')`"
    return Oddity(statement.line, "axial", message, hint)


def read_declaration(lines: Iterable[tuple[int, str]]) -> dict[str, str]:
    """The `values` of a source declaration (`p1 = CClass(source, "p1", values={…})`) as text."""
    for _, text in statements(lines):
        match = re.search(r"values\s*=\s*(\{.*\})", text, re.S)
        try:
            values = ast.literal_eval(match[1]) if match else None
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: too deep
            continue
        if isinstance(values, dict):
            return {str(key): str(value) for key, value in values.items()}
    return {}
