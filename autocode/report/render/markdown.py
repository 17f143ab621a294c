"""The report as Markdown (GitHub's dialect: pipe tables, fenced code)."""

import re

from autocode.report.document import (
    Block,
    Bullets,
    Code,
    Document,
    Excerpt,
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
from autocode.report.render.plain import caption, parted, text_of
from autocode.text import one_line, visible

# What Markdown gives a meaning to within a line, and what GitHub makes a link of by itself.
_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~$^]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# What would begin a list, a quotation or a rule at the start of a line.
_LEADING = re.compile(r"^(?:(?=[-+=])|(\d+)(?=[.)]))")
# Between backticks nothing can be escaped: only what needs no escaping is set so.
_BARE = re.compile(r"[\w./:@+=,()%#-]+(?: [\w./:@+=,()%#-]+)*")


def markdown_of(document: Document) -> str:
    """One text; figures are files in `figures/`."""
    parts = [f"# {escaped(document.title)}", _line(document.subtitle)]
    for section in document.sections:
        parts.append(f"## {escaped(section.title)}")
        parts += [_block(block) for block in section.blocks]
    works = (parted(entry(key)) for key in in_order(document.cited))
    parts.append("## References" if document.cited else "")
    parts.append(
        "\n".join(f"- {escaped(words)}{f'<{link}>.' if link else ''}" for words, link in works)
    )
    parts.append(escaped(f"Made by {document.made_by}."))
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """Text that stands in one line and that Markdown and HTML leave as it is."""
    return _SPECIAL.sub(r"\\\1", one_line(text).translate(_ENTITIES))


def _line(words: Line) -> str:
    """Words as they may stand at the beginning of a block."""
    text = "".join(map(_inline, words)).strip()
    return _LEADING.sub(lambda start: f"{start[1] or ''}\\", text)


def _inline(part: Inline) -> str:
    text = escaped(text_of(part))
    bare = text.strip()
    if isinstance(part, Strong) and bare:
        return text.replace(bare, f"**{bare}**")
    if isinstance(part, Raised):
        return f"<sup>{text}</sup>"
    if isinstance(part, Code) and _BARE.fullmatch(part.text):
        return f"`{part.text}`"
    return text


def _block(block: Block) -> str:
    match block:
        case Paragraph(words, kind):
            return f"> {_line(words)}" if kind in ("warning", "paste") else _line(words)
        case Heading(words):
            return f"### {escaped(words)}"
        case Bullets(items):
            return "\n".join(f"- {_line(item)}" for item in items)
        case Table():
            rows = [
                [escaped(column.heading) for column in block.columns],
                ["--:" if column.numeric else ":--" for column in block.columns],
                *(["".join(map(_inline, cell)) for cell in row] for row in block.rows),
            ]
            body = "\n".join(f"| {' | '.join(row)} |" for row in rows)
            return "\n\n".join([f"**{escaped(caption(block))}**", body, *map(_line, block.notes)])
        case Picture():
            image = f"![{escaped(block.alt)}](figures/{block.name}.svg)"
            return f"{image}\n\n**{escaped(caption(block))}.** {_line(block.reading)}"
        case Verbatim(title, sha256, text):
            shown = visible(text).rstrip()
            fence = "`" * max([3, *(1 + len(run) for run in re.findall("`+", shown))])
            head = f"**{escaped(title)}**, SHA-256 {_inline(Code(sha256))}"
            return f"{head}\n\n{fence}text\n{shown}\n{fence}"
        case Excerpt(place, words, codes):
            said = [f"> **{_line(place)}:** {_line(words)}"]
            said += [f"> {_line((who, ': ', *code))}" for who, code in codes]
            return "\n>\n".join(said)
