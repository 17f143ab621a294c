"""A file -> Transcript: canonical text, turns, traces and everything odd about it.

What a file is, its contents tell. A format is one module here, with its `READER` in this table.
"""

from pathlib import Path

from autocode.errors import InputError
from autocode.transcript.decoding import read_bytes
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers import field_notes, plain
from autocode.transcript.source import Reader, Source

# The first that recognises a file reads it; the last takes every text.
READERS: tuple[Reader, ...] = (field_notes.READER, plain.READER)
# In order of preference when one id has several files.
SUFFIXES = tuple(dict.fromkeys(suffix for reader in READERS for suffix in reader.suffixes))


def read_transcript(path: Path, id: str) -> Transcript:
    """The transcript in `path`, known as `id`.

    Raises:
        InputError: it cannot be read, is empty or binary, or is of a kind not read here.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"{path.suffix or 'files without a suffix'} cannot be read as a transcript", where=path,
            hint=f"Save it as one of {', '.join(SUFFIXES)}.",
        )  # fmt: skip
    source = Source(read_bytes(path), id, path)
    return next(reader for reader in READERS if reader.recognises(source)).read(source)
