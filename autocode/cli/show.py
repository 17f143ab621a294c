"""`autocode show`: the turns of a transcript, its canonical text, or how somebody coded it."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autocode.agreement.spans import Unit, cut
from autocode.cli.considered import show_considered
from autocode.cli.terminal import in_colour, json_option, print_json, result_console, with_study
from autocode.coding.codebook import Codebook
from autocode.coding.files import coding_json
from autocode.coding.nouns import Code, Coding, Mention, Quote
from autocode.coding.sources import chosen_source, transcript_of
from autocode.study import Study
from autocode.text import plural, visible
from autocode.transcript.nouns import Transcript, Turn
from autocode.transcript.seeds import load, transcript_ids

# Enough of a turn for one line of a table, whatever the script.
_FIRST = 200
_STYLES = ("black on bright_yellow", "black on bright_cyan", "black on bright_green")


@click.command(
    name="show",
    epilog="""\b
Examples:
  autocode show p1
  autocode show p1 --json
  autocode show p1 --text | sha256sum
  autocode show p1 --gold
  autocode show p1 --gold anna --json
  autocode show p1 --run
  autocode show p1 --considered
  autocode show runs/p1/RUN""",
)
@click.argument("name", required=False, metavar="ID|CODING")
@click.option("--text", is_flag=True, help="Print the canonical text, byte for byte.")
@click.option(
    "--gold", is_flag=False, flag_value="gold", metavar="[G]",
    help="Show the human coding of ID: gold's, another coder's, or in a file.",
)  # fmt: skip
@click.option(
    "--run", is_flag=False, flag_value="", metavar="[R]",
    help="Show the newest run on ID, or a run by name or folder.",
)  # fmt: skip
@click.option(
    "--considered", is_flag=True,
    help="Show every passage that a run proposed, also those under its threshold.",
)  # fmt: skip
@json_option
@with_study
def command(
    study: Study,
    name: str | None,
    text: bool,
    gold: str | None,
    run: str | None,
    considered: bool,
    as_json: bool,
) -> None:
    """List the turns of transcript ID: who speaks, in which role, and where.

    Offsets count characters (code points) of the canonical text: what was said,
    without labels, headings and traces. With --text that text is printed with
    nothing added, not even a last line end: its SHA-256 is the transcript's.

    CODING is a coding file, a run, a run folder, or id and coder (p1.anna). The
    words it marks are in colour on a terminal and in brackets elsewhere, with
    their codes under each turn; with --json it is the coding as its file has it
    (docs/formats.md).
    """
    if name is None and gold:
        name, gold = gold, "gold"  # `show --gold p1`
    if name is None:
        raise click.UsageError("Name a transcript or a coding.")
    if sum((text, gold is not None, considered or run is not None)) > 1 or (text and as_json):
        raise click.UsageError("Choose one of --text, --gold and --run.")
    if considered:
        show_considered(study, name, run, as_json=as_json)
    elif gold is not None or run is not None or name not in transcript_ids(study):
        if text:
            raise click.UsageError("--text prints a transcript: give its id.")
        source = chosen_source(study, name, gold, run)
        transcript = transcript_of(study, source)
        if as_json:
            click.echo(coding_json(source.coding), nl=False)
        else:
            print_coding(transcript, source.coding, Codebook.load(study.codebook_path).codes)
    else:
        _show_transcript(load(study, name), text=text, as_json=as_json)


def _show_transcript(transcript: Transcript, *, text: bool, as_json: bool) -> None:
    if as_json:
        print_json(as_record(transcript))
    elif text and sys.stdout.isatty():
        click.echo(visible(transcript.text))  # escape sequences must not drive a terminal
    elif text:
        click.echo(transcript.text.encode("utf-8", "surrogatepass"), nl=False)
    else:
        _print_turns(transcript)


def as_record(transcript: Transcript) -> dict[str, object]:
    """What `show --json` prints: id, hash, length (code points), metadata and turns.

    Where the source tells times, turns have `start_s` and `end_s`, in seconds.
    """
    turns = [
        {"turn": t.number, "speaker": t.speaker, "role": t.role, "start": t.start, "end": t.end}
        | {name: time for name in ("start_s", "end_s") if (time := getattr(t, name)) is not None}
        for t in transcript.turns
    ]
    return {
        "id": transcript.id,
        "sha256": transcript.sha256,
        "length": len(transcript.text),
        "metadata": dict(transcript.metadata),
        "turns": turns,
    }


def print_coding(transcript: Transcript, coding: Coding, codes: Iterable[Code] = ()) -> None:
    """Every coded turn with its quotes marked, then what stands nowhere in the text.

    codes: those of the codebook, for labels that the coding itself does not give.
    """
    console = result_console()
    labels = {code.id: code.label for code in (*codes, *coding.codes) if code.label}
    located = sorted(coding.located(), key=lambda quote: (quote.start or 0, quote.end or 0))
    quoted, mentioned = (
        defaultdict[int, list[Quote]](list),
        defaultdict[int | None, list[Mention]](list),
    )
    for quote in located:
        for turn in transcript.turns_of(quote.span) if quote.span else ():
            quoted[turn.number].append(quote)
    for mention in coding.mentions:
        mentioned[mention.turn].append(mention)
    for turn in transcript.turns:
        quotes, mentions = quoted[turn.number], mentioned[turn.number]
        if quotes or mentions:
            role = f", {turn.role}" if turn.role else ""
            speaker = visible(turn.speaker or "no speaker")
            console.print(Text(f"\nTurn {turn.number} ({speaker}{role})", style="bold"))
            console.print(_marked(transcript, turn, quotes, console))
            _print_codes(console, quotes, mentions, labels)
    placeless = mentioned[None]
    missing = [quote for quote in coding.quotes if quote.span is None]
    if missing or placeless:
        console.print(Text("Not in the text", style="bold"))
        _print_codes(console, missing, placeless, labels)
    if coding.relations:
        console.print(Text("Relations", style="bold"))
        for link in coding.relations:
            words = visible(f"  {link.source}  {link.relation}  {link.target}")
            console.print(Text(words, style="dim"))
    counts = (
        f"{plural(len(located), 'quote')}, {len(missing)} missing, "
        f"{plural(len(coding.mentions), 'mention')}"
    )
    console.print(f"{transcript.id}: coded by {visible(coding.coder.id)}: {counts}")


def _marked(transcript: Transcript, turn: Turn, quotes: Sequence[Quote], console: Console) -> Text:
    """The words of a turn, with each quote in colour, or in `[q1: …]` where there is none."""
    marked = Text()
    units = [Unit(quote.span.start, quote.span.end, quote) for quote in quotes if quote.span]
    for start, end, (over,) in cut(turn.start, turn.end, units):
        words = visible(transcript.text[start:end])
        if in_colour(console):
            style = _STYLES[units.index(over[-1]) % len(_STYLES)] if over else ""
            marked.append(words, style=style)
        else:
            begun = [unit.code for unit in over if unit.code.start == start]
            opened = "".join(f"[{visible(quote.id)}: " for quote in begun)
            closed = "]" * sum(unit.code.end == end for unit in over)
            marked.append(f"{opened}{words}{closed}")
    return marked


def _print_codes(
    console: Console,
    quotes: Sequence[Quote],
    mentions: Sequence[Mention],
    labels: Mapping[str, str],
) -> None:
    def named(code: str) -> str:
        return f"{labels[code]} ({code})" if code in labels else code

    lines = []
    for quote in quotes:
        parts = [quote.id, quote.status, quote.open_code or ""]
        parts.append(", ".join(map(named, quote.axial)) or "no axial code")
        if quote.span is None:
            parts.insert(2, f"'{quote.text}'" if quote.text != quote.open_code else "")
        lines.append("  ".join(part for part in parts if part))
    for mention in mentions:
        written = f" ('{mention.as_written}')" if mention.as_written else ""
        lines.append(f"mention  {named(mention.code)}{written}")
    for line in lines:
        console.print(Text("  " + visible(line), style="dim"))


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
    noted = f", {plural(traces, 'trace')}" if traces else ""
    length = f"{len(transcript.text)} characters"
    hash_ = f"SHA-256 {transcript.sha256[:12]}"
    console.print(f"{transcript.id}: {plural(n, 'turn')}, {length}{noted}, {hash_}")
