"""Words in a Word document: runs of text, captions that count themselves, what points to them."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from autocode.report.document import (
    Code,
    CrossReference,
    Inline,
    Line,
    Marked,
    Picture,
    Raised,
    Strong,
    Table,
)
from autocode.report.render.plain import text_of
from autocode.text import visible

_MONO = "DejaVu Sans Mono"
_SHADES = {"both": "DDDCD8", "reference": "FBE0B0", "other": "CFE5F7"}
_INDEX = "table of figures"  # Word's own name of the style of its lists of captions


def element(tag: str, **attributes: str) -> Any:
    """An element of Word's own XML, `w:` and attributes alike."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def write(paragraph: Paragraph, words: Line, *, size: float | None = None) -> None:
    """Append words to a paragraph; `size` is in points."""
    for part in words:
        if isinstance(part, CrossReference):
            _field(paragraph, rf"REF {_bookmark(part)} \h", part.text)
            continue
        run = paragraph.add_run(text_of(part))
        run.bold = isinstance(part, Strong) or None
        if isinstance(part, Code):
            run.font.name, run.font.size = _MONO, Pt((size or 10) - 1)
        elif size:
            run.font.size = Pt(size)
        if isinstance(part, Raised):
            run.font.superscript = True
        if isinstance(part, Marked):
            shade = element("w:shd", val="clear", fill=_SHADES[part.by])
            run._element.get_or_add_rPr().append(shade)


def caption(word: Word, block: Table | Picture, *more: Inline) -> Paragraph:
    """`Table 3. Title`: Word counts it, and its name leads to it from elsewhere."""
    label = block.label
    paragraph = word.add_paragraph(style="Caption")
    ends = {"id": str(2 * label.number + (label.kind == "Figure")), "name": _bookmark(label)}
    paragraph._p.append(element("w:bookmarkStart", **ends))
    paragraph.add_run(f"{label.kind} ")
    _field(paragraph, rf"SEQ {label.kind} \* ARABIC", str(label.number))
    paragraph._p.append(element("w:bookmarkEnd", id=ends["id"]))
    write(paragraph, (f". {block.title}",))
    for run in paragraph.runs:
        run.bold = True
    write(paragraph, more)
    return paragraph


def index(word: Word, blocks: Sequence[Table | Picture]) -> None:
    """A list of the captions of all tables, or of all figures: a field, and what it shows.

    It has no page numbers (`\\n`): only Word knows them, and only once it has laid out the pages.
    """
    if _INDEX not in word.styles:
        style: Any = word.styles.add_style(_INDEX, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = word.styles["Normal"]
        style.paragraph_format.space_after = Pt(2)
    paragraph = word.add_paragraph(style=_INDEX)
    _begin(paragraph, rf'TOC \h \z \n \c "{blocks[0].label.kind}"')
    for at, block in enumerate(blocks):
        paragraph = word.add_paragraph(style=_INDEX) if at else paragraph
        link = element("w:hyperlink", anchor=_bookmark(block.label), history="1")
        run = paragraph.add_run(visible(f"{block.label.text}. {block.title}"))
        link.append(run._element)
        paragraph._p.append(link)
    _mark(paragraph, "end")


def _field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field and what it shows until Word works it out again."""
    _begin(paragraph, instruction)
    paragraph.add_run(shown)
    _mark(paragraph, "end")


def _begin(paragraph: Paragraph, instruction: str) -> None:
    _mark(paragraph, "begin")
    code = element("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    paragraph.add_run()._element.append(code)
    _mark(paragraph, "separate")


def _mark(paragraph: Paragraph, kind: str) -> None:
    paragraph.add_run()._element.append(element("w:fldChar", fldCharType=kind))


def _bookmark(label: CrossReference) -> str:
    """Letters, digits and underscores, at most 40, as Word has it."""
    return f"{label.kind}_{label.name}".replace("-", "_")[:40]
