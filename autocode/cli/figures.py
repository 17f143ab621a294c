"""The panel in 80 columns: which figures stand under which heading, and how one is printed."""

from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autocode.agreement.figure import Figure
from autocode.panel.comparison import Comparison
from autocode.panel.verdict import BESIDE, best_trivial
from autocode.text import visible

Row = tuple[str, tuple[str, ...]]
QUOTES = ("spans", "matching", "0.5")
TURN, SENTENCE = ("units", "turn"), ("units", "sentence")

# heading -> (label, path); plain words first, the name in the literature with them.
GROUPS: dict[str, tuple[Row, ...]] = {
    "Where: is the same text marked?": (
        ("F1", ("spans", "char", "f1")),
        ("precision", ("spans", "char", "precision")),
        ("recall", ("spans", "char", "recall")),
        ("IoU", ("spans", "char", "iou")),
        ("|uα, marked or not", ("spans", "u_alpha", "relevance")),
    ),
    "Where and what: the same text with the same codes?": (
        ("uα", ("spans", "u_alpha", "value")),
        ("cuα, coded by both", ("spans", "u_alpha", "coded")),
        ("share cuα is of", ("spans", "u_alpha", "coverage")),
        ("IoU, same codes", ("spans", "char", "labelled_iou")),
        ("γ", ("spans", "gamma")),
    ),
    "Quotes: which match one to one? (F1 from an overlap of 0.5)": (
        ("partial: overlap ½", (*QUOTES, "partial")),
        ("exact borders", (*QUOTES, "exact")),
        ("type: same code", (*QUOTES, "type")),
        ("strict: both", (*QUOTES, "strict")),
        ("pieces per quote", ("spans", "fragmentation")),
        ("quotes per piece", ("spans", "merge")),
    ),
    "Turns and sentences: marked or not, and with which axial codes?": (
        ("turns: κ", (*TURN, "kappa")),
        ("turns: α", (*TURN, "alpha")),
        ("turns: AC1", (*TURN, "ac1")),
        ("turns: PABAK", (*TURN, "pabak")),
        ("axial: F1", ("axial", "turn", "f1")),
        ("axial: precision", ("axial", "turn", "precision")),
        ("axial: recall", ("axial", "turn", "recall")),
        ("axial: α (MASI)", ("axial", "turn", "alpha_masi")),
        ("axial: document", ("axial", "document", "jaccard")),
        ("sentences: κ", (*SENTENCE, "kappa")),
        ("sentences: α", (*SENTENCE, "alpha")),
        ("sentences: AC1", (*SENTENCE, "ac1")),
        ("sentences: PABAK", (*SENTENCE, "pabak")),
    ),
    "Labels: do the open codes mean the same?": (
        ("F1, one to one", ("labels", "f1")),
        ("precision", ("labels", "precision")),
        ("recall", ("labels", "recall")),
        ("mean similarity", ("labels", "mean")),
        ("on matched quotes", ("labels", "paired")),
    ),
    "Coverage: what was found, added, repeated, made up?": (
        ("codes found", ("coverage", "gold_recall")),
        ("codes of its own", ("coverage", "novel_rate")),
        ("codes per code", ("coverage", "inflation")),
        ("open codes alike", ("coverage", "redundancy")),
        ("quotes not verbatim", ("coverage", "verbatim_failure")),
        ("quotes not located", ("coverage", "missing")),
        ("text marked: first", ("spans", "marked", "reference")),
        ("text marked: second", ("spans", "marked", "other")),
    ),
}
# Units as they are counted in a narrow column.
_UNITS = {
    "character": "characters",
    "code application in a turn": "code uses",
    "turn with a code": "turns",
    "document with a code": "documents",
    "matched quote pair": "quote pairs",
    "overlapping quote": "quotes",
}


def print_groups(console: Console, comparison: Comparison) -> None:
    """Every group as a table, then the figures that have no value, with their reasons."""
    for heading, rows in GROUPS.items():
        console.print(Text(f"\n{heading}", "bold"))
        table, missing = panel_table(), dict[str, list[str]]()
        for label, path in rows:
            figure = comparison.figure(*path)
            if figure.value is None:
                missing.setdefault(figure.reason or "", []).append(label)
            else:
                table.add_row(label, *cells(figure), _trivial(comparison, path), counted(figure))
        if table.row_count:
            console.print(table)
        for reason, labels in missing.items():
            say(f"– {'; '.join(labels)} – {reason}.", "  ")


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
    table.add_column("", width=19, no_wrap=True)
    for heading, width in (("value", 5), ("95 % interval", 14), ("chance", 12), ("trivial", 7)):
        table.add_column(heading, width=width, justify="right", no_wrap=True)
    table.add_column("n", width=18, overflow="fold")
    return table


def _trivial(comparison: Comparison, path: tuple[str, ...]) -> str:
    best = best_trivial(comparison, BESIDE[path]) if path in BESIDE else None
    return number(best[1]) if best else ""
