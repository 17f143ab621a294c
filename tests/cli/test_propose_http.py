"""`autocode propose` as a user runs it, against an OpenAI-compatible server on loopback."""

import asyncio
import json
import re
import signal
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from command_line import command, mark_first, run, through, wait_for
from proposing import p1_study
from scripted_server import (
    Scripted,
    ScriptedServer,
    completion,
    problem,
    rate_limited,
    refused,
    truncated,
)

from autocode.cli import group
from autocode.coding.files import read_coding
from autocode.coding.runs import newest_run
from autocode.models.embedding import Lexical
from autocode.models.prices import ListedModel
from autocode.study import Study
from autocode.transcript.seeds import transcript_path

NOBODY = "http://127.0.0.1:1/v1"
KEY = "sk-secret-0123456789"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return p1_study(tmp_path)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    # Quick; the embedded model itself is used in test_propose_real.py.
    monkeypatch.setattr("autocode.cli.propose.open_embedder", lambda: Lexical("lexical"))


def test_a_run_through_the_http_door(study: Study) -> None:
    with ScriptedServer(mark_first) as server:
        done = run(study, *through(server), OPENAI_API_KEY=KEY)
    assert done.returncode == 0, done.stderr
    first = done.stderr.split("\n")[0]
    assert first == f"Model x: text goes to {server.url} (a server on this machine)."
    assert "code number" in done.stdout
    assert max(map(len, done.stdout.split("\n"))) <= 80
    assert "Next: autocode diff p1" in done.stderr
    study.gold_path("p1").rename(study.gold_path("p1", "jo"))
    told = run(study, "runs", "show", "p1").stderr
    assert "Next: autocode diff p1 --gold jo   (then: autocode compare p1 --gold jo)" in told
    assert re.search(r"^coding p1: 2/2 questions  2 quotes", done.stderr, re.MULTILINE)
    made = newest_run(study, "p1")
    assert made.manifest.models_answered == ["scripted-1"]
    everything = "".join(path.read_text("utf-8") for path in made.path.iterdir())
    assert KEY not in everything + done.stdout + done.stderr
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


GOLD_WORDS = (
    "CODING TRACE",
    "CClass",
    "persona_to_tool_approach",
    "Persona to Tool approach",
    "Service Level Agreements",
    '"contracts"',
    "- contracts",
)


@pytest.mark.parametrize("strategy", ["single", "staged"])
def test_what_goes_over_the_wire_holds_nothing_of_the_human_coding(
    study: Study, strategy: str
) -> None:
    """Corrections after unusable answers included: they are requests of their own."""
    with ScriptedServer(completion("not JSON")) as server:
        done = run(study, *through(server, "--strategy", strategy, "--limit-chunks", "2"))
    assert done.returncode == 3, done.stderr
    assert len(server.received) == 6
    sent = json.dumps(server.received, ensure_ascii=False)
    assert "corrected" in sent
    assert "_catalog" in sent or "_orchestration" in sent  # codes that may be sent are
    assert [words for words in GOLD_WORDS if words in sent] == []


def test_bad_answers_are_asked_again_and_then_named(study: Study) -> None:
    junk = completion("not JSON")
    # The first chunk gets through after two stumbles, the second gets nothing usable.
    script = [rate_limited("0"), problem(500, "oops"), mark_first, truncated(), junk, refused()]
    with ScriptedServer(*script) as server:
        done = run(study, *through(server, "--concurrency", "1", "--json"))
    assert done.returncode == 3, done.stderr
    (result,) = json.loads(done.stdout)["runs"]
    (failure,) = result["coding"]["failures"]
    assert (failure["chunk"], failure["kind"], failure["attempts"]) == (2, "refusal", 3)
    assert result["status"] == "incomplete"
    assert len(result["coding"]["quotes"]) >= 1
    outcomes = [
        json.loads(line)["outcome"]
        for line in (Path(result["path"]) / "calls.jsonl").read_text("utf-8").splitlines()
    ]
    assert outcomes == ["transport", "transport", "ok", "cut-off", "wrong shape", "refusal"]
    told = run(study, "runs", "show", "p1").stderr
    assert "Next: autocode propose p1 --resume   (with the options of this run)" in told


