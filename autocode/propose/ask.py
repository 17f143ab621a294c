"""Asking until the reply can be used: validated, retried within limits, else a named failure.

Every attempt is handed to `record` as it ends, so that nothing asked or answered is lost.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Generic, Literal, TypeVar

import tenacity
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from autocode.coding.calls import Call
from autocode.coding.nouns import Failure
from autocode.errors import ModelError
from autocode.models.provider import Answer, AskError, Provider, Request

T = TypeVar("T", bound=BaseModel)

# Why a reply cannot be used; also the `kind` of a Failure.
Problem = Literal[
    "wrong shape", "out of range", "refusal", "cut-off", "empty", "transport", "rejected"
]
_OUT_OF_RANGE = "out_of_range"
_MOST_TOLD = 300


@dataclass(frozen=True, slots=True)
class Limits:
    """How often to ask again; seconds to wait grow from `first_wait`, jittered, to `longest_wait`.

    `replies` bounds answers that cannot be used, `transports` requests without any answer. A
    server's Retry-After is obeyed up to `longest_retry_after` seconds.
    """

    replies: int = 3
    transports: int = 5
    first_wait: float = 1.0
    longest_wait: float = 30.0
    longest_retry_after: float = 120.0


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """A reply that follows its shape, the answer it came in, and how many attempts it took."""

    value: T
    answer: Answer
    attempts: int


class _UnusableError(Exception):
    """One attempt that gave nothing; `correction` tells the model what was wrong, in one line."""

    def __init__(
        self, kind: Problem, detail: str, correction: str = "", *, error: AskError | None = None
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.correction, self.error = kind, detail, correction, error


def out_of_range(message: str) -> PydanticCustomError:
    """What a shape raises for a sentence number it was not given: its own kind of failure."""
    # As context, because braces in a template would be taken for placeholders.
    return PydanticCustomError(_OUT_OF_RANGE, "{message}", {"message": message})


async def ask_structured(
    provider: Provider,
    request: Request,
    shape: type[T],
    *,
    step: str,
    chunk: int | None = None,
    context: dict[str, Any] | None = None,
    limits: Limits = Limits(),
    record: Callable[[Call], None] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Reply[T] | Failure:
    """The model's reply as a `shape`, or the failure that says why there is none.

    context is pydantic's validation context (for example the sentence numbers that were sent);
    `step` and `chunk` name the question in the record and in a failure.

    Raises:
        ModelError: nothing more can be asked of this model.
    """
    attempts = _Attempts(provider, request, shape, context, step, chunk, limits, record)
    retrying = tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception(_may_help),
        stop=attempts.exhausted,
        wait=attempts.wait,
        sleep=sleep,
        reraise=True,
    )
    try:
        return await retrying(attempts.attempt)
    except _UnusableError as last:
        return Failure(
            chunk=chunk,
            step=step,
            kind=last.kind,
            detail=last.detail,
            attempts=len(attempts.failed),
        )


@dataclass(slots=True)
class _Attempts(Generic[T]):
    """One question and the attempts at it so far."""

    provider: Provider
    request: Request
    shape: type[T]
    context: dict[str, Any] | None
    step: str
    chunk: int | None
    limits: Limits
    record: Callable[[Call], None] | None
    failed: list[_UnusableError] = field(default_factory=list)

    async def attempt(self) -> Reply[T]:
        request = self._corrected()
        call = self._call(request)
        try:
            call["outcome"] = "interrupted"  # unless it comes to an end
            answer = await self.provider.ask(request)
            call |= asdict(answer)
            reply = Reply(_validated(answer, self.shape, self.context), answer, call["attempt"])
            call["outcome"] = "ok"
            return reply
        except AskError as error:
            kind: Problem = "transport" if error.transient else "rejected"
            call |= {"outcome": kind, "detail": f"{error.kind}: {error}", "request": error.request}
            self.failed.append(_UnusableError(kind, call["detail"], error=error))
            raise self.failed[-1] from error
        except _UnusableError as problem:
            call |= {"outcome": problem.kind, "detail": problem.detail}
            self.failed.append(problem)
            raise
        except ModelError as error:
            call |= {"outcome": "model error", "detail": str(error)}
            raise
        finally:
            if self.record:
                self.record(call)

    def exhausted(self, state: tenacity.RetryCallState) -> bool:  # noqa: ARG002
        transports = sum(problem.kind == "transport" for problem in self.failed)
        replies = len(self.failed) - transports
        return transports >= self.limits.transports or replies >= self.limits.replies

    def wait(self, state: tenacity.RetryCallState) -> float:
        error = self.failed[-1].error
        if error is None:
            return 0.0
        if error.retry_after is not None:
            return min(error.retry_after, self.limits.longest_retry_after)
        growing = tenacity.wait_exponential_jitter(
            initial=self.limits.first_wait, max=self.limits.longest_wait
        )
        return growing(state)

    def _corrected(self) -> Request:
        told = next((p.correction for p in reversed(self.failed) if p.correction), "")
        return (
            replace(self.request, user=f"{self.request.user}\n\n{told}") if told else self.request
        )

    def _call(self, request: Request) -> Call:
        return {
            "step": self.step,
            "chunk": self.chunk,
            "attempt": len(self.failed) + 1,
            "key": request.key(self.provider.name),
            "outcome": "",
            "detail": None,
            # Replaced by what was really sent, when it was sent.
            "request": asdict(request),
            "response": None,
        }


def answer_of(call: Call) -> Answer | None:
    """The answer a recorded call holds, usable or not; None when there was none, or only a part."""
    if any(call.get(key) is None for key in ("response", "text", "model", "started", "latency")):
        return None
    return Answer(**{entry.name: call[entry.name] for entry in fields(Answer)})


def _may_help(error: BaseException) -> bool:
    return isinstance(error, _UnusableError) and error.kind != "rejected"


def _validated(answer: Answer, shape: type[T], context: dict[str, Any] | None) -> T:
    if answer.refusal or answer.finish_reason == "content_filter":
        detail = answer.refusal or "stopped by the server's content filter"
        raise _UnusableError("refusal", _one_line(detail), _CORRECTIONS["refusal"])
    if answer.finish_reason == "length":
        tokens = answer.completion_tokens
        raise _UnusableError("cut-off", f"cut off after {tokens} tokens", _CORRECTIONS["cut-off"])
    if not answer.text.strip():
        raise _UnusableError("empty", "the reply is empty", _CORRECTIONS["empty"])
    try:
        return shape.model_validate_json(answer.text, context=context)
    except ValidationError as error:
        raise _wrong(error) from error


_CORRECTIONS = {
    "refusal": "Your last reply declined. This is an interview for qualitative research: reply "
    "with the JSON object, empty where nothing applies.",
    "cut-off": "Your last reply was too long and was cut off: give fewer entries and be brief.",
    "empty": "Your last reply was empty: reply with the JSON object.",
}


def _wrong(error: ValidationError) -> _UnusableError:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    # The worse problem names the failure: a reply of the wrong shape was never a range question.
    ranges = all(problem["type"] == _OUT_OF_RANGE for problem in problems)
    first = problems[0]
    place = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    detail = _one_line(f"{place}: {message}" if place else message)
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return _UnusableError(
        "out of range" if ranges else "wrong shape",
        detail + more,
        f"Your last reply was wrong: {detail}. Reply again with the JSON object, corrected.",
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_MOST_TOLD].rstrip(".")
