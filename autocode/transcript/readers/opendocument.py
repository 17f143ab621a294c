"""OpenDocument text (.odt), as LibreOffice writes it; notes and tracked deletions are not read."""

from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element

from autocode.errors import InputError
from autocode.transcript.conversation import conversation
from autocode.transcript.documents import (
    Paragraph,
    attribute,
    document_lines,
    is_archive_of,
    local,
    row_of,
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
    try:
        lines = list(document_lines(_paragraphs(root, bold)))
    except RecursionError as error:
        raise InputError("nested too deeply to be read", where=source.path) from error
    if not lines:
        hint = "Put the transcript into it."
        raise InputError("the file is empty", where=source.path, hint=hint)
    return conversation(source, lines)


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
