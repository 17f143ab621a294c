"""`autocode propose`: ask a model for open codes and axial mappings of transcripts."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import click
from click.core import ParameterSource
from pydantic import ValidationError

from autocode.cli.batch import hand_in
from autocode.cli.cluster import over_cluster
from autocode.cli.dry_run import show_dry_run
from autocode.cli.keep import KeepType, move, moves_only, refuse
from autocode.cli.progress import progress_bars
from autocode.cli.proposals import Results, print_runs, say_estimate
from autocode.cli.signals import cancelling
from autocode.cli.terminal import json_option, progress_console, with_study
from autocode.coding.strategies import STRATEGIES
from autocode.errors import InputError, InterruptedRunError, ModelError, StudyError
from autocode.models.dry_run import Unasked
from autocode.models.endpoint import Address, Endpoint, confirm
from autocode.models.runtimes import open_embedder, open_provider, runtime_of
from autocode.propose.budget import Budget
from autocode.propose.pace import Pace
from autocode.propose.run import Plan, plan, strategy_for
from autocode.propose.series import Series
from autocode.redaction.decisions import told
from autocode.redaction.likely import undecided
from autocode.redaction.names import Names
from autocode.study import SETTINGS_FILE, Settings, Study
from autocode.text import visible
from autocode.transcript.doubts import DOUBTS, refuse_mixed
from autocode.transcript.seeds import load, transcript_ids, transcript_path

# Options that override a key of autocode.toml.
OVERRIDES = (
    "model", "base_url", "strategy", "density", "max_codes", "examples", "roles", "anchor",
    "temperature", "seed", "concurrency", "runs", "critic", "deadline",
)  # fmt: skip
ROLES = ("participant", "interviewer")
_HELP = """Have a model code transcripts: it marks quotes, gives each an open code and
maps it to axial codes of the codebook.

Every quote is verified in the transcript. The human coding of a transcript and
the codes defined in it are never sent. With the default model nothing leaves
this machine. Options override autocode.toml. Exit code 3: finished, but parts
failed and are named; a run cut short by --limit-chunks has not failed.

A study cannot choose who reads its interviews: a remote model named only in
autocode.toml is used once you have named it yourself (--model, --base-url,
OPENAI_BASE_URL) or confirmed it for this study (--trust; add --dry-run to
confirm without sending anything).
"""


@click.command(
    name="propose",
    help=_HELP,
    epilog="""\b
