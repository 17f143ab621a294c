"""Examples: which excerpts go along with a request, by likeness to its chunk and for variety."""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from autocode.models.embedding import LEXICAL, Embedder, Vectors, normalised, open_embedder
from autocode.propose.excerpts import Excerpt
from autocode.propose.habits import SHORT_TURN

# What is compared of an excerpt or a part of a chunk (characters): embedding takes its time.
COMPARED = 300
# Of more excerpts, only so many that share most words with the transcript are compared by meaning.
MOST = 100
# Likeness to what is coded, against unlikeness among the excerpts (Carbonell & Goldstein 1998).
RELEVANCE = 0.7
# How much likeness to the transcript at large counts against likeness to the chunk.
HUBNESS = 0.5
# Of the examples such a part was left alone, as in the study, but within these bounds.
LEFT_ALONE = (0.2, 0.4)


class Examples:
    """The excerpts that may go along with the requests about one transcript.

    pool: all there are. turns: those of the transcript that are to be coded, in words. cost: tokens
    of an excerpt as it is shown.
    """

    def __init__(
        self,
        pool: Sequence[Excerpt],
        turns: Sequence[str],
        embedder: Callable[[], Embedder],
        cost: Callable[[Excerpt], int],
    ) -> None:
        self._embedder, self._turns = embedder, _telling(turns)
        self._pool = list(pool)
        if len(pool) > MOST:
            lexical = open_embedder(LEXICAL)
            likeness = (
                lexical.embed([e.topic[:COMPARED] for e in pool], "passage")
                @ (lexical.embed([" ".join(turns)], "passage")[0])
            )
            kept = sorted(np.argsort(-likeness, kind="stable")[:MOST])
            self._pool = [pool[at] for at in kept]
        self._costs = [cost(excerpt) for excerpt in self._pool]
        alone = sum(not excerpt.quotes for excerpt in self._pool) / max(1, len(self._pool))
        self._alone = min(max(alone, LEFT_ALONE[0]), LEFT_ALONE[1])

    @cached_property
    def _vectors(self) -> tuple[Vectors, Vectors, Vectors]:
        """The pool without what all of it has in common (else all is alike), that, and how alike
        each is to the transcript at large: what is near everything teaches nothing (hubness;
        Radovanović et al. 2010)."""
        topics = [excerpt.topic[:COMPARED] for excerpt in self._pool]
        raw = self._embedder().embed(topics, "passage")
        common = raw.mean(axis=0)
        vectors = normalised(raw - common)
        return vectors, common, (vectors @ self._parts(self._turns, common).T).mean(axis=1)

    def _parts(self, turns: Sequence[str], common: Vectors) -> Vectors:
        raw = self._embedder().embed([turn[:COMPARED] for turn in turns], "passage")
        return normalised(raw - common)

    def chosen(self, parts: Sequence[str], budget: int, most: int | None = None) -> list[Excerpt]:
        """The examples for a chunk, the likest last, within a budget of tokens.

        parts: its turns; most: how many at most.
        """
        if not self._pool or budget < min(self._costs):
            return []
        vectors, common, usual = self._vectors
        likeness = (vectors @ self._parts(_telling(parts), common).T).max(axis=1) - HUBNESS * usual
        order: list[int] = []
        left = budget
        while most is None or len(order) < most:
            fits = [at for at, cost in enumerate(self._costs) if at not in order and cost <= left]
            if not fits:
                break
            alone = sum(not self._pool[at].quotes for at in order)
            alone_due = alone < round(self._alone * (len(order) + 1))
            due = [at for at in fits if bool(self._pool[at].quotes) != alone_due]
            # Maximal marginal relevance: like the chunk, and unlike what is chosen already.
            alike = (vectors[order] @ vectors.T).max(axis=0) if order else np.zeros_like(likeness)
            worth = RELEVANCE * likeness - (1 - RELEVANCE) * alike
            order.append(max(due or fits, key=worth.__getitem__))
            left -= self._costs[order[-1]]
        return [self._pool[at] for at in sorted(order, key=lambda at: float(likeness[at]))]


def shared_first(shown: Sequence[Sequence[Excerpt]]) -> list[list[Excerpt]]:
    """The excerpts of several requests, those that all of them have first, as they were said.

    Requests then begin alike for longer, which servers that cache prompts read, and bill, once.
    """
    if len(shown) < 2:
        return [list(each) for each in shown]
    everywhere = set.intersection(*({id(excerpt) for excerpt in each} for each in shown))
    common = sorted(
        (excerpt for excerpt in shown[0] if id(excerpt) in everywhere),
        key=lambda excerpt: (excerpt.precedent.transcript.id, excerpt.sentences[0]),
    )
    return [[*common, *(e for e in each if id(e) not in everywhere)] for each in shown]


def _telling(turns: Sequence[str]) -> list[str]:
    """The turns that say what they are about, by their length; all of them where none does."""
    return [turn for turn in turns if turn.count(" ") >= SHORT_TURN] or list(turns)
