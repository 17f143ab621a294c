"""`autocode codebook propose`: categories from open codes; `proposal`, `accept` and `reject`."""

import asyncio
import textwrap
from collections.abc import Iterable
from typing import Any

import click

from autocode.cli.dry_run import show_dry_run
from autocode.cli.progress import progress_bars
from autocode.cli.propose import say_what_is_sent, say_where, with_overrides
from autocode.cli.signals import cancelling
from autocode.cli.terminal import json_option, print_json, progress_console, with_study
from autocode.codebook.proposal import (
    Category,
    Item,
    Proposal,
    State,
    accept,
    items,
    proposal_of,
    reject,
    states,
)
from autocode.coding.runs import Run
from autocode.errors import InterruptedRunError
from autocode.models.dry_run import Unasked
from autocode.models.endpoint import Address, confirm
from autocode.models.provider import Provider
from autocode.models.runtimes import open_embedder, open_provider, runtime_of
from autocode.propose.budget import Budget
from autocode.propose.codebook import plan_codebook
from autocode.propose.opencodes import Origin
from autocode.propose.pace import Pace
from autocode.propose.run import Plan, carry_out
from autocode.study import Study
from autocode.text import excerpt, one_line, plural, visible
from autocode.transcript.seeds import transcript_ids

_HELP = """Have a model propose categories for the open codes of the study.

Open codes are grouped by meaning (embeddings on this machine; no number of
groups is set). The model names and defines each group, cites the quotes it rests
on and says under which code it stands; a second level and relations are
proposed where quotes speak for them. Nothing enters the codebook before
`autocode codebook accept`. A category that goes back to the human coding of a
transcript is held back when that transcript is coded. Exit code 3: finished,
but questions failed and are named.
"""


@click.command("propose", help=_HELP, epilog="""\b
Examples:
  autocode codebook propose
  autocode codebook propose --from gold --model gpt-4o-mini --dry-run
  autocode codebook propose --resume""")  # fmt: skip
@click.option(
    "--from", "origin", type=click.Choice(["runs", "gold", "both"]), default="runs",
    show_default=True, help="Whose open codes: the newest runs, people, or both.",
)  # fmt: skip
@click.option("--model", help="local (default), local:FILE.gguf, or a model on a server.")
@click.option("--base-url", help="Address of an OpenAI-compatible server.")
@click.option("--trust", is_flag=True, help="Confirm the server that autocode.toml names.")
@click.option("--concurrency", type=int, help="Requests at a time (remote models).")
@click.option("--resume", is_flag=True, help="Continue an unfinished proposal.")
@click.option("--fresh", is_flag=True, help="Ask again what earlier runs were answered.")
@click.option("--max-tokens", type=click.IntRange(min=1), help="Most tokens to spend, in all.")
@click.option(
    "--max-cost",
    type=click.FloatRange(min=0, min_open=True),
    metavar="USD",
    help="Most dollars to spend, by your own prices.",
)
@click.option("--dry-run", is_flag=True, help="Print prompts, tokens and cost; send nothing.")
@json_option
@with_study
def propose(study: Study, origin: Origin, **options: Any) -> None:
    """What is asked of whom, and the proposal."""
    study = with_overrides(study, options)
    if options["base_url"] and runtime_of(study.settings.model).here:
        raise click.UsageError("--base-url needs --model: the local model uses no server.")
    address = Address.of(study)
    if options["trust"]:
        confirm(address)
    say_where(study.settings.model, address, dry=options["dry_run"])
    say_what_is_sent(study, transcript_ids(study), as_it_is=True)
    if options["dry_run"]:
        plan = plan_codebook(study, Unasked(study.settings.model), open_embedder, origin)
        show_dry_run([plan], as_json=options["as_json"])
        return
    with progress_bars(progress_console()) as bars:
        provider = open_provider(study.settings.model, address, progress=bars.loading)
        plan = plan_codebook(study, provider, open_embedder, origin)
        try:
            run = asyncio.run(_asked(study, plan, provider, bars.coding("the codebook"), options))
        except asyncio.CancelledError as error:  # a signal after the last question
            raise InterruptedRunError("interrupted", hint="All that was asked is saved.") from error
    name, made = proposal_of(study, run.name)
    _show(study, name, made, as_json=options["as_json"])
    if made.failures:
        click.get_current_context().exit(3)


