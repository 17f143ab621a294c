"""The nouns: transcript, turn, trace, quote, code, coder, coding (one type each).

Offsets are code points into the canonical text, half-open `[start, end)`.
What is written to disk (`autocode/coding@1`) is a pydantic model that keeps keys it does not
know; what only lives in memory (a transcript and its parts) is a frozen dataclass.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

CODING_FORMAT: Final = "autocode/coding@1"

Role = Literal["interviewer", "participant"]
Status = Literal["exact", "normalised", "fuzzy", "missing"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of canonical text, `[start, end)` in code points."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share at least one character (touching is not sharing)."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's uninterrupted speech; `number` counts from 1, `line` is in the source file.

    speaker and role are None in sources that have no speakers.
    """

    number: int
    speaker: str | None
    role: Role | None
    start: int
    end: int
    line: int

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
        return next((t for t in self.turns if t.start <= offset < t.end), None)

    @property
    def has_speakers(self) -> bool:
        return any(turn.speaker is not None for turn in self.turns)


class Record(BaseModel):
    """What all file records share: unknown keys are kept, so rewriting loses nothing."""

    model_config = ConfigDict(extra="allow")


class TranscriptRef(Record):
    """Which transcript a coding is about; `length` is in code points."""

    id: str
    sha256: str
    length: int = Field(ge=0)


class Coder(Record):
    """Who coded. `assisted` coders saw a model's proposals: theirs is acceptance, not agreement."""

    id: str
    kind: Literal["human", "model"]
    assisted: bool = False


class Quote(Record):
    """A marked passage and how it was located.

    Located: `0 <= start < end` and `text == canonical[start:end]`. Missing: no offsets, and
    `text` is what was written. `as_written` is kept where it differs from `text`; `score` is the
    similarity (0 to 1) of a fuzzy match.
    """

    id: str
    start: int | None = Field(default=None, ge=0)
    end: int | None = Field(default=None, ge=0)
    text: str
    status: Status
    open_code: str | None = None
    axial: list[str] = []
    turn: int | None = None
    trace: int | None = None
    chunk: int | None = None
    score: float | None = None
    as_written: str | None = None
    mapping: str | None = None
    rationale: str | None = None
    note: str = ""

    @model_validator(mode="after")
    def _offsets_match_status(self) -> Self:
        if self.status == "missing":
            if self.start is not None or self.end is not None:
                raise ValueError("a missing quote has no offsets")
        elif self.start is None or self.end is None or self.start >= self.end:
            raise ValueError("a located quote needs start < end")
        return self

    @property
    def span(self) -> Span | None:
        if self.start is None or self.end is None:
            return None
        return Span(self.start, self.end)


class Mention(Record):
    """A code a human noted for a turn without quoting words; `as_written` where that differs."""

    code: str
    turn: int | None = None
    trace: int | None = None
    as_written: str | None = None


class Code(Record):
    """An axial code: an entry of the codebook. Its id is an identifier, its label is for people."""

    id: str
    label: str | None = None
    kind: str | None = None
    parent: str | None = None
    definition: str | None = None
    aliases: list[str] = []
    first_defined_in: str | None = None


class CodedWith(Code):
    """A code as one coding uses it; `defined_here` when this transcript introduced it."""

    defined_here: bool = False


class Failure(Record):
    """A part of the transcript the model did not code, and why: never silence."""

    chunk: int | None
    step: str
    kind: str
    detail: str
    attempts: int = 1


class Coding(Record):
    """What one coder did with one transcript, whoever coded (`autocode/coding@1`).

    `incomplete` is a sentence when the coder did not finish (interrupted, limited, failures).
    """

    format: Literal["autocode/coding@1"] = CODING_FORMAT
    transcript: TranscriptRef
    coder: Coder
    quotes: list[Quote] = []
    mentions: list[Mention] = []
    codes: list[CodedWith] = []
    failures: list[Failure] = []
    incomplete: str | None = None

    def located(self) -> Iterator[Quote]:
        """The quotes that have offsets, in file order."""
        return (quote for quote in self.quotes if quote.status != "missing")
