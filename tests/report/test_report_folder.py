"""The folder of a report: whole or not there, and nothing of anybody else's lost."""

import io
import json
import zipfile
from dataclasses import replace

import pytest
from reported import evidence

from autocode.errors import StudyError
from autocode.report import report_files, write_folder
from autocode.report.document import MOST_ROWS, Column, Document, Section, Table, line
from autocode.report.folder import files_of

FILES = {
    "comparison.json": "{}",
    "report.html": "new",
    "tables/a.csv": "1\r\n",
    "figures/a.png": b"\x89",
}


@pytest.fixture(scope="module")
def files():
    return report_files(evidence())


def test_a_report_is_always_the_same_bytes(files):
    again = report_files(evidence())
    assert again.keys() == files.keys()
    assert [name for name in files if files[name] != again[name]] == []


def test_what_a_report_holds(files):
    assert {
        "comparison.json", "report.html", "report.md", "report.docx", "report.tex",
        "references.bib", "tables/headlines.csv", "tables/all-figures.csv",
        "figures/tracks.svg", "figures/tracks.png",
    } <= files.keys()  # fmt: skip
    tree = json.loads(files["comparison.json"])
    assert tree["format"] == "autocode/comparison@1"
    assert tree["report"]["total"]["documents"] == 1


def test_written_whole_and_written_again(tmp_path):
    folder = tmp_path / "reports" / "p1"
    write_folder(FILES, folder)
    (folder / "tables" / "stale.csv").write_text("of an earlier report")
    (folder / "notes.txt").write_text("mine")
    write_folder(FILES | {"report.html": "newer"}, folder)
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == {*FILES, "notes.txt"}
    assert (folder / "report.html").read_text() == "newer"
    assert (folder / "tables" / "a.csv").read_bytes() == b"1\r\n"
    assert [p.name for p in folder.parent.iterdir()] == ["p1"]


def test_somebody_elses_folder_is_refused(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(StudyError, match="this is no report"):
        write_folder(FILES, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_file_in_the_place_is_refused(tmp_path):
    place = tmp_path / "p1"
    place.write_text("a file")
    with pytest.raises(StudyError, match="this is no report"):
        write_folder(FILES, place)
    assert place.read_text() == "a file"


def test_a_failure_leaves_the_old_report(tmp_path, monkeypatch):
    folder = tmp_path / "p1"
    write_folder(FILES, folder)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(StudyError, match="cannot be written: No space left"):
        write_folder(FILES | {"report.html": "newer"}, folder)
    assert (folder / "report.html").read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["p1"]


def test_a_failed_swap_puts_the_old_report_back(tmp_path, monkeypatch):
    folder = tmp_path / "p1"
    write_folder(FILES, folder)
    rename = type(folder).rename

    def refuse(self, target):
        if self.name.startswith(".report.") and not self.name.endswith(".old"):
            raise OSError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr("pathlib.Path.rename", refuse)
    with pytest.raises(StudyError, match="Permission denied"):
        write_folder(FILES | {"report.html": "newer"}, folder)
    assert (folder / "report.html").read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["p1"]


def test_a_folder_may_have_the_longest_name_there_is(tmp_path):
    folder = tmp_path / ("x" * 255)
    write_folder(FILES, folder)
    write_folder(FILES | {"report.html": "newer"}, folder)
    assert (folder / "report.html").read_text() == "newer"
    with pytest.raises(StudyError, match="File name too long"):
        write_folder(FILES, tmp_path / ("x" * 256))


def test_a_long_table_is_cut_on_every_page_and_whole_in_its_csv():
    rows = tuple((line(f"p{number} of all"),) for number in range(MOST_ROWS + 20))
    table = Table("each", "Each", (Column("Transcript"),), (*rows, (line("together"),)), foot=1)
    document = Document("t", (), (Section("s", "S", (table,)),))
    files = files_of(document, {}, "comparison.json")
    said = f"The first {MOST_ROWS} of {MOST_ROWS + 20} rows are shown; all are in "
    shown, hidden = f"p{MOST_ROWS - 1} of all", f"p{MOST_ROWS} of all"
    word = zipfile.ZipFile(io.BytesIO(files["report.docx"])).read("word/document.xml").decode()
    for page in (files["report.html"], files["report.md"], files["report.tex"], word):
        assert said in page
        assert "together" in page
        assert shown in page
        assert hidden not in page
    csv = files["tables/each.csv"].split("\r\n")
    assert csv[1:-1] == [*(row[0][0] for row in rows), "together"]
    assert replace(table, rows=rows[:MOST_ROWS], foot=0).printed.notes == ()