def test_repairs_are_said_and_counted(study: Study) -> None:
    def fenced(body: dict[str, Any]) -> Scripted:
        text = json.loads(mark_first(body).body)["choices"][0]["message"]["content"]
        return completion(f"```json\n{text}\n```")

    with ScriptedServer(fenced) as server:
        done = run(study, *through(server))
    assert done.returncode == 0, done.stderr
    assert "note: replies had to be repaired: fence (2)." in done.stderr
    assert newest_run(study, "p1").manifest.repairs == {"fence": 2}


def test_a_wrong_key_ends_the_run_with_one_line(study: Study) -> None:
    with ScriptedServer(problem(401, f"Incorrect API key provided: {KEY}")) as server:
        done = run(study, *through(server), OPENAI_API_KEY=KEY)
    assert done.returncode == 1
    where, names, *rest = done.stderr.strip().split("\n")
    assert where.startswith("Model x: text goes to")
    assert "likely names" in names
    assert len(rest) == 1
    assert KEY not in done.stderr
    assert not list((study.root / "runs" / "p1").glob("*"))


def test_out_of_range_numbers_are_named(study: Study) -> None:
    passage = {
        "first": 9999, "last": 9999, "open_code": "two words", "axial": ["new code"],
        "new_code": None, "rationale": "r", "salience": 3,
    }  # fmt: skip
    with ScriptedServer(completion(json.dumps({"quotes": [passage]}))) as server:
        done = run(study, *through(server, "--limit-chunks", "1"))
    assert done.returncode == 3
    assert "out of range" in done.stderr
    assert "9999" in done.stderr


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_saves_and_resume_goes_on(study: Study, stop: signal.Signals) -> None:
    with ScriptedServer(mark_first, Scripted(delay=60), mark_first) as server:
        words = through(server, "--concurrency", "1")
        process = subprocess.Popen(
            command(study, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        wait_for(lambda: len(server.received) == 2)
        process.send_signal(stop)
        _, told = process.communicate(timeout=60)
        assert process.returncode == 130, told
        assert "Traceback" not in told
        assert "go on with --resume" in told
        interrupted = newest_run(study, "p1")
        assert interrupted.manifest.status == "interrupted"
        assert len(read_coding(interrupted.coding_path).quotes) == 1

        done = run(study, *words, "--resume")
        assert done.returncode == 0, done.stderr
        assert len(server.received) == 3  # the first chunk was not asked again
    finished = newest_run(study, "p1")
    assert (finished.path, finished.manifest.status) == (interrupted.path, "complete")
    assert len(read_coding(finished.coding_path).quotes) == 2


def test_resuming_several_goes_on_where_the_last_session_stopped(study: Study) -> None:
    seed = transcript_path(study, "p1").read_bytes()
    for id_ in ("p2", "p3"):
        (study.root / "seeds" / f"{id_}.md").write_bytes(seed)
    script = [mark_first, mark_first, mark_first, problem(401, "revoked"), mark_first]
    with ScriptedServer(*script) as server:
        words = ("propose", "--all", "--model", "x", "--base-url", server.url)
        assert run(study, *words, "--concurrency", "1").returncode == 1
        # p1 is whole, of p2 one of two answers is there, p3 was never begun.
        begun = [path.parent.name for path in (study.root / "runs").glob("*/*")]
        assert sorted(begun) == ["p1", "p2"]
        done = run(study, *words, "--resume", "--json")
        assert done.returncode == 0, done.stderr
        assert len(server.received) == 4 + 3
    runs = json.loads(done.stdout)["runs"]
    assert [(made["id"], len(made["coding"]["quotes"])) for made in runs] == [
        ("p1", 2), ("p2", 2), ("p3", 2),
    ]  # fmt: skip


def test_ctrl_c_while_a_model_is_loaded_is_not_swallowed(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loading(*_: Any, **__: Any) -> Any:
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()  # its SIGINT handler waits for the end of what blocks it
        raise KeyboardInterrupt

    monkeypatch.setattr("autocode.cli.propose.open_provider", loading)
    done = CliRunner().invoke(group, ["--study", str(study.root), "propose", "p1"])
    assert isinstance(done.exception, SystemExit)
    assert "Aborted" in done.stderr


@pytest.mark.parametrize("key", ["ключ-ключ-ключ", "sk-0123456789\nsk-0123456789"])
def test_a_key_that_is_none_is_said_and_not_repeated(study: Study, key: str) -> None:
    done = run(study, "propose", "p1", "--model", "x", "--base-url", NOBODY, OPENAI_API_KEY=key)
    assert done.returncode == 1
    assert "OPENAI_API_KEY holds characters that no key has" in done.stderr
    assert key[:8] not in done.stderr


def priced(monkeypatch: pytest.MonkeyPatch, input_price: float, output_price: float) -> None:
    """The user's list of prices has the model `x`."""
    listed = ListedModel("x", input_price, output_price, None, date(2026, 11, 20), "a list")
    monkeypatch.setattr("autocode.models.prices.known_models", lambda: [listed])


def test_a_cost_is_said_where_the_user_wrote_down_a_price(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("propose", "p1", "--base-url", NOBODY, "--dry-run", "--json", "--model")
    priced(monkeypatch, 1, 2)
    (dry,) = json.loads(run(study, *words, "x").stdout)["dry_run"]
    cost = (dry["prompt_tokens"] + 2 * dry["reply_tokens"]) / 1e6
    assert dry["cost_usd_at_most"] == pytest.approx(cost)
    assert dry["price"] == f"at most ${cost:.4f} (your prices of 2026-11-20)"
    (dry,) = json.loads(run(study, *words, "y").stdout)["dry_run"]
    assert dry["cost_usd_at_most"] is None
    assert "cost unknown" in dry["price"]


def test_dry_run_sends_nothing(study: Study) -> None:
    with ScriptedServer(mark_first) as server:
        done = run(study, *through(server, "--dry-run"))
        told = run(study, "propose", "p1", "--model", "gpt-4o-mini", "--dry-run", "--json")
    assert (done.returncode, server.received) == (0, [])
    assert "Nothing was sent." in done.stderr
    assert "cost unknown (`autocode models --prices`)" in done.stderr
    assert "Research question:" in done.stdout
    (dry,) = json.loads(told.stdout)["dry_run"]
    assert dry["cost_usd_at_most"] is None
    assert dry["prompt_tokens"] == sum(request["tokens"] for request in dry["requests"])
    assert not (study.root / "runs").exists()


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["propose", "p9"], 1, "no transcript 'p9'"),
        (["propose", "../x"], 1, "is not a valid id"),
        (["propose"], 2, "Name transcripts"),
        (["propose", "p1", "--all"], 2, "Name transcripts"),
        (["propose", "p1", "--model", "gpt-4o"], 1, "no key for api.openai.com"),
        (["propose", "p1", "--model", "x", "--base-url", NOBODY], 1, "cannot reach"),
        (["propose", "p1", "--model", "x", "--base-url", "nonsense"], 1, "not the URL of a server"),
        (["propose", "p1", "--model", "x", "--base-url", NOBODY + "\n"], 1, "not the URL"),
        (["propose", "p1", "--model", "x", "--base-url", "http://ü..x/v1"], 1, "not the URL"),
        (["propose", "p1", "--base-url", NOBODY], 2, "--base-url needs --model"),
        (["propose", "p1", "--anchor", "verbatim"], 2, "--anchor verbatim needs --strategy single"),
        (["propose", "p1", "--codebook", "x", "--no-codebook"], 2, "exclude each other"),
        (["propose", "p1", "--density", "7"], 2, "--density"),
        (["propose", "p1", "--roles", "dog"], 2, "--roles"),
        (["propose", "p1", "--codebook", "none.json"], 1, "no codebook there"),
        (["propose", "p1", "--model", "local:none.gguf"], 1, "no model file"),
        (["propose", "p1", "--resume", "--model", "x", "--base-url", NOBODY], 1,
         "no unfinished run"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(study: Study, words: list[str], status: int, said: str) -> None:
    done = run(study, *words)
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not list((study.root / "runs").glob("*/*"))


def test_a_prompt_without_a_placeholder_is_named(study: Study) -> None:
    file = study.root / "prompts" / "single.md"
    file.write_text(file.read_text("utf-8").replace("{{transcript}}", ""), encoding="utf-8")
    done = run(study, "propose", "p1", "--model", "x", "--base-url", NOBODY)
    assert done.returncode == 1
    assert "prompts/single.md: placeholder {{transcript}} is missing" in done.stderr


MIXED = (
    "Ada: Why?\nOla: So it was.\nAda: Oh?\nOla: It was.\nCarla: Not for me.\nNor for him.\nNo.\n"
)


def test_a_turn_that_mixes_two_people_is_not_sent_unasked(study: Study) -> None:
    (study.root / "seeds" / "c1.txt").write_text(MIXED)
    words = ("propose", "p1", "c1", "--model", "x", "--base-url", NOBODY, "--dry-run")
    done = run(study, *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert "seeds/c1.txt:5: 'Carla:' looks like a speaker's label" in done.stderr
    assert "--as-it-is" in done.stderr
    done = run(study, *words, "--as-it-is")
    assert done.returncode == 0, done.stderr
    assert "seeds/c1.txt:5: 'Carla:' looks like" in done.stderr
    assert "Not for me" in done.stdout


def test_one_voice_is_said_before_anything_is_sent(study: Study) -> None:
    (study.root / "seeds" / "c1.txt").write_text("Why is that?\nBecause of the rain.\n")
    done = run(study, "propose", "c1", "--model", "x", "--base-url", NOBODY, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "seeds/c1.txt:1: no speaker labels" in done.stderr


def test_a_repeated_run_asks_nothing_and_says_what_it_saved(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced(monkeypatch, 1_000_000, 2_000_000)
    with ScriptedServer(mark_first) as server:
        first = run(study, *through(server), OPENAI_API_KEY=KEY)
        again = run(study, *through(server), OPENAI_API_KEY=KEY)
        assert len(server.received) == 2
        assert run(study, *through(server, "--fresh"), OPENAI_API_KEY=KEY).returncode == 0
        assert len(server.received) == 4
    assert again.stdout == first.stdout
    assert "2 requests, 34 tokens, $44.00 (your prices of 2026-11-20)." in first.stderr
    assert (
        "2 answers reused from earlier runs: 34 tokens and $44.00 saved (--fresh asks again)."
        in again.stderr
    )
    assert "0 requests" in again.stderr
    assert KEY not in "".join(
        path.read_text("utf-8") for path in study.root.rglob("*") if path.is_file()
    )


def test_tokens_that_a_server_does_not_count_are_not_called_none(study: Study) -> None:
    def uncounted(body: dict[str, Any]) -> Scripted:
        step = mark_first(body)
        told = {name: value for name, value in json.loads(step.body).items() if name != "usage"}
        return Scripted(step.status, json.dumps(told))

    with ScriptedServer(uncounted) as server:
        first = run(study, *through(server), OPENAI_API_KEY=KEY)
        again = run(study, *through(server), OPENAI_API_KEY=KEY)
    assert "2 requests, tokens not counted by the server." in first.stderr
    assert "0 requests, no tokens." in again.stderr
    assert "2 answers reused from earlier runs (--fresh asks again)." in again.stderr


def test_a_budget_is_said_kept_and_resumed(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(mark_first) as server:
        unpriced = run(study, *through(server, "--max-cost", "5"))
        assert (unpriced.returncode, unpriced.stdout) == (1, "")
        assert "the price of x is not known, so --max-cost cannot be kept" in unpriced.stderr
        assert "autocode models --prices" in unpriced.stderr
        dry = run(study, *through(server, "--max-cost", "5", "--dry-run"))
        assert (dry.returncode, server.received) == (0, [])
        assert "A real run would stop here: " in dry.stderr
        assert "so --max-cost cannot be kept" in dry.stderr
        refused_ = run(study, *through(server, "--max-tokens", "100"))
        assert refused_.returncode == 1
        assert "--max-tokens does not allow even one request" in refused_.stderr
        assert server.received == []
        priced(monkeypatch, 0, 1_000_000)  # a dollar for each token of a reply
        stopped = run(study, *through(server, "--max-cost", "2004", "--concurrency", "1"))
        assert stopped.returncode == 3
        assert "--max-cost may stop it before its end; --resume then goes on." in stopped.stderr
        assert "$5.0000 of the $2004 of --max-cost are used" in stopped.stderr
        assert "go on with --resume" in stopped.stderr
        assert len(server.received) == 1
        assert run(study, *through(server, "--resume", "--max-cost", "3000")).returncode == 0
        assert len(server.received) == 2
