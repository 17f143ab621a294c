"""Dirt inside words that is kept but reported: anonymisation debris, mojibake, lost characters."""

import re
from collections.abc import Iterator, Sequence

from autocode.transcript.nouns import Oddity

_ROLES = r"Interviewer|Interviewee|Moderator|Respondent\s\d+|Participant\s\d+|Expert\s[A-Z0-9]+"
_AROUND = 14


def _windows(byte: int) -> str:
    # Windows-1252 leaves five bytes undefined; browsers read them as C1 control characters.
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_BYTES = {_windows(byte): byte for byte in range(0x80, 0x100)}
_NEXT = "[" + "".join(re.escape(_windows(byte)) for byte in range(0x80, 0xC0)) + "]"
# UTF-8 of two, three and four bytes (RFC 3629), each byte read as a Windows-1252 character.
_MOJIBAKE = re.compile(
    f"[{_windows(0xC2)}-{_windows(0xDF)}]{_NEXT}"
    f"|[{_windows(0xE0)}-{_windows(0xEF)}]{_NEXT}{{2}}"
    f"|[{_windows(0xF0)}-{_windows(0xF4)}]{_NEXT}{{3}}"
)


def unspoilt(run: str) -> str | None:
    """What a run of mojibake was before UTF-8 was read as Windows-1252, or None."""
    try:
        return bytes(_BYTES[character] for character in run).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None


def dirt(lines: Sequence[str], speakers: Sequence[str] = ()) -> Iterator[Oddity]:
    """The oddities of each line; `speakers` are the labels whose debris to look for."""
    labels = "|".join([_ROLES, *map(re.escape, sorted(speakers, key=len, reverse=True))])
    debris = re.compile(rf"(?<=\S)[ \t]?>[ \t]?(?:{labels})")
    for number, line in enumerate(lines, 1):
        if ">" in line:
            for match in debris.finditer(line):
                around = line[max(0, match.start() - _AROUND) : match.end() + _AROUND].strip()
                message = f"'{around}': a speaker label inside a sentence, left by anonymising"
                hint = "compare with the recording; it stays as it is"
                yield Oddity(number, "debris", message, hint)
        if not line.isascii():
            yield from _mojibake(number, line)


def _mojibake(number: int, line: str) -> Iterator[Oddity]:
    runs = {run: unspoilt(run) for run in dict.fromkeys(_MOJIBAKE.findall(line))}
    for run, was in runs.items():
        if was is not None and was.isprintable() and was.strip():
            message = f"'{run}' is probably '{was}' (UTF-8 read as Windows-1252)"
            yield Oddity(number, "mojibake", message, f"write {was}; offsets change with it")
    if "�" in line:
        message = "'�' stands for a character lost in a conversion"
        yield Oddity(number, "mojibake", message, "look it up in the original")
