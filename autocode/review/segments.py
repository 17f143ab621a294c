"""The words of a turn cut wherever somebody's quote begins or ends, each piece with whose it is."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal, NamedTuple

from autocode.agreement.spans import Unit, cut
from autocode.coding.nouns import Quote
from autocode.review.decision import Reviewed
from autocode.review.items import Item
from autocode.review.state import KEPT
from autocode.text import visible
from autocode.transcript.nouns import Span, Transcript, Turn

# Whose line words have: as in a diff the first or the second, or the reviewer's own.
Side = Literal["first", "second", "yours"]
SIDES: Final[tuple[Side, ...]] = ("first", "second", "yours")
_LEFT_OUT = ("rejected", "merged")


class Marking(NamedTuple):
    """A quote that stands in the text: a coder's, or what the reviewer keeps."""

    quote: Quote
    item: Item
    side: Side


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a turn that are marked alike.

    look: how, as classes; items: whose they are, by id; begun: those that begin here; hidden:
    characters that are written out (`\\x1b`), longer on the page than in the text; heights: of what
    the thresholds alone keep in view here (see `Item.heights`); under: how they look without that.
    """

    start: int
    end: int
    text: str
    look: str
    items: tuple[str, ...]
    begun: tuple[Item, ...]
    hidden: bool
    heights: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class TurnShown:
    """A turn in pieces that join to its text; `sentences` says where they begin."""

    turn: Turn
    pieces: list[Piece]
    sentences: list[int]


def side_of(coder: Reviewed, codings: Sequence[Reviewed]) -> Side:
    """Whose line: models have the second; of people alone, all but the first."""
    if coder.kind == "model":
        return "second"
    people = all(coding.kind == "human" for coding in codings)
    return "second" if people and coder.key != codings[0].key else "first"


def markings(items: Iterable[Item], codings: Sequence[Reviewed]) -> Iterator[Marking]:
    """Every coder's quotes that were located, and the reviewer's own."""
    for item in items:
        for there in item.readings:
            if there.quote.span:
                yield Marking(there.quote, item, side_of(there.coder, codings))
        if item.status in KEPT:
            yield Marking(item.quote, item, "yours")


def stands_in(item: Item, within: Span) -> bool:
    """Whether a quote of the item shares characters with a stretch of the text."""
    quotes = [item.quote, *(there.quote for there in item.readings)]
    # Asked of every item for every decision: no span is made for it.
    return any((q.start or 0) < within.end and within.start < (q.end or 0) for q in quotes)


def by_turn(marked: Iterable[Marking], transcript: Transcript) -> dict[int, list[Marking]]:
    """The markings that each turn shares characters with, by its number."""
    turns: dict[int, list[Marking]] = defaultdict(list)
    for marking in marked:
        for turn in transcript.turns_of(marking.quote.span) if marking.quote.span else ():
            turns[turn.number].append(marking)
    return turns


def shown(
    turn: Turn, marked: Iterable[Marking], transcript: Transcript, sentences: Sequence[int]
) -> TurnShown:
    """A turn with what is marked in it.

    marked: of this turn (see `by_turn`); sentences: where they begin in the transcript, ascending.
    """
    units: dict[Side, list[Unit]] = {side: [] for side in SIDES}
    items: dict[str, Item] = {}
    for quote, item, side in marked:
        if quote.span:
            units[side].append(Unit(quote.span.start, quote.span.end, item))
            items[item.id] = item
    # A quote that begins between two turns begins with the later one.
    before = transcript.turns[turn.number - 2].end if turn.number > 1 else 0
    begun: dict[int, list[Item]] = defaultdict(list)
    for item in items.values():
        span = item.quote.span
        if span and item.status != "merged" and before <= span.start < turn.end:
            begun[max(span.start, turn.start)].append(item)
    badges = [Unit(at, at) for at in begun]  # which stand between two pieces
    pieces = [
        piece
        for start, end, (*over, _) in cut(turn.start, turn.end, *units.values(), badges)
        for piece in _pieces(start, transcript.text[start:end], over, tuple(begun.get(start, ())))
    ]
    first, last = (bisect_left(sentences, at) for at in (turn.start + 1, turn.end))
    return TurnShown(turn, pieces, [turn.start, *sentences[first:last]])


def _pieces(
    start: int, words: str, over: Sequence[list[Unit]], begun: tuple[Item, ...]
) -> Iterator[Piece]:
    """Words that are marked alike; characters that are written out stand apart."""
    items = tuple(dict.fromkeys(unit.code.id for units in over for unit in units))
    first, second, yours = over
    look, heights = _look(*over), " ".join(filter(None, (unit.code.heights for unit in second)))
    always = (first, [unit for unit in second if not unit.code.heights], yours)
    under = _look(*always) if any(always) else ""
    if visible(words) == words:
        end = start + len(words)
        yield Piece(start, end, words, look, items, begun, False, heights, under)
        return
    for hidden, group in groupby(words, lambda character: visible(character) != character):
        text = "".join(group)
        end = start + len(text)
        yield Piece(start, end, text, look, items, begun, hidden, heights, under)
        start, begun = end, ()


def _look(first: list[Unit], second: list[Unit], yours: list[Unit]) -> str:
    """The classes of words: whose they are, and whether they are kept or left out."""
    live = [any(unit.code.status not in _LEFT_OUT for unit in units) for units in (first, second)]
    ours, theirs = live if any(live) else (bool(first), bool(second))
    names = [{(True, True): "both", (True, False): "first", (False, True): "second"}.get(
        (ours, theirs), "yours" if yours else "")]  # fmt: skip
    names += ["faded"] * (not any(live) and not yours) + ["kept"] * bool(yours)
    return " ".join(filter(None, names))
