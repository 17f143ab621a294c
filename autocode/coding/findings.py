"""What a researcher should look at in one transcript and its traces, each with its line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from autocode.coding.codebook import Codebook, alike, bare, nearest
from autocode.coding.files import with_additions
from autocode.coding.nouns import Code, Coding, Quote
from autocode.coding.traces import CodedItem, code_items, code_traces
from autocode.study import GOLD
from autocode.text import excerpt
from autocode.transcript.doubts import MIXED
from autocode.transcript.misattribution import misattributions
from autocode.transcript.nouns import Transcript

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at; an `error` means that the file cannot be used as it is.

    file is relative to the study folder; kind is one word to filter by.
    """

    file: str
    line: int | None
    severity: Severity
    kind: str
    message: str
    suggestion: str = ""


@dataclass(frozen=True)
class _Notes:
    """One transcript's notes under inspection."""

    transcript: Transcript
    file: str

    def warn(self, line: int | None, kind: str, message: str, suggestion: str = "") -> Finding:
        return Finding(self.file, line, "warning", kind, message, suggestion)


def transcript_findings(transcript: Transcript, file: str, codebook: Codebook) -> Iterator[Finding]:
    """Oddities of the file, quotes that are not what was said, and codes that look wrong."""
    notes, items = _Notes(transcript, file), code_items(transcript)
    findings = [
        # `propose` refuses a turn of two people.
        Finding(file, o.line, "error" if o.kind == MIXED else "warning", o.kind, o.message,
                o.suggestion)
        for o in transcript.oddities
    ]  # fmt: skip
    for number, why in misattributions(transcript).items():
        turn = transcript.turns[number - 1]
        message = f"is it {turn.speaker} who says all of turn {number}? {why}"
        hint = "listen again; a model is told that the speaker is uncertain"
        findings.append(notes.warn(turn.line, "speaker", message, hint))
    for item in items:
        for quote in item.quotes:
            findings += _quote(notes, item, quote)
    findings += [*_twice(notes, items), *_mentions(notes, items), *_codes(notes, codebook)]
    yield from sorted(findings, key=lambda finding: finding.line or 0)


def _quote(notes: _Notes, item: CodedItem, quote: Quote) -> Iterator[Finding]:
    line, said = item.item.line, f"in the transcript: '{excerpt(quote.text)}'"
    if quote.status == "missing":
        message = f"'{excerpt(quote.text)}' is not in the transcript; it is kept as a paraphrase"
        hint = "if it is a quote, copy the words exactly"
        yield notes.warn(line, "missing-quote", message, hint)
    elif quote.status == "fuzzy":
        message = f"this quote is not exactly what was said (similarity {quote.score:.2f})"
        yield notes.warn(line, "fuzzy-quote", message, said)
    elif quote.status == "normalised":
        message = "this quote differs in white space, quotation marks, dashes or case"
        yield notes.warn(line, "normalised-quote", message, said)


def _twice(notes: _Notes, items: list[CodedItem]) -> Iterator[Finding]:
    """Quotes written twice, and codes named twice in one trace."""
    first: dict[str, int] = {}
    for item in (item for item in items if item.quotes):
        line = first.setdefault(bare(item.item.text), item.item.line)
        if line != item.item.line:
            message = f"this repeats the quote in line {line}"
            yield notes.warn(
                item.item.line, "twice", message, "keep one of them, or quote more words"
            )
    for trace in notes.transcript.traces:
        seen: set[str] = set()
        for code in trace.axial:
            if code.code in seen:
                message = f"this trace names '{code.code}' twice"
                yield notes.warn(code.line, "twice", message, "keep one of them")
            seen.add(code.code)


def _mentions(notes: _Notes, items: list[CodedItem]) -> Iterator[Finding]:
    """Codes noted in an OPEN half that are no axial codes of the same trace."""
    traces = {trace.number: trace for trace in notes.transcript.traces}
    for line, mention in ((item.item.line, m) for item in items for m in item.mentions):
        trace = traces.get(mention.trace or 0)
        codes = [code.code for code in trace.axial] if trace else []
        if codes and mention.code not in codes:
            close = nearest(mention.code, [Code(id=code) for code in codes])
            message = f"'{excerpt(mention.code)}' is noted, but not an axial code of its trace"
            hint = f"perhaps '{close}'" if close else "add it to the AXIAL half, or leave it out"
            yield notes.warn(line, "unmapped", message, hint)


