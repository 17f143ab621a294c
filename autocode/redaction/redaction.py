"""A transcript with pseudonyms in the place of names, and the way between the two texts.

A passage of one text is a passage of the other: offsets are exact outside pseudonyms, and a passage
that cuts through a name or pseudonym is widened to the whole of it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal

from autocode.coding.nouns import TranscriptRef
from autocode.errors import StudyError
from autocode.files import Record
from autocode.redaction.names import Names
from autocode.transcript.nouns import Span, Transcript

REDACTION_FORMAT: Final = "autocode/redaction@1"


class Replaced(Record):
    """A name and its pseudonym: offsets into the original and into the redacted text, not empty."""

    start: int
    end: int
    redacted_start: int
    redacted_end: int
    pseudonym: str

    @property
    def places(self) -> tuple[Span, Span]:
        """Where the name stands in the original, and its pseudonym in the redacted text."""
        return Span(self.start, self.end), Span(self.redacted_start, self.redacted_end)


@dataclass(frozen=True)
class Redaction:
    """Both texts of a transcript; `replacements` are in their order and do not overlap."""

    original: Transcript
    redacted: Transcript
    replacements: tuple[Replaced, ...]

    def to_redacted(self, span: Span) -> Span:
        """Where a passage of the original stands in the redacted text."""
        return _moved(span, self._pairs)

    def to_original(self, span: Span) -> Span:
        """Where a passage of the redacted text stands in the original."""
        return _moved(span, [(there, here) for here, there in self._pairs])

    @property
    def counts(self) -> Counter[str]:
        """How often each pseudonym stands in the text, in the order of their first places."""
        return Counter(each.pseudonym for each in self.replacements)

    @cached_property
    def _pairs(self) -> list[tuple[Span, Span]]:
        return [each.places for each in self.replacements]


class OffsetMap(Record):
    """The way between both texts of a transcript (`autocode/redaction@1`), without any name."""

    format: Literal["autocode/redaction@1"] = REDACTION_FORMAT
    transcript: TranscriptRef
    redacted: TranscriptRef
    replaced: list[Replaced]

    @classmethod
    def of(cls, redaction: Redaction) -> "OffsetMap":
        """What is kept of a redaction."""
        return cls(
            transcript=TranscriptRef.of(redaction.original),
            redacted=TranscriptRef.of(redaction.redacted),
            replaced=list(redaction.replacements),
        )


def redact(transcript: Transcript, names: Names) -> Redaction:
    """The transcript without the names of the list, in what was said and in who said it.

    Turns keep their numbers and roles. Metadata, traces and oddities are left out: they are not
    what was said, and may name people too.

    Raises:
        StudyError: pseudonyms make up a name with what stands beside them.
    """
    replacements, parts, end, length = [], [], 0, 0
    for span, pseudonym in _names_in(transcript, names):
        before = transcript.text[end : span.start]
        start = length + len(before)
        length, end = start + len(pseudonym), span.end
        replacements.append(
            Replaced(
                start=span.start,
                end=end,
                redacted_start=start,
                redacted_end=length,
                pseudonym=pseudonym,
            )
        )
        parts += [before, pseudonym]
    text = "".join([*parts, transcript.text[end:]])
    pairs = [each.places for each in replacements]
    turns = []
    for turn in transcript.turns:
        moved = _moved(turn.span, pairs)
        speaker = None if turn.speaker is None else names.replace(turn.speaker)
        turns.append(replace(turn, speaker=speaker, start=moved.start, end=moved.end))
    redacted = Transcript(transcript.id, text, tuple(turns))
    for span, _ in _names_in(redacted, names):
        raise StudyError(
            f"{transcript.id} still has the name {text[span.start : span.end]!r} once redacted",
            hint="Choose another pseudonym for it or for what stands beside it.",
        )
    return Redaction(transcript, redacted, tuple(replacements))


def pieces(transcript: Transcript) -> Iterator[Span]:
    """The turns and what stands between them: no name goes from one into another."""
    borders = {0, len(transcript.text)}
    borders |= {offset for turn in transcript.turns for offset in (turn.start, turn.end)}
    return (Span(start, end) for start, end in pairwise(sorted(borders)))


def _names_in(transcript: Transcript, names: Names) -> Iterator[tuple[Span, str]]:
    for piece in pieces(transcript):
        for span, pseudonym in names.within(transcript.text[piece.start : piece.end]):
            yield Span(piece.start + span.start, piece.start + span.end), pseudonym


def _moved(span: Span, pairs: Sequence[tuple[Span, Span]]) -> Span:
    """A span of the one text in the other; `pairs` are what was replaced, here and there."""
    start, end = span.start, span.end
    moved_start, moved_end = start, end
    for here, there in pairs:
        if start >= here.end:
            moved_start = start - here.end + there.end
        elif start > here.start:
            moved_start = there.start
        if end >= here.end:
            moved_end = end - here.end + there.end
        elif end > here.start:
            moved_end = there.end
    return Span(moved_start, moved_end)
