"""A file -> Transcript: canonical text, turns, traces and everything odd about it."""

from pathlib import Path

from autocode.errors import InputError
from autocode.study import Study
from autocode.transcript.decoding import read_text
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers.field_notes import is_fieldnotes, read_fieldnotes
from autocode.transcript.readers.plain import read_plain

_READ_HERE = (".md", ".txt")


def read_transcript(path: Path, id: str) -> Transcript:
    """The transcript in `path`, known as `id`.

    What a file is, its contents tell: `# coding` or a trace marker makes field notes, whatever
    the file is called.

    Raises:
        InputError: it cannot be read, is empty or binary, or is of a kind not read here.
    """
    if path.suffix.lower() not in _READ_HERE:
        raise InputError(
            f"{path.suffix or 'files without a suffix'} cannot be read as a transcript", where=path,
            hint="Save it as plain text (.txt) or as field notes (.md).",
        )  # fmt: skip
    decoded = read_text(path)
    lines = decoded.lines
    if is_fieldnotes(lines) or (path.suffix.lower() == ".md" and _has_said(lines)):
        return read_fieldnotes(decoded, id, path)
    return read_plain(decoded, id)


def load(study: Study, id: str) -> Transcript:
    """Transcript `id` of a study.

    Raises:
        StudyError: there is no such transcript.
        InputError: its file cannot be read.
    """
    return read_transcript(study.transcript_path(id), id)


def _has_said(lines: list[str]) -> bool:
    return any(line.startswith(">") for line in lines)
