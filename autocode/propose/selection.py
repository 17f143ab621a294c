"""Which passages to code: salience of sentences, then contiguous passages within a budget.

A passage is salient when it is on the topic of the study (similar to the codebook and the
research question), elaborated (it stands in a long turn) and not a mere reaction ("Yeah, okay").
Each of the three is standardised over the candidate sentences. The weights were set by hand on
two interviews of one study; `docs/quality.md` says what they reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autocode.models.embedding import Embedder, Vectors
from autocode.transcript.nouns import Span, Transcript, Turn
from autocode.transcript.sentences import strip

Array = NDArray[np.float64]

TOPIC, ELABORATION, REACTION = 1.0, 1.5, -0.5
# What a passage costs to open, in (standardised salience x characters): prefers few long
# passages over many fragments.
OPENING = 40.0
# How far salience spreads to the neighbouring sentences of a turn, in sentences.
SPREAD = 0.6
# A quote of more characters is hard to name with one code: it is parted (see `split_long`).
LONGEST = 800
# A long sentence says more than a short one, up to here (characters).
FULL_WEIGHT = 150

REACTIONS = ("Yeah, exactly, I agree.", "Okay, that makes sense.", "Yeah.")


@dataclass(frozen=True)
class Candidate:
    """A sentence that may be marked: its span without outer white space, and its turn."""

    span: Span
    turn: Turn

    def __len__(self) -> int:
        return self.span.end - self.span.start


def to_be_coded(transcript: Transcript, turn: Turn, roles: Sequence[str]) -> bool:
    """Whether a turn has one of `roles`; in a source without speakers every turn counts."""
    return turn.role in roles or (turn.role is None and not transcript.has_speakers)


def candidates(
    transcript: Transcript, sentences: Sequence[Span], roles: Sequence[str]
) -> list[Candidate]:
    """The sentences of turns with one of `roles`; all of them in a source without speakers."""
    wanted = [turn for turn in transcript.turns if to_be_coded(transcript, turn, roles)]
    kept = []
    turns = iter(wanted)
    turn = next(turns, None)
    for sentence in sentences:
        while turn is not None and turn.end <= sentence.start:
            turn = next(turns, None)
        if turn is None:
            break
        span = strip(sentence, transcript.text)
        if turn.start <= span.start < span.end <= turn.end:
            kept.append(Candidate(span, turn))
    return kept


def embed_windows(text: str, sentences: Sequence[Candidate], embedder: Embedder) -> Vectors:
    """One vector per candidate, of it with its neighbours in the turn: alone it says too little."""
    windows = []
    for i, candidate in enumerate(sentences):
        near = [c for c in sentences[max(0, i - 1) : i + 2] if c.turn is candidate.turn]
        windows.append(" ".join(text[c.span.start : c.span.end] for c in near))
    return embedder.embed(windows, "passage")


def salience(
    sentences: Sequence[Candidate], windows: Vectors, topics: Sequence[str], embedder: Embedder
) -> Array:
    """One standardised number per candidate, larger for what is more worth coding.

    windows: see `embed_windows`. topics: the labels of the codebook, or the research question;
    without any, what the candidates have in common stands for the topic.
    """
    if not sentences:
        return np.zeros(0)
    topical = embedder.embed(list(topics), "query") if topics else windows
    reactions = embedder.embed(list(REACTIONS), "query")
    lengths = np.array([candidate.turn.end - candidate.turn.start for candidate in sentences])
    raw = (
        TOPIC * _standardised((windows @ topical.T).mean(axis=1))
        + ELABORATION * _standardised(np.log(lengths))
        + REACTION * _standardised((windows @ reactions.T).mean(axis=1))
    )
    return _spread(raw, sentences)


def passages(sentences: Sequence[Candidate], scores: Array, characters: int) -> list[list[int]]:
    """The most salient contiguous passages of at most `characters` in all.

    Each is a list of consecutive candidate indices within one turn. Bisects the salience that a
    sentence must exceed; for each such threshold the best passages are found exactly.
    """
    low, high = float(scores.min(initial=0)) - 1, float(scores.max(initial=0)) + 1
    best: list[list[int]] = []
    for _ in range(40):
        threshold = (low + high) / 2
        chosen = _best_passages(sentences, scores - threshold)
        if sum(len(sentences[i]) for passage in chosen for i in passage) > characters:
            low = threshold
        else:
            high, best = threshold, chosen
    return best


def split_long(
    text: str, sentences: Sequence[Candidate], chosen: Sequence[list[int]], embedder: Embedder
) -> list[list[int]]:
    """Passages of more than LONGEST characters, parted where neighbouring sentences differ most."""
    parts: list[list[int]] = []
    waiting = [list(passage) for passage in reversed(chosen)]
    while waiting:
        passage = waiting.pop()
        length = sentences[passage[-1]].span.end - sentences[passage[0]].span.start
        if length <= LONGEST or len(passage) < 2:
            parts.append(passage)
            continue
        cut = _weakest_link(text, [sentences[i].span for i in passage], embedder)
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


def _best_passages(sentences: Sequence[Candidate], excess: Array) -> list[list[int]]:
    """The passages that maximise characters x excess, less OPENING for each: exact, linear."""
    best, chosen = 0.0, _Chain()
    inside, first, before = -np.inf, 0, _Chain()
    for i, candidate in enumerate(sentences):
        if i and sentences[i - 1].turn is not candidate.turn:
            inside = -np.inf
        if best - OPENING > inside:
            inside, first, before = best - OPENING, i, chosen
        inside += len(candidate) * float(excess[i])
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


def _standardised(values: Array) -> Array:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)


def _spread(raw: Array, sentences: Sequence[Candidate]) -> Array:
    """A Gaussian mean over the sentences of the same turn, weighted by their length."""
    weight = np.array([min(len(candidate), FULL_WEIGHT) for candidate in sentences], dtype=float)
    turn = np.array([candidate.turn.number for candidate in sentences])
    total, mass = np.zeros_like(raw), np.zeros_like(raw)
    reach = range(-6, 7)
    for step in reach:
        here = np.arange(max(0, -step), min(len(sentences), len(sentences) - step))
        there = here + step
        share = np.exp(-((step / SPREAD) ** 2) / 2) * weight[there] * (turn[here] == turn[there])
        total[here] += share * raw[there]
        mass[here] += share
    return total / mass
