"""Word processors' files, opened safely: parts of an archive, XML, paragraphs as lines."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from autocode.errors import InputError
from autocode.transcript.conversation import conversation
from autocode.transcript.layouts import Line
from autocode.transcript.nouns import Oddity, Transcript
from autocode.transcript.source import Source

# An interview of ten hours is a few megabytes of XML; what unpacks to more is no interview.
MOST_BYTES = 100_000_000
# A bold beginning of more characters is emphasis and no label.
_LONGEST_HEAD = 80
_ANEW = "Open it in a word processor and save it anew."


@dataclass
class Paragraph:
    """A paragraph in pieces, each with whether it is set in bold; `heading` for a heading."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    heading: bool = False

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)

    def head(self) -> int:
        """How many characters of the first line are set apart."""
        size = 0
        for text, bold in self.pieces:
            if not (bold or (size == 0 and not text.strip())):
                break
            size += len(text)
        first = self.text.split("\n")[0]
        size = len(first) if self.heading else min(size, len(first))
        return size if size <= _LONGEST_HEAD else 0


def document_lines(paragraphs: Iterable[Paragraph]) -> Iterator[Line]:
    """The lines of a document that hold words; their number is that of the paragraph, from 1."""
    opens = True
    for number, paragraph in enumerate(paragraphs, 1):
        head = paragraph.head()
        for at, row in enumerate(paragraph.text.split("\n")):
            if row.strip():
                yield Line(number, row, head=head if at == 0 else 0, opens=opens)
                opens = False
            else:
                opens = True


def transcript_in(
    source: Source, paragraphs: Iterable[Paragraph], oddities: Iterable[Oddity] = ()
) -> Transcript:
    """The transcript that the paragraphs of a document make.

    Raises:
        InputError: it is empty, or nested too deeply.
    """
    try:
        lines = list(document_lines(paragraphs))
    except RecursionError as error:
        raise InputError("nested too deeply to be read", where=source.path) from error
    if not lines:
        raise source.empty()
    return conversation(source, lines, oddities)


def is_archive_of(source: Source, part: str) -> bool:
    """Whether a file is a ZIP archive that holds `part`."""
    if not source.data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            return part in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def xml_part(source: Source, part: str) -> ElementTree.Element:
    """The XML of one part of an archive.

    Raises:
        InputError: the archive is damaged, or the part missing, huge, no XML, or with entities.
    """
    data = _unpacked(source, part)
    if declares_entities(data):
        raise InputError("its XML declares entities: not read", where=source.path, hint=_ANEW)
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise _damaged(source, f"{part} is no XML") from error


def declares_entities(data: bytes) -> bool:
    """Whether XML, in whatever encoding, has a document type or entities, which may do harm."""
    bare = data.replace(b"\0", b"")
    return b"<!DOCTYPE" in bare or b"<!ENTITY" in bare


def _unpacked(source: Source, part: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive, archive.open(part) as file:
            data = file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise _damaged(source, "the file is damaged or cut off") from error
    except KeyError as error:
        raise _damaged(source, f"it holds no {part}") from error
    except (RuntimeError, NotImplementedError) as error:
        raise _damaged(source, "it is encrypted, or packed in an unknown way") from error
    if len(data) > MOST_BYTES:
        raise _damaged(source, f"it unpacks to more than {MOST_BYTES // 1_000_000} MB")
    return data


def _damaged(source: Source, what: str) -> InputError:
    kind = source.suffix.lstrip(".") or "document"
    return InputError(
        f"this {kind} cannot be read: {what}", where=source.path,
        hint=_ANEW,
    )  # fmt: skip


def local(element: ElementTree.Element) -> str:
    """The name of an element without its namespace, which differs between versions."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: ElementTree.Element, name: str) -> str | None:
    """An attribute by its local name."""
    return next(
        (value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None
    )


def row_of(cells: Iterable[str]) -> Paragraph:
    """A row of a table as one line: `| Ada | Why? |`, where it has several cells."""
    texts = [" ".join(cell.split()) for cell in cells]
    return Paragraph([(f"| {' | '.join(texts)} |" if len(texts) > 1 else "".join(texts), False)])
