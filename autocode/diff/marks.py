"""Who marked which characters: coverage, segments and places."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from autocode.coding.nouns import Quote
from autocode.diff.record import Mark, Place, Segment, Sides, Sign
from autocode.transcript.nouns import Span, Transcript

_MARKS: dict[tuple[bool, bool], Mark | None] = {
    (True, True): "=",
    (True, False): "-",
    (False, True): "+",
    (False, False): None,
}


class Coverage:
    """The characters that at least one of the spans covers."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._parts: list[Span] = []
        for span in sorted(spans, key=lambda span: span.start):
            if self._parts and span.start <= self._parts[-1].end:
                last = self._parts.pop()
                span = Span(last.start, max(last.end, span.end))
            self._parts.append(span)

    def within(self, span: Span) -> int:
        """How many characters of the span are covered."""
        first = bisect_right(self._parts, span.start, key=lambda part: part.end)
        covered = 0
        for part in self._parts[first:]:
            if part.start >= span.end:
                break
            covered += min(part.end, span.end) - max(part.start, span.start)
        return covered


def span_of(quote: Quote) -> Span:
    """The span of a located quote."""
    span = quote.span
    assert span is not None, "only located quotes are asked for their span"
    return span


def places_of(
    first: Sequence[Quote], second: Sequence[Quote], transcript: Transcript
) -> list[Place]:
    """The located quotes of both coders, grouped where they share characters, by offset.

    Touching quotes share nothing and stay apart.
    """
    groups = enumerate(_groups(first, second), 1)
    return [_place(number, ours, theirs, transcript) for number, (ours, theirs) in groups]


def _groups(
    first: Sequence[Quote], second: Sequence[Quote]
) -> Iterator[tuple[list[Quote], list[Quote]]]:
    marked = [(span_of(quote), side, quote) for side in (0, 1) for quote in (first, second)[side]]
    marked.sort(key=lambda item: (item[0].start, item[0].end, item[1]))
    sides: tuple[list[Quote], list[Quote]] = ([], [])
    reach = 0
    for span, side, quote in marked:
        if span.start >= reach and any(sides):
            yield sides
            sides = ([], [])
        sides[side].append(quote)
        reach = max(reach, span.end)
    if any(sides):
        yield sides


def _place(number: int, ours: list[Quote], theirs: list[Quote], transcript: Transcript) -> Place:
    spans = [span_of(quote) for quote in ours + theirs]
    whole = Span(min(span.start for span in spans), max(span.end for span in spans))
    return Place(
        number=number,
        sign=_sign_of(ours, theirs),
        start=whole.start,
        end=whole.end,
        turn=_home(whole, transcript),
        shared=sum(
            segment.end - segment.start
            for segment in segments_of(transcript.text, whole, Sides(first=ours, second=theirs), [])
            if segment.sign == "="
        ),
        quotes=Sides(first=ours, second=theirs),
    )


def _sign_of(ours: list[Quote], theirs: list[Quote]) -> Sign:
    if not theirs:
        return "-"
    if not ours:
        return "+"
    return "=" if len({span_of(quote) for quote in ours + theirs}) == 1 else "~"


def _home(whole: Span, transcript: Transcript) -> int | None:
    """The turn a place begins in; in the white space between turns it belongs to the next."""
    following = (turn.number for turn in transcript.turns if turn.end > whole.start)
    return next(following, transcript.turns[-1].number if transcript.turns else None)


def segments_of(
    text: str, within: Span, quotes: Sides[list[Quote]], places: Sequence[Place]
) -> list[Segment]:
    """The text of a span, cut where a quote of either coder begins or ends; joined it is the text.

    places: sorted and apart, as `places_of` gives them; segments outside them have no number.
    """
    spans = [[span_of(quote) for quote in side] for side in (quotes.first, quotes.second)]
    first, second = (Coverage(side) for side in spans)
    ends = {end for side in spans for span in side for end in (span.start, span.end)}
    inside = {end for end in ends if within.start < end < within.end}
    cuts = sorted(inside | {within.start, within.end})
    return [
        Segment(
            start=start,
            end=end,
            text=text[start:end],
            sign=_MARKS[bool(first.within(span)), bool(second.within(span))],
            place=_number_at(start, places),
        )
        for start, end in pairwise(cuts)
        for span in [Span(start, end)]
    ]


def _number_at(offset: int, places: Sequence[Place]) -> int | None:
    index = bisect_right(places, offset, key=lambda place: place.start) - 1
    return places[index].number if index >= 0 and offset < places[index].end else None
