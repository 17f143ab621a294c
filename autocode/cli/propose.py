"""`autocode propose`: ask a model for open codes and axial mappings of transcripts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import click

from autocode.cli import request
from autocode.cli.batch import hand_in
from autocode.cli.cluster import over_cluster
from autocode.cli.dry_run import show_dry_run
from autocode.cli.keep import KeepType, move, moves_only, refuse
from autocode.cli.progress import progress_bars
from autocode.cli.proposals import Results, print_runs, say_estimate
from autocode.cli.terminal import json_option, named_transcripts, progress_console, with_study
from autocode.coding.strategies import STRATEGIES
from autocode.models.dry_run import Unasked
from autocode.models.endpoint import Address
from autocode.models.runtimes import open_embedder, open_provider
from autocode.propose.budget import Budget
from autocode.propose.pace import Pace
from autocode.propose.run import Plan, plan
from autocode.propose.series import Series
from autocode.propose.strategies import strategy_for
from autocode.study import Settings, Study

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
@request.model
@request.base_url
@request.trust
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
@request.concurrency
@request.max_tokens
@request.max_cost
@click.option("--deadline", type=float, metavar="HOURS", help="When to stop, in hours from now.")
@click.option("--codebook", type=click.Path(path_type=Path), help="Use another codebook file.")
@click.option("--no-codebook", is_flag=True, help="Send no codes: every axial code is new.")
@click.option("--limit-chunks", type=click.IntRange(min=1), help="Ask only the first N questions.")
@click.option("--as-it-is", is_flag=True, help="Send a turn in which two people seem to speak.")
@click.option("--resume", is_flag=True, help="Continue unfinished runs with the same settings.")
@request.fresh
@click.option("--batch", is_flag=True, help="Hand in through the server's batch API; see batch.")
@click.option("--engine", type=click.Choice(["dask"]), help="Share the transcripts among workers.")
@click.option("--scheduler", metavar="ADDRESS", help="Of a Dask cluster; without, workers here.")
@request.dry_run
@json_option
@with_study
def command(study: Study, ids: tuple[str, ...], **options: Any) -> None:
    """Propose: whose turns, with which model, sent where; then run after run."""
    study = request.with_overrides(study, options)
    _refuse_ignored(study.settings, options)
    wanted = named_transcripts(study, ids, options["everything"], "propose")
    if moves_only():
        move(study, wanted, options["keep"], as_json=options["as_json"])
        return
    address = request.announced(study, wanted, options, as_it_is=options["as_it_is"])
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

        request.asked(provider, series.all(wanted, results.add))


def _refuse_ignored(settings: Settings, options: dict[str, Any]) -> None:
    """Options that would have no effect: whoever gives them expects one."""
    if options["codebook"] and options["no_codebook"]:
        raise click.UsageError("--codebook and --no-codebook exclude each other.")
    request.refuse_server(settings.model, options)
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
