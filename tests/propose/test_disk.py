"""A disk that is full or read-only in mid-run: the file is named, and no answer is paid twice."""

import asyncio
import errno
import json
import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from proposing import Model, naming, p1_study, plan_p1

import autocode.propose.calls as calls_module
from autocode.coding.calls import read_calls
from autocode.coding.runs import newest_run
from autocode.errors import StudyError
from autocode.propose.ask import Limits
from autocode.propose.run import carry_out
from autocode.study import Study

QUICK = Limits(replies=2, transports=2, first_wait=0.0, longest_wait=0.0)
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return p1_study(tmp_path, strategy="staged", concurrency=1)


def propose(study: Study, model: Model, **how: bool) -> Any:
    return asyncio.run(carry_out(study, plan_p1(study, model), limits=QUICK, **how))


def stopped(study: Study) -> tuple[str, Model]:
    """What is said when a run cannot go on, and the model that it had asked."""
    model = Model(naming)
    with pytest.raises(StudyError) as caught:
        propose(study, model)
    return str(caught.value), model


def goes_on(study: Study, before: Model, unsaved: int) -> None:
    """--resume asks what is left, and of what was asked `unsaved` again; the coding is the same."""
    left = newest_run(study, "p1")
    assert left.state in ("interrupted", "stopped")
    again = Model(naming)
    run, coding = propose(study, again, resume=True)
    assert run.path == left.path
    assert len(before.asked) + len(again.asked) == len(coding.quotes) + unsaved
    whole = propose(study, Model(naming), fresh=True)[0]
    assert run.coding_path.read_bytes() == whole.coding_path.read_bytes()


def failing_at(number: int, really: Callable[..., Any], wanted: Callable[..., bool]) -> Any:
    """`really`, but the `number`th call and those after it are refused, where they are `wanted`."""
    count = 0

    def refusing(*words: Any, **named: Any) -> Any:
        nonlocal count
        count += wanted(*words)
        if count >= number and wanted(*words):
            raise FULL
        return really(*words, **named)

    return refusing


def test_an_answer_that_cannot_be_synced_is_kept_all_the_same(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_log(handle: int) -> bool:
        return Path(f"/proc/self/fd/{handle}").readlink().name == "calls.jsonl"

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", failing_at(4, os.fsync, is_log))
        said, model = stopped(study)
    assert "calls.jsonl: cannot be written: No space left on device. Make room" in said
    assert "go on with --resume" in said
    assert 4 <= len(model.asked) <= 8  # a sync holds two answers at most: one comes meanwhile
    goes_on(study, model, unsaved=0)


class Refusing:
    """A file of which the writes with these numbers (from 1) end after half a line."""

    def __init__(self, file: Any, numbers: range) -> None:
        self._file, self._numbers, self._count = file, numbers, 0

    def write(self, line: bytes) -> int:
        self._count += 1
        if self._count in self._numbers:
            self._file.write(line[: len(line) // 2])
            raise FULL
        written: int = self._file.write(line)
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def refusing_writes(patch: pytest.MonkeyPatch, numbers: range) -> None:
    original = calls_module.CallLog.__enter__

    def entered(log: Any) -> Any:
        log._file = Refusing(log._file, numbers)
        return original(log)

    patch.setattr("autocode.propose.calls.CallLog.__enter__", entered)


def test_an_answer_is_written_again_when_its_write_fails_once(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing_writes(monkeypatch, range(4, 5))
    model = Model(naming)
    run, coding = propose(study, model)
    assert run.manifest.status == "complete"
    assert len(run.calls_path.read_bytes().splitlines()) == len(run.calls()) == len(model.asked)
    assert len(coding.quotes) == len(model.asked)


def test_an_answer_that_cannot_be_written_ends_the_run_and_is_said_to_be_lost(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        refusing_writes(patch, range(4, 999))
        said, model = stopped(study)
    assert "calls.jsonl: cannot be written: No space left on device. Make room" in said
    assert "The answer that just came is lost, and will be asked for again." in said
    assert len(model.asked) == 4
    goes_on(study, model, unsaved=1)


@pytest.mark.parametrize("name", ["coding.json", "manifest.json"])
@pytest.mark.parametrize("ending", ["complete", "interrupted"])
def test_a_result_that_cannot_be_written_loses_no_answer(
    study: Study, name: str, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def refusing(self: Path, target: Path) -> Path:
        if target.name == name and list(target.parent.glob("calls.jsonl")):
            raise FULL
        return replace(self, target)

    def script(request: Any) -> Any:
        stop = ending == "interrupted" and len(model.asked) == 4
        return asyncio.CancelledError() if stop else naming(request)

    model = Model(script)
    with monkeypatch.context() as patch:
        plan = plan_p1(study, model)
        original = calls_module.CallLog.__enter__

        def entered(log: Any) -> Any:  # from here on the disk is full
            patch.setattr("pathlib.Path.replace", refusing)
            return original(log)

        patch.setattr("autocode.propose.calls.CallLog.__enter__", entered)
        with pytest.raises(StudyError) as caught:
            asyncio.run(carry_out(study, plan, limits=QUICK))
    assert f"{name}: cannot be written: No space left on device. Make room" in str(caught.value)
    assert "go on with --resume" in str(caught.value)
    goes_on(study, model, unsaved=ending == "interrupted")


@pytest.mark.parametrize("limit", ["disk", "ulimit"])
def test_nothing_is_asked_that_could_not_be_written_down(
    study: Study, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        rooms = iter([1 << 40, 1 << 40, 20 << 20, *[20 << 20] * 9])
        if limit == "disk":
            usage = type("usage", (), {})()
            patch.setattr(
                "shutil.disk_usage", lambda _: (setattr(usage, "free", next(rooms)), usage)[1]
            )
        else:
            patch.setattr("resource.getrlimit", lambda _: (next(rooms), 0))
        said, model = stopped(study)
    assert len(model.asked) == 2
    assert "calls.jsonl: there is room for" in said
    assert "Make room for 32 MB. What was answered is saved in" in said
    goes_on(study, model, unsaved=0)


def test_half_a_line_is_taken_back(tmp_path: Path) -> None:
    """A limit on the size of files, met in the middle of a line."""
    file = tmp_path / "calls.jsonl"
    call = {"step": "name", "outcome": "ok", "text": "x" * 1000}
    pid = os.fork()
    if pid == 0:
        code = 1
        resource.setrlimit(resource.RLIMIT_FSIZE, (2500, 2500))
        try:
            with calls_module.CallLog(file) as log:
                log.append(call)
                log.append(call)
                log.append(call)
        except StudyError as error:
            good = "calls.jsonl: cannot be written: File too large. Make room" in str(error)
            code = 0 if good else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert [json.loads(line) for line in file.read_text().splitlines()] == [call, call]
    with calls_module.CallLog(file) as log:
        log.append(call)
    assert len(read_calls(file)) == 3


def test_a_read_only_study_is_said_before_anything_is_asked(study: Study) -> None:
    runs = study.root / "runs"
    runs.write_text("a file where the folder should be")
    said, model = stopped(study)
    assert f"{runs}/p1: cannot be written: " in said
    assert "Nothing was sent" in said
    assert model.asked == []
