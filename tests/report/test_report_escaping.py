"""Words of a transcript or a coding stay words, in every format: each is parsed back."""

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import docx
import pytest
from hostile import HOSTILE, document, drawn, hostile_evidence
from hypothesis import given
from hypothesis import strategies as st
from inert import (
    GITHUB,
    OURS,
    UNSEEN,
    assert_compiles,
    assert_inert_csv,
    assert_inert_latex,
    assert_inert_markdown,
    assert_inert_word,
    calling,
    needs_chromium,
    needs_pdflatex,
    seen_by_a_browser,
    site,
    tokens,
)

from autocode.report import report_files
from autocode.report.plots.style import for_page
from autocode.report.render.html import html_of
from autocode.report.render.latex import escaped as texed
from autocode.report.render.latex import latex_of
from autocode.report.render.markdown import escaped as marked_down
from autocode.report.render.markdown import markdown_of
from autocode.report.render.tables import tables_of
from autocode.report.render.word import word_of
from autocode.text import one_line, visible

ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.fixture(scope="module")
def kit():
    return document(figures=[drawn(HOSTILE)])


@pytest.fixture(scope="module")
def files():
    """A whole report in which all names and words come from a stranger."""
    return report_files(hostile_evidence())


# --- Markdown


def test_markdown_renders_no_tag_no_image_and_no_link_of_theirs(kit, files):
    assert_inert_markdown(markdown_of(kit), ["drawn"])
    pictures = [
        name[8:-4] for name in files if name.startswith("figures/") and name.endswith("svg")
    ]
    assert_inert_markdown(files["report.md"], pictures)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_markdown_shows_the_words_in_every_place(text):
    """As a paragraph, as an identifier, in bold, in a list and in the cell of a table."""
    shown = " ".join(one_line(text).split())
    rendered = list(tokens(markdown_of(document((text, "b", "c")))))
    inline = [token.children for token in rendered if token.type == "inline"]
    said = ["".join(child.content for child in children) for children in inline]
    # Paragraph, warning, paste, identifier; heading of section and within; item; cells.
    assert [" ".join(words.split()) for words in said].count(shown) >= (9 if shown else 0), said
    fence = next(token for token in rendered if token.type == "fence")
    assert fence.content.rstrip() == visible(text).rstrip()
    table = [token for token in rendered if token.type == "td_open"]
    assert len(table) == 9
    assert not {"hr", "code_block"} & {token.type for token in rendered}


@given(ANYTHING)
def test_markdown_has_no_tags(text):
    assert not re.search(r"<|(?<!\\)[|*_`\[]", marked_down(text))


# --- HTML


class Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links, self.handlers, self.words = set(), [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for key, value in attrs if key in ("src", "href", "xlink:href")]
        self.handlers += [key for key, _ in attrs if key.startswith("on")]

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize("made", ["kit", "files"])
def test_the_page_runs_nothing_and_fetches_nothing(request, made):
    made = request.getfixturevalue(made)
    text = made["report.html"] if isinstance(made, dict) else html_of(made)
    page = Elements()
    page.feed(text)
    assert not page.tags & {"script", "img", "iframe", "object", "embed", "form", "input", "image"}
    assert page.handlers == []
    assert "&lt;script&gt;" in text
    assert all(link.startswith(("#", *OURS)) for link in page.links)
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "default-src 'none'" in text
    assert not UNSEEN.search(text)


def test_the_page_shows_the_words(kit):
    page = Elements()
    page.feed(html_of(kit))
    assert {visible(text) for text in HOSTILE if text} <= set(page.words)


@pytest.mark.slow
@needs_chromium
def test_a_browser_fetches_nothing_and_runs_nothing(tmp_path):
    with site() as server:
        evil = [text.replace("https://evil.example", server.url) for text in HOSTILE]
        evil += calling(server.url)
        # A browser would ask, were the words not escaped.
        bare = f"<!doctype html><body>{''.join(evil[-3:])}"
        shown, asked = seen_by_a_browser(bare, server, tmp_path)
        assert "<title>run</title>" in shown
        assert {"/run", "/img", "/a"} <= set(asked)
        hostile = document(evil, [drawn(evil)])
        markdown = GITHUB.render(markdown_of(hostile)).replace("figures/drawn.svg", "data:,")
        for page in (html_of(hostile), f"<!doctype html><title>-</title>{markdown}"):
            shown, asked = seen_by_a_browser(page, server, tmp_path)
            assert "<title>run</title>" not in shown
            assert "<script" not in shown
            assert asked == []


