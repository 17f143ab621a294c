"""Precedents: the study's other coded transcripts, from which a model may learn how to code.

Never the transcript under study, nor another that shares its words; codes that may not be sent for
it are taken out of the codings (leave-one-out).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from autocode.coding.codebook import bare
from autocode.coding.density import coded_turns
from autocode.coding.nouns import Code, Coding, Quote
from autocode.coding.sources import Source, coders_of, human_source, transcript_of
from autocode.errors import AutocodeError, StudyError
from autocode.study import Study
from autocode.transcript.nouns import Span, Transcript, Turn
from autocode.transcript.seeds import transcript_ids
from autocode.transcript.sentences import sentences, strip

# A turn of so many words is nobody else's by chance: two transcripts that share one are one talk.
_TELLING = 12


@dataclass(frozen=True)
class Precedent:
    """Another transcript of the study as a person coded it.

    coding: its quotes have only codes that may be sent; all of them are located.
    sha256: of the coding's file. stripped: the ids of quotes whose codes may all not be sent.
    """

    transcript: Transcript
    coding: Coding
    sha256: str
    roles: tuple[str, ...]
    stripped: frozenset[str] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether the person coded to the end: then what is not marked was left alone."""
        return self.coding.incomplete is None

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """The turns that are coded in this study: those of its roles."""
        return tuple(coded_turns(self.transcript, self.roles))

    @cached_property
    def sentences(self) -> list[Span]:
        """The sentences of the whole text."""
        return sentences(self.transcript.text)

    def marked(self, quote: Quote) -> range:
        """Which of `sentences` a quote marks: those it covers by half or more, one at least."""
        start, end = quote.start or 0, quote.end or 0
        first = max(0, bisect_right(self._starts, start) - 1)
        last = bisect_left(self._starts, end, first + 1)
        covered: dict[int, float] = {}
        for at in range(first, last):
            span = strip(self.sentences[at], self.transcript.text)
            shared = min(end, span.end) - max(start, span.start)
            covered[at] = shared / max(1, span.length)
        most = max(covered, key=covered.__getitem__)
        halves = [at for at, share in covered.items() if share >= 0.5] or [most]
        return range(halves[0], halves[-1] + 1)

    def said(self, sentence: int, start: int, end: int) -> str:
        """The words of one of `sentences`, as far as they stand in `[start, end)`."""
        span = self.sentences[sentence]
        return self.transcript.text[max(start, span.start) : min(end, span.end)]

    @cached_property
    def _starts(self) -> list[int]:
        return [span.start for span in self.sentences]


def precedents(
    study: Study,
    transcript: Transcript,
    codes: Sequence[Code],
    stays: Mapping[str, str] = MappingProxyType({}),
) -> tuple[list[Precedent], list[str]]:
    """What a model may learn from for `transcript`, and a sentence for each that is left out.

    Nothing at all where the settings want no examples.
    Per transcript the coding `gold/ID.json`, else that of the first other coder, of those that are
    finished. Only sources of the same kind as `transcript` (with or without speakers) are taken:
    they are coded differently.
    codes: those that may be sent; stays: other ids that are sent as one of these.
    """
    if study.settings.examples == "none":
        return [], []
    known = dict(stays) | {name: code.id for code in codes for name in (*code.aliases, code.id)}
    kept, left_out = [], []
    words = f" {bare(transcript.text)} "
    coded = study.coded_ids() - {transcript.id}
    ids = transcript_ids(study) if coded else []
    for id_ in filter(coded.__contains__, ids):
        if not (coders := coders_of(study, id_)):
            continue
        try:
            source = _finished(study, id_, coders)
            other = transcript_of(study, source)
        except AutocodeError as error:
            left_out.append(f"{id_} is no example: {error.what}")
            continue
        coding, stripped = _sendable(source.coding, known)
        precedent = Precedent(other, coding, source.sha256, study.settings.roles, stripped)
        if other.has_speakers != transcript.has_speakers:
            left_out.append(f"{id_} is no example: it is another kind of source")
        elif any(f" {said} " in words for said in _telling(precedent)):
            left_out.append(f"{id_} is no example: it shares words with {transcript.id}")
        elif coding.quotes:
            kept.append(precedent)
    return kept, left_out


def _finished(study: Study, id: str, coders: Sequence[str]) -> Source:
    sources = (human_source(study, id, coder) for coder in coders)
    source = next((source for source in sources if not source.coding.incomplete), None)
    if source is None:
        raise StudyError("its coding is not finished")
    return source


def _telling(precedent: Precedent) -> list[str]:
    turns = (bare(precedent.transcript.text[t.start : t.end]) for t in precedent.turns)
    return [said for said in turns if said.count(" ") >= _TELLING]


def _sendable(coding: Coding, known: dict[str, str]) -> tuple[Coding, frozenset[str]]:
    """The located quotes with the codes that may be sent, and which have lost all of theirs."""
    quotes: list[Quote] = []
    stripped = set()
    for quote in coding.located():
        axial = list(dict.fromkeys(known[code] for code in quote.axial if code in known))
        if quote.axial and not axial:
            stripped.add(quote.id)
        quotes.append(quote.model_copy(update={"axial": axial}))
    kept = sorted(quotes, key=lambda quote: (quote.start, quote.end))
    return coding.model_copy(update={"quotes": kept}), frozenset(stripped)
