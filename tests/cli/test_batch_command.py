"""`--batch`: handed in, answered while nobody waits, fetched into what an ordinary run makes."""

import json
from pathlib import Path
from typing import Any

import pytest
from batch_server import BatchServer
from command_line import mark_first, run
from proposing import p1_study
from scripted_server import Scripted, ScriptedServer, completion, problem

from autocode.coding.files import read_coding
from autocode.coding.runs import newest_run, read_runs
from autocode.models.embedding import Lexical
from autocode.study import Study

KEY = "sk-secret-0123456789"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "COLUMNS", "AZURE_OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for module in ("propose", "batch"):
        monkeypatch.setattr(f"autocode.cli.{module}.open_embedder", lambda: Lexical("lexical"))


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return p1_study(tmp_path)


def hand_in(study: Study, server: BatchServer, *more: str) -> Any:
    words = ("propose", "p1", "--model", "x", "--base-url", server.url, "--batch", *more)
    return run(study, *words, OPENAI_API_KEY=KEY)


def fetch(study: Study, *more: str) -> Any:
    return run(study, "batch", "fetch", *more, OPENAI_API_KEY=KEY)


def made(study: Study) -> Any:
    run = newest_run(study, "p1")
    return run, read_coding(run.coding_path)


def test_a_batch_ends_in_what_an_ordinary_run_makes(study: Study, tmp_path: Path) -> None:
    other = p1_study(tmp_path / "other")
    with BatchServer(mark_first) as server:
        done = hand_in(study, server, "--density", "0.1")
        assert done.returncode == 0, done.stderr
        assert "handed in" in done.stderr
        waiting = newest_run(study, "p1")
        assert (waiting.manifest.status, waiting.state) == ("submitted", "submitted")
        assert not waiting.coding_path.exists()
        assert "submitted" in run(study, "runs").stdout
        for words in (("show", "p1", "--run"), ("runs", "show", "p1"), ("compare", "p1")):
            assert f"`autocode batch fetch {waiting.name}`" in run(study, *words).stderr

        early = fetch(study)
        assert early.returncode == 3
        assert "not answered yet (validating)" in early.stderr
        assert newest_run(study, "p1").manifest.status == "submitted"

        server.work()
        told = run(study, "batch", "status", OPENAI_API_KEY=KEY)
        assert "completed" in told.stdout
        done = fetch(study)
        assert done.returncode == 0, done.stderr
        assert "code number" in done.stdout
        fetched, _ = made(study)
        assert fetched.manifest.status == "complete"
        asked = len(server.requests)
        again = fetch(study, "p1")
        assert (again.returncode, again.stdout) == (0, done.stdout)
        assert len(server.requests) == asked
        assert made(study)[0].manifest == fetched.manifest
    assert {headers["authorization"] for headers in server.headers} == {f"Bearer {KEY}"}
    assert KEY not in "".join(path.read_text("utf-8") for path in fetched.path.iterdir())
    with ScriptedServer(mark_first) as ordinary:
        words = ("propose", "p1", "--model", "x", "--base-url", ordinary.url, "--density", "0.1")
        assert run(other, *words, "--concurrency", "1").returncode == 0
    assert fetched.coding_path.read_bytes() == made(other)[0].coding_path.read_bytes()
    lines = (fetched.path / "questions.jsonl").read_text("utf-8").splitlines()
    bodies = [json.loads(line)["body"] for line in lines]
    assert bodies == ordinary.received
    calls = [call["request"] for call in fetched.calls()]
    assert calls == bodies


def test_errors_of_single_lines_are_failures_that_resume_asks_again(study: Study) -> None:
    first = iter([problem(500, "oops")])

    def answer(body: dict[str, Any]) -> Scripted:
        return next(first, None) or mark_first(body)

    with BatchServer(answer) as server:
        hand_in(study, server)
        server.work()
        done = fetch(study)
        assert done.returncode == 3
        assert "failed: chunk 1: transport: server: HTTP 500: oops" in done.stderr
        before, coding = made(study)
        assert (before.manifest.status, len(coding.quotes)) == ("incomplete", 1)
        words = ("propose", "p1", "--model", "x", "--base-url", server.url, "--resume")
        done = run(study, *words)
        assert done.returncode == 0, done.stderr
        assert sum("/chat/completions" in request for request in server.requests) == 1
    after, coding = made(study)
    assert (after.path, after.manifest.status) == (before.path, "complete")
    assert len(coding.quotes) == 2


