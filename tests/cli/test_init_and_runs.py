"""`autocode init` makes a study that works; `autocode runs` shows what is there."""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from proposing import Model, naming, p1_study, plan_p1
from study_folder import Folder

from autocode.cli import group
from autocode.cli.proposals import show_quotes
from autocode.coding.nouns import Coder, Coding, TranscriptRef
from autocode.coding.runs import newest_run, open_run
from autocode.coding.strategies import TEMPLATES
from autocode.exchange.intake import import_codebook
from autocode.new_study import make_study, study_text
from autocode.propose.prompts import default_prompt, load_prompt
from autocode.propose.run import carry_out
from autocode.study import Settings, Study


def run(*words: str) -> Result:
    return CliRunner().invoke(group, list(words))


def test_a_new_study_works_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "my study"
    done = run("init", str(folder))
    assert done.exit_code == 0
    assert {f"{folder}/seeds/", f"{folder}/gold/", f"{folder}/autocode.toml"} < set(
        done.stdout.splitlines()
    )
    assert f"change to '{folder}' and run `autocode import FILE...`" in done.stderr
    assert sorted(p.name for p in folder.iterdir()) == [
        ".gitignore", "README.md", "autocode.toml", "codebook-example.csv", "gold", "prompts",
        "seeds",
    ]  # fmt: skip
    study = Study.open(folder)
    assert [load_prompt(study, name).source for name in TEMPLATES] == [
        "prompts/single.md",
        "prompts/name.md",
        "prompts/answers.md",
        "prompts/critic.md",
        "prompts/category.md",
        "prompts/relation.md",
    ]
    (folder / "seeds" / "anna.txt").write_text("Interviewer: Why?\n\nAnna: Because of the rain.\n")
    assert run("--study", str(folder), "show", "anna").exit_code == 0


def test_git_is_kept_from_personal_data(tmp_path: Path) -> None:
    make_study(tmp_path)
    ignored = (tmp_path / ".gitignore").read_text().split("\n")
    for folder in ("seeds", "gold", "runs", "reviews", "reports", "archive", "private"):
        assert f"{folder}/" in ignored


def test_the_example_codebook_can_be_imported(tmp_path: Path) -> None:
    make_study(tmp_path)
    codes = import_codebook(Study.open(tmp_path), tmp_path / "codebook-example.csv")
    assert [(code.label or code.id, code.parent) for code in codes] == [
        ("Cost", None), ("Licence fees", "Cost"), ("Time", "Cost"),
    ]  # fmt: skip


def test_what_is_there_stays(tmp_path: Path) -> None:
    make_study(tmp_path)
    (tmp_path / "autocode.toml").write_text("seed = 7\n")
    (tmp_path / "prompts" / "name.md").unlink()
    assert make_study(tmp_path) == [tmp_path / "prompts" / "name.md"]
    assert Study.open(tmp_path).settings.seed == 7
    assert (tmp_path / "prompts" / "name.md").read_bytes() == default_prompt("name")


def test_the_explained_settings_are_the_defaults() -> None:
    assert Settings.model_validate(tomllib.loads(study_text("autocode.toml"))) == Settings()
    explained = {
        line.lstrip("# ").split(" =")[0] for line in study_text("autocode.toml").split("\n")
    }
    assert set(Settings.model_fields) <= explained


def test_a_file_in_the_way_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("init", str(tmp_path / "file"))
    assert done.exit_code == 1
    assert "cannot be created" in done.stderr


@pytest.fixture
def study(tmp_path: Path) -> Study:
    import asyncio

    study = p1_study(tmp_path, strategy="staged")
    asyncio.run(carry_out(study, plan_p1(study, Model(naming))))
    return study


def shown(study: Study, *words: str) -> Any:
    done = run("--study", str(study.root), "runs", *words)
    assert done.exit_code == 0, done.stderr
    return done


def test_runs_are_listed(study: Study) -> None:
    (entry,) = json.loads(shown(study, "--json").stdout)["runs"]
    assert (entry["id"], entry["status"], entry["model"]) == ("p1", "complete", "model")
    assert newest_run(study, "p1").name in shown(study).stdout


def test_a_run_is_shown_with_its_quotes(study: Study) -> None:
    done = shown(study, "show", "p1")
    assert "of the text marked" in done.stderr
    assert max(map(len, done.stdout.split("\n"))) <= 80
    manifest = json.loads(shown(study, "show", "p1", "--json").stdout)["manifest"]
    assert manifest["status"] == "complete"


