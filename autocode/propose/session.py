"""The questions of a run being asked, several at once, and what came of each so far."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import BaseModel

from autocode.coding.grounding import Grounder
from autocode.coding.nouns import Coding, Failure
from autocode.errors import StoppedRunError
from autocode.models.runtimes import runtime_of
from autocode.propose.ask import Limits, Reply, ask_structured
from autocode.propose.calls import Answers, CallLog
from autocode.propose.drafts import Outcome, coding_of
from autocode.propose.question import Question, Task
from autocode.propose.reply import read_reply


@dataclass
class Progress:
    """How far a run is: questions asked and to ask, quotes and tokens so far."""

    done: int = 0
    total: int = 0
    quotes: int = 0
    failures: int = 0
    tokens: int = 0


Watch = Callable[[Progress], None]


class Session:
    """Asks the questions of a task; `outcomes` holds drafts or the failure of each answered one."""

    def __init__(
        self, task: Task, questions: Sequence[Question], watch: Watch, limits: Limits
    ) -> None:
        self.task, self._questions, self._watch, self._limits = task, questions, watch, limits
        self.outcomes: dict[int, tuple[Question, Outcome]] = {}
        self.progress = Progress(total=len(questions))
        self._alike: list[Failure] = []
        self._grounder = Grounder(task.transcript.text)

    async def all(self, log: CallLog, known: Answers) -> None:
        """Ask everything that is not `known`, for as long as the settings allow.

        Raises:
            StoppedRunError: time is up, or questions keep failing alike.
            ModelError: nothing more can be asked of this model.
            StudyError: what is answered can no longer be written down.
        """
        self._watch(self.progress)
        hours = self.task.settings.run_hours
        try:
            async with asyncio.timeout(hours * 3600):
                await self._work_through(log, known)
        except TimeoutError as error:
            raise StoppedRunError(f"the {hours:g} hours that run_hours allows are over") from error

    async def _work_through(self, log: CallLog, known: Answers) -> None:
        waiting = iter(self._questions)
        # A model on this machine answers one request at a time: others would only wait for it.
        here = runtime_of(self.task.provider.name).here
        workers = [
            asyncio.create_task(self._work(waiting, log, known))
            for _ in range(1 if here else self.task.settings.concurrency)
        ]
        try:
            await asyncio.gather(*workers)
        finally:
            # One that fails for good ends them all: nothing may be asked behind its back.
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, waiting: Iterator[Question], log: CallLog, known: Answers) -> None:
        for question in waiting:
            if before := self._known(question, known):
                self._note(question, before)
                continue
            log.check_room()
            reply = await ask_structured(
                self.task.provider,
                question.request(self.task.settings),
                question.shape,
                step=question.step,
                chunk=question.number,
                context=question.context,
                check=partial(self._use, question),
                limits=self._limits,
                record=log.append,
            )
            self._note(question, reply)
            self._stop_if_futile(reply)

    def _known(self, question: Question, known: Answers) -> Reply[BaseModel] | None:
        """The reply that an earlier session had; one that no longer will do is asked for again."""
        answer = known.get((question.step, question.number))
        if answer is not None:
            with suppress(ValueError):
                use = partial(self._use, question)
                value = read_reply(answer.text, question.shape, question.context, use)
                return Reply(value, answer, 0)
        return None

    def _use(self, question: Question, value: Any) -> None:
        """Locate what a reply proposes, as the coding will: raises where that cannot be done."""
        self._coding({question.number: (question, question.read(value))}, None)

    def _coding(
        self, outcomes: dict[int, tuple[Question, Outcome]], incomplete: str | None
    ) -> Coding:
        return coding_of(
            self.task.transcript,
            self.task.provider.name,
            self.task.codes,
            outcomes,
            roles=self.task.settings.roles,
            incomplete=incomplete,
            grounder=self._grounder,
        )

    def coding(self, incomplete: str | None = None) -> Coding:
        """What came of the questions so far; `incomplete` says why some were not asked."""
        return self._coding(self.outcomes, incomplete)

    def _note(self, question: Question, reply: Reply[BaseModel] | Failure) -> None:
        progress = self.progress
        progress.done += 1
        if isinstance(reply, Failure):
            self.outcomes[question.number] = (question, reply)
            progress.failures += 1
        else:
            drafts = question.read(reply.value)
            self.outcomes[question.number] = (question, drafts)
            progress.quotes += len(drafts)
            progress.tokens += (reply.answer.prompt_tokens or 0) + (
                reply.answer.completion_tokens or 0
            )
        self._watch(progress)

    def _stop_if_futile(self, reply: Reply[BaseModel] | Failure) -> None:
        """End the run where questions keep failing alike: a server that went away stays away.

        What earlier sessions had answered says nothing about the server, and does not count.
        """
        if not isinstance(reply, Failure):
            self._alike = []
            return
        self._alike = [failure for failure in self._alike if failure.kind == reply.kind]
        self._alike.append(reply)
        row, progress = len(self._alike), self.progress
        if row >= self.task.settings.failures_in_a_row and progress.done < progress.total:
            raise StoppedRunError(
                f"{row} questions in a row failed alike, the last one by {reply.kind}: "
                f"{reply.detail}",
                hint="Find out why (`failures_in_a_row` sets how many are too many).",
            )
