"""Transcripts side by side: in their order, as many as the pace takes, and all saved at the end."""

import asyncio
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from proposing import Model

from autocode.coding.nouns import Coding
from autocode.coding.runs import Run, newest_run
from autocode.errors import InterruptedRunError, ModelError, StoppedRunError, StudyError
from autocode.models.embedding import Lexical
from autocode.models.provider import AskError, Request
from autocode.propose import run as run_module
from autocode.propose.ask import Limits
from autocode.propose.budget import Budget
from autocode.propose.pace import Pace
from autocode.propose.run import Plan, carry_out, plan
from autocode.propose.series import Series, check_budget, estimate
from autocode.study import Settings, Study

IDS = [f"d{number}" for number in range(1, 9)]
NOTHING = '{"quotes": []}'


class Slow(Model):
    """Answers nothing, after a while that is another for each; `at_once` is the most it had."""

    def __init__(self, fail: Any = None, together: int = 1) -> None:
        """together: the first waits until so many are asked at once."""
        super().__init__(lambda _: NOTHING)
        self._together = together
        self.under_way = self.at_once = 0
        self._fail = fail

    async def ask(self, request: Request) -> Any:
        self.under_way += 1
        self.at_once = max(self.at_once, self.under_way)
        while self.at_once < self._together:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.001 * (len(self.asked) % 3))
        self.under_way -= 1
        if self._fail and len(self.asked) == 3:
            raise self._fail
        return await super().ask(request)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    (tmp_path / "seeds").mkdir()
    for id_ in IDS:
        text = f"Interviewer: How is {id_}?\n\nParticipant: It is a garden. We share the water.\n"
        (tmp_path / "seeds" / f"{id_}.txt").write_text(text, encoding="utf-8")
    return Study(tmp_path, Settings(strategy="single"))


def planned(study: Study, model: Model, id: str) -> Plan:
    return plan(study, id, model, lambda: Lexical("lexical"))


def propose(
    study: Study, model: Model, pace: Pace, ids: list[str] = IDS, **how: bool
) -> list[tuple[str, bool]]:
    results: list[tuple[str, bool]] = []

    def finished(_: Run, coding: Coding, asked: bool) -> None:
        results.append((coding.transcript.id, asked))

    series = Series(study, lambda id_: planned(study, model, id_), pace, **how)
    try:
        asyncio.run(series.all(ids, finished))
    finally:
        study.__dict__["results"] = results  # also after an error
    return results


def test_short_transcripts_fill_the_pace_and_come_in_order(study: Study) -> None:
    model = Slow(together=4)
    results = propose(study, model, Pace(4))
    assert results == [(id_, True) for id_ in IDS]
    assert model.at_once == 4
    assert {newest_run(study, id_).manifest.status for id_ in IDS} == {"complete"}


def test_no_more_are_begun_than_fill_the_pace(study: Study) -> None:
    """Memory stays flat: the last is not planned before the first is answered."""
    begun: list[str] = []
    model = Slow()

    def begin(id: str) -> Plan:
        begun.append(id)
        return planned(study, model, id)

    open_: list[int] = []
    series = Series(study, begin, Pace(2))
    asyncio.run(series.all(IDS, lambda *_: open_.append(len(begun))))
    assert open_[0] < len(IDS)
    one_by_one = Series(study, begin, Pace(1), fresh=True)
    begun.clear()
    open_.clear()
    asyncio.run(one_by_one.all(IDS, lambda *_: open_.append(len(begun))))
    assert open_ == list(range(1, len(IDS) + 1))


def test_resuming_leaves_what_is_complete(study: Study) -> None:
    propose(study, Slow(), Pace(4), ["d2", "d3"])
    model = Slow()
    results = propose(study, model, Pace(4), resume=True)
    assert results == [(id_, id_ not in ("d2", "d3")) for id_ in IDS]
    assert len(model.asked) == len(IDS) - 2


def test_one_that_fails_for_good_ends_them_all_and_loses_nothing(study: Study) -> None:
    model = Slow(ModelError("the key was revoked"))
    with pytest.raises(ModelError, match="revoked"):
        propose(study, model, Pace(1))
    assert study.__dict__["results"] == [(id_, True) for id_ in IDS[:3]]
    again = Slow()
    propose(study, again, Pace(4), resume=True)
    assert len(again.asked) == len(IDS) - 3


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = partial(carry_out, limits=Limits(transports=1, first_wait=0.0, longest_wait=0.0))
    monkeypatch.setattr("autocode.propose.series.carry_out", quick)


