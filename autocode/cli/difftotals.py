"""The end of a diff as text: quotes, characters and codes over the whole transcript."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autocode.diff.record import SIDES, Diff
from autocode.diff.words import quote_rows, share_rows
from autocode.text import visible

_LABEL = 20


def print_totals(console: Console, diff: Diff) -> None:
    """Three small tables of the whole transcript."""
    scope = f", code {visible(diff.code)} alone" if diff.code else ""
    console.print(Text(f"\nThe whole transcript{scope}", "bold"))
    tables = [_quotes(diff), _shares(diff), *([_codes(diff)] if diff.codes else [])]
    for table in tables:
        console.print(table)
        console.print()


def _table(*headings: str) -> Table:
    """A table whose first column may wrap and whose others are numbers."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for number, heading in enumerate(headings):
        table.add_column(
            heading,
            justify="right" if number else "left",
            min_width=None if number else 20,
            overflow="fold",
        )
    return table


def _names(diff: Diff) -> list[str]:
    return [visible(diff.coders.of(side).label)[:_LABEL] for side in SIDES]


def _quotes(diff: Diff) -> Table:
    table = _table("Quotes", *_names(diff))
    for sign, words, *numbers in quote_rows(diff):
        table.add_row(f"{sign} {words}", *(f"{number:,}" for number in numbers))
    return table


def _shares(diff: Diff) -> Table:
    table = _table("", *_signed(diff))
    for words, *numbers in share_rows(diff):
        table.add_row(words, *(f"{number:,}" for number in numbers))
    return table


def _codes(diff: Diff) -> Table:
    table = _table("Turns per code", *_signed(diff))
    for use in diff.codes:
        table.add_row(visible(use.code), *(str(n) for n in (use.both, use.first, use.second)))
    return table


def _signed(diff: Diff) -> list[str]:
    first, second = _names(diff)
    return ["= both", f"- {first}", f"+ {second}"]
