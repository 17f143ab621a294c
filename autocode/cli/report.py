"""`autocode report`: the agreement report of a methodology section, in every format."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from autocode.cli.choice import choice_options, compared
from autocode.cli.codebook_pair import Pair, compared_codebooks, pair_options
from autocode.cli.terminal import progress_console, with_study
from autocode.coding.codebook import Codebook
from autocode.coding.runs import run_folders
from autocode.coding.sources import Source, model_source
from autocode.report import Evidence, codebook_files, progress_files, report_files, write_folder
from autocode.review.summary import reviewed_proposals
from autocode.study import Study
from autocode.transcript.seeds import transcript_ids


@click.command("report")
@click.argument("names", nargs=-1, metavar="[ID]...")
@choice_options
@pair_options
@click.option("--no-excerpts", is_flag=True, help="Leave out the words of the transcripts.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Write here instead of reports/NAME.",
)  # fmt: skip
@with_study
def command(
    study: Study,
    /,
    names: tuple[str, ...],
    pair: Pair | None,
    no_excerpts: bool,
    out: Path | None,
    **options: Any,
) -> None:
    """Write a report on how far codings agree, to be cited and archived.

    The folder reports/NAME holds it as a web page, Markdown, Word and LaTeX, tables
    as CSV, plots as SVG and PNG, numbers in comparison.json, and references.bib.
    The same codings always give the same files, byte for byte.

    Ids, coding files and runs are chosen as in `autocode compare`: several ids are
    pooled, and other codings are compared with the first one named. Where no
    transcript has a human coding yet, the report says what the runs coded.

    \b
    Examples:
      autocode report p1
      autocode report --all --runs 5
      autocode report p1 --no-excerpts --out docs/report
      autocode report --codebooks gold runs
    """
    name = report_name(("codebooks", *pair.names) if pair else names)
    if pair:
        files = codebook_files(compared_codebooks(study, names, pair, **options))
    elif sources := _uncompared(study, names, **options):
        codes, question = Codebook.load(study.codebook_path).codes, study.settings.research_question
        files = progress_files(sources, codes, question, excerpts=not no_excerpts)
        click.echo("There is no human coding yet: this report says what was coded.", err=True)
    else:
        materials, comparison = compared(study, names, **options)
        reviews = reviewed_proposals(study, materials)
        files = report_files(Evidence(name, materials, comparison, not no_excerpts, reviews))
    write_folder(files, folder := out or study.report_path(name))
    progress_console().print("Wrote the report. Open it in a browser:", markup=False)
    click.echo(folder / "report.html")


def _uncompared(
    study: Study,
    names: Sequence[str],
    *,
    everything: bool,
    gold: str | None,
    run: str | None,
    **_: Any,
) -> list[Source]:
    """The runs on transcripts of which nobody has a human coding; none where there is one."""
    ids = transcript_ids(study)
    chosen = [id_ for id_ in ids if run_folders(study, id_)] if everything else names
    coded = gold or any(study.gold_paths(id_) for id_ in chosen if id_ in ids)
    if coded or everything == bool(names) or not set(chosen) <= set(ids):
        return []
    return [model_source(study, id_, run) for id_ in dict.fromkeys(chosen)]


def report_name(names: Sequence[str]) -> str:
    """`p1`, `p1-p2`, or `all`; files go by their stem."""
    stems = (re.sub(r"[^\w.-]+", "_", Path(name).stem) for name in names)
    # At most as long as a name may be in any file system.
    return "-".join(stems).encode()[:200].decode(errors="ignore") or "all"