@pytest.mark.usefixtures("_quick")
def test_a_server_that_went_away_ends_all_of_them(study: Study) -> None:
    """Every transcript is one question: none of the runs could tell on its own."""
    model = Model(lambda _: AskError("rejected", "gone", {}, transient=True))
    with pytest.raises(StoppedRunError, match="5 questions in a row failed alike") as caught:
        propose(study, model, Pace(1))
    assert caught.value.exit_code == 3
    assert "go on with --resume" in str(caught.value)
    assert study.__dict__["results"] == [(id_, True) for id_ in IDS[:5]]
    assert newest_run(study, IDS[4]).manifest.status == "incomplete"
    again = Slow()
    propose(study, again, Pace(4), resume=True)
    assert len(again.asked) == len(IDS)


@pytest.mark.usefixtures("_quick")
def test_answers_of_any_transcript_say_that_the_server_is_there(study: Study) -> None:
    def script(request: Request) -> Any:
        if "How is d4?" in request.user:
            return NOTHING
        return AskError("rejected", "gone", {}, transient=True)

    assert len(propose(study, Model(script), Pace(1))) == len(IDS)
    unusable = Model(lambda _: "no JSON")  # a reply is a reply: each run counts those itself
    assert len(propose(study, unusable, Pace(1), fresh=True)) == len(IDS)


def cancelled_within(study: Study, step: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run, cancelled while `step` is done beside what else is asked."""
    begun, cancelled, done = threading.Event(), threading.Event(), getattr(run_module, step)

    def slowly(*args: Any) -> Any:
        begun.set()
        assert cancelled.wait(10)
        return done(*args)

    async def interrupted() -> Run:
        asking = carry_out(study, planned(study, Slow(), "d1"), pace=Pace(2))
        task = asyncio.create_task(asking)
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        await asyncio.sleep(0)
        cancelled.set()
        return (await task)[0]

    monkeypatch.setattr(run_module, step, slowly)
    return asyncio.run(interrupted())


def test_a_run_that_is_cancelled_while_it_begins_leaves_nothing(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InterruptedRunError, match="interrupted"):
        cancelled_within(study, "start_run", monkeypatch)
    assert not list(study.root.glob("runs/d1/*/"))


def test_a_run_that_is_cancelled_while_it_is_saved_is_whole(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = cancelled_within(study, "_save", monkeypatch)
    assert newest_run(study, "d1").manifest.status == run.manifest.status == "complete"


def test_a_cancelled_series_is_saved(study: Study) -> None:
    model = Slow()

    async def cancelled() -> None:
        series = Series(study, lambda id_: planned(study, model, id_), Pace(4))
        task = asyncio.create_task(series.all(IDS, lambda *_: None))
        while len(model.asked) < 3:
            await asyncio.sleep(0.001)
        task.cancel()
        await task

    with pytest.raises(InterruptedRunError):
        asyncio.run(cancelled())
    again = Slow()
    propose(study, again, Pace(4), resume=True)
    assert len(model.asked) + len(again.asked) <= len(IDS) + 4
    assert {newest_run(study, id_).manifest.status for id_ in IDS} == {"complete"}


def test_a_deadline_is_for_all_together(study: Study) -> None:
    model = Slow()

    def minutes() -> float:  # an answer takes one, and nothing else takes any
        return 60.0 * len(model.asked)

    with pytest.raises(StoppedRunError, match="hours that deadline allows are over"):
        propose(study, model, Pace(1, hours=2.5 / 60, clock=minutes))
    assert len(model.asked) == 3


def test_a_budget_is_for_all_together_and_a_resumed_series_goes_on(study: Study) -> None:
    size = sum(estimate(study, [planned(study, Slow(), "d1")]).least)
    model, budget = Slow(), Budget(max_tokens=size + 2 * 15)
    with pytest.raises(StoppedRunError, match="of --max-tokens are used") as caught:
        propose(study, model, Pace(4, budget=budget))
    assert "--resume" in str(caught.value)
    assert len(model.asked) == 3  # each took 15; then the most that one may take was too much
    again = Slow()
    propose(study, again, Pace(4), resume=True)
    assert len(model.asked) + len(again.asked) == len(IDS)


def test_an_estimate_leaves_out_what_is_known(study: Study) -> None:
    plans = [planned(study, Slow(), id_) for id_ in IDS]
    before = estimate(study, plans)
    assert (before.requests, before.reply_tokens) == (len(IDS), len(IDS) * 2000)
    propose(study, Slow(), Pace(1), IDS[:2])
    assert estimate(study, plans).requests == len(IDS) - 2
    assert estimate(study, plans, fresh=True) == before


def test_a_budget_for_nothing_is_refused_and_a_small_one_is_said(study: Study) -> None:
    expected = estimate(study, [planned(study, Slow(), id_) for id_ in IDS])
    with pytest.raises(StudyError, match="--max-tokens does not allow even one request"):
        check_budget(Budget(max_tokens=10), expected)
    assert check_budget(Budget(max_tokens=sum(expected.least)), expected) == "--max-tokens"
    enough = expected.prompt_tokens + expected.reply_tokens
    assert check_budget(Budget(max_tokens=enough), expected) == ""
