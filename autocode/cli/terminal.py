"""What every command shares: the study it runs in, and where words and results go."""

import json
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from autocode.errors import StudyError
from autocode.study import Study
from autocode.text import one_line, visible, visible_json
from autocode.transcript.seeds import transcript_ids


def progress_console() -> Console:
    """For everything that is not a result: stderr."""
    return Console(stderr=True, highlight=False)


def result_console() -> Console:
    """For results: stdout, 80 columns wide where no terminal says otherwise."""
    return Console(highlight=False, soft_wrap=False, markup=False)


def in_colour(console: Console) -> bool:
    """Whether colours are seen: not in a file or a pipe, nor where NO_COLOR is set."""
    return console.color_system is not None and not console.no_color


def tell(line: str) -> None:
    """A line that is no result: to stderr."""
    click.echo(visible(line), err=True)


def print_json(data: Any) -> None:
    """A result for a program to read; what stdout has no characters for is escaped."""
    text = visible_json(data)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(data, indent=2)
    click.echo(text)


def plain_table(*headings: str, folded: Mapping[str, int] | None = None) -> Table:
    """A table without frame; the last column takes the room that is left.

    folded: columns that go on in the next line after so many characters; then the last one is
    whole.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        if folded and heading in folded:
            table.add_column(heading, overflow="fold", max_width=folded[heading])
        elif heading == headings[-1] and not folded:
            table.add_column(heading, overflow="fold")
        else:
            table.add_column(heading, no_wrap=True)
    return table


def indented(text: str, width: int = 80) -> list[str]:
    """A text in lines of so many columns, indented by two; what is to be copied stays whole."""
    return textwrap.wrap(one_line(text), width, initial_indent="  ", subsequent_indent="  ",
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip


def study_of(ctx: click.Context) -> Study:
    """The study named by `autocode --study`, else the one the working directory is in.

    Raises:
        StudyError: there is none, or its settings cannot be used.
    """
    named = ctx.find_object(Path)
    return Study.open(named) if named else Study.around(Path())


def with_study(function: Callable[..., Any]) -> Callable[..., Any]:
    """Open the study named by `autocode --study` and hand it over as the first argument."""

    @click.pass_context
    def wrapper(ctx: click.Context, *args: Any, **kwargs: Any) -> Any:
        return ctx.invoke(function, study_of(ctx), *args, **kwargs)

    return update_wrapper(wrapper, function)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def named_transcripts(
    study: Study, ids: Sequence[str], everything: bool, command: str
) -> list[str]:
    """The transcripts that a command is to work on, each once.

    Raises:
        click.UsageError: none is named, or some beside --all.
        StudyError: there is none.
    """
    if everything == bool(ids):
        raise click.UsageError(f"Name transcripts (autocode {command} p1) or use --all.")
    wanted = transcript_ids(study) if everything else list(dict.fromkeys(ids))
    if not wanted:
        hint = "Bring them in with `autocode import FILE...`."
        raise StudyError("no transcripts in seeds/", hint=hint)
    return wanted
