"""Text for people to read, whatever it came from."""

import json
import re
from collections.abc import Iterable
from typing import Any

# Control characters, those that reverse the direction of what follows, line ends of Unicode's own,
# and what XML cannot hold.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_SPACES = re.compile(r"[ \t\n]+")


def visible(text: str) -> str:
    """`text` with control characters written out (`\\x1b`), so that no file can drive a terminal.

    Line ends and tabs stay.
    """
    return _UNSEEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def excerpt(text: str, width: int = 60) -> str:
    """The first and the last words of `text` on one line of about `width` characters."""
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    head, tail = text[: width * 2 // 3 - 2], text[-width // 3 :]
    return f"{head.rsplit(' ', 1)[0]} … {tail.split(' ', 1)[-1]}"


def plural(count: int, noun: str, several: str = "") -> str:
    """`1 quote`, `2,751 quotes`; `several` where adding an s does not make the plural."""
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"


def one_line(text: str) -> str:
    """`visible(text)` without line ends and tabs: each is a space, with the white space at it."""
    return _SPACES.sub(lambda run: " " if run[0].strip(" ") else run[0], visible(text))


def unused(tries: Iterable[str], taken: set[str]) -> str:
    """The first of some names that is not taken; it is taken then."""
    name = next(name for name in tries if name not in taken)
    taken.add(name)
    return name


def visible_json(data: Any) -> str:
    """`data` as JSON that reads back the same, and drives no terminal either: `\\u009b`."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def whole(text: str) -> str:
    """`text` with every half of a surrogate pair that stands alone replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_LOCAL = re.compile(r"^local:.*[\\/]")


def model_name(name: str) -> str:
    """A model as others may see it: a local file without the folders of this machine."""
    return _LOCAL.sub("local:", name)


# With what spreadsheets begin a formula, in the wide forms of East Asian text too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def spreadsheet_text(text: str) -> str:
    """Words that no spreadsheet takes for a formula: an apostrophe stands before what could be."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def from_spreadsheet(text: str) -> str:
    """The words before `spreadsheet_text`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
