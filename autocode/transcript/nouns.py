"""The nouns of a transcript: span, turn, trace, oddity, transcript (one type each).

Offsets are code points into the canonical text, half-open `[start, end)`. A transcript lives in
memory: it is read anew from the researcher's file each time.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Role = Literal["interviewer", "participant"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of canonical text, `[start, end)` in code points."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """In code points."""
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share at least one character (touching is not sharing)."""
        return self.start < other.end and other.start < self.end

    def within(self, other: "Span") -> "Span":
        """The part of it that stands in another that it overlaps."""
        return Span(max(self.start, other.start), min(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's uninterrupted speech; `number` counts from 1, `line` is in the source file.

    speaker and role are None in sources that have no speakers. start_s and end_s are seconds from
    the beginning of the recording, where the source tells.
    """

    number: int
    speaker: str | None
    role: Role | None
    start: int
    end: int
    line: int
    start_s: float | None = None
    end_s: float | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class TraceItem:
    """One line of a trace as the human wrote it, with its line in the source file."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class AxialItem:
    """One code of an AXIAL trace; kind and label are given only where the notes define it."""

    code: str
    line: int
    kind: str | None = None
    label: str | None = None

    @property
    def defines(self) -> bool:
        return self.label is not None


@dataclass(frozen=True, slots=True)
class Relation:
    """One link between two codes of an AXIAL trace: `add_links({source: target})` and its like.

    `name` is what the notes call it: a role or label, the force of a force relation, else the
    name of the call without its `add_`.
    """

    source: str
    name: str
    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Trace:
    """One OPEN/AXIAL block of field notes; `turn` is the turn it stands under, or None.

    `offset` is where the transcript had got to when the trace was written: its quotes stand
    before that point (nearest above first). `open_line`/`axial_line` are None for a missing half.
    """

    number: int
    turn: int | None
    offset: int
    open_line: int | None
    axial_line: int | None
    items: tuple[TraceItem, ...] = ()
    axial: tuple[AxialItem, ...] = ()
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something in the source that a researcher should look at; never silently repaired."""

    line: int
    kind: str
    message: str
    suggestion: str = ""


@dataclass(frozen=True)
class Transcript:
    """What was said, and who said it; `text` is canonical and never normalised."""

    id: str
    text: str
    turns: tuple[Turn, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)
    traces: tuple[Trace, ...] = ()
    oddities: tuple[Oddity, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """Hash of the canonical text in UTF-8: identifies the transcript everywhere."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def turn_at(self, offset: int) -> Turn | None:
        """The turn that holds the character at `offset`, or None between turns."""
        return next(iter(self.turns_of(Span(offset, offset + 1))), None)

    def turns_of(self, span: Span) -> tuple[Turn, ...]:
        """The turns that share a character with the span, in order."""
        first = bisect_right(self.turns, span.start, key=lambda turn: turn.end)
        return self.turns[first : bisect_left(self.turns, span.end, key=lambda turn: turn.start)]

    @property
    def has_speakers(self) -> bool:
        return any(turn.speaker is not None for turn in self.turns)
