"""How the codes of a study are used: by whom, where, and on which quotes."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from autocode.coding.codebook import Codebook
from autocode.coding.nouns import Cited, Code
from autocode.coding.runs import run_folders
from autocode.coding.sources import Source, coders_of, human_source, model_source
from autocode.errors import AutocodeError, InputError
from autocode.study import Study
from autocode.transcript.seeds import transcript_ids


@dataclass
class Use:
    """The uses of one code, merged ones counted with it: quotes and mentions.

    coders and transcripts: uses by each. defined_in: where codings say that it was first defined.
    marks: the places of its quotes that were not mapped by a whole trace. example: its first quote.
    """

    quotes: int = 0
    mentions: int = 0
    coders: Counter[str] = field(default_factory=Counter)
    transcripts: Counter[str] = field(default_factory=Counter)
    defined_in: str | None = None
    marks: set[object] = field(default_factory=set)
    example: Cited | None = None

    @property
    def total(self) -> int:
        return self.quotes + self.mentions


def sources(study: Study, *, humans: bool = True, runs: bool = True) -> Iterator[Source]:
    """Every human coding of the study, and the newest run on each transcript that has answers.

    Raises:
        InputError: a human coding cannot be read.
    """
    for id_ in transcript_ids(study):
        for coder in coders_of(study, id_) if humans else ():
            yield human_source(study, id_, coder)
        if runs and run_folders(study, id_):
            try:
                yield model_source(study, id_)
            except AutocodeError as error:
                if not isinstance(error, InputError):
                    raise


def usage(study: Study) -> dict[str, Use]:
    """The uses of every code that some coding has, by its id.

    Raises:
        InputError: a human coding cannot be read.
    """
    uses: dict[str, Use] = defaultdict(Use)
    for source in sources(study):
        _count(source, uses)
    return dict(uses)


def codes_in_use(book: Codebook, uses: dict[str, Use]) -> list[Code]:
    """The codes of the codebook, then those that only codings have."""
    known = {code.id for code in book.codes}
    return [*book.codes, *(Code(id=id_) for id_ in sorted(uses) if id_ not in known)]


def _count(source: Source, uses: dict[str, Use]) -> None:
    coding, transcript = source.coding, source.coding.transcript.id
    for quote in coding.quotes:
        for code in quote.axial:
            use = uses[code]
            use.quotes += 1
            use.coders[coding.coder.id] += 1
            use.transcripts[transcript] += 1
            if quote.mapping != "trace" and quote.span:
                use.marks.add((transcript, quote.span.start, quote.span.end))
            use.example = use.example or source.cited(quote)
    for mention in coding.mentions:
        use = uses[mention.code]
        use.mentions += 1
        use.coders[coding.coder.id] += 1
        use.transcripts[transcript] += 1
    for used in coding.codes:
        if used.defined_here and coding.coder.kind == "human":
            uses[used.id].defined_in = uses[used.id].defined_in or transcript
