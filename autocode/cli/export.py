"""`autocode export`: codings go out to other programs and other people."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from autocode.cli.terminal import with_study
from autocode.coding.strategies import TEMPLATES
from autocode.errors import StudyError
from autocode.exchange.archive import archive, write_archive
from autocode.exchange.exports import codebook_of, select
from autocode.exchange.formats import FORMATS, Format, export
from autocode.exchange.project import Written
from autocode.exchange.refi_writer import TARGETS, Target
from autocode.files import write_whole
from autocode.propose.prompts import default_prompt
from autocode.study import Study
from autocode.text import visible
from autocode.transcript.seeds import transcript_ids


class Formats(click.Group):
    """A group with a command for each format of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*FORMATS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        form = FORMATS.get(cmd_name)
        if form is None:
            return super().get_command(ctx, cmd_name)
        return _codebook_command(cmd_name, form) if form.of == "codebook" else (
            _codings_command(cmd_name, form)
        )  # fmt: skip


@click.group("export", cls=Formats, epilog="""\b
Examples:
  autocode export quotes p1 --to quotes.xlsx
  autocode export html --all --to codings.html
  autocode export fieldnotes p1 --gold anna --to p1.md
  autocode export codeable > codes.py
  autocode export archive --no-text""")  # fmt: skip
def command() -> None:
    """Write codings, or the codebook, for other programs and other people.

    Text goes to stdout unless --to names a file. The same codings always give the
    same bytes. What a format cannot hold is said on stderr."""


_to = click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), metavar="FILE|-",
    help="Write this file, or to stdout (-).",
)  # fmt: skip
_for = click.option(
    "--for", "target", type=click.Choice(TARGETS), help="Mind what this program cannot read."
)
_CODINGS: tuple[Callable[[Any], Any], ...] = (
    click.argument("names", nargs=-1, metavar="[ID|CODING]..."),
    click.option("--all", "everything", is_flag=True, help="Every transcript that is coded."),
    click.option(
        "--gold", is_flag=False, flag_value="gold", metavar="[G]",
        help="Only the human coding: gold's, another coder's, or in a file.",
    ),
    click.option(
        "--run", is_flag=False, flag_value="", metavar="[R]",
        help="Only the newest run, or a run by name or folder.",
    ),
    _to,
)  # fmt: skip


def _codings_command(name: str, form: Format) -> click.Command:
    def write(
        study: Study,
        names: tuple[str, ...],
        everything: bool,
        gold: str | None,
        run: str | None,
        to: Path | None,
        target: Target | None = None,
    ) -> None:
        names, gold, run = _named(study, names, gold, run)
        if everything == bool(names):
            raise click.UsageError(
                f"Name what to export (autocode export {name} p1), or use --all."
            )
        suffix = _suffix(form, to)
        selection = select(study, names, gold=gold, run=run, single=form.of == "coding")
        _write(export(name, selection, suffix, target), to)

    usual = "its human coding, else its newest run" if form.of == "coding" else (
        "its human codings and its newest run"
    )  # fmt: skip
    words = (
        f"Write {form.what}.\n\nAn ID stands for {usual}; CODING is a coding file, a run, a run "
        "folder, or id and coder (p1.anna)."
    )
    to = f" --to p1{next(iter(form.writers))}"
    examples = (
        f"\b\nExamples:\n  autocode export {name} p1{to}\n  autocode export {name} p1 --run{to}"
    )
    return _command(name, write, _CODINGS + ((_for,) if form.targets else ()), words, examples)


def _codebook_command(name: str, form: Format) -> click.Command:
    def write(study: Study, to: Path | None, target: Target | None = None) -> None:
        suffix = _suffix(form, to)
        _write(export(name, codebook_of(study), suffix, target), to)

    suffix = next(iter(form.writers))
    examples = f"\b\nExamples:\n  autocode export {name} --to codebook{suffix}"
    return _command(
        name, write, (_to, *((_for,) if form.targets else ())), f"Write {form.what}.", examples
    )


def _command(
    name: str, write: Callable[..., None], options: Any, words: str, examples: str
) -> click.Command:
    function: Callable[..., Any] = with_study(write)
    for option in reversed(options):
        function = option(function)
    short = f"{FORMATS[name].what[0].upper()}{FORMATS[name].what[1:]}."
    return click.command(name, help=words, short_help=short, epilog=examples)(function)


def _named(
    study: Study, names: tuple[str, ...], gold: str | None, run: str | None
) -> tuple[tuple[str, ...], str | None, str | None]:
    """`export quotes --run p1` means the newest run on p1."""
    ids = transcript_ids(study)
    if not names and run in ids and run is not None:
        return (run,), gold, ""
    if not names and gold in ids and gold is not None:
        return (gold,), "gold", run
    return names, gold, run


def _suffix(form: Format, to: Path | None) -> str | None:
    """The kind of file that is asked for; None for the usual one of the format."""
    if to is not None and str(to) != "-":
        # A typing mistake in a path must not create folders.
        if not to.parent.is_dir():
            raise StudyError("this folder does not exist", where=to.parent, hint="Create it first.")
        return to.suffix or None
    usual = next(iter(form.writers))
    if to is None and usual in form.binary:
        raise click.UsageError(f"Name a file: --to p1{usual} (or --to - for a pipe).")
    return None


def _write(written: Written, to: Path | None) -> None:
    if to is None or str(to) == "-":
        click.echo(written.data, nl=False)
    else:
        write_whole(to, written.data)
        click.echo(visible(f"Wrote {to}"), err=True)
    for loss in written.losses:
        click.echo(visible(f"Note: {loss}."), err=True)


@command.command("archive", short_help="The whole study, for Zenodo or OSF.", epilog="""\b
Examples:
  autocode export archive
  autocode export archive ~/deposit --author "Doe, Jo" --license CC-BY-4.0
  autocode export archive --no-text --title "Codings of 12 interviews\"""")  # fmt: skip
@click.argument(
    "folder", required=False, metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False)
)
@click.option("--no-text", is_flag=True, help="Leave out every word of the transcripts.")
@click.option("--title", help="Of the data set (default: Codings of …).")
@click.option("--author", "authors", multiple=True, metavar="NAME", help="May be repeated.")
@click.option("--license", "licence", metavar="SPDX", help="Such as CC-BY-4.0.")
@click.option(
    "--date", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="Of publication (default: the day of the newest run).",
)  # fmt: skip
@with_study
def archive_command(
    study: Study,
    folder: Path | None,
    no_text: bool,
    title: str | None,
    authors: tuple[str, ...],
    licence: str | None,
    date: datetime | None,
) -> None:
    """Write the whole study as one folder for Zenodo, OSF or a like repository.

    DIR (default: archive) gets transcripts, codings, codebook, prompts, runs and
    reports, with RO-Crate metadata, CITATION.cff and a SHA-256 of every file.
    Without text, codings keep their hashes, offsets and codes, requests and answers
    stay at home, and so does every file that repeats five words of a transcript in
    a row; codes keep their names. `autocode verify DIR` checks it."""
    made = archive(
        study, words=not no_text, title=title, authors=authors, licence=licence,
        date=date.date().isoformat() if date else None,
        own=tuple(default_prompt(step).decode() for step in TEMPLATES),
    )  # fmt: skip
    folder = folder or study.root / "archive"
    write_archive(made, folder)
    click.echo(folder)
    for remark in made.remarks:
        click.echo(visible(f"Note: {remark}."), err=True)
