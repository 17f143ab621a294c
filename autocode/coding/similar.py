"""Places of a folded text that resemble a quote: seed-and-extend (Altschul et al. 1990).

A place that resembles a quote shares character n-grams with it on nearly one diagonal (text
offset minus quote offset). Only the rarest n-grams are looked up, at most `MOST_HITS` places in
all, and only the best few places are compared: a quote costs the same in a long text as in a
short one.
"""

import math
import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from autocode.coding.folding import codes, inside_word, unspaced
from autocode.transcript.nouns import Span

# Quotes with 8 % edits score .92; in other interviews on the same subject a quote's best place
# reached .83 ("Kappa architecture" in "data architecture"). Short ones may have one edit only.
THRESHOLD = 0.85
MIN_CHARACTERS, MIN_WORDS = 12, 2
ONE_EDIT_BELOW = 20
# Longer quotes are found by their two ends of this length; all of them is compared.
PIECE = 400
# The ends of a region are settled by comparing this much of the quote.
END = 64
GRAM = 4
MOST_GRAMS = 48
MOST_HITS = 16_384
MOST_REGIONS = 8

# The borders of words in ASCII, where they can be told without `inside_word`.
_STARTS = re.compile(r"(?<!\w)\w|[^\w ]")
_ENDS = re.compile(r"\w(?!\w)|[^\w ]")
_Ints = npt.NDArray[np.int64]
_Hashes = npt.NDArray[np.uint64]
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class Similar:
    """The index of one folded text."""

    def __init__(self, text: str) -> None:
        self._text = text
        hashes = _hashes(text)
        self._order: _Ints = np.argsort(hashes, kind="stable")
        # Each n-gram once, and where its places lie in the order.
        self._grams, firsts = np.unique(hashes[self._order], return_index=True)
        self._borders: _Ints = np.append(firsts, len(hashes))

    def may_hold(self, words: str) -> bool:
        """Whether all n-grams of the words are in the text: if not, the words are not."""
        counts, _ = self._lookup(_hashes(words))
        return bool(counts.all())

    def _lookup(self, grams: _Hashes) -> tuple[_Ints, _Ints]:
        """How often each n-gram is in the text, and where its places begin in the order."""
        if not len(self._grams):
            return np.zeros(len(grams), np.int64), np.zeros(len(grams), np.int64)
        at = np.minimum(np.searchsorted(self._grams, grams), len(self._grams) - 1)
        counts = np.where(self._grams[at] == grams, self._borders[at + 1] - self._borders[at], 0)
        return counts, self._borders[at]

    def matches(self, quote: str, low: int, high: int, near: int) -> Iterator[tuple[Span, float]]:
        """Places in `[low, high)` similar enough to a folded quote; of many, those near `near`.

        Each comes with its Levenshtein similarity to the quote, 0 to 1. They start and end at words
        where the script has any. Too short a quote has none.
        """
        # Each character of an unspaced script is a word.
        words = len(quote.split()) + (0 if quote.isascii() else sum(map(unspaced, quote)))
        if len(quote) < MIN_CHARACTERS or words < MIN_WORDS:
            return
        enough = 1 - 1 / len(quote) if len(quote) < ONE_EDIT_BELOW else THRESHOLD
        # The ends of a region are estimates, each right to within so many characters.
        slack = _slack(min(len(quote), PIECE))
        for region in self._regions(quote, low, high, near):
            if _hopeless(quote, self._text, region, slack):
                continue
            start, end = _fit(quote, self._text, region, slack, low, high)
            score = Levenshtein.normalized_similarity(
                quote, self._text[start:end], score_cutoff=enough
            )
            if score:
                yield Span(start, end), score

    def _regions(self, quote: str, low: int, high: int, near: int) -> Iterator[Span]:
        """Places worth comparing. A long quote stands where its head and its tail do."""
        if len(quote) <= PIECE:
            yield from self._candidates(quote, low, high, near)
            return
        tails = list(self._candidates(quote[-PIECE:], low, high, near))
        for head in self._candidates(quote[:PIECE], low, high, near):
            for tail in tails:
                if abs(tail.end - head.start - len(quote)) <= (1 - THRESHOLD) * len(quote):
                    yield Span(head.start, tail.end)

    def _candidates(self, piece: str, low: int, high: int, near: int) -> Iterator[Span]:
        """Diagonals with the most hits, the best first; only those with half its hits follow."""
        in_piece, in_text = self._hits(piece, low, high, near)
        slack = _slack(len(piece))
        # One sort by diagonal, then by place in the piece.
        order = np.sort((in_text - in_piece + PIECE) * PIECE + in_piece)
        in_piece, diagonals = order % PIECE, order // PIECE - PIECE
        votes = np.searchsorted(diagonals, diagonals + slack, "right") - np.arange(len(diagonals))
        enough = max(1, votes.max(initial=0) / 2)
        for _ in range(MOST_REGIONS):
            best = int(votes.argmax()) if len(votes) else 0
            if not len(votes) or votes[best] < enough:
                return
            band = slice(best, best + int(votes[best]))
            first, last = in_piece[band].argmin(), in_piece[band].argmax()
            # The ends are reckoned from the hits nearest to them.
            start, end = diagonals[band][first], diagonals[band][last]
            yield Span(int(start), int(end) + len(piece))
            votes[np.searchsorted(diagonals, diagonals[best] - slack) : band.stop] = 0

    def _hits(self, piece: str, low: int, high: int, near: int) -> tuple[_Ints, _Ints]:
        """Offsets in the piece and in the text `[low, high)` of the rarest n-grams they share."""
        grams = _hashes(piece)
        counts, left = self._lookup(grams)
        rarest = np.argsort(counts, kind="stable")
        rarest = rarest[counts[rarest] > 0][:MOST_GRAMS]
        left, counts = left[rarest], counts[rarest]
        few = int(np.searchsorted(np.cumsum(counts), MOST_HITS, "right"))
        if not few:
            self._nearest(left, counts, low, high, near)
            few = len(counts)
        left, counts = left[:few], counts[:few]
        # Where the hits of each n-gram lie in the index, one after the other.
        lying = np.arange(counts.sum()) + np.repeat(left - np.cumsum(counts) + counts, counts)
        in_piece, in_text = np.repeat(rarest[:few], counts), self._order[lying]
        inside = (low <= in_text) & (in_text < high)
        return in_piece[inside], in_text[inside]

    def _nearest(self, left: _Ints, counts: _Ints, low: int, high: int, near: int) -> None:
        """Narrow n-grams that are all too common to the hits nearest to `near`, in place."""
        share = MOST_HITS // max(1, len(counts))
        for gram, count in enumerate(counts):
            places = self._order[left[gram] : left[gram] + count]
            first, middle, last = np.searchsorted(places, (low, near, high))
            first = max(first, min(middle, last) - share // 2)
            left[gram] += first
            counts[gram] = min(share, last - first)


def _hashes(text: str) -> _Hashes:
    """A 64-bit hash of each n-gram of the text (a collision only costs a comparison)."""
    letters = codes(text).astype(np.uint64)
    count = max(0, len(letters) - GRAM + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    for offset in range(GRAM if count else 0):
        hashes = hashes * _MULTIPLIER + letters[offset : offset + count]
    return hashes


def _slack(length: int) -> int:
    """How many characters the ends of a region may be wrong by."""
    return GRAM + length // 10


def _word_starts(text: str, low: int, high: int) -> list[int]:
    """Offsets in `[low, high)` where a word, or a mark that is not white space, begins."""
    low = max(0, low)
    if text[low:high].isascii():
        return [start.start() for start in _STARTS.finditer(text, low, high)]
    span = range(low, min(high, len(text)))
    return [at for at in span if text[at] != " " and not inside_word(text, at)]


def _word_ends(text: str, low: int, high: int) -> list[int]:
    """Offsets in `(low, high]` where a word, or a mark that is not white space, ends."""
    low = max(0, low)
    if text[low : high + 1].isascii():
        ends = (end.end() for end in _ENDS.finditer(text, low, high + 1))
        return [end for end in ends if end <= high]
    span = range(low + 1, min(high, len(text)) + 1)
    return [at for at in span if text[at - 1] != " " and not inside_word(text, at)]


def _hopeless(quote: str, text: str, region: Span, slack: int) -> bool:
    """Whether no passage of the region can be similar enough.

    Leaving n characters out of a text lowers a distance by n at most.
    """
    wide = text[max(0, region.start - slack - 1) : region.end + slack + 1]
    allowed = len(quote) * (1 / THRESHOLD - 1)
    most = len(wide) - len(quote) + 2 * math.ceil(allowed)
    return most < 0 or Levenshtein.distance(quote, wide, score_cutoff=most) > most


def _fit(quote: str, text: str, region: Span, slack: int, low: int, high: int) -> tuple[int, int]:
    """The ends that make a region most like the quote; of equally good ones the shortest."""
    start, end = max(low, region.start), min(high, region.end)
    head, tail, slack = quote[:END], quote[-END:], slack + 1
    until = end if len(quote) <= END else start + END
    starts = _word_starts(text, max(low, start - slack), min(until, start + slack))
    start = min(
        starts or [start],
        key=lambda at: (Levenshtein.distance(head, text[at:until]), -at),
    )
    since = start if len(quote) <= END else end - END
    ends = _word_ends(text, max(since, end - slack), min(high, end + slack))
    end = min(
        ends or [end],
        key=lambda at: (Levenshtein.distance(tail, text[since:at]), at),
    )
    return start, end
