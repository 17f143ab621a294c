"""Provenance: what may be sent, what makes a recipe, and that nothing private is archived."""

import asyncio
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from learning import garden, write_gold
from proposing import Model, naming, nothing, p1_study, plan_p1
from scripted_server import ScriptedServer, completion

import autocode
from autocode.cli import group
from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding, write_coding
from autocode.coding.nouns import Code
from autocode.coding.runs import read_runs
from autocode.errors import InputError, InterruptedRunError
from autocode.models.embedding import Lexical
from autocode.propose import provenance
from autocode.propose.provenance import git_state, usable_codes
from autocode.propose.run import carry_out, plan, to_resume
from autocode.propose.tally import Tally
from autocode.study import Study
from autocode.transcript.seeds import load, transcript_path

OWN = {"persona_to_tool_approach", "contracts"}


class Identified(Model):
    """A model that says of itself what a test wants."""

    def __init__(self, **identity: Any) -> None:
        super().__init__(naming)
        self._identity = identity

    def identity(self) -> dict[str, Any]:
        return self._identity


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return p1_study(tmp_path, strategy="staged", concurrency=1)


def forget_where_codes_are_from(study: Study) -> None:
    book = json.loads(study.codebook_path.read_text("utf-8"))
    for code in book["codes"]:
        code.pop("first_defined_in", None)
    study.codebook_path.write_text(json.dumps(book), encoding="utf-8")


def held_back(study: Study) -> set[str]:
    sent, used = usable_codes(study, load(study, "p1"), None)
    assert {code.id for code in sent} == set(used.sent)
    assert not set(used.sent) & set(used.held_back)
    return set(used.held_back)


def test_the_notes_tell_what_was_defined_here_where_the_codebook_does_not(study: Study) -> None:
    forget_where_codes_are_from(study)
    study.gold_path("p1").unlink()
    assert held_back(study) == OWN


def test_every_coder_s_file_tells_what_was_defined_here(study: Study) -> None:
    forget_where_codes_are_from(study)
    coding = read_coding(study.gold_path("p1"))
    study.gold_path("p1").unlink()
    write_coding(coding, study.gold_path("p1", "anna"))
    seed = transcript_path(study, "p1")
    notes = seed.read_text("utf-8").replace("= CClass(", "_(")
    seed.write_text(notes, encoding="utf-8")
    assert held_back(study) == OWN


def test_a_coding_that_cannot_be_read_stops_the_run(study: Study) -> None:
    study.gold_path("p1", "anna").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"p1\.anna\.json"):
        held_back(study)


def test_no_password_and_no_path_is_archived(study: Study) -> None:
    secret = study.settings.model_copy(
        update={"base_url": "http://me:hunter2@host/v1", "model": "local:/home/ann/m.gguf"}
    )
    model = Identified(base_url="http://host/v1")
    run, _ = asyncio.run(carry_out(study, plan_p1(Study(study.root, secret), model)))
    everything = "".join(path.read_text("utf-8") for path in run.path.iterdir())
    assert "hunter2" not in everything
    assert "/home/ann" not in everything
    assert run.manifest.settings["base_url"] == "http://host/v1"
    assert run.manifest.settings["model"] == "model"


def interrupt(study: Study, model: Model) -> None:
    def script(request: Any) -> str | BaseException:
        return naming(request) if len(model.asked) < 3 else asyncio.CancelledError()

    model._script = script
    with pytest.raises(InterruptedRunError):
        asyncio.run(carry_out(study, plan_p1(study, model)))


def test_what_may_change_between_two_sessions_does_not_forbid_resuming(study: Study) -> None:
    weights = {"sha256": "aa"}
    interrupt(study, Identified(weights=weights, parameters_refused=["seed"], threads=2))
    later = Identified(weights=weights, parameters_refused=[], threads=8)
    assert to_resume(study, plan_p1(study, later))


@pytest.mark.parametrize("other", [{"weights": {"sha256": "bb"}}, {"base_url": "http://b/v1"}])
def test_another_model_under_the_same_name_is_not_resumed(
    study: Study, other: dict[str, Any]
) -> None:
    interrupt(study, Identified(weights={"sha256": "aa"}, base_url="http://a/v1"))
    model = Identified(**({"weights": {"sha256": "aa"}, "base_url": "http://a/v1"} | other))
    with pytest.raises(Exception, match="no unfinished run"):
        to_resume(study, plan_p1(study, model))


def test_without_answers_there_is_nothing_to_add_up() -> None:
    tally = Tally().figures(None)
    assert (tally["prompt_tokens"], tally["completion_tokens"]) == (None, None)
    assert (tally["requests"], tally["models_answered"]) == (0, [])
    assert "temperature" in tally["parameters_defaulted"]


def git(folder: Path, *words: str) -> None:
    person = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    subprocess.run(["git", "-C", str(folder), *person, *words], check=True, capture_output=True)


