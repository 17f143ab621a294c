"""The report as Markdown (GitHub's dialect: pipe tables, fenced code)."""

import re

from autocode.report.document import (
    Block,
    Bullets,
    Code,
    Document,
    Excerpt,
    Facts,
    Heading,
    Inline,
    Line,
    Paragraph,
    Picture,
    Raised,
    Strong,
    Table,
    Verbatim,
)
from autocode.report.references import entry, in_order
from autocode.report.render.plain import caption, text_of
from autocode.text import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~$^])")
# What would begin a list, a quotation or a rule at the start of a line.
_LEADING = re.compile(r"^(\s*)([-+>=]|\d+[.)])", re.MULTILINE)


def markdown_of(document: Document) -> str:
    """One text; figures are files in `figures/`."""
    parts = [f"# {escaped(document.title)}"]
    if document.subtitle:
        parts.append(_line(document.subtitle))
    for section in document.sections:
        parts.append(f"## {escaped(section.title)}")
        parts += [_block(block) for block in section.blocks]
    parts += [
        "## References",
        "\n".join(f"- {escaped(entry(k))}" for k in in_order(document.cited)),
    ]
    parts.append(escaped(f"Made by {document.made_by}."))
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown and HTML leave as it is."""
    text = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LEADING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))


def _line(words: Line) -> str:
    return "".join(map(_inline, words))


def _inline(part: Inline) -> str:
    text = text_of(part)
    if isinstance(part, Strong):
        spaces = text[len(text.rstrip()) :]
        return f"**{escaped(text.rstrip())}**{spaces}"
    if isinstance(part, Raised):
        return f"<sup>{escaped(text)}</sup>"
    if isinstance(part, Code):
        ticks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
        room = " " if "`" in text else ""
        return f"{ticks}{room}{text}{room}{ticks}" if text else ""
    # A line begins with its first part only, and that may be a number or a dash.
    return _SPECIAL.sub(r"\\\1", _entities(text))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _block(block: Block) -> str:
    match block:
        case Paragraph(words, kind):
            text = _LEADING.sub(r"\1\\\2", _line(words))
            return f"> {text}" if kind in ("warning", "paste") else text
        case Heading(words):
            return f"### {escaped(words)}"
        case Bullets(items):
            return "\n".join(f"- {_line(item)}" for item in items)
        case Facts(rows):
            return "\n".join(f"- **{escaped(term)}:** {_line(words)}" for term, words in rows)
        case Table():
            return _table(block)
        case Picture():
            return _picture(block)
        case Verbatim(title, sha256, text):
            return f"**{escaped(title)}**, SHA-256 `{sha256}`\n\n{_fenced(visible(text))}"
        case Excerpt(place, words, codes):
            said = [f"> **{_line(place)}:** {_line(words)}"]
            return "\n>\n".join([*said, *(f"> {who}: {_line(code)}" for who, code in codes)])


def _table(table: Table) -> str:
    rows = [
        [escaped(column.heading) for column in table.columns],
        ["--:" if column.numeric else ":--" for column in table.columns],
        *([_cell(cell) for cell in row] for row in table.rows),
    ]
    body = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    notes = "\n\n".join(_line(note) for note in table.notes)
    return "\n\n".join(part for part in (f"**{escaped(caption(table))}**", body, notes) if part)


def _cell(cell: Line) -> str:
    return " ".join(_line(cell).split("\n"))


def _picture(picture: Picture) -> str:
    image = f"![{escaped(picture.alt)}](figures/{picture.name}.svg)"
    return f"{image}\n\n**{escaped(caption(picture))}.** {_line(picture.reading)}"


def _fenced(text: str) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}text\n{text.rstrip()}\n{fence}"
