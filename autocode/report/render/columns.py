"""How wide the columns of a printed table are: as wide as their words need, and no word broken."""

import re
from dataclasses import dataclass
from unicodedata import east_asian_width

from autocode.report.document import Code, Table
from autocode.report.render.plain import plain

# Room between the margins of an upright and of a wide page, in centimetres.
UPRIGHT, WIDE = 17.0, 25.7
# On which page, and in how many points: what comes first is preferred.
_FORMS = ((False, 8.5), (False, 7.5), (True, 8.5), (True, 7.5))
_CELL = 0.25  # centimetres of margin and safety in every cell
_LONGEST = 4.0  # a word wider than this may break, be it an address or a hash
_SHORTEST = 3.0  # no line of words is broken sooner
_WIDEST = 11.0
_CENTIMETRES = 2.54 / 72
_BOLD, _MONO = 1.15, 1.15  # of the width of the same words in the plain face
_BREAK = re.compile(r"\s+|(?<=[-–])")


@dataclass(frozen=True)
class Layout:
    """The size of a table's words in points, and its columns' widths in centimetres."""

    size: float
    wide: bool
    columns: tuple[float, ...]


def layout(table: Table) -> Layout:
    """The largest letters, on an upright page if need not be, that break no word of a heading."""
    for wide, size in _FORMS:
        room = WIDE if wide else UPRIGHT
        needs = [_needed(table, at, size) for at in range(len(table.columns))]
        least, whole = [word for word, _ in needs], [line for _, line in needs]
        if sum(least) <= room:
            break
    wishes = [max(line - word, 0) for line, word in zip(whole, least, strict=True)]
    share = min(1, max(0, room - sum(least)) / (sum(wishes) or 1))
    granted = [word + share * wish for word, wish in zip(least, wishes, strict=True)]
    # What nobody needs goes to all in proportion; so does what is lacking even on a wide page.
    return Layout(size, wide, tuple(width * room / sum(granted) for width in granted))


def _needed(table: Table, at: int, size: float) -> tuple[float, float]:
    """Centimetres that a column takes so that no word of it breaks, and so that no line does."""
    heading, numeric = table.columns[at].heading, table.columns[at].numeric
    head = max((_width(word, size) * _BOLD for word in heading.split()), default=0.0)
    line = word = 0.0
    for cell in (row[at] for row in table.rows):
        letters = size * (_MONO if any(isinstance(part, Code) for part in cell) else 1)
        line = max(line, *(_width(text, letters) for text in plain(cell).split("\n")))
        word = max(word, *(_width(text, letters) for text in re.split(_BREAK, plain(cell))))
    least = line if numeric else max(min(word, _LONGEST), min(line, _SHORTEST))
    return max(head, least) + _CELL, max(head, min(line, _WIDEST)) + _CELL


def _width(text: str, size: float) -> float:
    """How wide a text is in centimetres, in DejaVu Sans: Calibri and what stands in for it where it
    is not installed are no wider."""
    ems = 0.0
    for letter in text:
        if letter in "ijltfrI.,;:'|!()[] -":
            ems += 0.49 if letter in "tfr" else 0.41
        elif letter in "mwMW@%" or east_asian_width(letter) in "WF":
            ems += 1.0
        else:
            ems += 0.77 if letter.isupper() else 0.64
    return ems * size * _CENTIMETRES
