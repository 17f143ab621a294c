"""A coding as the traces that say it: which stand where in the transcript, and their lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from autocode.coding.nouns import Code, Coding, Mention, Quote, Relation
from autocode.coding.traces import code_traces
from autocode.exchange.codeable import definition_line, is_legal, relation_line, string
from autocode.text import one_line
from autocode.transcript.notes.lines import MARKERS, lex
from autocode.transcript.notes.traces import ADDED
from autocode.transcript.nouns import Trace, Transcript

_PART = re.compile(r"part \d+ of \d+\b")
# What the traces of a coding say of it.
_SAID = ("quotes", "mentions", "codes", "relations")


@dataclass
class Noted:
    """A trace to be written where the transcript has got to `offset`.

    codes: those of the AXIAL half, with a label where it defines them; labels: of the others.
    """

    offset: int
    items: list[str] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The trace as field notes have it."""
        if self.items:
            yield from (f"**{MARKERS['open']}:**", "")
            for item in self.items:
                yield from (_item(item), "")
        yield from (f"**{MARKERS['axial']}:**", "added:", "``` python")
        for comment in self.comments:
            yield f"    # {one_line(comment)}"
        for code in self.codes:
            line = definition_line(code, {code.id: code.id}) if code.label else code.id
            yield f"    {line}"
        for link in self.relations:
            names = {
                id_: id_ if is_legal(id_) else string(id_) for id_ in (link.source, link.target)
            }
            yield f"    {relation_line(link, names)}"
        yield from ("```", "")


def _item(text: str) -> str:
    """An item on one line; a bullet keeps it from being read as something else."""
    line = " ".join(text.split("\n"))
    kinds = {each.kind for each in lex([line])}  # two for the beginning of a fence
    return line if kinds == {"text"} and not ADDED.match(line) else f"- {line}"


def traces_of(transcript: Transcript, coding: Coding) -> list[Noted]:
    """The traces of a coding in the order of the text.

    A coding that the transcript's own notes hold has the traces of these notes. Of any other, the
    quotes of a paragraph with the same axial codes share a trace, unless they name their traces.
    """
    if transcript.traces:
        notes = code_traces(transcript)
        if all(getattr(notes, key) == getattr(coding, key) for key in _SAID):
            return [_as_written(trace) for trace in transcript.traces]
    numbers = _numbers(coding)
    if numbers and all(numbers):
        drafts = _numbered(transcript, coding)
    else:
        drafts = _placed(transcript, coding)
    return _with_codes(drafts, coding, len(transcript.text))


def _numbers(coding: Coding) -> list[int | None]:
    """The traces that quotes, mentions and relations name."""
    numbers = [quote.trace for quote in coding.quotes]
    numbers += [mention.trace for mention in coding.mentions]
    return numbers + [link.trace for link in coding.relations]


def _as_written(trace: Trace) -> Noted:
    codes = [Code(id=item.code, label=item.label, kind=item.kind) for item in trace.axial]
    links = [Relation(source=r.source, relation=r.name, target=r.target) for r in trace.relations]
    return Noted(trace.offset, [item.text for item in trace.items], codes, links)


@dataclass
class _Draft:
    """What one trace will say; offset: where it stands."""

    offset: int = 0
    quotes: list[Quote] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)


def _numbered(transcript: Transcript, coding: Coding) -> list[_Draft]:
    """The traces by their numbers, each below all that it speaks of, none above the one before."""
    drafts = [_Draft() for _ in range(max(number or 0 for number in _numbers(coding)))]
    for quote in coding.quotes:
        drafts[(quote.trace or 1) - 1].quotes.append(quote)
    for mention in coding.mentions:
        drafts[(mention.trace or 1) - 1].mentions.append(mention)
    for link in coding.relations:
        drafts[(link.trace or 1) - 1].relations.append(link)
    reached = 0
    for draft in drafts:
        offsets = [_paragraph_end(transcript, quote) for quote in draft.quotes if quote.span]
        under = [quote.turn for quote in draft.quotes if not quote.span]
        under += [mention.turn for mention in draft.mentions]
        for number in filter(None, under):
            turn = transcript.turns[min(number, len(transcript.turns)) - 1]
            if not any(turn.start < offset <= turn.end for offset in offsets):
                offsets.append(turn.end)
        reached = draft.offset = max([reached, *offsets])
    return drafts


