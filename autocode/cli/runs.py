"""`autocode runs`: the runs of a study; `autocode runs show`: what one of them proposed."""

from typing import Any

import click

from autocode.cli.proposals import say_outcome, show_whole_quotes
from autocode.cli.terminal import (
    json_option,
    plain_table,
    print_json,
    result_console,
    study_of,
    with_study,
)
from autocode.coding.files import read_coding
from autocode.coding.runs import find_run, read_runs
from autocode.coding.sources import way_on
from autocode.study import CODEBOOK, Study
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
    """List the runs of the study, newest first, or show one (`runs show`)."""
    if context.invoked_subcommand is not None:
        return
    study, runs, unreadable = study_of(context), [], []
    for id_ in (*transcript_ids(study), CODEBOOK):
        readable, errors = read_runs(study, id_)
        runs += readable
        for path, error in errors.items():
            entry = {"id": id_, "run": path.name, "path": str(path), "status": "unreadable"}
            unreadable.append(entry | {"reason": str(error)})
    runs.sort(key=lambda run: run.manifest.started, reverse=True)
    entries: list[dict[str, Any]] = [
        {
            "id": run.manifest.transcript.id,
            "run": run.name,
            "path": str(run.path),
            "status": run.state,
            "model": run.manifest.model_asked,
            "strategy": run.manifest.strategy,
            "started": run.manifest.started,
            "quotes": run.manifest.quotes,
            "failures": run.manifest.failures,
        }
        for run in runs
    ]
    entries += unreadable
    if as_json:
        print_json({"runs": entries})
        return
    if not entries:
        click.echo("No runs yet. Start one with `autocode propose ID`.", err=True)
        return
    table = plain_table("id", "status", "quotes", "failed", "run", folded={"id": 24})
    for entry in entries:
        row = (entry.get(key, "–") for key in ("id", "status", "quotes", "failures", "run"))
        table.add_row(*(visible(str(cell)) for cell in row))
    result_console().print(table)
    for entry in unreadable:
        click.echo(visible(f"unreadable: {entry['reason']}"), err=True)


@command.command(name="show", epilog="""\b
Examples:
  autocode runs show p1
  autocode runs show 20261122T1 --why""")  # fmt: skip
@click.argument("name", metavar="RUN|ID")
@click.option("--why", is_flag=True, help="With the reason that the model gave for each quote.")
@json_option
@with_study
def show(study: Study, name: str, why: bool, as_json: bool) -> None:
    """Show a run by its name, a part of it, or the newest one of a transcript's id.

    Every quote is printed in full with its codes, one code on a line."""
    run = find_run(study, name)
    if as_json:
        print_json({"path": str(run.path), "manifest": run.manifest.model_dump(mode="json")})
        return
    made = run.manifest
    coding = read_coding(run.coding_path) if run.coding_path.exists() else None
    words = f"{run.name}: {run.state}, {made.strategy}, {made.destination}, started {made.started}"
    click.echo(visible(words), err=True)
    if coding is None:
        further, hint = way_on(run)
        click.echo(visible(f"There are no answers{further}. {hint}"), err=True)
    else:
        show_whole_quotes(coding, why=why)
        say_outcome(study, run, coding)