def test_a_line_whose_parameter_was_refused_is_one_request(study: Study) -> None:
    """There is nothing to try again: the lines are answered."""
    first = iter([problem(400, "Unsupported parameter: 'max_tokens'.")])
    with BatchServer(lambda body: next(first, None) or mark_first(body)) as server:
        hand_in(study, server)
        server.work()
        done = fetch(study)
    assert "failed: chunk 1: rejected: HTTP 400: Unsupported parameter" in done.stderr
    fetched, _ = made(study)
    assert (fetched.manifest.requests, fetched.manifest.questions) == (2, 2)
    assert fetched.manifest.identity["parameters_refused"] == ["max_tokens"]


@pytest.mark.parametrize("status", ["expired", "cancelled"])
def test_what_was_answered_in_time_is_kept(study: Study, status: str) -> None:
    with BatchServer(mark_first) as server:
        hand_in(study, server)
        if status == "cancelled":
            done = run(study, "batch", "cancel", "p1", OPENAI_API_KEY=KEY)
            assert "cancelling" in done.stderr
        server.work(status, most=1)
        done = fetch(study)
    assert done.returncode == 3
    assert "batch: This request expired." in done.stderr
    fetched, coding = made(study)
    assert (len(coding.quotes), len(coding.failures)) == (1, 1)
    assert fetched.manifest.status == "incomplete"


def test_a_batch_that_fails_as_a_whole_says_why(study: Study) -> None:
    with BatchServer(mark_first) as server:
        hand_in(study, server)
        errors = {"object": "list", "data": [{"code": "x", "message": "enqueued token limit"}]}
        server.batches["batch_1"] |= {"status": "failed", "errors": errors}
        done = fetch(study)
    assert done.returncode == 3
    assert "the batch is failed: enqueued token limit" in done.stderr


def test_bad_replies_in_a_batch_are_named_by_their_kind(study: Study) -> None:
    with BatchServer(lambda _: completion("not JSON")) as server:
        hand_in(study, server)
        server.work()
        done = fetch(study)
    assert "failed: chunk 1: wrong shape" in done.stderr
    assert "failed: chunk 2: wrong shape" in done.stderr


def test_the_same_is_not_handed_in_twice_nor_paid_twice(study: Study) -> None:
    with BatchServer(mark_first) as server:
        hand_in(study, server)
        again = hand_in(study, server)
        assert again.returncode == 1
        assert "autocode batch fetch" in again.stderr
        words = ("propose", "p1", "--model", "x", "--base-url", server.url, "--resume")
        assert "no unfinished run" in run(study, *words).stderr
        server.work()
        fetch(study)
        asked = len(server.batches)
        third = hand_in(study, server)
        assert third.returncode == 0, third.stderr
        assert "all answered in earlier runs" in third.stderr
        assert len(server.batches) == asked == 1
    assert newest_run(study, "p1").manifest.status == "complete"


def test_who_is_cut_off_while_handing_in_comes_back(study: Study) -> None:
    with BatchServer(mark_first) as server:
        server.refuse["/batches"] = Scripted(drop=True)  # made, and its id never heard
        done = hand_in(study, server)
        assert done.returncode == 1
        server.refuse.clear()
        waiting = newest_run(study, "p1")
        assert waiting.manifest.batch is not None
        assert waiting.manifest.batch["id"] is None
        server.work()
        done = fetch(study, "p1")
        assert done.returncode == 0, done.stderr
        assert len(server.batches) == 1


def test_a_server_without_batches_leaves_no_run(study: Study) -> None:
    with BatchServer(mark_first) as server:
        for path in ("/files", "/batches"):
            server.refuse = {path: problem(404, "no route")}
            done = hand_in(study, server)
            assert done.returncode == 1
            assert "Leave out --batch" in done.stderr
    assert read_runs(study, "p1")[0] == []


