"""`autocode check`: look for what would go wrong, before money is spent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import click

from autocode.check import check
from autocode.cli.terminal import json_option, print_json, with_study
from autocode.coding.findings import Finding
from autocode.study import Study
from autocode.text import plural, visible

_COLOURS = {"error": "red", "warning": "yellow"}


@click.command("check")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--model", metavar="NAME", help="Check for this model instead of the study's.")
@click.option("--strict", is_flag=True, help="Warnings count as errors (exit code 1).")
@json_option
@with_study
def command(
    study: Study, ids: tuple[str, ...], model: str | None, strict: bool, as_json: bool
) -> None:
    """Check transcripts, traces, codings, codebook and prompts.

    Without an ID everything in the study is checked. Each finding has its file
    and line, what is odd, and what to do. Nothing is changed, sent or
    downloaded. The exit code is 1 when something cannot be used as it is;
    warnings alone leave 0.

    \b
    Examples:
      autocode check
      autocode check p1
      autocode check --model gpt-4o-mini --json
    """
    if model is not None:
        settings = study.settings.model_copy(update={"model": model})
        study = Study(study.root, settings, frozenset({"model"}))
    findings = check(study, ids)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        _print(findings)
    failing = [finding for finding in findings if strict or finding.severity == "error"]
    click.get_current_context().exit(1 if failing else 0)


def _print(findings: Sequence[Finding]) -> None:
    for finding in findings:
        place = finding.file + (f":{finding.line}" if finding.line else "")
        severity = click.style(finding.severity, fg=_COLOURS[finding.severity])
        hint = f" — {finding.suggestion}" if finding.suggestion else ""
        words = f"{finding.kind}: {finding.message}{hint}".replace("\n", " ")
        click.echo(f"{visible(place)}: {severity}: {visible(words)}")
    counts = Counter(finding.severity for finding in findings)
    errors, warnings = counts["error"], counts["warning"]
    state = "something cannot be used as it is" if errors else "everything can be used"
    click.echo(f"{plural(errors, 'error')}, {plural(warnings, 'warning')}: {state}.")
