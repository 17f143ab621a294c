"""Offsets as other programs count them: in bytes or UTF-16, with marks and line ends, or without.

A project's own selections tell how its program counts: every convention is scored on them
(shared names of quoted text, ends at words), and only a clear win overrules the usual one.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Self

from autocode.errors import InputError
from autocode.transcript.nouns import Span

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_NOT_ASCII = re.compile("[^\0-\x7f]")
# A name that counts lines or characters is no quoted text.
_PLACE = re.compile(r"\d+,\d+|line:\d+")
_POINTS = 4
# A convention must be better by this share of names or of points to overrule the usual one.
_CLEAR = 0.1


class Widths:
    """Offsets in a unit of which some characters have several.

    extras: the offsets of such characters, ascending, each as often as it has units beyond one.
    """

    def __init__(self, extras: Iterable[int] = ()) -> None:
        self._at = list(extras)
        self._after = [at + count for count, at in enumerate(self._at, 1)]

    @classmethod
    def utf16(cls, text: str) -> Self:
        return cls(match.start() for match in _ASTRAL.finditer(text))

    @classmethod
    def utf8(cls, text: str) -> Self:
        return cls(
            match.start()
            for match in _NOT_ASCII.finditer(text)
            for _ in match[0].encode("utf-8", "surrogatepass")[1:]
        )

    def units(self, offset: int) -> int:
        """How many units stand before a code point."""
        return offset + bisect_left(self._at, offset)

    def offset(self, units: int) -> int:
        """The code point after so many units; that which holds them, within one."""
        return units - bisect_right(self._after, units)


@dataclass(frozen=True, slots=True)
class Convention:
    """How a program counts.

    unit: code points or UTF-16; bom: whether the byte order mark is a character; crlf: how many
    a Windows line end is; inclusive: whether the end is the last character itself.
    """

    unit: Literal["cp", "utf16"] = "cp"
    bom: bool = False
    crlf: Literal[1, 2] = 2
    inclusive: bool = False

    def __str__(self) -> str:
        marks = {"bom": self.bom, "crlf1": self.crlf == 1, "incl": self.inclusive}
        return ",".join([self.unit, *(mark for mark, holds in marks.items() if holds)])


_UNITS: tuple[Literal["cp"], Literal["utf16"]] = ("cp", "utf16")
_LINE_ENDS: tuple[Literal[2], Literal[1]] = (2, 1)
CONVENTIONS = tuple(
    Convention(unit, bom, crlf, inclusive)
    for inclusive in (False, True)
    for bom in (False, True)
    for crlf in _LINE_ENDS
    for unit in _UNITS
)


_AS_GIVEN = Convention("cp", bom=True, crlf=2)


def convention_named(name: str) -> Convention:
    """The convention that `cp` or `utf16`, with `bom`, `crlf1`, `incl` after commas, stands for.

    Raises:
        InputError: it stands for none.
    """
    parts = sorted(name.lower().split(","))
    for convention in CONVENTIONS:
        if parts == sorted(str(convention).split(",")):
            return convention
    raise InputError(
        f"no way to count offsets is called {name!r}",
        hint="Give cp or utf16, then any of ,bom ,crlf1 ,incl.",
    )


def usual_convention(origin: str) -> Convention:
    """How the program that a project comes from counts."""
    if "nvivo" in origin.lower() or "utf-16" in origin.lower():
        return Convention("utf16")
    return Convention(crlf=1) if "atlas" in origin.lower() else Convention()


class SourceText:
    """The text of a source with `\\n` line ends, and where other programs count otherwise."""

    def __init__(self, data: bytes) -> None:
        """Raises UnicodeDecodeError where the bytes are not UTF-8."""
        raw = data.decode("utf-8-sig")
        self._bom = data.startswith(b"\xef\xbb\xbf")
        self._crlf: list[int] = []
        if "\r" in raw:
            pairs = (match.start() for match in re.finditer("\r\n", raw))
            self._crlf = [at - count for count, at in enumerate(pairs)]
            raw = raw.replace("\r\n", "\n").replace("\r", "\n")
        self.text = raw
        self._astral = [match.start() for match in _ASTRAL.finditer(raw)]
        self._widths: dict[tuple[bool, bool], Widths] = {}

    def like(self, convention: Convention) -> Convention:
        """The plainest convention that counts alike in this very text."""
        return Convention(
            convention.unit if self._astral else "cp",
            convention.bom and self._bom,
            convention.crlf if self._crlf else 2,
            convention.inclusive,
        )

    def span(self, start: int, end: int, convention: Convention) -> Span | None:
        """A selection in code points; None where it is empty or not in the text."""
        key = (convention.unit == "utf16", convention.crlf == 2)
        if key not in self._widths:
            extras = (self._astral if key[0] else []) + (self._crlf if key[1] else [])
            self._widths[key] = Widths(sorted(extras))
        offset, mark = self._widths[key].offset, int(convention.bom and self._bom)
        low, high = start - mark, end - mark + int(convention.inclusive)
        span = Span(offset(low), offset(high)) if low >= 0 else Span(0, 0)
        return span if span.start < span.end <= len(self.text) else None

    def marked(self, start: object, end: object, words: str) -> tuple[Span | None, str]:
        """A stretch in code points of the text as it was given, and the words there.

        words: what the file says they are, or nothing; where others stand there, it has no place.
        """
        low, high = (at if isinstance(at, int) else -1 for at in (start, end))
        span = self.span(low, high, _AS_GIVEN)
        here = self.text[span.start : span.end] if span else ""
        words = words.replace("\r\n", "\n")
        return (None, words) if words and words != here else (span, here)


@dataclass(frozen=True, slots=True)
class Selection:
    """A selection as a file has it: positions in its program's own count; `name` may be words."""

    start: int
    end: int
    name: str = ""

    @property
    def quotes(self) -> bool:
        """Whether the name is text of the selection, and not its place."""
        return bool(self.name.strip()) and not _PLACE.match(self.name)


