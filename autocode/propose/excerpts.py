"""Excerpts: parts of other coded transcripts, shown to a model as it is to code this one.

A long turn is shown around its marks. What was left alone is shown too: a long turn without a mark
teaches where to stop.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autocode.coding.nouns import Quote
from autocode.propose.habits import LONG_TURN
from autocode.propose.precedents import Precedent
from autocode.propose.reply_schema import WRITTEN
from autocode.text import one_line
from autocode.transcript.nouns import Turn

# Sentences shown before and after the marks of a long turn.
MARGIN = 3
# Words of an excerpt within which several marks are shown together, and of a turn left alone.
TOGETHER, ALONE = 250, 120
# Of the question before, its last words.
QUESTION = 60


@dataclass(frozen=True)
class Excerpt:
    """Sentences (indices into those of the precedent) of one turn, with the quotes in them."""

    precedent: Precedent
    turn: Turn
    sentences: range
    quotes: tuple[Quote, ...]

    @property
    def topic(self) -> str:
        """What it is about: what is marked, else all that is shown."""
        shown = [self.precedent.sentences[at] for at in self.sentences]
        said = self.precedent.transcript.text[shown[0].start : shown[-1].end]
        return " ".join(quote.text for quote in self.quotes) or said

    def shown(self, fence: str, anchor: str, *, coded: bool) -> str:
        """It as a request shows what is to be coded, and the reply; coded: with axial codes."""
        lines = self._question()
        if self.turn.speaker:
            lines.append(f"{self.turn.speaker}:")
        whole = _within(self.precedent, self.turn)
        lines += ["…"] * (self.sentences[0] > whole[0])
        for number, at in enumerate(self.sentences, 1):
            said = self.precedent.said(at, self.turn.start, self.turn.end)
            lines.append(f"[{number}] {said.strip()}")
        lines += ["…"] * (self.sentences[-1] < whole[-1])
        reply = {"quotes": [self._reply(quote, anchor, coded=coded) for quote in self.quotes]}
        written = json.dumps(reply, ensure_ascii=False, separators=(",", ":"))
        return "\n".join([fence, *lines, fence, f"Coded: {written}"])

    def _question(self) -> list[str]:
        """The end of what somebody else said right before."""
        number, turns = self.turn.number, self.precedent.transcript.turns
        before = turns[number - 2] if number > 1 else None
        if before is None or before in self.precedent.turns:
            return []
        words = self.precedent.transcript.text[before.start : before.end].split()
        said = " ".join(words[-QUESTION:])
        return [f"{before.speaker}:", f"… {said}" if len(words) > QUESTION else said, ""]

    def _reply(self, quote: Quote, anchor: str, *, coded: bool) -> dict[str, Any]:
        marked = self.precedent.marked(quote)
        first = max(marked[0], self.sentences[0]) - self.sentences[0] + 1
        last = min(marked[-1], self.sentences[-1]) - self.sentences[0] + 1
        place = {"first": first, "last": last} if anchor == "sentence" else {"quote": quote.text}
        code = one_line(quote.open_code or "")
        name = {WRITTEN["open_code"]: code} if quote.open_code else {}
        return place | name | ({"axial": quote.axial} if coded else {})


def excerpts(precedents: Sequence[Precedent], *, coded: bool) -> list[Excerpt]:
    """All that could be shown, in order; coded: without those whose codes may not be sent."""
    every = (excerpt for precedent in precedents for excerpt in _excerpts(precedent))
    return [
        excerpt
        for excerpt in every
        if not (coded and any(q.id in excerpt.precedent.stripped for q in excerpt.quotes))
    ]


def _excerpts(precedent: Precedent) -> Iterator[Excerpt]:
    for turn in precedent.turns:
        within = _within(precedent, turn)
        quotes = [q for q in precedent.coding.quotes if q.span and q.span.overlaps(turn.span)]
        if quotes:
            for group in _groups(precedent, quotes):
                yield Excerpt(precedent, turn, _around(precedent, within, quotes, group), group)
        elif within and precedent.whole and _words(precedent, within) >= LONG_TURN:
            shown = within
            while len(shown) > 1 and _words(precedent, shown) > ALONE:
                shown = shown[:-1]
            yield Excerpt(precedent, turn, shown, ())


def _groups(precedent: Precedent, quotes: Sequence[Quote]) -> list[tuple[Quote, ...]]:
    """The quotes of a turn, neighbours together as long as they stay within TOGETHER words."""
    groups: list[tuple[Quote, ...]] = []
    for quote in quotes:
        marked = precedent.marked(quote)
        if groups:
            first = min(precedent.marked(other)[0] for other in groups[-1])
            last = max(precedent.marked(other)[-1] for other in groups[-1])
            overlaps = marked[0] <= last
            if overlaps or _words(precedent, range(first, marked[-1] + 1)) <= TOGETHER:
                groups[-1] = (*groups[-1], quote)
                continue
        groups.append((quote,))
    return groups


def _around(
    precedent: Precedent, within: range, quotes: Sequence[Quote], group: Sequence[Quote]
) -> range:
    """The sentences of a group with some before and after that no other quote marks."""
    marks = [precedent.marked(quote) for quote in group]
    first, last = min(mark[0] for mark in marks), max(mark[-1] for mark in marks)
    others = [precedent.marked(quote) for quote in quotes if quote not in group]
    before = max([within[0], first - MARGIN, *(m[-1] + 1 for m in others if m[-1] < first)])
    after = min([within[-1], last + MARGIN, *(m[0] - 1 for m in others if m[0] > last)])
    return range(before, after + 1)


def _within(precedent: Precedent, turn: Turn) -> range:
    at = [number for number, span in enumerate(precedent.sentences) if span.overlaps(turn.span)]
    return range(at[0], at[-1] + 1) if at else range(0)


def _words(precedent: Precedent, sentences: range) -> int:
    spans = [precedent.sentences[at] for at in sentences]
    return len(precedent.transcript.text[spans[0].start : spans[-1].end].split())
