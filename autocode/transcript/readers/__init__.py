"""A file -> Transcript: canonical text, turns, traces and everything odd about it.

What a file is, its contents tell. A format is one module here, with its `READER` in this table.
"""

from pathlib import Path

from autocode.errors import InputError
from autocode.transcript.decoding import read_bytes
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers import (
    field_notes,
    opendocument,
    pdf,
    plain,
    rich_text,
    speech_json,
    subtitles,
    word,
)
from autocode.transcript.source import NOTHING, Reader, Source, Told

# The first that recognises a file reads it; the last takes every text.
READERS: tuple[Reader, ...] = (
    word.READER,
    opendocument.READER,
    rich_text.READER,
    pdf.READER,
    speech_json.READER,
    field_notes.READER,
    subtitles.READER,
    plain.READER,
)
# In order of preference when one id has several files: notes and text first.
SUFFIXES = tuple(dict.fromkeys(suffix for reader in READERS[::-1] for suffix in reader.suffixes))


def read_transcript(path: Path, id: str, told: Told = NOTHING) -> Transcript:
    """The transcript in `path`, known as `id`; `told` is what the file does not show.

    Raises:
        InputError: it cannot be read, is empty or binary, or is of a kind not read here.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"{path.suffix or 'files without a suffix'} cannot be read as a transcript", where=path,
            hint=f"Save it as one of {', '.join(SUFFIXES)}.",
        )  # fmt: skip
    source = Source(read_bytes(path), id, path, told)
    return next(reader for reader in READERS if reader.recognises(source)).read(source)
