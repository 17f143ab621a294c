"""A study in progress as a report: what was coded, and what a comparison still needs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from autocode import __version__
from autocode.coding.nouns import Code, Coding, Quote
from autocode.coding.ranking import characters_of
from autocode.coding.sources import Source
from autocode.report import document as parts
from autocode.report.document import Block, Bullets, Document, Heading, Line, Paragraph, line
from autocode.report.folder import CODED, files_of
from autocode.report.names import named
from autocode.report.numbers import Numbers
from autocode.report.prose import section_of
from autocode.report.render.plain import plain
from autocode.text import model_name

# Enough of a code to discuss it.
_QUOTES_SHOWN = 10
_CODES_SHOWN, _PLACES_SHOWN, _RUNS_SHOWN = 40, 10, 20
_SECTIONS = ("coded", "frequencies", "saturation", "quoted", "uncompared")


def progress_files(
    sources: Sequence[Source],
    codebook: Sequence[Code],
    question: str = "",
    *,
    excerpts: bool = True,
) -> dict[str, str | bytes]:
    """The files of a report on codings that there is nothing to compare with, by their paths.

    sources: one for each transcript, in their order; excerpts: whether words of the transcripts
    may stand in the report. The same codings, the same bytes.
    """
    tree = _counts(sources)
    return files_of(_document(sources, codebook, question, Numbers(tree), excerpts), tree, CODED)


def _document(
    sources: Sequence[Source],
    codebook: Sequence[Code],
    question: str,
    numbers: Numbers,
    excerpts: bool,
) -> Document:
    codings = [source.coding for source in sources]
    documents = [coding.transcript.id for coding in codings]
    labels = {code.id: code.label or code.id for c in codings for code in c.codes}
    labels |= {code.id: code.label for code in codebook if code.label}
    codes = list(numbers.tree["codes"])
    values: dict[str, Any] = {
        "documents": documents, "several": len(documents) > 1, "excerpts": excerpts,
        "named": named, "most_runs": _RUNS_SHOWN,
        "runs": [(source.coding.transcript.id, _run(source)) for source in sources if source.run],
        "codes": [(id_, labels.get(id_, id_), _places(numbers, id_)) for id_ in codes],
        "unused": [labels.get(c.id, c.id) for c in codebook if c.id not in codes],
        "blocks": list(_quotes(codings, [*codes[:_CODES_SHOWN], None], labels)),
        "left_codes": max(len(codes) - _CODES_SHOWN, 0),
        "count": numbers.count, "share": numbers.share, "listed": parts.listed,
        "setting": partial(numbers.number, kind="setting"), "code": parts.Code,
    }  # fmt: skip
    return Document(
        title=f"Codings in progress: {plain(named(documents))}",
        subtitle=line(f"Research question: {question}") if question else (),
        sections=tuple(section_of(name, values) for name in _SECTIONS),
        made_by=f"autocode {__version__}",
        numbers=CODED,
    )


def _counts(sources: Sequence[Source]) -> dict[str, Any]:
    """Every number of the report: by document, by code, and in the order of the documents."""
    codings = [source.coding for source in sources]
    saturation, seen = [], set[str]()
    for coding in codings:
        used = _used(coding)
        seen_before, seen = seen, seen | used
        counted = {"codes": len(used), "new": len(used - seen_before), "seen": len(seen)}
        saturation.append({"document": coding.transcript.id} | counted)
    by_code = {code: Counter[str]() for code in seen}
    for coding in codings:
        for code in (code for quote in coding.quotes for code in set(quote.axial)):
            by_code[code][coding.transcript.id] += 1
    codes = {
        code: {"quotes": places.total(), "documents": len(places), "by_document": places}
        for code, places in sorted(by_code.items(), key=lambda i: (-i[1].total(), i[0]))
    }
    quotes = [quote for coding in codings for quote in coding.quotes]
    total = {
        "documents": len(codings), "quotes": len(quotes), "codes": len(codes),
        "open_codes": len({quote.open_code for quote in quotes if quote.open_code}),
    }  # fmt: skip
    documents = {coding.transcript.id: _document_counts(coding) for coding in codings}
    return {
        "total": total, "documents": documents, "codes": codes, "saturation": saturation,
        "shown": _QUOTES_SHOWN,
    }  # fmt: skip


def _document_counts(coding: Coding) -> dict[str, Any]:
    length, marked = coding.transcript.length, characters_of(coding.located())
    return {
        "sha256": coding.transcript.sha256, "length": length,
        "marked": marked / length if length else None, "quotes": len(coding.quotes),
        "missing": sum(quote.span is None for quote in coding.quotes), "codes": len(_used(coding)),
        "new_codes": sum(code.defined_here for code in coding.codes),
        "failures": len(coding.failures),
    }  # fmt: skip


def _used(coding: Coding) -> set[str]:
    return {code for quote in coding.quotes for code in quote.axial}


def _run(source: Source) -> Mapping[str, str | None]:
    assert source.run
    made = source.run.manifest
    return {
        "model": model_name(made.model_asked), "strategy": made.strategy, "run": made.run,
        "started": made.started, "incomplete": source.coding.incomplete,
    }  # fmt: skip


def _places(numbers: Numbers, code: str) -> list[Line]:
    """`p1 3`: how many quotes of each transcript carry the code."""
    at = ("codes", code, "by_document")
    every = numbers.find(at)
    most = sorted(every, key=every.get, reverse=True) if len(every) > _PLACES_SHOWN else every
    places = [line(f"{id_} ", numbers.count(at, id_)) for id_ in list(most)[:_PLACES_SHOWN]]
    left = len(every) - len(places)
    return [*places, line(f"{left} more in coded.json")] if left else places


def _quotes(
    codings: Sequence[Coding], codes: Sequence[str | None], labels: Mapping[str, str]
) -> Iterator[Block]:
    """A heading and the first quotes for each code; None stands for quotes without one."""
    for code in codes:
        quotes = [
            (coding, quote)
            for coding in codings
            for quote in coding.quotes
            if (code in quote.axial if code else not quote.axial)
        ]
        if quotes:
            yield Heading(labels.get(code, code) if code else "No axial code")
            yield Bullets(tuple(_quoted(coding, quote) for coding, quote in quotes[:_QUOTES_SHOWN]))
        if len(quotes) > _QUOTES_SHOWN:
            yield Paragraph(line(f"{len(quotes) - _QUOTES_SHOWN} more."), "note")


def _quoted(coding: Coding, quote: Quote) -> Line:
    turn = f", turn {quote.turn}" if quote.turn else ""
    lost = ", not located" if quote.span is None else ""
    opened = f"{quote.open_code}: " if quote.open_code else ""
    words = f"“{' '.join(quote.text.split())}” ({coding.transcript.id}{turn}{lost})"
    return line(parts.Strong(opened), words) if opened else line(words)
