"""A file on its way to a transcript: its bytes, what they say, and what kind of reader takes it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from autocode.errors import InputError
from autocode.transcript.decoding import Decoded, decode
from autocode.transcript.nouns import Transcript


class Told(BaseModel):
    """What a researcher says of a file, where the file does not show it; all of it is optional.

    encoding: what a text is in (see `decoding.decode`). speakers: the labels that are speakers,
    and no others; empty for a text without any. interviewer: the speaker who asks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoding: str | None = None
    speakers: tuple[str, ...] | None = None
    interviewer: str | None = None


NOTHING = Told()


@dataclass(frozen=True)
class Source:
    """The bytes of a file that is to become transcript `id`; `path` is for messages."""

    data: bytes
    id: str
    path: Path
    told: Told = NOTHING

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower()

    @cached_property
    def decoded(self) -> Decoded:
        """The bytes as text (see `decoding.decode`).

        Raises:
            InputError: they are empty, are no text, or are in no encoding known here.
        """
        decoded = decode(self.data, self.path, self.told.encoding)
        if not decoded.text.strip():
            raise self.empty()
        return decoded

    def empty(self) -> InputError:
        """What to raise where there is nothing to read in it."""
        hint = "Put the transcript into it."
        return InputError("the file is empty", where=self.path, hint=hint)


@dataclass(frozen=True)
class Reader:
    """One format: the suffixes of its files, how its contents are known, and how it is read.

    `recognises` and `read` raise InputError where the file cannot be used.
    """

    format: str
    suffixes: tuple[str, ...]
    recognises: Callable[[Source], bool]
    read: Callable[[Source], Transcript]
