"""`autocode batch`: runs that were handed in with `autocode propose --batch`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from autocode.cli.proposals import show_run
from autocode.cli.terminal import json_option, plain_table, print_json, result_console, with_study
from autocode.coding.files import read_coding
from autocode.coding.nouns import Coding
from autocode.coding.runs import Run, find_run, read_runs
from autocode.errors import ModelError
from autocode.models.endpoint import Address
from autocode.models.runtimes import open_batches, open_embedder
from autocode.models.trust import is_trusted
from autocode.propose import batch
from autocode.propose.run import plan
from autocode.study import Study
from autocode.text import visible
from autocode.transcript.seeds import transcript_ids

if TYPE_CHECKING:
    from autocode.models.openai_batch import BatchModel, BatchState

_RUN = click.argument("run", required=False)
_URL = click.option(
    "--base-url", help="Address of the server, where another computer handed it in."
)


@click.group(
    name="batch",
    epilog="""\b
Examples:
  autocode propose p1 --model gpt-4o-mini --batch
  autocode batch status
  autocode batch fetch
  autocode batch cancel p1""",
)
def command() -> None:
    """See, fetch or cancel what `autocode propose --batch` has handed in.

    A server answers a batch within a day, mostly at half the price. Nothing needs
    to run meanwhile.
    """


@command.command(
    name="status", epilog="\b\nExamples:\n  autocode batch status\n  autocode batch status p1"
)
@_RUN
@_URL
@json_option
@with_study
def status(study: Study, run: str | None, base_url: str | None, as_json: bool) -> None:
    """Ask the server how far a batch is (a run, or all that wait)."""
    rows = [(made, *_with_server(made, base_url, batch.look)) for made in _waiting(study, run)]
    if as_json:
        print_json({"batches": [_entry(made, state) for _, made, state in rows]})
        return
    table = plain_table("id", "status", "answered", "failed", "of", "run", folded={"id": 24})
    for _, made, state in rows:
        counts = map(str, (state.answered, state.failed, state.total))
        cells = (made.manifest.transcript.id, state.status, *counts, made.name)
        table.add_row(*map(visible, cells))
    if rows:
        result_console().print(table)
    if any(state.ended for _, _, state in rows):
        click.echo("Next: autocode batch fetch", err=True)


@command.command(
    name="fetch", epilog="\b\nExamples:\n  autocode batch fetch\n  autocode batch fetch p1 --json"
)
@_RUN
@_URL
@json_option
@with_study
def fetch(study: Study, run: str | None, base_url: str | None, as_json: bool) -> None:
    """Fetch the answers of a batch (of a run, or of all that wait) into its run.

    Exit code 3: one is not answered yet, or parts failed and are named. Those can
    be asked again with `autocode propose ID --resume`.
    """
    entries, whole = [], True
    for made in _waiting(study, run):
        fetched, coding = _fetched(study, made, base_url)
        whole = whole and coding is not None and not coding.failures
        entry: dict[str, Any] = _entry(fetched, None)
        if coding is None:
            state = batch.handed_in(fetched).status
            click.echo(visible(f"{fetched.name}: not answered yet ({state})"), err=True)
        elif not as_json:
            show_run(study, fetched, coding)
        entries.append(entry | {"coding": coding and coding.model_dump(mode="json")})
    if as_json:
        print_json({"runs": entries})
    if not whole:
        click.get_current_context().exit(3)


@command.command(name="cancel", epilog="\b\nExamples:\n  autocode batch cancel p1")
@click.argument("run")
@_URL
@with_study
def cancel(study: Study, run: str, base_url: str | None) -> None:
    """Have no more questions of a batch answered; fetch then brings what there is."""
    made, state = _with_server(find_run(study, run), base_url, batch.cancel)
    click.echo(visible(f"{made.name}: {state.status}"), err=True)
    click.echo("Next: autocode batch fetch", err=True)


def hand_in(
    study: Study, ids: Sequence[str], address: Address, chosen: dict[str, Any], *, fresh: bool
) -> None:
    """Hand in the questions about each transcript, as `autocode propose --batch` does."""

    async def handed_in() -> None:
        provider = open_batches(study.settings.model, address)
        try:
            for id_ in ids:
                planned = plan(study, id_, provider, open_embedder, **chosen)
                codebook = chosen["codebook"]
                run = await batch.submit(study, planned, provider, codebook=codebook, fresh=fresh)
                done = run.manifest.status == "complete"
                said = "all answered in earlier runs" if done else "handed in"
                click.echo(visible(f"{id_}: {said}: {run.name}"), err=True)
        finally:
            await provider.aclose()

    asyncio.run(handed_in())
    click.echo("Next: autocode batch status   (then: autocode batch fetch)", err=True)


def _waiting(study: Study, name: str | None) -> list[Run]:
    """The run of that name, or all that wait for their answers, oldest first."""
    if name:
        return [find_run(study, name)]
    runs = [run for id_ in transcript_ids(study) for run in read_runs(study, id_)[0]]
    waiting = [run for run in runs if run.manifest.status == "submitted"]
    if not waiting:
        click.echo("No batch waits. Hand one in with `autocode propose ID --batch`.", err=True)
    return sorted(waiting, key=lambda run: run.manifest.started)


def _fetched(study: Study, run: Run, base_url: str | None) -> tuple[Run, Coding | None]:
    if batch.handed_in(run).fetched:
        return run, read_coding(run.coding_path)

    async def answers(made: Run, provider: "BatchModel") -> tuple[Run, Coding | None]:
        return await batch.fetch(study, made, provider, open_embedder)

    outcome: tuple[Run, Coding | None] = _with_server(run, base_url, answers)
    return outcome


def _with_server(
    run: Run, base_url: str | None, ask: Callable[[Run, "BatchModel"], Awaitable[Any]]
) -> Any:
    """What `ask` makes of a run and the model it was handed in to.

    A run may come from a stranger: only who handed it in, from here, need not name its server.
    """
    url = base_url or batch.handed_in(run).base_url
    if not base_url and not is_trusted(run.path, url):
        raise ModelError(
            f"{run.name} was not handed in from here",
            hint=f"If its server may have your key, name it: --base-url {url}",
        )

    async def asked() -> Any:
        provider = open_batches(run.manifest.model_asked, Address.given(url))
        try:
            return await ask(run, provider)
        finally:
            await provider.aclose()

    return asyncio.run(asked())


def _entry(run: Run, state: "BatchState | None") -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": run.manifest.transcript.id,
        "run": run.name,
        "path": str(run.path),
        "status": run.manifest.status,
        "batch": run.manifest.batch,
    }
    if state:
        entry |= {"answered": state.answered, "failed": state.failed, "total": state.total}
    return entry
