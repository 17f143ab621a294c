"""Topics of a talk: how badly a cut before a turn would hurt, and what the talk refers back to.

An interviewer who speaks at length (for this interviewer) and in other words than those before
opens a topic: the words shared across a cut are counted as in TextTiling (Hearst 1997), and no
language need be known.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise

from autocode.transcript.nouns import Span, Transcript, Turn

# Where the longest of an interviewer's turns has fewer words than this, none speaks at length. One
# of fewer than QUESTION is rather a remark ("Yeah, got it"); of LIST or more it lists options.
OPENING, QUESTION, LIST = 20, 8, 60
# Words compared on either side of a cut.
WINDOW = 120
# Costs of a cut, in chunks: before an answer (it parts the answer from its question), and within a
# turn. Before an interviewer's turn it is 0 to REMARK.
REMARK, ANSWER, WITHIN = 3.0, 3.5, 5.0
# How many turns back the list may stand that a short question refers to.
BACK = 8


def cut_costs(transcript: Transcript) -> dict[int, float]:
    """What it costs to begin a chunk at a turn, by the offset where the turn starts."""
    text, turns = transcript.text, transcript.turns
    words = {turn: len(text[turn.start : turn.end].split()) for turn in turns}
    asked = [count for turn, count in words.items() if turn.role == "interviewer"]
    longest = max([OPENING, *asked])
    costs = {}
    for before, turn in pairwise(turns):
        if turn.role != "interviewer":
            costs[turn.start] = ANSWER if before.role == "interviewer" else REMARK
            continue
        shared = _shared(text[: turn.start], text[turn.start :])
        opens = (words[turn] / longest) ** 0.5
        costs[turn.start] = REMARK * (1 - opens * (1 - shared))
    return costs


def _shared(before: str, after: str) -> float:
    """The share of longer words that the end of one text has with the beginning of the next."""
    ends = {word for word in _words(before[-WINDOW * 12 :])[-WINDOW:] if len(word) > 4}
    begins = {word for word in _words(after[: WINDOW * 12])[:WINDOW] if len(word) > 4}
    return len(ends & begins) / max(1, min(len(ends), len(begins)))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def referred(
    transcript: Transcript,
    sentences: Sequence[Span],
    start: int,
    cost: Callable[[Span], int],
    room: int,
) -> list[Span]:
    """What was said before `start` that talk from there on refers to, within `room` tokens.

    The last question whole, and where that is short the last list of options before it; of what
    does not fit, the end. In order, each span within one turn.
    """
    asked = [
        turn for turn in transcript.turns if turn.end <= start and turn.role == "interviewer"
    ]  # fmt: skip
    length = {turn.number: len(transcript.text[turn.start : turn.end].split()) for turn in asked}
    question = next((turn for turn in reversed(asked) if length[turn.number] >= QUESTION), None)
    if question is None:
        return []
    wanted = [question]
    if length[question.number] < LIST:
        before = (turn for turn in reversed(asked) if turn.number < question.number)
        listed = next((turn for turn in before if length[turn.number] >= LIST), None)
        if listed and question.number - listed.number <= BACK:
            wanted.append(listed)
    spans = []
    for turn in wanted:
        span = _end_of(turn, sentences, cost, room)
        if span:
            spans.append(span)
            room -= cost(span)
    return sorted(spans, key=lambda span: span.start)


def _end_of(
    turn: Turn, sentences: Sequence[Span], cost: Callable[[Span], int], room: int
) -> Span | None:
    """As many of the last sentences of a turn as fit."""
    at = bisect_right(sentences, turn.end - 1, key=lambda span: span.start) - 1
    kept = None
    while at >= 0 and sentences[at].end > turn.start:
        wider = Span(max(sentences[at].start, turn.start), turn.end)
        if cost(wider) > room:
            break
        kept, at = wider, at - 1
    return kept
