"""Which passages to code: the most salient contiguous ones within a budget (see `salience`)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autocode.coding.density import coded_turns, with_turns
from autocode.models.embedding import Embedder, Vectors
from autocode.transcript.nouns import Span, Transcript, Turn
from autocode.transcript.sentences import strip

Array = NDArray[np.float64]

# What a passage costs to open, in salience x characters: prefers few long passages over many
# fragments.
OPENING = 40.0
# A quote of more characters is hard to name with one code: it is parted (see `split_long`).
LONGEST = 800


@dataclass(frozen=True)
class Candidates:
    """The sentences of a text that may be marked, without outer white space, and their turns."""

    text: str
    spans: Sequence[Span]
    turns: Sequence[Turn]

    def __len__(self) -> int:
        return len(self.spans)

    @property
    def words(self) -> list[str]:
        return [self.text[span.start : span.end] for span in self.spans]

    def windows(self, embedder: Embedder) -> Vectors:
        """One vector per sentence, of it with its neighbours in the turn: alone it says little."""
        words, windows = self.words, []
        for i, turn in enumerate(self.turns):
            near = range(max(0, i - 1), min(len(self), i + 2))
            windows.append(" ".join(words[j] for j in near if self.turns[j] is turn))
        return embedder.embed(windows, "passage")


def candidates(
    transcript: Transcript, sentences: Sequence[Span], roles: Sequence[str]
) -> Candidates:
    """The sentences of turns with one of `roles`; all of them in a source without speakers."""
    spans, of = [], []
    for sentence, turn in with_turns(sentences, coded_turns(transcript, roles)):
        span = strip(sentence, transcript.text)
        if turn.start <= span.start < span.end <= turn.end:
            spans.append(span)
            of.append(turn)
    return Candidates(transcript.text, spans, of)


def passages(sentences: Candidates, scores: Array, characters: int) -> list[list[int]]:
    """The most salient contiguous passages of at most `characters` in all.

    Each is a list of consecutive candidate indices within one turn. Bisects the salience that a
    sentence must exceed; for each such threshold the best passages are found exactly.
    """
    low, high = float(scores.min(initial=0)) - 1, float(scores.max(initial=0)) + 1
    best: list[list[int]] = []
    for _ in range(40):
        threshold = (low + high) / 2
        chosen = _best_passages(sentences, scores - threshold)
        if sum(sentences.spans[i].length for passage in chosen for i in passage) > characters:
            low = threshold
        else:
            high, best = threshold, chosen
    return best


def split_long(
    sentences: Candidates, chosen: Sequence[list[int]], embedder: Embedder
) -> list[list[int]]:
    """Passages of more than LONGEST characters, parted where neighbouring sentences differ most."""
    parts: list[list[int]] = []
    waiting = [list(passage) for passage in reversed(chosen)]
    while waiting:
        passage = waiting.pop()
        spans = [sentences.spans[i] for i in passage]
        if spans[-1].end - spans[0].start <= LONGEST or len(passage) < 2:
            parts.append(passage)
            continue
        cut = _weakest_link(sentences.text, spans, embedder)
        waiting += [passage[cut:], passage[:cut]]
    return parts


def _weakest_link(text: str, spans: Sequence[Span], embedder: Embedder) -> int:
    """Where to part sentences: the least alike neighbours in the middle half of the passage."""
    first, last = spans[0].start, spans[-1].end
    quarter = (last - first) / 4
    middle = [
        i for i, span in enumerate(spans) if i and first + quarter <= span.start <= last - quarter
    ] or [len(spans) // 2]
    vectors = embedder.embed([text[span.start : span.end] for span in spans], "passage")
    return min(middle, key=lambda i: float(vectors[i - 1] @ vectors[i]))


def _best_passages(sentences: Candidates, excess: Array) -> list[list[int]]:
    """The passages that maximise characters x excess, less OPENING for each: exact, linear."""
    best, chosen = 0.0, _Chain()
    inside, first, before = -np.inf, 0, _Chain()
    for i, span in enumerate(sentences.spans):
        if i and sentences.turns[i - 1] is not sentences.turns[i]:
            inside = -np.inf
        if best - OPENING > inside:
            inside, first, before = best - OPENING, i, chosen
        inside += span.length * float(excess[i])
        if inside > best:
            best, chosen = inside, _Chain(before, range(first, i + 1))
    return chosen.unrolled()


@dataclass(frozen=True)
class _Chain:
    """The passages chosen so far, shared between alternatives instead of copied."""

    before: "_Chain | None" = None
    passage: range = range(0)

    def unrolled(self) -> list[list[int]]:
        passages, link = [], self
        while link.before is not None:
            passages.append(list(link.passage))
            link = link.before
        return passages[::-1]
