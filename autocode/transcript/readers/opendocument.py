"""OpenDocument text (.odt), as LibreOffice writes it; notes and tracked deletions are not read."""

from collections.abc import Collection, Iterator
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
from autocode.transcript.nouns import Transcript
from autocode.transcript.source import Reader, Source

_CONTENT = "content.xml"
_SKIPPED = frozenset(
    ("tracked-changes", "annotation", "note", "automatic-styles", "font-face-decls", "scripts",
     "sequence-decls", "forms")
)  # fmt: skip
_SIGNS = {"tab": "\t", "line-break": "\n"}


def read_opendocument(source: Source) -> Transcript:
    """The transcript in an OpenDocument text.

    Raises:
        InputError: the file is damaged, unsafe to open, or empty.
    """
    root = xml_part(source, _CONTENT)
    bold = frozenset(
        attribute(style, "name") or ""
        for style in root.iter()
        if local(style) == "style"
        and any(attribute(entry, "font-weight") == "bold" for entry in style)
    )
    return transcript_in(source, _paragraphs(root, bold))


def _paragraphs(element: Element, bold: Collection[str]) -> Iterator[Paragraph]:
    """The paragraphs and rows of tables under an element, in order."""
    for child in element:
        name = local(child)
        if name in ("p", "h"):
            yield Paragraph(list(_pieces(child, bold, inherited=False)), heading=name == "h")
        elif name == "table-row":
            yield row_of(
                "\n".join(paragraph.text for paragraph in _paragraphs(cell, bold))
                for cell in child if local(cell) == "table-cell"
            )  # fmt: skip
        elif name not in _SKIPPED:
            yield from _paragraphs(child, bold)


def _pieces(
    element: Element, bold: Collection[str], *, inherited: bool
) -> Iterator[tuple[str, bool]]:
    """The words of a paragraph; those that follow an element stand in its tail."""
    style = attribute(element, "style-name")
    is_bold = inherited or style in bold
    yield element.text or "", is_bold
    for child in element:
        name = local(child)
        if name in _SIGNS:
            yield _SIGNS[name], is_bold
        elif name == "s":
            yield " " * min(int(attribute(child, "c") or "1"), 100), is_bold
        elif name not in _SKIPPED:
            yield from _pieces(child, bold, inherited=is_bold)
        yield child.tail or "", is_bold


READER = Reader(
    "OpenDocument",
    (".odt",),
    lambda source: source.suffix == ".odt" or is_archive_of(source, _CONTENT),
    read_opendocument,
)
