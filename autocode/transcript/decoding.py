"""Bytes -> text: byte order mark, then strict UTF-8, then Windows-1252 with a warning.

No guess decides: where the bytes are hardly Windows-1252, the likely encoding is only named.
The text is never repaired or normalised; only its line ends become `\\n`.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from autocode.errors import InputError
from autocode.transcript.code_pages import USUAL, probable_page
from autocode.transcript.nouns import Oddity

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Stray control characters happen in a pasted transcript; one in a hundred is another format.
_STRAY, _BINARY_SHARE = 10, 0.01
_AS_UTF8 = "Save the file as UTF-8."


@dataclass(frozen=True)
class Decoded:
    """A text with `\\n` line ends and no byte order mark, and what was odd about its bytes."""

    text: str
    oddities: tuple[Oddity, ...] = ()

    @property
    def lines(self) -> list[str]:
        # Not splitlines(): that also splits at form feeds and U+2028, which are text here.
        return self.text.split("\n")


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        InputError: it cannot be opened, or is a pipe or device, which might never end.
    """
    if path.exists() and not path.is_file():
        raise InputError("this is not a file", where=path, hint="Name a regular file.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"this file cannot be read: {error.strerror or error}", where=path,
            hint="Check that it is there and that you may read it.",
        ) from error  # fmt: skip


def decode(data: bytes, path: Path, encoding: str | None = None) -> Decoded:
    """`data` as text; `path` is only for messages.

    encoding: Python's name of one, where the user knows it; None takes what the bytes show.

    Raises:
        InputError: binary data, or bytes in no encoding that can be told.
    """
    text, oddities = _named(data, path, encoding) if encoding else _to_text(data, path)
    if "\x00" in text or len(_CONTROL.findall(text)) > max(_STRAY, _BINARY_SHARE * len(text)):
        raise InputError("this is a binary file, not text", where=path, hint=_AS_UTF8)
    if "\r" in text:
        count = text.count("\r")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        message = f"{count} line ends are Windows' (CRLF) or old ones (CR); they were read as LF"
        oddities.append(Oddity(1, "line-ends", message, "nothing to do"))
    return Decoded(text, tuple(oddities))


def _named(data: bytes, path: Path, encoding: str) -> tuple[str, list[Oddity]]:
    try:
        return data.decode(encoding).removeprefix("\ufeff"), []
    except LookupError as error:
        what, hint = f"there is no encoding {encoding!r}", "For example cp1251, mac_roman, utf-16."
        raise InputError(what, where=path, hint=hint) from error
    except UnicodeError as error:
        line = data.count(b"\n", 0, getattr(error, "start", 0)) + 1
        what = f"this is not {encoding}"
        raise InputError(what, where=path, line=line, hint="Name another encoding.") from error


def _to_text(data: bytes, path: Path) -> tuple[str, list[Oddity]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), []
            except UnicodeDecodeError as error:
                what = f"the file begins as {encoding.upper()} but is not"
                raise InputError(what, where=path, hint=_AS_UTF8) from error
    if unmarked := _unmarked_utf16(data):
        text, encoding = unmarked
        message = f"no byte order mark; the file was read as {encoding.upper()}"
        return text, [Oddity(1, "encoding", message, "look at it, then save it as UTF-8")]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        return _from_windows(data, error, path)


def _unmarked_utf16(data: bytes) -> tuple[str, str] | None:
    """UTF-16 shows without its mark: the zero bytes of its spaces all stand on one side."""
    zeros = (data[::2].count(0), data[1::2].count(0))
    if len(data) % 2 or min(zeros) > len(data) // 1000 or max(zeros) < len(data) // 50 + 1:
        return None
    encoding = "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    known = sum(unicodedata.category(character) not in ("Cn", "Co", "Cc") for character in text)
    return (text, encoding) if known >= 0.9 * len(text) else None


def _from_windows(data: bytes, reason: UnicodeDecodeError, path: Path) -> tuple[str, list[Oddity]]:
    line = data.count(b"\n", 0, reason.start) + 1
    replaced = data.decode("utf-8", errors="replace")
    broken = replaced.count("\ufffd")
    if sum(ord(character) > 127 for character in replaced) > 3 * broken:
        raise InputError(
            f"byte {data[reason.start]:#04x} is not UTF-8, though the rest of the file is",
            where=path, line=line, hint="Put the right character there and save it as UTF-8.",
        )  # fmt: skip
    try:
        text = data.decode(USUAL)
    except UnicodeDecodeError:
        text = None
    page = None if len(_CONTROL.findall(data.decode("latin-1"))) > _STRAY else probable_page(data)
    if page or text is None:
        guess = f"; it is probably {page}" if page and page != USUAL else ""
        option = page if page and page != USUAL else "NAME"
        raise InputError(
            f"this is neither UTF-8 nor Windows-1252 text{guess}", where=path, line=line,
            hint=f"Save it as UTF-8, or say what it is: `autocode import {path.name} "
            f"--encoding {option}`.",
        )  # fmt: skip
    message = f"byte {data[reason.start]:#04x} is not UTF-8; the file was read as Windows-1252"
    return text, [Oddity(line, "encoding", message, "look at the accents, then save it as UTF-8")]
