"""`autocode check`: look for what would go wrong, before money is spent."""

from collections import Counter
from dataclasses import asdict

import click

from autocode.check import check, overview
from autocode.cli.terminal import json_option, plain_table, print_json, result_console, with_study
from autocode.coding.codebook import Codebook
from autocode.errors import InputError
from autocode.study import SETTINGS_FILE, Study
from autocode.text import plural, visible

_COLOURS = {"error": "red", "warning": "yellow"}


@click.command(
    "check",
    epilog="""\b
Examples:
  autocode check
  autocode check p1
  autocode check --model gpt-4o-mini --json""",
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--model", metavar="NAME", help="Check for this model, not the one in autocode.toml.")
@click.option("--strict", is_flag=True, help="Exit with code 1 on warnings as well.")
@json_option
@with_study
def command(
    study: Study, ids: tuple[str, ...], model: str | None, strict: bool, as_json: bool
) -> None:
    """Check transcripts, traces, codings, codebook, prompts and model.

    Without an ID the whole study is checked. Each finding names its file and line,
    the problem and what to do about it. Nothing is changed, sent or downloaded.
    The exit code is 1 when something cannot be used as it is; warnings alone leave
    it at 0.
    """
    if model is not None:
        settings = study.settings.model_copy(update={"model": model})
        study = Study(study.root, settings, frozenset({"model"}))
    findings = check(study, ids)
    counts = Counter(finding.severity for finding in findings)
    errors, warnings = counts["error"], counts["warning"]
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        if not ids:
            _print_overview(study)
        for finding in findings:
            place = visible(finding.file + (f":{finding.line}" if finding.line else ""))
            severity = click.style(finding.severity, fg=_COLOURS[finding.severity])
            hint = f" — {finding.suggestion}" if finding.suggestion else ""
            words = f"{finding.kind}: {finding.message}{hint}".replace("\n", " ")
            click.echo(f"{place}: {severity}: {visible(words)}")
        state = "fix the errors before you go on" if errors else "everything can be used"
        click.echo(f"{plural(errors, 'error')}, {plural(warnings, 'warning')}: {state}.")
    click.get_current_context().exit(1 if errors or (strict and warnings) else 0)


def _print_overview(study: Study) -> None:
    """The study at a glance: who speaks in each transcript and who coded it."""
    headings = ("ID", "Characters", "Turns", "Speakers", "Coded by", "Runs")
    table = plain_table(*headings, folded={"ID": 24, "Speakers": 40, "Coded by": 20})
    for row in overview(study):
        asking = [f"{name}{' (asks)' * (role == 'interviewer')}" for name, role in row.speakers]
        coders = ", ".join(row.coders) or "-"
        numbers = (str(row.characters), str(row.turns))
        speakers = ", ".join(asking) or "-"
        table.add_row(visible(row.id), *numbers, visible(speakers), visible(coders), str(row.runs))
    console = result_console()
    console.print(table)
    try:
        codes = plural(len(Codebook.load(study.codebook_path).codes), "code")
    except InputError:  # a finding says why
        codes = "a codebook that cannot be read"
    question = study.settings.research_question or f"none in {SETTINGS_FILE}"
    console.print(visible(f"\nCodebook: {codes}. Research question: {question}\n"))
