"""Codings beside the text as one HTML file: no script, nothing fetched, all text escaped."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autocode import __version__
from autocode.agreement.spans import Unit, cut
from autocode.coding.nouns import Quote
from autocode.exchange.exports import CodedTranscript, Selection
from autocode.exchange.project import coder_name
from autocode.pages import base_style, page_environment, resource
from autocode.text import model_name
from autocode.transcript.nouns import Transcript, Turn

# As many as the style tells apart; further coders begin again.
_COLOURS = 4


@dataclass(frozen=True, slots=True)
class CoderShown:
    """A coder as the page names them; about: kind, source and how many quotes."""

    name: str
    colour: int
    about: str
    unfinished: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A located quote with the number it has on the page, and the key of its anchors."""

    number: int
    key: str
    quote: Quote
    coder: str
    colour: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that the same quotes cover; `begun` are those that begin with them."""

    words: str
    over: tuple[Mark, ...]
    begun: tuple[Mark, ...]

    @property
    def classes(self) -> str:
        colours = {mark.colour for mark in self.over}
        return "several" if len(colours) > 1 else "".join(f"c{colour}" for colour in colours)

    @property
    def title(self) -> str:
        return "; ".join(f"{mark.number} {mark.coder}" for mark in self.over)


@dataclass(frozen=True, slots=True)
class TurnShown:
    """A turn in pieces that join to its text, the quotes that begin in it, and codes noted."""

    number: int
    speaker: str | None
    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...]
    noted: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """A transcript with its coders and turns, and what has no place in the text."""

    key: str
    transcript: Transcript
    coders: tuple[CoderShown, ...]
    turns: tuple[TurnShown, ...]
    missing: tuple[tuple[str, Quote], ...]
    noted: tuple[tuple[str, str], ...]


def margin_page(selection: Selection) -> bytes:
    """The page: every turn of each transcript, with the codes of its quotes in the margin."""
    environment = page_environment("autocode.exchange")
    sheets = (("autocode.diff", "page.css"), ("autocode.exchange", "margin.css"))
    style = base_style() + "".join(resource(*sheet) for sheet in sheets)
    page = environment.get_template("margin.html").render(
        title=f"{selection.name}: codings",
        documents=[_document(n, each) for n, each in enumerate(selection.documents, 1)],
        labels={code.id: code.label or code.id for code in selection.codes.values()},
        style=style,
        version=__version__,
    )
    return page.encode("utf-8", "replace")


def _document(number: int, document: CodedTranscript) -> DocumentShown:
    names = [coder_name(source.coding.coder) for source in document.sources]
    # Several codings of one coder are numbered.
    names = [
        f"{name} {names[:at].count(name) + 1}" if names.count(name) > 1 else name
        for at, name in enumerate(names)
    ]
    codings = [(name, source.coding) for name, source in zip(names, document.sources, strict=True)]
    marks = _marks(f"d{number}", document, names)
    turns = document.transcript.turns
    noted: dict[int | None, list[tuple[str, str]]] = {}
    for name, coding in codings:
        for mention in coding.mentions:
            noted.setdefault(mention.turn, []).append((name, mention.code))
    here = _by_turn(turns, marks)
    return DocumentShown(
        key=f"d{number}",
        transcript=document.transcript,
        coders=tuple(_coders(document, names)),
        turns=tuple(
            _turn(document.transcript, turn, here[at], noted.pop(turn.number, ()))
            for at, turn in enumerate(turns)
        ),
        missing=tuple((n, quote) for n, c in codings for quote in c.quotes if not quote.span),
        noted=tuple(pair for pairs in noted.values() for pair in pairs),
    )


def _by_turn(turns: Sequence[Turn], marks: Sequence[Mark]) -> list[list[Mark]]:
    """The quotes that share characters with each turn."""
    here: list[list[Mark]] = [[] for _ in turns]
    for mark in marks:
        span = mark.quote.span
        at = bisect_right(turns, span.start, key=lambda turn: turn.end) if span else len(turns)
        while span and at < len(turns) and turns[at].start < span.end:
            here[at].append(mark)
            at += 1
    return here


def _coders(document: CodedTranscript, names: Sequence[str]) -> Iterator[CoderShown]:
    for at, (name, source) in enumerate(zip(names, document.sources, strict=True)):
        coding, made = source.coding, source.run.manifest if source.run else None
        how = f"{model_name(made.model_asked)}, {made.strategy}, run {made.run}" if made else ""
        kind = f"{coding.coder.kind}{', assisted' if coding.coder.assisted else ''}"
        located = sum(1 for _ in coding.located())
        about = [kind, how, f"{located} of {len(coding.quotes)} quotes located"]
        failed = f"{len(coding.failures)} parts could not be coded" if coding.failures else None
        yield CoderShown(
            name, at % _COLOURS, ", ".join(filter(None, about)), coding.incomplete or failed
        )


def _marks(key: str, document: CodedTranscript, names: Sequence[str]) -> list[Mark]:
    """The located quotes of all coders, numbered by their place in the text."""
    quotes = [
        (quote.span.start, quote.span.end, at, quote)
        for at, source in enumerate(document.sources)
        for quote in source.coding.quotes
        if quote.span
    ]
    quotes.sort(key=lambda place: place[:3])
    return [
        Mark(number, f"{key}-q{number}", quote, names[at], at % _COLOURS)
        for number, (_, _, at, quote) in enumerate(quotes, 1)
    ]


def _turn(
    transcript: Transcript, turn: Turn, marks: Sequence[Mark], noted: Sequence[tuple[str, str]]
) -> TurnShown:
    here = [(mark, mark.quote.span) for mark in marks if mark.quote.span]
    units = [Unit(span.start, span.end, mark) for mark, span in here]
    # What begins between two turns begins in the second.
    before = transcript.turns[turn.number - 2].end if turn.number > 1 else 0
    begin = [(mark, max(span.start, turn.start)) for mark, span in here
             if before <= span.start < turn.end]  # fmt: skip
    shown = [
        Piece(
            transcript.text[start:end],
            tuple(unit.code for unit in over),
            tuple(mark for mark, at in begin if at == start),
        )
        for start, end, (over,) in cut(turn.start, turn.end, units)
    ]
    return TurnShown(
        turn.number, turn.speaker, tuple(shown), tuple(mark for mark, _ in begin), tuple(noted)
    )
