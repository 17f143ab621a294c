"""`propose --keep` and `show --considered`: a threshold that is chosen, moved, and looked at."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from command_line import mark_first
from proposing import p1_study
from scripted_server import ScriptedServer

from autocode.cli import group


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return p1_study(tmp_path / "study").root


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(group, ["--study", str(folder), *words])


def test_a_threshold_is_chosen_and_then_moved(folder: Path) -> None:
    with ScriptedServer(mark_first) as server:
        asking = ("--model", "m", "--base-url", server.url, "--runs", "2", "--keep", "2")
        first = run(folder, "propose", "p1", *asking)
        assert first.exit_code == 0, first.output
        asked = len(server.received)
        assert "at least 2 of 2 answers" in first.output
        assert "all answers are the same to the letter" in first.output
        second = run(folder, "propose", "p1", "--keep", "90%", "--json")
        assert second.exit_code == 0, second.output
        assert len(server.received) == asked
    (entry,) = json.loads(second.stdout)["runs"]
    assert entry["coding"]["quotes"]
    manifest = json.loads((Path(entry["path"]) / "manifest.json").read_text("utf-8"))
    assert [each["rule"] for each in manifest["thresholds"]] == ["chosen", "chosen"]
    shown = run(folder, "show", "p1", "--considered")
    assert shown.exit_code == 0, shown.output
    assert "← kept down to here" in shown.output
    assert max(map(len, shown.output.splitlines())) <= 80
    data = json.loads(run(folder, "show", "p1", "--considered", "--json").stdout)
    assert data["format"] == "autocode/coding@1"


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "0%", "101%", "many"])
def test_what_is_no_amount_is_refused(folder: Path, value: str) -> None:
    result = run(folder, "propose", "p1", "--keep", value)
    assert result.exit_code == 2
    assert "neither a number of answers (2) nor a share" in result.output


def test_more_answers_than_are_asked_for_is_refused(folder: Path) -> None:
    result = run(folder, "propose", "p1", "--model", "m", "--keep", "2")
    assert result.exit_code == 2
    assert "--keep 2 needs as many answers (--runs)" in result.output


def test_without_a_run_there_is_nothing_to_move(folder: Path) -> None:
    result = run(folder, "propose", "p1", "--keep", ".1")
    assert result.exit_code == 1
    assert "there is no run on p1" in result.output


def test_a_dry_run_counts_every_round(folder: Path) -> None:
    words = ("propose", "p1", "--model", "m", "--strategy", "single", "--dry-run")
    plain = json.loads(run(folder, *words, "--json").stdout)["dry_run"][0]
    more = ("--runs", "3", "--critic", "--json")
    dear = json.loads(run(folder, *words, *more).stdout)["dry_run"][0]
    assert dear["prompt_tokens"] > 4 * plain["prompt_tokens"]
    assert [each["step"] for each in dear["later"]] == ["critic"]
    assert "about 2 of the round “critic”" in run(folder, *words, "--critic").output