def test_a_run_from_elsewhere_does_not_drive_the_terminal(study: Study) -> None:
    made = newest_run(study, "p1")
    for name, old in (("manifest.json", '"staged"'), ("coding.json", '"failures": []')):
        file = made.path / name
        new = r'"\u001b[2J"' if old == '"staged"' else r'"failures": [], "incomplete": "\u001b[2J"'
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
    made.path.rename(made.path.with_name("a\x1b[2J"))
    done = shown(study, "show", "p1")
    assert done.stderr.count(r"\x1b[2J") >= 2
    assert "\x1b" not in done.stderr + done.stdout + shown(study).stdout


def test_a_study_without_runs_says_so(tmp_path: Path) -> None:
    make_study(tmp_path)
    done = run("--study", str(tmp_path), "runs")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "No runs yet" in done.stderr


def test_commands_work_in_the_folders_of_a_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_study(tmp_path)
    monkeypatch.chdir(tmp_path / "seeds")
    assert "No runs yet" in run("runs").stderr
    assert run("--study", ".", "runs").exit_code == 1
    assert "no transcript has both" in run("compare", "--all").stderr


def test_no_study_is_one_line(tmp_path: Path) -> None:
    done = run("--study", str(tmp_path), "runs")
    assert done.exit_code == 1
    assert "autocode init" in done.stderr


def test_a_run_that_cannot_be_read_is_listed_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Folder(tmp_path)
    for name in ("R1", "R2", "R3"):
        folder.run(name, {2, 4}, "habit")
    (tmp_path / "runs/p1/R2/manifest.json").write_text("")
    (tmp_path / "runs/p1/R3/manifest.json").unlink()
    os.mkfifo(tmp_path / "runs/p1/R3/manifest.json")
    done = run("runs")
    assert [line.split()[1:] for line in done.stdout.splitlines()[1:]] == [
        ["complete", "0", "0", "R1"],
        ["unreadable", "–", "–", "R2"],
        ["unreadable", "–", "–", "R3"],
    ]
    assert "R2/manifest.json:1: not valid JSON" in done.stderr
    entries = json.loads(run("runs", "--json").stdout)["runs"]
    assert [(entry["run"], entry["status"]) for entry in entries[1:]] == [
        ("R2", "unreadable"), ("R3", "unreadable"),
    ]  # fmt: skip
    assert "R3/manifest.json" in entries[2]["reason"]
    findings = json.loads(run("check", "--json").stdout)
    files = [finding["file"] for finding in findings if finding["kind"] == "run"]
    assert files == ["runs/p1/R2", "runs/p1/R3"]
    assert "3 quotes" not in run("runs", "show", "p1").stderr  # the newest that can be read
    assert run("runs", "show", "p1").stderr.startswith("R1: complete")
    refused = run("runs", "show", "R2")
    assert refused.exit_code == 1
    assert len(refused.stderr.splitlines()) == 1


def test_a_run_at_work_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Folder(tmp_path).run("R1", set(), status="no answers")
    assert "There are no answers. Resume it with" in run("runs", "show", "R1").stderr
    with open_run(tmp_path / "runs/p1/R1").alone():
        assert "running" in run("runs").stdout
        assert "no answers yet: it is still in progress. Wait" in run("runs", "show", "R1").stderr


def test_a_run_is_shown_with_whole_quotes_and_unbroken_codes(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    code = "a_code_that_is_longer_than_any_column_of_a_table_would_be_and_yet_stands_on_one_line"
    folder.run("R1", {2}, code)
    path = tmp_path / "runs" / "p1" / "R1" / "coding.json"
    coding = json.loads(path.read_text())
    quote = coding["quotes"][0] | {
        "id": "q1",
        "rationale": "because it is \x1b[2J so",
        "text": "word " * 40,
    }
    path.write_text(json.dumps(coding | {"quotes": [quote | {"start": None, "end": None,
                                                             "status": "missing"}]}))  # fmt: skip
    shown = CliRunner().invoke(
        group, ["--study", str(tmp_path), "runs", "show", "R1"], env={"COLUMNS": "50"}
    )
    lines = shown.stdout.split("\n")
    assert lines[0] == "q1 (turn 2, missing): asking people"
    assert lines[1] == f"  {code}"
    assert shown.stdout.count("word") == 40
    assert max(len(line) for line in lines if code not in line) <= 50
    assert "because" not in shown.stdout
    assert "Why: because it is \\x1b[2J so" in run(
        "--study", str(tmp_path), "runs", "show", "R1", "--why"
    ).stdout.replace("\n  ", " ")


def test_a_run_that_marked_nothing_prints_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    about = TranscriptRef(id="p1", sha256="0" * 64, length=10)
    show_quotes(Coding(transcript=about, coder=Coder(id="model", kind="model")))
    assert capsys.readouterr().out == ""
