"""Tables: the exports of other programs are understood, and our own comes back as it was."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.errors import InputError
from autocode.exchange import sheets
from autocode.exchange.project import Passage, Project, ProjectCode, ProjectDocument
from autocode.exchange.sheets import csv_bytes, read_sheet, xlsx_bytes
from autocode.exchange.tables import code_paths, coded_table, read_code_table, read_coded_table
from autocode.transcript.nouns import Span

QUOTE = "we own the data"


def table(*rows: str) -> bytes:
    return "\n".join(rows).encode()


@pytest.mark.parametrize(
    ("rows", "code", "coder"),
    [
        (["document,quote,code,coder", f"p1,{QUOTE},Own > Data,jo"], "Own > Data", "jo"),
        (["Document name;Code;Segment;Author", f"p1;Own > Data;{QUOTE};jo"], "Own > Data", "jo"),
        (
            ["Kolor,Nazwa dokumentu,Kod,Początek,Fragment,Autor", f"1,p1,Own,3,{QUOTE},jo"],
            "Own", "jo",
        ),
        (["id\tdocument\ttag\tcontent", f"1\tp1\tOwn\t{QUOTE}"], "Own", None),
        (
            ["Media Title,Excerpt Creator,Excerpt Copy,Code: Own Applied,Code: Cost Applied,"
             "Code: Own Range", f"p1,jo,{QUOTE},True,False,"],
            "Own", "jo",
        ),
        (['ID,Document,Quotation Content,Codes', f'1:1,p1,{QUOTE},"Own"'], "Own", None),
        (["document,quote,code,parent", f"p1,{QUOTE},Data,Own"], "Own > Data", None),
    ],
)  # fmt: skip
def test_exports_of_programs(rows: list[str], code: str, coder: str | None) -> None:
    (passage,) = read_coded_table(table(*rows), "t.csv").passages
    assert (passage.document, passage.words) == ("p1", QUOTE)
    assert (passage.codes, passage.coder) == ((code,), coder)


def test_a_path_brings_its_parents() -> None:
    codes = read_coded_table(table("document,quote,code", "p1,x,A > B > C", "p1,y,A"), "t").codes
    assert [(code.name, code.parent) for code in codes] == [("A", None), ("B", "A"), ("C", "A > B")]


def test_the_first_sheet_of_a_spreadsheet_is_read() -> None:
    book = openpyxl.Workbook()
    for row in (["Quote", "Document", "Code"], [QUOTE, "p1", 7], [], [None, None, None]):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    (passage,) = read_coded_table(data.getvalue(), "t.xlsx").passages
    assert (passage.words, passage.codes) == (QUOTE, ("7",))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"document,code\np1,x",
            "no column for quote among: document, code. Say which",
        ),
        (b"document,quote,code", "no rows under its header"),
        (b"quote,document,code\nx,,y", "t.csv:2: this row names no document"),
        (b"PK\x03\x04 no archive", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_one_line(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_coded_table(data, "t.csv")


def test_any_column_can_be_named() -> None:
    data = table("a,b,c", f"p1,{QUOTE},Own")
    named = {"document": "a", "quote": "b", "code": "c"}
    assert read_coded_table(data, "t.csv", named).passages[0].codes == ("Own",)
    with pytest.raises(InputError, match="no column 'd'"):
        read_coded_table(data, "t.csv", {"quote": "d"})
    with pytest.raises(InputError, match="no field 'words'"):
        read_coded_table(data, "t.csv", {"words": "a"})


def test_a_codebook_table() -> None:
    codes = read_code_table(
        table("Code,Parent,Definition,Example", "Own,,Who owns it,mine", "Data,Own,,"), "c.csv"
    )
    assert [(code.name, code.parent, code.definition, code.examples) for code in codes] == [
        ("Own", None, "Who owns it", ("mine",)), ("Data", "Own", "", ()),
    ]  # fmt: skip
    codes = read_code_table(table("Category,Code", "Gains,Health", "Gains,Calm"), "c.csv")
    assert [(code.name, code.parent) for code in codes] == [
        ("Gains", None), ("Health", "Gains"), ("Calm", "Gains"),
    ]  # fmt: skip
    assert [code.name for code in read_code_table(table("Category", "Gains"), "c.csv")] == ["Gains"]


def test_a_circle_of_parents_is_cut() -> None:
    paths = code_paths([ProjectCode("a", "A", "b"), ProjectCode("b", "B", "a")])
    assert paths == {"a": "B > A", "b": "A > B"}


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: text == text.strip()
)


@given(words, words)
def test_our_table_comes_back(quote: str, note: str) -> None:
    passage = Passage("p1", quote, ("Own > Data",), "jo", Span(3, 9), None, "open", note)
    codes = (ProjectCode("Own", "Own"), ProjectCode("Own > Data", "Data", "Own"))
    project = Project((ProjectDocument("p1"),), codes, (passage,))
    back = read_coded_table(coded_table(project), "t.csv")
    assert back.codes == codes
    assert (back.passages[0].words, back.passages[0].note) == (quote, note)
    assert (back.passages[0].open_code, back.passages[0].coder) == ("open", "jo")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_of_too_many_cells_is_refused(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["document", "quote", "code"], ["p1", QUOTE, "Own"]]
    data = csv_bytes(rows) if kind == "csv" else xlsx_bytes(rows, "codes")
    monkeypatch.setattr(sheets, "MOST_CELLS", 6)
    assert read_sheet(data, f"t.{kind}") == rows
    monkeypatch.setattr(sheets, "MOST_CELLS", 5)
    with pytest.raises(InputError, match=f"t.{kind}.*over 5 cells"):
        read_sheet(data, f"t.{kind}")