@pytest.fixture
def trap(tmp_path: Path) -> Callable[[Path], Path]:
    """Makes a repository whose configuration runs a script wherever git lets it; gives the mark
    that the script leaves."""
    mark, script = tmp_path / "the-script-ran", tmp_path / "script.sh"
    script.write_text(f"#!/bin/sh\necho \"$0\" >> '{mark}'\nexec cat\n", encoding="utf-8")
    script.chmod(0o755)

    def repository(folder: Path) -> Path:
        git(folder, "init")
        git(folder, "add", ".")
        git(folder, "commit", "-m", "x")
        (folder / ".git" / "info" / "attributes").write_text("* filter=f diff=f\n")
        for key in (
            "core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "diff.f.textconv",
            "diff.f.command", "filter.f.clean", "filter.f.smudge", "filter.f.process",
            "credential.helper", "core.editor",
        ):  # fmt: skip
            git(folder, "config", key, str(script))
        git(folder, "config", "core.hooksPath", str(tmp_path))
        (tmp_path / "post-index-change").write_bytes(script.read_bytes())
        (tmp_path / "post-index-change").chmod(0o755)
        for path in folder.rglob("*.py"):  # another time, so that git looks into the file
            os.utime(path, (1, 1))
        return mark

    return repository


def checkout(folder: Path) -> Path:
    """A folder that has a package `autocode` right inside."""
    package = folder / "autocode"
    (package / "deep").mkdir(parents=True)
    (package / "__init__.py").write_bytes(b"x = 1\n")
    (package / "deep" / "more.py").write_bytes(b"y = 2\n")
    return package


Trap = Callable[[Path], Path]


def test_the_trap_works(tmp_path: Path, trap: Trap) -> None:
    package = checkout(tmp_path / "repository")
    mark = trap(package.parent)
    subprocess.run(["git", "-C", str(package.parent), "status"], capture_output=True, check=False)
    assert "script.sh" in mark.read_text("utf-8")


def test_the_state_of_a_checkout_is_told_without_running_what_it_names(
    tmp_path: Path, trap: Trap
) -> None:
    package = checkout(tmp_path / "repository")
    mark = trap(package.parent)
    state = git_state(package)
    assert state is not None
    assert (len(state["commit"]), state["dirty"]) == (40, False)
    (package / "deep" / "__pycache__").mkdir()
    (package / "deep" / "__pycache__" / "more.pyc").write_bytes(b"")
    (package / "__init__.py").write_bytes(b"x = 1\r\n")  # as git checks it out on Windows
    assert git_state(package) == state
    (package / "__init__.py").write_bytes(b"x = 2\n")
    assert git_state(package) == state | {"dirty": True}
    (package / "__init__.py").write_bytes(b"x = 1\n")
    (package / "new.py").write_bytes(b"")
    assert git_state(package) == state | {"dirty": True}
    (package / "new.py").rename(package / "deep" / "more.py")
    assert git_state(package) == state | {"dirty": True}
    (package / "deep" / "more.py").unlink()
    assert git_state(package) == state | {"dirty": True}
    assert not mark.exists()


def test_no_monitor_is_run(tmp_path: Path, trap: Trap) -> None:
    package = checkout(tmp_path / "repository")
    mark = trap(package.parent)
    (package.parent / ".git" / "info" / "attributes").unlink()  # no command of ours meets filters
    provenance._git(package.parent, "status", "--short")
    assert not mark.exists()


def test_no_hook_is_run(tmp_path: Path, trap: Trap) -> None:
    package = checkout(tmp_path / "repository")
    mark = trap(package.parent)
    (package.parent / ".git" / "info" / "attributes").unlink()
    provenance._git(package.parent, "update-index", "--force-write-index")
    assert not mark.exists()


