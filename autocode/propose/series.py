"""A series of transcripts, coded side by side at one pace: the next begins as the last run dry.

A server is kept as busy as the pace allows, however short the transcripts are, and no more of them
are held in memory than that takes. On this machine it is one after the other.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from autocode.coding.files import read_coding
from autocode.coding.nouns import Coding
from autocode.coding.runs import Run, runs_under
from autocode.errors import InterruptedRunError, StudyError
from autocode.propose.answers import earlier_answers
from autocode.propose.ask import prompt_size
from autocode.propose.budget import Budget
from autocode.propose.pace import Pace, futile
from autocode.propose.run import Plan, carry_out
from autocode.propose.session import Progress, Watch
from autocode.study import Study

Planned = Callable[[str], Plan]
# A run, its coding, and whether it was asked now; else it was complete before.
Ended = tuple[Run, Coding, bool]
Finished = Callable[[Run, Coding, bool], None]


@dataclass(frozen=True)
class Estimate:
    """What is left to ask: requests, and their tokens at most; the smallest one's for `least`."""

    requests: int
    prompt_tokens: int
    reply_tokens: int
    least: tuple[int, int]


def estimate(study: Study, plans: Iterable[Plan], *, fresh: bool = False) -> Estimate:
    """What the plans would ask beyond what earlier runs were answered, each request once.

    What later rounds will take is not known before, and reckoned (see `Round.cost`).
    """
    sizes, later = [], [(0, 0, 0)]
    for plan in plans:
        task, name = plan.task, plan.task.provider.name
        asked = {
            request.key(name): request
            for request in (question.request(task.settings) for question in plan.questions)
        }
        known = {} if fresh else earlier_answers(study, plan.manifest, asked)
        sizes += [
            (prompt_size(task.provider, request), request.max_tokens)
            for key, request in asked.items()
            if key not in known
        ]
        later += [(c.requests, c.prompt_tokens, c.reply_tokens) for c in plan.later]
    prompts, replies = (sum(column) for column in zip(*sizes, strict=True)) if sizes else (0, 0)
    requests, more_prompts, more_replies = map(sum, zip(*later, strict=True))
    return Estimate(
        len(sizes) + requests,
        prompts + more_prompts,
        replies + more_replies,
        min(sizes, key=sum, default=(0, 0)),
    )


def check_budget(budget: Budget, expected: Estimate) -> str:
    """The option whose bound the estimate exceeds, empty where it exceeds none.

    Raises:
        StudyError: not even one request is allowed.
    """
    if option := budget.exceeded(*expected.least):
        raise StudyError(
            f"{option} does not allow even one request, which may take {sum(expected.least):,} "
            "tokens; nothing was sent",
            hint="Allow more, or make requests smaller (chunk_tokens in autocode.toml).",
        )
    return budget.exceeded(expected.prompt_tokens, expected.reply_tokens)


class Series:
    """Plans and carries out a run for each transcript, and hands them over in their order."""

    def __init__(
        self,
        study: Study,
        planned: Planned,
        pace: Pace,
        *,
        resume: bool = False,
        fresh: bool = False,
        watch: Callable[[str], Watch] = lambda _: lambda _: None,
    ) -> None:
        """planned: plans a transcript; resume: go on with unfinished runs, leave complete ones."""
        self._study, self._planned, self._pace, self._watch = study, planned, pace, watch
        self._resume, self._fresh = resume, fresh
        # Twice what may be under way: while one half is answered, the other is made ready.
        self._most = 2 * pace.at_once if pace.at_once > 1 else 1
        self._open: dict[str, int] = {}
        self._moved = asyncio.Event()

    async def all(self, ids: Sequence[str], finished: Finished) -> None:
        """A run for each; those that are done are `finished` in this order, also on an error.

        Raises:
            AutocodeError: see `plan` and `carry_out`; what was answered is saved, of all.
        """
        tasks: deque[asyncio.Task[Ended]] = deque()
        try:
            for id_ in ids:
                await self._room(tasks, finished, self._most)
                if len(self._pace.lost) >= self._study.settings.failures_in_a_row:
                    error = futile(self._pace.lost)
                    error.hint = f"{error.hint} What was answered is saved; go on with --resume."
                    raise error
                plan, cancelled = await self._pace.beside(partial(self._planned, id_))
                if cancelled:
                    raise asyncio.CancelledError
                tasks.append(self._begun(id_, plan, alone=len(ids) == 1))
                await asyncio.sleep(0)  # others go on between one plan and the next
            await self._room(tasks, finished, 0)
        except BaseException as error:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            for end in ended:
                if isinstance(end, BaseException):
                    break
                finished(*end)
            stopped = [end for end in ended if isinstance(end, InterruptedRunError)]
            if isinstance(error, asyncio.CancelledError) and stopped:
                if len(stopped) > 1:
                    stopped[0].hint = f"{len(stopped)} runs are saved; go on with --resume."
                raise stopped[0] from error
            raise

    async def _room(self, tasks: deque[asyncio.Task[Ended]], finished: Finished, most: int) -> None:
        """Wait until fewer than `most` runs and open questions are left, or none where it is 0."""
        while True:
            while tasks and tasks[0].done():
                finished(*tasks.popleft().result())
            for task in tasks:
                if task.done() and task.exception():
                    task.result()
            if max(len(tasks), sum(self._open.values())) < max(most, 1):
                return
            self._moved.clear()
            await self._moved.wait()

    def _begun(self, id: str, plan: Plan, *, alone: bool) -> asyncio.Task[Ended]:
        self._open[id] = len(plan.questions)
        task = asyncio.create_task(self._carried_out(id, plan, alone))

        def ended(_: object) -> None:
            self._open.pop(id, None)
            self._moved.set()

        task.add_done_callback(ended)
        return task

    async def _carried_out(self, id: str, plan: Plan, alone: bool) -> Ended:
        resume, watch = self._resume, self._watch(id)
        if resume and not alone:  # some may be done, and some were never begun
            earlier = runs_under(self._study, id, plan.manifest.recipe)
            if earlier and earlier[0].manifest.status == "complete":
                return earlier[0], read_coding(earlier[0].coding_path), False
            resume = bool(earlier)

        def moved(progress: Progress) -> None:
            watch(progress)
            self._open[id] = progress.total - progress.done
            self._moved.set()

        run, coding = await carry_out(
            self._study, plan, resume=resume, fresh=self._fresh, watch=moved, pace=self._pace
        )
        return run, coding, True
