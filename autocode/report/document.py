"""A report as a document: sections of blocks of words, whatever the format it ends up in.

Every figure stands in it as a `Number`, whose text is made once (see `numbers`), so that all
formats print the same characters.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

# Rows that a reader may read through; longer tables are cut where they are printed.
MOST_ROWS = 80

By = Literal["both", "reference", "other"]
Kind = Literal["Table", "Figure"]


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
    """A work in the bibliography, cited in brackets; several share a pair of them."""

    key: str
    brackets: str = "()"


@dataclass(frozen=True, slots=True)
class Marked:
    """Words of a transcript that one coder, or both, marked."""

    text: str
    by: By


@dataclass(frozen=True, slots=True)
class Raised:
    """A raised letter that points to a note under a table."""

    text: str


@dataclass(frozen=True, slots=True)
class CrossReference:
    """`Table 3` in running text: the table or figure of that name; its document numbers it."""

    kind: Kind
    name: str
    number: int = 0

    @property
    def text(self) -> str:
        return f"{self.kind} {self.number}"


Inline = str | Number | Strong | Code | Cite | Marked | Raised | CrossReference
Line = tuple[Inline, ...]
Part = Inline | Iterable[Inline]


def line(*parts: Part) -> Line:
    """A line of the parts, lines among them opened up."""
    flat: list[Inline] = []
    for part in parts:
        flat.extend((part,) if isinstance(part, Inline) else part)
    return tuple(flat)


def listed(lines: Iterable[Part], between: str = ", ", last: str | None = None) -> Line:
    """Lines joined as in a sentence: `a, b and c` with last=" and "."""
    items = [line(part) for part in lines]
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
class Column:
    """share: of the width of a page on the screen, relative to the others; numbers stand right."""

    heading: str
    share: float = 1.0
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """name: of its file in `tables/`, which holds every row; notes: the lettered ones first; foot:
    how many of the last rows sum up the others; number: among the tables of its document."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Line, ...], ...]
    notes: tuple[Line, ...] = ()
    number: int = 0
    foot: int = 0

    @property
    def label(self) -> CrossReference:
        return CrossReference("Table", self.name, self.number)

    @property
    def printed(self) -> "Table":
        """The table as a page has it: of a long one the first rows, the foot, and where all are."""
        body = len(self.rows) - self.foot
        if body <= MOST_ROWS:
            return self
        shown = f"The first {MOST_ROWS} of {body:,} rows are shown; all are in "
        note = line(shown, Code(f"tables/{self.name}.csv"), ".")
        rows = self.rows[:MOST_ROWS] + self.rows[body:]
        return replace(self, rows=rows, notes=(*self.notes, note))


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that answers a question.

    reading: one sentence that says what is to be seen; alt: for readers who do not see it;
    number: among the figures of its document, which gives it.
    """

    name: str
    title: str
    reading: Line
    alt: str
    svg: str
    png: bytes
    number: int = 0

    @property
    def label(self) -> CrossReference:
        return CrossReference("Figure", self.name, self.number)


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


Block = Paragraph | Heading | Bullets | Table | Picture | Verbatim | Excerpt


@dataclass(frozen=True, slots=True)
class Section:
    """A section; `anchor` is its name in links."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report; tables and figures are numbered apart, in the order in which they stand.

    numbers: the file that holds every number at full precision.

    Raises:
        ValueError: two tables or two figures have one name, or words point to what is not there.
    """

    title: str
    subtitle: Line
    sections: tuple[Section, ...]
    made_by: str = ""
    numbers: str = "comparison.json"

    def __post_init__(self) -> None:
        tables, pictures = enumerate(self.tables, 1), enumerate(self.pictures, 1)
        numbers: dict[tuple[Kind, str], int] = {("Table", block.name): at for at, block in tables}
        numbers |= {("Figure", block.name): at for at, block in pictures}
        if len(numbers) < len(self.tables) + len(self.pictures):
            raise ValueError("two tables or two figures have the same name")
        object.__setattr__(self, "sections", _numbered(self.sections, numbers))

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
    def printed(self) -> "Document":
        """The document with its tables as a page has them."""
        blocks = [
            tuple(block.printed if isinstance(block, Table) else block for block in section.blocks)
            for section in self.sections
        ]
        pairs = zip(self.sections, blocks, strict=True)
        return replace(self, sections=tuple(replace(section, blocks=b) for section, b in pairs))

    @property
    def cited(self) -> list[str]:
        """The keys of all works cited, in order of first citation."""
        lines = (words for block in self.blocks for words in lines_of(block))
        return list(dict.fromkeys(p.key for words in lines for p in words if isinstance(p, Cite)))


def _numbered(part: Any, numbers: Mapping[tuple[Kind, str], int]) -> Any:
    """The part of a document with the numbers of its tables, figures and what points to them."""
    if isinstance(part, tuple):
        return tuple(_numbered(item, numbers) for item in part)
    if isinstance(part, CrossReference):
        if (part.kind, part.name) not in numbers:
            raise ValueError(f"there is no {part.kind} {part.name}")
        return replace(part, number=numbers[part.kind, part.name])
    if not isinstance(part, Section | Block):
        return part
    inner = {place.name: getattr(part, place.name) for place in fields(part)}
    changed = {name: _numbered(value, numbers) for name, value in inner.items()}
    if isinstance(part, Table | Picture):
        changed["number"] = numbers[part.label.kind, part.name]
    return replace(part, **changed)


def lines_of(block: Block) -> Iterator[Line]:
    """Every line of a block, in reading order."""
    match block:
        case Paragraph(words):
            yield words
        case Bullets(items):
            yield from items
        case Table(_, _, _, rows, notes):
            yield from (cell for row in rows for cell in row)
            yield from notes
        case Picture(_, _, reading):
            yield reading
        case Excerpt(place, words, codes):
            yield from (place, words, *(code for _, code in codes))
        case _:
            return
