"""Words -> where they stand in the text, and how that was found.

Three ways, tried in this order: `exact`; `normalised` (the folds are equal: white space, quote
marks, dashes, case); `fuzzy` (Levenshtein similarity of at least `similar.THRESHOLD`). What none
of them finds is `missing`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any
from unicodedata import category

from autocode.coding.folding import Folded, fold, inside_word, joins
from autocode.coding.nouns import Status
from autocode.coding.similar import Similar
from autocode.transcript.nouns import Span, Transcript

# Occurrences that overlap each other are looked for in short quotes only ("no no" in "no no no").
OVERLAPPING = 200
# Scores closer than this are equally good: the nearer place wins.
SCORE_TIE = 0.02
# What people and models put around a quote: quote marks, ellipses, bullets and plus or minus.
# Possessive: a row of dots can be parted in so many ways that trying them all takes for ever.
_LEADING = re.compile(r"^(?:['\s]|\[?+\.{3,}+\]?+|[-+*•>](?=\s))++")
_TRAILING = re.compile(r"(?:['\s]|\[?+\.{3,}+\]?+|(?<=\s)[-+*])++$")
# Nobody puts more around a quote; in a longer row each mark would be tried as its beginning.
_MOST_TRAILING = 100


@dataclass(frozen=True, slots=True)
class Located:
    """Where some words stand; span is None when missing, score (0 to 1) is for `fuzzy` only."""

    span: Span | None
    status: Status
    score: float | None = None

    def fields(self, words: str, transcript: Transcript) -> dict[str, Any]:
        """What a quote that was written as these words says of where it stands."""
        span = self.span
        text = transcript.text[span.start : span.end] if span else words
        turn = transcript.turn_at(span.start) if span else None
        return {
            "start": span.start if span else None,
            "end": span.end if span else None,
            "text": text,
            "status": self.status,
            "score": self.score,
            "turn": turn.number if turn else None,
            "as_written": words if words != text else None,
        }


MISSING = Located(None, "missing")


def _ordered(spans: Sequence[Span], near: int | None, before: int | None) -> Iterator[Span]:
    """Spans (in text order) as the caller of `Grounder.locate` prefers them.

    near: by their start's distance; of two equally far ones the first.
    """
    if before is not None:
        above = bisect_right(spans, before, key=lambda span: span.end)
        yield from reversed(spans[:above])
        yield from spans[above:]
        return
    if near is None:
        yield from spans
        return
    right = bisect_left(spans, near, key=lambda span: span.start)
    left = right - 1
    while left >= 0 or right < len(spans):
        back = left >= 0 and (
            right == len(spans) or near - spans[left].start <= spans[right].start - near
        )
        yield spans[left if back else right]
        left, right = (left - 1, right) if back else (left, right + 1)


class _Taken:
    """Places that already carry a quote: the characters they cover, and the spans themselves."""

    def __init__(self, length: int, spans: Sequence[Span]) -> None:
        self._covered = bytearray(length)
        self._spans = frozenset(spans)
        for span in spans:
            start, end = max(0, span.start), min(span.end, length)
            self._covered[start:end] = b"\x01" * (end - start)

    def rank(self, span: Span) -> int:
        """0 for a free place, 1 for one that shares characters, 2 for the very same place."""
        if span in self._spans:
            return 2
        return int(self._covered.find(1, span.start, span.end) >= 0)


def _first_free(spans: Iterable[Span], taken: _Taken) -> tuple[Span | None, int]:
    """The first of the freest places, and how taken it is (see `_Taken.rank`)."""
    best, best_rank = None, 3
    for span in spans:
        rank = taken.rank(span)
        if rank < best_rank:
            best, best_rank = span, rank
        if rank == 0:
            break
    return best, best_rank


class Grounder:
    """Finds words in one text. Results depend on nothing but the arguments.

    The folded text and the n-gram index are built when first needed.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._indexed = False
        self._known: dict[tuple[str, bool, Span], list[Span]] = {}

    @cached_property
    def _folded(self) -> Folded:
        return Folded.of(self.text)

    @cached_property
    def _similar(self) -> Similar:
        self._indexed = True
        return Similar(self._folded.text)

    def locate(
        self,
        words: str,
        *,
        near: int | None = None,
        before: int | None = None,
        within: Span | None = None,
        taken: Sequence[Span] = (),
    ) -> Located:
        """Where the words stand; `text[span.start:span.end]` neither starts nor ends with space.

        When they stand in several places: `before` prefers those ending at or before that offset,
        nearest first, then those after it; `near` the place nearest to that offset; otherwise the
        first. Places free of `taken` come first. Nothing outside `within` is found.
        """
        words, within = words.strip(), within or Span(0, len(self.text))
        ordered = partial(_ordered, near=near, before=before)
        covered = _Taken(len(self.text) if taken else 0, taken)
        exact, rank = _first_free(ordered(self._places(words, within, folded=False)), covered)
        if exact and rank == 0:
            return Located(exact, "exact")
        needle = fold(words)
        # A letter, a digit or a picture, not punctuation alone.
        if not any(char.isalnum() or category(char) == "So" for char in needle):
            return Located(exact, "exact") if exact else MISSING
        bare = _bare(needle)
        folds = self._places(needle, within, folded=True)
        folds = folds or self._places(bare, within, folded=True)
        same, same_rank = _first_free(ordered(folds), covered)
        if exact and rank <= same_rank:
            return Located(exact, "exact")
        if same:
            verbatim = self.text[same.start : same.end] == words
            return Located(same, "exact" if verbatim else "normalised")
        similar = self._similar_places(bare, within, near if before is None else before, covered)
        span, _ = _first_free(ordered(list(similar)), covered)
        return Located(span, "fuzzy", similar[span]) if span else MISSING

    def places(self, words: str) -> list[Span]:
        """Every place of the words, in text order: as they stand, else with equal folds."""
        words, everywhere = words.strip(), Span(0, len(self.text))
        exact = self._places(words, everywhere, folded=False)
        return exact or self._places(fold(words), everywhere, folded=True)

    def _places(self, needle: str, within: Span, *, folded: bool) -> list[Span]:
        """Where the needle stands within the span, in text order."""
        key = (needle, folded, within)
        if self._indexed and not self._similar.may_hold(needle if folded else fold(needle)):
            return []  # Spares reading the whole text.
        if key not in self._known:
            if folded:
                spans = [
                    self._original(span.start, span.end)
                    for span in _occurrences(self._folded.text, needle)
                    if self._folded.whole(span.start, span.end)
                ]
            else:
                spans = list(_occurrences(self.text, needle))
            inside = [s for s in spans if within.start <= s.start and s.end <= within.end]
            uncut = [
                span
                for span in inside
                if not inside_word(self.text, span.start) and not inside_word(self.text, span.end)
            ]
            self._known[key] = uncut or inside  # "art" stands only in "start"
        return self._known[key]

    def _original(self, start: int, end: int) -> Span:
        """A stretch of the folded text as a span of the text, accents and the like included."""
        source = self._folded.source
        until = int(source[end - 1]) + 1
        while until < len(self.text) and joins(self.text[until]):
            until += 1
        return Span(int(source[start]), until)

    def _similar_places(
        self, needle: str, within: Span, near: int | None, taken: _Taken
    ) -> dict[Span, float]:
        """The most similar places and their scores, in text order; others than those taken."""
        low, high, close = map(
            self._folded.position, (within.start, within.end, near or within.start)
        )
        scores = {
            self._original(span.start, span.end): score
            for span, score in self._similar.matches(needle, low, high, close)
        }
        scores = {s: scores[s] for s in scores if taken.rank(s) < 2} or scores
        enough = max(scores.values(), default=0) - SCORE_TIE
        alike = sorted((s for s in scores if scores[s] >= enough), key=lambda s: (s.start, s.end))
        return {span: scores[span] for span in alike}


def _bare(words: str) -> str:
    """The words without the marks around them: quote marks, elisions, bullets."""
    words = _LEADING.sub("", words)
    return words[:-_MOST_TRAILING] + _TRAILING.sub("", words[-_MOST_TRAILING:])


def _occurrences(text: str, needle: str) -> Iterator[Span]:
    """Every place of the needle in the text, in order; none for an empty needle."""
    step = 1 if len(needle) <= OVERLAPPING else len(needle)
    at = text.find(needle) if needle else -1
    while at >= 0:
        yield Span(at, at + len(needle))
        at = text.find(needle, at + step)
