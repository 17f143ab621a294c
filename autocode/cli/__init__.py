"""The command line: one thin module per command, loaded only when it is asked for."""

import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from autocode import __version__
from autocode.errors import AutocodeError, InterruptedRunError
from autocode.text import visible

# name -> (module in this package, one-line help); help is here so that --help imports nothing.
COMMANDS = {
    "init": "Make a new study folder with explained defaults.",
    "check": "Look for what would go wrong, before money is spent.",
    "gold": "Turn the human coding in field notes into a coding file.",
    "show": "List the turns of a transcript, its text, or its human coding.",
    "propose": "Ask a model for open codes and axial mappings.",
    "runs": "List the runs of a study, or show one.",
    "models": "List the models that can be used here.",
    "diff": "Read two codings of one transcript side by side, like a code review.",
    "compare": "Print how well codings agree, beside chance and trivial coders.",
    "report": "Write the agreement report of a methodology section.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported on use, so that --help and completion stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command: click.Command = import_module(f"autocode.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AutocodeError as error:
            click.echo(f"autocode: {error}", err=True)
            return ctx.exit(error.exit_code)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog="Example: autocode propose p1   (then: autocode runs show p1)",
)
@click.option(
    "--study",
    type=click.Path(path_type=Path),
    help="The study folder (default: the one that the working directory is in).",
)
@click.version_option(__version__, prog_name="autocode")
@click.pass_context
def group(ctx: click.Context, study: Path | None) -> None:
    """A second coder for interview transcripts: it proposes open codes and axial
    mappings, each quote verified in the transcript, and compares them with the
    human coding."""
    ctx.obj = study


def main() -> None:
    """The console script: one line per failure; 2 for wrong usage, 130 when interrupted."""
    # A polite kill is an interruption like Ctrl-C: what was answered is saved.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        code = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        # `autocode show p1 | head` is no failure; stdout is gone, so nothing may flush to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def _run() -> int | None:
    try:
        code: int | None = group.main(prog_name="autocode", standalone_mode=False)
    except SystemExit as left:
        # click and rich leave so where nobody reads stdout any more, and nothing else here does.
        raise BrokenPipeError from left
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("autocode: interrupted.", err=True)
        return InterruptedRunError.exit_code
    except BrokenPipeError:
        raise
    except OSError as error:
        place = "" if error.filename is None else f"{error.filename}: "
        click.echo(visible(f"autocode: {place}{error.strerror or error}."), err=True)
        return AutocodeError.exit_code
    return code
