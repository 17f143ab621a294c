"""From codings to what the measures count: each coder's marks on a text, or chance's."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import Any

from autocode.agreement.placement import Stretch
from autocode.agreement.spans import Unit, atomised, by_code, check_units, relevant
from autocode.coding.nouns import Coding
from autocode.errors import AgreementError

# A quote without an axial code is coded as this, so that "what" is never silently "where".
UNCODED = "(no code)"
# A turn: start, end and number from 1.
Said = tuple[int, int, int]


@dataclass(frozen=True)
class Segments:
    """What a transcript adds to its codings, in characters and text order.

    turns: (start, end, role or None); sentences: (start, end), those that run over the end of
    their turn are cut there; text: for the keyword coder.
    """

    turns: Sequence[tuple[int, int, str | None]]
    sentences: Sequence[tuple[int, int]] = ()
    text: str | None = None

    def said(self, *, everyone: bool = False) -> tuple[Said, ...]:
        """The turns of participants, and of whom the role is not known; or of everyone."""
        return tuple(
            (start, end, number)
            for number, (start, end, role) in enumerate(self.turns, 1)
            if everyone or role != "interviewer"
        )


@dataclass(frozen=True)
class Marks:
    """One coder's quotes in one document, each with its axial codes, and mentions by turn.

    unlocated: how many more quotes a model made that are not in the text.
    """

    quotes: tuple[Unit, ...]
    mentions: tuple[tuple[int, str], ...] = ()
    unlocated: int = 0

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

    def on_line(self, stretches: tuple[Stretch, ...]) -> "Marks":
        """The quotes cut to the stretches and moved to where these lie end to end.

        Mentions are left out. Worked out once: every baseline is set beside the same reference.
        """
        if stretches not in self._on_lines:
            self._on_lines[stretches] = _on_line(self, stretches)
        return self._on_lines[stretches]

    @cached_property
    def _on_lines(self) -> dict[tuple[Stretch, ...], "Marks"]:
        return {}


@dataclass(frozen=True)
class Document:
    """One text of `length` characters as each coder marked it.

    turns: those that may be marked; stretches: what may be marked, in text order: these turns, or
    everything where there are none.
    """

    id: str
    length: int
    marks: tuple[Marks, ...]
    stretches: tuple[Stretch, ...]
    segments: Segments | None = None
    turns: tuple[Said, ...] = ()

    def with_other(self, quotes: Iterable[Unit]) -> "Document":
        """The document with these quotes in the place of the other coder's."""
        return replace(self, marks=(self.marks[0], Marks(tuple(quotes))))

    def recoded(self, codes: Mapping[str, str]) -> "Document":
        """The document with these codes for those that they stand for; others stay."""
        recoded = (
            replace(
                marks,
                quotes=tuple(
                    quote._replace(code=frozenset(codes.get(code, code) for code in quote.code))
                    for quote in marks.quotes
                ),
                mentions=tuple((turn, codes.get(code, code)) for turn, code in marks.mentions),
            )
            for marks in self.marks
        )
        return replace(self, marks=tuple(recoded))

    @cached_property
    def line(self) -> "Document":
        """The text that may be marked taken as one line, quotes cut to it: what characters are of.

        A quote that runs over the end of a stretch goes on in the next; what lies outside all
        stretches is not there.
        """
        length = sum(end - start for start, end in self.stretches)
        marks = tuple(marks.on_line(self.stretches) for marks in self.marks)
        return Document(self.id, length, marks, ((0, length),))

    def pieces(self) -> "list[Document]":
        """One per turn that may be marked, quotes cut with it; none without turns."""
        if not self.segments:
            return []
        coders = [_cut(marks.quotes, self.stretches) for marks in self.marks]
        return [
            Document(self.id, end - start, tuple(map(Marks, quotes)), ((0, end - start),))
            for (start, end), quotes in zip(self.stretches, zip(*coders, strict=True), strict=True)
        ]