async def _asked(
    study: Study, plan: Plan, provider: Provider, watch: Any, options: dict[str, Any]
) -> Run:
    budget = Budget.of(provider.name, options["max_tokens"], options["max_cost"])
    pace = Pace.of(study.settings, provider.name, budget)
    how = {"resume": options["resume"], "fresh": options["fresh"]}
    try:
        with cancelling():
            run, _ = await carry_out(study, plan, watch=watch, pace=pace, **how)
            return run
    finally:
        await provider.aclose()


_run = click.option("--run", help="Another proposal than the newest, by its run's name.")


@click.command("proposal", epilog="""\b
Examples:
  autocode codebook proposal
  autocode codebook proposal --json""")  # fmt: skip
@_run
@json_option
@with_study
def proposal(study: Study, run: str | None, as_json: bool) -> None:
    """Show the newest proposal, and what was decided on it."""
    name, made = proposal_of(study, run)
    _show(study, name, made, as_json=as_json)


def _show(study: Study, run: str, made: Proposal, *, as_json: bool) -> None:
    decided = states(study, run, made)
    if as_json:
        print_json({"run": run, "states": decided, "proposal": made.model_dump(mode="json")})
        return
    names = {category.id: category.name for category in made.categories}
    for item in items(made):
        click.echo(visible("\n".join(_lines(item, names, decided))))
    for failure in made.failures:
        click.echo(visible(f"failed: {failure.step}: {failure.kind}: {failure.detail}"), err=True)
    for words in made.dropped if len(made.dropped) < 4 else ():
        click.echo(visible(f"note: {words}."), err=True)
    waiting = sum(state == "open" for state in decided.values())
    told = (
        f"{plural(len(made.categories), 'category', 'categories')} and "
        f"{plural(len(made.relations), 'relation')}; {plural(len(made.left), 'open code')} in none."
    )
    click.echo(f"{told} {waiting} to decide on.", err=True)
    if waiting:
        click.echo("Next: autocode codebook accept ID... (or --all), reject ID...", err=True)


def _lines(item: Item, names: dict[str, str], decided: dict[str, State]) -> Iterable[str]:
    state = "" if decided[item.id] == "open" else f" — {decided[item.id]}"
    if isinstance(item, Category):
        place = {"new": "", "same": f", the code {item.code}"}.get(
            item.place, f", under {names.get(item.parent or '', item.parent)}"
        )
        yield one_line(f"{item.id} {item.name}{place}{state}")
        yield from _wrapped(item.definition)
        yield from _wrapped(f"from: {'; '.join(item.open_codes)}")
    else:
        ends = f"{names[item.source]} — {item.relation} → {names[item.target]}"
        yield one_line(f"{item.id} {ends}{state}")
    for cited in item.quotes[:3]:
        yield one_line(f"  “{excerpt(cited.text, 55)}” ({cited.transcript} {cited.quote})")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(one_line(text), 80, initial_indent="  ", subsequent_indent="  ")


@click.command("accept", epilog="""\b
Examples:
  autocode codebook accept --all
  autocode codebook accept c1 c4 r2""")  # fmt: skip
@click.argument("ids", nargs=-1, metavar="[ITEM]...")
@click.option("--all", "everything", is_flag=True, help="All that is open.")
@_run
@with_study
def accept_command(study: Study, ids: tuple[str, ...], everything: bool, run: str | None) -> None:
    """Put categories and relations of a proposal into the codebook.

    Each is a change of its own: `codebook undo` takes the last one back."""
    _decide(study, ids, everything, run, accept)


@click.command("reject", epilog="""\b
Example:
  autocode codebook reject c2 r1""")  # fmt: skip
@click.argument("ids", nargs=-1, metavar="[ITEM]...")
@click.option("--all", "everything", is_flag=True, help="All that is open.")
@_run
@with_study
def reject_command(study: Study, ids: tuple[str, ...], everything: bool, run: str | None) -> None:
    """Record that categories or relations of a proposal are not wanted."""
    _decide(study, ids, everything, run, reject)


def _decide(
    study: Study, ids: tuple[str, ...], everything: bool, run: str | None, decision: Any
) -> None:
    if everything == bool(ids):
        raise click.UsageError("Name items (c1), or use --all.")
    name, made = proposal_of(study, run)
    if everything:
        ids = tuple(id_ for id_, state in states(study, name, made).items() if state == "open")
    for entry in decision(study, name, made, ids):
        click.echo(one_line(entry.words), err=True)


PROPOSALS = (propose, proposal, accept_command, reject_command)
