"""From codings to what the measures count: marks on a text, and code sets of turns or sentences."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.random import Generator

from autocode.agreement.baselines import INTERVIEWER, Turn
from autocode.agreement.nulls import Placed, circular_shift
from autocode.agreement.spans import Unit, atomised, by_code, check_units, relevant
from autocode.coding.nouns import Coding
from autocode.errors import AgreementError

# A quote without an axial code is coded as this, so that "what" is never silently "where".
UNCODED = "(no code)"
Kind = Literal["turn", "sentence"]


@dataclass(frozen=True)
class Segments:
    """What a transcript adds to its codings, in characters and text order.

    turns: (start, end, role or None); sentences: (start, end), those that run over the end of
    their turn are cut there; text: for the keyword coder.
    """

    turns: Sequence[Turn]
    sentences: Sequence[tuple[int, int]] = ()
    text: str | None = None


@dataclass(frozen=True)
class Marks:
    """One coder's quotes in one document, each with its axial codes, and mentions by turn."""

    quotes: tuple[Unit, ...]
    mentions: tuple[tuple[int, str], ...] = ()

    @cached_property
    def coded(self) -> tuple[Unit, ...]:
        """One unit per quote and code."""
        return tuple(
            Unit(start, end, code)
            for start, end, codes in self.quotes
            for code in sorted(codes) or (UNCODED,)
        )

    @cached_property
    def layers(self) -> dict[Any, list[Unit]]:
        return by_code(self.coded)

    @cached_property
    def relevant(self) -> tuple[Unit, ...]:
        return relevant(self.quotes)

    @cached_property
    def atoms(self) -> tuple[Unit, ...]:
        return atomised(self.coded)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Every axial code used, quoted or mentioned."""
        quoted = (code for quote in self.quotes for code in quote.code)
        return frozenset(quoted) | {code for _, code in self.mentions}


@dataclass(frozen=True)
class Document:
    """One text of `length` characters as each coder marked it."""

    id: str
    length: int
    marks: tuple[Marks, ...]
    segments: Segments | None = None

    def with_others(self, *quotes: Iterable[Unit]) -> "Document":
        """The document with the quotes of all coders but the first replaced."""
        others = (Marks(tuple(units)) for units in quotes)
        return replace(self, marks=(self.marks[0], *others))

    def shifted(self, rng: Generator) -> "Document":
        """The document with the quotes of all coders but the first circularly shifted."""
        placed = (Placed(marks.quotes, self.length) for marks in self.marks[1:])
        return self.with_others(*(circular_shift(one, rng).units for one in placed))

    def pieces(self) -> "list[Document]":
        """The document cut at the start of every turn, quotes cut with it."""
        turns = self.segments.turns if self.segments else ()
        cuts = [0, *(start for start, _, _ in turns[1:]), self.length]
        return [self._between(a, b) for a, b in pairwise(cuts) if a < b]

    def _between(self, start: int, end: int) -> "Document":
        cut = (
            [
                Unit(max(quote.start, start) - start, min(quote.end, end) - start, quote.code)
                for quote in marks.quotes
                if quote.start < end and start < quote.end
            ]
            for marks in self.marks
        )
        return Document(self.id, end - start, tuple(Marks(tuple(units)) for units in cut))


@dataclass(frozen=True)
class Rated:
    """Aligned units (turns, sentences, quote pairs) of one document as each coder rated them.

    marked: [coder][unit] whether a quote touches it; codes: [coder][unit] its axial codes;
    turn: [unit] the turn it belongs to.
    """

    marked: tuple[Sequence[bool], ...]
    codes: tuple[Sequence[frozenset[str]], ...]
    turn: Sequence[int]

    def rotations(self) -> "list[Rated]":
        """All there are: the coders but the first moved on by 1, 2, … units."""
        units, others = len(self.turn), range(1, len(self.marked))
        return [
            self._moved([[(i + k * cut) % units for i in range(units)] for k in others])
            for cut in range(1, units)
        ]

    def shuffled(self, rng: Generator) -> "Rated":
        """The codes of all coders but the first permuted among the units."""
        return self._moved([rng.permutation(len(self.turn)).tolist() for _ in self.marked[1:]])

    def _moved(self, orders: Sequence[Sequence[int]]) -> "Rated":
        own, others = (
            (self.marked[0], self.codes[0]),
            zip(orders, self.marked[1:], self.codes[1:], strict=True),
        )
        moved = [([m[i] for i in order], [c[i] for i in order]) for order, m, c in others]
        return Rated((own[0], *(m for m, _ in moved)), (own[1], *(c for _, c in moved)), self.turn)

    def pieces(self) -> "list[Rated]":
        """One per turn, in order."""
        at = {turn: [i for i, t in enumerate(self.turn) if t == turn] for turn in self.turn}
        return [
            Rated(
                tuple([marked[i] for i in units] for marked in self.marked),
                tuple([codes[i] for i in units] for codes in self.codes),
                [turn] * len(units),
            )
            for turn, units in at.items()
        ]


def rated(document: Document, kind: Kind, *, everyone: bool) -> Rated | None:
    """The turns (of participants, or of `everyone`) or their sentences; None without a transcript.

    A unit is marked, and carries the codes of, every quote that shares a character with it; a
    turn also carries the codes mentioned for it.
    """
    if document.segments is None:
        return None
    spans = list(_units(document.segments, kind, everyone))
    starts, ends = np.array([span[:2] for span in spans]).reshape(-1, 2).T
    numbers = [number for _, _, number in spans]
    marked, codes = [], []
    for marks in document.marks:
        sets: list[set[str]] = [set() for _ in spans]
        touched = [False] * len(spans)
        for quote in marks.quotes:
            for unit in np.nonzero((starts < quote.end) & (quote.start < ends))[0]:
                touched[unit] = True
                sets[unit] |= quote.code
        for turn, code in marks.mentions if kind == "turn" else ():
            if turn in numbers:
                sets[numbers.index(turn)].add(code)
        marked.append(touched)
        codes.append([frozenset(found) for found in sets])
    return Rated(tuple(marked), tuple(codes), numbers)


def _units(segments: Segments, kind: Kind, everyone: bool) -> Iterable[tuple[int, int, int]]:
    """(start, end, turn number from 1) of the units of a transcript."""
    turns = [
        (start, end, number)
        for number, (start, end, role) in enumerate(segments.turns, 1)
        if everyone or role != INTERVIEWER
    ]
    if kind == "turn":
        return turns
    starts = [start for start, _ in segments.sentences]
    return [
        (start, min(end, last), number)
        for first, last, number in turns
        for start, end in segments.sentences[bisect_left(starts, first) : bisect_left(starts, last)]
    ]


def documents_of(
    codings: Sequence[Sequence[Coding]], segments: Sequence[Segments | None] | None
) -> list[Document]:
    """The documents to count, checked: AgreementError for what cannot be compared."""
    texts = segments if segments is not None else [None] * len(codings)
    if not codings:
        raise AgreementError("there is no coding to compare", hint="Give one document at least.")
    if len(texts) != len(codings):
        raise AgreementError(
            f"there are {len(codings)} coded documents and {len(texts)} transcripts"
        )
    if len({len(coders) for coders in codings}) > 1 or len(codings[0]) < 2:
        raise AgreementError("every document needs the same number of codings, at least two")
    found = [_document(coders, text) for coders, text in zip(codings, texts, strict=True)]
    ids = [document.id for document in found]
    if twice := next((one for one in ids if ids.count(one) > 1), None):
        raise AgreementError(f"the transcript {twice} is given twice")
    return found


def _document(coders: Sequence[Coding], segments: Segments | None) -> Document:
    first = coders[0].transcript
    for coding in coders[1:]:
        other = coding.transcript
        if not other.same_text(first) or other.length != first.length:
            raise AgreementError(
                f"the codings by {coders[0].coder.id} and {coding.coder.id} are of different "
                f"transcripts: {first.id} ({first.sha256[:8]}) and {other.id} ({other.sha256[:8]})"
            )
    return Document(first.id, first.length, tuple(map(_marks, coders)), segments)


def _marks(coding: Coding) -> Marks:
    quotes = [
        Unit(span.start, span.end, frozenset(quote.axial))
        for quote in coding.located()
        if (span := quote.span)
    ]
    coder = f"{coding.transcript.id}, {coding.coder.id}"
    mentions = tuple((m.turn, m.code) for m in coding.mentions if m.turn is not None)
    return Marks(check_units(quotes, coding.transcript.length, coder=coder), mentions)
