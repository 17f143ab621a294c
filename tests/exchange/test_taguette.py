"""Taguette: out and in the same; the program itself opens our project and finds every highlight."""

import csv
import io
import json
import os
import re
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from hypothesis import given
from invented_projects import coded, projects

from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding
from autocode.errors import InputError
from autocode.exchange.project import (
    Passage,
    Project,
    ProjectCode,
    ProjectDocument,
    project_of,
)
from autocode.exchange.tables import code_paths, read_code_table
from autocode.exchange.taguette_reader import read_taguette
from autocode.exchange.taguette_writer import taguette_bytes, taguette_codebook
from autocode.study import Study
from autocode.transcript.nouns import Span
from autocode.transcript.seeds import load

ROOT = Path(__file__).parents[2]
# An interpreter that has Taguette, in an environment of its own.
PYTHON = os.environ.get("AUTOCODE_TAGUETTE_PYTHON")
START = """
import taguette.web.base
taguette.web.base.Application.check_messages = lambda self: None  # no network but loopback
from taguette.main import main
main()
"""


DERIVE = """
import json, sys
from bs4 import BeautifulSoup
from taguette.extract import extract
snippets = [extract(*row) for row in json.load(sys.stdin)]
print(json.dumps([BeautifulSoup(each, "html5lib").body.get_text() for each in snippets]))
"""


def kept(project: Project) -> Project:
    """What Taguette can hold of a project: no coders, no line ends at the ends of passages."""
    passages = tuple(
        replace(p, coder=None)
        for p in project.passages
        if p.span and not p.words.startswith("\n") and not p.words.endswith("\n")
    )
    names = {"Own & <share>": "Own & <share›"}
    codes = tuple(replace(code, name=names.get(code.name, code.name)) for code in project.codes)
    return replace(project, passages=passages, codes=codes)


@given(projects())
def test_out_and_in_is_the_same(project: Project) -> None:
    project = kept(project)
    back = read_taguette(taguette_bytes(project, "x").data, "x")
    assert coded(back) == coded(project)
    assert [d.text for d in back.documents] == [d.text for d in project.documents]
    assert sorted(code_paths(back.codes).values()) == sorted(code_paths(project.codes).values())
    assert taguette_bytes(project, "x") == taguette_bytes(project, "x")


@given(projects(dirty=True))
def test_any_project_can_be_written(project: Project) -> None:
    back = read_taguette(taguette_bytes(project, "").data, "x")
    assert len(back.documents) == len(project.documents)
    assert len(back.codes) >= len(project.codes)
    if project.codes:
        assert len(read_code_table(taguette_codebook(project).data, "x")) >= len(project.codes)


def changed(*statements: str) -> bytes:
    """A project of Taguette in which something was changed."""
    project = Project(
        (ProjectDocument("p1", "We kept bees.\n\nGone 🐝."),), (ProjectCode("a", "Bees"),),
        (Passage("p1", "Gone", ("a",), None, Span(15, 19)),),
    )  # fmt: skip
    connection = sqlite3.connect(":memory:")
    connection.deserialize(taguette_bytes(project, "x").data)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    return connection.serialize()


@pytest.mark.parametrize(
    ("html", "text", "words"),
    [
        ("<p>We kept bees.</p>\n<p>Gone 🐝.</p>", "We kept bees.\nGone 🐝.", "\nGon"),
        ("<h1>We <i>kept</i> bees.</h1><ul><li>Gone</li></ul>", "We kept bees.\nGone", "Gone"),
        ("We kept bees.<br>Gone", "We kept bees.\nGone", "Gone"),
        ("<p>We kept bees.</p>Gone &amp; so", "We kept bees.\nGone & so", "Gone"),
        ("<table><tr><td>We kept bees.</td></tr> <tr><td>Gone</td></tr></table>",
         "We kept bees. \nGone", " \nGon"),
    ],
)  # fmt: skip
def test_documents_of_other_shapes(html: str, text: str, words: str) -> None:
    data = changed(f"UPDATE documents SET contents = '{html}'")
    project = read_taguette(data, "x")
    assert project.passages[0].words == words
    assert project.documents[0].text == text


