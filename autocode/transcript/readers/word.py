"""Word (.docx): Teams' transcripts, typists' tables, speakers in bold; tracked insertions count.

What was deleted under tracking, field codes, comments and footnotes are not read.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from autocode.transcript.documents import (
    Paragraph,
    attribute,
    is_archive_of,
    local,
    row_of,
    transcript_in,
    xml_part,
)
from autocode.transcript.nouns import Oddity, Transcript
from autocode.transcript.source import Reader, Source

BODY, COMMENTS = "word/document.xml", "word/comments.xml"
# Also for who reads the comments: what is no words, and what is one character.
SKIPPED = frozenset(
    ("del", "moveFrom", "delText", "instrText", "pPr", "rPr", "Fallback", "sdtPr", "tblPr",
     "sectPr")
)  # fmt: skip
SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_OFF = ("0", "false", "off")
_NOT_READ = {COMMENTS: "comments", "word/footnotes.xml": "footnotes"}


def read_word(source: Source) -> Transcript:
    """The transcript in a Word document.

    Raises:
        InputError: the file is damaged, unsafe to open, or empty.
    """
    hint = "nothing to do, unless somebody says them"
    unread = (
        Oddity(1, "not-read", f"the {what} of this document are not part of the transcript", hint)
        for part, what in _NOT_READ.items()
        if is_archive_of(source, part)
        and any(local(element) == "t" for element in xml_part(source, part).iter())
    )
    return transcript_in(source, _paragraphs(xml_part(source, BODY)), unread)


def _paragraphs(element: Element) -> Iterator[Paragraph]:
    """The paragraphs and rows of tables under an element, in order."""
    for child in element:
        name = local(child)
        if name == "p":
            yield Paragraph(list(_pieces(child, bold=False)), _is_heading(child))
        elif name == "tr":
            yield row_of(
                "\n".join(paragraph.text for paragraph in _paragraphs(cell))
                for cell in _cells(child)
            )
        elif name not in SKIPPED:
            yield from _paragraphs(child)


def _cells(row: Element) -> Iterator[Element]:
    """The cells of a row, also those in content controls; tables within them stay within them."""
    for child in row:
        if local(child) == "tc":
            yield child
        elif local(child) not in SKIPPED:
            yield from _cells(child)


def _pieces(element: Element, *, bold: bool) -> Iterator[tuple[str, bool]]:
    """The words of a paragraph or a run."""
    for child in element:
        name = local(child)
        if name == "t":
            yield child.text or "", bold
        elif name in SIGNS:
            yield SIGNS[name], bold
        elif name == "r":
            yield from _pieces(child, bold=_is_bold(child))
        elif name not in SKIPPED and name != "p":
            yield from _pieces(child, bold=bold)


def _is_bold(run: Element) -> bool:
    for properties in (child for child in run if local(child) == "rPr"):
        for entry in properties:
            if local(entry) == "b":
                return attribute(entry, "val") not in _OFF
            if local(entry) == "rStyle":
                return (attribute(entry, "val") or "").lower() in ("strong", "speaker")
    return False


def _is_heading(paragraph: Element) -> bool:
    styles = (entry for entry in paragraph.iter() if local(entry) == "pStyle")
    names = [(attribute(style, "val") or "").lower() for style in styles]
    return any(name.startswith(("heading", "title", "speaker")) for name in names)


READER = Reader(
    "Word",
    (".docx",),
    lambda source: source.suffix == ".docx" or is_archive_of(source, BODY),
    read_word,
)
