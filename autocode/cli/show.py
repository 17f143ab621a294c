"""`autocode show`: the turns of a transcript, its canonical text, or how somebody coded it."""

import sys
from pathlib import Path

import click
from rich.table import Table

from autocode.cli.coded import print_coded
from autocode.cli.terminal import json_option, print_json, result_console, with_study
from autocode.coding.files import coding_json, read_coding, verify
from autocode.coding.nouns import Coding
from autocode.coding.traces import code_traces
from autocode.study import Study
from autocode.text import visible
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import load

# Enough of a turn for one line of a table, whatever the script.
_FIRST = 200


@click.command(
    name="show",
    epilog="""\b
Examples:
  autocode show p1
  autocode show p1 --json
  autocode show p1 --text | sha256sum
  autocode show p1 --gold
  autocode show p1 --gold --json
  autocode show p1 --coder anna""",
)
@click.argument("id_", metavar="ID")
@click.option("--text", is_flag=True, help="Print the canonical text, byte for byte.")
@click.option("--gold", is_flag=True, help="Show the human coding of ID in its words.")
@click.option("--coder", metavar="NAME", help="Show the coding in gold/ID.NAME.json.")
@click.option(
    "--coding", "file", type=click.Path(path_type=Path), help="Show the coding in this file."
)
@json_option
@with_study
def command(
    study: Study,
    id_: str,
    text: bool,
    gold: bool,
    coder: str | None,
    file: Path | None,
    as_json: bool,
) -> None:
    """List the turns of transcript ID: who speaks, in which role, and where.

    Offsets count characters (code points) of the canonical text: what was said,
    without labels, headings and traces. With --text that text is printed with
    nothing added, not even a last line end: its SHA-256 is the transcript's.

    With --gold the marked words are in colour on a terminal and in brackets
    elsewhere, with their codes under each turn; with --json too it is the coding
    as its file has it (docs/formats.md).
    """
    codings = sum((gold, coder is not None, file is not None))
    if codings + text > 1 or (text and as_json):
        raise click.UsageError("Choose one of --text, --gold, --coder and --coding.")
    transcript = load(study, id_)
    if codings:
        _print_coding(transcript, _coding(study, transcript, coder, file), as_json)
    elif as_json:
        print_json(as_record(transcript))
    elif text:
        _print_text(transcript.text)
    else:
        _print_turns(transcript)


def as_record(transcript: Transcript) -> dict[str, object]:
    """What `show --json` prints: id, hash, length (code points), metadata and turns."""
    turns = [
        {"turn": t.number, "speaker": t.speaker, "role": t.role, "start": t.start, "end": t.end}
        for t in transcript.turns
    ]
    return {
        "id": transcript.id,
        "sha256": transcript.sha256,
        "length": len(transcript.text),
        "metadata": dict(transcript.metadata),
        "turns": turns,
    }


def _coding(study: Study, transcript: Transcript, coder: str | None, file: Path | None) -> Coding:
    """The coding asked for; --gold without a gold file is what the traces say now."""
    path = file or study.gold_path(transcript.id, coder or "gold")
    if file is None and coder is None and not path.exists():
        return code_traces(transcript)
    coding = read_coding(path)
    verify(coding, transcript, path)
    return coding


def _print_coding(transcript: Transcript, coding: Coding, as_json: bool) -> None:
    if as_json:
        click.echo(coding_json(coding).encode("utf-8", "surrogatepass"), nl=False)
    else:
        print_coded(transcript, coding)


def _print_text(text: str) -> None:
    if sys.stdout.isatty():
        click.echo(visible(text))  # escape sequences in a transcript must not drive a terminal
    else:
        click.echo(text.encode("utf-8", "surrogatepass"), nl=False)


def _print_turns(transcript: Transcript) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold", width=result_console().width)
    for heading in ("Turn", "Start", "End"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Speaker", no_wrap=True, max_width=18, overflow="ellipsis")
    table.add_column("Role", no_wrap=True)
    table.add_column("First words", no_wrap=True, overflow="ellipsis", ratio=1)
    for turn in transcript.turns:
        first = " ".join(transcript.text[turn.start : min(turn.end, turn.start + _FIRST)].split())
        place = (str(turn.number), str(turn.start), str(turn.end))
        table.add_row(*place, visible(turn.speaker or "-"), turn.role or "-", visible(first))
    console = result_console()
    console.print(table)
    n, traces = len(transcript.turns), len(transcript.traces)
    length = f"{len(transcript.text)} characters"
    console.print(
        f"{transcript.id}: {n} turns, {length}, {traces} traces, {transcript.sha256[:12]}"
    )