Examples:
  autocode propose p1
  autocode propose p1 p2 --model gpt-4o-mini --dry-run
  autocode propose --all --model llama3.2 --base-url http://127.0.0.1:11434/v1
  autocode propose p1 --model gpt-4o-mini --runs 3 --keep 2
  autocode propose p1 --keep 15%
  autocode propose p1 --keep review
  autocode propose --all --model gpt-4o-mini --max-cost 5 --deadline 8
  autocode propose p1 --resume
  autocode propose p1 --trust
  autocode propose --all --model gpt-4o-mini --batch
  autocode propose --all --engine dask --scheduler tcp://node1:8786""",
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="Code every transcript of the study.")
@click.option("--model", help="local (default), local:FILE.gguf, or a model on a server.")
@click.option("--base-url", help="Address of an OpenAI-compatible server.")
@click.option("--trust", is_flag=True, help="Confirm the server that autocode.toml names.")
@click.option("--strategy", type=click.Choice(list(STRATEGIES)), help="How passages are selected.")
@click.option("--density", type=float, help="The most that may be marked, a share from 0 to 1.")
@click.option("--runs", type=int, help="Independent answers to each question (default 1).")
@click.option("--critic", is_flag=True, help="Have the model look at its proposals again.")
@click.option(
    "--keep",
    type=KeepType(),
    help="Keep what stands in K answers, or the best SHARE (.15 or 15%) of what may be coded. "
    "Alone, it moves the threshold of the newest run, and asks nothing; `review` sets it as the "
    "decisions of its reviews say.",
)
@click.option("--max-codes", type=int, help="Most axial codes for a quote.")
@click.option("--examples", help="Coded excerpts of other transcripts: auto, none, or how many.")
@click.option("--roles", help="Whose turns to code: participant (default), interviewer, all.")
@click.option(
    "--anchor",
    type=click.Choice(["sentence", "verbatim"]),
    help="Let the model name sentences or copy words.",
)
@click.option("--temperature", type=float, help="Sampling temperature; 0 is most repeatable.")
@click.option("--seed", type=int, help="Seed for sampling, where the model takes one.")
@click.option("--concurrency", type=int, help="Requests at a time (remote models).")
@click.option("--max-tokens", type=click.IntRange(min=1), help="Most tokens to spend, in all.")
@click.option(
    "--max-cost",
    type=click.FloatRange(min=0, min_open=True),
    metavar="USD",
    help="Most dollars to spend, by your own prices.",
)
@click.option("--deadline", type=float, metavar="HOURS", help="When to stop, in hours from now.")
@click.option("--codebook", type=click.Path(path_type=Path), help="Use another codebook file.")
@click.option("--no-codebook", is_flag=True, help="Send no codes: every axial code is new.")
@click.option("--limit-chunks", type=click.IntRange(min=1), help="Ask only the first N questions.")
@click.option("--as-it-is", is_flag=True, help="Send a turn in which two people seem to speak.")
@click.option("--resume", is_flag=True, help="Continue unfinished runs with the same settings.")
@click.option("--fresh", is_flag=True, help="Ask again what earlier runs were answered.")
@click.option("--batch", is_flag=True, help="Hand in through the server's batch API; see batch.")
@click.option("--engine", type=click.Choice(["dask"]), help="Share the transcripts among workers.")
@click.option("--scheduler", metavar="ADDRESS", help="Of a Dask cluster; without, workers here.")
@click.option("--dry-run", is_flag=True, help="Print prompts, tokens and cost; send nothing.")
@json_option
@with_study
def command(study: Study, ids: tuple[str, ...], **options: Any) -> None:
    """Propose: whose turns, with which model, sent where; then run after run."""
    study = with_overrides(study, options)
    _refuse_ignored(study.settings, options)
    wanted = _wanted(study, ids, everything=options["everything"])
    if moves_only():
        move(study, wanted, options["keep"], as_json=options["as_json"])
        return
    address = Address.of(study)
    if options["trust"]:
        confirm(address)
    say_where(study.settings.model, address, dry=options["dry_run"])
    say_what_is_sent(study, wanted, as_it_is=options["as_it_is"])
    codebook: Path | Literal["none"] = "none" if options["no_codebook"] else options["codebook"]
    chosen = {"codebook": codebook, "limit": options["limit_chunks"],
              "as_it_is": options["as_it_is"], "keep": options["keep"]}  # fmt: skip
    if options["dry_run"]:
        unasked = Unasked(study.settings.model)
        plans = [plan(study, id_, unasked, open_embedder, **chosen) for id_ in wanted]
        show_dry_run(plans, as_json=options["as_json"])
        return
    if options["batch"] and not options["engine"]:
        hand_in(study, wanted, address, chosen, fresh=options["fresh"])
        return
    results = Results(study, quiet=options["as_json"])
    if options["engine"]:
        over_cluster(study, wanted, chosen, options, results)
    else:
        _propose(study, wanted, address, chosen, options, results)
    if options["as_json"]:
        print_runs(results.read())
    if results.failures:
        click.get_current_context().exit(3)


def _wanted(study: Study, ids: Sequence[str], *, everything: bool) -> list[str]:
    if everything == bool(ids):
        raise click.UsageError("Name transcripts (autocode propose p1) or use --all.")
    wanted = transcript_ids(study) if everything else list(dict.fromkeys(ids))
    if not wanted:
        raise StudyError("no transcripts in seeds/", hint="Add one, as .md or .txt.")
    return wanted


def _propose(
    study: Study,
    wanted: Sequence[str],
    address: Address,
    chosen: dict[str, Any],
    options: dict[str, Any],
    results: Results,
) -> None:
    budget = Budget.of(study.settings.model, options["max_tokens"], options["max_cost"])
    how = {"resume": options["resume"], "fresh": options["fresh"]}
    with progress_bars(progress_console()) as bars:
        # Before the event loop, which would swallow Ctrl-C during a download.
        provider = open_provider(study.settings.model, address, progress=bars.loading)

        def planned(id: str) -> Plan:
            return plan(study, id, provider, open_embedder, **chosen)

        if budget:
            say_estimate(study, budget, map(planned, wanted), options["fresh"])
        pace = Pace.of(study.settings, provider.name, budget)
        series = Series(study, planned, pace, watch=bars.coding, **how)

        async def ask() -> None:
            try:
                with cancelling():
                    await series.all(wanted, results.add)
            finally:
                await provider.aclose()

        try:
            asyncio.run(ask())
        except asyncio.CancelledError as error:  # a signal after the last question
            raise InterruptedRunError("interrupted", hint="All that was asked is saved.") from error


