"""`autocode export`: each format by its name, to a file or to stdout, and one line where not."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from study_folder import Folder

from autocode.cli import group
from autocode.exchange.formats import FORMATS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    (tmp_path / "study" / "seeds").mkdir(parents=True)
    (tmp_path / "study" / "gold").mkdir()
    made = Folder(tmp_path / "study")
    made.coding("gold/p1.json", "gold", {2, 4}, "ask")
    made.coding("gold/p1.anna.json", "anna", {4}, "ask", "look")
    made.run("r1", {2, 6}, "ask")
    made.transcript("p2")
    monkeypatch.chdir(tmp_path / "study")
    return made


def run(*words: str) -> Result:
    done = CliRunner().invoke(group, ["export", *words], env={"COLUMNS": "80"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def coders(done: Result) -> list[str]:
    """Who coded each row of a table on stdout."""
    assert done.exit_code == 0, done.output
    table = io.StringIO(done.stdout_bytes.decode("utf-8-sig"), newline="")
    return [row["coder"] for row in csv.DictReader(table)]


@pytest.mark.parametrize(
    ("words", "who"),
    [
        (["p1"], ["gold"] * 2 + ["anna"] + ["model-x (model)"] * 2),
        (["p1", "--gold"], ["gold"] * 2),
        (["--gold", "p1"], ["gold"] * 2),
        (["p1", "--gold", "anna"], ["anna"]),
        (["--run", "p1"], ["model-x (model)"] * 2),
        (["p1", "--run", "r1"], ["model-x (model)"] * 2),
        (["p1.anna"], ["anna"]),
        (["runs/p1/r1", "gold/p1.json"], ["model-x (model)"] * 2 + ["gold"] * 2),
        (["--all"], ["gold"] * 2 + ["anna"] + ["model-x (model)"] * 2),
    ],
)
@pytest.mark.usefixtures("folder")
def test_codings_are_chosen_as_elsewhere(words: list[str], who: list[str]) -> None:
    assert coders(run("quotes", *words)) == who


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_and_always_the_same(folder: Folder, name: str) -> None:
    names = [] if FORMATS[name].of == "codebook" else ["p1"]
    for suffix in FORMATS[name].writers:
        files = [folder.root / f"{n}{suffix}" for n in (1, 2)]
        for file in files:
            done = run(name, *names, "--to", str(file))
            assert (done.exit_code, done.stdout) == (0, ""), done.output
            assert f"Wrote {file}" in done.stderr.replace("\n", "")
        assert files[0].read_bytes() == files[1].read_bytes()
        assert (b"\0" in files[0].read_bytes()) == (suffix in FORMATS[name].binary)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", FORMATS)
def test_help_says_what_and_shows_examples(name: str) -> None:
    done = run(name, "--help")
    assert "Example" in done.stdout
    assert f"autocode export {name}" in done.stdout
    assert max(map(len, done.stdout.split("\n"))) <= 80
    assert ("--for" in done.stdout) == bool(FORMATS[name].targets)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["quotes"], 2, "Name what to export"),
        (["quotes", "p1", "--all"], 2, "Name what to export"),
        (["quotes", "p2"], 1, "p2 is not coded yet"),
        (["quotes", "p3"], 1, "p3"),
        (["quotes", "p1", "--to", "no/where.csv"], 1, "this folder does not exist"),
        (["quotes", "p1", "--to", "q.pdf"], 1, "quotes cannot be written as .pdf"),
        (["word", "p1"], 2, "--to p1.docx"),
        (["fieldnotes", "p1", "p1.anna"], 1, "fieldnotes holds one coding of one transcript"),
        (["nothing", "p1"], 2, "No such command"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_cannot_be_is_one_line(words: list[str], code: int, says: str) -> None:
    done = run(*words)
    assert done.exit_code == code
    assert says in done.stderr
    assert done.stdout == ""
    assert not Path("no").exists()


@pytest.mark.usefixtures("folder")
def test_one_coding_is_the_human_one_unless_another_is_named() -> None:
    assert run("fieldnotes", "p1").stdout.count("OPEN CODING TRACE") == 2
    assert run("fieldnotes", "p1", "--gold", "anna").stdout.count("OPEN CODING TRACE") == 1
    done = run("fieldnotes", "p1", "--run")
    assert "comments hold 2 open codes" in done.stderr


@pytest.mark.usefixtures("folder")
def test_a_pipe_takes_any_format() -> None:
    assert run("word", "p1", "--to", "-").stdout_bytes.startswith(b"PK")


def test_a_study_without_codes_says_so(folder: Folder) -> None:
    for file in (folder.root / "gold").iterdir():
        file.unlink()
    assert "this study has no codes yet" in run("codeable").stderr


def test_the_same_bytes_in_another_process(folder: Folder) -> None:
    run("html", "p1", "--to", "a.html")
    done = subprocess.run(
        [sys.executable, "-m", "autocode", "export", "html", "p1"], capture_output=True,
        cwd=folder.root, check=True,
    )  # fmt: skip
    assert done.stdout == (folder.root / "a.html").read_bytes()
