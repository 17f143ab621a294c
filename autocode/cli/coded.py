"""A coding shown in its words: in colour on a terminal that has it, in brackets elsewhere."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rich.console import Console
from rich.text import Text

from autocode.cli.terminal import in_colour, result_console
from autocode.coding.nouns import Coding, Mention, Quote
from autocode.text import visible
from autocode.transcript.nouns import Transcript, Turn

_STYLES = ("black on bright_yellow", "black on bright_cyan", "black on bright_green")


def print_coded(transcript: Transcript, coding: Coding) -> None:
    """Every coded turn with its quotes marked, then what stands nowhere in the text."""
    console = result_console()
    for turn in transcript.turns:
        quotes = _in_turn(coding, turn)
        mentions = [mention for mention in coding.mentions if mention.turn == turn.number]
        if quotes or mentions:
            console.print(_heading(turn))
            console.print(_marked(transcript, turn, quotes, console))
            _print_codes(console, quotes, mentions)
    placeless = [mention for mention in coding.mentions if mention.turn is None]
    missing = [quote for quote in coding.quotes if quote.span is None]
    if missing or placeless:
        console.print(Text("Not in the text", style="bold"))
        _print_codes(console, missing, placeless)
    if coding.relations:
        console.print(Text("Relations", style="bold"))
        for link in coding.relations:
            _line(console, f"{link.source}  {link.relation}  {link.target}")
    located = sum(1 for _ in coding.located())
    counts = f"{located} quotes, {len(missing)} missing, {len(coding.mentions)} mentions"
    console.print(f"{transcript.id}: coded by {visible(coding.coder.id)}: {counts}")


def _in_turn(coding: Coding, turn: Turn) -> list[Quote]:
    found = [q for q in coding.located() if q.span is not None and q.span.overlaps(turn.span)]
    return sorted(found, key=lambda quote: (quote.start or 0, quote.end or 0))


def _heading(turn: Turn) -> Text:
    who = visible(turn.speaker or "no speaker")
    role = f", {turn.role}" if turn.role else ""
    return Text(f"\nTurn {turn.number} ({who}{role})", style="bold")


def _marked(transcript: Transcript, turn: Turn, quotes: Sequence[Quote], console: Console) -> Text:
    """The words of a turn, with each quote in colour, or in `[q1: …]` where there is none."""
    marked = Text()
    for start, end, over in _pieces(turn, quotes):
        words = visible(transcript.text[start:end])
        if not in_colour(console):
            opened = "".join(f"[{visible(q.id)}: " for q in over if q.start == start)
            closed = "]" * sum(q.end == end for q in over)
            marked.append(f"{opened}{words}{closed}")
        else:
            style = _STYLES[quotes.index(over[-1]) % len(_STYLES)] if over else ""
            marked.append(words, style=style)
    return marked


def _pieces(turn: Turn, quotes: Sequence[Quote]) -> Iterator[tuple[int, int, list[Quote]]]:
    """The turn cut wherever a quote starts or ends, each piece with the quotes over it."""
    spans = [quote.span for quote in quotes if quote.span is not None]
    cuts = {turn.start, turn.end} | {at for span in spans for at in (span.start, span.end)}
    inside = sorted(cut for cut in cuts if turn.start <= cut <= turn.end)
    for start, end in pairwise(inside):
        over = [q for q in quotes if q.span and q.span.start <= start and end <= q.span.end]
        yield start, end, over


def _print_codes(console: Console, quotes: Sequence[Quote], mentions: Sequence[Mention]) -> None:
    for quote in quotes:
        codes = ", ".join(quote.axial) or "no axial code"
        parts = [quote.id, quote.status, quote.open_code or "", codes]
        if quote.span is None:
            parts.insert(2, f"'{quote.text}'" if quote.text != quote.open_code else "")
        _line(console, "  ".join(part for part in parts if part))
    for mention in mentions:
        written = f" ('{mention.as_written}')" if mention.as_written else ""
        _line(console, f"mention  {mention.code}{written}")


def _line(console: Console, words: str) -> None:
    console.print(Text("  " + visible(words), style="dim"))
