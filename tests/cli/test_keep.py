"""`propose --keep` and `show --considered`: a threshold that is chosen, moved, and looked at."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from command_line import mark_first
from proposing import p1_study
from scripted_server import Scripted, ScriptedServer, completion

from autocode.cli import group
from autocode.coding.files import read_coding
from autocode.coding.runs import newest_run
from autocode.review import Review
from autocode.review.decision import Accept, Reject
from autocode.study import Study


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
    assert "\nkept  rank  turn  passage  " in shown.output
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


def graded(body: dict[str, Any]) -> Scripted:
    """Every other sentence: the first eight of a chunk at salience 5, the others at 2."""
    user = body["messages"][-1]["content"].rpartition("Transcript to code:")[2]
    numbers = [int(n) for n in re.findall(r"^\[(\d+)\] ", user, re.MULTILINE)][::2]
    fields = {"open_code": "some name", "axial": [], "new_code": None, "rationale": "because"}
    marked = [{"first": n, "last": n, "salience": 5 if at < 8 else 2} | fields
              for at, n in enumerate(numbers)]  # fmt: skip
    return completion(json.dumps({"quotes": marked}))


def test_what_was_decided_so_far_sets_the_threshold(folder: Path) -> None:
    study = Study.open(folder)
    with ScriptedServer(graded) as server:
        asking = ("--model", "m", "--base-url", server.url, "--keep", "100%")
        assert run(folder, "propose", "p1", *asking).exit_code == 0
        asked = len(server.received)
        proposed = newest_run(study, "p1")
        review = Review.open(study, "p1", "anna", runs=[proposed.name])
        before = run(folder, "propose", "p1", "--keep", "review")
        assert before.exit_code == 1
        assert "it takes 10 passages, some of them accepted and some rejected" in before.output
        items = [item for item in review.items() if item.proposal]
        for salience, decision in ((5, Accept), (2, Reject)):
            like = [item for item in items if item.proposal.salience == salience]
            for item in like[:6]:
                review.decide(decision(item=item.id))
        done = run(folder, "propose", "p1", "--keep", "review")
        assert done.exit_code == 0, done.output
        assert len(server.received) == asked
    threshold = newest_run(study, "p1").manifest.thresholds[-1]
    assert (threshold.rule, threshold.assisted, threshold.salience) == ("assisted", True, 5)
    assert "12 decisions on this transcript, 6 to accept" in threshold.why
    kept = read_coding(proposed.coding_path).quotes
    assert {quote.salience for quote in kept} == {5}
    again = Review.open(study, "p1", "anna")
    assert again.state.judgements == review.state.judgements


def test_a_new_run_has_no_review(folder: Path) -> None:
    result = run(folder, "propose", "p1", "--model", "m", "--keep", "review")
    assert result.exit_code == 2
    assert "--keep review is for a run that is there" in result.output
