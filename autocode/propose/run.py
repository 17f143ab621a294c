"""Propose: ask a model about one transcript and leave a run that can be resumed and audited."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, NoReturn

from autocode.coding.lock import held
from autocode.coding.nouns import Coder, Coding, TranscriptRef
from autocode.coding.runs import Manifest, Run, RunStatus, read_runs, runs_under, start_run
from autocode.coding.strategies import CRITIC, Strategy
from autocode.errors import AutocodeError, InterruptedRunError, StoppedRunError, StudyError
from autocode.files import refused
from autocode.models.embedding import Embedder
from autocode.models.prices import known_model
from autocode.models.provider import Provider
from autocode.propose.answers import earlier_answers, to_repeat
from autocode.propose.ask import Limits
from autocode.propose.calls import CallLog
from autocode.propose.pace import Pace
from autocode.propose.precedents import precedents
from autocode.propose.privacy import Disguise, disguised
from autocode.propose.prompts import Prompt, load_prompt
from autocode.propose.provenance import manifest_of, offered, recall, usable_codes
from autocode.propose.question import Cost, Question, Round, Task
from autocode.propose.session import Session, Watch
from autocode.propose.strategies import first_of, rounds, settings_of, strategy_for
from autocode.propose.threshold import Keep
from autocode.study import Settings, Study
from autocode.transcript.doubts import refuse_mixed
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import load, transcript_path

_NOTHING = "Nothing was answered yet."
_GO_ON = "Then go on with --resume: nothing that was answered is asked again."


@dataclass(frozen=True)
class Plan:
    """Everything decided before the first request is sent; `disguise` where text was redacted.

    questions: those of the first round. keep: the user's threshold, see `propose.threshold`.
    session: who asks, and keeps what is answered.
    """

    task: Task
    questions: list[Question]
    manifest: Manifest
    limited: bool
    disguise: Disguise | None = None
    rounds: list[Round] = field(default_factory=list)
    keep: Keep | None = None
    session: type[Session] = Session

    @property
    def later(self) -> list[Cost]:
        """What the later rounds will take about, whose questions follow from answers."""
        first = [question for question in self.questions if question.answer == 1]
        return [each.cost(first) for each in self.rounds if each.cost]

    @property
    def transcript(self) -> Transcript:
        """The text that is asked about: the redacted one, where it is redacted."""
        return self.task.transcript


def plan(
    study: Study,
    id: str,
    provider: Provider,
    embedder: Callable[[], Embedder],
    *,
    codebook: Path | Literal["none"] | None = None,
    limit: int | None = None,
    as_it_is: bool = False,
    keep: Keep | None = None,
) -> Plan:
    """What a run on transcript `id` would ask; nothing is sent.

    codebook: a file, "none", or None for the study's own; limit: of so many chunks; as_it_is: even
    where a turn seems to hold the words of two people; keep: in how many answers, or what share.

    Raises:
        AutocodeError: transcript, codebook, prompts or model cannot be used.
    """
    strategy = strategy_for(study.settings, provider.name)
    transcript = load(study, id)
    if not as_it_is:
        refuse_mixed(transcript, transcript_path(study, id))
    codes, used = usable_codes(study, transcript, codebook)
    prompts, opened = _prompts(study, strategy), cache(embedder)
    others = precedents(study, transcript, codes, used.collapsed) if strategy.learns else ([], [])
    settings = settings_of(study, strategy)
    task = Task(transcript, codes, settings, prompts, provider, opened, *others)
    task, disguise = disguised(study, task)
    asking = rounds(task)
    asked = asking[0].questions(_nothing_yet(task))
    if not asked:
        raise _nothing_to_ask(task)
    name = opened().name if opened.cache_info().currsize else None
    manifest = manifest_of(task, offered(used, codes, task, asked), name, asked)
    few = first_of(asked, limit)
    about: dict[str, Any] = {"questions": len(few), "transcript": TranscriptRef.of(transcript)}
    about |= {"redacted": TranscriptRef.of(task.transcript)} if disguise else {}
    manifest = manifest.model_copy(update=about)
    return Plan(task, few, manifest, len(few) < len(asked), disguise, asking, keep)


def _prompts(study: Study, strategy: Strategy) -> dict[str, Prompt]:
    """The templates of the rounds of a run, in their order."""
    steps = (*strategy.templates, *([CRITIC] if study.settings.critic else []))
    return {step: load_prompt(study, step) for step in steps}


def _nothing_yet(task: Task) -> Coding:
    coder = Coder(id=task.provider.name, kind="model")
    return Coding(transcript=TranscriptRef.of(task.transcript), coder=coder)


def _nothing_to_ask(task: Task) -> StudyError:
    id_, settings = task.transcript.id, task.settings
    return StudyError(
        f"{id_} has no text to code in turns of {', '.join(settings.roles)}",
        hint=f"See `autocode show {id_}`; name other roles with --roles.",
    )


async def carry_out(
    study: Study,
    plan: Plan,
    *,
    resume: bool | Run = False,
    fresh: bool = False,
    watch: Watch = lambda _: None,
    limits: Limits | None = None,
    pace: Pace | None = None,
) -> tuple[Run, Coding]:
    """Ask what is planned and write the run; `resume` goes on with that one, or with the newest.

    Unless `fresh`, answers to the very same questions are taken from earlier runs. A coding with
    failures is saved like any other. Without `limits` or `pace` those of the settings hold.

    Raises (what was answered is in the run):
        InterruptedRunError: cancelled (Ctrl-C).
        ModelError: the model can no longer be used.
        StoppedRunError: time or budget is up, or questions keep failing alike.
        StudyError: the run cannot be written, there is none to resume, or another process asks it.
    """
    with alone(study, plan, resume=resume is True):
        pace = pace or Pace.of(plan.task.settings, plan.task.provider.name)
        run = to_resume(study, plan) if resume is True else resume
        run = run or await _started(study, plan, pace)
        session = plan.session(
            plan.task,
            plan.rounds,
            plan.questions,
            watch,
            limits or limits_of(plan.task.settings),
            pace,
            calls=run.calls(),
            earlier=None if fresh else partial(earlier_answers, study, run.manifest),
        )
        with run.alone():
            return await _asked(study, run, plan, session, pace)


async def _started(study: Study, plan: Plan, pace: Pace) -> Run:
    run, cancelled = await pace.beside(partial(start_run, study, plan.manifest, plan.transcript))
    if cancelled:
        run.discard()
        raise InterruptedRunError("interrupted", hint=_NOTHING)
    return run


async def _asked(
    study: Study, run: Run, plan: Plan, session: Session, pace: Pace
) -> tuple[Run, Coding]:
    """The run when everything is asked, saved; and saved as well when it ends before."""
    recall(study, plan.task.provider)
    try:
        with CallLog(run.calls_path) as log:
            await session.all(log)
    except (asyncio.CancelledError, Exception) as error:
        _give_up(study, run, plan, session, error)
    status: RunStatus = "incomplete" if plan.limited or session.progress.failures else "complete"
    try:
        return (await pace.beside(partial(_save, study, run, plan, session, status)))[0]
    except StudyError as error:
        error.hint = f"{error.hint} {_GO_ON}"
        raise


def limits_of(settings: Settings) -> Limits:
    """How long a request and a reply may take under the settings."""
    return Limits(
        seconds=settings.request_minutes * 60, longest_reply=settings.longest_reply_tokens
    )


@contextmanager
def alone(study: Study, plan: Plan, *, resume: bool = False) -> Iterator[None]:
    """Keep other processes from asking, and paying for, the same questions at the same time.

    Raises:
        StudyError: one is asking them, or the folder of the runs cannot be written.
    """
    id_ = plan.transcript.id
    folder = study.runs_path(id_)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        denied = refused(folder, error)
        denied.hint += " Nothing was sent."
        raise denied from error
    hint = "Wait for it: what it was answered is not asked again."
    lock = folder / f".{plan.manifest.recipe[:16]}.lock"
    what = f"the run {to_resume(study, plan).name}" if resume else f"the same questions about {id_}"
    with held(lock, what, hint):
        yield


def to_resume(study: Study, plan: Plan) -> Run:
    """The newest unfinished run that asks the same questions under the same settings.

    Raises:
        StudyError: there is none.
    """
    id_, done = plan.transcript.id, ("complete", "submitted")
    for run in runs_under(study, id_, plan.manifest.recipe):
        if run.manifest.status not in done:
            study.inside(run.calls_path)
            return run
    others = [run for run in read_runs(study, id_)[0] if run.manifest.status not in done]
    hint = "Leave out --resume to start one; `autocode runs` lists what is there."
    if others:
        hint = f"{others[0].name} is unfinished{to_repeat(others[0].manifest, plan.manifest)}"
    what = f"no unfinished run on {id_} with this model and these settings"
    raise StudyError(what, hint=hint)


def _save(
    study: Study, run: Run, plan: Plan, session: Session, status: RunStatus
) -> tuple[Run, Coding]:
    done, total = session.progress.done, session.progress.total
    unfinished = f"limited to the first {total} questions" if plan.limited else None
    if status == "interrupted":
        unfinished = f"interrupted after {done} of {total} questions"
    considered = session.considered(unfinished)
    if plan.disguise:
        considered = plan.disguise.lifted(considered)
    original = plan.disguise.redaction.original if plan.disguise else plan.transcript
    coding, about = session.kept(study, original, run, considered, plan.keep)
    return run.updated(
        status=status,
        ended=datetime.now(UTC).isoformat(timespec="seconds"),
        questions=total,  # more than at first, when a limited run was resumed without its limit
        answered=done - session.progress.failures,
        quotes=len(coding.quotes),
        failures=len(coding.failures),
        repairs=dict(sorted(session.repairs.items())),
        entries_dropped=session.dropped,
        # A server may have refused a parameter on the way, which only shows now.
        identity=plan.task.provider.identity(),
        **about,
        **session.tally.figures(known_model(plan.task.provider.name)),
    ), coding


def _give_up(
    study: Study, run: Run, plan: Plan, session: Session, error: BaseException
) -> NoReturn:
    """Save what was answered and say so; a run without any answer leaves nothing behind.

    A run that was stopped because nothing was answered stays: its calls say why.
    """
    saved = ""
    if any(call["response"] is not None for call in run.calls()) or (
        isinstance(error, StoppedRunError)
    ):
        saved = _GO_ON
        try:
            run, _ = _save(study, run, plan, session, "interrupted")
            saved = f"What was answered is saved in {run.name}; go on with --resume."
        except StudyError as refused:
            if not isinstance(error, AutocodeError):
                error = refused
    else:
        run.discard()
    if isinstance(error, AutocodeError):
        error.hint = f"{error.hint} {saved}".strip()
    elif isinstance(error, asyncio.CancelledError):
        raise InterruptedRunError("interrupted", hint=saved or _NOTHING)
    raise error
