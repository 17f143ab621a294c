"""Propose: runs that finish, fail in part, are interrupted, and go on without paying twice."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from proposing import Model, naming, nothing, p1_study, plan_p1

from autocode.coding.calls import read_calls
from autocode.coding.files import read_coding, verify
from autocode.coding.nouns import Coding
from autocode.coding.runs import Run, newest_run, open_run, read_runs
from autocode.errors import InterruptedRunError, ModelError, StudyError
from autocode.models.provider import AskError, Request
from autocode.propose.ask import Limits
from autocode.propose.run import Plan, carry_out, to_resume
from autocode.study import Study
from autocode.transcript.seeds import transcript_path

QUICK = Limits(replies=2, transports=2, first_wait=0.0, longest_wait=0.0)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return p1_study(tmp_path, strategy="staged", concurrency=1)


def propose(study: Study, plan: Plan, **how: Any) -> tuple[Run, Coding]:
    return asyncio.run(carry_out(study, plan, limits=QUICK, **how))


def failing_at(number: int, error: BaseException | str) -> Model:
    """A model that names passages, but not the `number`th question."""
    asked = 0

    def script(request: Request) -> str | BaseException:
        nonlocal asked
        asked += 1
        return error if asked == number else naming(request)

    return Model(script)


def test_a_whole_run(study: Study) -> None:
    plan = plan_p1(study, Model(naming))
    run, coding = propose(study, plan)
    assert run.manifest.status == "complete"
    assert coding == read_coding(run.coding_path)
    assert len(coding.quotes) == len(plan.questions) == run.manifest.quotes
    verify(coding, plan.transcript)
    assert {quote.status for quote in coding.quotes} == {"exact"}
    assert (run.path / "transcript.txt").read_text(encoding="utf-8") == plan.transcript.text
    assert len(read_calls(run.calls_path)) == len(plan.questions)


def test_the_manifest_says_what_a_report_needs(study: Study) -> None:
    plan = plan_p1(study, Model(naming))
    manifest = open_run(propose(study, plan)[0].path).manifest
    n = len(plan.questions)
    assert (manifest.prompt_tokens, manifest.completion_tokens) == (10 * n, 5 * n)
    assert (manifest.questions, manifest.answered, manifest.requests) == (n, n, n)
    assert manifest.models_answered == ["model-1"]
    assert manifest.parameters_sent == {"temperature": 0.0}
    assert "top_p" in manifest.parameters_defaulted
    assert "temperature" not in manifest.parameters_defaulted
    assert manifest.transcript.sha256 == plan.transcript.sha256
    assert manifest.prompts[0].text.startswith("# Prompt: name")
    assert set(manifest.codebook.held_back) == {"persona_to_tool_approach", "contracts"}
    assert "optimistic" in (manifest.codebook.warning or "")
    assert manifest.versions["autocode"]
    assert manifest.ended
    assert manifest.embedder == "lexical"


def test_a_failed_question_is_named_and_the_rest_is_kept(study: Study) -> None:
    rejected = AskError("rejected", "too long", {}, transient=False)
    plan = plan_p1(study, failing_at(3, rejected))
    run, coding = propose(study, plan)
    assert run.manifest.status == "incomplete"
    (failure,) = coding.failures
    assert (failure.chunk, failure.step, failure.kind) == (3, "name", "rejected")
    assert len(coding.quotes) == len(plan.questions) - 1
    assert coding.incomplete == f"1 of {len(plan.questions)} questions failed"


def test_no_quotes_is_a_result(tmp_path: Path) -> None:
    plan = plan_p1(p1_study(tmp_path, strategy="single"), Model(nothing))
    run, coding = propose(Study(tmp_path), plan)
    assert (run.manifest.status, coding.quotes, coding.failures) == ("complete", [], [])


@pytest.mark.parametrize(
    ("stop", "raised"),
    [
        (asyncio.CancelledError(), InterruptedRunError),
        (ModelError("the key was revoked"), ModelError),
    ],
)
def test_what_was_answered_is_kept_and_not_asked_again(
    study: Study, stop: BaseException, raised: type[Exception]
) -> None:
    plan = plan_p1(study, failing_at(4, stop))
    with pytest.raises(raised, match="go on with --resume"):
        propose(study, plan)
    stopped = newest_run(study, "p1")
    assert stopped.manifest.status == "interrupted"
    assert len(read_coding(stopped.coding_path).quotes) == 3
    assert "interrupted after 3" in (read_coding(stopped.coding_path).incomplete or "")

    again = Model(naming)
    run, coding = propose(study, plan_p1(study, again), resume=True)
    assert run.path == stopped.path
    assert run.manifest.status == "complete"
    assert len(again.asked) == len(plan.questions) - 3
    assert len(coding.quotes) == len(plan.questions)
    whole = propose(study, plan_p1(study, Model(naming)), fresh=True)[1]
    assert [q.model_dump() for q in coding.quotes] == [q.model_dump() for q in whole.quotes]


def test_a_kill_leaves_a_run_that_can_be_resumed(study: Study) -> None:
    class Crash(BaseException):
        """Nothing is tidied up after it."""

    plan = plan_p1(study, failing_at(4, Crash()))
    with pytest.raises(Crash):
        propose(study, plan)
    (left,) = read_runs(study, "p1")[0]
    assert left.manifest.status == "running"
    assert not left.coding_path.exists()
    again = Model(naming)
    propose(study, plan_p1(study, again), resume=True)
    assert len(again.asked) == len(plan.questions) - 3


def test_an_answer_that_no_longer_will_do_is_asked_for_again(study: Study) -> None:
    left, _ = propose(study, plan_p1(study, Model(naming), limit=2))
    first, second = left.calls_path.read_text("utf-8").splitlines()
    stale = json.dumps(json.loads(first) | {"text": "{}"})
    left.calls_path.write_text(f"{stale}\n{second}\n", encoding="utf-8")
    again = Model(naming)
    plan = plan_p1(study, again)
    assert propose(study, plan, resume=True)[0].manifest.status == "complete"
    assert len(again.asked) == len(plan.questions) - 1


def test_two_processes_do_not_write_one_run(study: Study) -> None:
    left, _ = propose(study, plan_p1(study, Model(naming), limit=2))
    before = {path.name: path.read_bytes() for path in left.path.iterdir()}
    again = Model(naming)
    with left.alone(), pytest.raises(StudyError, match="another autocode is at work"):
        propose(study, plan_p1(study, again), resume=True)
    assert again.asked == []
    assert {path.name: path.read_bytes() for path in left.path.iterdir()} == before
    propose(study, plan_p1(study, again), resume=True)
    assert [path.name for path in left.path.parent.iterdir()] == [left.name]


def test_calls_that_are_a_link_out_of_the_study_are_not_written(
    study: Study, tmp_path_factory: pytest.TempPathFactory
) -> None:
    left, _ = propose(study, plan_p1(study, Model(naming), limit=2))
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "calls.jsonl"
    left.calls_path.rename(elsewhere)
    left.calls_path.symlink_to(elsewhere)
    with pytest.raises(StudyError, match="out of the study"):
        propose(study, plan_p1(study, Model(naming)), resume=True)


def test_a_model_that_never_answered_leaves_nothing(study: Study) -> None:
    plan = plan_p1(study, failing_at(1, ModelError("cannot reach it", hint="Start it.")))
    with pytest.raises(ModelError, match=r"Start it\.$"):
        propose(study, plan)
    assert read_runs(study, "p1")[0] == []


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ("prompt", "is unfinished, but a prompt changed since."),
        ("settings", "is unfinished: repeat its options (model, staged) and settings."),
        ("transcript", "is unfinished, but the transcript changed since."),
        ("model", "is unfinished: repeat its options (model, staged) and settings."),
    ],
)
def test_another_recipe_is_not_resumed(study: Study, change: str, hint: str) -> None:
    with pytest.raises(InterruptedRunError):
        propose(study, plan_p1(study, failing_at(4, asyncio.CancelledError())))
    model = Model(naming)
    if change == "prompt":
        file = study.root / "prompts" / "name.md"
        file.write_text(file.read_text(encoding="utf-8") + "\nBe kind.\n", encoding="utf-8")
    if change == "transcript":
        seed = transcript_path(study, "p1")
        seed.write_text(seed.read_text(encoding="utf-8") + "\n> One more.\n", encoding="utf-8")
    if change == "settings":
        settings = study.settings.model_copy(update={"temperature": 0.5})
        study = Study(study.root, settings)
    if change == "model":
        model.name = "other"
        study = Study(study.root, study.settings.model_copy(update={"strategy": "staged"}))
    with pytest.raises(StudyError, match="no unfinished run") as refused:
        to_resume(study, plan_p1(study, model))
    assert hint in str(refused.value.hint)


def test_a_limited_run_says_so_and_goes_on_when_resumed(study: Study) -> None:
    run, coding = propose(study, plan_p1(study, Model(naming), limit=2))
    assert (run.manifest.status, len(coding.quotes)) == ("incomplete", 2)
    assert coding.incomplete == "limited to the first 2 questions"
    again = Model(naming)
    plan = plan_p1(study, again)
    manifest = propose(study, plan, resume=True)[0].manifest
    assert len(again.asked) == len(plan.questions) - 2
    assert manifest.questions == manifest.answered == len(plan.questions)


def test_a_correction_that_helped_is_not_asked_again(study: Study) -> None:
    bad = json.dumps({"open_code": "word " * 13, "axial": ["new code"], "new_code": None})
    replies: list[str | BaseException] = [bad]

    def script(request: Request) -> str | BaseException:
        if replies:
            return replies.pop()
        return naming(request) if len(model.asked) < 5 else asyncio.CancelledError()

    model = Model(script)
    with pytest.raises(InterruptedRunError):
        propose(study, plan_p1(study, model))
    assert "2 to 6 words" in model.asked[1].user
    again = Model(naming)
    plan = plan_p1(study, again)
    propose(study, plan, resume=True)
    assert len(again.asked) == len(plan.questions) - 3


def test_progress_is_told(study: Study) -> None:
    told: list[tuple[int, int, int]] = []
    plan = plan_p1(study, Model(naming))
    propose(study, plan, watch=lambda p: told.append((p.done, p.quotes, p.tokens)))
    n = len(plan.questions)
    assert told == [(i, i, 15 * i) for i in range(n + 1)]


def test_several_questions_are_under_way_at_once(tmp_path: Path) -> None:
    under_way, most = 0, 0

    class Slow(Model):
        async def ask(self, request: Request) -> Any:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.005)
            under_way -= 1
            return await super().ask(request)

    study = p1_study(tmp_path, strategy="staged", concurrency=3)
    run, coding = propose(study, plan_p1(study, Slow(naming)))
    assert most == 3
    assert [quote.chunk for quote in coding.quotes] == list(range(1, run.manifest.quotes + 1))


def test_a_transcript_without_participants_is_one_sentence(tmp_path: Path) -> None:
    study = p1_study(tmp_path, strategy="staged")
    (tmp_path / "seeds" / "p1.md").write_text(
        "# coding\n\n> Interviewer\n\n> Hello?\n\n> Interviewer\n\n> Anyone?\n", encoding="utf-8"
    )
    with pytest.raises(StudyError, match="no text to code"):
        plan_p1(study, Model(naming))


def test_a_transcript_of_one_sentence_is_coded(tmp_path: Path) -> None:
    study = p1_study(tmp_path, strategy="staged")
    (tmp_path / "seeds" / "p1.md").write_text("# coding\n\n> All of it.\n", encoding="utf-8")
    assert len(plan_p1(study, Model(naming)).questions) == 1
