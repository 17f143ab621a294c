"""Taguette's project (SQLite) and its codebook (CSV), written.

How highlights count and tags are named, `taguette_reader` says.
"""

import re
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape
from itertools import chain, count

from autocode.exchange.offsets import Widths
from autocode.exchange.project import (
    NO_NOTES,
    NO_RELATIONS,
    Passage,
    Project,
    Written,
    label_of_open_code,
)
from autocode.exchange.refi_codebook import code_names
from autocode.exchange.sheets import csv_bytes
from autocode.exchange.tables import code_paths
from autocode.text import plural, unused
from autocode.transcript.nouns import Span

# Taguette takes no longer names.
_LONGEST_NAME, _LONGEST_TAG = 50, 200
_TIME = "2000-01-01 00:00:00.000000"
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\ud800-\udfff]")
_SCHEMA = """
CREATE TABLE users (login VARCHAR(30) NOT NULL PRIMARY KEY, created DATETIME NOT NULL,
  hashed_password VARCHAR(192), disabled BOOLEAN NOT NULL, password_set_date DATETIME,
  language VARCHAR(10), email VARCHAR(256), email_sent DATETIME);
CREATE TABLE projects (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL,
  description TEXT NOT NULL, created DATETIME NOT NULL);
CREATE TABLE project_members (project_id INTEGER NOT NULL, user_login VARCHAR(30) NOT NULL,
  privileges VARCHAR(11) NOT NULL, PRIMARY KEY (project_id, user_login));
CREATE TABLE documents (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL,
  description TEXT NOT NULL, filename VARCHAR(200) NOT NULL, created DATETIME NOT NULL,
  project_id INTEGER NOT NULL, text_direction VARCHAR(13) NOT NULL, contents TEXT NOT NULL);
CREATE TABLE commands (id INTEGER NOT NULL PRIMARY KEY, date DATETIME NOT NULL,
  user_login VARCHAR(30) NOT NULL, project_id INTEGER NOT NULL, document_id INTEGER,
  payload TEXT NOT NULL);
CREATE TABLE highlights (id INTEGER NOT NULL PRIMARY KEY, document_id INTEGER NOT NULL,
  start_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL, snippet TEXT NOT NULL);
CREATE TABLE tags (id INTEGER NOT NULL PRIMARY KEY, project_id INTEGER NOT NULL,
  path VARCHAR(200) NOT NULL, description TEXT NOT NULL, UNIQUE (project_id, path));
CREATE TABLE highlight_tags (highlight_id INTEGER NOT NULL, tag_id INTEGER NOT NULL,
  PRIMARY KEY (highlight_id, tag_id));
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('db5e31a0233d');
"""


def taguette_bytes(project: Project, title: str) -> Written:
    """The project as Taguette's own file, and what was lost; the same project, the same bytes."""
    writing = _Writing(project)
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(_SCHEMA)
        for table, rows in writing.tables(title).items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        connection.commit()
        data = connection.serialize()
    finally:
        connection.close()
    return Written(data, tuple(writing.losses))


def taguette_codebook(project: Project) -> Written:
    """The codes of a project as a codebook that Taguette imports."""
    writing = _Writing(replace(project, passages=(), remarks=()))
    rows = [(path, description) for _, _, path, description in writing.tags]
    return Written(csv_bytes([("tag", "description"), *rows]), tuple(writing.losses))


