"""Bytes -> text: byte order mark, then strict UTF-8, then Windows-1252 with a warning.

No guessing library decides: on short or Western files they name wrong code pages with confidence.
The text is never repaired or normalised; only its line ends become `\\n`.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from autocode.errors import InputError
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
        InputError: it cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"this file cannot be read: {error.strerror or error}", where=path,
            hint="Check that it is there and that you may read it.",
        ) from error  # fmt: skip


def decode(data: bytes, path: Path) -> Decoded:
    """`data` as text; `path` is only for messages.

    Raises:
        InputError: binary data, RTF, or bytes that are neither UTF-8 nor Windows-1252.
    """
    if data.lstrip().startswith(b"{\\rtf"):
        hint = "Open it in a word processor and save it as plain text, .txt or .md."
        raise InputError("this is RTF, not plain text", where=path, hint=hint)
    text, oddities = _to_text(data, path)
    if "\x00" in text or len(_CONTROL.findall(text)) > max(_STRAY, _BINARY_SHARE * len(text)):
        raise InputError("this is a binary file, not text", where=path, hint=_AS_UTF8)
    if "\r" in text:
        count = text.count("\r")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        message = f"{count} line ends are Windows' (CRLF) or old ones (CR); they were read as LF"
        oddities.append(Oddity(1, "line-ends", message, "nothing to do"))
    return Decoded(text, tuple(oddities))


def _to_text(data: bytes, path: Path) -> tuple[str, list[Oddity]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), []
            except UnicodeDecodeError as error:
                what = f"the file begins as {encoding.upper()} but is not"
                raise InputError(what, where=path, hint=_AS_UTF8) from error
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        return _from_windows(data, error, path)


def _from_windows(data: bytes, reason: UnicodeDecodeError, path: Path) -> tuple[str, list[Oddity]]:
    line = data.count(b"\n", 0, reason.start) + 1
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        what = "this is a binary file or text in an unknown encoding"
        raise InputError(what, where=path, line=line, hint=_AS_UTF8) from error
    message = f"byte {data[reason.start]:#04x} is not UTF-8; the file was read as Windows-1252"
    return text, [Oddity(line, "encoding", message, "look at the accents, then save it as UTF-8")]
