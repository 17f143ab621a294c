"""Plain text and Markdown in which labels say who speaks, in any of the usual layouts."""

import re
from collections.abc import Iterator

from autocode.transcript.conversation import conversation
from autocode.transcript.layouts import Line
from autocode.transcript.nouns import Transcript
from autocode.transcript.source import Reader, Source

# Word processors and web forms write these between paragraphs; the last three are Unicode's.
_BREAKS = re.compile("[\x0b\x85\u2028\u2029]")


def read_plain(source: Source) -> Transcript:
    """The transcript in a plain text (see `conversation`)."""
    lines = list(text_lines(source.decoded.text))
    return conversation(source, lines, source.decoded.oddities)


def text_lines(text: str) -> Iterator[Line]:
    """The lines of a text that hold words, numbered from 1; each of them may begin with a label."""
    number, opens = 1, True
    for page in text.split("\f"):
        rows = page.split("\n")
        words = [at for at, row in enumerate(rows) if row.strip()]
        edges = {words[0], words[-1]} if words and len(page) < len(text) else set()
        for at, row in enumerate(rows):
            for line in _BREAKS.split(row):
                if line.strip():
                    yield Line(number + at, line, opens=opens, edge=at in edges)
                opens = not line.strip()
        number += len(rows) - 1


READER = Reader("plain text", (".md", ".txt"), lambda _: True, read_plain)