def test_nothing_is_fetched_for_a_partial_clone(tmp_path: Path, trap: Trap) -> None:
    package = checkout(tmp_path / "repository")
    root, mark = package.parent, trap(package.parent)
    for key, value in {
        "core.repositoryFormatVersion": "1", "extensions.partialClone": "origin",
        "remote.origin.url": f"ext::{tmp_path / 'script.sh'}", "remote.origin.promisor": "true",
        "protocol.ext.allow": "always",
    }.items():  # fmt: skip
        git(root, "config", key, value)
    git(root, "config", "--unset", "core.fsmonitor")
    tree = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "HEAD:autocode"], capture_output=True, text=True
    ).stdout.strip()
    (root / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    assert git_state(package) is None
    assert not mark.exists()


def test_the_environment_does_not_choose_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, other = checkout(tmp_path / "a"), checkout(tmp_path / "b")
    for folder in (package.parent, other.parent):
        git(folder, "init")
        git(folder, "add", ".")
        git(folder, "commit", "-m", folder.name)
    state = git_state(package)
    monkeypatch.setenv("GIT_DIR", str(other.parent / ".git"))
    assert state is not None
    assert git_state(package) == state


def test_a_study_around_an_installed_autocode_is_not_asked(
    study: Study, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = checkout(study.root / ".venv" / "site-packages")
    mark = trap(study.root)
    (package.parent / ".git").mkdir()  # no repository: git would look further up
    assert git_state(package) is None
    (package.parent / ".git").rmdir()
    monkeypatch.setattr("autocode.propose.provenance._git", None)  # is not even asked
    assert git_state(package) is None
    module = package / "propose" / "provenance.py"
    monkeypatch.setattr("autocode.propose.provenance.__file__", str(module))
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.chdir(study.root)
    with ScriptedServer(completion("{}")) as server:
        words = ("propose", "p1", "--model", "x", "--base-url", server.url, "--strategy", "single")
        CliRunner().invoke(group, [*words, "--limit-chunks", "1"])
    assert server.received
    (run,) = read_runs(study, "p1")[0]
    assert run.manifest.git is None
    assert not mark.exists()


def test_the_package_is_what_git_is_asked_about(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "_state_at_start", lambda folder: {"commit": str(folder)})
    manifest = plan_p1(study, Model(naming)).manifest
    assert manifest.git == {"commit": str(Path(autocode.__file__).parent)}


def test_a_code_spelt_otherwise_is_sent_as_the_one_that_stays(tmp_path: Path) -> None:
    study = garden(tmp_path)
    book = Codebook.load(study.codebook_path)
    wrong = Code(id="water_rotas", label="Watering by rotta", kind="practice")
    below = Code(id="rota_days", label="Days of the week", parent="water_rotas")
    Codebook(codes=[*book.codes, wrong, below]).save(study.codebook_path)
    write_gold(study, "g3", [("Leaves go onto the compost heap", ["water_rotas"])])
    model = Model(nothing)
    planned = plan(study, "g4", model, lambda: Lexical("lexical"))
    assert planned.manifest.codebook.collapsed == {"water_rotas": "water_rota"}
    assert "water_rotas" not in planned.manifest.codebook.sent
    codes = {code.id: code for code in planned.task.codes}
    assert codes["rota_days"].parent == "water_rota"
    assert not codes["water_rota"].aliases  # nothing is merged in the codebook of the coding
    requests = "".join(str(q.request(planned.task.settings)) for q in planned.questions)
    assert "water_rotas" not in requests
    taught = next(p for p in planned.task.precedents if p.transcript.id == "g3")
    assert [quote.axial for quote in taught.coding.quotes] == [["water_rota"]]


ALONE = "We begin with what I have read about gardens and their fees. " * 12


@pytest.mark.parametrize("strategy", ["single", "answers", "staged"])
def test_what_nothing_is_asked_about_is_recorded(tmp_path: Path, strategy: str) -> None:
    study = garden(tmp_path, strategy=strategy, examples="none", chunk_tokens=200)
    said = (f"Ivo: {ALONE}", "Pat: Okay.", f"Ivo: How is it paid for? {ALONE}",
            f"Pat: {'Fees are paid late by nearly everybody, and that is a quarrel. ' * 12}",
            f"Ivo: So much for that. {ALONE}", "Pat: Bye.")  # fmt: skip
    transcript_path(study, "g4").write_text("\n".join(said), "utf-8")
    made = plan(study, "g4", Model(nothing), lambda: Lexical("lexical")).manifest
    rows = [(row.first, row.last, row.why) for row in made.skipped]
    short = "nothing but short remarks"
    assert (
        rows
        == {
            "single": [(1, 3, short), (5, 6, short)],
            "answers": [(1, 3, short), (5, 6, short)],
            "staged": [],
        }[strategy]
    )


def test_an_interviewer_who_speaks_alone_is_recorded(tmp_path: Path) -> None:
    study = garden(tmp_path, examples="none", chunk_tokens=200)
    answer = "Fees are paid late by nearly everybody, and that is a quarrel. " * 9
    said = f"Ivo: {ALONE} Who pays?\nPat: {answer}\nIvo: And you?\nPat: Bye.\n"
    transcript_path(study, "g4").write_text(said, "utf-8")
    made = plan(study, "g4", Model(nothing), lambda: Lexical("lexical")).manifest
    (row,) = made.skipped
    assert (row.first, row.last, row.why) == (1, 1, "nobody speaks who is coded")


def test_the_runs_are_looked_through_once_for_a_model(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Server:
        name, recalled = "m", False

        def identity(self) -> dict[str, Any]:
            return {"base_url": "https://example.org/v1"}

        def recall(self, _: dict[str, Any]) -> None:
            self.recalled = True

    server = Server()
    provenance.recall(study, server)
    assert server.recalled
    monkeypatch.setattr(provenance, "RUNS", None)  # no folder of runs can be named
    provenance.recall(study, server)
    with pytest.raises(TypeError):
        provenance.recall(study, Server())
