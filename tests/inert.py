"""What makes an output inert: each format is parsed back, or opened as its reader opens it."""

import csv
import io
import re
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from autocode.report.names import data
from autocode.report.references import entry
from autocode.report.render.plain import parted

UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]")
# Where the works that a report cites are found.
OURS = tuple(parted(entry(work))[1] for work in data("references") if parted(entry(work))[1])
GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

needs_chromium = pytest.mark.skipif(
    not shutil.which("chromium"), reason="Chromium is not installed"
)
needs_pdflatex = pytest.mark.skipif(
    not shutil.which("pdflatex"), reason="pdfLaTeX is not installed"
)


def tokens(text: str) -> Iterator[Token]:
    """Every token of a Markdown text, those within lines too."""
    for token in GITHUB.parse(text):
        yield token
        yield from token.children or ()


def assert_inert_markdown(text: str, figures: Collection[str]) -> None:
    """It has these figures for pictures, links to the works it cites, and no tag of theirs."""
    images, links = [], []
    for token in tokens(text):
        if token.type in ("html_inline", "html_block"):
            assert token.content in ("<sup>", "</sup>")
        if token.type == "image":
            images.append(token.attrs["src"])
        if token.type == "link_open":
            links.append(str(token.attrs["href"]))
    assert images == [f"figures/{name}.svg" for name in figures]
    assert all(link.startswith(OURS) for link in links)
    # Nor does GitHub make a link by itself of an address that is not escaped.
    outside = re.sub(r"(?s)^(`{3,})text\n.*?^\1$", "", text, flags=re.MULTILINE)
    outside = re.sub(r"(?<![\\`])(`+)(?!`).+?(?<!`)\1(?!`)", "", outside).replace("\\://", "")
    bare = re.search(r"(?i).{,99}(?<!<https):\\?//|(?<!\\)www\.", outside)
    assert not bare, bare[0]


def assert_inert_csv(text: str) -> None:
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            number = re.fullmatch(r"[-+]?[\d.,]+(?:e-?\d+)?%?(?: to -?[\d.,]+)?", cell)
            assert number or not cell.startswith(tuple("=+-@\t\r\n＝＋－＠")), cell
            assert not UNSEEN.search(cell), ascii(cell)


def assert_inert_word(content: bytes) -> None:
    """Every part is XML; nothing leads outside, and no field asks for more than a number."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(archive.read(name))
        if name.endswith(".rels"):
            assert b'TargetMode="External"' not in archive.read(name), name
    fields = re.findall(r"<w:instrText[^>]*>([^<]*)<", archive.read("word/document.xml").decode())
    assert {field.split()[0] for field in fields} <= {"SEQ", "REF", "TOC"}


def assert_inert_latex(text: str) -> None:
    """Its commands and groups are ours."""
    # Nothing that follows the end of a row is read as its argument.
    assert not re.search(r"\\\\\s*[\[*]", re.sub(r"\\begin\{longtable\}\{.*\}", "", text))
    assert r"\input{" not in text.split("\\providecommand", 1)[1]
    assert not re.search(r"\\(?:write|end\{document)", text)
    body = re.sub(r"(?m)^%.*$", "", text)
    body = re.sub(r"\\[\\{}]", "", body)
    assert body.count("{") == body.count("}")
    opened = re.findall(r"\\begin\{(\w+)\}", text)
    assert sorted(opened) == sorted(re.findall(r"\\end\{(\w+)\}", text))
    assert set(opened) <= {"quote", "itemize", "description", "longtable", "figure"}
    assert not UNSEEN.search(text)


def assert_compiles(folder: Path) -> None:
    """pdfLaTeX makes an article of the `report.tex` in a folder."""
    (folder / "article.tex").write_text(
        "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{textcomp}"
        "\\usepackage{booktabs,longtable,array,graphicx}"
        "\\begin{document}\\input{report}\\end{document}"
    )
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
    done = subprocess.run([*command, "article.tex"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode("latin-1")[-3000:]


class Site(ThreadingHTTPServer):
    """A server that has `pages` by their paths, and notes in `asked` what it is asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.asked: list[str] = []
        self.pages: dict[str, str] = {}
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Asked(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        page = self.server.pages.get(self.path)
        self.send_response(404 if page is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((page or "").encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def site() -> Iterator[Site]:
    with Site() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def calling(url: str) -> list[str]:
    """Words that make a browser ask this server for /run, /img and /a, where they are not words."""
    return [
        f"<script>new Image().src='{url}/run';document.title='run'</script>",
        f'"><img src="{url}/img">',
        f'<link rel="stylesheet" href="{url}/a">',
    ]


def seen_by_a_browser(page: str, server: Site, folder: Path) -> tuple[str, list[str]]:
    """The page as a browser has it once all scripts have run, and what else it asked for."""
    server.asked.clear()
    server.pages = {"/page": page}
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update",
             "--disable-background-networking", "--disable-sync"]  # fmt: skip
    command = ["chromium", "--headless", "--no-sandbox", *quiet, f"--user-data-dir={folder}/user"]
    command += ["--virtual-time-budget=2000", "--dump-dom", f"{server.url}/page"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    assert "/page" in server.asked
    # A browser asks for an icon of its own accord.
    asked = [path for path in server.asked if path not in ("/page", "/favicon.ico")]
    return done.stdout.decode(), asked
