"""A report without a human coding counts what was coded, and claims nothing else."""

import csv
import io
import json
import re
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from study_folder import Folder

from autocode.cli import group
from autocode.coding.nouns import Code
from autocode.coding.sources import model_source
from autocode.report import names, progress, progress_files
from autocode.study import Study

HOSTILE = "<b>\\input{x}</b> |x| `y`"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.run("r1", {2, 4, 6}, "ask", "look")
    made.run("r1", {2}, "ask", transcript="p2")
    made.run("r1", {4, 8}, "write", HOSTILE, transcript="p10", status="interrupted")
    return made


def files(folder: Folder, *ids: str, excerpts: bool = True) -> dict[str, str | bytes]:
    study = Study.open(folder.root)
    sources = [model_source(study, id_) for id_ in ids or ("p1", "p2", "p10")]
    codes = [Code(id="ask", label="Asking people"), Code(id="idle", label="Idle <i>")]
    return progress_files(sources, codes, "How?", excerpts=excerpts)


def rows(files: dict[str, str | bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(str(files[f"tables/{name}.csv"]))))


def test_the_counts_are_those_of_the_codings(folder: Folder) -> None:
    made = files(folder)
    tree = json.loads(made["coded.json"])
    assert tree["total"] == {"documents": 3, "quotes": 6, "codes": 4, "open_codes": 1}
    assert tree["codes"]["ask"] == {
        "quotes": 4, "documents": 2, "by_document": {"p1": 3, "p2": 1},
    }  # fmt: skip
    length = tree["documents"]["p1"]["length"]
    assert tree["documents"]["p1"]["marked"] == 3 * 19 / length
    assert [row["Code"] for row in rows(made, "frequencies")][:2] == ["Asking people", "look"]
    assert rows(made, "frequencies")[0]["Quotes in each"] == "p1 3, p2 1"
    assert [row["Quotes"] for row in rows(made, "coded")] == ["3", "1", "2"]


def test_saturation_counts_what_each_transcript_adds(folder: Folder) -> None:
    table = rows(files(folder), "saturation")
    columns = ("Axial codes in it", "New ones", "Seen so far")
    assert [tuple(row[name] for name in columns) for row in table] == [
        ("2", "2", "2"), ("1", "0", "2"), ("2", "2", "4"),
    ]  # fmt: skip
    assert "tables/saturation.csv" not in files(folder, "p1")
    assert "One transcript cannot show" in str(files(folder, "p1")["report.md"])


def test_every_number_points_into_the_file_of_numbers(folder: Folder) -> None:
    made = files(folder)
    tree = json.loads(made["coded.json"])
    page = str(made["report.html"])
    assert "full precision in coded.json" in page
    paths = re.findall(r'(?:data-path|title)="(/[^"]+)"', page)
    assert len(paths) > 20
    for path in map(unescape, paths):
        node = tree
        for key in path.split("/")[1:]:
            plain = key.replace("~1", "/").replace("~0", "~")
            node = node[int(plain)] if isinstance(node, list) else node[plain]


def test_it_says_what_is_missing_and_claims_no_agreement(folder: Folder) -> None:
    text = str(files(folder)["report.md"])
    assert "No human coding of p1, p2 and p10 is in the study" in text
    assert "Nothing in this report can be cited as agreement" in text
    assert "incomplete" in text
    assert "Idle" in text
    assert not re.search(r"kappa|κ|alpha|α", text)
    assert "References" not in text + str(files(folder)["report.html"])


def test_markup_is_data(folder: Folder) -> None:
    made = files(folder)
    assert "<b>\\input" not in str(made["report.html"])
    assert "&lt;b&gt;" in str(made["report.html"])
    assert "\\input{x}" not in str(made["report.tex"])
    assert "<i>" not in str(made["report.html"])


def test_without_excerpts_no_words_are_in_it(folder: Folder) -> None:
    said = "I ask people first."
    assert said in str(files(folder)["report.md"])
    for name, content in files(folder, excerpts=False).items():
        assert said not in (content if isinstance(content, str) else content.decode("latin-1")), (
            name
        )


def test_the_same_codings_are_the_same_bytes(folder: Folder) -> None:
    assert files(folder) == files(folder)


def run(folder: Folder, *words: str) -> Result:
    return CliRunner().invoke(group, ["--study", str(folder.root), "report", *words])


def test_the_command_reports_progress_until_there_is_a_human_coding(folder: Folder) -> None:
    done = run(folder, "p1")
    assert done.exit_code == 0, done.output
    assert "There is no human coding yet" in done.stderr
    there = folder.root / "reports" / "p1"
    assert done.stdout == f"{there / 'report.html'}\n"
    assert (there / "coded.json").is_file()
    folder.coding("gold/p1.json", "gold", {2, 4}, "ask")
    done = run(folder, "p1", "--permutations", "0", "--similarity", "lexical")
    assert done.exit_code == 0, done.output
    assert (there / "comparison.json").is_file()
    assert not (there / "coded.json").exists()


def test_all_takes_every_transcript_with_a_run(folder: Folder) -> None:
    folder.transcript("p11")
    assert run(folder, "--all").exit_code == 0
    tree = json.loads((folder.root / "reports" / "all" / "coded.json").read_text())
    assert list(tree["documents"]) == ["p1", "p2", "p10"]


def test_one_human_coding_among_several_is_compared_or_refused(folder: Folder) -> None:
    folder.coding("gold/p1.json", "gold", {2}, "ask")
    done = run(folder, "p1", "p2")
    assert done.exit_code == 1
    assert "no human coding of p2" in done.stderr


def test_many_transcripts_runs_and_codes_are_counted_where_a_page_is_too_short(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_CODES_SHOWN", "_PLACES_SHOWN", "_RUNS_SHOWN"):
        monkeypatch.setattr(progress, name, 1)
    monkeypatch.setattr(names, "_NAMED", 2)
    text = str(files(folder)["report.md"])
    assert "# Codings in progress: 3 transcripts" in text
    assert "No human coding of 3 transcripts is in the study" in text
    assert "more in coded.json" in text
    assert "The other 2 runs: `autocode runs` lists them." in text
    assert "more codes have their quotes in the file that `autocode export quotes` writes" in text