def test_what_is_not_read_is_said() -> None:
    data = changed("UPDATE highlights SET end_offset = 99", "DROP TABLE commands")
    assert read_taguette(data, "x").remarks == ("not read: 1 highlight outside of any text",)
    assert read_taguette(changed("UPDATE highlights SET start_offset = 'x'"), "x").remarks


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"SQLite", "no SQLite database"),
        (changed()[:3000], "damaged"),
        (changed("DROP TABLE tags"), "no table tags"),
        (changed("INSERT INTO projects VALUES (2, 'y', '', '')"), "holds 2 projects"),
        (changed("DROP TABLE tags", "CREATE VIEW tags AS SELECT 1"), "no table tags"),
    ],
)
def test_bad_files_are_one_line(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_taguette(data, "x")


def test_what_is_lost_is_said() -> None:
    long = ProjectCode("a", "A > B" * 60)
    project = Project(
        (ProjectDocument("p1", "a\x0b\n"), ProjectDocument("p2")), (long,),
        (Passage("p1", "\n", ("a",), "jo", Span(2, 3), note="why"),),
    )  # fmt: skip
    losses = " / ".join(taguette_bytes(project, "x").losses)
    for part in ("without words", "who coded is not kept (jo)", "notes and rationales",
                 "1 document", "control characters", "other signs for >", "is called"):  # fmt: skip
        assert part in losses, part


@pytest.mark.slow
@pytest.mark.skipif(not PYTHON, reason="AUTOCODE_TAGUETTE_PYTHON names no interpreter")
def test_taguette_finds_every_highlight(tmp_path: Path) -> None:
    """Taguette imports the seed and an invented project, and exports the very words."""
    talk = load(Study(ROOT), "p1")
    book = Codebook.load(ROOT / "gold" / "codebook.json").codes
    seed = project_of([(talk, [read_coding(ROOT / "gold" / "p1.json")])], book)
    text = "Ada \U0001f469\u200d\U0001f467 & <b>“bees”</b>\u00a0\n\n\te\u0301 漢字 \u2028 came\n"
    spans = [Span(at, end) for at in range(len(text)) for end in range(at + 1, len(text) + 1)]
    marked = [s for s in spans if not {"\n"} & {text[s.start], text[s.end - 1]}]
    invented = Project(
        (ProjectDocument("p2", text),), (ProjectCode("a", "Bees"), ProjectCode("b", "<Own>", "a")),
        tuple(Passage("p2", text[s.start : s.end], ("b",), None, s) for s in marked),
    )  # fmt: skip
    with server(tmp_path) as taguette:
        for project in (seed, invented):
            exported = taguette.through(taguette_bytes(project, "x").data)
            back, ours = read_taguette(exported, "x"), kept(project)
            assert back.documents[0].text == project.documents[0].text
            spans_ = sorted((p.span.start, p.span.end) for p in ours.passages if p.span)
            assert sorted((p.span.start, p.span.end) for p in back.passages if p.span) == spans_
            wanted = [p.words.replace("\n", "") for p in ours.passages]
            assert sorted(taguette.derived(exported)) == sorted(wanted)
            shown = sorted("".join(each.split()) for each in taguette.highlights())
            tagged = [p.words for p in ours.passages for _ in p.codes]
            assert shown == sorted("".join(each.split()) for each in tagged)


class Taguette:
    """A running Taguette, asked as a browser asks it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({})
        )

    def get(self, path: str) -> bytes:
        with self._open.open(f"{self._url}{path}", timeout=30) as reply:
            return bytes(reply.read())

    def through(self, data: bytes) -> bytes:
        """Import a project; what Taguette then exports of it."""
        page = self.get("/project/new").decode()
        token = re.search(r'name="_xsrf" value="([^"]+)"', page)
        assert token
        boundary = "----boundary"
        parts = [b'Content-Disposition: form-data; name="project_id"\r\n\r\n1']
        parts.append(
            b'Content-Disposition: form-data; name="file"; filename="p.sqlite3"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n" + data
        )
        body = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
        request = urllib.request.Request(
            f"{self._url}/api/import", body + f"--{boundary}--\r\n".encode(),
            {"Content-Type": f"multipart/form-data; boundary={boundary}", "X-XSRFToken": token[1]},
        )  # fmt: skip
        with self._open.open(request, timeout=60) as reply:
            self._project = json.load(reply)["project_id"]
        return self.get(f"/project/{self._project}/export/project.sqlite3")

    def derived(self, data: bytes) -> list[str]:
        """The words of each highlight as Taguette's own code cuts them out of the document."""
        connection = sqlite3.connect(":memory:")
        connection.deserialize(data)
        query = """SELECT contents, start_offset, end_offset FROM highlights
            JOIN documents ON documents.id = document_id"""
        rows = json.dumps(connection.execute(query).fetchall())
        connection.close()
        command = [str(PYTHON), "-c", DERIVE]
        done = subprocess.run(command, input=rows.encode(), capture_output=True, check=True)
        return list(json.loads(done.stdout))

    def highlights(self) -> list[str]:
        """What it says that each highlight is, once for each tag."""
        text = self.get(f"/project/{self._project}/export/highlights/.csv").decode()
        return [row["content"] for row in csv.DictReader(io.StringIO(text))]


@contextmanager
def server(folder: Path) -> Iterator[Taguette]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log"
    command = [str(PYTHON), "-c", START, "--no-browser", "-b", "127.0.0.1", "-p", str(port)]
    command += ["--database", str(folder / "t.sqlite3")]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, "HOME": str(folder)}
        )
    try:
        token = None
        for _ in range(300):
            token = re.search(r"/\?token=(\S+)", log.read_text(errors="replace"))
            if token or process.poll() is not None:
                break
            time.sleep(0.1)
        assert token, log.read_text(errors="replace")
        taguette = Taguette(f"http://localhost:{port}")
        for _ in range(100):
            try:
                taguette.get(f"/?token={token[1]}")
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        yield taguette
    finally:
        process.terminate()
        process.wait(10)
