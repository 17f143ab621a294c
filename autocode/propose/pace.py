"""The pace at which a server is asked: so many requests at a time and a minute, and no dearer.

Shared by all that one command asks. How many requests may be under way adapts to the server, by
additive increase and multiplicative decrease (Chiu and Jain 1989).
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from autocode.coding.nouns import Failure
from autocode.errors import StoppedRunError
from autocode.models.provider import Answer, AskError
from autocode.models.runtimes import runtime_of
from autocode.propose.budget import Budget, Reservation
from autocode.study import Settings

T = TypeVar("T")

# Limits are counted by the minute: a server that asks for a longer pause is asked before its end.
LONGEST_PAUSE = 60.0
# Kinds of errors (see `AskError`) with which a server says that it did nothing.
_FREE = ("rate limit", "server", "rejected", "parameter")


@dataclass
class Slot:
    """A request under way: since when, and what it may take; then its answer, or what failed."""

    started: float
    tokens: int
    reservation: Reservation | None
    answer: Answer | None = None
    error: AskError | None = None


def futile(row: Sequence[Failure]) -> StoppedRunError:
    """The error that ends what keeps failing alike."""
    return StoppedRunError(
        f"{len(row)} questions in a row failed alike, the last one by {row[-1].kind}: "
        f"{row[-1].detail}",
        hint="Find out why (`failures_in_a_row` sets how many are too many).",
    )


class Pace:
    """When the next request may be sent; use one for all that ask the same server.

    at_once: most requests under way. `limit`, how many are under way now at most, is halved when
    the server says that there are too many (once for all that were sent before), and grows by one
    with as many answers as it allows. requests_per_minute and tokens_per_minute: sent evenly
    spaced, tokens as they are reserved (prompt and longest reply) until the answer says how many
    they were. hours: after so many nothing more is to be asked. `lost` are the last questions in
    a row to which no answer came, of whichever transcripts: the server may have gone away.
    """

    def __init__(
        self,
        at_once: int = 1,
        *,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        hours: float | None = None,
        budget: Budget | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.at_once, self.limit, self.budget = at_once, float(at_once), budget
        self._request_seconds = 60 / requests_per_minute if requests_per_minute else 0.0
        self._token_seconds = 60 / tokens_per_minute if tokens_per_minute else 0.0
        self._clock, self._sleep = clock, sleep
        self.hours, self._end = hours, clock() + hours * 3600 if hours else math.inf
        self._next_request = self._next_tokens = self._paused = self._slowed = -math.inf
        self._under_way = 0
        self.lost: list[Failure] = []
        self._gate, self._left = asyncio.Lock(), asyncio.Event()

    @classmethod
    def of(cls, settings: Settings, model: str, budget: Budget | None = None) -> "Pace":
        """The pace that the settings allow; a model on this machine answers one at a time."""
        return cls(
            1 if runtime_of(model).here else settings.concurrency,
            requests_per_minute=settings.requests_per_minute,
            tokens_per_minute=settings.tokens_per_minute,
            hours=settings.deadline,
            budget=budget,
        )

    @property
    def seconds_left(self) -> float:
        """Until the hours are over."""
        return self._end - self._clock()

    async def beside(self, work: Callable[[], T]) -> tuple[T, bool]:
        """What `work` gives, done on a thread where others may be under way meanwhile.

        And whether it was cancelled: then, too, it comes to its end first.
        """
        if self.at_once == 1:
            return work(), False
        working, cancelled = asyncio.ensure_future(asyncio.to_thread(work)), False
        while not working.done():
            try:
                await asyncio.shield(working)
            except asyncio.CancelledError:
                cancelled = True
        return working.result(), cancelled

    def ended(self, failure: Failure | None) -> None:
        """Note how a question ended: answered, usably or not, or lost."""
        gone = failure is not None and failure.kind == "transport"
        self.lost = [*self.lost, failure] if failure and gone else []

    @property
    def counts_tokens(self) -> bool:
        """Whether it matters how many tokens a request takes."""
        return self.budget is not None or self._token_seconds > 0

    @asynccontextmanager
    async def slot(self, prompt_tokens: int, reply_tokens: int) -> AsyncIterator[Slot]:
        """Wait until a request with so many tokens (at most) may be sent; the block sends it.

        Raises:
            StoppedRunError: the budget does not allow it.
        """
        slot = await self._entered(prompt_tokens, reply_tokens)
        try:
            yield slot
        finally:
            self._leave(slot)

    async def _entered(self, prompt_tokens: int, reply_tokens: int) -> Slot:
        tokens = prompt_tokens + reply_tokens
        async with self._gate:  # first come, first served
            while True:
                reservation = None
                if self._under_way < max(1, int(self.limit)):
                    ready = max(self._paused, self._next_request, self._next_tokens)
                    if (wait := ready - self._clock()) > 0:
                        await self._sleep(wait)
                        continue
                    if self.budget is None:
                        break
                    reservation = self.budget.reserved(
                        prompt_tokens, reply_tokens, last=self._under_way == 0
                    )
                    if reservation:
                        break
                self._left.clear()
                await self._left.wait()
            now = self._clock()
            self._next_request = max(now, self._next_request) + self._request_seconds
            self._next_tokens = max(now, self._next_tokens) + self._token_seconds * tokens
            self._under_way += 1
            return Slot(now, tokens, reservation)

    def _leave(self, slot: Slot) -> None:
        self._under_way -= 1
        self._left.set()
        answer, error = slot.answer, slot.error
        if answer is not None:
            self.limit = min(self.at_once, self.limit + 1 / self.limit)
            if answer.prompt_tokens is not None and answer.completion_tokens is not None:
                used = answer.prompt_tokens + answer.completion_tokens
                self._next_tokens += self._token_seconds * (used - slot.tokens)
        elif error is not None and error.kind == "rate limit":
            now, pause = self._clock(), min(error.retry_after or 0.0, LONGEST_PAUSE)
            if slot.started >= self._slowed:  # those sent before tell nothing new
                self.limit, self._slowed = max(1.0, self.limit / 2), now
            self._paused = max(self._paused, now + pause)
        if self.budget and slot.reservation:
            free = error is not None and error.kind in _FREE
            self.budget.settle(slot.reservation, answer, free=free)