@dataclass(frozen=True, slots=True)
class Score:
    """How well a convention fits: names that are the text there; points for ends at words."""

    hits: int = 0
    points: int = 0

    def plus(self, other: "Score") -> "Score":
        return Score(self.hits + other.hits, self.points + other.points)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The convention that a project is read by, and what speaks for it.

    hits: of `names` selections named by their text, those whose text that is.
    """

    convention: Convention
    hits: int
    names: int
    usual: bool

    def sentence(self) -> str:
        """What a user should know of it."""
        named = f": {self.hits} of {self.names} named selections fit" if self.names else ""
        why = "" if self.usual else ", which fits clearly better than the usual way"
        return f"offsets were counted as {self.convention}{why}{named}"


def calibrate(
    sources: Sequence[tuple[SourceText, Sequence[Selection]]],
    usual: Convention,
    forced: Convention | None = None,
) -> Calibration:
    """How the program that wrote these selections counts.

    The usual convention, unless another one is better by a tenth of the names or of the points.
    """
    names = sum(selection.quotes for _, selections in sources for selection in selections)
    most = _POINTS * sum(len(selections) for _, selections in sources)
    tries = (forced,) if forced else (usual, *CONVENTIONS)
    scores = dict(zip(tries, _scores(sources, tries), strict=True))
    first = scores[tries[0]]
    best = max(scores, key=lambda each: (scores[each].hits, scores[each].points))
    more = scores[best].hits - first.hits, scores[best].points - first.points
    clear = more[0] >= max(1, _CLEAR * names) or more[1] >= max(_POINTS, _CLEAR * most)
    chosen = best if clear else tries[0]
    return Calibration(chosen, scores[chosen].hits, names, chosen == usual)


def _scores(
    sources: Sequence[tuple[SourceText, Sequence[Selection]]], tries: Sequence[Convention]
) -> Iterator[Score]:
    known: dict[tuple[int, Convention], Score] = {}
    for convention in tries:
        total = Score()
        for number, (source, selections) in enumerate(sources):
            like = source.like(convention)
            if (number, like) not in known:
                known[number, like] = _score(source, selections, like)
            total = total.plus(known[number, like])
        yield total


def _score(source: SourceText, selections: Sequence[Selection], convention: Convention) -> Score:
    hits = points = 0
    for selection in selections:
        span = source.span(selection.start, selection.end, convention)
        if span is None:
            points -= _POINTS
            continue
        points += _ends(source.text, span)
        hits += selection.quotes and _is_named(source.text[span.start : span.end], selection.name)
    return Score(hits, points)


def _ends(text: str, span: Span) -> int:
    """A point for each end between words, and for each that is not white space."""
    first, last = text[span.start], text[span.end - 1]
    before = text[span.start - 1] if span.start else " "
    after = text[span.end] if span.end < len(text) else " "
    return (
        (not first.isspace())
        + (not last.isspace())
        + (not (before.isalnum() and first.isalnum()))
        + (not (last.isalnum() and after.isalnum()))
    )


def _is_named(words: str, name: str) -> bool:
    """Whether a name is the words, or how they begin where it ends in an ellipsis."""
    if words == name:
        return True
    full = name.rstrip()
    stem = full.removesuffix("…").removesuffix("...").rstrip()
    if stem != full and words.startswith(stem):
        return True
    folded, wanted = " ".join(words.split()), " ".join(stem.split())
    return folded.startswith(wanted) if stem != full else folded == wanted
