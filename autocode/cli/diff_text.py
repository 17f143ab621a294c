"""A diff as text: 80 columns, colours on a terminal, brackets and signs everywhere else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import get_args

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from autocode.cli.terminal import in_colour
from autocode.coding.nouns import Quote
from autocode.diff.record import SIDES, CodeDiff, Diff, Place, Side, Sides, Sign, TurnDiff
from autocode.diff.view import Passage, Silence, passages, turns_and_silences
from autocode.diff.words import (
    coded_with,
    failures_of,
    quote_rows,
    share,
    share_rows,
    tally_line,
    title_of,
    warnings_of,
)
from autocode.text import excerpt, plural, visible
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


def print_diff(
    console: Console, diff: Diff, sentences: Sequence[Span], *, context: int, differing: bool
) -> None:
    """Print what `diff` shows: its head, turn by turn, and the totals of the transcript.

    sentences: of the transcript; context: how many around a marked passage; differing: context
    only for passages that differ.
    """
    sheet = _Sheet(console, diff)
    sheet.print_head()
    for item in turns_and_silences(diff):
        console.print()
        if isinstance(item, Silence):
            text = f"… {item.numbers}: nothing marked ({plural(item.characters, 'character')})"
            sheet.write("", text, "dim")
        else:
            sheet.print_turn(item, passages(item, sentences, context, differing=differing))
    if not diff.turns:
        sheet.write("", "\nNo turns to show.")
    missing, codes = diff.elsewhere.missing, diff.elsewhere.codes
    if missing.first or missing.second:
        sheet.write("", "\nQuotes that were not located and name no turn")
        sheet.print_missing(missing)
    if codes:
        console.print()
        sheet.print_codes(codes, "Codes without a turn")
    sheet.print_totals()
    for line in (*failures_of(diff), *warnings_of(diff)):
        sheet.write("", line)


@dataclass
class _Sheet:
    """Where a diff is printed, and what all its lines have in common."""

    console: Console
    diff: Diff
    signs: dict[int, Sign] = field(init=False)

    def __post_init__(self) -> None:
        places = [place for turn in self.diff.turns for place in (*turn.places, *turn.continued)]
        self.signs = {place.number: place.sign for place in places}
        self.width = min(self.console.width, _WIDEST)
        self.digits = max(3, len(str(max(self.signs, default=0))))
        names = [visible(self.diff.coders.of(side).label) for side in SIDES]
        size = min(max(map(cell_len, names)), _LABEL)
        self.names = Sides(
            first=set_cell_size(names[0], size), second=set_cell_size(names[1], size)
        )

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
        name = f"{self.names.of(side)}  " if side else ""
        return f"{sign:<4}{number:>{self.digits}}  {name}"

    def print_head(self) -> None:
        """Who coded, what the signs mean, what is not whole, and to what the diff is narrowed."""
        self.write("", title_of(self.diff), "bold")
        for side, sign in zip(SIDES, "-+", strict=True):
            coder = self.diff.coders.of(side)
            source = f", {coder.source}" if coder.source else ""
            self.write(f"  {sign} {self.names.of(side)}  ", f"{coder.id} ({coder.kind}{source})")
        first, second = (visible(self.diff.coders.of(side).label) for side in SIDES)
        legend = Text("  ")
        for sign, words in zip("=~-+", ("both", "overlapping", first, second), strict=True):
            legend.append(f"{sign} {words}{' only' if sign in '-+' else ''}", _STYLES.get(sign, ""))
            legend.append("   ")
        self.write("", legend)
        for warning in warnings_of(self.diff):
            self.write("", warning, "bold")
        if self.diff.shown:
            self.write("", f"Shown: {'; '.join(self.diff.shown)}.")

    def print_turn(self, turn: TurnDiff, parts: Sequence[Passage]) -> None:
        """The words of a turn, then its places, its missing quotes, its codes and its tally."""
        who = f"  {visible(turn.speaker)}" if turn.speaker else ""
        head = Text(f"Turn {turn.number}{who}  line {turn.line} ", "bold")
        head.truncate(self.width - 4)
        self.console.print(head + Text("─" * (self.width - head.cell_len), "dim"), soft_wrap=True)
        begun: set[int] = set()
        for part in parts:
            if part.shown:
                for prefix, line in self.lines_of(part, begun):
                    self.console.print(Text(prefix) + line, soft_wrap=True)
            else:
                count = f"… {part.sentences} sentences, {part.characters:,} characters …"
                self.write(self.prefix(""), count, "dim")
        self.console.print()
        for place in (*turn.continued, *turn.places):
            self.print_place(place, turn)
        self.print_missing(turn.missing)
        self.print_codes(turn.codes, "Codes of the turn")
        self.write("", f"turn {turn.number}: {tally_line(turn.tally)}", "italic")

    def lines_of(self, part: Passage, begun: set[int]) -> Iterator[tuple[str, Text]]:
        """The lines of a passage and their gutters: the signs of the places a line touches, and
        the number of the first that begins on it (`begun` collects those that have)."""
        text = Text()
        for segment in part.segments:
            words = visible(segment.text)
            if segment.sign is None or segment.place is None:
                text.append(words)
                continue
            if not in_colour(self.console):
                # White space at the ends of a quote stays outside the brackets.
                inner = words.strip() or words
                left, right = _BRACKETS[segment.sign]
                words = words.replace(inner, f"{left}{inner}{right}", 1)
            mark = Style.from_meta({"place": segment.place})
            text.append(words, _STYLES[segment.sign] + mark)
        for line in text.wrap(self.console, self.width - len(self.prefix(""))):
            line.rstrip()
            metas = [span.style.meta for span in line.spans if isinstance(span.style, Style)]
            places = sorted({int(meta["place"]) for meta in metas if "place" in meta})
            signs = sorted({self.signs.get(place, "~") for place in places}, key=_ORDER.index)
            new = [place for place in places if place not in begun]
            begun.update(new)
            yield self.prefix("".join(signs), new[0] if new else ""), line

    def print_place(self, place: Place, turn: TurnDiff) -> None:
        """The codes of each coder's quotes, and how much of the place both marked."""
        sign: str = place.sign
        number: int | str = place.number
        for side in SIDES:
            quotes = place.quotes.of(side)
            for quote in quotes:
                text = Text(visible(coded_with(quote)))
                if len(quotes) > 1:
                    text.append(f"  “{visible(excerpt(quote.text, 40))}”", "dim")
                self.write(self.prefix(sign, number, side), text)
                sign = number = ""
        if place.sign == "~":
            self.write(self.prefix(""), share(place), "dim")
        if place.turn != turn.number:
            self.write(self.prefix(""), f"continued from turn {place.turn}", "dim")

    def print_missing(self, missing: Sides[list[Quote]]) -> None:
        """The quotes that were not located, with their codes."""
        for side in SIDES:
            for quote in missing.of(side):
                words = f"“{excerpt(quote.as_written or quote.text)}” {coded_with(quote)}"
                self.write(self.prefix("?", "", side), f"not located: {words}")

    def print_codes(self, codes: Sequence[CodeDiff], heading: str) -> None:
        """The codes of a turn, each with its sign and who noted it without a quote."""
        if codes:
            self.write("", heading)
        for code in codes:
            noted = [self.diff.coders.of(side).label for side in code.unquoted]
            label = f"  {code.label}" if code.label else ""
            note = f" (without a quote: {', '.join(noted)})" if noted else ""
            self.write(f"{code.sign:<4}", f"{code.code}{label}{note}")

    def print_totals(self) -> None:
        """Quotes, characters and codes over the whole transcript, as three small tables."""
        scope = f", code {visible(self.diff.code)} only" if self.diff.code else ""
        self.console.print(Text(f"\nThe whole transcript{scope}", "bold"))
        first, second = (visible(self.diff.coders.of(side).label)[:20] for side in SIDES)
        signed = ("= both", f"- {first}", f"+ {second}")
        quotes = _table("Quotes", first, second)
        for sign, words, *numbers in quote_rows(self.diff):
            quotes.add_row(f"{sign} {words}", *(f"{number:,}" for number in numbers))
        shares = _table("", *signed)
        for words, *numbers in share_rows(self.diff):
            shares.add_row(words, *(f"{number:,}" for number in numbers))
        codes = _table("Turns per code", *signed)
        for use in self.diff.codes:
            codes.add_row(visible(use.code), *(str(n) for n in (use.both, use.first, use.second)))
        for table in (quotes, shares, codes):
            if table.row_count:
                self.console.print(table)
                self.console.print()


def _table(*headings: str) -> Table:
    """A table whose first column may wrap and whose others are numbers."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for number, heading in enumerate(headings):
        table.add_column(
            heading,
            justify="right" if number else "left",
            min_width=None if number else 20,
            overflow="fold",
        )
    return table
