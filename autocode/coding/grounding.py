"""Words -> where they stand in the text, and how that was found.

Three ways, tried in this order: `exact`; `normalised` (the folds are equal: white space, quote
marks, dashes, case); `fuzzy` (Levenshtein similarity of at least `similar.THRESHOLD`). What none
of them finds is `missing`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from unicodedata import category

from autocode.coding.folding import Folded, fold, inside_word, joins
from autocode.coding.nouns import Status
from autocode.coding.similar import Similar
from autocode.transcript.nouns import Span

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


MISSING = Located(None, "missing")


@dataclass(frozen=True, slots=True)
class _Wish:
    """Where the caller would like to find the words: see `Grounder.locate`."""

    near: int | None
    before: int | None
    within: Span

    def allows(self, span: Span) -> bool:
        return self.within.start <= span.start and span.end <= self.within.end

    def nearest(self, spans: Sequence[Span]) -> Iterator[Span]:
        """The spans (in text order) in the order of the wish."""
        if self.before is not None:
            above = bisect_right(spans, self.before, key=lambda span: span.end)
            yield from reversed(spans[:above])
            yield from spans[above:]
        elif self.near is not None:
            yield from _outward(spans, self.near)
        else:
            yield from spans


def _outward(spans: Sequence[Span], near: int) -> Iterator[Span]:
    """Spans by their start's distance from an offset; of two equally far ones the first."""
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

    def __init__(self, length: int, spans: Iterable[Span]) -> None:
        self._covered = bytearray(length)
        self._spans: set[Span] = set()
        for span in spans:
            self.add(span)

    def add(self, span: Span) -> None:
        start, end = max(0, span.start), min(span.end, len(self._covered))
        self._covered[start:end] = b"\x01" * (end - start)
        self._spans.add(span)

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
        self._found: dict[tuple[str, bool, Span], list[Span]] = {}

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
        wish = _Wish(near, before, within or Span(0, len(self.text)))
        return self._locate(words.strip(), wish, _Taken(len(self.text) if taken else 0, taken))

    def places(self, words: str) -> list[Span]:
        """Every place of the words, in text order: as they stand, else with equal folds."""
        wish = _Wish(None, None, Span(0, len(self.text)))
        words = words.strip()
        return self._places(words, wish, folded=False) or self._places(
            fold(words), wish, folded=True
        )

    def locate_all(
        self,
        quotes: Iterable[str],
        *,
        near: int | None = None,
        before: int | None = None,
        within: Span | None = None,
        taken: Iterable[Span] = (),
    ) -> list[Located]:
        """Each of the quotes as by `locate`, in order, none where an earlier one stands if free."""
        wish = _Wish(near, before, within or Span(0, len(self.text)))
        places, found = _Taken(len(self.text), taken), []
        for words in quotes:
            located = self._locate(words.strip(), wish, places)
            if located.span:
                places.add(located.span)
            found.append(located)
        return found

    def _locate(self, words: str, wish: _Wish, taken: _Taken) -> Located:
        exact, rank = _first_free(wish.nearest(self._places(words, wish, folded=False)), taken)
        if exact and rank == 0:
            return Located(exact, "exact")
        needle = fold(words)
        if not _says_something(needle):
            return Located(exact, "exact") if exact else MISSING
        bare = _bare(needle)
        folds = self._places(needle, wish, folded=True) or self._places(bare, wish, folded=True)
        same, same_rank = _first_free(wish.nearest(folds), taken)
        if exact and rank <= same_rank:
            return Located(exact, "exact")
        if same:
            verbatim = self.text[same.start : same.end] == words
            return Located(same, "exact" if verbatim else "normalised")
        return self._fuzzy(bare, wish, taken)

    def _places(self, needle: str, wish: _Wish, *, folded: bool) -> list[Span]:
        """Where the needle stands within the wish, in text order."""
        key = (needle, folded, wish.within)
        if self._indexed and not self._similar.may_hold(needle if folded else fold(needle)):
            return []  # Spares reading the whole text.
        if key not in self._found:
            spans = self._folds_of(needle) if folded else _occurrences(self.text, needle)
            inside = [span for span in spans if wish.allows(span)]
            self._found[key] = self._whole_words(inside)
        return self._found[key]

    def _folds_of(self, needle: str) -> Iterator[Span]:
        folded = self._folded
        for span in _occurrences(folded.text, needle):
            if folded.whole(span.start, span.end):
                yield self._original(span.start, span.end)

    def _original(self, start: int, end: int) -> Span:
        """A stretch of the folded text as a span of the text, accents and the like included."""
        source = self._folded.source
        until = int(source[end - 1]) + 1
        while until < len(self.text) and joins(self.text[until]):
            until += 1
        return Span(int(source[start]), until)

    def _whole_words(self, spans: list[Span]) -> list[Span]:
        """The spans that cut no word; all of them when every one does ("art" only in "start")."""
        text = self.text
        return [
            span
            for span in spans
            if not inside_word(text, span.start) and not inside_word(text, span.end)
        ] or spans

    def _fuzzy(self, needle: str, wish: _Wish, taken: _Taken) -> Located:
        """The most similar place, another than those taken; of equally similar ones by the wish."""
        near = wish.near if wish.before is None else wish.before
        low, high, close = map(
            self._folded.position, (wish.within.start, wish.within.end, near or wish.within.start)
        )
        scores = {
            self._original(match.start, match.end): match.score
            for match in self._similar.matches(needle, low, high, close)
        }
        scores = {s: scores[s] for s in scores if taken.rank(s) < 2} or scores
        enough = max(scores.values(), default=0) - SCORE_TIE
        alike = sorted((s for s in scores if scores[s] >= enough), key=lambda s: (s.start, s.end))
        span, _ = _first_free(wish.nearest(alike), taken)
        return Located(span, "fuzzy", scores[span]) if span else MISSING


def _bare(words: str) -> str:
    """The words without the marks around them: quote marks, elisions, bullets."""
    words = _LEADING.sub("", words)
    return words[:-_MOST_TRAILING] + _TRAILING.sub("", words[-_MOST_TRAILING:])


def _says_something(words: str) -> bool:
    """Whether there is a letter, a digit or a picture in them, not punctuation alone."""
    return any(map(str.isalnum, words)) or any(category(one) == "So" for one in words)


def _occurrences(text: str, needle: str) -> Iterator[Span]:
    """Every place of the needle in the text, in order; none for an empty needle."""
    step = 1 if len(needle) <= OVERLAPPING else len(needle)
    at = text.find(needle) if needle else -1
    while at >= 0:
        yield Span(at, at + len(needle))
        at = text.find(needle, at + step)
