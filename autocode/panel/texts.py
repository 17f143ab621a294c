"""Many texts at once, as columns of numbers: the turns of an interview, or what chance makes of it.

The texts lie end to end on one line, so that one pass of arithmetic counts them all. What is
counted here is what the measures count of a single `Document`, text by text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from autocode.agreement.coefficient import Bools, Floats, Ints, ranges
from autocode.agreement.matching import solved
from autocode.agreement.spans import Unit, atomised
from autocode.panel.counting import UNCODED, Document

Pairs = tuple[Ints, Ints, Ints]


@dataclass
class Sets:
    """Code sets by number, so that columns can hold them."""

    listed: list[frozenset[str]] = field(default_factory=list)
    _places: dict[frozenset[str], int] = field(default_factory=dict)

    def place(self, codes: frozenset[str]) -> int:
        place = self._places.setdefault(codes, len(self.listed))
        if place == len(self.listed):
            self.listed.append(codes)
        return place

    def named(self) -> Ints:
        """The number of each set, and of the one without a code that of `UNCODED` alone."""
        sets = [codes or frozenset({UNCODED}) for codes in self.listed]
        return np.array([self.place(codes) for codes in sets], dtype=np.int64)

    def held(self, numbers: Ints, codes: Sequence[str]) -> tuple[Ints, Ints]:
        """Each of `codes` that these sets hold: the row of the set, and the place of the code."""
        place = {code: at for at, code in enumerate(codes)}
        lists = [[place[code] for code in some if code in place] for some in self.listed]
        ends = np.cumsum([0, *map(len, lists)])
        rows, at = ranges(ends[numbers], ends[numbers + 1])
        return rows, np.array([code for some in lists for code in some], dtype=np.int64)[at]


@dataclass(frozen=True, eq=False)
class Columns:
    """Quotes in the order of their offsets: text, offsets on the line of all texts, code set."""

    texts: Ints
    starts: Ints
    ends: Ints
    codes: Ints

    def ordered(self) -> "Columns":
        return self.of(np.lexsort((self.ends, self.starts)))

    def of(self, rows: Bools | Ints) -> "Columns":
        return Columns(self.texts[rows], self.starts[rows], self.ends[rows], self.codes[rows])

    @property
    def sizes(self) -> Ints:
        return self.ends - self.starts

    def merged(self) -> "Columns":
        """Those that share characters joined; the code set of the first stays."""
        firsts, ends = _reaches(self.starts, self.ends)
        return replace(self.of(firsts), ends=ends)


def _reaches(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Of each group that shared characters connect: its first row, and how far it reaches."""
    if not len(starts):
        return np.zeros(0, dtype=np.int64), ends
    reach = np.maximum.accumulate(ends)
    firsts = np.flatnonzero(np.concatenate([[True], starts[1:] >= reach[:-1]]))
    return firsts, reach[np.concatenate([firsts[1:] - 1, [len(starts) - 1]])]


def shared(ours: Columns, theirs: Columns) -> Pairs:
    """Every pair that shares characters: row of ours, row of theirs, how many.

    Within either no two may share a character.
    """
    i, j = ranges(
        np.searchsorted(theirs.ends, ours.starts, side="right"),
        np.searchsorted(theirs.starts, ours.ends, side="left"),
    )
    size = np.minimum(ours.ends[i], theirs.ends[j]) - np.maximum(ours.starts[i], theirs.starts[j])
    return i, j, size


