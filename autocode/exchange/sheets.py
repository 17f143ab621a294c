"""Tables of rows in CSV and XLSX files, whatever wrote them, and written for spreadsheets again."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from autocode.errors import InputError
from autocode.files import undated
from autocode.text import from_spreadsheet, spreadsheet_text, visible
from autocode.transcript.decoding import decode

# A table of more cells, or of an archive that unpacks to more, is no coding table.
MOST_CELLS = 5_000_000
MOST_BYTES = 500_000_000
# What a cell of a spreadsheet can hold.
LONGEST_CELL = 32_767
XLSX = b"PK\x03\x04"


def read_sheet(data: bytes, name: str) -> list[list[str]]:
    """The rows of a table that are not empty, the first with the columns' names.

    CSV by comma, semicolon or tab; of an XLSX file the first sheet.

    Raises:
        InputError: it is no such file, is too large, or holds no rows.
    """
    rows = _xlsx_rows(data, name) if data.startswith(XLSX) else _csv_rows(data, name)
    kept, cells = [], 0
    for row in rows:
        cells += max(1, len(row))
        if cells > MOST_CELLS:
            raise InputError(f"this table has over {MOST_CELLS:,} cells", where=name)
        if any(cell.strip() for cell in row):
            kept.append(row)
    if len(kept) < 2:
        raise InputError("this table has no rows under its header", where=name)
    return [[cell.strip() for cell in kept[0]], *kept[1:]]


def _csv_rows(data: bytes, name: str) -> Iterator[list[str]]:
    text = decode(data, Path(name)).text
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise InputError(f"this is not a CSV table: {error}", where=name) from error


def _xlsx_rows(data: bytes, name: str) -> Iterator[list[str]]:
    import openpyxl

    hint = "Save it as .xlsx or .csv again."
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise InputError("this spreadsheet unpacks to over 500 MB", where=name)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield ["" if value is None else str(value) for value in row]
    except InputError:
        raise
    except Exception as error:  # openpyxl lets whatever its parsers raise through
        raise InputError("this spreadsheet cannot be read", where=name, hint=hint) from error


def csv_bytes(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as CSV (RFC 4180, UTF-8 with a mark so that Excel reads it as such).

    No words become a formula, and control characters are written out (`\\x1b`).
    """
    out = io.StringIO(newline="")
    csv.writer(out).writerows(
        [visible(spreadsheet_text(cell)) if isinstance(cell, str) else cell for cell in row]
        for row in rows
    )
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def xlsx_bytes(rows: Sequence[Sequence[Any]], title: str) -> bytes:
    """Rows as a spreadsheet, the first frozen as its header; the same rows, the same bytes.

    No words become a formula. What a spreadsheet cannot hold is written out (`\\x1b`), and cells
    end where its cells do (32,767 characters).
    """
    import openpyxl
    from openpyxl.styles import Alignment, Font

    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = datetime(2000, 1, 1)
    sheet = book.active
    sheet.title, sheet.freeze_panes = title, "A2"
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if isinstance(value, str):
                cell.value = visible(spreadsheet_text(value))[:LONGEST_CELL]
                cell.data_type = "s"
                cell.alignment = Alignment(vertical="top", wrap_text=True)
            else:
                cell.value = value
                cell.alignment = Alignment(vertical="top")
    for cell, values in zip(sheet[1], zip(*rows, strict=True), strict=True):
        cell.font = Font(bold=True)
        longest = max(len(str(value or "")) for value in values)
        sheet.column_dimensions[cell.column_letter].width = min(max(longest + 2, 8), 60)
    sheet.auto_filter.ref = sheet.dimensions
    return undated(book.save)


def records(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row under the header by column name, with its number in the file (from 1)."""
    header, *body = rows
    for number, row in enumerate(body, 2):
        yield (
            number,
            {name: from_spreadsheet(cell) for name, cell in zip(header, row, strict=False) if name},
        )
