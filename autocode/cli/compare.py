"""`autocode compare`: how well codings agree, beside chance and trivial coders."""

from pathlib import Path
from typing import Any

import click

from autocode.cli.compared import print_comparison
from autocode.cli.similarity import similarity_of, similarity_options
from autocode.cli.terminal import json_option, print_json, progress_console, study_of
from autocode.coding.wanted import Wanted, materials_of
from autocode.errors import StudyError
from autocode.panel.comparison import Comparison, compare, settings_for
from autocode.study import Study


def run_count(_: click.Context, __: click.Parameter, value: str) -> int | None:
    """`all` (None), or how many."""
    return None if value == "all" else click.IntRange(min=1)(value)


@click.command("compare")
@click.argument("names", nargs=-1, metavar="[A [B]...]")
@click.option("--all", "everything", is_flag=True, help="Every id with a human coding and a run.")
@click.option("--gold", metavar="G", help="A human coder's id or file (default: gold).")
@click.option("--run", metavar="R", help="A run by name, or its folder (default: the newest).")
@click.option(
    "--runs",
    callback=run_count,
    default="1",
    metavar="N|all",
    help="How steady are the newest runs?",
)
@click.option("--assisted", is_flag=True, help="With --all: the assisted human codings.")
@click.option("--incomplete", is_flag=True, help="Take runs that are not whole, and say so.")
@similarity_options
@click.option("--permutations", type=click.IntRange(min=0), default=1000, show_default=True,
              help="How often chance is drawn; 0: not.")  # fmt: skip
@click.option("--resamples", type=click.IntRange(min=0), default=2000, show_default=True,
              help="How often intervals resample; 0: no intervals.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Draws the same again.")
@json_option
@click.pass_context
def command(
    ctx: click.Context, /, names: tuple[str, ...], everything: bool, as_json: bool, **options: Any
) -> None:
    """Print the fixed panel of agreement figures, each with its unit, n, interval,
    what chance and what coders reach who do not read.

    An id compares its human coding with its newest run; several ids are pooled.
    Coding files and run folders are compared with the first, the reference. Several
    runs of one model show how steady it is; a second human coding
    (gold/p1.anna.json) how well humans agree.

    \b
    Examples:
      autocode compare p1
      autocode compare --all --json > comparison.json
      autocode compare p1 --runs 5
      autocode compare gold/p1.json gold/p1.anna.json

    What each figure means, and which one to quote: docs/measures.md.
    """
    if everything == bool(names):
        raise click.UsageError("Name what to compare (autocode compare p1), or give --all.")
    if options["assisted"] and not everything:
        raise click.UsageError("--assisted chooses what --all pools.")
    if options["run"] and options["runs"] != 1:
        raise click.UsageError("Give --run or --runs, not both.")
    study = _study(ctx, names)
    comparison = _compared(study, names, **options)
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


def _compared(
    study: Study | None,
    names: tuple[str, ...],
    *,
    similarity: str,
    base_url: str | None,
    permutations: int,
    resamples: int,
    seed: int,
    **wanted: Any,
) -> Comparison:
    materials = materials_of(study, names, Wanted(**wanted))
    embedder = similarity_of(similarity, base_url)
    question = study.settings.research_question if study else ""
    config = settings_for(
        embedder, question, permutations=permutations, resamples=resamples, seed=seed
    )
    with progress_console().status("Comparing …"):
        return compare(materials, config, embedder, incomplete=wanted["incomplete"])
