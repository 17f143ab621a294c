"""Nothing is paid for twice: the same question takes the answer that an earlier run was given."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from proposing import Model, naming, p1_study, plan_p1

from autocode.coding.nouns import Coding
from autocode.coding.runs import Run, open_run
from autocode.errors import StudyError
from autocode.models.provider import AskError
from autocode.propose.ask import Limits
from autocode.propose.run import carry_out
from autocode.study import Study

QUICK = Limits(replies=2, transports=2, first_wait=0.0, longest_wait=0.0)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return p1_study(tmp_path, strategy="staged", concurrency=1)


def propose(study: Study, model: Model, **how: bool) -> tuple[Run, Coding]:
    return asyncio.run(carry_out(study, plan_p1(study, model), limits=QUICK, **how))


class Elsewhere(Model):
    def identity(self) -> dict[str, Any]:
        return {"provider": "test", "base_url": "http://elsewhere/v1"}


def test_a_repeated_run_costs_nothing_and_says_so(study: Study) -> None:
    first, coding = propose(study, Model(naming))
    again = Model(naming)
    second, _ = propose(study, again)
    assert again.asked == []
    assert second.path != first.path
    assert second.coding_path.read_bytes() == first.coding_path.read_bytes()
    manifest, n = open_run(second.path).manifest, len(coding.quotes)
    assert (manifest.requests, manifest.prompt_tokens, manifest.status) == (0, None, "complete")
    assert manifest.reused is not None
    assert manifest.reused.model_dump() == {
        "answers": n, "runs": [first.name], "prompt_tokens": 10 * n, "completion_tokens": 5 * n,
        "cost_usd": None,
    }  # fmt: skip
    assert manifest.models_answered == ["model-1"]
    assert manifest.parameters_sent == {"temperature": 0.0}
    # The run can be read without the other one, and a third names the run that was answered.
    assert [call["response"] for call in second.calls()] == [c["response"] for c in first.calls()]
    third, _ = propose(study, Model(naming))
    assert third.manifest.reused is not None
    assert third.manifest.reused.runs == [first.name]


def test_fresh_asks_again(study: Study) -> None:
    _, coding = propose(study, Model(naming))
    model = Model(naming)
    run, _ = propose(study, model, fresh=True)
    assert len(model.asked) == len(coding.quotes)
    assert run.manifest.reused is None


@pytest.mark.parametrize("change", ["temperature", "seed", "max_codes"])
def test_another_question_is_asked(study: Study, change: str) -> None:
    propose(study, Model(naming))
    value: Any = {"temperature": 0.5, "seed": 7, "max_codes": 1}[change]
    other = Study(study.root, study.settings.model_copy(update={change: value}))
    model = Model(naming)
    assert propose(other, model)[0].manifest.requests == len(model.asked) > 0


def test_another_server_or_model_is_asked(study: Study) -> None:
    propose(study, Model(naming))
    elsewhere, other = Elsewhere(naming), Model(naming)
    other.name = "another"
    for model in (elsewhere, other):
        assert propose(study, model)[0].manifest.reused is None
        assert model.asked


def test_the_other_half_is_asked(study: Study) -> None:
    """An interrupted run, begun anew without --resume."""
    limited = asyncio.run(carry_out(study, plan_p1(study, Model(naming), limit=3), limits=QUICK))
    model = Model(naming)
    run, coding = propose(study, model)
    assert run.path != limited[0].path
    assert len(model.asked) == len(coding.quotes) - 3
    assert (run.manifest.requests, run.manifest.reused.answers) == (len(model.asked), 3)  # type: ignore[union-attr]
    whole, _ = propose(study, Model(naming), fresh=True)
    assert run.coding_path.read_bytes() == whole.coding_path.read_bytes()


@pytest.mark.parametrize("outcome", ["refusal", "cut-off", "wrong shape"])
def test_an_answer_that_was_no_good_is_not_taken(study: Study, outcome: str) -> None:
    run, coding = propose(study, Model(naming))
    lines = [json.loads(line) for line in run.calls_path.read_text("utf-8").splitlines()]
    lines[0]["outcome"] = outcome
    lines[1]["text"] = "{}"  # recorded as good; it no longer is
    run.calls_path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    model = Model(naming)
    repeated, _ = propose(study, model)
    assert len(model.asked) == 2
    assert repeated.manifest.reused is not None
    assert repeated.manifest.reused.answers == len(coding.quotes) - 2


def test_what_took_a_second_attempt_is_found_by_its_question(study: Study) -> None:
    replies = iter(["not JSON"])
    _, coding = propose(study, Model(lambda request: next(replies, naming(request))))
    model = Model(naming)
    run, again = propose(study, model)
    assert model.asked == []
    assert again.quotes == coding.quotes
    assert run.manifest.requests == 0


def test_a_failed_question_is_asked_again(study: Study) -> None:
    gone = AskError("connection", "gone", {}, transient=True)
    errors = iter([gone, gone])
    run, _ = propose(study, Model(lambda request: next(errors, None) or naming(request)))
    assert run.manifest.failures == 1
    model = Model(naming)
    assert propose(study, model)[0].manifest.status == "complete"
    assert len(model.asked) == 1


def test_an_interrupted_repetition_goes_on_and_counts_once(study: Study) -> None:
    first, coding = propose(study, Model(naming))

    def stop(progress: Any) -> None:
        if progress.done == 3:
            raise OSError(5, "the terminal is gone")

    plan = plan_p1(study, Model(naming))
    with pytest.raises(OSError, match="terminal"):
        asyncio.run(carry_out(study, plan, limits=QUICK, watch=stop))
    model = Model(naming)
    run, _ = propose(study, model, resume=True)
    assert (model.asked, run.path == first.path) == ([], False)
    assert len(run.calls()) == len(coding.quotes)
    assert run.manifest.reused is not None
    assert run.manifest.reused.answers == len(coding.quotes)


def test_two_processes_do_not_pay_for_the_same(study: Study) -> None:
    class Waiting(Model):
        async def ask(self, request: Any) -> Any:
            await asyncio.sleep(0.01)
            return await super().ask(request)

    async def both() -> list[Any]:
        plans = [plan_p1(study, Waiting(naming)) for _ in range(2)]
        runs = (carry_out(study, plan, limits=QUICK) for plan in plans)
        return await asyncio.gather(*runs, return_exceptions=True)

    first, second = asyncio.run(both())
    assert isinstance(second, StudyError)
    assert "another autocode is at work on the same questions about p1: process " in str(second)
    assert "\n" not in str(second)
    assert first[0].manifest.status == "complete"
