"""Every table as CSV for spreadsheets, and all figures at full precision, one a line."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autocode.report.document import Document, Line, Number, Raised, Table
from autocode.report.render.plain import text_of
from autocode.text import visible

ALL = "all-figures"
_HEADER = (
    "figure", "value", "reason", "n", "unit", "low", "high", "level", "interval_method",
    "chance_mean", "chance_low", "chance_high", "p", "chance_method", "reference",
)  # fmt: skip
# With what spreadsheets begin a formula, in the wide forms of East Asian text too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def tables_of(document: Document, tree: Mapping[str, Any]) -> dict[str, str]:
    """File name to content (RFC 4180, `\\r\\n` line ends)."""
    found = {f"{table.name}.csv": _table(table) for table in document.tables}
    found[f"{ALL}.csv"] = _written([_HEADER, *(_leaf(path, leaf) for path, leaf in leaves(tree))])
    return found


def _table(table: Table) -> str:
    headings = [_guarded(visible(column.heading)) for column in table.columns]
    return _written([headings, *([cell_text(cell) for cell in row] for row in table.rows)])


def cell_text(cell: Line) -> str:
    """A cell without letters of notes; minus signs of numbers as programs read them."""
    parts = [part for part in cell if not isinstance(part, Raised)]
    texts = [text_of(p).replace("−", "-") if isinstance(p, Number) else text_of(p) for p in parts]
    text = "".join(texts)
    of_numbers = all(isinstance(part, Number) or part == " to " for part in parts)
    return text if of_numbers else _guarded(text)


def _guarded(text: str) -> str:
    """Words that no spreadsheet takes for a formula: an apostrophe stands before what could be."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def leaves(
    tree: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every figure in a comparison with its path."""
    if not isinstance(tree, Mapping):
        return
    if "unit" in tree and "reference" in tree:
        yield path, dict(tree)
        return
    for key, value in tree.items():
        yield from leaves(value, (*path, str(key)))


def _leaf(path: Sequence[str], leaf: Mapping[str, Any]) -> list[Any]:
    interval, null = leaf.get("interval") or {}, leaf.get("null") or {}
    cells = [
        ".".join(path), leaf.get("value"), leaf.get("reason"), leaf.get("n"), leaf["unit"],
        *(interval.get(key) for key in ("low", "high", "level", "method")),
        *(null.get(key) for key in ("mean", "low", "high", "p", "method")), leaf["reference"],
    ]  # fmt: skip
    return [_guarded(visible(cell)) if isinstance(cell, str) else cell for cell in cells]


def _written(rows: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(["" if cell is None else cell for cell in row] for row in rows)
    return out.getvalue()
