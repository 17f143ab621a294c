"""Each behaviour of a server by its name: a run against it ends as it should, and says so."""

import asyncio
import json
from pathlib import Path

import pytest
from scripted_server import ScriptedServer, problem
from server_behaviours import BEHAVIOURS, TALK

from autocode.coding.nouns import Coding
from autocode.coding.runs import Run, read_runs
from autocode.errors import ModelError
from autocode.models.embedding import Lexical
from autocode.models.endpoint import Address
from autocode.models.runtimes import open_provider
from autocode.propose.ask import Limits
from autocode.propose.run import carry_out, plan
from autocode.study import Settings, Study

CODEBOOK = {
    "format": "autocode/codebook@1",
    "codes": [{"id": "data_catalog", "label": "Data catalog", "first_defined_in": "other"}],
}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def talk(root: Path, **settings: object) -> Study:
    """A study of one short conversation."""
    for name in ("seeds", "gold"):
        (root / name).mkdir(exist_ok=True)
    (root / "seeds" / "t1.txt").write_text(TALK, encoding="utf-8")
    (root / "gold" / "codebook.json").write_text(json.dumps(CODEBOOK), encoding="utf-8")
    return Study(root, Settings(**{"strategy": "single", "concurrency": 1} | settings))  # type: ignore[arg-type]


def propose(
    study: Study, url: str, *, fresh: bool = False, resume: bool = False
) -> tuple[Run, Coding]:
    async def run() -> tuple[Run, Coding]:
        provider = open_provider("some-model", Address.given(url))
        limits = Limits(first_wait=0, longest_wait=0,
                        longest_reply=study.settings.longest_reply_tokens)  # fmt: skip
        try:
            planned = plan(study, "t1", provider, lambda: Lexical("lexical"))
            return await carry_out(study, planned, limits=limits, fresh=fresh, resume=resume)
        finally:
            await provider.aclose()

    return asyncio.run(run())


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_run_against(name: str, tmp_path: Path) -> None:
    server_does = BEHAVIOURS[name]
    study = talk(tmp_path, **server_does.settings)
    with ScriptedServer(*server_does.script) as server:
        url = server.url.removesuffix("/v1") + server_does.at
        if server_does.ends:
            with pytest.raises(ModelError) as caught:
                propose(study, url)
            assert server_does.failure in str(caught.value)
            assert "\n" not in str(caught.value)
        else:
            run, coding = propose(study, url)
            assert len(coding.quotes) == server_does.quotes, coding.failures
            said = [f"{failure.kind}: {failure.detail}" for failure in coding.failures]
            assert len(said) == bool(server_does.failure), said
            assert server_does.failure in "".join(said)
            assert run.manifest.status == ("incomplete" if said else "complete")
            assert run.manifest.repairs == server_does.repairs
            assert run.manifest.entries_dropped == server_does.dropped
            assert server_does.identity.items() <= run.manifest.identity.items()
            assert server_does.sends(server.received[-1])
            assert server_does.notes in [quote.note for quote in coding.quotes] or not coding.quotes
    assert server_does.requests in (None, len(server.received))
    assert all(run.manifest.status != "running" for run in read_runs(study, "t1")[0])


def test_what_a_server_refused_is_remembered_by_later_runs(tmp_path: Path) -> None:
    study = talk(tmp_path)
    with ScriptedServer(*BEHAVIOURS["parameters: several in a row"].script) as server:
        propose(study, server.url)
        refused = len(server.received) - 1
        run, _ = propose(study, server.url, fresh=True)
    assert refused == 5
    assert len(server.received) == refused + 2
    assert server.received[-1] == server.received[-2]
    assert run.manifest.identity["parameters_refused"] == ["max_tokens", "seed", "temperature"]
    assert run.manifest.identity["reply_format"] == "prompt"


def test_another_server_and_an_old_run_are_no_guide(tmp_path: Path) -> None:
    study = talk(tmp_path)
    script = BEHAVIOURS["parameters: openai: seed"].script
    with ScriptedServer(*script) as server, ScriptedServer(*script) as other:
        run, _ = propose(study, server.url)
        propose(study, other.url, fresh=True)
        assert "seed" in other.received[0]
        run.updated(started="2020-01-01T00:00:00.000+00:00")
        propose(study, server.url, fresh=True)
        assert "seed" in server.received[-2]


def test_a_worse_session_loses_no_entry(tmp_path: Path) -> None:
    study = talk(tmp_path)
    script = [*BEHAVIOURS["entries: one bad entry"].script * 3, problem(500, "gone")]
    with ScriptedServer(*script) as server:
        _, before = propose(study, server.url)
        run, after = propose(study, server.url, resume=True)
    assert (before.failures[0].kind, after.failures[0].kind) == ("out of range", "transport")
    assert after.quotes == before.quotes != []
    assert (run.manifest.status, run.manifest.entries_dropped) == ("incomplete", 1)
