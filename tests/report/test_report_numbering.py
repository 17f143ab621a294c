"""Tables and figures are numbered apart, in reading order, and every reference finds its own."""

import dataclasses
import re
from html.parser import HTMLParser

import pytest
from reported import evidence, twelve

from autocode.report.document import CrossReference, Paragraph, line, listed
from autocode.report.render.html import html_of
from autocode.report.render.latex import latex_of
from autocode.report.render.markdown import markdown_of
from autocode.report.render.plain import caption
from autocode.report.sections import document_of


@pytest.fixture(scope="module", params=[1, 12], ids=["one-document", "twelve-documents"])
def document(request):
    """A whole report whose first paragraph points to every table and figure, the last one first."""
    whole = document_of(evidence(*(twelve() if request.param == 12 else ())))
    first, *others = whole.sections
    labels = [block.label for block in (*whole.tables, *whole.pictures)][::-1]
    pointing = Paragraph(line("See ", listed([(label,) for label in labels]), "."))
    first = dataclasses.replace(first, blocks=(pointing, *first.blocks))
    return dataclasses.replace(whole, sections=(first, *others))


def expected(document, kind):
    blocks = document.tables if kind == "Table" else document.pictures
    return [caption(block) for block in blocks]


def pointing(document):
    """The references of the first paragraph as words, and each with the name that it is of."""
    words = document.sections[0].blocks[0].words
    return [part for part in words if isinstance(part, CrossReference)]


def test_numbers_ascend_in_reading_order_and_apart(document):
    for blocks in (document.tables, document.pictures):
        assert [block.number for block in blocks] == list(range(1, len(blocks) + 1))
    titles = {part.name: part.text for part in pointing(document) if part.kind == "Table"}
    assert titles == {table.name: f"Table {table.number}" for table in document.tables}
    # A table and a figure may have one name: each has its own number.
    names = {table.name for table in document.tables} & {one.name for one in document.pictures}
    assert names or len(document.pictures) < 5


class Page(HTMLParser):
    """Ids, captions in order, and links with their words."""

    def __init__(self):
        super().__init__()
        self.ids, self.captions, self.links = [], [], []
        self._caption = self._link = False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        self._caption |= tag == "figcaption"
        if tag == "figcaption":
            self.captions.append("")
        if tag == "a" and re.match("#(table|figure)-", attrs["href"]):
            self.links.append([attrs["href"][1:], ""])
            self._link = True

    def handle_data(self, data):
        if self._caption:
            self.captions[-1] += data
        if self._link:
            self.links[-1][1] += data

    def handle_endtag(self, tag):
        self._caption &= tag != "figcaption"
        self._link &= tag != "a"


def test_the_page(document):
    page = Page()
    page.feed(html_of(document))
    for kind in ("Table", "Figure"):
        made = [words for words in page.captions if words.startswith(kind)]
        assert len(made) == len(expected(document, kind))
        assert all(map(str.startswith, made, expected(document, kind)))
    ids = [name for name in page.ids if re.match("(table|figure)-", name)]
    assert len(set(ids)) == len(ids)
    first = page.links[: len(pointing(document))]
    assert [words for _, words in first] == [part.text for part in pointing(document)]
    numbered = {
        f"{kind.lower()}-{block.name}": f"{kind} {block.number}"
        for kind, blocks in (("Table", document.tables), ("Figure", document.pictures))
        for block in blocks
    }
    assert numbered == dict(page.links)
    assert set(ids) == set(numbered)


def test_markdown(document):
    text = markdown_of(document)
    for kind in ("Table", "Figure"):
        made = re.findall(rf"^\*\*{kind} (\d+)\.", text, re.MULTILINE)
        assert made == [str(n) for n in range(1, len(expected(document, kind)) + 1)]
    assert "See " + ", ".join(part.text for part in pointing(document)) + "." in text


def test_latex(document):
    """LaTeX counts captions itself: labels stand in reading order, and each reference has one."""
    text = latex_of(document)
    labels = re.findall(r"\\caption\{.*\}\\label\{([^}]*)\}", text)
    assert [name for name in labels if name.startswith("table:")] == [
        f"table:{table.name}" for table in document.tables
    ]
    assert [name for name in labels if name.startswith("figure:")] == [
        f"figure:{one.name}" for one in document.pictures
    ]
    assert set(re.findall(r"\\ref\{([^}]*)\}", text)) == set(labels)
    assert r"Table~\ref{table:where}" in text
