"""A diff as text: 80 columns, colours on a terminal, brackets and signs everywhere else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.style import Style
from rich.text import Text

from autocode.cli.difftotals import print_totals
from autocode.cli.terminal import in_colour
from autocode.coding.nouns import Quote
from autocode.diff.record import SIDES, CodeDiff, Diff, Mark, Place, Side, Sign, TurnDiff
from autocode.diff.view import Silence, Stretch, stretches, turns_and_silences
from autocode.diff.words import (
    coded_with,
    failures_of,
    share,
    tally_line,
    title_of,
    warnings_of,
)
from autocode.text import excerpt, visible
from autocode.transcript.nouns import Span

_WIDEST = 100  # longer lines are hard to read
_LABEL = 16
# Orange, blue and grey differ for every kind of colour vision.
_STYLES: dict[str, Style] = {
    "=": Style.parse("black on grey70"),
    "-": Style.parse("black on #e69f00"),
    "+": Style.parse("white on #0072b2"),
}
_BRACKETS = {"=": ("[=", "=]"), "-": ("[-", "-]"), "+": ("{+", "+}")}
_ORDER: tuple[Sign, ...] = get_args(Sign)


@dataclass(frozen=True)
class _Sheet:
    """Where a diff is printed, and what all its lines have in common."""

    console: Console
    diff: Diff
    signs: dict[int, Sign]
    digits: int
    label: int

    @property
    def width(self) -> int:
        return min(self.console.width, _WIDEST)

    def write(self, prefix: str, text: Text | str, style: str = "") -> None:
        """Text wrapped beside a prefix; its further lines are indented by as much."""
        text = Text(visible(text), style) if isinstance(text, str) else text
        indent = cell_len(prefix)
        lines = text.wrap(self.console, max(self.width - indent, 20)) or [Text()]
        for number, line in enumerate(lines):
            line.rstrip()
            self.console.print(Text(" " * indent if number else prefix) + line, soft_wrap=True)

    def prefix(self, sign: str, number: int | str = "", side: Side | None = None) -> str:
        """The gutter: sign, number of the place, and the coder where a line is of one coder."""
        name = f"{self.name(side)}  " if side else ""
        return f"{sign:<4}{number:>{self.digits}}  {name}"

    def name(self, side: Side) -> str:
        return set_cell_size(visible(self.diff.coders.of(side).label), self.label)


def print_diff(
    console: Console, diff: Diff, sentences: Sequence[Span], *, context: int, differing: bool
) -> None:
    """Print what `diff` shows: its head, turn by turn, and the totals of the transcript.

    sentences: of the transcript; context: how many around a marked passage; differing: context
    only for passages that differ.
    """
    places = [place for turn in diff.turns for place in (*turn.places, *turn.continued)]
    numbers = {place.number: place.sign for place in places}
    labels = [cell_len(visible(diff.coders.of(side).label)) for side in SIDES]
    sheet = _Sheet(
        console, diff, numbers, max(3, len(str(max(numbers, default=0)))), min(max(labels), _LABEL)
    )
    _print_head(sheet)
    for item in turns_and_silences(diff):
        console.print()
        if isinstance(item, Silence):
            text = f"… {item.numbers}: nothing marked ({item.characters:,} characters)"
            sheet.write("", text, "dim")
        else:
            _print_turn(sheet, item, stretches(item, sentences, context, differing=differing))
    if not diff.turns:
        sheet.write("", "\nNo turn to show.")
    _print_elsewhere(sheet)
    print_totals(console, diff)
    for line in (*failures_of(diff), *warnings_of(diff)):
        sheet.write("", line)


def _print_head(sheet: _Sheet) -> None:
    diff = sheet.diff
    sheet.write("", title_of(diff), "bold")
    for side, sign in zip(SIDES, "-+", strict=True):
        coder = diff.coders.of(side)
        source = f", {coder.source}" if coder.source else ""
        sheet.write(f"  {sign} {sheet.name(side)}  ", f"{coder.id} ({coder.kind}{source})")
    first, second = (visible(diff.coders.of(side).label) for side in SIDES)
    legend = Text("  ")
    for sign, words in zip("=~-+", ("both", "overlapping", first, second), strict=True):
        legend.append(f"{sign} {words}{' only' if sign in '-+' else ''}", _STYLES.get(sign, ""))
        legend.append("   ")
    sheet.write("", legend)
    for warning in warnings_of(diff):
        sheet.write("", warning, "bold")
    if diff.shown:
        sheet.write("", f"Shown: {'; '.join(diff.shown)}.")


def _print_turn(sheet: _Sheet, turn: TurnDiff, parts: Sequence[Stretch]) -> None:
    who = f"  {visible(turn.speaker)}" if turn.speaker else ""
    head = Text(f"Turn {turn.number}{who}  line {turn.line} ", "bold")
    head.truncate(sheet.width - 4)
    sheet.console.print(head + Text("─" * (sheet.width - head.cell_len), "dim"), soft_wrap=True)
    begun: set[int] = set()
    for part in parts:
        if part.shown:
            for prefix, line in _passage(sheet, part, begun):
                sheet.console.print(Text(prefix) + line, soft_wrap=True)
        else:
            count = f"… {part.sentences} sentences, {part.characters:,} characters …"
            sheet.write(sheet.prefix(""), count, "dim")
    sheet.console.print()
    for place in (*turn.continued, *turn.places):
        _print_place(sheet, place, turn)
    for side in SIDES:
        _print_missing(sheet, side, turn.missing.of(side))
    _print_codes(sheet, turn.codes, "Codes of the turn")
    sheet.write("", f"turn {turn.number}: {tally_line(turn.tally)}", "italic")


def _passage(sheet: _Sheet, part: Stretch, begun: set[int]) -> Iterator[tuple[str, Text]]:
    """The lines of a stretch and their gutters: the signs of the places a line touches, and the
    number of the first that begins on it (`begun` collects those that have)."""
    text = Text()
    for segment in part.segments:
        words = visible(segment.text)
        if segment.sign is None or segment.place is None:
            text.append(words)
            continue
        mark = Style.from_meta({"place": segment.place})
        words = words if in_colour(sheet.console) else _bracketed(words, segment.sign)
        text.append(words, _STYLES[segment.sign] + mark)
    for line in text.wrap(sheet.console, sheet.width - len(sheet.prefix(""))):
        line.rstrip()
        found = _places_on(line)
        signs = "".join(sorted({sheet.signs.get(n, "~") for n in found}, key=_ORDER.index))
        new = [number for number in found if number not in begun]
        begun.update(new)
        yield sheet.prefix(signs, new[0] if new else ""), line


def _bracketed(words: str, sign: Mark) -> str:
    """Brackets close to the words: white space at the ends of a quote stays outside them."""
    left, right = _BRACKETS[sign]
    inner = words.strip() or words
    return words.replace(inner, f"{left}{inner}{right}", 1)


def _places_on(line: Text) -> list[int]:
    metas = [span.style.meta for span in line.spans if isinstance(span.style, Style)]
    return sorted({int(meta["place"]) for meta in metas if "place" in meta})


def _print_place(sheet: _Sheet, place: Place, turn: TurnDiff) -> None:
    sign: str = place.sign
    number: int | str = place.number
    for side in SIDES:
        quotes = place.quotes.of(side)
        for quote in quotes:
            text = Text(visible(coded_with(quote)))
            if len(quotes) > 1:
                text.append(f"  “{visible(excerpt(quote.text, 40))}”", "dim")
            sheet.write(sheet.prefix(sign, number, side), text)
            sign = number = ""
    if place.sign == "~":
        sheet.write(sheet.prefix(""), share(place), "dim")
    if place.turn != turn.number:
        sheet.write(sheet.prefix(""), f"goes on from turn {place.turn}", "dim")


def _print_missing(sheet: _Sheet, side: Side, quotes: Sequence[Quote]) -> None:
    for quote in quotes:
        text = f"not located: “{excerpt(quote.as_written or quote.text)}” {coded_with(quote)}"
        sheet.write(sheet.prefix("?", "", side), text)


def _print_codes(sheet: _Sheet, codes: Sequence[CodeDiff], heading: str) -> None:
    if codes:
        sheet.write("", heading)
    for code in codes:
        noted = [sheet.diff.coders.of(side).label for side in code.unquoted]
        label = f"  {code.label}" if code.label else ""
        note = f" (without a quote: {', '.join(noted)})" if noted else ""
        sheet.write(f"{code.sign:<4}", f"{code.code}{label}{note}")


def _print_elsewhere(sheet: _Sheet) -> None:
    elsewhere = sheet.diff.elsewhere
    if elsewhere.missing.first + elsewhere.missing.second:
        sheet.write("", "\nQuotes that were not located and name no turn")
        for side in SIDES:
            _print_missing(sheet, side, elsewhere.missing.of(side))
    if elsewhere.codes:
        sheet.console.print()
        _print_codes(sheet, elsewhere.codes, "Codes without a turn")
