"""`autocode propose p1` on real models: SmolLM2 in this process, and behind llama.cpp's server.

SmolLM2's codes are useless; what is tested is the whole way from transcript to run.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from proposing import Model, naming, p1_study

from autocode.cli import group
from autocode.coding.files import read_coding, verify
from autocode.coding.runs import Run, newest_run
from autocode.models.catalogue import KNOWN
from autocode.models.cores import prepare_openmp
from autocode.models.runtimes import open_embedder
from autocode.models.weights import fetch
from autocode.propose.run import plan
from autocode.study import Study
from autocode.transcript.seeds import load

pytestmark = pytest.mark.slow


def propose(study: Study, *words: str) -> Run:
    done = CliRunner().invoke(group, ["--study", str(study.root), "propose", "p1", *words])
    assert done.exit_code in (0, 3), done.stderr
    return newest_run(study, "p1")


def check(study: Study, run: Run) -> None:
    """What must hold for every run of every model."""
    transcript, coding = load(study, "p1"), read_coding(run.coding_path)
    verify(coding, transcript)
    for quote in coding.located():
        assert quote.text == transcript.text[quote.start : quote.end]
        touched = [turn for turn in transcript.turns if turn.span.overlaps(quote.span)]  # type: ignore[arg-type]
        assert [turn.role for turn in touched] == ["participant"]
        assert 2 <= len((quote.open_code or "").split()) <= 6
    assert run.manifest.questions == run.manifest.answered + len(coding.failures)


def test_in_this_process(tmp_path: Path) -> None:
    study = p1_study(tmp_path)
    run = propose(study, "--model", "local:smollm2", "--limit-chunks", "2")
    check(study, run)
    weights = run.manifest.identity["weights"]
    assert weights["sha256"] == KNOWN[2].sha256
    assert run.manifest.destination == "this machine only"
    assert "e5" in (run.manifest.embedder or "")


def test_the_embedded_model_selects_within_the_density(tmp_path: Path) -> None:
    study = p1_study(tmp_path, strategy="staged")
    planned = plan(study, "p1", Model(naming), open_embedder)
    marked = sum(q.within.end - q.within.start for q in planned.questions)
    assert len(planned.questions) >= 5
    assert 0.08 <= marked / len(planned.transcript.text) <= 0.25


@pytest.fixture
def server() -> Iterator[str]:
    """llama.cpp's own OpenAI-compatible server with SmolLM2, on loopback."""
    prepare_openmp()
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(fetch(KNOWN[2]))
    params.n_ctx, params.n_parallel, params.verbosity = 4096, 1, -1
    running = xllamacpp.Server(params)
    yield f"{running.listening_address}/v1"
    del running


def test_through_the_http_door(tmp_path: Path, server: str) -> None:
    study = p1_study(tmp_path)
    door = ("--model", "smollm2", "--base-url", server, "--strategy", "staged")
    run = propose(study, *door, "--limit-chunks", "2")
    check(study, run)
    assert run.manifest.model_asked == "smollm2"
    assert run.manifest.answered >= 1
    assert run.manifest.prompt_tokens
    assert server in run.manifest.destination