class _Writing:
    """A project as rows of Taguette's tables; `losses` gather what they cannot hold."""

    def __init__(self, project: Project) -> None:
        self._project = project
        plain = [replace(code, name=_between(code.name)) for code in project.codes]
        names, renamed = code_names(plain, "")
        changed = [code.name for code in project.codes if _between(code.name) != code.name]
        self.losses = [*project.remarks, *renamed]
        self.losses += [f"the code {name!r} has other signs for > and \\ there" for name in changed]
        paths = code_paths([replace(code, name=names[code.id]) for code in plain])
        opens = sorted({p.open_code for p in project.passages if p.open_code})
        paths |= {label_of_open_code(text): label_of_open_code(text) for text in opens}
        about = {code.id: code.definition for code in project.codes}
        self._tags: dict[str, int] = {}
        self.tags: list[tuple[int, int, str, str]] = []
        taken: set[str] = set()
        for number, (id_, path) in enumerate(paths.items(), 1):
            short = _unique(_clean(path), _LONGEST_TAG, taken)
            self._tags[id_] = number
            self.tags.append((number, 1, short, _clean(about.get(id_, ""))))
            if short != path:
                self.losses.append(f"the tag {path!r} is called {short!r} there")

    def tables(self, title: str) -> dict[str, list[tuple[object, ...]]]:
        """The rows of each table."""
        documents: list[tuple[object, ...]] = []
        highlights: list[tuple[object, ...]] = []
        given: list[tuple[object, ...]] = []
        taken: set[str] = set()
        texts = [document for document in self._project.documents if document.text is not None]
        for number, document in enumerate(texts, 1):
            name = _unique(_clean(document.name), _LONGEST_NAME, taken)
            text = _clean(document.text or "")
            contents = _paragraphs(text)
            documents.append(
                (number, name, "", f"{name}.html", _TIME, 1, "LEFT_TO_RIGHT", contents)
            )
            passages = [p for p in self._project.passages if p.document == document.name]
            for start, end, snippet, labels in self._highlights(text, passages):
                highlights.append((len(highlights) + 1, number, start, end, snippet))
                given += [(len(highlights), self._tags[label]) for label in labels]
        self._say(len(texts))
        return {
            "users": [("admin", _TIME, None, 0, None, None, None, None)],
            "projects": [(1, _clean(title)[:_LONGEST_NAME] or "autocode", "", _TIME)],
            "project_members": [(1, "admin", "ADMIN")],
            "documents": documents,
            "tags": [*self.tags],
            "highlights": highlights,
            "highlight_tags": given,
        }

    def _highlights(
        self, text: str, passages: Iterable[Passage]
    ) -> Iterator[tuple[int, int, str, list[str]]]:
        """Start and end in bytes, the words as HTML, and the tags of each passage."""
        ends = [match.start() for match in re.finditer("\n", text)]
        widths = Widths.utf8(text.replace("\n", ""))
        for passage in passages:
            span = passage.span or Span(0, 0)
            start, end = (widths.units(at - bisect_left(ends, at)) for at in (span.start, span.end))
            labels = [code for code in passage.codes if code in self._tags]
            labels += [label_of_open_code(passage.open_code)] if passage.open_code else []
            if start < end and span.end <= len(text):
                words = text[span.start : span.end]
                yield start, end, _paragraphs(words), list(dict.fromkeys(labels))
            else:
                self.losses.append(f"{passage.document}: a passage without words is left out")

    def _say(self, texts: int) -> None:
        project = self._project
        coders = {passage.coder for passage in project.passages if passage.coder}
        if coders:
            self.losses.append(
                f"who coded is not kept ({', '.join(sorted(coders))}): export one coder at a time"
            )
        if any(passage.note for passage in project.passages):
            self.losses.append(f"{NO_NOTES}: highlights have none")
        if project.relations or project.memos:
            self.losses.append(NO_RELATIONS)
        if missing := len(project.documents) - texts:
            self.losses.append(f"left out: {plural(missing, 'document')} without a text")
        if any(_CONTROL.search(document.text or "") for document in project.documents):
            self.losses.append("control characters in texts are \ufffd there")


def _paragraphs(text: str) -> str:
    """Lines as paragraphs, empty ones too, in the very HTML that Taguette's sanitiser makes."""
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n"))


def _clean(text: str) -> str:
    return _CONTROL.sub("\ufffd", text)


def _between(name: str) -> str:
    """A name without what stands between the names of a path."""
    return name.replace(">", "›").replace("\\", "⧵").replace("::", ":")


def _unique(name: str, longest: int, taken: set[str]) -> str:
    """A name of that length which none has yet; it is taken then."""
    tries = chain((name[:longest] or "-",), (f"{name[: longest - 6]} {n}" for n in count(2)))
    return unused(tries, taken)
