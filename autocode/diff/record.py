"""What a diff holds, in memory and as `autocode/diff@1`.

Signs: `=` both coders, `-` only the first, `+` only the second, `~` both but not alike. Offsets
are code points into the canonical text, half-open `[start, end)`.
"""

from typing import Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from autocode.coding.nouns import Failure, Quote, TranscriptRef
from autocode.text import plural
from autocode.transcript.nouns import Span

DIFF_FORMAT: Final = "autocode/diff@1"

Mark = Literal["=", "-", "+"]
Sign = Literal["=", "~", "-", "+"]
Side = Literal["first", "second"]
SIDES: tuple[Side, Side] = ("first", "second")

T = TypeVar("T")


class Frozen(BaseModel):
    """A part of a diff: made once, never changed."""

    model_config = ConfigDict(frozen=True)


class Sides(Frozen, Generic[T]):
    """The same thing of the first and of the second coder."""

    first: T
    second: T

    def of(self, side: Side) -> T:
        return self.first if side == "first" else self.second


class Segment(Frozen):
    """A stretch that every quote covers wholly or not at all.

    sign: `=`, `-` or `+` by who marked it, None where nobody did; place: the number of the
    `Place` it belongs to, None where nobody marked it.
    """

    start: int
    end: int
    text: str
    sign: Mark | None
    place: int | None


class Place(Frozen):
    """Quotes that hang together by shared characters: one passage for a reader to judge.

    sign: `=` when all its quotes have one span, `~` when both coders quote but not alike, `-` or
    `+` when only one does. number: from 1, in order of offset. turn: where it begins.
    shared: characters both marked; covered: characters either marked (all of the place).
    """

    number: int
    sign: Sign
    start: int
    end: int
    turn: int | None
    shared: int
    quotes: Sides[list[Quote]]

    @property
    def covered(self) -> int:
        return self.end - self.start

    def spans(self, side: Side) -> list[Span]:
        """Where the quotes of one coder are."""
        return [quote.span for quote in self.quotes.of(side) if quote.span]


class CodeDiff(Frozen):
    """An axial code of a turn; `unquoted`: who noted it here without a quote that was found."""

    code: str
    label: str | None
    sign: Mark
    unquoted: list[Side] = []


class CodeUse(Frozen):
    """In how many turns a code was used by both coders, only the first, only the second."""

    code: str
    label: str | None
    both: int
    first: int
    second: int


class Counts(Frozen):
    """How many of something both coders have, only the first, only the second."""

    both: int
    first: int
    second: int


class QuoteCounts(Frozen):
    """One coder's quotes: `same` span as one of the other coder's, `overlapping` (shares
    characters with one, but no equal span), `only` here; `missing` ones were not located."""

    same: int
    overlapping: int
    only: int
    missing: int

    @property
    def located(self) -> int:
        return self.same + self.overlapping + self.only


class Tally(Frozen):
    """The figures of a turn or of the transcript.

    A quote counts in the turn it begins in; characters are those of the turn (white space between
    turns counts only in the transcript's total); codes are pairs of a turn and an axial code.
    """

    quotes: Sides[QuoteCounts]
    characters: Counts
    codes: Counts


class TurnDiff(Frozen):
    """One turn: its text in segments that join to it, and what differs in it.

    places begin here; continued are those that began in an earlier turn.
    """

    number: int
    speaker: str | None
    role: str | None
    line: int
    start: int
    end: int
    segments: list[Segment]
    places: list[Place]
    continued: list[Place]
    missing: Sides[list[Quote]]
    codes: list[CodeDiff]
    tally: Tally

    @property
    def agrees(self) -> bool:
        """Whether every quote has its equal and every code is shared (perhaps there are none)."""
        return (
            all(segment.sign in ("=", None) for segment in self.segments)
            and all(place.sign == "=" for place in (*self.places, *self.continued))
            and all(code.sign == "=" for code in self.codes)
            and not self.missing.first + self.missing.second
        )

    @property
    def silent(self) -> bool:
        """Whether neither coder did anything here."""
        return self.agrees and not (self.places or self.continued or self.codes)

    @property
    def differs_beside_places(self) -> bool:
        """Whether it differs though every place that begins here agrees: in its codes, say."""
        return not self.agrees and all(place.sign == "=" for place in self.places)

    def begins(self, segment: Segment) -> bool:
        """Whether a place is marked here for the first time in this turn."""
        same = (part.start for part in self.segments if part.place == segment.place)
        return segment.place is not None and next(same, None) == segment.start


class CoderShown(Frozen):
    """A coder as the diff names them: `label` is human, model, the coder's id or a given name."""

    label: str
    id: str
    kind: Literal["human", "model"]
    assisted: bool
    source: str | None
    incomplete: str | None
    failures: list[Failure]

    @property
    def unfinished(self) -> str | None:
        """Why this coding is not whole, as a sentence, or None."""
        if self.incomplete or not self.failures:
            return self.incomplete
        return f"{plural(len(self.failures), 'part')} of the transcript could not be coded"


class Elsewhere(Frozen):
    """What names no turn: quotes not located and codes noted without saying where."""

    missing: Sides[list[Quote]]
    codes: list[CodeDiff]


class Diff(Frozen):
    """Two codings of one transcript. `total` and `codes` are always of the whole transcript;
    `shown` says in words to what `turns` was narrowed, and `code` to which code everything was."""

    format: Literal["autocode/diff@1"] = DIFF_FORMAT
    transcript: TranscriptRef
    coders: Sides[CoderShown]
    code: str | None = None
    shown: list[str] = []
    turns: list[TurnDiff]
    elsewhere: Elsewhere
    codes: list[CodeUse]
    total: Tally

    @property
    def agrees(self) -> bool:
        """Whether no turn shown, and nothing without a turn, differs."""
        return (
            all(turn.agrees for turn in self.turns)
            and not self.elsewhere.missing.first + self.elsewhere.missing.second
            and all(code.sign == "=" for code in self.elsewhere.codes)
        )
