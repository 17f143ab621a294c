"""`autocode runs`: the runs of a study; `autocode runs show`: what one of them proposed."""

from typing import Any

import click

from autocode.cli.proposals import show_run
from autocode.cli.terminal import json_option, plain_table, print_json, result_console, with_study
from autocode.coding.files import read_coding
from autocode.coding.runs import Run, find_run, runs_of
from autocode.study import Study
from autocode.text import visible
from autocode.transcript.seeds import transcript_ids


@click.group(
    name="runs",
    invoke_without_command=True,
    epilog="""\b
Examples:
  autocode runs
  autocode runs --json
  autocode runs show p1          (the newest run on p1)
  autocode runs show 20261122T1  (the run whose name begins so)""",
)
@json_option
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the runs of a study, newest first, or show one (`runs show`)."""
    if context.invoked_subcommand is None:
        context.invoke(_list, as_json=as_json)


@with_study
def _list(study: Study, as_json: bool) -> None:
    every = [run for id_ in transcript_ids(study) for run in runs_of(study, id_)]
    every.sort(key=lambda run: run.manifest.started, reverse=True)
    if as_json:
        print_json({"runs": [_entry(run) for run in every]})
        return
    if not every:
        click.echo("No runs yet. Make one with `autocode propose ID`.", err=True)
        return
    table = plain_table("id", "status", "quotes", "failed", "run")
    for run in every:
        m = run.manifest
        row = (m.transcript.id, m.status, str(m.quotes), str(m.failures), run.name)
        table.add_row(*map(visible, row))
    result_console().print(table)


@command.command(name="show", epilog="Example: autocode runs show p1")
@click.argument("name", metavar="RUN|ID")
@json_option
@with_study
def show(study: Study, name: str, as_json: bool) -> None:
    """Show a run by its name, a part of it, or the newest one of a transcript's id."""
    run = find_run(study, name)
    if as_json:
        print_json({"path": str(run.path), "manifest": run.manifest.model_dump(mode="json")})
        return
    m = run.manifest
    words = f"{run.name}: {m.status}, {m.strategy}, {m.destination}, begun {m.started}"
    click.echo(visible(words), err=True)
    if run.coding_path.is_file():
        show_run(study, run, read_coding(run.coding_path))
    else:
        click.echo(
            f"no coding yet: go on with `autocode propose {visible(m.transcript.id)} --resume`",
            err=True,
        )


def _entry(run: Run) -> dict[str, Any]:
    m = run.manifest
    return {
        "id": m.transcript.id,
        "run": run.name,
        "path": str(run.path),
        "status": run.state,
        "model": m.model_asked,
        "strategy": m.strategy,
        "started": m.started,
        "quotes": m.quotes,
        "failures": m.failures,
    }
