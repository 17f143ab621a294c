"""The panel in 80 columns: which figures stand under which heading, and how one is printed."""

from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autocode.agreement.figure import Figure
from autocode.panel.comparison import Comparison
from autocode.panel.tables import table_of
from autocode.text import visible

# Lines that a terminal shows of a list; `--json` prints all.
MOST = 30
GROUPS = ("where", "what", "quotes", "units", "axial", "labels", "coverage")
# Units as they are counted in a narrow column.
_UNITS = {
    "character": "characters",
    "marked character": "characters",
    "jointly marked character": "characters",
    "code application in a turn": "code uses",
    "turn with a code": "turns",
    "document with a code": "documents",
    "matched quote pair": "quote pairs",
    "overlapping quote": "quotes",
}


def print_groups(console: Console, comparison: Comparison) -> None:
    """Every group as a table, then the figures that have no value, with their reasons."""
    for group in GROUPS:
        figures = table_of(comparison, group)
        console.print(Text(f"\n{figures.title}", "bold"))
        table = panel_table()
        for row in figures.rows:
            if row.figure.value is not None:
                floor = number(row.baseline[1]) if row.baseline else ""
                table.add_row(row.entry.short, *cells(row.figure), floor, counted(row.figure))
        if table.row_count:
            console.print(table)
        for reason, rows in figures.missing.items():
            say(f"– {'; '.join(row.entry.short for row in rows)} – {reason}.", "  ")


def cells(figure: Figure) -> list[str]:
    """Value, interval, and what chance reaches."""
    interval, null = figure.interval, figure.null
    return [
        number(figure.value),
        f"{number(interval.low)} to {number(interval.high)}" if interval else "",
        f"{number(null.mean)} p={null.p:.3f}".replace("p=0.", "p=.").replace("p=1.000", "p=1.00")
        if null
        else "",
    ]


def number(value: float | None) -> str:
    """Two decimals, an en dash where there is no value."""
    if value is None:
        return "–"
    # Rounding must not leave a minus on nothing.
    return f"{value:.2f}".replace("-0.00", "0.00")


def counted(figure: Figure) -> str:
    """n and the unit it counts: 16,993 characters."""
    unit = _UNITS.get(figure.unit, f"{figure.unit}s")
    return f"{figure.n:,} {unit if figure.n != 1 else unit.removesuffix('s')}"


def say(line: str, indent: str = "") -> None:
    """Words, wrapped at 80 columns; what follows the first line is indented by `indent` more."""
    start = line[: len(line) - len(line.lstrip())]
    click.echo(
        click.wrap_text(
            visible(line.strip()),
            width=80,
            initial_indent=start,
            subsequent_indent=start + indent,
        )
    )


def say_left_out(count: int, noun: str, most: int) -> None:
    """Where the rest of a list is, of which `most` were printed; nothing where there is none."""
    if count > most:
        say(f"… and {count - most:,} more {noun}: --json prints all.", "  ")


def simple_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table whose first column holds names and whose others hold numbers."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(visible, row))
    return table


def panel_table() -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("", width=18, no_wrap=True)
    for heading, width in (("value", 5), ("95% interval", 14), ("chance", 12), ("baseline", 8)):
        table.add_column(heading, width=width, justify="right", no_wrap=True)
    table.add_column("n", width=18, overflow="fold")
    return table