def with_overrides(study: Study, options: dict[str, Any]) -> Study:
    context = click.get_current_context()
    given = {
        name: options[name]
        for name in OVERRIDES
        if name in options and context.get_parameter_source(name) is not ParameterSource.DEFAULT
    }
    if "roles" in given:
        names = [name.strip() for name in given["roles"].split(",")]
        given["roles"] = ROLES if names == ["all"] else tuple(names)
    try:
        settings = Settings.model_validate(study.settings.model_dump() | given)
    except ValidationError as error:
        first = error.errors()[0]
        option = "--" + str(first["loc"][0]).replace("_", "-")
        raise click.BadParameter(f"{option}: {first['msg']}") from error
    return Study(study.root, settings, frozenset(given))


def _refuse_ignored(settings: Settings, options: dict[str, Any]) -> None:
    """Options that would have no effect: whoever gives them expects one."""
    if options["codebook"] and options["no_codebook"]:
        raise click.UsageError("--codebook and --no-codebook exclude each other.")
    here = runtime_of(settings.model).here
    if options["base_url"] and here:
        raise click.UsageError("--base-url needs --model: the local model uses no server.")
    if options["trust"] and (options["base_url"] or here):
        raise click.UsageError("--trust is for a server that only autocode.toml names.")
    if options["batch"] and options["resume"]:
        raise click.UsageError("--batch is for new runs; `autocode batch fetch` goes on with one.")
    if options["batch"] and (options["max_tokens"] or options["max_cost"]):
        raise click.UsageError("A batch is handed in as a whole: no --max-tokens or --max-cost.")
    if options["resume"] and options["limit_chunks"]:
        raise click.UsageError("--limit-chunks is for new runs: --resume asks everything left.")
    refuse(options["keep"], settings.runs)
    strategy = strategy_for(settings, settings.model)
    if settings.anchor not in strategy.anchors:
        others = [entry.name for entry in STRATEGIES.values() if settings.anchor in entry.anchors]
        raise click.UsageError(
            f"--anchor {settings.anchor} needs --strategy {' or '.join(others)}: "
            f"{strategy.name} supports only {' or '.join(strategy.anchors)}."
        )


def say_what_is_sent(study: Study, wanted: Sequence[str], *, as_it_is: bool) -> None:
    """What may have gone wrong in reading who speaks, of all transcripts, before any is sent; and
    what a server will read of names: pseudonyms, or how many names there may be.

    Raises:
        InputError: a turn seems to hold the words of two people, and nobody said `as_it_is`.
    """
    remote = not runtime_of(study.settings.model).here
    hidden = study.settings.privacy == "redacted"
    names = Names.of(study) if remote and not hidden else None
    said, mixed = [], None
    for id_ in wanted:
        path, transcript = transcript_path(study, id_), load(study, id_)
        for oddity in transcript.oddities:
            if oddity.kind in DOUBTS:
                place = f"{path.relative_to(study.root)}:{oddity.line}"
                click.echo(visible(f"{place}: {oddity.message} — {oddity.suggestion}"), err=True)
        try:
            if not as_it_is:
                refuse_mixed(transcript, path)
        except InputError as error:
            mixed = mixed or error
        if names and (likely := undecided(transcript, names)):
            words = f"{transcript.id}: {told(likely)} will be sent"
            said.append(f"{words}; `autocode redact {transcript.id}` replaces them.")
    if mixed:
        raise mixed
    if remote and hidden:
        said = ["Names: pseudonyms are sent (privacy = redacted)."]
    for words in said:
        click.echo(visible(words), err=True)


def say_where(model: str, address: Address, *, dry: bool) -> None:
    """The first line of every run: which model, and where the text goes.

    Raises:
        ModelError: it may not or cannot go there; a dry run says so and goes on.
    """
    if runtime_of(model).here:
        where = "text stays on this machine."
    else:
        try:
            endpoint = Endpoint(address)
            named = f", as {SETTINGS_FILE} of this study says" if endpoint.named_by_study else ""
            withheld = "; your key is not sent" if endpoint.key_withheld else ""
            where = f"text goes to {endpoint.destination}{named}{withheld}."
        except ModelError as error:
            if not dry:
                raise
            where = f"a real run would stop here: {error}"
    click.echo(visible(f"Model {model}: {where}"), err=True)
