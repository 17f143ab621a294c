"""`autocode init`: a new study folder with explained defaults."""

import shlex
from pathlib import Path

import click

from autocode.new_study import make_study
from autocode.study import SEEDS


@click.command(
    name="init",
    epilog="""\b
Examples:
  autocode init my-study
  cd my-study && cp ~/interviews/anna.txt seeds/ && autocode propose anna""",
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def command(folder: Path) -> None:
    """Create a study in DIR: settings with every key explained, prompts for you to
    edit, and the folders seeds/ (your transcripts) and gold/ (human coding).

    Existing files are left as they are."""
    for path in make_study(folder):
        click.echo(f"{path}/" if path.is_dir() else path)
    seeds, study = (shlex.quote(str(path)) for path in (folder / SEEDS, folder))
    click.echo(
        f"Next: put transcripts (.md, .txt) into {seeds}, change to {study}, and run "
        "`autocode check` and `autocode propose ID`.",
        err=True,
    )