# --- figures


def test_figures_are_xml_that_shows_the_words(kit, files):
    (figure,) = kit.pictures
    words = {element.text for element in ElementTree.fromstring(figure.svg).iter() if element.text}
    for text in HOSTILE:
        if 0 < len(text.strip()) < 30:
            assert one_line(text).strip() in {word.strip() for word in words}
    # In a page, colours are variables, but not in words that look like one.
    assert "#1d1d1b font: 3px x;" in for_page(figure.svg)
    for name, content in files.items():
        if name.endswith(".svg"):
            tags = {
                element.tag.rpartition("}")[2] for element in ElementTree.fromstring(content).iter()
            }
            assert not tags & {"script", "image", "a", "foreignObject"}
            assert "evil.example/x onerror" not in content or "&lt;img" in content


# --- Word


@pytest.mark.parametrize("made", ["kit", "files"])
def test_word_is_xml_with_no_link_and_no_program_of_theirs(request, made):
    made = request.getfixturevalue(made)
    content = made["report.docx"] if isinstance(made, dict) else word_of(made)
    assert_inert_word(content)
    assert len(docx.Document(io.BytesIO(content)).core_properties.title) <= 255


def test_word_shows_the_words(kit):
    word = docx.Document(io.BytesIO(word_of(kit)))
    said = {paragraph.text for paragraph in word.paragraphs}
    for text in HOSTILE:
        # python-docx reads a tab back as a tab and a break as a line end.
        assert visible(text) in said, ascii(text)


def test_word_pictures_have_words_too(files):
    body = zipfile.ZipFile(io.BytesIO(files["report.docx"])).read("word/document.xml").decode()
    pictures = re.findall(r'<wp:docPr [^>]*descr="([^"]+)"', body)
    assert len(pictures) == body.count("<wp:docPr ")
    assert all(len(words) > 30 for words in pictures)


# --- CSV and JSON


def test_no_cell_is_a_formula(kit, files):
    tree = {"=cmd": {"value": -0.25, "n": 3, "unit": "@turn", "reference": "-x", "reason": "\t=1"}}
    for text in tables_of(kit, tree).values():
        assert_inert_csv(text)
    for name, content in files.items():
        if name.endswith(".csv"):
            assert_inert_csv(content)
    (row,) = list(csv.DictReader(io.StringIO(tables_of(kit, tree)["all-figures.csv"], newline="")))
    assert (row["figure"], row["value"], row["unit"], row["reference"]) == (
        "'=cmd", "-0.25", "'@turn", "'-x",
    )  # fmt: skip


def test_cells_keep_their_words(kit):
    rows = list(csv.reader(io.StringIO(tables_of(kit, {})["cells.csv"], newline="")))[1:]
    assert [row[0].removeprefix("'") for row in rows] == [
        visible(text).removeprefix("'") for text in HOSTILE
    ]


def test_json_reads_back_and_drives_no_terminal(files):
    text = files["comparison.json"]
    assert not UNSEEN.search(text)
    assert "\u202egnp.exe" in json.dumps(json.loads(text), ensure_ascii=False)


# --- LaTeX

# Our own commands and what they may hold; what is left is words.
COMMANDS = re.compile(
    r"\\(?:[A-Za-z]+(?:\{[0-9A-F]*\})?|[%&#_{}$])|\$(?:-|\\[a-z]+)\$|-\{\}|,\{\},|\{[][*]\}"
)


@given(ANYTHING)
def test_latex_has_no_live_characters(text):
    """What is left after our own commands holds nothing that LaTeX would act on."""
    left = COMMANDS.sub("", texed(text))
    assert not re.search(r"[\\{}$&#%_^\[\]*\n]", left), left


@pytest.mark.parametrize("character", ["Ж", "漢", "🙂", "\u0301", "\u200b", "ﬀ"])
def test_latex_marks_what_pdftex_lacks(character):
    assert texed(character) == rf"\reportchar{{{ord(character):04X}}}"


@pytest.mark.parametrize("made", ["kit", "files"])
def test_latex_rows_and_groups_are_ours(request, made):
    made = request.getfixturevalue(made)
    text = made["report.tex"] if isinstance(made, dict) else latex_of(made)
    assert_inert_latex(text)


@pytest.mark.slow
@needs_pdflatex
def test_latex_compiles(kit, tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "drawn.png").write_bytes(kit.pictures[0].png)
    (tmp_path / "report.tex").write_text(latex_of(kit), encoding="utf-8")
    assert_compiles(tmp_path)
