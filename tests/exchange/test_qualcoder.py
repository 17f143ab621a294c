"""QualCoder: databases of new and old versions are read, and what is not read is said."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_projects import texts

from autocode.errors import InputError
from autocode.exchange.project import Memo, Passage, ProjectCode, ProjectDocument
from autocode.exchange.qualcoder import qualcoder_file, read_qualcoder
from autocode.transcript.nouns import Span

NEW = """
CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT, fulltext TEXT, mediapath TEXT, memo TEXT,
  owner TEXT, date TEXT);
CREATE TABLE code_cat (catid INTEGER PRIMARY KEY, name TEXT, owner TEXT, date TEXT, memo TEXT,
  supercatid INTEGER);
CREATE TABLE code_name (cid INTEGER PRIMARY KEY, name TEXT, memo TEXT, catid INTEGER, owner TEXT,
  date TEXT, color TEXT, supercid INTEGER);
CREATE TABLE code_text (ctid INTEGER PRIMARY KEY, cid INTEGER, fid INTEGER, seltext TEXT,
  pos0 INTEGER, pos1 INTEGER, owner TEXT, date TEXT, memo TEXT, avid INTEGER, important INTEGER);
CREATE TABLE journal (jid INTEGER PRIMARY KEY, name TEXT, jentry TEXT, date TEXT, owner TEXT);
CREATE TABLE code_av (avid INTEGER PRIMARY KEY, memo TEXT);
"""
ROWS = """
INSERT INTO source VALUES (1, 'p1', ?, NULL, '', 'ada', ''), (2, 'tape', NULL, '/t', '', '', '');
INSERT INTO code_cat VALUES (1, 'Insects', 'ada', '', 'six legs', NULL), (2, 'Work', '', '', '', 1);
INSERT INTO code_name VALUES (1, 'Bees', 'all', 2, 'ada', '', '#FF8800', NULL);
"""
TEXT = "Well 🐝, we kept bees."


def database(*more: str, text: str = TEXT, old: bool = False) -> bytes:
    schema = NEW.replace(", supercid INTEGER", "").replace(", avid INTEGER, important INTEGER", "")
    connection = sqlite3.connect(":memory:")
    connection.executescript(schema if old else NEW)
    for statement in ROWS.strip().split(";\n"):
        row = statement.replace("'#FF8800', NULL)", "'#FF8800')") if old else statement
        connection.execute(row, (text,) if "?" in row else ())
    for statement in more:
        connection.execute(statement)
    connection.commit()
    return connection.serialize()


def coding(start: object, end: object, words: str, *, cid: int = 1, fid: int = 1) -> str:
    return (
        "INSERT INTO code_text (cid, fid, seltext, pos0, pos1, owner, memo) VALUES "
        f"({cid}, {fid}, '{words}', {start}, {end}, 'ada', 'why')"
    )


@pytest.mark.parametrize("old", [False, True])
def test_projects_of_versions(old: bool) -> None:
    project = read_qualcoder(database(coding(11, 15, "kept"), old=old), "x")
    assert project.documents == (ProjectDocument("p1", TEXT),)
    assert project.codes == (
        ProjectCode("category 1", "Insects", None, "six legs"),
        ProjectCode("category 2", "Work", "category 1"),
        ProjectCode("code 1", "Bees", "category 2", "all", "#ff8800"),
    )
    assert project.passages == (
        Passage("p1", "kept", ("code 1",), "ada", Span(11, 15), note="why"),
    )
    assert project.remarks == ()


def test_a_database_with_a_journal_beside_it_is_read() -> None:
    data = database(coding(11, 15, "kept"))
    assert len(read_qualcoder(data[:18] + b"\2\2" + data[20:], "x").passages) == 1


def test_codes_under_codes_and_journals() -> None:
    more = "INSERT INTO code_name VALUES (2, 'Gone', NULL, NULL, '', '', 'red', 1)"
    data = database(more, "INSERT INTO journal VALUES (1, 'day', 'bees', '', '')")
    project = read_qualcoder(data, "x")
    assert project.codes[-1] == ProjectCode("code 2", "Gone", "code 1")
    assert project.memos == (Memo("day", "bees"),)


def test_an_edited_text_leaves_the_words() -> None:
    (passage,) = read_qualcoder(database(coding(0, 4, "kept")), "x").passages
    assert (passage.words, passage.span) == ("kept", None)
    (passage,) = read_qualcoder(database(coding(0, 99, "kept")), "x").passages
    assert (passage.words, passage.span) == ("kept", None)


def test_what_is_not_read_is_said() -> None:
    data = database(
        coding(0, 4, "Well", cid=9), coding(0, 4, "Well", fid=2), coding("NULL", 4, ""),
        "INSERT INTO code_av VALUES (1, '')", "INSERT INTO code_av VALUES (2, '')",
    )  # fmt: skip
    assert read_qualcoder(data, "x").remarks == (
        "not read: 3 codings without a text or a code",
        "not read: 2 coded parts of recordings",
    )


@given(texts, st.data())
def test_positions_are_code_points_as_stored(text: str, data: st.DataObject) -> None:
    stored = text.replace("\n", data.draw(st.sampled_from(("\n", "\r\n"))))
    start = data.draw(st.integers(0, len(stored) - 1))
    end = data.draw(st.integers(start + 1, len(stored)))
    words = stored[start:end]
    if words[-1] == "\r" or words[0] == "\n":
        return
    if stored.startswith("\ufeff") and start == 0:
        return  # the mark itself
    sql = coding(start, end, words.replace("'", "''"))
    (passage,) = read_qualcoder(database(sql, text=stored), "x").passages
    assert passage.words == words.replace("\r\n", "\n")
    assert passage.span


def test_a_project_is_a_folder(tmp_path: Path) -> None:
    assert qualcoder_file(tmp_path) == tmp_path / "data.qda"
    assert qualcoder_file(tmp_path / "data.qda") == tmp_path / "data.qda"


def test_bad_files_are_one_line() -> None:
    for data, message in (
        (b"PK", "no SQLite"),
        (database("DROP TABLE code_text"), "no table code_text"),
        (database()[:2000], "damaged"),
    ):
        with pytest.raises(InputError, match=message):
            read_qualcoder(data, "x")