def _placed(transcript: Transcript, coding: Coding) -> list[_Draft]:
    """A trace for the quotes of a paragraph with the same codes, and for the mentions of a turn."""
    drafts: dict[tuple[object, ...], _Draft] = {}
    ends = {turn.number: turn.end for turn in transcript.turns}
    last = len(transcript.text)
    for quote in coding.quotes:
        offset = (
            _paragraph_end(transcript, quote) if quote.span else ends.get(quote.turn or 0, last)
        )
        draft = drafts.setdefault((offset, *quote.axial), _Draft(offset))
        draft.quotes.append(quote)
    for mention in coding.mentions:
        offset = ends.get(mention.turn or 0, last)
        drafts.setdefault((offset, None), _Draft(offset)).mentions.append(mention)
    ordered = sorted(drafts.values(), key=lambda draft: draft.offset)
    if coding.relations:
        ordered.append(_Draft(last, relations=list(coding.relations)))
    return ordered


def _paragraph_end(transcript: Transcript, quote: Quote) -> int:
    """Where the paragraph ends that a located quote ends in."""
    end = transcript.text.find("\n", (quote.end or 1) - 1)
    return end if end >= 0 else len(transcript.text)


def _with_codes(drafts: Sequence[_Draft], coding: Coding, length: int) -> list[Noted]:
    """The traces with their AXIAL halves: a code is defined where it is first named."""
    named = [list(dict.fromkeys(code for q in d.quotes for code in q.axial)) for d in drafts]
    drafts = [*drafts]
    related = {id_ for link in coding.relations for id_ in (link.source, link.target)}
    at = 0
    for code in coding.codes:
        # A code that no quote has can stand only in a trace without quotes.
        where = next((n for n, ids in enumerate(named) if code.id in ids), None)
        if where is not None or (code.id in related and not code.defined_here):
            at = max(at, where or 0)
            continue
        free = (n for n in range(at, len(drafts)) if not drafts[n].quotes)
        where = next(free, len(drafts))
        if where == len(drafts):
            drafts.append(_Draft(max([length, *(d.offset for d in drafts)])))
            named.append([])
        named[where].append(code.id)
        at = where
    known = {code.id: code for code in coding.codes}
    introduced: set[str] = set()
    traces = []
    for draft, ids in zip(drafts, named, strict=True):
        codes = list[Code]()
        for id_ in ids:
            here = known.get(id_)
            defines = here is not None and here.defined_here and id_ not in introduced
            codes.append(here if here and defines else Code(id=id_))
            introduced.add(id_)
        traces.append(Noted(draft.offset, _items(draft), codes, draft.relations, _comments(draft)))
    return traces


def _items(draft: _Draft) -> list[str]:
    """The OPEN lines: quotes as they were written, then mentions, those of a caption together."""
    lines = []
    for (written, elided), quotes in groupby(draft.quotes, key=_written):
        lines += [written] if elided else [written for _ in quotes]
    for caption, mentions in groupby(draft.mentions, key=lambda mention: mention.note):
        names = [mention.as_written or mention.code for mention in mentions]
        lines += [f"{caption}: {', '.join(names)}"] if caption else names
    return lines


def _written(quote: Quote) -> tuple[str, bool]:
    """The line of a quote, and whether it is one of several that were written as one line."""
    elided = quote.as_written is not None and _PART.match(quote.note) is not None
    return quote.as_written or quote.text, elided


def _comments(draft: _Draft) -> list[str]:
    """The open codes, which field notes have no other place for; in-vivo ones are the quotes."""
    return [
        f"{quote.id}: {quote.open_code}"
        for quote in draft.quotes
        if quote.open_code and quote.open_code not in (quote.text, quote.as_written)
    ]