@dataclass(frozen=True, eq=False)
class Texts:
    """Texts as coders marked them.

    lengths: (texts,); coders: one each; stretches: (stretches, 2), what may be marked, on the line
    of all texts; unlocated: (texts,), further quotes of the second coder that are in no text.
    """

    lengths: Ints
    coders: tuple[Columns, ...]
    stretches: Ints
    unlocated: Ints
    sets: Sets

    @classmethod
    def of(cls, documents: Sequence[Document], sets: Sets | None = None) -> "Texts":
        sets = sets or Sets()
        lengths = np.array([document.length for document in documents], dtype=np.int64)
        bases = (np.cumsum(lengths) - lengths).tolist()
        coders = []
        for coder in range(len(documents[0].marks)):
            rows = [
                (text, quote.start + base, quote.end + base, sets.place(quote.code))
                for text, (document, base) in enumerate(zip(documents, bases, strict=True))
                for quote in document.marks[coder].quotes
            ]
            coders.append(Columns(*np.array(rows, dtype=np.int64).reshape(-1, 4).T).ordered())
        stretches = [
            (start + base, end + base)
            for document, base in zip(documents, bases, strict=True)
            for start, end in document.stretches
        ]
        unlocated = [document.marks[1].unlocated for document in documents]
        may = np.array(stretches, dtype=np.int64).reshape(-1, 2)
        return cls(lengths, tuple(coders), may, np.array(unlocated, dtype=np.int64), sets)

    def __len__(self) -> int:
        return len(self.lengths)

    def summed(self, texts: Ints, weights: Floats | Ints | None = None) -> Floats:
        """(texts,): how many of these there are in each text, or the sum of their weights."""
        return np.bincount(texts, weights, len(self)).astype(float)

    @property
    def touched(self) -> int:
        """In how many texts some coder marked something."""
        return len(np.unique(np.concatenate([coder.texts for coder in self.coders])))

    @cached_property
    def _homes(self) -> Ints:
        """The text of each stretch."""
        return np.searchsorted(np.cumsum(self.lengths), self.stretches[:, 0], side="right")

    @cached_property
    def line(self) -> "Texts":
        """Each text as what may be marked of it, end to end (see `Document.line`)."""
        coders = []
        for coder in self.coders:
            first, after = self._crossed(coder)
            kept = np.flatnonzero(first < after)
            left, right = self._end_to_end(coder.of(kept), first[kept], after[kept] - 1)
            coders.append(Columns(coder.texts[kept], left, right, coder.codes[kept]).ordered())
        lengths = self.summed(self._homes, self._sizes).astype(np.int64)
        reach = np.cumsum(lengths)
        whole = np.stack([reach - lengths, reach], axis=1)
        return replace(self, lengths=lengths, coders=tuple(coders), stretches=whole)

    @cached_property
    def turns(self) -> "Texts":
        """Each stretch as a text of its own, quotes cut with it."""
        coders = []
        for coder in self.coders:
            row, turn = ranges(*self._crossed(coder))
            left, right = self._end_to_end(coder.of(row), turn, turn)
            coders.append(Columns(turn, left, right, coder.codes[row]).ordered())
        sizes = self._sizes
        reach = np.cumsum(sizes)
        whole = np.stack([reach - sizes, reach], axis=1)
        return Texts(sizes, tuple(coders), whole, np.zeros_like(sizes), self.sets)

    @property
    def _sizes(self) -> Ints:
        return self.stretches[:, 1] - self.stretches[:, 0]

    def _crossed(self, coder: Columns) -> tuple[Ints, Ints]:
        """The first stretch that each quote shares characters with, and the one after the last."""
        starts, ends = self.stretches.T
        return (
            np.searchsorted(ends, coder.starts, side="right"),
            np.searchsorted(starts, coder.ends, side="left"),
        )

    def _end_to_end(self, quotes: Columns, first: Ints, last: Ints) -> tuple[Ints, Ints]:
        """Where quotes cut to these stretches, first to last, lie when all lie end to end."""
        starts, ends = self.stretches.T
        moved = np.cumsum(self._sizes) - ends
        left, right = np.maximum(quotes.starts, starts[first]), np.minimum(quotes.ends, ends[last])
        return left + moved[first], right + moved[last]

    @cached_property
    def atoms(self) -> tuple[Columns, ...]:
        """Each coder's text cut at every boundary of theirs, with all codes that lie there."""
        return tuple(self._atoms(coder) for coder in self.coders)

    @property
    def laid(self) -> set[frozenset[str]]:
        """Every set of codes that lies on some character."""
        used = np.unique(np.concatenate([atoms.codes for atoms in self.atoms]))
        return {self.sets.listed[place] for place in used.tolist()}

    def _atoms(self, coder: Columns) -> Columns:
        named = self.sets.named()
        firsts, _ = _reaches(coder.starts, coder.ends)
        counts = np.diff(np.append(firsts, len(coder.starts)))
        alone = firsts[counts == 1]
        single = coder.of(alone)
        rows = [
            (coder.texts[first], start, end, self.sets.place(codes))
            for first, count in zip(firsts[counts > 1], counts[counts > 1], strict=True)
            for start, end, codes in atomised(
                self._coded(coder.of(np.arange(first, first + count)))
            )
        ]
        many = np.array(rows, dtype=np.int64).reshape(-1, 4).T
        columns = (single.texts, single.starts, single.ends, named[single.codes])
        return Columns(*(np.append(a, b) for a, b in zip(columns, many, strict=True))).ordered()

    def _coded(self, quotes: Columns) -> Iterable[Unit]:
        for start, end, place in zip(
            quotes.starts.tolist(), quotes.ends.tolist(), quotes.codes.tolist(), strict=True
        ):
            for code in sorted(self.sets.listed[place]) or (UNCODED,):
                yield Unit(start, end, code)

    def layers(self, codes: Sequence[str]) -> tuple[Columns, ...]:
        """Each coder's quotes code by code: text number `text * codes + code`, overlaps joined."""
        total, named = int(self.lengths.sum()), self.sets.named()
        layers = []
        for coder in self.coders:
            row, code = self.sets.held(named[coder.codes], codes)
            moved = code * total
            layers.append(
                Columns(
                    coder.texts[row] * len(codes) + code,
                    coder.starts[row] + moved,
                    coder.ends[row] + moved,
                    code,
                )
                .ordered()
                .merged()
            )
        return tuple(layers)

    @cached_property
    def alignment(self) -> tuple[Ints, Ints, Floats]:
        """The pairs of `matching.align`, text by text: rows of either coder, and their IoU."""
        ours, theirs = self.coders
        starts, ends = (
            np.concatenate([getattr(ours, s), getattr(theirs, s)]) for s in ("starts", "ends")
        )
        order = np.lexsort((ends, starts))
        firsts, _ = _reaches(starts[order], ends[order])
        counts = np.diff(np.append(firsts, len(order)))
        group = np.repeat(np.arange(len(firsts)), counts)
        first = np.bincount(group, order < len(ours.starts), len(firsts)).astype(int)
        simple = firsts[(counts == 2) & (first == 1)]
        pair = np.sort(np.stack([order[simple], order[simple + 1]]), axis=0)
        i, j = pair[0], pair[1] - len(ours.starts)
        size = np.minimum(ours.ends[i], theirs.ends[j]) - np.maximum(
            ours.starts[i], theirs.starts[j]
        )
        iou = size / (ours.sizes[i] + theirs.sizes[j] - size)
        aligned = []
        for number in np.flatnonzero((counts > 2) & (first > 0) & (first < counts)).tolist():
            rows = order[firsts[number] : firsts[number] + counts[number]]
            sides = rows[rows < len(ours.starts)], rows[rows >= len(ours.starts)] - len(ours.starts)
            units = [
                [
                    Unit(coder.starts[row], coder.ends[row], coder.codes[row])
                    for row in side.tolist()
                ]
                for coder, side in zip(self.coders, sides, strict=True)
            ]
            aligned += [(sides[0][a], sides[1][b], share) for a, b, share in solved(*units)]
        more = np.array(aligned, dtype=float).reshape(-1, 3).T
        return (
            np.append(i, more[0].astype(np.int64)),
            np.append(j, more[1].astype(np.int64)),
            np.append(iou, more[2]),
        )
