"""Time stamps at the ends of a line -> seconds. They belong to a turn and are never its words."""

import re
from typing import NamedTuple

_CLOCK = r"-?(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,;:-]\d{1,3})?"
_MINUTES = r"minutes?|minuten|minutos?|minuti"
_SECONDS = r"seconds?|secondes?|sekunden|segundos?|secondi"
_WORDS = rf"(?i:(?:(?:\d+ hours? )?\d+ (?:{_MINUTES}) )?\d+ (?:{_SECONDS}))"
_TO = r"\s*(?:-->|->|–|—|-|to|bis)\s*"
_RANGE = rf"{_CLOCK}{_TO}{_CLOCK}"
# With units, and only in brackets: `[1m 20s]`, faster-whisper's `[0.00s -> 8.50s]`. `(3s)` alone
# is a pause.
_UNITS = r"(?:\d{1,2}h ?)?(?:\d{1,3}m ?)?\d{1,6}(?:\.\d+)?s"
_TIME = rf"(?:{_RANGE}|{_CLOCK}|{_WORDS})"
_IN_BRACKETS = rf"(?:{_TIME}|{_UNITS}{_TO}{_UNITS}|(?:\d{{1,2}}h ?)?\d{{1,3}}m ?\d{{1,2}}s)"
# In brackets (perhaps bold), between f4's number signs, or bare.
STAMP = (
    rf"(?:\*\*|__)?(?:[\[(<{{]\s*{_IN_BRACKETS}\s*[\])>}}]|\#{_CLOCK}\#|{_TIME})(?:\*\*|__)?"
    r"(?![\w:.,]*\d)"
)
_LEADING = re.compile(rf"\s*({STAMP})(?=\s|$)[ \t]*")
_TRAILING = re.compile(rf"(?:^|\s+)({STAMP})\s*$")
_WITHIN = re.compile(rf"(?<=\S)\s*(?:[\[(]\s*(?:{_RANGE}|{_CLOCK})\s*[\])]|\#{_CLOCK}\#)(?=\s*\S)")
_NUMBERS = re.compile(r"\d+")
_PIECE = re.compile(rf"{_CLOCK}|{_WORDS}|{_UNITS}")


class Stamp(NamedTuple):
    """When words were said, in seconds from the beginning; `end` is None where only one is given.

    sure: nothing else can be meant, as with `[00:01:20]`; 17:30 may be a time of the day.
    """

    start: float | None
    end: float | None
    sure: bool


def leading(text: str) -> tuple[Stamp | None, str]:
    """The stamp a line begins with, and the rest of the line."""
    match = _LEADING.match(text)
    return (stamp(match[1]), text[match.end() :]) if match else (None, text)


def trailing(text: str) -> tuple[Stamp | None, str]:
    """The stamp a line ends with, and the line before it."""
    text = text.rstrip()
    match = _TRAILING.search(text[-60:]) if text[-1:] in "])>}#*_0123456789sine" else None
    if match is None:
        return None, text
    return stamp(match[1]), text[: len(text) - len(match[0])].rstrip(" \t@|•·")


def stamps_within(text: str) -> list[str]:
    """Stamps between the words of a line, where they are part of a sentence."""
    return [match[0].strip() for match in _WITHIN.finditer(text)] if ":" in text else []


def stamp(text: str) -> Stamp:
    """What a stamp says (see `STAMP`)."""
    times = [_seconds(piece) for piece in _PIECE.findall(text)]
    bare = text.strip("*_")
    sure = bare[:1] in "[<{#" or len(times) > 1 or bare.count(":") > 1 or bare[-1:].isalpha()
    return Stamp(times[0], times[1] if len(times) > 1 else None, sure)


def _seconds(time: str) -> float:
    """Seconds of `h:mm:ss.fff`, `m:ss`, f4's `h:mm:ss-tenths`, of words, or of `1m 20.5s`."""
    if time.endswith("s") and re.fullmatch(_UNITS, time):
        units = dict(re.findall(r"(h|m|s)()", time))
        values = [float(value) for value in re.findall(r"[\d.]+", time)]
        return sum(
            value * {"h": 3600, "m": 60, "s": 1}[unit]
            for value, unit in zip(values, units, strict=True)
        )
    numbers = [int(number) for number in _NUMBERS.findall(time)]
    fraction = re.search(r"[.,-](\d{1,3})$", time) if ":" in time else None
    framed = re.search(r":\d\d:\d\d[:;]\d{1,3}$", time)
    if fraction or framed:
        numbers.pop()
    total = 0.0
    for number in numbers:
        total = total * 60 + number
    return total + (float(f"0.{fraction[1]}") if fraction else 0.0)
