"""`autocode import`: what was taken for what is said, and every way back is one line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autocode.cli import group

TALK = "Ada: Why so?\nOla: Because it is slow.\nAda: And then?\nOla: We need a catalog, really.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "study" / "seeds").mkdir(parents=True)
    (tmp_path / "Interview 01 - Ola (final).txt").write_text(TALK)
    monkeypatch.chdir(tmp_path / "study")
    return tmp_path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(group, ["import", *map(str, words)], env={"COLUMNS": "80"})


def test_speakers_are_told_with_turns_and_roles(folder: Path) -> None:
    done = run(folder / "Interview 01 - Ola (final).txt")
    assert done.exit_code == 0
    lines = [line.split() for line in done.stdout.split("\n")]
    assert lines[0] == ["seeds/interview_01_ola.txt:", "4", "turns"]
    assert ["Ada", "2", "interviewer"] in lines
    assert ["Ola", "2", "participant"] in lines
    assert "asks most questions" in done.stdout


def test_json(folder: Path) -> None:
    done = run(folder / "Interview 01 - Ola (final).txt", "--id", "p7", "--json")
    (record,) = json.loads(done.stdout)
    assert (record["id"], record["file"], record["turns"]) == ("p7", "seeds/p7.txt", 4)


def test_a_coding_and_what_was_not_found(folder: Path) -> None:
    run(folder / "Interview 01 - Ola (final).txt", "--id", "p7")
    (folder / "c.csv").write_text("document,quote,code\np7,it is slow,Slow\np7,not there,Slow\n")
    done = run("coding", folder / "c.csv", "--coder", "jo")
    assert done.stdout.split("\n")[:2] == [
        "gold/p7.jo.json: 1 of 2 quotes located",
        "  not located in p7: not there (these words stand nowhere in the transcript)",
    ]
    assert run("coding", folder / "c.csv").exit_code == 1
    assert "Name them with --coder" in run("coding", folder / "c.csv").output


def test_a_codebook(folder: Path) -> None:
    (folder / "c.csv").write_text("code,parent\nLicence,Cost\n")
    assert run("codebook", folder / "c.csv").stdout == "2 codes read into the codebook.\n"


def test_relocation(folder: Path) -> None:
    test_a_coding_and_what_was_not_found(folder)
    seed = folder / "study/seeds/p7.txt"
    seed.write_text("Ada: Hello.\n" + TALK)
    done = run("--relocate", "p7")
    assert done.stdout.startswith(
        "p7.jo.json: 1 quote located, 0 lost; the old file is p7.jo.json."
    )
    assert run("--relocate", "p7").stdout == "Every coding of p7 is of the text as it is.\n"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["transcripts"], 2, "Name files to import"),
        (["x.txt"], 2, "does not exist"),
        (["x.csv", "--map", "quote"], 2, "No such option"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_wrong_usage(words: list[str], code: int, message: str) -> None:
    done = run(*words)
    assert done.exit_code == code
    assert message in done.output
