"""`autocode report`: the agreement report of a methodology section, in every format."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from autocode.cli.compare import run_count
from autocode.cli.terminal import progress_console, with_study
from autocode.coding.materials import Material
from autocode.coding.runs import MANIFEST, open_run
from autocode.coding.wanted import Wanted, materials_of
from autocode.models.embedding import EMBEDDERS, open_embedder
from autocode.panel.comparison import compare, settings_for
from autocode.report import Evidence, Ran, read_ran, report_files, write_folder
from autocode.study import Study


@click.command("report")
@click.argument("names", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="Every id with a human coding and a run.")
@click.option("--gold", metavar="G", help="A human coder's id or file (default: gold).")
@click.option("--run", metavar="R", help="A run by name, or its folder (default: the newest).")
@click.option(
    "--runs", callback=run_count, default="1", metavar="N|all",
    help="How many of the newest runs: with several, how steady the model is.",
)  # fmt: skip
@click.option("--assisted", is_flag=True, help="With --all: the assisted human codings.")
@click.option("--incomplete", is_flag=True, help="Take runs that are not whole, and say so.")
@click.option("--similarity", type=click.Choice(EMBEDDERS), default="auto", show_default=True,
              help="What compares open codes.")  # fmt: skip
@click.option("--no-excerpts", is_flag=True, help="Leave the words of the transcripts out.")
@click.option("--permutations", type=click.IntRange(min=0), default=1000, show_default=True)
@click.option("--resamples", type=click.IntRange(min=0), default=2000, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="Draws the same again.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Write here instead of reports/NAME.",
)  # fmt: skip
@with_study
def command(
    study: Study, /, names: tuple[str, ...], everything: bool, out: Path | None, **options: Any
) -> None:
    """Write a report on how far codings agree, to be cited and archived.

    The folder reports/NAME holds one report as web page, Markdown, Word and LaTeX,
    every table as CSV, every figure as SVG and PNG, all figures in
    comparison.json, and the works cited in references.bib. The same codings give
    the same bytes.

    Several ids are pooled. Coding files and run folders are compared with the
    first, the reference, as in `autocode compare`.

    \b
    Examples:
      autocode report p1
      autocode report --all --runs 5
      autocode report p1 --no-excerpts --out docs/report
    """
    if everything == bool(names):
        raise click.UsageError("Name what to report on (autocode report p1), or give --all.")
    name = report_name(names)
    folder = out or study.report_path(name)
    write_folder(report_files(_evidence(study, name, names, **options)), folder)
    progress_console().print("Wrote the report; read it in a browser:", markup=False)
    click.echo(folder / "report.html")


def report_name(names: Sequence[str]) -> str:
    """`p1`, `p1-p2`, or `all`; files go by their stem."""
    stems = [Path(name).stem for name in names]
    return "-".join(stems)[:100] or "all"


def _evidence(
    study: Study, name: str, names: tuple[str, ...], *, similarity: str, no_excerpts: bool,
    permutations: int, resamples: int, seed: int, **wanted: Any,
) -> Evidence:  # fmt: skip
    materials = materials_of(study, names, Wanted(**wanted))
    embedder = open_embedder(similarity)
    settings = settings_for(
        embedder, study.settings.research_question,
        permutations=permutations, resamples=resamples, seed=seed,
    )  # fmt: skip
    comparison = compare(materials, settings, embedder, incomplete=wanted["incomplete"])
    runs = runs_behind(study, materials)
    return Evidence(name, materials, comparison, runs, excerpts=not no_excerpts)


def runs_behind(study: Study, materials: Sequence[Material]) -> dict[str, Ran]:
    """The runs among the codings, by the name of their source; coding files have none."""
    sources = [source.name for one in materials for _, source in one.sources]
    folders = {name: study.root / name for name in sources}
    return {
        name: read_ran(open_run(folder))
        for name, folder in folders.items()
        if (folder / MANIFEST).is_file()
    }
