"""Turns, sentences or quote pairs as units that each coder rated: marked, and with which codes.

A document, its turns, or what chance makes of it are kept as columns of numbers.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np

from autocode.agreement.coefficient import Bools, Ints, ranges
from autocode.panel.chance import Chance, Drawn, Question
from autocode.panel.counting import Document, Marks, Said, Segments
from autocode.panel.draws import Draws, Moved
from autocode.panel.texts import Sets

Kind = Literal["turn", "sentence"]


@dataclass(frozen=True, eq=False)
class Rated:
    """Aligned units (turns, sentences, quote pairs) of `count` texts as each coder rated them.

    marked: [coder] (units,), whether a quote touches it; codes: [coder] (units,), which of `sets`
    its axial codes are; turn: (units,), the turn it belongs to; text: (units,), from 0, ascending.
    """

    marked: tuple[Bools, ...]
    codes: tuple[Ints, ...]
    sets: Sets
    turn: Ints
    text: Ints
    count: int = 1

    def __len__(self) -> int:
        return self.count

    @property
    def touched(self) -> int:
        """In how many texts some coder marked a unit, or coded one."""
        coded = np.array([bool(codes) for codes in self.sets.listed], dtype=bool)
        some = np.any([*self.marked, *(coded[codes] for codes in self.codes)], axis=0)
        return len(np.unique(self.text[some]))

    def pieces(self) -> "Rated":
        """Each turn as a text, in order."""
        turns, text = np.unique(self.turn, return_inverse=True)
        return replace(self, text=text, count=len(turns))

    def split(self, column: Ints) -> list[Ints]:
        """A column of units text by text."""
        return np.split(column, np.searchsorted(self.text, np.arange(1, self.count)))


@dataclass(frozen=True, eq=False)
class RatedDraws:
    """What chance makes of a document, as units; `texts` gives the draws, some at a time."""

    texts: Callable[[], Iterator[Rated]]


def rated(document: Document, kind: Kind) -> Rated | None:
    """The turns that may be marked, or their sentences; None without a transcript.

    A unit is marked, and carries the codes of, every quote that shares a character with it; a
    turn also carries the codes mentioned for it.
    """
    sets = Sets()
    others = [Moved.of(marks, sets) for marks in document.marks[1:]]
    return _rated(document, kind, others, sets) if document.segments else None


def _rated(document: Document, kind: Kind, others: Sequence[Moved], sets: Sets) -> Rated:
    """The document with these draws of the marks of all coders but the first."""
    assert document.segments is not None
    spans = document.turns if kind == "turn" else _sentences(document.turns, document.segments)
    bounds = np.array(spans, dtype=np.int64).reshape(-1, 3)
    count = len(others[0].starts) if others else 1
    marked, codes = [], []
    for marks, drawn in zip(
        document.marks, (Moved.of(document.marks[0], sets), *others), strict=True
    ):
        mentions = marks if kind == "turn" else None
        touched, carried = _ratings(bounds, drawn, mentions, sets)
        marked.append(np.resize(touched, count * len(bounds)))
        codes.append(np.resize(carried, count * len(bounds)))
    text = np.repeat(np.arange(count), len(bounds))
    return Rated(tuple(marked), tuple(codes), sets, np.tile(bounds[:, 2], count), text, count)


def _ratings(bounds: Ints, drawn: Moved, mentions: Marks | None, sets: Sets) -> tuple[Bools, Ints]:
    """Whether each unit of each draw is marked, and its code set, (draws times units,) both."""
    starts, ends, numbers = bounds.T
    bases = np.arange(len(drawn.starts))[:, None] * len(bounds)
    quotes, units = ranges(
        (np.searchsorted(ends, drawn.starts, side="right") + bases).ravel(),
        (np.searchsorted(starts, drawn.ends, side="left") + bases).ravel(),
    )
    marked = np.zeros(len(drawn.starts) * len(bounds), dtype=bool)
    marked[units] = True
    carried = drawn.codes.ravel()[quotes]
    if mentions:
        place = {number: unit for unit, number in enumerate(numbers.tolist())}
        turns = [turn for turn, _ in mentions.mentions]
        known = np.array([turn in place for turn in turns], dtype=bool)
        at = np.array([place[turn] for turn in turns if turn in place], dtype=np.int64)
        units = np.concatenate([units, (bases + at).ravel()])
        carried = np.concatenate([carried, drawn.mentioned[:, known].ravel()])
    return marked, _united(units, carried, len(marked), sets)


def _united(units: Ints, carried: Ints, count: int, sets: Sets) -> Ints:
    """The union of the code sets that each of `count` units carries."""
    order = np.argsort(units, kind="stable")
    units, carried = units[order], carried[order]
    firsts = np.flatnonzero(np.diff(units, prepend=-1))
    rank = np.arange(len(units)) - np.repeat(firsts, np.diff(firsts, append=len(units)))
    codes = np.full(count, sets.place(frozenset()))
    for step in range(int(rank.max(initial=-1)) + 1):
        here = units[rank == step]
        codes[here] = joined(codes[here], carried[rank == step], sets, frozenset.union)
    return codes


def joined(
    first: Ints,
    second: Ints,
    sets: Sets,
    how: Callable[[frozenset[str], frozenset[str]], frozenset[str]],
) -> Ints:
    """The numbers of the sets that two sets make, thought of once for each two."""
    pairs, at = different(first, second)
    listed = sets.listed
    return np.array([sets.place(how(listed[a], listed[b])) for a, b in pairs], dtype=np.int64)[at]


def different(first: Ints, second: Ints) -> tuple[list[tuple[int, int]], Ints]:
    """Each two numbers that stand beside each other once, and which two stand in each place."""
    size = int(second.max(initial=0)) + 1
    keys, at = np.unique(first.astype(np.int64) * size + second, return_inverse=True)
    return list(zip((keys // size).tolist(), (keys % size).tolist(), strict=True)), at


def _sentences(turns: Sequence[Said], segments: Segments) -> list[Said]:
    """The sentences that begin in these turns, cut at the end of their turn."""
    starts = [start for start, _ in segments.sentences]
    return [
        (start, min(end, last), number)
        for first, last, number in turns
        for start, end in segments.sentences[bisect_left(starts, first) : bisect_left(starts, last)]
    ]


def rated_units(documents: Sequence[Document], kind: Kind) -> list[Rated]:
    """Each document's units of a kind; empty unless every document has its transcript."""
    units = [rated(document, kind) for document in documents]
    known = [of_document for of_document in units if of_document is not None]
    return known if len(known) == len(units) else []


def rated_draws(chance: Chance, kind: Kind) -> dict[Question, Callable[[], Drawn[RatedDraws]]]:
    """What chance makes of the documents, as units; each made once."""

    def read(draws: Draws) -> RatedDraws:
        return RatedDraws(
            lambda: (_rated(draws.document, kind, others, draws.sets) for others in draws.batches())
        )

    return {
        "where": cache(lambda: chance.where.of(read)),
        "what": cache(lambda: chance.what.of(read)),
    }
