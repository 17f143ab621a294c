"""Chunks: stretches of whole turns that fit a model, cut at sentences where a turn is too long.

Every sentence belongs to exactly one chunk and the chunks join to the whole text. A sentence that
does not fit by itself is first cut into several by `cut_long_sentences`, and these are the
sentences from then on; `chunks` never cuts one (too long a sentence is a chunk alone).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from autocode.transcript.nouns import Span, Transcript, Turn

Count = Callable[[str], int]

# The context may take this part of the budget, so that most of it goes to what is coded.
_CONTEXT_SHARE = 4
_LAST_SPACE = re.compile(r".*\s", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text `[start, end)` that one request is about.

    number counts from 1; sentences are the numbers (from 1, over the whole text) of its sentences;
    turns are those it holds or holds a part of; context is what was said just before, to be read
    and not coded.
    """

    number: int
    start: int
    end: int
    sentences: range
    turns: tuple[Turn, ...]
    context: Span | None


def chunks(
    transcript: Transcript,
    sentences: Sequence[Span],
    budget: int,
    count: Count,
    context_sentences: int = 3,
) -> list[Chunk]:
    """The chunks of a transcript, each with its context within a budget of tokens.

    sentences: spans that cover the text (see `sentences.sentences`). count: text -> tokens; it is
    called once per sentence, and their sum taken for a chunk.
    Raises ValueError for a budget below 1.
    """
    if budget < 1:
        raise ValueError(f"a budget of {budget} tokens holds nothing")
    text, turns = transcript.text, transcript.turns
    costs = [count(text[span.start : span.end]) for span in sentences]
    before = list(accumulate(costs, initial=0))
    starts = [span.start for span in sentences]
    turn_ends = [bisect_left(starts, turn.start) for turn in turns[1:]] + [len(sentences)]
    parts: list[Chunk] = []
    first = 0
    while first < len(sentences):
        context = _context(before, first, budget, context_sentences)
        end = _end(before, turn_ends, first, budget - before[first] + before[context])
        span = Span(starts[first], sentences[end - 1].end)
        parts.append(
            Chunk(
                number=len(parts) + 1,
                start=span.start,
                end=span.end,
                sentences=range(first + 1, end + 1),
                turns=tuple(turn for turn in turns if turn.span.overlaps(span)),
                context=Span(starts[context], span.start) if context < first else None,
            )
        )
        first = end
    return parts


def _context(before: Sequence[int], first: int, budget: int, most: int) -> int:
    """The first of the sentences that go along as context: as many as leave enough room."""
    room = min(budget // _CONTEXT_SHARE, budget - (before[first + 1] - before[first]))
    context = first
    while context > max(0, first - most) and before[first] - before[context - 1] <= room:
        context -= 1
    return context


def _end(before: Sequence[int], turn_ends: Sequence[int], first: int, room: int) -> int:
    """Behind the last sentence of the chunk: at a turn's end if one fits, else at a sentence's."""
    fits = bisect_right(before, before[first] + room) - 1
    turn_end = turn_ends[max(0, bisect_right(turn_ends, fits) - 1)]
    return turn_end if first < turn_end <= fits else max(first + 1, fits)


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
