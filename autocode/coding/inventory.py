"""The transcripts that an archive holds, or only speaks of: `autocode/transcripts@1`."""

from typing import Final, Literal

from pydantic import Field

from autocode.coding.nouns import TranscriptRef
from autocode.files import Record
from autocode.transcript.nouns import Role

# The files that make a folder an archive.
SUMS: Final = "SHA256SUMS"
CRATE: Final = "ro-crate-metadata.json"
INVENTORY: Final = "transcripts.json"


class TurnPlace(Record):
    """Where a turn stands in the canonical text, in code points, and in which role it is spoken."""

    turn: int
    role: Role | None
    start: int
    end: int


class ArchivedTranscript(TranscriptRef):
    """A transcript by its hash and length, with its turns."""

    turns: list[TurnPlace] = Field(default_factory=list)


class Inventory(Record):
    """words: whether the archive holds what was said, or hashes and offsets alone."""

    format: Literal["autocode/transcripts@1"] = "autocode/transcripts@1"
    words: bool
    transcripts: list[ArchivedTranscript] = Field(default_factory=list)
