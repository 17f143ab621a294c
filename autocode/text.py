"""Text for people to read, whatever it came from."""

import re

# Control characters, and those that reverse the direction of what follows.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


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
