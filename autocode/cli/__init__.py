"""The command line: one thin module per command, loaded only when it is asked for."""

import io
import os
import sys
from contextlib import suppress
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click

from autocode import __version__
from autocode.cli.signals import ignore_signals, interrupt_on_signals
from autocode.errors import AutocodeError, InterruptedRunError
from autocode.text import visible

# name -> (module in this package, one-line help); help is here so that --help imports nothing.
COMMANDS = {
    "init": "Create a study folder with explained settings.",
    "import": "Bring in transcripts, human codings or a codebook.",
    "check": "Find problems before any money is spent.",
    "gold": "Convert the human coding in field notes to a coding file.",
    "codebook": "List, order and merge the codes of the study.",
    "show": "Show the turns of a transcript, its text or its coding.",
    "redact": "Replace names by pseudonyms, for models on a server.",
    "propose": "Have a model propose open codes and axial mappings.",
    "batch": "See, fetch or cancel what was handed in as a batch.",
    "runs": "List the runs of a study, or show one.",
    "models": "List the models that can be used.",
    "diff": "Show two codings of a transcript side by side, turn by turn.",
    "review": "Decide on a model's proposals, or code by hand; all on record.",
    "compare": "Measure how well codings agree, beside chance and baselines.",
    "export": "Write codings for other programs and other people.",
    "verify": "Check hashes, offsets and formats of a study, a run or an archive.",
    "report": "Write the agreement report for a methods section.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported on use, so that --help and completion stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = f"autocode.cli.{cmd_name}{'_' * iskeyword(cmd_name)}"
        command: click.Command = import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AutocodeError as error:
            _tell(f"autocode: {error}")
            return ctx.exit(error.exit_code)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog="""\b
Examples:
  autocode init my-study
  autocode propose p1
  autocode compare p1""",
)
@click.option(
    "--study",
    type=click.Path(path_type=Path),
    help="The study folder (default: the one you are in).",
)
@click.version_option(__version__, prog_name="autocode")
@click.pass_context
def group(ctx: click.Context, study: Path | None) -> None:
    """A second coder for interview transcripts. autocode proposes open codes and
    axial mappings, verifies that every quote is in the transcript, and compares
    the result with the human coding."""
    ctx.obj = study


def main() -> None:
    """The console script: one line per failure; exit code 2 for wrong usage, 130 for Ctrl-C."""
    _open_streams()
    interrupt_on_signals()
    try:
        code = _run()
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # `autocode show p1 | head` is no failure; stdout is gone, so nothing may flush to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 0
    except OSError as error:
        _tell(f"autocode: the result cannot be written: {error.strerror}.")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = AutocodeError.exit_code
    ignore_signals()
    sys.exit(code)


def _open_streams() -> None:
    """Take the standard streams as they are: closed, or in an encoding that lacks characters."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:  # else the next file that is opened would be taken for it
            os.open(os.devnull, os.O_RDWR)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


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
        ignore_signals()
        _tell("autocode: interrupted.")
        return InterruptedRunError.exit_code
    except BrokenPipeError:
        raise
    except OSError as error:
        place = "" if error.filename is None else f"{error.filename}: "
        _tell(f"autocode: {place}{error.strerror or error}.")
        return AutocodeError.exit_code
    return code


def _tell(line: str) -> None:
    with suppress(OSError):  # the terminal may be gone
        click.echo(visible(line), err=True)
