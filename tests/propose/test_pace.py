"""Requests go out as a server can bear them, and never more than may be spent."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proposing import Model, nothing
from pydantic import BaseModel

from autocode.errors import StoppedRunError
from autocode.models.provider import Answer, AskError, Request, strict_schema
from autocode.propose.ask import Limits, ask_structured
from autocode.propose.budget import Budget
from autocode.propose.pace import LONGEST_PAUSE, Pace
from autocode.study import Settings


class Clock:
    """Time that passes only when somebody waits for it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def answer(prompt_tokens: int | None, completion_tokens: int | None) -> Answer:
    return Answer("", None, None, "m", None, prompt_tokens, completion_tokens, {}, {}, "", 0.0)


def too_many(retry_after: float | None = None) -> AskError:
    return AskError("rate limit", "429", {}, transient=True, retry_after=retry_after)


async def send(
    pace: Pace, came: Answer | AskError | None = None, prompt: int = 80, reply: int = 20
) -> float:
    """One request; when it was sent."""
    async with pace.slot(prompt, reply) as slot:
        if isinstance(came, Answer):
            slot.answer = came
        else:
            slot.error = came
        await asyncio.sleep(0)
        return slot.started


def sent(pace: Pace, n: int, *, came: Answer | AskError | None = None) -> list[float]:
    async def all_of_them() -> list[float]:
        return list(await asyncio.gather(*(send(pace, came) for _ in range(n))))

    return sorted(asyncio.run(all_of_them()))


@pytest.mark.parametrize("at_once", [1, 4])
def test_no_more_are_under_way_than_may_be(at_once: int) -> None:
    pace, under_way, most = Pace(at_once), 0, 0

    async def one() -> None:
        nonlocal under_way, most
        async with pace.slot(0, 0):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.001)
            under_way -= 1

    async def all_of_them() -> None:
        await asyncio.gather(*(one() for _ in range(20)))

    asyncio.run(all_of_them())
    assert most == at_once


def test_requests_are_spread_over_the_minute() -> None:
    clock = Clock()
    pace = Pace(8, requests_per_minute=30, clock=clock, sleep=clock.sleep)
    assert sent(pace, 5) == [0, 2, 4, 6, 8]


def test_tokens_are_spread_over_the_minute_and_corrected_by_what_was_used() -> None:
    clock = Clock()
    pace = Pace(1, tokens_per_minute=600, clock=clock, sleep=clock.sleep)
    assert sent(pace, 3, came=AskError("server", "500", {}, transient=True)) == [0, 10, 20]
    clock = Clock()
    pace = Pace(1, tokens_per_minute=600, clock=clock, sleep=clock.sleep)
    assert sent(pace, 3, came=answer(40, 10)) == [0, 5, 10]


def test_too_many_halves_once_for_all_that_were_sent_before() -> None:
    clock = Clock()
    pace = Pace(8, clock=clock, sleep=clock.sleep)

    async def burst(came: AskError) -> None:
        await asyncio.gather(*(send(pace, came) for _ in range(8)))
        clock.now += 1

    async def bursts() -> list[float]:
        limits = []
        for _ in range(5):
            await burst(too_many())
            limits.append(pace.limit)
        return limits

    first, *_, last = asyncio.run(bursts())
    assert first < 8
    assert last == 1


def test_a_pace_recovers_slowly_and_no_further_than_it_may() -> None:
    pace = Pace(4)
    pace.limit = 1.0
    steps = []

    async def one_by_one() -> None:
        for _ in range(40):
            await send(pace, answer(1, 1))
            steps.append(pace.limit)

    asyncio.run(one_by_one())
    assert steps == sorted(steps)
    assert steps.index(4) >= 5  # as many answers as may be under way, for each one more
    assert steps[-1] == 4


@pytest.mark.parametrize(("told", "wait"), [(7.0, 7.0), (86400.0, LONGEST_PAUSE), (None, 0.0)])
def test_all_pause_when_a_server_says_for_how_long(told: float | None, wait: float) -> None:
    clock = Clock()
    pace = Pace(4, clock=clock, sleep=clock.sleep)

    async def both() -> float:
        await send(pace, too_many(told))
        return await send(pace)

    assert asyncio.run(both()) == wait


def test_a_model_on_this_machine_is_asked_one_thing_at_a_time() -> None:
    assert Pace.of(Settings(concurrency=8), "local").at_once == 1
    assert Pace.of(Settings(concurrency=8), "x").at_once == 8


USAGE = st.one_of(st.none(), st.tuples(st.integers(0, 80), st.integers(0, 20)))


@given(
    usages=st.lists(USAGE, max_size=30),
    bound=st.integers(1, 2000),
    at_once=st.integers(1, 8),
)
def test_a_budget_is_never_exceeded(
    usages: list[tuple[int, int] | None], bound: int, at_once: int
) -> None:
    budget = Budget(max_tokens=bound)
    pace, spent = Pace(at_once, budget=budget), 0

    async def one(usage: tuple[int, int] | None) -> None:
        nonlocal spent
        with suppress(StoppedRunError):
            async with pace.slot(80, 20) as slot:
                await asyncio.sleep(0)
                slot.answer = answer(*usage) if usage else answer(None, None)
                spent += sum(usage or (80, 20))

    async def all_of_them() -> None:
        await asyncio.gather(*map(one, usages))

    asyncio.run(all_of_them())
    assert spent == budget.prompt_tokens + budget.completion_tokens <= bound
    if sum(sum(usage or (80, 20)) for usage in usages) + 100 <= bound:
        assert spent == sum(sum(usage or (80, 20)) for usage in usages)


@pytest.mark.parametrize(
    ("kind", "counted"), [("rate limit", 0), ("server", 0), ("timeout", 100), ("connection", 100)]
)
def test_what_may_have_been_answered_counts(kind: str, counted: int) -> None:
    budget = Budget(max_tokens=1000)
    sent(Pace(budget=budget), 1, came=AskError(kind, "", {}, transient=True))
    assert budget.prompt_tokens + budget.completion_tokens == counted


class Empty(BaseModel):
    """A shape with nothing in it."""


def test_an_attempt_waits_for_its_slot_and_is_no_call_before() -> None:
    calls: list[dict[str, Any]] = []
    model, pace = Model(nothing), Pace(budget=Budget(max_tokens=1))
    request = Request("", "What is it?", strict_schema(Empty), "x", 50)
    with pytest.raises(StoppedRunError, match="0 of the 1 tokens of --max-tokens are used"):
        asyncio.run(
            ask_structured(
                model, request, Empty, step="x", limits=Limits(), pace=pace, record=calls.append
            )
        )
    assert (calls, model.asked) == ([], [])