def _codes(notes: _Notes, codebook: Codebook) -> Iterator[Finding]:
    """Codes that are probably one, and codes that nothing defines."""
    lines: dict[str, int] = {}
    used: dict[str, Code] = {}
    for item in (item for trace in notes.transcript.traces for item in trace.axial):
        lines.setdefault(item.code, item.line)
        known = codebook.find(item.code) or used.get(item.code)
        used[item.code] = Code(id=item.code, label=item.label or (known.label if known else None))
    everything = {code.id: code for code in codebook.codes} | used
    for code in used.values():
        for other in alike(code, list(everything.values())):
            entry = codebook.find(code.id)
            if entry is not None and entry == codebook.find(other.id):
                continue  # an alias of the other
            if lines.get(other.id, 0) <= lines[code.id]:
                place = f" (line {lines[other.id]})" if other.id in lines else " in the codebook"
                message = f"'{code.id}' is almost the same as '{other.id}'{place}"
                hint = "if they are one code, spell it one way, or add an alias to the codebook"
                yield notes.warn(lines[code.id], "similar-code", message, hint)
    undefined = [code.id for code in used.values() if not code.label]
    if undefined:
        # A line is read, a list of forty codes is not.
        further = f" and {len(undefined) - 3} more" if len(undefined) > 3 else ""
        message = f"codes without a label in this study: {', '.join(undefined[:3])}{further}"
        hint = "add labels in gold/codebook.json: the model reads them"
        yield notes.warn(lines[undefined[0]], "unknown-code", message, hint)


def coding_findings(
    coding: Coding, transcript: Transcript | None, file: str, codebook: Codebook
) -> Iterator[Finding]:
    """Quotes and codes of a coding file that lead nowhere, and notes that have changed since.

    transcript: whose notes the coding may have been made from, where it was.
    """
    for quote in coding.quotes:
        if quote.span is None and quote.mapping != "trace":
            message = f"quote {quote.id} stands nowhere in the transcript, or in several places"
            hint = "correct its words, or give its start and end"
            yield Finding(file, None, "warning", "missing-quote", message, hint)
    marked: dict[tuple[object, ...], str] = {}
    for quote in coding.located():
        if (first := marked.setdefault(quote.mark, quote.id)) != quote.id:
            message = f"quote {quote.id} has the place and the codes of quote {first}: counted once"
            yield Finding(file, None, "warning", "twice", message, "remove one of them")
    known = {code.id for code in (*coding.codes, *codebook.codes)}
    for code in dict.fromkeys(code for quote in coding.quotes for code in quote.axial):
        if code not in known:
            message = f"quotes have the code '{code}', which is not in the codebook"
            hint = f"add it to {GOLD}/codebook.json"
            yield Finding(file, None, "warning", "unknown-code", message, hint)
    if not transcript or {quote.mapping for quote in coding.quotes} != {"trace"}:
        return
    if coding.quotes != with_additions(code_traces(transcript), coding).quotes:
        message = "the traces in the notes have changed since this file was made"
        hint = f"update it with `autocode gold {transcript.id}`"
        yield Finding(file, None, "warning", "outdated", message, hint)


def codebook_findings(codebook: Codebook, file: str) -> Iterator[Finding]:
    """Parents that are not in the codebook, and codes that are their own ancestors."""
    parents = {code.id: code.parent for code in codebook.codes}
    for code, parent in parents.items():
        above = [parent] if parent is not None else []
        while above and (further := parents.get(above[-1])) and further not in above:
            above.append(further)
        if above and parent not in parents:
            message = f"'{parent}', the parent of '{code}', is not in the codebook"
            hint = "add it or correct the name"
        elif code in above:
            message, hint = f"'{code}' is its own ancestor", "remove one of the parents"
        else:
            continue
        yield Finding(file, None, "warning", "codebook", message, hint)
