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
    """Print how far codings agree: a fixed panel of figures, each with its unit, n
    and interval, next to what chance and the baselines reach.

    An id compares its human coding with its newest run; several ids are pooled.
    Other codings (a file, a run, a run folder, or id and coder as in p1.anna) are
    compared with the first one named, the reference. Several runs of one model
    show how stable it is, a second human coding (gold/p1.anna.json) how well people
    agree with each other.

    \b
    Examples:
      autocode compare p1
      autocode compare --all --json > comparison.json
      autocode compare p1 --runs 5
      autocode compare --all --model gpt-4o-mini
      autocode compare gold/p1.json gold/p1.anna.json

    What each figure means, and which one to quote: docs/measures.md.
    """
    try:
        study: Study | None = study_of(ctx)
    except StudyError:
        if not names or not all(Path(name).exists() for name in names):
            raise
        study = None  # files and folders can be compared without one
    _, comparison = compared(study, names, **options)
    if as_json:
        print_json(comparison.model_dump(mode="json"))
    else:
        print_comparison(comparison)
