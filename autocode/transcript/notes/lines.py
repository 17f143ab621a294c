"""The lines of field notes -> what each of them is (Markdown as researchers really write it)."""

import re
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from rapidfuzz import fuzz

Kind = Literal[
    "blank",
    "said",  # begins with `>`; text is what follows
    "more",  # a line directly under said words: Markdown's lazy continuation
    "open",  # **OPEN CODING TRACE:**; text is what follows on the same line
    "axial",  # **AXIAL CODING TRACE:**
    "heading",
    "image",
    "fence",  # ``` or ~~~; text is what follows the fence
    "code",  # inside a fence
    "unclosed",  # where a fence without an end stops; stands before the line that stops it
    "text",  # anything else: an item inside a trace, stray outside of one
]


class Line(NamedTuple):
    """One line: its number in the file (from 1), its kind, and its text without the mark."""

    number: int
    kind: Kind
    text: str


_SAID = re.compile(r" {0,3}>[ \t]?")
_HEADING = re.compile(r"#{1,6}(?:\s|$)|#coding\b", re.I)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`]*)")
_MARKER = re.compile(
    r"(?:[-+•][ \t]+)?[\s>#*_]*(open|axial)\s+coding(?:\s+traces?)?\s*[:*_\s]*", re.I
)
_BOLD = re.compile(r"\s*\*\*([^*]{8,30})\*\*[\s:]*")
MARKERS: dict[Kind, str] = {"open": "OPEN CODING TRACE", "axial": "AXIAL CODING TRACE"}
_RULE = re.compile(r"[-*_=\s]+")  # Markdown's horizontal rule: nobody's words
_CODING = re.compile(r"#+\s*coding\W*", re.I)


def is_coding_heading(line: str) -> bool:
    """Whether this is `# coding`, after which the transcript stands."""
    return _CODING.fullmatch(line.strip()) is not None


def marker(line: str) -> tuple[Kind, str] | None:
    """The kind of trace marker `line` is and what follows it, or None.

    A marker is bold, a heading or in capitals: people also *say* "open coding". A bold line that
    is nearly a marker (a misspelling) is one.
    """
    match = _MARKER.match(line)
    if match is None:
        return _misspelt(line)
    kind: Kind = "open" if match[1].lower() == "open" else "axial"
    rest = line[match.end() :].strip()
    bold = "**" in match[0]
    marked = bold or match[1].isupper() or line.lstrip().startswith("#")
    return (kind, rest) if marked and ("trace" in match[0].lower() or not rest) else None


def _misspelt(line: str) -> tuple[Kind, str] | None:
    match = _BOLD.fullmatch(line)
    if match is None:
        return None
    words = match[1].strip(" :").upper()
    kind = max(MARKERS, key=lambda kind: fuzz.ratio(words, MARKERS[kind]))
    return (kind, "") if fuzz.ratio(words, MARKERS[kind]) >= 85 else None


class _Stops(NamedTuple):
    """Where a fence can end: indices of closing fences, of markers, of what was said."""

    fences: list[int]
    markers: list[int]
    said: list[int]

    @classmethod
    def of(cls, lines: Sequence[str]) -> "_Stops":
        # Fences of any length close each other: notes open with four back-ticks, close with three.
        fences = [
            n
            for n, line in enumerate(lines)
            if line.lstrip().startswith(("```", "~~~")) and not line.strip().strip("`~")
        ]
        markers = [n for n, line in enumerate(lines) if marker(line) or is_coding_heading(line)]
        said = [n for n, line in enumerate(lines) if _SAID.match(line)]
        return cls(fences, markers, said)

    def end(self, start: int, *, in_trace: bool) -> tuple[int, bool]:
        """Where the fence that opens before `start` ends, and whether it is closed there.

        In a trace nothing is quoted code: a `>` there is somebody speaking. Elsewhere code may
        hold a `>`, so only a fence that is never closed ends there.
        """
        close, mark, said = (_first_from(places, start) for places in self)
        if close < (min(mark, said) if in_trace else mark):
            return close, True
        return min(mark, said), False


def _first_from(places: list[int], start: int) -> int:
    at = bisect_left(places, start)
    return places[at] if at < len(places) else sys.maxsize


def lex(lines: Sequence[str], start: int = 0) -> Iterator[Line]:
    """Tell what each line is, from index `start` on.

    Words under a `>` line belong to it up to a blank line, a marker, a heading, an image or a
    fence. A fence ends where it is closed, or, unclosed, at the next `>` line or marker.
    """
    index, said, in_trace = start, False, False
    stops = _Stops.of(lines)
    while index < len(lines):
        line = _line(lines[index], index + 1, said)
        yield line
        index += 1
        if line.kind == "fence":
            end, closed = stops.end(index, in_trace=in_trace)
            last = min(end, len(lines))
            yield from (Line(n + 1, "code", lines[n]) for n in range(index, last))
            yield Line(end + 1, "fence", "") if closed else Line(index, "unclosed", "")
            index = end + 1 if closed else last
        said = line.kind == "more" or (_SAID.match(lines[line.number - 1]) is not None)
        in_trace = line.kind in ("open", "axial") or (in_trace and not said)


def _line(line: str, number: int, said: bool) -> Line:
    if not line.strip():
        return Line(number, "blank", "")
    if mark := marker(line):
        return Line(number, *mark)
    if match := _SAID.match(line):
        text = line[match.end() :]
        return Line(number, "image" if _is_image(text) else "said", text)
    if match := _FENCE.fullmatch(line):
        return Line(number, "fence", match[2].strip())
    if _HEADING.match(line):
        return Line(number, "heading", line.strip())
    if _is_image(line):
        return Line(number, "image", line.strip())
    if said:
        return Line(number, "more", line)
    return Line(number, "blank" if _RULE.fullmatch(line) else "text", line)


def _is_image(line: str) -> bool:
    # No pattern with two `.*`: on a line of megabytes it takes hours.
    line = line.strip()
    return line.startswith("![") and "](" in line and line.endswith(")")