def _on_line(marks: Marks, stretches: tuple[Stretch, ...]) -> Marks:
    ends = [end for _, end in stretches]
    passed = [0, *accumulate(end - start for start, end in stretches)]
    quotes = []
    for quote in marks.quotes:
        first = bisect_right(ends, quote.start)
        last = bisect_left(stretches, (quote.end,)) - 1
        if first <= last:
            start = max(quote.start, stretches[first][0]) - stretches[first][0] + passed[first]
            end = min(quote.end, ends[last]) - stretches[last][0] + passed[last]
            quotes.append(Unit(start, end, quote.code))
    return Marks(tuple(sorted(quotes, key=lambda unit: unit[:2])))


def _cut(quotes: Iterable[Unit], stretches: Sequence[Stretch]) -> list[tuple[Unit, ...]]:
    """The quotes of each stretch, cut to it, by offset from its start."""
    ends = [end for _, end in stretches]
    cut: list[list[Unit]] = [[] for _ in stretches]
    for quote in quotes:
        first = bisect_right(ends, quote.start)
        for at in range(first, bisect_left(stretches, (quote.end,))):
            start, end = stretches[at]
            left, right = max(quote.start, start) - start, min(quote.end, end) - start
            cut[at].append(Unit(left, right, quote.code))
    return [tuple(sorted(units, key=lambda unit: unit[:2])) for units in cut]


def documents_of(
    codings: Sequence[Sequence[Coding]],
    segments: Sequence[Segments | None] | None,
    *,
    everyone: bool = False,
) -> list[Document]:
    """The documents to count, checked: AgreementError for what cannot be compared.

    everyone: what the interviewer says may be marked too.
    """
    texts = segments if segments is not None else [None] * len(codings)
    if not codings:
        raise AgreementError("there is no coding to compare", hint="Give one document at least.")
    if len(texts) != len(codings):
        raise AgreementError(
            f"there are {len(codings)} coded documents and {len(texts)} transcripts"
        )
    if len({len(coders) for coders in codings}) > 1 or len(codings[0]) < 2:
        raise AgreementError("every document needs the same number of codings, at least two")
    pairs = zip(codings, texts, strict=True)
    documents = [_document(coders, text, everyone=everyone) for coders, text in pairs]
    ids = [document.id for document in documents]
    if twice := next((id_ for id_ in ids if ids.count(id_) > 1), None):
        raise AgreementError(f"the transcript {twice} is given twice")
    return documents


def _document(coders: Sequence[Coding], segments: Segments | None, *, everyone: bool) -> Document:
    first = coders[0].transcript
    for coding in coders[1:]:
        other = coding.transcript
        if not other.same_text(first) or other.length != first.length:
            raise AgreementError(
                f"the codings by {coders[0].coder.id} and {coding.coder.id} are of different "
                f"transcripts: {first.id} ({first.sha256[:8]}) and {other.id} ({other.sha256[:8]})"
            )
    turns = segments.said(everyone=everyone) if segments else ()
    stretches = tuple((start, end) for start, end, _ in turns if start < end)
    marks = tuple(map(_marks, coders))
    whole = ((0, first.length),)
    return Document(first.id, first.length, marks, stretches or whole, segments, turns)


def _marks(coding: Coding) -> Marks:
    quotes = [
        Unit(span.start, span.end, frozenset(quote.axial))
        for quote in coding.located()
        if (span := quote.span)
    ]
    coder = f"{coding.transcript.id}, {coding.coder.id}"
    mentions = tuple((m.turn, m.code) for m in coding.mentions if m.turn is not None)
    once = dict.fromkeys(quotes)  # the same span with the same codes twice is one decision
    located = check_units(once, coding.transcript.length, coder=coder)
    # What a person wrote and is not in the text is a paraphrase; of a model it is a claim.
    claims = [quote for quote in coding.quotes if quote.status == "missing"]
    return Marks(located, mentions, len(claims) if coding.coder.kind == "model" else 0)
