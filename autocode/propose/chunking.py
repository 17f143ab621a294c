"""Chunks: stretches of talk that fit a model, cut where the interviewer turns to another topic.

Every sentence belongs to exactly one chunk and the chunks join to the whole text. A sentence that
does not fit by itself is first cut into several by `cut_long_sentences`, and these are the
sentences from then on; `chunks` never cuts one (too long a sentence is a chunk alone).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from autocode.propose.topics import WITHIN, cut_costs, referred
from autocode.transcript.nouns import Span, Transcript, Turn

Count = Callable[[str], int]

# The context takes at most this part of the budget, beside it.
CONTEXT_SHARE = 4
# What a chunk costs, against the costs of cuts in `topics`; one that is empty to that part; and one
# of less than a SCRAP of the budget: farewells and small talk go with their neighbours.
_CHUNK, _UNEVEN, _SCRAP, _SCRAPPY = 0.7, 1.2, 6, 3.0
_LAST_SPACE = re.compile(r".*\s", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text `[start, end)` that one request is about.

    number counts from 1; sentences are the numbers (from 1, over the whole text) of its sentences;
    turns are those it holds or holds a part of; context is what it refers back to, to be read and
    not coded: spans in order, all before `start`.
    """

    number: int
    start: int
    end: int
    sentences: range
    turns: tuple[Turn, ...]
    context: tuple[Span, ...]


def chunks(
    transcript: Transcript,
    sentences: Sequence[Span],
    budget: int,
    count: Count,
    context_sentences: int = 3,
) -> list[Chunk]:
    """The chunks of a transcript, each within a budget of tokens; its context takes a quarter more.

    sentences: spans that cover the text (see `sentences.sentences`). count: text -> tokens; it is
    called once per sentence, and their sum taken for a chunk.
    Raises ValueError for a budget below 1.
    """
    if budget < 1:
        raise ValueError(f"a budget of {budget} tokens holds nothing")
    if not sentences:
        return []
    text, turns = transcript.text, transcript.turns
    before = list(accumulate((count(text[span.start : span.end]) for span in sentences), initial=0))
    starts = [span.start for span in sentences]

    def cost(span: Span) -> int:
        first = bisect_left(starts, span.start)
        return before[max(first, bisect_left(starts, span.end))] - before[first]

    borders = [*_cuts(transcript, starts, before, budget), len(sentences)]
    spans = [Span(starts[first], sentences[end - 1].end) for first, end in pairwise(borders)]
    return [
        Chunk(
            number=number,
            start=span.start,
            end=span.end,
            sentences=range(first + 1, end + 1),
            turns=tuple(turn for turn in turns if turn.span.overlaps(span)),
            context=_context(transcript, sentences, first, context_sentences, cost, budget),
        )
        for number, (span, (first, end)) in enumerate(zip(spans, pairwise(borders), strict=True), 1)
    ]


def _context(
    transcript: Transcript,
    sentences: Sequence[Span],
    first: int,
    most: int,
    cost: Callable[[Span], int],
    budget: int,
) -> tuple[Span, ...]:
    """What goes along before sentence `first`: questions, and the last few sentences."""
    start, room = sentences[first].start, budget // CONTEXT_SHARE
    asked = referred(transcript, sentences, start, cost, room)
    room -= sum(map(cost, asked))
    near = range(max(0, first - most), first)
    fits = (Span(sentences[n].start, start) for n in near)
    return _joined(
        [*asked, next((span for span in fits if cost(span) <= room), Span(start, start))]
    )


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order without the empty ones, those that touch or overlap as one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        elif span.start < span.end:
            joined.append(span)
    return tuple(joined)


def _cuts(
    transcript: Transcript, starts: Sequence[int], before: Sequence[int], budget: int
) -> list[int]:
    """The sentences that begin a chunk, so that all cuts together cost least (exact)."""
    costs = cut_costs(transcript)
    firsts = sorted({0, *(bisect_left(starts, turn.start) for turn in transcript.turns)})
    places: list[int] = []
    for first, end in zip(firsts, [*firsts[1:], len(starts)], strict=True):
        # A turn is cut only where it does not fit.
        places += range(first, end) if before[end] - before[first] > budget else [first]
    places = [*dict.fromkeys(places), len(starts)]
    best, previous = [0.0] * len(places), [0] * len(places)
    for at in range(1, len(places)):
        options = []
        for begin in range(at - 1, -1, -1):
            size = before[places[at]] - before[places[begin]]
            if size > budget and begin < at - 1:
                break
            cut = costs.get(starts[places[begin]], WITHIN) if begin else 0.0
            uneven = _UNEVEN * (1 - min(1.0, size / budget)) ** 2
            scrap = _SCRAPPY if size * _SCRAP < budget else 0.0
            options.append((best[begin] + _CHUNK + cut + uneven + scrap, begin))
        best[at], previous[at] = min(options)
    at, chosen = len(places) - 1, []
    while at > 0:
        at = previous[at]
        chosen.append(places[at])
    return chosen[::-1]


def cut_long_sentences(
    text: str, sentences: Sequence[Span], budget: int, count: Count
) -> list[Span]:
    """The sentences, those over the budget cut: at white space, or anywhere where there is none.

    Raises ValueError for a budget below 1.
    """
    if budget < 1:
        raise ValueError(f"a budget of {budget} tokens holds nothing")
    return [piece for span in sentences for piece in _pieces(text, span, budget, count)]


def _pieces(text: str, span: Span, budget: int, count: Count) -> Iterator[Span]:
    """Pieces of a sentence within the budget (one character at least), about equally long."""
    tokens = count(text[span.start : span.end])
    if tokens <= budget:
        yield span
        return
    usual = max(1, (span.end - span.start) * budget // tokens)
    start = span.start
    while start < span.end:
        size = usual
        end = _piece_end(text, start, min(span.end, start + size))
        while end - start > 1 and count(text[start:end]) > budget:
            size = max(1, min(size, end - start) * 3 // 4)
            end = _piece_end(text, start, start + size)
        yield Span(start, end)
        start = end


def _piece_end(text: str, start: int, end: int) -> int:
    """Behind the last white space of `[start, end)`, or `end` where there is none."""
    spaces = _LAST_SPACE.match(text, start, end) if end < len(text) else None
    return spaces.end() if spaces else end
