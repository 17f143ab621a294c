"""A report as a document: sections of blocks of words, whatever the format it ends up in.

Every figure stands in it as a `Number`, whose text is made once (see `numbers`), so that all
formats print the same characters.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

By = Literal["both", "reference", "other"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number as printed; `path` is the JSON pointer (RFC 6901) of its value."""

    text: str
    path: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """An identifier, a hash, a file name: set in a typewriter face, breakable anywhere."""

    text: str


@dataclass(frozen=True, slots=True)
class Cite:
    """A work in the bibliography, cited in brackets."""

    key: str


@dataclass(frozen=True, slots=True)
class Marked:
    """Words of a transcript that one coder, or both, marked."""

    text: str
    by: By


@dataclass(frozen=True, slots=True)
class Raised:
    """A raised letter that points to a note under a table."""

    text: str


Inline = str | Number | Strong | Code | Cite | Marked | Raised
Line = tuple[Inline, ...]
Part = Inline | Iterable[Inline]


def line(*parts: Part) -> Line:
    """A line of the parts, lines among them opened up."""
    flat: list[Inline] = []
    for part in parts:
        single = isinstance(part, str | Number | Strong | Code | Cite | Marked | Raised)
        flat.extend((part,) if single else part)  # type: ignore[arg-type]
    return tuple(flat)


def listed(lines: Iterable[Part], between: str = ", ", last: str | None = None) -> Line:
    """Lines joined as in a sentence: `a, b and c` with last=" and "."""
    items = [line(one) for one in lines]
    joined: list[Inline] = []
    for number, item in enumerate(items):
        if number:
            ending = last is not None and number == len(items) - 1
            joined.append(last if ending and last else between)
        joined.extend(item)
    return tuple(joined)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """kind: `lead` is the answer, `warning` must be read first, `note` is small print, `paste` is
    meant to be copied into a paper."""

    words: Line
    kind: Literal["text", "lead", "warning", "note", "paste"] = "text"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section."""

    words: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """Unordered items."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and what is to be said of each."""

    rows: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """share: of the width in print, relative to the other columns; numbers stand right."""

    heading: str
    share: float = 1.0
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """name: of its file in `tables/`; notes: under the table, the lettered ones first."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Line, ...], ...]
    notes: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that answers a question.

    reading: one sentence that says what is to be seen; alt: for readers who do not see it.
    """

    name: str
    title: str
    reading: Line
    alt: str
    svg: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A text as it was, line by line, such as a prompt."""

    title: str
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage of a transcript with what each coder marked in it and called it."""

    place: Line
    words: Line
    codes: tuple[tuple[str, Line], ...]


Block = Paragraph | Heading | Bullets | Facts | Table | Picture | Verbatim | Excerpt


@dataclass(frozen=True, slots=True)
class Section:
    """A section; `anchor` is its name in links."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report; its tables and pictures are numbered in the order they stand."""

    title: str
    subtitle: Line
    sections: tuple[Section, ...]
    made_by: str = ""
    numbering: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.numbering.update({one.name: at for at, one in enumerate(self.tables, 1)})
        self.numbering.update({one.name: at for at, one in enumerate(self.pictures, 1)})

    @property
    def blocks(self) -> Iterator[Block]:
        return (block for section in self.sections for block in section.blocks)

    @property
    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]

    @property
    def pictures(self) -> list[Picture]:
        return [block for block in self.blocks if isinstance(block, Picture)]

    @property
    def cited(self) -> list[str]:
        """The keys of all works cited, in order of first citation."""
        lines = (one for block in self.blocks for one in lines_of(block))
        return list(dict.fromkeys(p.key for one in lines for p in one if isinstance(p, Cite)))


def lines_of(block: Block) -> Iterator[Line]:
    """Every line of a block, in reading order."""
    match block:
        case Paragraph(words):
            yield words
        case Bullets(items):
            yield from items
        case Facts(rows):
            yield from (words for _, words in rows)
        case Table(_, _, _, rows, notes):
            yield from (cell for row in rows for cell in row)
            yield from notes
        case Picture(_, _, reading):
            yield reading
        case Excerpt(place, words, codes):
            yield from (place, words, *(code for _, code in codes))
        case _:
            return
