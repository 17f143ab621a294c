"""`autocode compare`: how well codings agree, beside chance and baselines."""

from pathlib import Path
from typing import Any

import click

from autocode.cli.choice import choice_options, compared
from autocode.cli.compared import print_comparison
from autocode.cli.terminal import json_option, print_json, study_of
from autocode.errors import StudyError
from autocode.study import Study


@click.command("compare")
@click.argument("names", nargs=-1, metavar="[A [B]...]")
@choice_options
@json_option
@click.pass_context
def command(ctx: click.Context, /, names: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Print the fixed panel of agreement figures, each with its unit, n, interval,
    and what chance and the baselines reach.

    An id compares its human coding with its newest run; several ids are pooled.
    Coding files and run folders are compared with the first, the reference. Several
    runs of one model show how steady it is; a second human coding
    (gold/p1.anna.json) how well humans agree.

    \b
    Examples:
      autocode compare p1
      autocode compare --all --json > comparison.json
      autocode compare p1 --runs 5
      autocode compare --all --model gpt-4o-mini
      autocode compare gold/p1.json gold/p1.anna.json

    What each figure means, and which one to quote: docs/measures.md.
    """
    _, comparison = compared(_study(ctx, names), names, **options)
    if as_json:
        print_json(comparison.model_dump(mode="json"))
    else:
        print_comparison(comparison)


def _study(ctx: click.Context, names: tuple[str, ...]) -> Study | None:
    """The study; files and folders can be compared without one."""
    try:
        return study_of(ctx)
    except StudyError:
        if names and all(Path(name).exists() for name in names):
            return None
        raise
