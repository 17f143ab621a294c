"""Every way a reply can be unusable is named, retried within its limit, and recorded."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, ValidationInfo
from scripted_server import (
    Scripted,
    ScriptedServer,
    completion,
    dropped,
    empty,
    good,
    malformed,
    problem,
    rate_limited,
    refused,
    truncated,
)

from autocode.coding.nouns import Failure
from autocode.errors import ModelError
from autocode.models.endpoint import Address
from autocode.models.provider import Request, strict_schema
from autocode.models.runtimes import open_provider
from autocode.propose.ask import Limits, Reply, answer_of, ask_structured
from autocode.propose.pace import Pace
from autocode.propose.reply import out_of_range

KEY = "sk-test-0123456789abcdef"


def _known(number: int, info: ValidationInfo) -> int:
    if number not in (info.context or {})["sentences"]:
        raise out_of_range(f"sentence {number} was not given {{really}}")
    return number


class Named(BaseModel):
    open_code: str
    sentence: Annotated[int, AfterValidator(_known)] = 1


REQUEST = Request("You name passages.", "«We test.»", strict_schema(Named), "name", 50)


class Asked:
    """One question put to a scripted server: what came of it, what was recorded and waited."""

    def __init__(self, *script: Scripted, limits: Limits | None = None) -> None:
        self.calls: list[dict[str, Any]] = []
        self.waits: list[float] = []
        with ScriptedServer(*script) as server:
            self.result = asyncio.run(self._ask(server.url, limits or Limits()))
            self.received, self.headers = server.received, server.headers

    async def _ask(self, url: str, limits: Limits) -> Reply[Named] | Failure:
        provider = open_provider("some-model", Address.given(url))
        try:
            return await ask_structured(
                provider,
                REQUEST,
                Named,
                step="name",
                chunk=3,
                context={"sentences": {1, 2}},
                limits=limits,
                pace=Pace(clock=lambda: sum(self.waits), sleep=self._sleep),
                record=self.calls.append,
                sleep=self._sleep,
            )
        finally:
            await provider.aclose()

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    @property
    def outcomes(self) -> list[str]:
        return [call["outcome"] for call in self.calls]

    @property
    def failure(self) -> Failure:
        assert isinstance(self.result, Failure)
        return self.result

    @property
    def reply(self) -> Reply[Named]:
        assert isinstance(self.result, Reply)
        return self.result


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def test_a_good_reply_is_read_and_recorded() -> None:
    asked = Asked(good(open_code="testing data", sentence=2))
    assert asked.reply.value == Named.model_construct(open_code="testing data", sentence=2)
    assert asked.reply.attempts == 1
    (call,) = asked.calls
    assert (call["outcome"], call["step"], call["chunk"]) == ("ok", "name", 3)
    assert (call["model"], call["prompt_tokens"], call["completion_tokens"]) == (
        "scripted-1",
        12,
        5,
    )
    assert call["request"] == asked.received[0]
    assert call["response"]["choices"][0]["message"]["content"] == call["text"]
    assert json.loads(json.dumps(call)) == call


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        (malformed(), "wrong shape"),
        (good(code="x"), "wrong shape"),
        (truncated(), "cut-off"),
        (refused(), "refusal"),
        (empty(), "empty"),
        (good(open_code="x", sentence=9), "out of range"),
    ],
)
def test_each_problem_is_named_after_three_attempts(bad: Scripted, kind: str) -> None:
    asked = Asked(bad)
    assert (asked.failure.kind, asked.failure.attempts) == (kind, 3)
    assert (asked.failure.chunk, asked.failure.step) == (3, "name")
    assert asked.failure.detail
    assert asked.outcomes == [kind] * 3
    assert asked.waits == [0, 0]


@pytest.mark.parametrize("bad", [malformed(), truncated(), refused(), empty()])
def test_a_problem_that_passes_is_no_failure(bad: Scripted) -> None:
    asked = Asked(bad, good(open_code="testing data"))
    assert asked.reply.attempts == 2
    assert asked.outcomes[1] == "ok"


def test_the_retry_says_in_one_line_what_was_wrong() -> None:
    asked = Asked(good(open_code="x", sentence=9), good(open_code="x", sentence=1))
    first, second = (sent["messages"][1]["content"] for sent in asked.received)
    assert first == REQUEST.user
    correction = second.removeprefix(f"{REQUEST.user}\n\n")
    assert "sentence 9 was not given {really}" in correction
    assert "\n" not in correction
    assert asked.calls[0]["key"] != asked.calls[1]["key"]


def test_several_problems_are_a_wrong_shape_even_if_one_is_a_range() -> None:
    asked = Asked(good(sentence=9))
    assert asked.failure.kind == "wrong shape"
    assert "(and 1 more)" in asked.failure.detail


@pytest.mark.parametrize("passing", [problem(500, "oops"), problem(503, "busy"), dropped()])
def test_what_passes_is_asked_again_unchanged(passing: Scripted) -> None:
    asked = Asked(good(open_code="x", sentence=9), passing, good(open_code="x"))
    assert asked.outcomes == ["out of range", "transport", "ok"]
    assert asked.received[1] == asked.received[2]


def test_a_server_that_never_recovers_is_a_failure_after_five_attempts() -> None:
    asked = Asked(problem(500, "oops"))
    assert (asked.failure.kind, asked.failure.attempts) == ("transport", 5)
    assert "HTTP 500: oops" in asked.failure.detail


def test_waits_grow_and_are_bounded() -> None:
    asked = Asked(problem(500, "x"), limits=Limits(transports=9, first_wait=1, longest_wait=20))
    waits = asked.waits
    assert len(waits) == 8
    assert all(2**n <= wait <= 2**n + 1 for n, wait in enumerate(waits[:4]))
    assert all(wait <= 20 for wait in waits)


def test_retry_after_in_seconds_is_obeyed() -> None:
    assert Asked(rate_limited("7"), good(open_code="x")).waits == [7]


def test_retry_after_as_a_date_is_obeyed() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    (wait,) = Asked(rate_limited(date), good(open_code="x")).waits
    assert 30 < wait <= 40


@pytest.mark.parametrize(("told", "longest"), [("86400", 120), ("-5", 0), ("soon", 2)])
def test_an_odd_retry_after_never_waits_for_ever(told: str, longest: float) -> None:
    (wait,) = Asked(rate_limited(told), good(open_code="x")).waits
    assert 0 <= wait <= longest


def test_a_request_has_a_deadline_however_steadily_its_answer_drips() -> None:
    limits = Limits(transports=1, seconds=0.3)
    asked = Asked(replace(good(open_code="x"), drip=0.05), limits=limits)
    assert (asked.failure.kind, asked.outcomes) == ("transport", ["transport"])
    assert "no whole answer within 0.3 seconds" in asked.failure.detail


def test_an_answer_of_the_wrong_type_is_a_reply_that_cannot_be_used() -> None:
    asked = Asked(completion(7), completion([{"text": '{"open_code": '}, {"text": '"x"}'}]))
    assert asked.outcomes == ["wrong shape", "ok"]
    assert "the content of the reply is a number" in asked.calls[0]["detail"]
    assert (asked.waits, asked.reply.value.open_code) == ([0], "x")


def test_what_is_refused_for_good_is_not_asked_again() -> None:
    asked = Asked(problem(400, "maximum context length is 8192 tokens"))
    assert (asked.failure.kind, asked.failure.attempts) == ("rejected", 1)
    assert "maximum context length" in asked.failure.detail


def test_an_answer_that_is_no_completion_is_a_transport_problem() -> None:
    asked = Asked(Scripted(body="<html>proxy</html>"), Scripted(body="[]"), good(open_code="x"))
    assert asked.outcomes == ["transport", "transport", "ok"]
    assert "not a chat completion" in asked.calls[0]["detail"]


def test_a_model_error_ends_everything_and_is_recorded() -> None:
    with ScriptedServer(problem(401, f"Incorrect API key provided: {KEY}")) as server:
        calls: list[dict[str, Any]] = []

        async def ask() -> None:
            provider = open_provider("some-model", Address.given(server.url))
            try:
                await ask_structured(provider, REQUEST, Named, step="name", record=calls.append)
            finally:
                await provider.aclose()

        with pytest.raises(ModelError, match="Check OPENAI_API_KEY") as caught:
            asyncio.run(ask())
    assert [call["outcome"] for call in calls] == ["model error"]
    assert KEY not in str(caught.value)


def test_the_key_is_sent_but_never_recorded() -> None:
    answers = [
        problem(500, f"bad key {KEY}"),
        Scripted(body=f"not json {KEY}"),
        good(open_code=f"a {KEY} code", sentence=9),
        good(open_code=f"a {KEY} code"),
    ]
    asked = Asked(*answers)
    assert {headers["authorization"] for headers in asked.headers} == {f"Bearer {KEY}"}
    assert len(asked.calls) == 4
    assert KEY not in json.dumps(asked.calls)
    assert "[key]" in json.dumps(asked.calls)
    assert asked.reply.value.open_code == "a [key] code"


def test_an_interrupted_attempt_is_recorded() -> None:
    calls: list[dict[str, Any]] = []

    async def ask(url: str) -> None:
        provider = open_provider("some-model", Address.given(url))
        try:
            asking = ask_structured(provider, REQUEST, Named, step="name", record=calls.append)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asking, 0.3)
        finally:
            await provider.aclose()

    with ScriptedServer(Scripted(delay=5)) as server:
        asyncio.run(ask(server.url))
    assert [call["outcome"] for call in calls] == ["interrupted"]
    assert calls[0]["request"]["user"] == REQUEST.user


def test_an_answer_can_be_had_back_from_its_record() -> None:
    asked = Asked(problem(500, "x"), good(open_code="x"))
    read = json.loads(json.dumps(asked.calls))
    assert answer_of(read[0]) is None
    assert answer_of(read[1]) == asked.reply.answer
    assert read[1]["key"] == REQUEST.key("some-model")
