"""JSON of speech recognition: Whisper, WhisperX, whisper.cpp, AssemblyAI and their like."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from autocode.errors import InputError
from autocode.transcript.conversation import conversation
from autocode.transcript.layouts import Line
from autocode.transcript.nouns import Transcript
from autocode.transcript.source import Reader, Source
from autocode.transcript.stamps import Stamp

# Where each program keeps its pieces of speech, and how many of its time units are a second.
_PIECES = {"segments": 1.0, "transcription": 1000.0, "utterances": 1000.0}


def read_speech(source: Source) -> Transcript:
    """The transcript in a JSON file with a list of pieces of speech.

    Raises:
        InputError: it is no JSON, or holds no such list.
    """
    hint = "Export it as .vtt, .srt or .txt."
    try:
        content = json.loads(source.decoded.text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise InputError("not valid JSON", where=source.path, line=line, hint=hint) from error
    record = content if isinstance(content, Mapping) else {"segments": content}
    name = next((key for key in _PIECES if isinstance(record.get(key), list)), None)
    lines = list(_lines(record[name], _PIECES[name])) if name else []
    if not lines:
        what = f"no pieces of speech in this JSON ({', '.join(_PIECES)})"
        raise InputError(what, where=source.path, hint=hint)
    return conversation(source, lines, source.decoded.oddities)


def _lines(pieces: list[Any], unit: float) -> Iterator[Line]:
    """One line per piece; its number is that of the piece, from 1."""
    for number, piece in enumerate(pieces, 1):
        if not isinstance(piece, Mapping) or not isinstance(piece.get("text"), str):
            continue
        times = piece.get("offsets")
        start, end = (piece.get("start"), piece.get("end"))
        if isinstance(times, Mapping):
            start, end = times.get("from"), times.get("to")
        begun, ended = (t / unit if isinstance(t, int | float) else None for t in (start, end))
        time = Stamp(begun, ended, True) if begun is not None else None
        speaker = piece.get("speaker")
        name = str(speaker).strip() if isinstance(speaker, str | int) else ""
        words = piece["text"].strip()
        if words:
            yield Line(number, words, speaker=name or None, time=time, caption=True)


READER = Reader(
    "speech recognition", (".json",), lambda source: source.suffix == ".json", read_speech
)
