"""The report as a Word document."""

import io
from datetime import datetime
from typing import Any

import docx
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.shared import Cm, Pt, RGBColor

from autocode.files import undated
from autocode.report.document import (
    Block,
    Bullets,
    Code,
    Document,
    Excerpt,
    Heading,
    Paragraph,
    Picture,
    Strong,
    Table,
    Verbatim,
)
from autocode.report.references import entry, in_order
from autocode.report.render.columns import UPRIGHT, layout
from autocode.report.render.plain import plain
from autocode.report.render.word_tables import INK, add_table
from autocode.report.render.word_text import caption, index, write
from autocode.text import visible

_PAGE = (Cm(21), Cm(29.7))
_TALLEST = Cm(22)
_SIZES = {
    "Title": 20, "Heading 1": 15, "Heading 2": 12, "Caption": 9, "Quote": 10.5,
    "Intense Quote": 10.5,
}  # fmt: skip


def word_of(document: Document) -> bytes:
    """A .docx file; the same report is always the same bytes."""
    word = docx.Document()
    section = word.sections[0]
    section.page_width, section.page_height = _PAGE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    for name, size in _SIZES.items():
        style: Any = word.styles[name]
        style.font.size = Pt(size)
        style.font.bold, style.font.italic = name.startswith("Heading"), False
        style.font.color.rgb = RGBColor.from_string(INK)
    style = word.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(10.5)
    # Word takes no longer title.
    properties = word.core_properties
    properties.title, properties.author = visible(document.title)[:255], document.made_by
    properties.created = properties.modified = datetime(2000, 1, 1)
    word.add_heading(visible(document.title), 0)
    if document.subtitle:
        write(word.add_paragraph(), document.subtitle)
    for part in document.sections:
        _turn(word, wide=False)
        word.add_heading(visible(part.title), 1)
        for block in part.blocks:
            _add(word, block)
    _turn(word, wide=False)
    for kind, blocks in (("Table", document.tables), ("Figure", document.pictures)):
        if blocks:
            word.add_heading(f"List of {kind.lower()}s", 1)
            index(word, blocks)
    if document.cited:
        word.add_heading("References", 1)
    for key in in_order(document.cited):
        word.add_paragraph(entry(key), style="List Bullet")
    word.add_paragraph(f"Made by {document.made_by}.")
    return undated(word.save)


def _turn(word: Word, *, wide: bool) -> None:
    """Go on upright or wide, on a new page if that is a change."""
    orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    if word.sections[-1].orientation != orientation:
        section = word.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = orientation
        section.page_width, section.page_height = _PAGE[::-1] if wide else _PAGE


def _add(word: Word, block: Block) -> None:
    _turn(word, wide=isinstance(block, Table) and layout(block).wide)
    match block:
        case Paragraph(words, kind):
            style = "Intense Quote" if kind == "warning" else "Quote" if kind == "paste" else None
            write(word.add_paragraph(style=style), words, size=9 if kind == "note" else None)
        case Heading(words):
            word.add_heading(visible(words), 2)
        case Bullets(items):
            for item in items:
                write(word.add_paragraph(style="List Bullet"), item)
        case Table():
            add_table(word, block, layout(block))
        case Picture():
            shown = word.add_picture(io.BytesIO(block.png), width=Cm(UPRIGHT))
            if shown.height > _TALLEST:
                shown.width, shown.height = shown.width * _TALLEST // shown.height, _TALLEST
            properties = shown._inline.docPr
            properties.set("descr", visible(block.alt))
            properties.set("name", block.name)
            word.paragraphs[-1].paragraph_format.keep_with_next = True
            caption(word, block, ". ", *block.reading)
        case Verbatim(title, sha256, text):
            write(word.add_paragraph(), (Strong(title), ", SHA-256 ", Code(sha256)))
            for row in visible(text).rstrip().split("\n"):
                paragraph = word.add_paragraph()
                paragraph.paragraph_format.space_after = Pt(0)
                write(paragraph, (Code(row),), size=9)
        case Excerpt(place, words, codes):
            write(word.add_paragraph(style="Quote"), (Strong(plain(place)), ": ", *words))
            for who, code in codes:
                write(word.add_paragraph(style="List Bullet"), (f"{who}: ", *code), size=9)
