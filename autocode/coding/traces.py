"""The traces of field notes -> the coding they hold.

What a line of an OPEN trace is decided here and nowhere else:

- one word or identifier (`version_dp`, `autonomy`) is a **mention** of a code;
- up to five words that are no sentence, or the label of a code of the trace, are an in-vivo code:
  a **quote** when those words stand in the text coded since the trace before (the words are then
  the open code as well), else a **mention**;
- a list under a caption (`Familiar terms: a, b,` and the lines it goes on over) is a **mention**
  of each, unless the line was said as it stands;
- anything longer is a **quote**; one that stands nowhere is a paraphrase: it is kept as `missing`,
  with the line as its open code.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from autocode.coding.codebook import bare
from autocode.coding.folding import unspaced
from autocode.coding.grounding import MISSING, Grounder, Located
from autocode.coding.nouns import CodedWith, Coder, Coding, Mention, Quote, Relation, TranscriptRef
from autocode.transcript.nouns import Span, Trace, TraceItem, Transcript

IN_VIVO_WORDS = 5

_BULLET = re.compile(r"(?:[-*•–]|\d{1,2}[.)])\s+")
# Researchers note a force as helping or hindering: "time travel +".
_VALENCE = re.compile(r"\s+([+\-–−±]{1,3})$")
_SENTENCE = re.compile(r"[.?!。？！](?:\s|$)")
_ELISION = re.compile(r"\s*(?:\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\)|\.{3,}|…)\s*")
_ELIDED_WORDS = 3
_CAPTION = re.compile(r"([^\W\d][\w'’-]*(?:[ \t]+[\w'’-]+){0,3})\s*:(?:\s+(.*)|$)", re.S)


@dataclass(frozen=True)
class CodedItem:
    """An OPEN line and what became of it: quotes (several where it was elided) or mentions."""

    item: TraceItem
    quotes: tuple[Quote, ...] = ()
    mentions: tuple[Mention, ...] = ()


def code_items(transcript: Transcript) -> list[CodedItem]:
    """Every line of every OPEN trace in file order, with the quotes it became numbered q1, q2 …"""
    reader, items = _Reader(transcript, Grounder(transcript.text)), list[CodedItem]()
    start = end = 0
    for trace in transcript.traces:
        # A trace codes what was said since the trace before it.
        if trace.offset > end:
            start, end = end, trace.offset
        items += reader.read_trace(trace, Span(start, trace.offset))
    return items


class _Reader:
    """Reads the items of one transcript; remembers which places already carry a quote."""

    def __init__(self, transcript: Transcript, grounder: Grounder) -> None:
        self._transcript, self._grounder = transcript, grounder
        self._taken: list[Span] = []
        self._names = {bare(code.code): code.code for t in transcript.traces for code in t.axial}

    def read_trace(self, trace: Trace, window: Span) -> Iterator[CodedItem]:
        """The items of a trace; one under a caption goes on while its lines end with a comma."""
        caption = None
        for item, following in zip_longest(trace.items, trace.items[1:]):
            heading = _CAPTION.fullmatch(_words(item.text)[0])
            names = _listed((heading[2] or "") if heading else item.text)
            if heading and (names or (following and len(_listed(following.text)) > 1)):
                place = self._grounder.locate(item.text, before=trace.offset)
                said = place.span is not None and place.status != "fuzzy"
                caption = None if said else heading[1]
            if caption is None or not all(map(_is_short, names)):
                caption = None
                yield self._read(trace, item, window)
                continue
            mentions = (self._mention(trace, name, caption) for name in names)
            yield CodedItem(item, mentions=tuple(mentions))
            if names and item.text.rstrip()[-1] not in ",;":
                caption = None

    def _read(self, trace: Trace, item: TraceItem, window: Span) -> CodedItem:
        words, note = _words(item.text)
        mention = self._mention(trace, words, as_written=item.text)
        if _is_identifier(words):
            return CodedItem(item, mentions=(mention,))
        if _is_short(words) or bare(words) in _labels(trace):
            place = self._grounder.locate(words, within=window, before=trace.offset)
            if place.span is None or place.status == "fuzzy":
                return CodedItem(item, mentions=(mention,))
            return CodedItem(item, (self._quote(trace, item, place, note, words),))
        return CodedItem(item, tuple(self._quotes(trace, item, words, note)))

    def _mention(
        self, trace: Trace, words: str, note: str | None = None, as_written: str | None = None
    ) -> Mention:
        """A code without a quote, by the id of the code that the words name where there is one."""
        code = _labels(trace).get(bare(words)) or self._names.get(bare(words)) or words
        as_written = as_written or words
        return Mention(
            code=code,
            turn=trace.turn,
            trace=trace.number,
            as_written=as_written if as_written != code else None,
            note=note,
        )

    def _quotes(self, trace: Trace, item: TraceItem, words: str, note: str) -> Iterator[Quote]:
        whole = self._grounder.locate(words, before=trace.offset, taken=self._taken)
        if whole.span is not None:
            yield self._quote(trace, item, whole, note)
        elif parts := self._parts(words, trace.offset):
            for number, part in enumerate(parts, 1):
                yield self._quote(
                    trace, item, part, f"part {number} of {len(parts)} {note}".strip()
                )
        else:
            yield self._quote(trace, item, MISSING, note, words)

    def _parts(self, words: str, offset: int) -> list[Located]:
        """The pieces of "… words … words …", each after the other; none unless all are found."""
        pieces = [piece for piece in _ELISION.split(words) if piece]
        if pieces in ([], [words]) or any(len(piece.split()) < _ELIDED_WORDS for piece in pieces):
            return []
        places = [self._grounder.locate(pieces[0], before=offset, taken=self._taken)]
        for piece in pieces[1:]:
            if (last := places[-1].span) is None:
                return []
            rest = Span(last.end, len(self._transcript.text))
            places.append(self._grounder.locate(piece, within=rest))
        return places if places[-1].span else []

    def _quote(
        self, trace: Trace, item: TraceItem, place: Located, note: str, open_code: str | None = None
    ) -> Quote:
        self._taken.append(place.span or Span(0, 0))
        fields = place.fields(item.text, self._transcript)
        return Quote(
            **fields | {"turn": fields["turn"] or trace.turn},
            id=f"q{len(self._taken)}",
            open_code=open_code,
            axial=list(dict.fromkeys(code.code for code in trace.axial)),
            trace=trace.number,
            mapping="trace",
            note=note,
        )


def _labels(trace: Trace) -> dict[str, str]:
    """The codes of a trace by their labels, as `bare` words."""
    return {bare(code.label): code.code for code in trace.axial if code.label}


def _words(text: str) -> tuple[str, str]:
    """What was noted without bullet and valence mark, and the mark."""
    text = _BULLET.sub("", text, count=1) if _BULLET.match(text) else text
    valence = _VALENCE.search(text)
    return (text[: valence.start()], valence[1]) if valence else (text, "")


def _listed(text: str) -> list[str]:
    names = (_words(name.strip())[0] for name in re.split("[,;]", text))
    return [name for name in names if name]


def _is_identifier(words: str) -> bool:
    word = re.fullmatch(r"[^\W_][\w&/+.-]*", words) is not None and words[-1] not in "."
    return word and not any(map(unspaced, words))


def _is_short(words: str) -> bool:
    # Without spaces two characters are about a word (Chinese, Japanese, Thai).
    count = max(len(words.split()), sum(map(unspaced, words)) // 2)
    return count <= IN_VIVO_WORDS and not _SENTENCE.search(words) and not _ELISION.search(words)


def code_traces(transcript: Transcript) -> Coding:
    """The coding that the traces of a transcript hold; every OPEN line is a quote or a mention.

    Each quote carries all axial codes of its trace (`mapping: "trace"`): the notes do not say
    which quote carries which code.
    """
    coded = code_items(transcript)
    return Coding(
        format="autocode/coding@1",
        transcript=TranscriptRef.of(transcript),
        coder=Coder(id="gold", kind="human"),
        quotes=[quote for item in coded for quote in item.quotes],
        mentions=[mention for item in coded for mention in item.mentions],
        codes=_codes(transcript.traces),
        relations=_relations(transcript.traces),
    )


def _codes(traces: Sequence[Trace]) -> list[CodedWith]:
    """Each axial code once, in order of appearance, as it was first defined or related."""
    codes: dict[str, CodedWith] = {}
    for trace in traces:
        for item in trace.axial:
            known = codes.get(item.code)
            if known is None or (item.defines and not known.defined_here):
                codes[item.code] = CodedWith(
                    id=item.code, label=item.label, kind=item.kind, defined_here=item.defines
                )
        for link in trace.relations:
            for code in (link.source, link.target):
                codes.setdefault(code, CodedWith(id=code))
    return list(codes.values())


def _relations(traces: Sequence[Trace]) -> list[Relation]:
    """Each link once, in order of appearance."""
    links = {
        (link.source, link.name, link.target): trace.number
        for trace in reversed(traces)
        for link in reversed(trace.relations)
    }
    return [
        Relation(source=source, relation=name, target=target, trace=number)
        for (source, name, target), number in reversed(links.items())
    ]
