"""A run ends where going on would be futile, and an answer is good only once it was used."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from proposing import Model, Script, naming, p1_study, plan_p1

from autocode.coding.calls import read_calls
from autocode.coding.files import read_coding
from autocode.coding.runs import newest_run
from autocode.errors import StoppedRunError
from autocode.models.provider import AskError, Request
from autocode.propose import session
from autocode.propose.ask import Limits
from autocode.propose.run import carry_out
from autocode.study import Study

QUICK = Limits(replies=1, transports=1, first_wait=0.0, longest_wait=0.0)


def study(tmp_path: Path, **settings: Any) -> Study:
    return p1_study(tmp_path, **({"strategy": "staged", "concurrency": 1} | settings))


def gone() -> AskError:
    return AskError("connection", "connection refused", {}, transient=True)


def failing_from(number: int, failure: Any = gone, until: int = 10**6) -> Script:
    """Names passages up to the `number`th question, then fails `until` another one."""
    asked = 0

    def script(request: Request) -> str | BaseException:
        nonlocal asked
        asked += 1
        return failure() if number <= asked < until else naming(request)

    return script


def propose(study: Study, model: Model, **how: bool) -> Any:
    return asyncio.run(carry_out(study, plan_p1(study, model), limits=QUICK, **how))


@pytest.mark.parametrize("most", [1, 3, 5])
@pytest.mark.parametrize("at", [1, 4])
def test_questions_that_keep_failing_alike_end_the_run(tmp_path: Path, at: int, most: int) -> None:
    folder = study(tmp_path, failures_in_a_row=most)
    model = Model(failing_from(at))
    with pytest.raises(StoppedRunError, match=f"{most} questions in a row failed alike") as caught:
        propose(folder, model)
    assert len(model.asked) == at - 1 + most
    assert caught.value.exit_code == 3
    assert "by transport: connection: connection refused" in str(caught.value)
    assert "go on with --resume" in str(caught.value)
    left = newest_run(folder, "p1")
    assert (left.manifest.status, left.manifest.failures) == ("interrupted", most)
    assert len(read_coding(left.coding_path).quotes) == at - 1

    again = Model(naming)
    run, coding = propose(folder, again, resume=True)
    assert run.path == left.path
    assert len(again.asked) == len(coding.quotes) - (at - 1)
    fresh = propose(folder, Model(naming), fresh=True)[0]
    assert run.coding_path.read_bytes() == fresh.coding_path.read_bytes()


def test_only_failures_in_a_row_and_of_one_kind_end_a_run(tmp_path: Path) -> None:
    folder = study(tmp_path, failures_in_a_row=3)
    run, coding = propose(folder, Model(failing_from(2, until=4)))
    assert (run.manifest.status, len(coding.failures)) == ("incomplete", 2)
    kinds = iter(range(10**6))

    def alternating() -> Any:
        return gone() if next(kinds) % 2 else "not JSON"

    run, coding = propose(folder, Model(failing_from(1, alternating)), fresh=True)
    assert run.manifest.status == "incomplete"
    assert coding.quotes == []


def test_earlier_answers_between_do_not_count(tmp_path: Path) -> None:
    """A resumed run with holes all over: the server is as gone as ever."""
    folder = study(tmp_path, failures_in_a_row=3)
    every_other = iter(range(10**6))
    propose(folder, Model(failing_from(1, lambda: gone() if next(every_other) % 2 else naming_any)))
    model = Model(lambda _: gone())
    with pytest.raises(StoppedRunError):
        propose(folder, model, resume=True)
    assert len(model.asked) == 3


naming_any = json.dumps({"open_code": "some code", "axial": ["new code"], "new_code": "a new one"})


def test_a_run_has_a_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[tuple[float, asyncio.Timeout]] = []

    def timeout(seconds: float) -> asyncio.Timeout:
        ends.append((seconds, asyncio.timeout_at(None)))
        return ends[-1][1]

    class Slow(Model):
        async def ask(self, request: Request) -> Any:
            if len(self.asked) == 2:  # the hours are over while the third is waited for
                ends[0][1].reschedule(0)
                await asyncio.sleep(60)
            return await super().ask(request)

    monkeypatch.setattr(session, "asyncio", SimpleNamespace(**vars(asyncio) | {"timeout": timeout}))
    folder = study(tmp_path, run_hours=2)
    with pytest.raises(StoppedRunError, match="run_hours allows are over"):
        propose(folder, Slow(naming))
    assert [seconds for seconds, _ in ends] == [2 * 3600]
    left = newest_run(folder, "p1")
    assert left.manifest.status == "interrupted"
    assert len(read_coding(left.coding_path).quotes) == 2


def test_requests_that_fail_on_their_way_are_told_at_once(tmp_path: Path) -> None:
    replies = iter([gone(), gone()])
    model = Model(lambda request: next(replies, None) or naming(request))
    told: list[tuple[int, int]] = []
    folder, patient = study(tmp_path), replace(QUICK, transports=3)
    watch = lambda progress: told.append((progress.done, progress.unanswered))  # noqa: E731
    asyncio.run(carry_out(folder, plan_p1(folder, model), limits=patient, watch=watch))
    assert told[:4] == [(0, 0), (0, 1), (0, 2), (1, 2)]
    assert {unanswered for _, unanswered in told[3:]} == {2}


def test_an_answer_is_good_only_once_it_was_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a reply that cannot be used would stop every resumption in the same place."""
    folder = study(tmp_path)
    refused = iter([ValueError("no such place"), *[None] * 10**3])

    def failing(*_: Any) -> None:
        if error := next(refused):
            raise error

    monkeypatch.setattr("autocode.propose.session.Session._use", failing)
    run, coding = propose(folder, Model(naming))
    assert [failure.detail for failure in coding.failures] == ["cannot be used: no such place"]
    assert read_calls(run.calls_path)[0]["outcome"] == "wrong shape"


@pytest.mark.parametrize("error", [KeyError("a bug"), OSError(5, "the terminal is gone")])
def test_an_error_of_our_own_loses_nothing(tmp_path: Path, error: Exception) -> None:
    folder = study(tmp_path)

    def watch(progress: Any) -> None:
        if progress.done == 3:
            raise error

    plan = plan_p1(folder, Model(naming))
    with pytest.raises(type(error)):
        asyncio.run(carry_out(folder, plan, watch=watch, limits=QUICK))
    left = newest_run(folder, "p1")
    assert left.manifest.status == "interrupted"
    assert len(read_coding(left.coding_path).quotes) == 3
