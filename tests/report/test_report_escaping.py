"""Words of a transcript or a coding stay words, in every format."""

import dataclasses
import io
import re
import zipfile
from html.parser import HTMLParser

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reported import MARKS, NASTY, OTHERS, coding, evidence, material, transcript

from autocode.coding.materials import Source
from autocode.report import report_files
from autocode.report.render.latex import escaped as texed
from autocode.report.render.markdown import escaped as marked_down

ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.fixture(scope="module")
def files():
    """A report in which everything that people write is nasty."""
    of = transcript(says=NASTY)
    codes = ["</td><b>", "x_1"]
    ours = [(start, end, *codes) for start, end, _ in MARKS]
    gold = {"lost": [NASTY + "\x1b[2J\x00"]}
    found = material(of, ours, [(a, b, codes[1]) for a, b, _ in OTHERS], gold=gold)
    anna = coding(of, "../<anna>", ours)
    return report_files(evidence(dataclasses.replace(found, humans=(Source.of(anna),))))


class Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for key, value in attrs if key in ("src", "href", "xlink:href")]


def test_the_page_runs_nothing_and_fetches_nothing(files):
    page = Elements()
    page.feed(files["report.html"])
    assert not page.tags & {"script", "b2", "img", "iframe", "object", "embed", "form", "input"}
    assert "<script" not in files["report.html"]
    assert "&lt;script&gt;" in files["report.html"]
    assert "url(" not in re.sub(r"url\(#\w+\)", "", files["report.html"])
    assert all(link.startswith(("#", "https://")) for link in page.links)
    assert "default-src 'none'" in files["report.html"]


def test_no_format_holds_control_characters(files):
    for name, content in files.items():
        if isinstance(content, str):
            assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", content), name


def test_prompts_cannot_end_their_frame(files):
    lines = files["report.md"].split("\n")
    fence = next(line for line in lines if line.endswith("text") and line.startswith("````"))
    assert fence == "````text"
    assert r"\end{verbatim}" not in files["report.tex"]
    assert r"\input{x}" not in files["report.tex"]


def test_word_holds_the_words(files):
    word = docx.Document(io.BytesIO(files["report.docx"]))
    assert any("<script>" in paragraph.text for paragraph in word.paragraphs)


def test_word_pictures_have_words_too(files):
    body = zipfile.ZipFile(io.BytesIO(files["report.docx"])).read("word/document.xml").decode()
    pictures = re.findall(r'<wp:docPr [^>]*descr="([^"]+)"', body)
    assert len(pictures) == body.count("<wp:docPr ")
    assert all(len(words) > 30 for words in pictures)


@given(ANYTHING)
def test_latex_has_no_live_characters(text):
    """What is left after our own commands holds nothing that LaTeX would act on."""
    left = re.sub(
        r"\\(?:[A-Za-z]+(?:\{[0-9A-F]*\})?|[%&#_{}$])|\$(?:-|\\[a-z]+)\$|-\{\}", "", texed(text)
    )
    assert not re.search(r"[\\{}$&#%_^]", left), left


@pytest.mark.parametrize("character", ["Ж", "漢", "🙂", "\u0301", "\u200b", "ﬀ"])
def test_latex_marks_what_pdftex_lacks(character):
    assert texed(character) == rf"\reportchar{{{ord(character):04X}}}"


@given(ANYTHING)
def test_markdown_has_no_tags(text):
    assert not re.search(r"<|(?<!\\)[|*_`\[]", marked_down(text))
