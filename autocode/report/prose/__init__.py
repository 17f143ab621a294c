"""The words of a report: Markdown templates into which values enter typed, never as markup.

A value stands in the rendered Markdown as one character that no words of ours hold, and comes back
as what it was once the Markdown is parsed. So whatever a transcript or the id of a coder holds
stays text, and a number keeps its pointer into comparison.json. Templates may use paragraphs,
headings, bullets, pipe tables, **strong** and `code`, and besides

    [@cohen1960]        a work of the bibliography, or several: [@cohen1960; @gwet2008]
    > [!lead] ...       a paragraph of that kind
    Table name: Title   above a table: the name of its file and its title
    Note: ...           below a table; the dashes of its rule give the widths of its columns
    Foot: 1             below a table: how many of its last rows sum up the others

and, alone in a paragraph, a value that is a block or a list of blocks.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from string import ascii_lowercase
from typing import Any, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode as Node
from markupsafe import Markup

from autocode.report.document import (
    Block,
    Bullets,
    Cite,
    Code,
    Column,
    Heading,
    Inline,
    Line,
    Number,
    Paragraph,
    Raised,
    Section,
    Strong,
    Table,
)
from autocode.report.numbers import NONE, Lacking

_FIRST = 0xF0000
_VALUE = re.compile("([\U000f0000-\U000ffffd])")
_CITATION = re.compile(r"\[(@\w+(?:; @\w+)*)\]")
_KIND = re.compile(r"\[!(\w+)\] *")
_CAPTION = re.compile(r"Table (\S+): (.*)")
_NOTE = "Note: "
_FOOT = re.compile(r"Foot: (\d+)")
_STANDALONE = re.compile(
    r"^[ \t]*((?:(?:\{%(?:(?!%\}).)*%\}|\{#(?:(?!#\}).)*#\})[ \t]*)+)\n", re.MULTILINE
)
_BLOCKS, _INLINES = get_args(Block), get_args(Inline)


def section_of(template: str, values: Mapping[str, Any]) -> Section:
    """The section that a template makes, named after it; its first heading is the title."""
    title, *blocks = blocks_of(template, values)
    assert isinstance(title, Heading), f"{template} does not begin with a title"
    return Section(template, title.words, tuple(blocks))


def line_of(source: str, values: Mapping[str, Any]) -> Line:
    """The words of a template that is given as text and makes one paragraph, or nothing."""
    blocks = blocks_of(environment().from_string(source), values)
    return tuple(part for block in blocks if isinstance(block, Paragraph) for part in block.words)


def blocks_of(template: str | Template, values: Mapping[str, Any]) -> list[Block]:
    """The blocks that a template makes of the values.

    Raises:
        TypeError: a bare number, which has no pointer, or what no document holds.
        ValueError: Markdown that no document has.
    """
    kept: list[Any] = []
    if isinstance(template, str):
        template = environment().get_template(f"{template}.md.j2")
    return _Parser(template.render(values, kept=kept), kept).blocks()


class _Standalone(Extension):
    """A line of nothing but tags leaves no empty line behind, which would end a table."""

    def preprocess(self, source: str, *_: object) -> str:
        return _STANDALONE.sub(r"\1", source)


@cache
def environment() -> Environment:
    """The templates, in which every value is kept apart from the words."""
    return Environment(
        loader=PackageLoader("autocode.report", "prose"), autoescape=True, finalize=_keep,
        undefined=StrictUndefined, extensions=[_Standalone],
    )  # fmt: skip


@cache
def _markdown() -> MarkdownIt:
    rules = ["heading", "list", "table", "blockquote", "emphasis", "backticks", "escape", "newline"]
    return MarkdownIt("zero").enable(rules)


@pass_context
def _keep(context: Context, value: Any) -> Markup:
    """The one character that stands for a value; what a macro wrote is Markdown already."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, StrictUndefined):
        str(value)  # raises
    if not isinstance(value, (*_INLINES, *_BLOCKS, Lacking, list, tuple)):
        raise TypeError(f"{value!r} is neither words nor a number with a pointer")
    kept: list[Any] = context["kept"]
    kept.append(value)
    return Markup(chr(_FIRST + len(kept) - 1))


