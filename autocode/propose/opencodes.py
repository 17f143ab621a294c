"""The open codes of a study and the quotes they stand on, as they may be sent to a model."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from autocode.codebook.usage import sources
from autocode.coding.codebook import Codebook, bare
from autocode.coding.nouns import Cited, Quote
from autocode.coding.runs import read_runs
from autocode.coding.sources import Source, run_source
from autocode.errors import InputError, StudyError
from autocode.redaction.decisions import redaction_of
from autocode.redaction.names import Names
from autocode.redaction.redaction import Redaction
from autocode.study import Study, natural_order
from autocode.transcript.nouns import Span
from autocode.transcript.seeds import load, transcript_ids

Origin = Literal["runs", "gold", "both"]


@dataclass(frozen=True)
class Evidence:
    """A located quote: how it is cited, its words as they may be sent, and where it is said.

    defined_in: the transcripts whose human coding it goes back to: its own, where a person marked
    it; those that defined the codes a model was told, where a model did.
    """

    cited: Cited
    sent: str
    turn: int | None
    offset: int
    defined_in: frozenset[str]

    @property
    def place(self) -> tuple[object, ...]:
        """Sort key: the order of transcripts, then of what is said."""
        return (
            tuple(natural_order(self.cited.transcript)),
            self.offset,
            self.cited.coding,
            self.cited.quote,
        )


@dataclass(frozen=True)
class OpenCode:
    """An open code in its commonest spelling, with every quote that has it, in order.

    sent: as it may be sent.
    """

    text: str
    sent: str
    quotes: tuple[Evidence, ...]


def open_codes(study: Study, origin: Origin, *, redacted: bool = False) -> list[OpenCode]:
    """The open codes of the newest run of each model, of people, or of both, in order of words.

    A person's quote without an open code has those that its axial codes are called. Quotes of the
    same place count once for a code.

    Raises:
        StudyError: there are none, or a transcript is not redacted though it must be.
        InputError: a coding cannot be read.
    """
    book, words = Codebook.load(study.codebook_path), _words(study, redacted=redacted)
    named = Names.of(study).replace if redacted else str
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    quotes: dict[str, dict[tuple[str, int], Evidence]] = defaultdict(dict)
    for source in _sources(study, origin):
        defined_in = _defined_in(source, book)
        for quote in source.coding.located():
            cited = source.cited(quote)
            sent = words(cited.transcript, quote)
            evidence = Evidence(cited, sent, quote.turn, quote.start or 0, defined_in)
            for text in _names(source, quote, book):
                spellings[bare(text)][" ".join(text.split())] += 1
                place = (cited.transcript, evidence.offset)
                first = quotes[bare(text)].get(place, evidence)
                quotes[bare(text)][place] = min(first, evidence, key=lambda e: e.place)
    made = []
    for key in sorted(spellings):
        text = min(spellings[key], key=lambda spelling: (-spellings[key][spelling], spelling))
        every = tuple(sorted(quotes[key].values(), key=lambda evidence: evidence.place))
        made.append(OpenCode(text, named(text), every))
    if not made:
        raise StudyError(
            f"there are no open codes to group (from {origin})",
            hint="Have transcripts coded with `autocode propose ID`, or name --from gold.",
        )
    return made


def _sources(study: Study, origin: Origin) -> Iterator[Source]:
    if origin != "runs":
        yield from sources(study, runs=False)
    for id_ in transcript_ids(study) if origin != "gold" else ():
        models: set[str] = set()
        for run in read_runs(study, id_)[0]:
            if run.manifest.model_asked in models:
                continue
            try:
                source = run_source(study, run)
            except InputError:  # no answers yet
                continue
            models.add(run.manifest.model_asked)
            yield source


def _names(source: Source, quote: Quote, book: Codebook) -> list[str]:
    if quote.open_code and bare(quote.open_code):
        return [quote.open_code]
    if source.coding.coder.kind == "model":
        return []
    codes = {id_: book.find(id_) for id_ in quote.axial}
    return [(code.label if code else None) or id_.replace("_", " ") for id_, code in codes.items()]


def _defined_in(source: Source, book: Codebook) -> frozenset[str]:
    if source.coding.coder.kind == "human":
        return frozenset({source.coding.transcript.id})
    sent = set(source.run.manifest.codebook.sent) if source.run else set[str]()
    return frozenset(
        place
        for code in book.codes
        if sent & {code.id, *code.aliases}
        for place in (code.first_defined_in, *code.also_defined_in)
        if place
    )


def _words(study: Study, *, redacted: bool) -> Callable[[str, Quote], str]:
    """The words of a quote as they may be sent."""
    if not redacted:
        return lambda _, quote: quote.text

    @cache
    def redaction(id_: str) -> Redaction:
        return redaction_of(study, load(study, id_))

    def words(id_: str, quote: Quote) -> str:
        made = redaction(id_)
        span = made.to_redacted(quote.span or Span(0, 0))
        return made.redacted.text[span.start : span.end]

    return words


def all_defined_in(codes: Iterable[OpenCode]) -> list[str]:
    """The transcripts whose human coding some open codes go back to."""
    return sorted({id_ for code in codes for quote in code.quotes for id_ in quote.defined_in})