def test_a_strangers_batch_gets_no_key(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    with BatchServer(mark_first) as server:
        hand_in(study, server)
        asked = len(server.requests)
        monkeypatch.setattr("autocode.cli.batch.is_trusted", lambda *_: False)
        done = fetch(study)
        assert (done.returncode, len(server.requests)) == (1, asked)
        assert f"--base-url {server.url}" in done.stderr


def test_a_study_that_asks_something_else_now_is_named(study: Study) -> None:
    with BatchServer(mark_first) as server:
        hand_in(study, server)
        server.work()
        prompt = study.root / "prompts" / "single.md"
        before = prompt.read_text("utf-8")
        prompt.write_text(before.replace("You are", "You were"), encoding="utf-8")
        done = fetch(study)
        assert done.returncode == 1
        assert "no longer asks" in done.stderr
        prompt.write_text(before, encoding="utf-8")
        assert fetch(study).returncode == 0


def test_all_transcripts_are_handed_in_and_fetched(study: Study) -> None:
    for id_ in ("p2", "p3"):
        seed = (study.root / "seeds" / "p1.md").read_bytes()
        (study.root / "seeds" / f"{id_}.md").write_bytes(seed)
    with BatchServer(mark_first) as server:
        words = ("propose", "--all", "--model", "x", "--base-url", server.url, "--batch")
        assert run(study, *words).returncode == 0
        assert len(server.batches) == 3
        server.work()
        done = fetch(study, "--json")
    assert done.returncode == 0, done.stderr
    entries = json.loads(done.stdout)["runs"]
    assert [(entry["id"], entry["status"]) for entry in entries] == [
        ("p1", "complete"), ("p2", "complete"), ("p3", "complete"),
    ]  # fmt: skip
    assert all(entry["coding"]["quotes"] for entry in entries)


def test_azure_has_its_batches_beside_its_deployments(study: Study) -> None:
    with BatchServer(mark_first) as server:
        url = server.url.replace("/v1", "/openai/deployments/gpt?api-version=2024-10-21")
        words = ("propose", "p1", "--model", "gpt", "--base-url", url, "--batch")
        done = run(study, *words, AZURE_OPENAI_API_KEY=KEY)
        assert done.returncode == 0, done.stderr
        server.work()
        done = run(study, "batch", "fetch", AZURE_OPENAI_API_KEY=KEY)
        assert done.returncode == 0, done.stderr
    assert server.requests[0] == "POST /openai/files?api-version=2024-10-21"
    assert {headers.get("api-key") for headers in server.headers} == {KEY}
    assert all("authorization" not in headers for headers in server.headers)


def test_batches_are_for_servers_and_new_runs(study: Study) -> None:
    here = run(study, "propose", "p1", "--batch")
    assert (here.returncode, "takes no batches" in here.stderr) == (1, True)
    both = run(study, "propose", "p1", "--batch", "--resume")
    assert both.returncode == 2
    none = run(study, "batch", "status")
    assert (none.returncode, none.stdout) == (0, "")
    assert "No batch waits" in none.stderr


def test_what_asks_in_rounds_is_no_batch(study: Study) -> None:
    (study.root / "autocode.toml").write_text("critic = true\n", encoding="utf-8")
    with BatchServer(mark_first) as server:
        done = hand_in(Study.open(study.root), server)
        assert done.returncode == 1
        assert "asks in 2 rounds, and a batch is one" in done.stderr
        assert server.requests == []


def test_a_limited_run_is_fetched_as_it_was_handed_in(study: Study) -> None:
    with BatchServer(mark_first) as server:
        hand_in(study, server, "--limit-chunks", "1")
        server.work()
        done = fetch(study)
        assert done.returncode == 0, done.stderr
    fetched, coding = made(study)
    assert (fetched.manifest.status, len(fetched.calls())) == ("incomplete", 1)
    assert "limited to the first" in str(coding.incomplete)


@pytest.mark.parametrize(
    "changes", [{"limit": "x"}, {"limit": -1}, {"id": []}, {"base_url": None}, {"keep": {}}]
)
def test_an_odd_manifest_is_one_line(study: Study, changes: dict[str, Any]) -> None:
    with BatchServer(mark_first) as server:
        hand_in(study, server)
        server.work()
        waiting = newest_run(study, "p1")
        waiting.updated(batch=(waiting.manifest.batch or {}) | changes)
        done = fetch(study)
    assert (done.returncode, done.stdout) == (1, "")
    told = f"manifest.json: it does not say what was handed in: batch.{next(iter(changes))}: "
    assert told in done.stderr
    assert newest_run(study, "p1").manifest.status == "submitted"
