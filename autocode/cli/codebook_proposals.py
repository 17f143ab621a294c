"""`autocode codebook propose`: categories from open codes; `proposal`, `accept` and `reject`."""

from collections.abc import Iterable
from typing import Any

import click

from autocode.cli import request
from autocode.cli.dry_run import show_dry_run
from autocode.cli.progress import progress_bars
from autocode.cli.terminal import indented, json_option, print_json, progress_console, with_study
from autocode.codebook.proposal import (
    Category,
    Item,
    Proposal,
    State,
    accept,
    items,
    place_of,
    proposal_of,
    reject,
    states,
)
from autocode.models.dry_run import Unasked
from autocode.models.runtimes import open_embedder, open_provider
from autocode.propose.budget import Budget
from autocode.propose.codebook import plan_codebook
from autocode.propose.opencodes import Origin
from autocode.propose.pace import Pace
from autocode.propose.run import carry_out
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
@request.model
@request.base_url
@request.trust
@request.concurrency
@click.option("--resume", is_flag=True, help="Continue an unfinished proposal.")
@request.fresh
@request.max_tokens
@request.max_cost
@request.dry_run
@json_option
@with_study
def propose(study: Study, origin: Origin, **options: Any) -> None:
    """What is asked of whom, and the proposal."""
    study = request.with_overrides(study, options)
    request.refuse_server(study.settings.model, options)
    address = request.announced(study, transcript_ids(study), options, as_it_is=True)
    if options["dry_run"]:
        plan = plan_codebook(study, Unasked(study.settings.model), open_embedder, origin)
        show_dry_run([plan], as_json=options["as_json"])
        return
    with progress_bars(progress_console()) as bars:
        provider = open_provider(study.settings.model, address, progress=bars.loading)
        plan = plan_codebook(study, provider, open_embedder, origin)
        budget = Budget.of(provider.name, options["max_tokens"], options["max_cost"])
        pace = Pace.of(study.settings, provider.name, budget)
        how = {"resume": options["resume"], "fresh": options["fresh"]}
        watch = bars.coding("the codebook")
        run, _ = request.asked(provider, carry_out(study, plan, watch=watch, pace=pace, **how))
    name, made = proposal_of(study, run.name)
    _show(study, name, made, as_json=options["as_json"])
    if made.failures:
        again = "autocode codebook propose --resume   (with the options of this run)"
        click.echo(f"Ask again what failed: {again}", err=True)
        click.get_current_context().exit(3)


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
    for item in items(made):
        click.echo(visible("\n".join(_lines(item, made, decided))))
    for failure in made.failures:
        click.echo(visible(f"failed: {failure.step}: {failure.kind}: {failure.detail}"), err=True)
    for words in made.dropped[:3]:
        click.echo(visible(f"note: {words}."), err=True)
    if more := len(made.dropped[3:]):
        click.echo(f"note: {more} more; `autocode codebook proposal --json` has all.", err=True)
    waiting = sum(state == "open" for state in decided.values())
    told = (
        f"{plural(len(made.categories), 'category', 'categories')} and "
        f"{plural(len(made.relations), 'relation')}; {plural(len(made.left), 'open code')} in none."
    )
    click.echo(f"{told} {waiting} to decide on.", err=True)
    if waiting:
        click.echo("Next: autocode codebook accept ID... (or --all), reject ID...", err=True)


def _lines(item: Item, made: Proposal, decided: dict[str, State]) -> Iterable[str]:
    state = "" if decided[item.id] == "open" else f" — {decided[item.id]}"
    if isinstance(item, Category):
        yield one_line(f"{item.id} {item.name}{place_of(item, made)}{state}")
        yield from indented(item.definition)
        yield from indented(f"from: {'; '.join(item.open_codes)}")
    else:
        names = {category.id: category.name for category in made.categories}
        ends = f"{names[item.source]} — {item.relation} → {names[item.target]}"
        yield one_line(f"{item.id} {ends}{state}")
    for cited in item.quotes[:3]:
        yield one_line(f"  “{excerpt(cited.text, 55)}” ({cited.transcript} {cited.quote})")


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
