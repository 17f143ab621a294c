"""WebVTT and SRT, as Zoom, Teams, Stream, YouTube and Whisper write them, whatever the suffix.

The times of a caption belong to the turn it is part of; the pieces of a sentence are joined.
"""

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from autocode.errors import InputError
from autocode.transcript.conversation import conversation
from autocode.transcript.layouts import Line
from autocode.transcript.nouns import Oddity, Transcript
from autocode.transcript.source import Reader, Source
from autocode.transcript.stamps import Stamp

SUFFIXES = (".vtt", ".srt")
# Hours and padding may be missing (Microsoft Graph), the point be a comma (SRT), times be negative.
_TIME = r"-?(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s.*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
# By name, because people also write `a < b and c > d`.
_TAG = re.compile(
    r"</?(?:c|i|b|u|v|s|lang|ruby|rt|font)(?:[.\s][^>]*)?>|<\d[\d:.]*>|\{\\an?\d[^}]*\}", re.I
)


def is_subtitles(source: Source) -> bool:
    """Whether a file begins as WebVTT, or with a timing (perhaps under the number of a caption)."""
    if source.suffix in SUFFIXES:
        return True
    beginning = [line for line in source.decoded.lines[:40] if line.strip()][:2]
    return bool(beginning) and (
        beginning[0].lstrip().startswith("WEBVTT") or any(map(_TIMING.fullmatch, beginning))
    )


def read_subtitles(source: Source) -> Transcript:
    """The transcript in captions.

    Raises:
        InputError: there are no captions, or a timing cannot be read.
    """
    rows = source.decoded.lines
    lines = [line for cue in _cues(rows, source) for line in cue]
    if not lines:
        hint = "Export the transcript again, or save it as plain text."
        raise InputError("these subtitles hold no captions", where=source.path, hint=hint)
    oddities = list(source.decoded.oddities)
    if source.suffix not in SUFFIXES:
        kind = "WebVTT" if rows[0].lstrip().startswith("WEBVTT") else "SRT"
        oddities.append(Oddity(1, "format", f"read as {kind} by its content", "nothing to do"))
    return conversation(source, lines, oddities)


def _cues(rows: Sequence[str], source: Source) -> Iterator[list[Line]]:
    """The lines of each caption, in file order."""
    timings = [at for at, row in enumerate(rows) if "-->" in row]
    skipped = set(_blocks(rows))
    timings = [at for at in timings if at not in skipped]
    for at, following in pairwise([*timings, len(rows)]):
        match = _TIMING.fullmatch(rows[at])
        if match is None:
            raise InputError(
                f"this is no timing of a caption: {rows[at].strip()[:40]!r}", where=source.path,
                line=at + 1, hint="Write it like 00:01:02.000 --> 00:01:05.500.",
            )  # fmt: skip
        time = Stamp(_seconds(match.groups()[:4]), _seconds(match.groups()[4:]), True)
        # What follows an empty row and stands above a timing is the name of that caption.
        named = 1 < following < len(rows) and not rows[following - 2].strip()
        end = following - bool(named and rows[following - 1].strip())
        numbers = [n for n in range(at + 1, end) if n not in skipped and rows[n].strip()]
        yield list(_spoken([(n + 1, rows[n]) for n in numbers], time))


def _blocks(rows: Sequence[str]) -> Iterator[int]:
    """The rows of notes and style sheets: from their first word to an empty row."""
    inside = False
    for at, row in enumerate(rows):
        begins = bool(_BLOCK.fullmatch(row)) and (at == 0 or not rows[at - 1].strip())
        inside = (inside or begins) and bool(row.strip())
        if inside:
            yield at


def _spoken(rows: Sequence[tuple[int, str]], time: Stamp) -> Iterator[Line]:
    """The lines of a caption; each `<v Name>` begins another voice."""
    speaker = None
    for number, row in rows:
        pieces = _VOICE.split(row)
        for at in range(0, len(pieces), 2):
            speaker = html.unescape(pieces[at - 1]).strip() if at else speaker
            words = html.unescape(_TAG.sub("", pieces[at])).strip()
            if words:
                yield Line(number, words, speaker=speaker, time=time, caption=True)


def _seconds(time: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in time)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


READER = Reader("subtitles", SUFFIXES, is_subtitles, read_subtitles)
