"""`autocode init`: a new study folder with explained defaults."""

import shlex
from pathlib import Path

import click

from autocode.new_study import make_study


@click.command(
    name="init",
    epilog="""\b
Examples:
  autocode init my-study
  cd my-study && autocode import ~/anna.docx && autocode propose anna""",
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def command(folder: Path) -> None:
    """Create a study in DIR: settings with every key explained, prompts for you to
    edit, the folders seeds/ (your transcripts) and gold/ (human coding), an example
    of a codebook, a README, and a .gitignore for what is personal data.

    Existing files are left as they are."""
    for path in make_study(folder):
        click.echo(f"{path}/" if path.is_dir() else path)
    there = "" if folder.resolve() == Path.cwd() else f"change to {shlex.quote(str(folder))} and "
    click.echo(
        f"Next: {there}run `autocode import FILE...`, `autocode check` and `autocode propose ID`.",
        err=True,
    )
