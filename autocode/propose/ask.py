"""Asking until the reply can be used: validated, retried within limits, else a named failure.

Every attempt is handed to `record` as it ends, so that nothing asked or answered is lost.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Generic, TypeVar

import tenacity
from pydantic import BaseModel

from autocode.coding.calls import Call
from autocode.coding.nouns import Failure
from autocode.errors import ModelError
from autocode.models.provider import Answer, AskError, Provider, Request
from autocode.propose.pace import LONGEST_PAUSE, Pace, Slot
from autocode.propose.reply import (
    CORRECTIONS,
    Problem,
    Reader,
    Reading,
    UnusableError,
    refuse_cut_prompt,
    thought,
)
from autocode.text import plural

T = TypeVar("T", bound=BaseModel)

GROWTH = 4
# What a chat template adds to a prompt, at most.
FRAME_TOKENS = 64
# Failed requests that did bring an answer, of which nothing can be used.
_ANSWERED: dict[str, Problem] = {
    "content": "wrong shape",
    "too large": "too large",
    "refusal": "refusal",
    "parameter": "parameter",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How often to ask again; seconds to wait grow from `first_wait`, jittered, to `longest_wait`.

    `replies` bounds answers that cannot be used, `transports` requests without any answer. A
    server's Retry-After is obeyed up to `longest_retry_after` seconds. One request may take
    `seconds` in all, however steadily its answer drips. A reply that was cut off, or that reasoning
    left empty, may next time be GROWTH times as long, up to `longest_reply` tokens.
    """

    replies: int = 3
    transports: int = 5
    first_wait: float = 1.0
    longest_wait: float = 30.0
    longest_retry_after: float = LONGEST_PAUSE
    seconds: float = 600.0
    longest_reply: int = 32_000


@dataclass
class Room:
    """How many times as long replies of a run had to be than was first allowed."""

    factor: int = 1


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """A reply that follows its shape, the answer it came in, and how many attempts it took.

    failure says which entries of it could not be used, where there were such.
    """

    reading: Reading[T]
    answer: Answer
    attempts: int
    failure: Failure | None = None

    @property
    def value(self) -> T:
        return self.reading.value


async def ask_structured(
    provider: Provider,
    request: Request,
    shape: type[T],
    *,
    step: str,
    chunk: int | None = None,
    key: str = "",
    context: dict[str, Any] | None = None,
    check: Callable[[T], object] = lambda _: None,
    limits: Limits = Limits(),
    pace: Pace | None = None,
    room: Room | None = None,
    record: Callable[[Call], None] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Reply[T] | Failure:
    """The model's reply as a `shape`, or the failure that says why there is none.

    key: the request's, where it is known; context: pydantic's validation context; check: raises
    ValueError where a reply cannot be used as it will be, and is not recorded as good; pace: says
    when an attempt may be sent; room: shared by the questions of a run. When no attempt is left,
    the usable entries of a bad reply are kept.

    Raises:
        ModelError: nothing more can be asked of this model (StoppedRunError: within the budget).
    """
    reader, shared = Reader(shape, context, check), (pace or Pace(), room or Room())
    key = key or request.key(provider.name)
    attempts = _Attempts(provider, request, key, reader, step, chunk, limits, *shared, record)
    retrying = tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception(_may_help),
        stop=attempts.exhausted,
        wait=attempts.wait,
        sleep=sleep,
        reraise=True,
    )
    try:
        return await retrying(attempts.attempt)
    except UnusableError as last:
        return attempts.outcome(last)


