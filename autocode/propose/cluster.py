"""Propose over a Dask cluster: a task for each transcript, which leaves the run it leaves here.

A task names the study's folder, which all workers must see, and the transcript; text and keys stay
out of it, and so out of the scheduler. Each worker reads the text from the folder, the key from
its own environment and the confirmations from its own user's configuration. A transcript whose
worker was lost goes to another, which goes on with the run that was begun: what was answered is in
its folder. The limits of the settings (requests at a time) hold for each worker.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from autocode.coding.files import read_coding
from autocode.coding.nouns import Coding
from autocode.coding.runs import Run, read_runs, runs_under
from autocode.errors import AutocodeError, StudyError
from autocode.models.endpoint import Address
from autocode.models.runtimes import open_embedder, open_provider
from autocode.propose.run import carry_out, plan
from autocode.study import Settings, Study


@dataclass(frozen=True)
class Order:
    """What a worker is told: the study, its settings, which of them were given by hand, and how.

    known: the runs on each transcript that were there before, which are left as they are unless
    `resume` says to go on with them.
    """

    root: str
    settings: dict[str, Any]
    given: frozenset[str]
    chosen: dict[str, Any]
    resume: bool = False
    fresh: bool = False
    known: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, study: Study, ids: Sequence[str], chosen: dict[str, Any], **how: bool) -> "Order":
        """Raises StudyError where the address of the server holds a password."""
        if urlsplit(study.settings.base_url or "").password:
            raise StudyError(
                "the address of the server holds a password, which a cluster would pass on",
                hint="Leave it out; give the workers OPENAI_API_KEY in their environment.",
            )
        known = {id_: [run.name for run in read_runs(study, id_)[0]] for id_ in ids}
        settings = study.settings.model_dump()
        return cls(str(study.root.resolve()), settings, study.given, chosen, known=known, **how)

    @property
    def study(self) -> Study:
        return Study(Path(self.root), Settings.model_validate(self.settings), self.given)


def code(order: Order, id: str) -> tuple[str, str]:
    """On a worker: code one transcript. The name of its run, and "" or why there is none."""
    try:
        return asyncio.run(_coded(order, id)).name, ""
    except AutocodeError as error:  # as words: not every error can be sent
        return "", f"{id}: {error}"


async def _coded(order: Order, id: str) -> Run:
    study = order.study
    provider = open_provider(study.settings.model, Address.of(study))
    try:
        planned = plan(study, id, provider, open_embedder, **order.chosen)
        earlier = runs_under(study, id, planned.manifest.recipe)
        begun = [run for run in earlier if order.resume or run.name not in order.known[id]]
        if begun and begun[0].manifest.status == "complete":
            return begun[0]
        run, _ = await carry_out(study, planned, resume=bool(begun), fresh=order.fresh)
        return run
    finally:
        await provider.aclose()


def coded(order: Order, ids: Sequence[str], scheduler: str | None) -> Iterator[tuple[Run, Coding]]:
    """The runs on these transcripts as they are done, by the workers of a cluster.

    scheduler: its address; None starts workers on this machine.

    Raises:
        StudyError: Dask is not installed, nobody answers at that address, or transcripts could not
            be coded (after all others).
    """
    refused = []
    with _client(scheduler) as (dask, client):
        tasks = {client.submit(code, order, id_, pure=False, retries=0): id_ for id_ in ids}
        for task in dask.as_completed(tasks):
            id_ = tasks[task]
            if task.status != "finished":
                refused.append(f"{id_}: its workers were lost ({task.exception()})")
                continue
            name, reason = task.result()
            runs = [run for run in read_runs(order.study, id_)[0] if run.name == name]
            if reason or not runs:
                refused.append(reason or f"{id_}: the run {name} is not in {order.root} here")
            else:
                yield runs[0], read_coding(runs[0].coding_path)
    if refused:
        raise StudyError("; ".join(refused), hint="Go on with --resume when that is mended.")


@contextmanager
def _client(scheduler: str | None) -> Iterator[tuple[Any, Any]]:
    """Dask's library, and a client of that cluster or of one on this machine."""
    try:
        import distributed
    except ImportError as error:
        raise StudyError(
            "Dask is not installed", hint="Run `pip install 'autocode-qda[dask]'`."
        ) from error
    dask: Any = distributed  # which is not typed
    if scheduler is None:
        with (
            dask.LocalCluster(threads_per_worker=1, dashboard_address=None) as cluster,
            dask.Client(cluster) as client,
        ):
            yield dask, client
        return
    try:
        client = dask.Client(scheduler, timeout=10)
    except (OSError, ValueError) as error:
        hint = "Check the address, as in tcp://node1:8786, and that the scheduler runs."
        raise StudyError(f"no Dask scheduler answers at {scheduler}", hint=hint) from error
    with client:
        yield dask, client
