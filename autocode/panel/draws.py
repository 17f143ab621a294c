"""Random codings of one document: all coders but the first with quotes moved, or codes dealt anew.

Draws are kept as columns of numbers and become many texts at once when counted: two hundred codings
of ten thousand quotes do not fit into memory as objects.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from autocode.agreement.coefficient import Ints
from autocode.agreement.placement import orders, placements
from autocode.panel.counting import Document, Marks
from autocode.panel.texts import Columns, Sets, Texts

# About so many quotes are counted at a time.
_TOGETHER = 100_000


@dataclass(frozen=True, eq=False)
class Moved:
    """One coder's quotes in every draw, (draws, quotes) each, and the codes of their mentions.

    In half the room of the widest integers: no text is longer than they count.
    """

    starts: Ints
    ends: Ints
    codes: Ints
    mentioned: Ints

    @classmethod
    def of(cls, marks: Marks, sets: Sets) -> "Moved":
        """The marks as they are, as a single draw."""
        rows = [(quote.start, quote.end, sets.place(quote.code)) for quote in marks.quotes]
        starts, ends, codes = np.array(rows, dtype=np.int32).reshape(-1, 3).T[:, None]
        named = [sets.place(frozenset({code})) for _, code in marks.mentions]
        return cls(starts, ends, codes, np.array([named], dtype=np.int32))

    @property
    def columns(self) -> tuple[Ints, Ints, Ints, Ints]:
        return self.starts, self.ends, self.codes, self.mentioned


@dataclass(frozen=True, eq=False)
class Draws:
    """`draws` codings of a document."""

    document: Document
    draws: int
    others: tuple[Moved, ...]
    sets: Sets

    def texts(self) -> Iterator[Texts]:
        """The draws as texts, some at a time."""
        single = Texts.of([self.document], self.sets)
        for rows in self._steps():
            yield self._between(single, rows)

    def batches(self) -> Iterator[list[Moved]]:
        """The other coders' quotes in some draws at a time."""
        for rows in self._steps():
            yield [Moved(*(column[rows] for column in drawn.columns)) for drawn in self.others]

    def _steps(self) -> Iterator[slice]:
        size = max(len(marks.quotes) for marks in self.document.marks)
        step = max(1, _TOGETHER // max(size, 1))
        for first in range(0, self.draws, step):
            yield slice(first, min(first + step, self.draws))

    def _between(self, single: Texts, rows: slice) -> Texts:
        count, length = rows.stop - rows.start, self.document.length
        bases = (np.arange(count) * length)[:, None]

        def tiled(offsets: Ints) -> Ints:
            return np.asarray((offsets + bases).ravel())

        reference = single.coders[0]
        coders = [
            Columns(
                np.repeat(np.arange(count), len(reference.starts)),
                tiled(reference.starts), tiled(reference.ends), np.tile(reference.codes, count),
            )
        ]  # fmt: skip
        for drawn in self.others:
            texts = np.repeat(np.arange(count), drawn.starts.shape[1])
            starts, ends = tiled(drawn.starts[rows]), tiled(drawn.ends[rows])
            coders.append(Columns(texts, starts, ends, drawn.codes[rows].ravel()).ordered())
        return Texts(
            np.full(count, length),
            tuple(coders),
            np.stack([tiled(single.stretches[:, side]) for side in (0, 1)], axis=1),
            np.repeat(single.unlocated, count),
            self.sets,
        )

    @property
    def different(self) -> int:
        """How many different codings there are among the draws and the document itself."""
        itself = [Moved.of(marks, self.sets) for marks in self.document.marks[1:]]
        return len(
            {
                tuple(hash(rows[draw].tobytes()) for coder in coders for rows in coder.columns)
                for coders, draws in ((self.others, self.draws), (itself, 1))
                for draw in range(draws)
            }
        )


def placed(document: Document, draws: int, rng: Generator) -> Draws:
    """The quotes of all coders but the first at random places.

    Quotes outside the text that may be marked stay where they are.
    """
    sets, others = Sets(), []
    sentences = document.segments.sentences if document.segments else ()
    ends = [end for _, end in document.stretches]
    for marks in document.marks[1:]:
        outside = tuple(
            quote
            for quote in marks.quotes
            if bisect_right(ends, quote.start) >= bisect_left(document.stretches, (quote.end,))
        )
        quotes, left, right = placements(marks.quotes, document.stretches, draws, rng, sentences)
        order = np.lexsort((right, left))
        codes = np.array([sets.place(quote.code) for quote in quotes], dtype=np.int32)[order]
        moved = [np.take_along_axis(rows, order, axis=1) for rows in (left, right)]
        *stay, mentioned = (
            np.tile(rows, (draws, 1))
            for rows in Moved.of(replace(marks, quotes=outside), sets).columns
        )
        starts, stops, numbers = (
            np.concatenate(both, axis=1) for both in zip((*moved, codes), stay, strict=True)
        )
        others.append(Moved(starts, stops, numbers, mentioned))
    return Draws(document, draws, tuple(others), sets)


def dealt(document: Document, draws: int, rng: Generator) -> Draws:
    """The codes of all coders but the first permuted among their quotes.

    Mentioned codes are permuted among the mentions.
    """
    sets, others = Sets(), []
    for marks in document.marks[1:]:
        mentions = [frozenset({code}) for _, code in marks.mentions]
        given = ([quote.code for quote in marks.quotes], mentions)
        codes, mentioned = (_permuted(some, sets, draws, rng) for some in given)
        at = np.array([quote[:2] for quote in marks.quotes], dtype=np.int32).reshape(-1, 2)
        starts, ends = (np.tile(side, (draws, 1)) for side in at.T)
        others.append(Moved(starts, ends, codes, mentioned))
    return Draws(document, draws, tuple(others), sets)


def _permuted(codes: Sequence[frozenset[str]], sets: Sets, draws: int, rng: Generator) -> Ints:
    places = np.array([sets.place(some) for some in codes], dtype=np.int32)
    return places[orders(len(codes), draws, rng)]
