"""The table of quotes: every field in its place, no formula, and read again as it was."""

import csv
import io

import openpyxl
import pytest
from selected import HOSTILE, selection, transcript

from autocode.exchange.placing import place
from autocode.exchange.quotes import COLUMNS, clock, quotes_csv, quotes_xlsx
from autocode.exchange.tables import read_coded_table
from autocode.text import visible

WRITERS = pytest.mark.parametrize(
    ("write", "suffix"), [(quotes_csv, "csv"), (quotes_xlsx, "xlsx")], ids=["csv", "xlsx"]
)


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(quotes_csv(selection()).decode("utf-8-sig"))))


def test_every_field_is_in_its_place() -> None:
    first, missing, *models = rows()
    assert (first["document"], first["turn"], first["speaker"]) == ("p1", "2", "Ola")
    assert (first["time"], first["coder"], first["status"]) == ("1:01:01", "jo", "exact")
    text = transcript().text
    assert text[int(first["start"]) : int(first["end"])] == first["quote"] == "it is slow. We need"
    assert (missing["status"], missing["start"], missing["turn"]) == ("missing", "", "")
    assert missing["axial codes"] == "speed\ncost"
    assert missing["axial labels"] == "<i>Speed</i>\n=Cost"
    assert missing["axial parents"] == "cost\n"
    assert [row["coder"] for row in models] == ["m-1 (model)"] * 2
    assert models[0]["rationale"] == "'@SUM(1)"


def test_nothing_begins_a_formula() -> None:
    for row in rows():
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t"))]
    sheet = openpyxl.load_workbook(io.BytesIO(quotes_xlsx(selection()))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if cell.value.startswith(("=", "+", "-", "@"))]
    assert any("\\x1b[2J" in cell.value for cell in cells)


@WRITERS
def test_the_table_reads_again_as_it_was(write, suffix) -> None:
    talk, chosen = transcript(), selection()
    project = read_coded_table(write(chosen), f"quotes.{suffix}")
    placed = place(project, {"p1": talk})
    for source, again in zip(chosen.documents[0].sources, placed.codings, strict=True):
        assert again.coder == source.coding.coder
        written = {(q.start, q.end, *q.axial) for q in source.coding.quotes}
        assert {(q.start, q.end, *q.axial) for q in again.quotes} == written
        # Control characters stay written out, in CSV too: `export quotes` prints it to a terminal.
        assert {q.open_code for q in again.quotes} == {visible(f"=cmd|'{HOSTILE}'")}


@WRITERS
def test_the_same_codings_are_the_same_bytes(write, suffix) -> None:
    assert write(selection()) == write(selection()), suffix


def test_columns_and_clock() -> None:
    assert list(rows()[0]) == list(COLUMNS)
    assert [clock(seconds) for seconds in (0, 59.9, 60, 36000)] == [
        "0:00:00", "0:00:59", "0:01:00", "10:00:00",
    ]  # fmt: skip
