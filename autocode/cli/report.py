"""`autocode report`: the agreement report of a methodology section, in every format."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from autocode.cli.choice import choice_options, compared
from autocode.cli.terminal import progress_console, with_study
from autocode.report import Evidence, report_files, write_folder
from autocode.study import Study


@click.command("report")
@click.argument("names", nargs=-1, metavar="[ID]...")
@choice_options
@click.option("--no-excerpts", is_flag=True, help="Leave out the words of the transcripts.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Write here instead of reports/NAME.",
)  # fmt: skip
@with_study
def command(
    study: Study, /, names: tuple[str, ...], no_excerpts: bool, out: Path | None, **options: Any
) -> None:
    """Write a report on how far codings agree, to be cited and archived.

    The folder reports/NAME holds the report as a web page, Markdown, Word and
    LaTeX, each table as CSV, each plot as SVG and PNG, all numbers in
    comparison.json, and the references in references.bib. The same codings always
    give the same files, byte for byte.

    Ids, coding files and runs are chosen as in `autocode compare`: several ids are
    pooled, and other codings are compared with the first one named.

    \b
    Examples:
      autocode report p1
      autocode report --all --runs 5
      autocode report p1 --no-excerpts --out docs/report
    """
    materials, comparison = compared(study, names, **options)
    name = report_name(names)
    evidence = Evidence(name, materials, comparison, excerpts=not no_excerpts)
    folder = out or study.report_path(name)
    write_folder(report_files(evidence), folder)
    progress_console().print("Wrote the report. Open it in a browser:", markup=False)
    click.echo(folder / "report.html")


def report_name(names: Sequence[str]) -> str:
    """`p1`, `p1-p2`, or `all`; files go by their stem."""
    stems = (re.sub(r"[^\w.-]+", "_", Path(name).stem) for name in names)
    # At most as long as a name may be in any file system.
    return "-".join(stems).encode()[:200].decode(errors="ignore") or "all"
