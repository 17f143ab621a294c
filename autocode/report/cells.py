"""Cells of tables: figures, and letters that lead to the reason where there is none."""

import re
from collections.abc import Iterable
from string import ascii_lowercase

from autocode.report.document import Column, Line, Number, Raised, Table, line
from autocode.report.numbers import NONE, Numbers

Rows = tuple[tuple[Line, ...], ...]


class Notes:
    """The notes under one table; the same reason gets the same letter."""

    def __init__(self) -> None:
        self._reasons: list[str] = []

    def raised(self, reason: str) -> Raised:
        """The letter that leads to a reason."""
        if reason not in self._reasons:
            self._reasons.append(reason)
        return Raised(_letter(self._reasons.index(reason)))

    def under(self, rows: Rows) -> tuple[Line, ...]:
        """The notes that these rows point to."""
        used = {part for row in rows for cell in row for part in cell if isinstance(part, Raised)}
        return tuple(
            line(Raised(_letter(number)), " ", f"{reason[:1].upper()}{reason[1:]}.")
            for number, reason in enumerate(self._reasons)
            if Raised(_letter(number)) in used
        )


def _letter(number: int) -> str:
    tens, ones = divmod(number, len(ascii_lowercase))
    return (_letter(tens - 1) if tens else "") + ascii_lowercase[ones]


def figure_cell(numbers: Numbers, notes: Notes, *path: str) -> Line:
    """The value of a leaf, or a dash with the letter of its reason."""
    number = numbers.figure(*path)
    if number.value is not None:
        return line(number)
    return line(number, notes.raised(numbers.reason(*path) or "no reason was given"))


def counted(numbers: Numbers, *path: str) -> Line:
    """n of a leaf with what it counts: `18 turns`."""
    number, unit = numbers.count(*path, "n"), str(numbers.find(*path, "unit") or "")
    return line(number, f" {unit_words(unit) if number.value == 1 else plural(unit)}")


def plural(unit: str) -> str:
    """`turns with a code` of `turn with a code`."""
    unit = unit_words(unit)
    noun, rest = re.fullmatch(r"(.*?)((?: (?:in|with|of) .*)?)", unit).groups()  # type: ignore[union-attr]
    return f"{noun}s{rest}" if noun else unit


def unit_words(unit: str) -> str:
    """What a leaf counts, in the words of the report: a reference, never gold."""
    return unit.replace("gold code", "reference code")


FIGURE_COLUMNS = (
    Column("Figure", 2.6),
    Column("Value", 0.9, numeric=True),
    Column("Interval", 1.6, numeric=True),
    Column("Chance", 1.0, numeric=True),
    Column("95% of chance", 1.6, numeric=True),
    Column("p", 1.0, numeric=True),
    Column("n", 1.1, numeric=True),
    Column("Unit", 1.8),
)


def figure_row(numbers: Numbers, notes: Notes, name: str, *path: str) -> tuple[Line, ...]:
    """A row of `FIGURE_COLUMNS`."""
    return (
        line(name),
        figure_cell(numbers, notes, *path),
        numbers.interval(*path),
        line(numbers.number(*path, "null", "mean")),
        numbers.chance_range(*path),
        line(numbers.p(*path)),
        line(numbers.count(*path, "n")),
        line(unit_words(str(numbers.find(*path, "unit") or "–"))),
    )


def figure_table(
    numbers: Numbers, name: str, title: str, rows: Iterable[tuple[str, tuple[str, ...]]]
) -> Table:
    """Figures, one a row, each with interval, chance, n and unit; rows are (name, path)."""
    notes = Notes()
    cells = tuple(figure_row(numbers, notes, words, *path) for words, path in rows)
    return lean(name, title, FIGURE_COLUMNS, cells, notes)


def lean(
    name: str, title: str, columns: tuple[Column, ...], rows: Rows, notes: Notes, *more: Line
) -> Table:
    """A table without the columns in which no row has anything to say."""
    kept = [at for at, _ in enumerate(columns) if not at or any(_says(row[at]) for row in rows)]
    shown = tuple(tuple(row[at] for at in kept) for row in rows)
    return Table(
        name, title, tuple(columns[at] for at in kept), shown, (*notes.under(shown), *more)
    )


def _says(cell: Line) -> bool:
    """Whether there is more in a cell than a dash and the letter of a reason."""
    return any(
        part.value is not None if isinstance(part, Number) else part != NONE
        for part in cell
        if not isinstance(part, Raised)
    )