@dataclass(slots=True)
class _Attempts(Generic[T]):
    """One question and the attempts at it so far."""

    provider: Provider
    request: Request
    key: str
    reader: Reader[T]
    step: str
    chunk: int | None
    limits: Limits
    pace: Pace
    room: Room
    record: Callable[[Call], None] | None
    failed: list[UnusableError] = field(default_factory=list)
    factor: int = 1
    reasoning_tokens: int = 0
    partial: tuple[Reply[T], UnusableError] | None = None

    async def attempt(self) -> Reply[T]:
        told = next((p.correction for p in reversed(self.failed) if p.correction), "")
        user = f"{self.request.user}\n\n{told}" if told else self.request.user
        request = replace(self.request, user=user, max_tokens=self._max_tokens())
        prompt_tokens = prompt_size(self.provider, request) if self.pace.counts_tokens else 0
        async with self.pace.slot(prompt_tokens, request.max_tokens) as slot:
            return await self._asked(request, slot)

    async def _asked(self, request: Request, slot: Slot) -> Reply[T]:
        call, answer = self._call(request), None
        try:
            call["outcome"] = "interrupted"  # unless it comes to an end
            answer = await self._answer(request, slot)
            call |= {entry.name: getattr(answer, entry.name) for entry in fields(Answer)}
            self.reasoning_tokens += answer.reasoning_tokens or 0
            refuse_cut_prompt(answer, request)
            reading = self.reader.read(answer)
            call |= {"outcome": "ok", "repairs": list(reading.repairs)}
            return Reply(reading, answer, call["attempt"])
        except AskError as error:
            passing: Problem = "transport" if error.transient else "rejected"
            kind = _ANSWERED.get(error.kind, passing)
            detail = str(error) if error.kind == kind else f"{error.kind}: {error}"
            call |= {"outcome": kind, "detail": detail, "request": error.request}
            self.failed.append(UnusableError(kind, detail, CORRECTIONS.get(kind, ""), error=error))
            raise self.failed[-1] from error
        except UnusableError as problem:
            call |= {"outcome": problem.kind, "detail": problem.detail}
            self.failed.append(problem)
            if answer is not None:
                self._learn(problem, answer, call["attempt"])
            raise
        except ModelError as error:
            call |= {"outcome": "model error", "detail": str(error)}
            raise
        finally:
            if self.record:
                self.record(call)

    def outcome(self, last: UnusableError) -> Reply[T] | Failure:
        """What is left after the last attempt: the usable entries of one, or nothing."""
        kind, detail = last.kind, last.detail
        if self.partial:
            reading, kind = self.partial[0].reading, self.partial[1].kind
            detail = reading.dropped[0] if reading.dropped else self.partial[1].detail
            more = f" (and {len(reading.dropped) - 1} more)" if len(reading.dropped) > 1 else ""
            detail += f"{more}; {plural(reading.entries, 'other entry', 'other entries')} kept"
        if self.reasoning_tokens:
            detail += f"; {self.reasoning_tokens:,} reasoning tokens were spent"
        failure = Failure(
            chunk=self.chunk, step=self.step, kind=kind, detail=detail, attempts=len(self.failed)
        )
        return replace(self.partial[0], failure=failure) if self.partial else failure

    def _max_tokens(self) -> int:
        """How long the next reply may be."""
        wanted, self.factor = self.request.max_tokens, max(self.factor, self.room.factor)
        if self.factor == 1:
            return wanted
        longest, context = self.limits.longest_reply, self.provider.context_tokens
        if context is not None:
            prompt = self.provider.count_tokens(self.request.system + self.request.user)
            longest = min(longest, context - prompt - FRAME_TOKENS)
        return max(wanted, min(wanted * self.factor, longest))

    def _learn(self, problem: UnusableError, answer: Answer, attempt: int) -> None:
        """Give the next reply more room if it needs it, and keep what of this one can be used."""
        if problem.kind == "prompt cut":
            return
        if problem.kind == "cut-off" or (problem.kind == "empty" and thought(answer)):
            self.factor *= GROWTH
            # A model that thinks does so each time; one that went on and on may not.
            self.room.factor = max(self.room.factor, self.factor if thought(answer) else 1)
        reading = self.reader.salvage(answer)
        if reading and (not self.partial or reading.entries >= self.partial[0].reading.entries):
            self.partial = Reply(reading, answer, attempt), problem

    async def _answer(self, request: Request, slot: Slot) -> Answer:
        seconds = self.limits.seconds
        try:
            async with asyncio.timeout(seconds):
                slot.answer = await self.provider.ask(request)
                return slot.answer
        except AskError as error:
            slot.error = error
            raise
        except TimeoutError as error:
            detail = f"no whole answer within {seconds:g} seconds"
            raise AskError("timeout", detail, asdict(request), transient=True) from error

    def exhausted(self, state: tenacity.RetryCallState) -> bool:  # noqa: ARG002
        # A refused parameter is not sent again: there are only so many, and it says nothing.
        counted = [problem.kind for problem in self.failed if problem.kind != "parameter"]
        transports = counted.count("transport")
        replies = len(counted) - transports
        return transports >= self.limits.transports or replies >= self.limits.replies

    def wait(self, state: tenacity.RetryCallState) -> float:
        error = self.failed[-1].error
        if error is None or self.failed[-1].kind != "transport":
            return 0.0
        if error.retry_after is not None:
            return min(error.retry_after, self.limits.longest_retry_after)
        doubling = 2.0 ** min(state.attempt_number - 1, 30)
        return min(
            self.limits.first_wait * (doubling + random.random()),
            self.limits.longest_wait,
        )

    def _call(self, request: Request) -> Call:
        return {
            "step": self.step,
            "chunk": self.chunk,
            "attempt": len(self.failed) + 1,
            "key": self.key if request == self.request else request.key(self.provider.name),
            # Without what a further attempt is told of the last one: under this it is found again.
            "question": self.key,
            "outcome": "",
            "detail": None,
            # Replaced by what was really sent, when it was sent.
            "request": {entry.name: getattr(request, entry.name) for entry in fields(request)},
            "response": None,
        }


def prompt_size(provider: Provider, request: Request) -> int:
    """Tokens of a prompt with its schema, and some for the frames around them: at most, or so."""
    schema = json.dumps(request.schema, ensure_ascii=False)
    return provider.count_tokens(f"{request.system}\n{request.user}\n{schema}") + FRAMES


# What chat templates add around two messages and a schema.
FRAMES = 50


def answer_of(call: Call) -> Answer | None:
    """The answer a recorded call holds, usable or not; None when there was none, or only a part."""
    if any(call.get(key) is None for key in ("response", "text", "model", "started", "latency")):
        return None
    known = (entry.name for entry in fields(Answer) if entry.name in call)
    return Answer(**{name: call[name] for name in known})


def _may_help(error: BaseException) -> bool:
    return isinstance(error, UnusableError) and error.kind not in ("rejected", "prompt cut")
