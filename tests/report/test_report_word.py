"""The Word document: captions that count themselves, lists that are right at once, whole words."""

import dataclasses
import io
import re
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from reported import evidence, twelve, wide_table

from autocode.report.document import (
    CrossReference,
    Document,
    Paragraph,
    Section,
    line,
    lines_of,
    listed,
)
from autocode.report.render.plain import caption
from autocode.report.render.word import word_of
from autocode.report.sections import document_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def document():
    """A whole report whose first paragraph points to every table and figure."""
    whole = document_of(evidence(*twelve()[:5]))
    first, *others = whole.sections
    labels = [(block.label,) for block in (*whole.tables, *whole.pictures)][::-1]
    first = dataclasses.replace(first, blocks=(Paragraph(line(listed(labels))), *first.blocks))
    return dataclasses.replace(whole, sections=(first, *others))


@pytest.fixture(scope="module")
def content(document):
    return word_of(document)


@pytest.fixture(scope="module")
def body(content):
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml")
    return ElementTree.fromstring(xml)


def fields(body):
    """(instruction, what is shown) of every field, in reading order."""
    found, open_fields = [], []
    for element in body.iter():
        if element.tag == f"{W}fldChar":
            kind = element.get(f"{W}fldCharType")
            if kind == "begin":
                open_fields.append(["", "", False])
            elif kind == "separate":
                open_fields[-1][2] = True
            else:
                found.append(open_fields.pop()[:2])
        elif element.tag == f"{W}instrText":
            open_fields[-1][0] += element.text
        elif element.tag == f"{W}t" and open_fields and open_fields[-1][2]:
            open_fields[-1][1] += element.text
    assert not open_fields
    return [(instruction.split(), shown) for instruction, shown in found]


def bookmarks(body):
    """Name to the words between its start and its end."""
    names, words = {}, {}
    for element in body.iter():
        if element.tag == f"{W}bookmarkStart":
            names[element.get(f"{W}id")] = element.get(f"{W}name")
            words[element.get(f"{W}name")] = ""
        elif element.tag == f"{W}bookmarkEnd":
            names.pop(element.get(f"{W}id"))
        elif element.tag == f"{W}t":
            for name in names.values():
                words[name] += element.text
    assert not names
    return words


def test_captions_count_themselves(document, body):
    for kind, blocks in (("Table", document.tables), ("Figure", document.pictures)):
        shown = [text for words, text in fields(body) if words[:2] == ["SEQ", kind]]
        assert shown == [str(number) for number in range(1, len(blocks) + 1)]


def test_references_are_fields_that_lead_to_the_caption_they_show(document, body):
    targets = bookmarks(body)
    assert len(targets) == len(document.tables) + len(document.pictures)
    assert all(re.fullmatch(r"[A-Za-z]\w{0,39}", name) for name in targets)
    words = (part for block in document.blocks for words in lines_of(block) for part in words)
    pointing = [part for part in words if isinstance(part, CrossReference)]
    assert len(pointing) >= len(targets)
    shown = [(words[1], text) for words, text in fields(body) if words[0] == "REF"]
    assert [text for _, text in shown] == [part.text for part in pointing]
    assert all(targets[name] == text for name, text in shown)


def test_lists_of_tables_and_figures_are_right_before_any_update(document, content, body):
    lists = {words[-1]: words for words, _ in fields(body) if words[0] == "TOC"}
    assert lists.keys() == {'"Table"', '"Figure"'}
    # Page numbers would be wrong until Word has counted pages: the lists have none.
    assert all({r"\c", r"\h", r"\n"} <= set(words) for words in lists.values())
    entries = [p for p in docx.Document(io.BytesIO(content)).paragraphs
               if p.style.name == "table of figures"]  # fmt: skip
    assert [entry.text for entry in entries] == [
        caption(block) for block in (*document.tables, *document.pictures)
    ]
    links = [entry._p.find(qn("w:hyperlink")).get(qn("w:anchor")) for entry in entries]
    shown = [bookmarks(body)[link] for link in links]
    assert [entry.text.split(".")[0] for entry in entries] == shown


def test_a_table_that_is_too_wide_has_a_page_on_its_side_and_the_text_goes_on_upright():
    blocks = (Paragraph(("before",)), wide_table(12), wide_table(13), Paragraph(("after",)))
    word = docx.Document(
        io.BytesIO(word_of(Document("t", (), (Section("s", "S", blocks),), "autocode")))
    )
    sections = [(section.orientation, section.page_width > section.page_height)
                for section in word.sections]  # fmt: skip
    upright, wide = (WD_ORIENT.PORTRAIT, False), (WD_ORIENT.LANDSCAPE, True)
    assert sections == [upright, wide, upright]


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="needs LibreOffice"
)
def test_libreoffice_breaks_no_heading(document, content, tmp_path):
    (tmp_path / "report.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "report.docx"]
    subprocess.run(convert, cwd=tmp_path, check=True, capture_output=True)
    subprocess.run(["pdftotext", "-layout", "report.pdf"], cwd=tmp_path, check=True)
    words = set((tmp_path / "report.txt").read_text(encoding="utf-8").split())
    heads = {word for table in document.tables for column in table.columns
             for word in column.heading.split()}  # fmt: skip
    assert heads - words == set()