class _Parser:
    """Rendered Markdown, and the values whose characters stand in it, to blocks."""

    def __init__(self, text: str, kept: Sequence[Any]) -> None:
        self.rows = text.split("\n")
        self.kept = kept
        self.nodes = Node(_markdown().parse(text)).children

    def blocks(self) -> list[Block]:
        made: list[Block] = []
        caption: re.Match[str] | None = None
        for node in self.nodes:
            source = node.children[0].content if node.type == "paragraph" else ""
            if node.type == "table":
                assert caption, "a table has no title"
                made.append(self._table(node, *caption.groups()))
            elif source.startswith(_NOTE) and made and isinstance(made[-1], Table):
                note = _without(_NOTE, self._line(node.children[0]))
                made[-1] = replace(made[-1], notes=(*made[-1].notes, note))
            elif (foot := _FOOT.fullmatch(source)) and made and isinstance(made[-1], Table):
                made[-1] = replace(made[-1], foot=int(foot[1]))
            elif not _CAPTION.fullmatch(source):
                made += self._block(node)
            caption = _CAPTION.fullmatch(source)
        return made

    def _block(self, node: Node) -> Iterator[Block]:
        if node.type == "paragraph":
            parts = self._parts(node.children[0])
            alone = parts[0] if len(parts) == 1 else None
            if isinstance(alone, _BLOCKS):
                yield alone
            elif isinstance(alone, list):
                yield from alone
            else:
                yield Paragraph(self._line(node.children[0]))
        elif node.type == "heading":
            yield Heading(self._words(node.children[0].content))
        elif node.type == "bullet_list":
            yield Bullets(tuple(self._line(item.children[0].children[0]) for item in node.children))
        elif node.type == "blockquote":
            words = self._line(node.children[0].children[0])
            kind = _KIND.match(str(words[0]))
            assert kind, f"a quotation does not name its kind: {words}"
            yield Paragraph(_without(kind[0], words), kind[1])  # type: ignore[arg-type]
        else:
            raise ValueError(f"a document has no {node.type}")

    def _table(self, node: Node, name: str, title: str) -> Table:
        """A table without the columns in which no row has anything to say."""
        head, *bodies = node.children
        lines = [line for body in bodies for line in body.children]
        rows = [[self._parts(cell.children[0]) for cell in line.children] for line in lines]
        assert node.map
        rules = self.rows[node.map[0] + 1].strip("| ").split("|")
        columns = [
            Column(self._words(cell.children[0].content), rule.count("-"), rule.strip()[-1] == ":")
            for cell, rule in zip(head.children[0].children, rules, strict=True)
        ]
        kept = [at for at, _ in enumerate(columns) if not at or any(_says(r[at]) for r in rows)]
        reasons: list[str] = []
        cells = tuple(tuple(_noted(row[at], reasons) for at in kept) for row in rows)
        notes = tuple(
            (Raised(_letter(number)), f" {reason[:1].upper()}{reason[1:]}.")
            for number, reason in enumerate(reasons)
        )
        return Table(
            self._words(name), self._words(title), tuple(columns[at] for at in kept), cells, notes
        )

    def _line(self, inline: Node) -> Line:
        parts = self._parts(inline)
        return tuple(
            f"{p.number.text} ({p.reason})" if isinstance(p, Lacking) else p for p in parts
        )

    def _words(self, text: str) -> str:
        """A title or heading, which holds words only."""
        return "".join(part if isinstance(part, str) else part.text for part in self._valued(text))

    def _parts(self, inline: Node) -> list[Any]:
        """Words, values and marks in their order; words that adjoin are one part."""
        parts: list[Any] = []
        for node in inline.children:
            if node.type == "code_inline":
                parts.append(Code(self._words(node.content)))
            elif node.type == "strong":
                parts += (word for part in self._parts(node) for word in _strong(part))
            elif node.type in ("text", "softbreak"):
                parts += self._valued(" " if node.type == "softbreak" else node.content)
            else:
                raise ValueError(f"a document has no {node.type}")
        joined: list[Any] = []
        for kind, group in groupby(parts, type):
            words = list(group)
            joined += [text for text in ["".join(words)] if text] if kind is str else words
        return joined

    def _valued(self, text: str) -> Iterator[Any]:
        """The words of a template, with the works cited and the values in their places."""
        for piece in _VALUE.split(text):
            if _VALUE.fullmatch(piece):
                value = self.kept[ord(piece) - _FIRST]
                yield from value if isinstance(value, tuple) else (value,)
                continue
            for number, words in enumerate(_CITATION.split(re.sub(" +", " ", piece))):
                if number % 2:
                    *keys, last = words.split("; ")
                    for at, key in enumerate(keys):
                        yield from (Cite(key[1:], "" if at else "("), "; ")
                    yield Cite(last[1:], ")" if keys else "()")
                elif words:
                    yield words


def _strong(part: Any) -> Iterator[Any]:
    """Words as strong ones; a number keeps its pointer, and white space before words stays out."""
    if isinstance(part, str):
        bare = part.lstrip(" ")
        yield from (part.removesuffix(bare),) * (bare != part)
        part = Strong(bare)
    yield part


def _without(prefix: str, words: Line) -> Line:
    return tuple(part for part in (str(words[0]).removeprefix(prefix), *words[1:]) if part)


def _says(cell: Sequence[Any]) -> bool:
    """Whether there is more in a cell than a dash."""
    numbers = (part.value if isinstance(part, Number) else part for part in cell)
    return any(part not in (None, NONE) and not isinstance(part, Lacking) for part in numbers)


def _noted(cell: Sequence[Any], reasons: list[str]) -> Line:
    """A cell whose figures without a value have the letter of their reason under the table."""
    parts: list[Inline] = []
    for part in cell:
        if isinstance(part, Lacking):
            if part.reason not in reasons:
                reasons.append(part.reason)
            parts += [part.number, Raised(_letter(reasons.index(part.reason)))]
        else:
            parts.append(part)
    return tuple(parts)


def _letter(number: int) -> str:
    tens, ones = divmod(number, len(ascii_lowercase))
    return (_letter(tens - 1) if tens else "") + ascii_lowercase[ones]
