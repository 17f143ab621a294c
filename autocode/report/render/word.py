"""The report as a Word document."""

import io
import zipfile
from typing import Any

import docx
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from autocode.report.document import (
    Block,
    Bullets,
    Code,
    Document,
    Excerpt,
    Facts,
    Heading,
    Line,
    Marked,
    Paragraph,
    Picture,
    Raised,
    Strong,
    Table,
    Verbatim,
)
from autocode.report.references import entry, in_order
from autocode.report.render.plain import caption, text_of, widths
from autocode.text import visible

_MONO = "DejaVu Sans Mono"
INK = "1D1D1B"
_WIDTH, _HEIGHT = 17.0, 22.0
_SIZES = {
    "Title": 20, "Heading 1": 15, "Heading 2": 12, "Caption": 9, "Quote": 10.5,
    "Intense Quote": 10.5,
}  # fmt: skip
_SHADES = {"both": "DDDCD8", "reference": "FBE0B0", "other": "CFE5F7"}


def word_of(document: Document) -> bytes:
    """A .docx file; the same report is always the same bytes."""
    word = docx.Document()
    _set_up(word, document)
    word.add_heading(visible(document.title), 0)
    if document.subtitle:
        _write(word.add_paragraph(), document.subtitle)
    for section in document.sections:
        word.add_heading(visible(section.title), 1)
        for block in section.blocks:
            _add(word, block)
    word.add_heading("References", 1)
    for key in in_order(document.cited):
        word.add_paragraph(entry(key), style="List Bullet")
    word.add_paragraph(f"Made by {document.made_by}.")
    out = io.BytesIO()
    word.save(out)
    return _undated(out.getvalue())


def _set_up(word: Word, document: Document) -> None:
    from datetime import datetime

    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21 - _WIDTH) / 2)
    section.top_margin = section.bottom_margin = Cm(2)
    normal: Any = word.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    for name, size in _SIZES.items():
        style: Any = word.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(INK)
        style.font.italic = False
    properties = word.core_properties
    # Word takes no longer ones.
    properties.title, properties.author = visible(document.title)[:255], document.made_by
    properties.created = properties.modified = datetime(2000, 1, 1)


def _add(word: Word, block: Block) -> None:
    match block:
        case Paragraph(words, kind):
            style = "Intense Quote" if kind == "warning" else "Quote" if kind == "paste" else None
            _write(word.add_paragraph(style=style), words, size=9 if kind == "note" else None)
        case Heading(words):
            word.add_heading(visible(words), 2)
        case Bullets(items):
            for item in items:
                _write(word.add_paragraph(style="List Bullet"), item)
        case Facts(rows):
            for term, words in rows:
                _write(word.add_paragraph(style="List Bullet"), (Strong(f"{term}: "), *words))
        case Table():
            _table(word, block)
        case Picture():
            _picture(word, block)
        case Verbatim(title, sha256, text):
            _write(word.add_paragraph(), (Strong(title), ", SHA-256 ", Code(sha256)))
            for one in visible(text).rstrip().split("\n"):
                paragraph = word.add_paragraph()
                paragraph.paragraph_format.space_after = Pt(0)
                _write(paragraph, (Code(one),), size=9)
        case Excerpt(place, words, codes):
            _write(word.add_paragraph(style="Quote"), (Strong(_joined(place)), ": ", *words))
            for who, code in codes:
                _write(word.add_paragraph(style="List Bullet"), (f"{who}: ", *code), size=9)


def _joined(words: Line) -> str:
    return "".join(map(text_of, words))


def _write(paragraph: WordParagraph, words: Line, *, size: float | None = None) -> None:
    for part in words:
        run = paragraph.add_run(text_of(part))
        run.bold = isinstance(part, Strong) or None
        if isinstance(part, Code):
            run.font.name, run.font.size = _MONO, Pt((size or 10) - 1)
        elif size:
            run.font.size = Pt(size)
        if isinstance(part, Raised):
            run.font.superscript = True
        if isinstance(part, Marked):
            shade = OxmlElement("w:shd")
            shade.set(qn("w:val"), "clear")
            shade.set(qn("w:fill"), _SHADES[part.by])
            run._element.get_or_add_rPr().append(shade)


def _table(word: Word, table: Table) -> None:
    heading = word.add_paragraph(style="Caption")
    _write(heading, (caption(table),))
    heading.paragraph_format.keep_with_next = True
    shown = word.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    shown.autofit = False
    _ruled(shown)
    size = 8.5 if len(table.columns) < 6 else 7.5
    numeric = [column.numeric for column in table.columns]
    lengths = [Cm(_WIDTH * share) for share in widths(table)]
    lines = [tuple((Strong(column.heading),) for column in table.columns), *table.rows]
    for column, length in zip(shown.columns, lengths, strict=True):
        column.width = length
    for row, cells in zip(shown.rows, lines, strict=True):
        _unbroken(row)
        for cell, words, right, length in zip(row.cells, cells, numeric, lengths, strict=True):
            cell.width = length
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            if right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _write(paragraph, words, size=size)
    _repeated(shown.rows[0])
    for note in table.notes:
        _write(word.add_paragraph(), note, size=9)
    word.add_paragraph()


def _ruled(table: Any) -> None:
    """Lines above and below, fine ones between rows, none upright."""
    borders = OxmlElement("w:tblBorders")
    for side, size, colour in (("top", 8, INK), ("bottom", 8, INK), ("insideH", 4, "C8C6BE")):
        edge = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(size)), ("color", colour)):
            edge.set(qn(f"w:{key}"), value)
        borders.append(edge)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        room = OxmlElement(f"w:{side}")
        room.set(qn("w:w"), "55")
        room.set(qn("w:type"), "dxa")
        margins.append(room)
    # Word insists on the order of these.
    properties = table._tbl.tblPr
    properties.insert_element_before(borders, "w:tblLayout", "w:tblLook")
    properties.insert_element_before(margins, "w:tblLook")


def _unbroken(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeated(row: Any) -> None:
    """Print this row again at the head of every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _picture(word: Word, picture: Picture) -> None:
    shown = word.add_picture(io.BytesIO(picture.png), width=Cm(_WIDTH))
    if shown.height > Cm(_HEIGHT):
        shown.width, shown.height = Length(shown.width * Cm(_HEIGHT) // shown.height), Cm(_HEIGHT)
    properties = shown._inline.docPr
    properties.set("descr", visible(picture.alt))
    properties.set("name", picture.name)
    word.paragraphs[-1].paragraph_format.keep_with_next = True
    _write(word.add_paragraph(style="Caption"), (f"{caption(picture)}. ", *picture.reading))


def _undated(data: bytes) -> bytes:
    """The archive without the time at which its parts were packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            part = zipfile.ZipInfo(one.filename, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(one))
    return out.getvalue()
