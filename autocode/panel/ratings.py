"""Turns, sentences or quote pairs as units that each coder rated: marked, and with which codes."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from autocode.panel.chance import Chance, Codings, Drawn, Question
from autocode.panel.counting import Document, Marks, Said, Segments

Kind = Literal["turn", "sentence"]


@dataclass(frozen=True)
class Rated:
    """Aligned units (turns, sentences, quote pairs) of one document as each coder rated them.

    marked: [coder][unit] whether a quote touches it; codes: [coder][unit] its axial codes;
    turn: [unit] the turn it belongs to.
    """

    marked: tuple[Sequence[bool], ...]
    codes: tuple[Sequence[frozenset[str]], ...]
    turn: Sequence[int]

    @property
    def touched(self) -> bool:
        """Whether some coder marked a unit, or coded one."""
        return any(map(any, self.marked)) or any(map(any, self.codes))

    def pieces(self) -> "list[Rated]":
        """One per turn, in order."""
        at: dict[int, list[int]] = {}
        for unit, turn in enumerate(self.turn):
            at.setdefault(turn, []).append(unit)
        return [
            Rated(
                tuple([marked[i] for i in units] for marked in self.marked),
                tuple([codes[i] for i in units] for codes in self.codes),
                [turn] * len(units),
            )
            for turn, units in at.items()
        ]


def rated(document: Document, kind: Kind, drawn: Iterable[Document] = ()) -> list[Rated]:
    """The turns that may be marked, or their sentences; [] without a transcript.

    A unit is marked, and carries the codes of, every quote that shares a character with it; a
    turn also carries the codes mentioned for it. The document comes first, then `drawn`: the same
    with other marks for all coders but the first.
    """
    if document.segments is None:
        return []
    spans = document.turns if kind == "turn" else _sentences(document.turns, document.segments)
    starts, ends = np.array([span[:2] for span in spans], dtype=np.int64).reshape(-1, 2).T
    numbers = [number for _, _, number in spans]
    place = {number: index for index, number in enumerate(numbers)} if kind == "turn" else {}

    def ratings(marks: Marks) -> tuple[Sequence[bool], Sequence[frozenset[str]]]:
        touched = [False] * len(spans)
        codes = [frozenset[str]()] * len(spans)
        firsts = np.searchsorted(ends, [quote.start for quote in marks.quotes], side="right")
        lasts = np.searchsorted(starts, [quote.end for quote in marks.quotes], side="left")
        for quote, first, last in zip(marks.quotes, firsts.tolist(), lasts.tolist(), strict=True):
            for unit in range(first, last):
                touched[unit] = True
                # The set itself where it is the only one: a new one for each unit takes room.
                codes[unit] = codes[unit] | quote.code if codes[unit] else quote.code
        for turn, code in marks.mentions:
            if turn in place:
                codes[place[turn]] |= {code}
        return touched, codes

    reference = ratings(document.marks[0])
    rated = []
    for doc in (document, *drawn):
        marked, codes = zip(reference, *map(ratings, doc.marks[1:]), strict=True)
        rated.append(Rated(marked, codes, numbers))
    return rated


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
    return [first for first, *_ in units] if all(units) else []


def rated_draws(chance: Chance, kind: Kind) -> dict[Question, Callable[[], Drawn[Rated]]]:
    """What chance makes of the documents, as units; each made once."""

    def read(number: int, codings: Codings[Document]) -> Sequence[Rated]:
        return rated(chance.documents[number], kind, codings)[1:]

    return {
        "where": cache(lambda: chance.where.of(read)),
        "what": cache(lambda: chance.what.of(read)),
    }
