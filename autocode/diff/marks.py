"""Who marked which characters: places where quotes meet, and segments that are marked alike."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from autocode.agreement.spans import Unit, clusters, cut, pieces
from autocode.coding.nouns import Quote
from autocode.diff.record import SIDES, Mark, Place, Segment, Sides, Sign
from autocode.transcript.nouns import Span, Transcript

# By whether the first and whether the second coder marked.
_MARKS: dict[tuple[bool, bool], Mark | None] = {
    (True, True): "=",
    (True, False): "-",
    (False, True): "+",
    (False, False): None,
}


def places_of(
    first: Iterable[Quote], second: Iterable[Quote], transcript: Transcript
) -> list[Place]:
    """The located quotes of both coders, grouped where they share characters, by offset.

    Touching quotes share nothing and stay apart. In the white space between turns a place belongs
    to the next turn.
    """
    groups = clusters(_units(first), _units(second))
    turns = transcript.turns
    return [
        Place(
            number=number,
            sign=_sign(ours, theirs),
            start=start,
            end=max(unit.end for unit in (*ours, *theirs)),
            turn=turns[min(later, len(turns) - 1)].number if turns else None,
            shared=sum(end - begin for begin, end, (a, b) in pieces(ours, theirs) if a and b),
            quotes=Sides(first=[unit.code for unit in ours], second=[unit.code for unit in theirs]),
        )
        for number, (ours, theirs) in enumerate(groups, 1)
        for start in [min(unit.start for unit in (*ours, *theirs))]
        for later in [bisect_right(turns, start, key=lambda turn: turn.end)]
    ]


def _units(quotes: Iterable[Quote]) -> list[Unit]:
    """The spans of the quotes that have one, each with its quote."""
    return [Unit(quote.span.start, quote.span.end, quote) for quote in quotes if quote.span]


def _sign(ours: Sequence[Unit], theirs: Sequence[Unit]) -> Sign:
    if ours and theirs:
        return "=" if len({unit[:2] for unit in (*ours, *theirs)}) == 1 else "~"
    return "-" if ours else "+"


def segments_of(text: str, within: Span, places: Sequence[Place]) -> list[Segment]:
    """The text of a span, cut where a quote of the places begins or ends; joined it is the text."""
    marked = (
        [
            Unit(unit.start, unit.end, place.number)
            for place in places
            for unit in _units(place.quotes.of(side))
        ]
        for side in SIDES
    )
    return [
        Segment(
            start=start,
            end=end,
            text=text[start:end],
            sign=_MARKS[bool(ours), bool(theirs)],
            place=next((unit.code for unit in (*ours, *theirs)), None),
        )
        for start, end, (ours, theirs) in cut(within.start, within.end, *marked)
    ]
