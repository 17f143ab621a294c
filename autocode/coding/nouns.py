"""The nouns of a coding: quote, mention, code, coder, failure, coding (one type each).

All are records of `autocode/coding@1`, which keep the keys they do not know. Offsets are code
points into the canonical text, half-open `[start, end)`.
"""

from collections.abc import Iterator
from typing import Final, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from autocode.files import Record
from autocode.transcript.nouns import Span, Transcript

CODING_FORMAT: Final = "autocode/coding@1"

# Characters of the longest transcript: far beyond any, and short enough to be counted.
LONGEST: Final = 10**8

Verdict = Literal["keep", "trim", "drop", "recode"]
Status = Literal["exact", "normalised", "fuzzy", "missing"]


class TranscriptRef(Record):
    """Which transcript a coding is about; `length` is in code points."""

    id: str
    sha256: str
    length: int = Field(ge=0, le=LONGEST)

    @classmethod
    def of(cls, transcript: Transcript) -> Self:
        """How files name `transcript`."""
        return cls(id=transcript.id, sha256=transcript.sha256, length=len(transcript.text))

    def same_text(self, other: "TranscriptRef") -> bool:
        """Whether both are about the same canonical text, whatever its id."""
        return self.sha256 == other.sha256


class Coder(Record):
    """Who coded. `assisted` coders saw a model's proposals: theirs is acceptance, not agreement."""

    id: str
    kind: Literal["human", "model"]
    assisted: bool = False


class Critique(Record):
    """What the critic, a second question to the model, made of a proposal, and why.

    open_code and axial are what stood there before it chose other codes.
    """

    verdict: Verdict
    reason: str
    open_code: str | None = None
    axial: list[str] | None = None


class Quote(Record):
    """A marked passage and how it was located.

    Located: `0 <= start < end` and `text == canonical[start:end]`. Missing: no offsets, and
    `text` is what was written. `as_written` is kept where it differs from `text`; `score` is the
    similarity (0 to 1) of a fuzzy match. `as_read` is what a model read there, where names had been
    replaced. `salience` is a model's word, from 1 (hardly) to 5 (certainly), on whether the
    researcher would mark the passage; `support` is in how many of a model's independent answers it
    (or its best part) stood. `follows` is the part of the same passage right before this one, where
    a ranking keeps the parts apart (see `coding.ranking`). `provenance` says, of a quote from a
    review, whether it was decided on before or after others' codings were shown.
    """

    id: str
    start: int | None = Field(default=None, ge=0, le=LONGEST)
    end: int | None = Field(default=None, ge=0, le=LONGEST)
    text: str
    status: Status
    open_code: str | None = None
    axial: list[str] = Field(default_factory=list)
    turn: int | None = None
    trace: int | None = None
    chunk: int | None = None
    score: float | None = None
    as_written: str | None = None
    as_read: str | None = None
    mapping: str | None = None
    rationale: str | None = None
    salience: int | None = Field(default=None, ge=1, le=5)
    support: int | None = Field(default=None, ge=1)
    follows: str | None = None
    critique: Critique | None = None
    provenance: Literal["blind", "assisted"] | None = None
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

    @property
    def mark(self) -> tuple[int | None, int | None, frozenset[str]]:
        """Its place and its codes: two quotes that share these are the same decision."""
        return self.start, self.end, frozenset(self.axial)


class Mention(Record):
    """A code a human noted for a turn without quoting words; `as_written` where that differs.

    note: the caption of the list it stood in.
    """

    code: str
    turn: int | None = None
    trace: int | None = None
    as_written: str | None = None
    note: str | None = None


class Cited(Record):
    """A quote that speaks for a category or a relation: of which coding, and its id there.

    coding: its file or run folder in the study. text: the words, as they stood there; empty in a
    codebook, which holds no words of a transcript.
    """

    coding: str
    transcript: str
    quote: str
    text: str = ""


class Relation(Record):
    """A typed link between two axial codes, as a human noted or a model proposed it.

    evidence: the quotes that it was accepted on.
    """

    model_config = ConfigDict(extra="allow", populate_by_name=True, serialize_by_alias=True)

    source: str = Field(validation_alias="from", serialization_alias="from")
    relation: str
    target: str = Field(validation_alias="to", serialization_alias="to")
    trace: int | None = None
    evidence: list[Cited] = Field(default_factory=list)

    @property
    def triple(self) -> tuple[str, str, str]:
        """What makes it the same link as another one, whoever noted it."""
        return self.source, self.relation, self.target


class Code(Record):
    """An axial code: an entry of the codebook. Its id is an identifier, its label is for people.

    aliases: ids that codings may have for it (it was renamed, or others were merged into it).
    also_defined_in: transcripts in which one of these, or evidence for it, was first coded.
    retired: no longer offered to a model; codings keep it.
    """

    id: str
    label: str | None = None
    kind: str | None = None
    parent: str | None = None
    definition: str | None = None
    aliases: list[str] = Field(default_factory=list)
    examples: list[str] = Field(default_factory=list)
    first_defined_in: str | None = None
    also_defined_in: list[str] = Field(default_factory=list)
    retired: bool = False

    @property
    def words(self) -> str:
        """What people read: its label, else its id."""
        return self.label or self.id.replace("_", " ")


class CodedWith(Code):
    """A code as one coding uses it; `defined_here` when this transcript introduced it."""

    defined_here: bool = False


class Failure(Record):
    """A part of the transcript the model did not code, and why: never silence.

    answer: which of several independent answers failed.
    """

    chunk: int | None
    step: str
    kind: str
    detail: str
    attempts: int = 1
    answer: int | None = None


class ReviewRef(Record):
    """The record a coding was derived from: its file, how many events, the hash of the last."""

    record: str
    events: int
    hash: str


class Coding(Record):
    """What one coder did with one transcript, whoever coded (`autocode/coding@1`).

    `incomplete` is a sentence when the coder did not finish (interrupted, limited, failures).
    `blind` holds the quotes as they stood when a reviewer was first shown what others had coded.
    """

    format: Literal["autocode/coding@1"] = CODING_FORMAT
    transcript: TranscriptRef
    coder: Coder
    quotes: list[Quote] = Field(default_factory=list)
    mentions: list[Mention] = Field(default_factory=list)
    codes: list[CodedWith] = Field(default_factory=list)
    relations: list[Relation] = Field(default_factory=list)
    failures: list[Failure] = Field(default_factory=list)
    incomplete: str | None = None
    review: ReviewRef | None = None
    blind: list[Quote] | None = None

    @property
    def independent(self) -> bool:
        """Whether a person made it, to the end, without a model's proposals in view."""
        return self.coder.kind == "human" and not self.coder.assisted and not self.incomplete

    def located(self) -> Iterator[Quote]:
        """The quotes that have offsets, in file order."""
        return (quote for quote in self.quotes if quote.status != "missing")
