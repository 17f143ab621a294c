"""Every number in every format of a report is that of comparison.json."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import docx
import pytest
from reported import evidence, failed, material, three_coders, twelve

from autocode.report import report_files
from autocode.report.document import Number, Raised, Table, lines_of
from autocode.report.render.plain import plain
from autocode.report.sections import document_of


def _assisted():
    return material(gold={"assisted": True})


CASES = {
    "one document": lambda: evidence(),
    "twelve documents": lambda: evidence(*twelve()),
    "three coders": lambda: evidence(three_coders()),
    "incomplete": lambda: evidence(failed(), incomplete=True),
    "assisted": lambda: evidence(_assisted()),
}


@pytest.fixture(scope="module", params=CASES, ids=lambda name: name.replace(" ", "-"))
def case(request):
    found = CASES[request.param]()
    return document_of(found), report_files(found)


class Page(HTMLParser):
    """The data elements and tables of a page."""

    def __init__(self):
        super().__init__()
        self.numbers, self.tables, self._path, self._cell, self._skip = [], {}, None, None, 0

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "data":
            self._path = (attrs["data-path"], attrs["value"])
        elif tag == "table":
            self._rows = self.tables.setdefault(attrs["data-name"], [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._cell = []
        elif tag == "sup":
            self._skip += 1

    def handle_data(self, data):
        if self._path:
            self.numbers.append((*self._path, data))
        if self._cell is not None and not self._skip:
            self._cell.append(data)

    def handle_endtag(self, tag):
        if tag == "data":
            self._path = None
        elif tag in ("td", "th"):
            self._rows[-1].append("".join(self._cell))
            self._cell = None
        elif tag == "sup":
            self._skip -= 1


def at(tree, path):
    """What a JSON pointer leads to (RFC 6901)."""
    for key in path.split("/")[1:]:
        key = key.replace("~1", "/").replace("~0", "~")
        tree = tree[int(key)] if isinstance(tree, list) else tree[key]
    return tree


def rounds_to(value, text):
    """Whether a text is the value rounded to the decimals that the text has."""
    bare = text.replace(",", "").replace("−", "-")
    if bare.endswith("%"):
        bare, value = bare[:-1], 100 * value
    decimals = len(bare.partition(".")[2])
    return abs(float(bare) - value) <= 0.5 * 10**-decimals + 1e-9


def test_html(case):
    _, files = case
    tree, page = json.loads(files["comparison.json"]), Page()
    page.feed(files["report.html"])
    assert len(page.numbers) > 100
    for path, value, text in page.numbers:
        assert at(tree, path) == pytest.approx(float(value)), path
        assert rounds_to(float(value), text), (path, value, text)


def test_no_bare_number_in_a_column_of_numbers(case):
    document, _ = case
    for table in document.tables:
        for row in table.rows:
            for column, cell in zip(table.columns, row, strict=True):
                if column.numeric and table.name not in ("checklist", "failures"):
                    bare = plain(tuple(part for part in cell if not isinstance(part, Number)))
                    assert not re.search(r"\d", bare), (table.name, cell)


def rows_of(table: Table):
    """The cells as every format has them: without letters of notes, all dashes alike."""
    return [
        [
            plain(tuple(p for p in cell if not isinstance(p, Raised))).replace("-", "−")
            for cell in row
        ]
        for row in table.rows
    ]


def test_html_tables_are_those_of_the_document(case):
    document, files = case
    page = Page()
    page.feed(files["report.html"])
    for table in document.tables:
        found = [[cell.replace("-", "−") for cell in row] for row in page.tables[table.name][1:]]
        assert found == rows_of(table), table.name


def test_csv(case):
    document, files = case
    for table in document.tables:
        read = list(csv.reader(io.StringIO(files[f"tables/{table.name}.csv"], newline="")))
        assert read[0] == [column.heading for column in table.columns]
        assert [[cell.replace("-", "−") for cell in row] for row in read[1:]] == rows_of(table)


def test_all_figures_at_full_precision(case):
    _, files = case
    tree = json.loads(files["comparison.json"])
    read = list(csv.DictReader(io.StringIO(files["tables/all-figures.csv"], newline="")))
    assert len(read) > 100
    character = next(row for row in read if row["figure"] == "spans.u_alpha.relevance")
    leaf = tree["spans"]["u_alpha"]["relevance"]
    assert float(character["value"]) == leaf["value"]
    assert float(character["chance_mean"]) == leaf["null"]["mean"]
    undefined = [row for row in read if not row["value"]]
    assert all(row["reason"] for row in undefined)


def test_word(case):
    document, files = case
    word = docx.Document(io.BytesIO(files["report.docx"]))
    assert len(word.tables) == len(document.tables)
    for table, read in zip(document.tables, word.tables, strict=True):
        found = [[_without_raised(cell) for cell in row.cells] for row in read.rows][1:]
        assert [[cell.replace("-", "−") for cell in row] for row in found] == rows_of(table)
    said = "\n".join(paragraph.text for paragraph in word.paragraphs)
    for words in _prose(document):
        assert plain(words) in said


def _without_raised(cell):
    runs = (run for paragraph in cell.paragraphs for run in paragraph.runs)
    return "".join(run.text for run in runs if not run.font.superscript)


def _prose(document):
    """Every line outside tables that has numbers in it."""
    for block in document.blocks:
        if not isinstance(block, Table):
            yield from (
                words for words in lines_of(block) if any(isinstance(p, Number) for p in words)
            )


def test_markdown(case):
    document, files = case
    text = _unmarked(files["report.md"])
    for words in _prose(document):
        assert plain(words) in text, plain(words)
    for table in document.tables:
        for row in table.rows:
            joined = " | ".join(plain(cell) for cell in row)
            assert f"| {joined} |" in text, joined


def _unmarked(text):
    """Markdown as a reader sees it."""
    text = re.sub(r"</?sup>", "", text)
    text = re.sub(r"(?<!\\)(\*\*|`)", "", text)
    text = re.sub(r"\\([\\`*_{}\[\]#|~$^>=+.)-])", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def test_latex(case):
    document, files = case
    text = _untexed(files["report.tex"])
    for words in _prose(document):
        assert _numbers(plain(words)) in text, plain(words)
    for table in document.tables:
        for row in table.rows:
            if any(isinstance(part, Number) for cell in row for part in cell):
                joined = " & ".join(_numbers(plain(cell)) for cell in row)
                assert joined in text, joined


def _numbers(words):
    """Words with citations left out, as `\\cite` says them in its own way."""
    work = r"(?:[^();]*(?:et al\.|and [A-Z][^();]*)|[A-Z][\w-]+) \d{4}"
    words = re.sub(rf"\({work}(?:; {work})*\)", "", words)
    return re.sub(r"\s+", " ", words.replace("−", "-"))


TEX = {
    r"\textbackslash{}": "\\", r"\textasciicircum{}": "^", r"\textasciitilde{}": "~",
    r"\textless{}": "<", r"\textgreater{}": ">", r"\textbar{}": "|", r"\textquotedbl{}": '"',
    r"\textquotesingle{}": "'", r"\textasciigrave{}": "`", r"\textendash{}": "–",
    r"\textquoteright{}": "’", r"\textquoteleft{}": "‘", r"\textquotedblleft{}": "“",
    r"\textquotedblright{}": "”", r"$\rightarrow$": "→", r"$-$": "-", "-{}": "-",
    r"\ldots{}": "…", r"$\geq$": "≥", r"$\kappa$": "κ", r"$\alpha$": "α", r"$\gamma$": "γ",
    r"\textdagger{}": "†", r"\allowbreak{}": "", "{}": "",
}  # fmt: skip


def _untexed(text):
    """LaTeX as a reader sees it, without citations."""
    text = re.sub(r"\\cite\{[^}]*\}", "", text)
    for command, seen in TEX.items():
        text = text.replace(command, seen)
    text = re.sub(r"\\(?:textbf|texttt|emph|textsuperscript)\{((?:[^{}\\]|\\.)*)\}", r"\1", text)
    text = re.sub(r"\\reportchar\{([0-9A-F]+)\}", lambda m: chr(int(m[1], 16)), text)
    text = re.sub(r"\\([%&#_{}$])", r"\1", text)
    return re.sub(r"\s+", " ", text)
