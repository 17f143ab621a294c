"""The questions of a run being asked, round by round, and what came of each so far."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import BaseModel

from autocode.coding.calls import Call
from autocode.coding.density import sayable
from autocode.coding.grounding import Grounder
from autocode.coding.nouns import Coding, Failure
from autocode.coding.runs import Run
from autocode.errors import StoppedRunError
from autocode.models.provider import Answer
from autocode.propose.answers import Earlier, answered, unusable
from autocode.propose.ask import Limits, Reply, Room, ask_structured
from autocode.propose.calls import CallLog
from autocode.propose.drafts import Outcome, coding_of, why_incomplete
from autocode.propose.pace import Pace, futile
from autocode.propose.question import Question, Round, Task
from autocode.propose.reply import Reader
from autocode.propose.reply_schema import spellings
from autocode.propose.stability import stability
from autocode.propose.tally import Tally
from autocode.propose.threshold import Keep, cut
from autocode.study import Study
from autocode.transcript.nouns import Transcript


@dataclass
class Progress:
    """How far a run is: questions asked and to ask, quotes, and tokens paid for so far.

    unanswered: requests that failed on their way, most of which are sent again.
    """

    done: int = 0
    total: int = 0
    quotes: int = 0
    failures: int = 0
    reused: int = 0
    tokens: int = 0
    unanswered: int = 0


Watch = Callable[[Progress], None]


class Session:
    """Asks the questions of a task; `rounds[0]` asks `questions`, each later one about the answers.

    outcomes: for each round begun, the drafts or the failure of each question answered. texts: the
    replies to each question of the first round.
    """

    def __init__(
        self,
        task: Task,
        rounds: Sequence[Round],
        questions: Sequence[Question],
        watch: Watch,
        limits: Limits,
        pace: Pace,
        *,
        calls: Sequence[Call] = (),
        earlier: Callable[[Collection[str]], Earlier] | None = None,
    ) -> None:
        """calls: those of the run so far; earlier: finds answers of other runs, which are taken."""
        self.task, self._questions, self._watch = task, questions, watch
        self._rounds, self._limits, self._pace = rounds, limits, pace
        self.outcomes: list[list[tuple[Question, Outcome]]] = []
        self.texts: dict[int, list[str]] = {}
        self.progress = Progress(total=len(questions))
        self.tally = Tally(calls)
        self._known, self._earlier = answered(calls), Earlier()
        self._unusable = unusable(calls)
        self._find_earlier = earlier
        self.repairs: Counter[str] = Counter()
        self.dropped = 0
        self._alike: list[Failure] = []
        self._room = Room()
        self._codes = spellings(task.codes)
        self._grounder = Grounder(task.transcript.text)

    async def all(self, log: CallLog) -> None:
        """Ask everything that is not answered, for as long as the settings allow.

        Raises:
            StoppedRunError: time or budget is up, or questions keep failing alike.
            ModelError: nothing more can be asked of this model.
            StudyError: what is answered can no longer be written down.
        """
        self._watch(self.progress)
        hours, setting = self.task.settings.run_hours, "run_hours"
        seconds = hours * 3600
        if self._pace.hours and self._pace.seconds_left < seconds:
            hours, setting, seconds = self._pace.hours, "deadline", self._pace.seconds_left
        try:
            async with asyncio.timeout(seconds):
                for number, each in enumerate(self._rounds):
                    asked = each.questions(self.considered()) if number else self._questions
                    self.progress.total += len(asked) if number else 0
                    self.outcomes.append([])
                    await self._work_through(asked, log)
        except TimeoutError as error:
            raise StoppedRunError(f"the {hours:g} hours that {setting} allows are over") from error

    async def _work_through(self, questions: Sequence[Question], log: CallLog) -> None:
        settings, model = self.task.settings, self.task.provider.name
        keys = [question.request(settings).key(model) for question in questions]
        if self._find_earlier:
            self._earlier = self._find_earlier(keys)
        waiting = zip(questions, keys, strict=True)
        count = min(self._pace.at_once, len(questions))
        workers = [asyncio.create_task(self._work(waiting, log)) for _ in range(count)]
        try:
            await asyncio.gather(*workers)
        finally:
            # One that fails for good ends them all: nothing may be asked behind its back.
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, waiting: Iterator[tuple[Question, str]], log: CallLog) -> None:
        record, safe = partial(self._record, log), 0
        for question, key in waiting:
            if before := self._before(question, key, record):
                self._note(question, before)
                continue
            log.check_room()
            reply = await ask_structured(
                self.task.provider,
                question.request(self.task.settings),
                question.shape,
                key=key,
                step=question.step,
                chunk=question.number,
                context=self._context(question),
                check=partial(self._use, question),
                limits=self._limits,
                pace=self._pace,
                room=self._room,
                record=record,
            )
            # The disk works while the next one is asked, and no further behind.
            await log.synced(safe)
            safe = log.sync()
            if isinstance(reply, Failure):
                reply = self._salvaged(question, key, reply)
            self._note(question, reply)
            self._stop_if_futile(reply)
        await log.synced(safe)

    def _record(self, log: CallLog, call: Call) -> None:
        log.append(call)
        self.tally.add(call)
        if not call.get("reused_from"):
            tokens = (call.get(name) for name in ("prompt_tokens", "completion_tokens"))
            self.progress.tokens += sum(filter(None, tokens))
        if call["outcome"] == "transport":  # the next attempt may wait for long
            self.progress.unanswered += 1
            self._watch(self.progress)

    def _before(
        self, question: Question, key: str, record: Callable[[Call], None]
    ) -> Reply[BaseModel] | None:
        """The reply that there is: of this run, or of an earlier one, which is then recorded here.

        One that no longer will do is asked for again.
        """
        if answer := self._known.get(key):
            with suppress(ValueError):
                return self._read(question, answer)
        if key in self._earlier:
            call, answer = self._earlier[key]
            with suppress(ValueError):
                reply = self._read(question, answer)
                record(call | {"step": question.step, "chunk": question.number})
                self.progress.reused += 1
                return reply
        return None

    def _reader(self, question: Question) -> Reader[BaseModel]:
        return Reader(question.shape, self._context(question), partial(self._use, question))

    def _read(self, question: Question, answer: Answer) -> Reply[BaseModel]:
        return Reply(self._reader(question).read(answer), answer, 0)

    def _salvaged(
        self, question: Question, key: str, failure: Failure
    ) -> Reply[BaseModel] | Failure:
        """The entries that an earlier session could use of a reply, where this one got nothing."""
        best, reader = None, self._reader(question)
        for answer in self._unusable.get(key, ()):
            reading = reader.salvage(answer)
            if reading and (best is None or reading.entries >= best.reading.entries):
                best = Reply(reading, answer, 0, failure)
        return best or failure

    def _context(self, question: Question) -> dict[str, Any]:
        """For validation: what was sent, and how else the codes may be written."""
        return (question.context or {}) | {"codes": self._codes}

    def _use(self, question: Question, value: Any) -> None:
        """Locate what a reply proposes, as the coding will: raises where that cannot be done."""
        self._coding({question.number: (question, Outcome(question.read(value)))})

    def _coding(self, outcomes: Mapping[int, tuple[Question, Outcome]]) -> Coding:
        return coding_of(
            self.task.transcript,
            self.task.provider.name,
            self.task.codes,
            outcomes,
            roles=self.task.settings.roles,
            grounder=self._grounder,
        )

    def answers(self, number: int = 0) -> list[Coding]:
        """What came of a round so far: a coding for each independent answer, in their order."""
        outcomes: dict[int, dict[int, tuple[Question, Outcome]]] = {1: {}}
        for question, outcome in self.outcomes[number]:
            outcomes.setdefault(question.answer, {})[question.number] = question, outcome
        return [self._coding(outcomes[answer]) for answer in sorted(outcomes)]

    def considered(self, incomplete: str | None = None) -> Coding:
        """Every passage proposed so far, after all rounds; `incomplete` says why some are not."""
        coding = self._coding({})
        for number, each in enumerate(self._rounds[: len(self.outcomes)]):
            coding = each.settled(coding, self.answers(number))
        if coding.failures and incomplete is None:
            every = [outcome for outcomes in self.outcomes for _, outcome in outcomes]
            incomplete = why_incomplete(every)
        return coding.model_copy(update={"incomplete": incomplete})

    def kept(
        self, study: Study, original: Transcript, run: Run, considered: Coding, keep: Keep | None
    ) -> tuple[Coding, dict[str, Any]]:
        """The coding, written, of what passes the threshold; and what the manifest says of it."""
        coding, about = cut(study, original, run, considered, keep)
        if self.task.settings.runs > 1:
            said, _ = sayable(self.task.transcript, self.task.settings.roles)
            about["stability"] = stability(self.answers(), said, self.texts)
        return coding, about

    def _note(self, question: Question, reply: Reply[BaseModel] | Failure) -> None:
        progress = self.progress
        progress.done += 1
        if isinstance(reply, Failure):
            self.outcomes[-1].append((question, Outcome(failure=self._told(question, reply))))
            progress.failures += 1
        else:
            drafts = question.read(reply.value)
            self.outcomes[-1].append(
                (question, Outcome(drafts, self._told(question, reply.failure)))
            )
            self.repairs.update(reply.reading.repairs)
            self.dropped += len(reply.reading.dropped)
            progress.failures += reply.failure is not None
            if len(self.outcomes) == 1:
                self.texts.setdefault(question.number, []).append(reply.answer.text)
                progress.quotes += len(drafts)
        self._watch(progress)

    def _told(self, question: Question, failure: Failure | None) -> Failure | None:
        """The failure with the answer that it is of, where there are several."""
        if failure is None or self.task.settings.runs == 1:
            return failure
        return failure.model_copy(update={"answer": question.answer})

    def _stop_if_futile(self, reply: Reply[BaseModel] | Failure) -> None:
        """End the run where questions keep failing alike: a server that went away stays away.

        What earlier sessions had answered says nothing about the server, and does not count; what
        was lost of other transcripts does.
        """
        self._pace.ended(reply if isinstance(reply, Failure) else None)
        if not isinstance(reply, Failure):
            self._alike = []
            return
        self._alike = [failure for failure in self._alike if failure.kind == reply.kind]
        self._alike.append(reply)
        row, progress = max(self._alike, self._pace.lost, key=len), self.progress
        if len(row) >= self.task.settings.failures_in_a_row and progress.done < progress.total:
            raise futile(row)
