"""Word comments as codes: who commented is the coder, what the comment stands on is the quote.

The first paragraph of a comment holds codes (`Cost; Time`; an open code in “quote marks”), the
others are a note. Places are found again in the text as the reader of transcripts takes it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from xml.etree.ElementTree import Element

from autocode.coding.codebook import bare
from autocode.errors import InputError
from autocode.exchange.project import Passage, Project, ProjectCode, ProjectDocument
from autocode.text import plural
from autocode.transcript.documents import attribute, is_archive_of, local, xml_part
from autocode.transcript.nouns import Span
from autocode.transcript.readers.word import BODY, COMMENTS, SIGNS, SKIPPED, read_word
from autocode.transcript.source import Source

_OPEN = re.compile(r"[“\"„«](.+)[”\"“»]")


def read_word_comments(data: bytes, name: str) -> Project:
    """The text of a Word document as a transcript, and its comments as coded passages.

    Raises:
        InputError: it is no such file, is unsafe to open, is empty or has no comments.
    """
    source = Source(data, Path(name).stem, Path(name))
    transcript = read_word(source)
    if not is_archive_of(source, COMMENTS):
        hint = "Comments are codes here: select words in Word, then Review > New Comment."
        raise InputError("this document has no comments", where=name, hint=hint)
    try:
        body = _Body.of(xml_part(source, BODY))
    except RecursionError as error:
        raise InputError("nested too deeply to be read", where=name) from error
    pieces = list(_pieces(transcript.text, body.text))
    codes: dict[str, ProjectCode] = {}
    passages, placeless = [], 0
    for comment in xml_part(source, COMMENTS):
        paragraphs = [_Body.of(p).text.strip() for p in comment.iter() if local(p) == "p"]
        marked = body.ranges.get(attribute(comment, "id") or "")
        if marked is None or not body.text[marked.start : marked.end].strip():
            placeless += 1
            continue
        span = _place(marked, pieces)
        start, end = (span.start, span.end) if span else (0, 0)
        passages.append(
            _passage(
                codes,
                paragraphs,
                document=transcript.id,
                words=transcript.text[start:end] or body.text[marked.start : marked.end].strip(),
                coder=(attribute(comment, "author") or "").strip() or None,
                span=span,
            )
        )
    remarks = (f"not read: {plural(placeless, 'comment')} on no words",) if placeless else ()
    document = ProjectDocument(transcript.id, transcript.text, transcript.turns)
    return Project((document,), tuple(codes.values()), tuple(passages), remarks)


def _passage(codes: dict[str, ProjectCode], paragraphs: list[str], **place: object) -> Passage:
    """A comment as a passage; codes that are not known yet are added."""
    ids: dict[str, None] = {}
    open_code = None
    for name in re.split(r"[;\n]", paragraphs[0] if paragraphs else ""):
        quoted = _OPEN.fullmatch(name.strip())
        if quoted and open_code is None:
            open_code = quoted[1].strip()
        elif plain := " ".join(name.split()):
            ids[codes.setdefault(bare(plain) or plain, ProjectCode(plain, plain)).id] = None
    note = "\n".join(filter(None, paragraphs[1:]))
    return Passage(codes=tuple(ids), open_code=open_code, note=note, **place)  # type: ignore[arg-type]


@dataclass
class _Body:
    """The characters of a document, one line for each paragraph, and what comments stand on."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    starts: dict[str, int] = field(default_factory=dict)
    ranges: dict[str, Span] = field(default_factory=dict)

    @property
    def text(self) -> str:
        if len(self.parts) > 1:
            self.parts = ["".join(self.parts)]
        return "".join(self.parts)

    @classmethod
    def of(cls, element: Element) -> Self:
        body = cls()
        body.take(element)
        return body

    def take(self, element: Element) -> None:
        """Add what an element holds, as the reader of transcripts does."""
        for child in element:
            name = local(child)
            if name == "commentRangeStart":
                self.starts[attribute(child, "id") or ""] = self.length
            elif name == "commentRangeEnd":
                id_ = attribute(child, "id") or ""
                self.ranges[id_] = Span(self.starts.get(id_, self.length), self.length)
            elif name == "t":
                self._add(child.text or "")
            elif name in SIGNS:
                self._add(SIGNS[name])
            elif name not in SKIPPED:
                self.take(child)
                if name == "p":
                    self._add("\n")

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line of the transcript: where it stands there, and where in the document."""

    start: int
    body: int
    length: int


def _pieces(text: str, body: str) -> Iterator[_Piece]:
    """The lines of a transcript in the document, in order; each stands at the end of a paragraph.

    Labels, stamps and furniture of the document stand between them.
    """
    at = after = 0
    for line in text.split("\n"):
        place = body.find(line, after) if line else -1
        while (
            place >= 0 and body[place + len(line) : place + len(line) + 200].split("\n")[0].strip()
        ):
            place = body.find(line, place + 1)
        if place >= 0:
            yield _Piece(at, place, len(line))
            after = place + len(line)
        at += len(line) + 1


def _place(marked: Span, pieces: list[_Piece]) -> Span | None:
    """What a comment stands on, in the transcript; None where nothing of it is there."""
    within = [p for p in pieces if p.body < marked.end and p.body + p.length > marked.start]
    if not within:
        return None
    first, last = within[0], within[-1]
    start = first.start + max(0, marked.start - first.body)
    return Span(start, last.start + min(last.length, marked.end - last.body))
