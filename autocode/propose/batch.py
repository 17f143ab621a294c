"""Runs through the batch API of a server: handed in, and days later fetched into the same run.

A run that is handed in has the status `submitted`, and `batch` in its manifest says where to come
back to. What is fetched ends in the coding that an ordinary run with the same answers ends in.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from autocode.coding.nouns import Coding
from autocode.coding.runs import MANIFEST, Run, runs_under, start_run
from autocode.errors import AutocodeError, ModelError, StudyError
from autocode.files import write_whole
from autocode.models.embedding import Embedder
from autocode.models.trust import trust
from autocode.propose.answers import earlier_answers
from autocode.propose.ask import Limits
from autocode.propose.pace import Pace
from autocode.propose.provenance import recall
from autocode.propose.run import Plan, alone, carry_out, plan
from autocode.study import Settings, Study

if TYPE_CHECKING:
    from autocode.models.openai_batch import BatchModel, BatchState

QUESTIONS = "questions.jsonl"
# Each question was asked once: nothing of it can be asked again here.
_ONCE = Limits(replies=1, transports=1, longest_reply=0)


class HandedIn(BaseModel):
    """What the manifest of a run says of its batch: where to come back to, and for what.

    file, id and status are the server's; codebook, limit and keep are those of `plan`.
    """

    base_url: str
    codebook: str | None = None
    limit: int | None = Field(default=None, ge=1)
    keep: int | float | None = None
    fresh: bool = False
    file: str | None = None
    id: str | None = None
    status: str = "new"
    fetched: bool = False


def handed_in(run: Run) -> HandedIn:
    """What was handed in for a run.

    Raises:
        StudyError: nothing was, or its manifest does not say what.
    """
    if run.manifest.batch is None:
        raise StudyError(f"{run.name} is no batch", hint="`autocode batch status` lists them.")
    try:
        return HandedIn.model_validate(run.manifest.batch)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise StudyError(
            f"it does not say what was handed in: batch.{wrong['loc'][0]}: {wrong['msg']}",
            where=run.path / MANIFEST,
            hint="Restore the file as autocode wrote it.",
        ) from error


async def submit(
    study: Study,
    planned: Plan,
    provider: "BatchModel",
    *,
    codebook: Path | Literal["none"] | None = None,
    fresh: bool = False,
) -> Run:
    """Hand in what is planned and not answered in an earlier run; the run that waits for it.

    Nothing is handed in twice: where the same questions wait already, or are all answered, no batch
    is made (of the latter the run is complete).

    Raises:
        StudyError: they are handed in already, cannot be at once, or the run cannot be written.
        ModelError: the server does not take them; nothing of the run is left.
    """
    _refuse_rounds(planned)
    recall(study, provider)
    with alone(study, planned):
        for run in runs_under(study, planned.transcript.id, planned.manifest.recipe):
            if run.manifest.status == "submitted" and not fresh:
                raise StudyError(
                    f"the same questions about {planned.transcript.id} wait in {run.name}",
                    hint=f"Fetch them with `autocode batch fetch {run.name}`.",
                )
        requests = [question.request(planned.task.settings) for question in planned.questions]
        lines = {line["custom_id"]: line for line in map(provider.line, requests)}
        earlier = {} if fresh else earlier_answers(study, planned.manifest, lines)
        run = _started(study, planned, provider.address, codebook, fresh)
        if asked := [line for key, line in lines.items() if key not in earlier]:
            return await _handed_in(run, provider, asked)
    return (await carry_out(study, planned, resume=run, pace=Pace()))[0]


def _started(
    study: Study, planned: Plan, address: str, codebook: Path | str | None, fresh: bool
) -> Run:
    """A new run with all in its manifest that it takes to come back."""
    chunks = len({question.number for question in planned.questions})
    batch = HandedIn(
        base_url=address,
        codebook=str(codebook) if codebook else None,
        limit=chunks if planned.limited else None,
        keep=planned.keep,
        fresh=fresh,
    )
    changes = {"status": "submitted", "batch": batch.model_dump()}
    return start_run(study, planned.manifest.model_copy(update=changes), planned.transcript)


def _refuse_rounds(planned: Plan) -> None:
    if len(planned.rounds) > 1:
        raise StudyError(
            f"{planned.manifest.strategy} asks in {len(planned.rounds)} rounds, and a batch is one",
            hint="Leave out --batch, or what asks again (--critic).",
        )


async def _handed_in(run: Run, provider: "BatchModel", lines: list[dict[str, Any]]) -> Run:
    from autocode.models.openai_batch import LostError  # which takes a moment to load

    try:
        questions = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
        write_whole(run.path / QUESTIONS, questions)
        # Whoever hands it in may come back for it without naming the server again.
        trust(run.path, provider.address)
        file = await provider.upload(questions)
    except AutocodeError:
        run.discard()
        raise
    # Each id is written down before the next step: whoever is stopped between can come back.
    run = _noted(run, file=file)
    try:
        return _noted(run, await provider.create(file))
    except LostError as error:
        error.hint = f"See whether it was handed in with `autocode batch status {run.name}`."
        raise
    except ModelError:
        run.discard()
        raise


async def look(run: Run, provider: "BatchModel") -> "tuple[Run, BatchState]":
    """Ask the server where the batch of a run is, and write that down.

    Raises:
        StudyError: the run was not handed in.
        ModelError: the server does not say.
    """
    batch = handed_in(run)
    if batch.id:
        state = await provider.state(batch.id)
    elif batch.file and (known := await provider.find(batch.file)):
        state = known  # stopped before its id was heard
    else:  # stopped on its way in: the server has no batch of it
        file = await provider.upload((run.path / QUESTIONS).read_text(encoding="utf-8"))
        state = await provider.create(file)
    return _noted(run, state), state


async def cancel(run: Run, provider: "BatchModel") -> "tuple[Run, BatchState]":
    """Have no more of a run's questions answered; what is answered can still be fetched.

    Raises:
        StudyError: the run was not handed in.
        ModelError: the server does not do it.
    """
    run, state = await look(run, provider)
    if not state.ended:
        state = await provider.cancel(state.id)
    return _noted(run, state), state


async def fetch(
    study: Study, run: Run, provider: "BatchModel", embedder: Callable[[], Embedder]
) -> tuple[Run, Coding | None]:
    """The answers of a run's batch as its coding; None while the server still works on it.

    Questions without an answer, and answers that cannot be used, are failures in the coding; an
    ordinary `--resume` asks them again. Fetching again changes nothing.

    Raises:
        StudyError: the run was not handed in, or the study no longer asks what was handed in.
        ModelError: the server does not give the answers.
    """
    run, state = await look(run, provider)
    if not state.ended:
        return run, None
    planned = _planned_again(study, run, provider, embedder)
    await provider.fetch(state)
    provider.dialect.recall(run.manifest.identity)
    fresh = handed_in(run).fresh
    run, coding = await carry_out(
        study, planned, resume=run, fresh=fresh, limits=_ONCE, pace=Pace()
    )
    return _noted(run, fetched=True), coding


def _planned_again(
    study: Study, run: Run, provider: "BatchModel", embedder: Callable[[], Embedder]
) -> Plan:
    """The questions as they were handed in, under the settings of that time."""
    batch, made = handed_in(run), run.manifest
    known = {name: value for name, value in made.settings.items() if name in Settings.model_fields}
    try:
        settings = Settings.model_validate(known | {"failures_in_a_row": 10**9})
    except ValidationError as error:
        raise _changed(run) from error
    chosen = batch.codebook
    planned = plan(
        Study(study.root, settings, frozenset(known)),
        made.transcript.id,
        provider,
        embedder,
        codebook="none" if chosen == "none" else Path(chosen) if chosen else None,
        limit=batch.limit,
        as_it_is=True,
        keep=batch.keep,
    )
    if planned.manifest.recipe != made.recipe:
        raise _changed(run)
    return planned


def _changed(run: Run) -> StudyError:
    return StudyError(
        f"the study no longer asks what {run.name} was handed in with",
        hint="Restore transcript, codebook and prompts as they were, then fetch again.",
    )


def _noted(run: Run, state: "BatchState | None" = None, **changes: Any) -> Run:
    """The run with what is now known of its batch in the manifest."""
    if state:
        changes |= {"id": state.id, "status": state.status}
    batch = (run.manifest.batch or {}) | changes
    return run if batch == run.manifest.batch else run.updated(batch=batch)
