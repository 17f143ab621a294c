"""The quotes of codings as a table: a row for each, with where it stands, who coded it, and how."""

from collections.abc import Iterator, Sequence

from autocode.coding.nouns import Code, Quote
from autocode.coding.sources import Source
from autocode.exchange.exports import Selection
from autocode.exchange.project import coder_name
from autocode.exchange.sheets import csv_bytes, xlsx_bytes
from autocode.text import model_name
from autocode.transcript.nouns import Turn

COLUMNS = (
    "document", "turn", "speaker", "time", "start", "end", "quote", "open code", "axial codes",
    "axial labels", "axial parents", "coder", "model", "run", "status", "rationale", "memo",
)  # fmt: skip


def quotes_csv(selection: Selection) -> bytes:
    """The table as CSV: UTF-8 with a mark, RFC 4180."""
    return csv_bytes(quote_rows(selection))


def quotes_xlsx(selection: Selection) -> bytes:
    """The table as a spreadsheet."""
    return xlsx_bytes(quote_rows(selection), "quotes")


def quote_rows(selection: Selection) -> list[Sequence[object]]:
    """The header and a row for each quote, by document, coding and place; missing ones last.

    start, end: code points into the canonical text. time: of the turn, from the beginning of the
    recording. Several axial codes stand on a line each, their labels and parents beside them.
    """
    rows: list[Sequence[object]] = [COLUMNS]
    for document in selection.documents:
        turns = {turn.number: turn for turn in document.transcript.turns}
        for source in document.sources:
            quotes = sorted(
                source.coding.quotes,
                key=lambda q: (q.start is None, q.start or q.turn or 0, q.end or 0),
            )
            rows += [
                tuple(_cells(selection, source, quote, turns.get(quote.turn or 0)))
                for quote in quotes
            ]
    return rows


def _cells(
    selection: Selection, source: Source, quote: Quote, turn: Turn | None
) -> Iterator[object]:
    made = source.run.manifest if source.run else None
    codes = [selection.codes.get(id_, Code(id=id_)) for id_ in quote.axial]
    yield source.coding.transcript.id
    yield quote.turn
    yield turn.speaker if turn else None
    yield clock(turn.start_s) if turn and turn.start_s is not None else None
    yield quote.start
    yield quote.end
    yield quote.text
    yield quote.open_code
    yield "\n".join(code.id for code in codes)
    yield "\n".join(code.label or code.id for code in codes)
    yield "\n".join(code.parent or "" for code in codes) if any(c.parent for c in codes) else ""
    yield coder_name(source.coding.coder)
    yield model_name(made.model_asked) if made else None
    yield made.run if made else None
    yield quote.status
    yield quote.rationale
    yield quote.note


def clock(seconds: float) -> str:
    """Seconds as `h:mm:ss`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
