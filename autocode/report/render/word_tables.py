"""Tables in a Word document: ruled, aligned, their heads on every page."""

from typing import Any

from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from autocode.report.document import Strong, Table
from autocode.report.render.columns import Layout
from autocode.report.render.word_text import caption, element, write

INK, RULE = "1D1D1B", "C8C6BE"


def add_table(word: Word, table: Table, form: Layout) -> None:
    """Caption, table and notes; the head comes again on every page."""
    caption(word, table).paragraph_format.keep_with_next = True
    shown = word.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    shown.autofit = False
    _rule(shown)
    numeric = [column.numeric for column in table.columns]
    lengths = [Cm(width) for width in form.columns]
    lines = [tuple((Strong(column.heading),) for column in table.columns), *table.rows]
    for column, length in zip(shown.columns, lengths, strict=True):
        column.width = length
    for row, cells in zip(shown.rows, lines, strict=True):
        properties = row._tr.get_or_add_trPr()
        properties.append(element("w:cantSplit"))
        if cells is lines[0]:
            properties.append(element("w:tblHeader"))
        for cell, words, right, length in zip(row.cells, cells, numeric, lengths, strict=True):
            cell.width = length
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            if right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            write(paragraph, words, size=form.size)
    for note in table.notes:
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        write(paragraph, note, size=9)
    # Without a paragraph between them, two tables would be one.
    word.add_paragraph().paragraph_format.space_after = Pt(0)


def _rule(table: Any) -> None:
    """Lines above and below, fine ones between rows, none upright; little room beside words."""
    borders, margins = element("w:tblBorders"), element("w:tblCellMar")
    for side, size, colour in (("top", "8", INK), ("bottom", "8", INK), ("insideH", "4", RULE)):
        borders.append(element(f"w:{side}", val="single", sz=size, color=colour))
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w="55", type="dxa"))
    # Word insists on the order of these.
    table._tbl.tblPr.insert_element_before(borders, "w:tblLayout", "w:tblLook")
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")
