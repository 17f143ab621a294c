"""`autocode verify`: whether studies, runs and archives are what they say."""

from dataclasses import asdict
from pathlib import Path

import click

from autocode.cli.terminal import json_option, print_json, study_of
from autocode.coding.verification import verify_folder
from autocode.review.verification import verify_reviews
from autocode.text import plural, visible


@click.command("verify", epilog="""\b
Examples:
  autocode verify
  autocode verify runs/p1/RUN
  autocode verify archive --json""")  # fmt: skip
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@json_option
@click.pass_context
def command(ctx: click.Context, paths: tuple[Path, ...], as_json: bool) -> None:
    """Check that files are what they say: hashes, offsets, formats.

    PATH is a study, the folder of a run or an archive; without one it is the study
    you are in. Every quote must be the text between its offsets, every transcript
    and prompt must have the hash that was recorded, every line of a review must
    follow the line before and lead to the coding in gold/, and an archive must hold
    the files that it lists. Nothing is changed. The exit code is 1 when something
    is wrong; each finding is one line.
    """
    folders = paths or (study_of(ctx).root,)
    findings = [
        (folder, finding)
        for folder in folders
        for finding in (*verify_folder(folder), *verify_reviews(folder))
    ]
    if as_json:
        print_json([asdict(finding) | {"folder": str(folder)} for folder, finding in findings])
    else:
        for folder, finding in findings:
            place = folder / finding.file if paths else Path(finding.file)
            line = f":{finding.line}" if finding.line else ""
            words = f"{finding.kind}: {finding.message}".replace("\n", " ")
            click.echo(visible(f"{place}{line}: {words}"))
        state = "not everything is what it says" if findings else "everything is what it says"
        click.echo(f"{plural(len(findings), 'finding')}: {state}.", err=True)
    ctx.exit(1 if findings else 0)
