"""Every table as CSV for spreadsheets, and all figures at full precision, one a line."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from autocode.report.document import Document, Line, Number, Raised
from autocode.report.render.plain import text_of
from autocode.text import spreadsheet_text, visible

ALL = "all-figures"
_HEADER = (
    "figure", "value", "reason", "n", "unit", "low", "high", "level", "interval_method",
    "chance_mean", "chance_low", "chance_high", "p", "chance_method", "reference",
)  # fmt: skip


def tables_of(document: Document, tree: Mapping[str, Any]) -> dict[str, str]:
    """File name to content (RFC 4180, `\\r\\n` line ends)."""
    files = {}
    for table in document.tables:
        headings = [spreadsheet_text(visible(column.heading)) for column in table.columns]
        files[f"{table.name}.csv"] = _written([headings, *(map(cell_text, r) for r in table.rows)])
    figures = []
    for path, leaf in leaves(tree):
        interval, null = leaf.get("interval") or {}, leaf.get("null") or {}
        cells = [
            ".".join(path), leaf.get("value"), leaf.get("reason"), leaf.get("n"), leaf["unit"],
            *(interval.get(key) for key in ("low", "high", "level", "method")),
            *(null.get(key) for key in ("mean", "low", "high", "p", "method")), leaf["reference"],
        ]  # fmt: skip
        figures.append(spreadsheet_text(visible(c)) if isinstance(c, str) else c for c in cells)
    return files | {f"{ALL}.csv": _written([_HEADER, *figures])}


def cell_text(cell: Line) -> str:
    """A cell without letters of notes; minus signs of numbers as programs read them."""
    parts = [part for part in cell if not isinstance(part, Raised)]
    texts = [text_of(p).replace("−", "-") if isinstance(p, Number) else text_of(p) for p in parts]
    text = "".join(texts)
    of_numbers = all(isinstance(part, Number) or part == " to " for part in parts)
    return text if of_numbers else spreadsheet_text(text)


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


def _written(rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(["" if cell is None else cell for cell in row] for row in rows)
    return out.getvalue()
