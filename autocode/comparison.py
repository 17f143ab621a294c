"""What two or more coders agree on: codings in, one `Comparison` (`autocode/comparison@1`) out.

The figures are the fixed panel of `agreement.panel`; this module checks that the codings may be
compared at all and records what was compared, so that every figure can be traced and repeated.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import Field

from autocode import __version__
from autocode.agreement.figure import Figure, Interval, Null
from autocode.agreement.panels import PanelConfig, Segments, panel
from autocode.agreement.panels.labels import Similarity
from autocode.agreement.panels.repeated import ceiling_figures, run_figures
from autocode.embedding import Embedder
from autocode.errors import InputError
from autocode.gold import coding_json
from autocode.model import Coder, Coding, Failure, Record, Transcript
from autocode.sentences import sentences

COMPARISON_FORMAT: Literal["autocode/comparison@1"] = "autocode/comparison@1"
BRANCHES = ("spans", "units", "axial", "labels", "coverage", "baselines", "uncertainty")

# Why a coding is in the comparison: the panel's first and further coders, a further human for the
# ceiling, a further run of the same model.
Part = Literal["reference", "other", "human", "run"]


@dataclass(frozen=True)
class Source:
    """A coding, the name of the file or run it came from, and the SHA-256 of that file."""

    coding: Coding
    name: str
    sha256: str

    @classmethod
    def of(cls, coding: Coding, name: str | None = None) -> "Source":
        """A coding that is not from a file: hashed as the file it would be."""
        digest = hashlib.sha256(coding_json(coding).encode("utf-8", "surrogatepass")).hexdigest()
        return cls(coding, name or coding.coder.id, digest)


@dataclass(frozen=True)
class Material:
    """What is compared of one transcript.

    codings: the reference first, then one or more others. transcript: None where it is not at
    hand; what needs turns or text is then None with the reason. runs: further runs of the model
    in `codings[1]`. humans: further human codings, for the human-human ceiling. notes: sentences
    a reader of the figures must know.
    """

    codings: tuple[Source, ...]
    transcript: Transcript | None = None
    runs: tuple[Source, ...] = ()
    humans: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sources(self) -> list[tuple[Part, Source]]:
        parts: list[tuple[Part, Source]] = [("reference", self.codings[0])]
        parts += [("other", one) for one in self.codings[1:]]
        parts += [("human", one) for one in self.humans]
        return parts + [("run", one) for one in self.runs]


class Unlocated(Record):
    """A quote that is not in the transcript: its id and its words as written."""

    id: str
    text: str


class ComparedCoding(Record):
    """One coding that went into a comparison; `source` is its file or run, `sha256` the file's."""

    part: Part
    source: str
    sha256: str
    coder: Coder
    quotes: int
    unlocated: list[Unlocated] = Field(default_factory=list)
    incomplete: str | None = None


class ComparedDocument(Record):
    """One transcript; `transcript_used` says whether turns, sentences and text were at hand."""

    id: str
    sha256: str
    length: int
    transcript_used: bool
    codings: list[ComparedCoding]


class NamedFailure(Failure):
    """A part of a transcript that a model did not code, with the document and the run it is of."""

    document: str
    source: str


class Comparison(Record):
    """All figures of one comparison and what they are of (`autocode/comparison@1`).

    measures: "acceptance" where a human coder saw the model's proposals, never "agreement" then.
    incomplete: one sentence per coding that is not whole. config_sha256 hashes `config`, the
    settings decided before any figure was seen. The branches from `spans` on are nested by key and
    end in figures (see `figure`).
    """

    format: Literal["autocode/comparison@1"] = COMPARISON_FORMAT
    autocode: str = __version__
    measures: Literal["agreement", "acceptance"]
    assisted: bool
    documents: list[ComparedDocument]
    similarity: str
    incomplete: list[str]
    notes: list[str]
    failures: list[NamedFailure]
    config: dict[str, Any]
    config_sha256: str
    spans: dict[str, Any]
    units: dict[str, Any]
    axial: dict[str, Any]
    labels: dict[str, Any]
    coverage: dict[str, Any]
    baselines: dict[str, Any]
    uncertainty: dict[str, Any]

    def branch(self, *path: str) -> dict[str, Any]:
        """What lies under a path, `branch("units", "turn", "per_code")`; {} where nothing does."""
        found: Any = getattr(self, path[0])
        for key in path[1:]:
            found = found.get(key, {})
        return dict(found)

    def figure(self, *path: str) -> Figure:
        """The figure at a path: `figure("spans", "matching", "0.5", "strict")`.

        Raises:
            KeyError: there is no figure.
        """
        found = self.branch(*path)
        if "unit" not in found or "reference" not in found:
            raise KeyError(".".join(path))
        interval, null = found.get("interval"), found.get("null")
        return Figure(
            found["value"], found["n"], found["unit"], found["reference"],
            reason=found.get("reason"),
            parts=found.get("parts", {}),
            interval=Interval(**interval) if interval else None,
            null=Null(**null) if null else None,
        )  # fmt: skip

    @property
    def coders(self) -> list[Coder]:
        """The coders of the panel, the reference first, as in the first document."""
        parts = ("reference", "other")
        return [one.coder for one in self.documents[0].codings if one.part in parts]


def compare(
    materials: Sequence[Material],
    config: PanelConfig | None = None,
    embedder: Embedder | None = None,
    *,
    incomplete: bool = False,
) -> Comparison:
    """Compare codings, pooled over documents, with the first coding of each as the reference.

    embedder: how alike open codes are; without one what needs it is None with the reason.
    incomplete: accept codings that are not whole; the comparison then says which.

    Raises:
        InputError: codings of different texts, a quote out of range, an incomplete coding.
        AgreementError: unequal numbers of coders or runs, a transcript twice, wrong settings.
    """
    for material in materials:
        _check(material, incomplete=incomplete)
    assisted = _assisted(materials)
    settings = replace(config or PanelConfig(), similarity=embedder.name if embedder else "none")
    codings = [[source.coding for source in one.codings] for one in materials]
    segments = [segments_of(one.transcript) if one.transcript else None for one in materials]
    found = panel(codings, settings, segments, _similarity(embedder))
    figures = dict(found.figures)
    figures |= ceiling_figures(codings, _others(materials, "human"), segments, settings)
    figures |= run_figures(codings, _others(materials, "run"), segments, settings)
    tree = replace(found, figures=figures).as_json()
    return Comparison(
        measures="acceptance" if assisted else "agreement",
        assisted=assisted,
        documents=[_document(one) for one in materials],
        similarity=settings.similarity,
        incomplete=[_unfinished(s) for one in materials for _, s in one.sources if _partial(s)],
        notes=list(dict.fromkeys(note for one in materials for note in one.notes)),
        failures=[failure for one in materials for failure in _failures(one)],
        config=tree["config"],
        config_sha256=tree["config_sha256"],
        **{name: tree.get(name, {}) for name in BRANCHES},
    )


def segments_of(transcript: Transcript) -> Segments:
    """Turns, sentences and text as the panel wants them."""
    turns = [(turn.start, turn.end, turn.role) for turn in transcript.turns]
    spans = [(one.start, one.end) for one in sentences(transcript.text)]
    return Segments(turns, spans, transcript.text)


def _similarity(embedder: Embedder | None) -> Similarity | None:
    if embedder is None:
        return None
    return lambda ours, theirs: embedder.embed(ours, "query") @ embedder.embed(theirs, "query").T


def _others(materials: Sequence[Material], part: Part) -> list[list[Coding]]:
    return [[s.coding for own, s in one.sources if own == part] for one in materials]


def _check(material: Material, *, incomplete: bool) -> None:
    """Refuse what cannot be compared, naming the file."""
    first = material.codings[0]
    for _, source in material.sources:
        ours, theirs = first.coding.transcript, source.coding.transcript
        if (ours.sha256, ours.length) != (theirs.sha256, theirs.length):
            raise InputError(
                f"this codes another text than {first.name}: {theirs.id} ({theirs.sha256[:8]}), "
                f"not {ours.id} ({ours.sha256[:8]})",
                where=source.name,
                hint="Compare codings of one transcript.",
            )
        _check_quotes(source)
        if _partial(source) and not incomplete:
            raise InputError(
                f"this coding is not whole: {source.coding.incomplete}",
                where=source.name,
                hint="Resume its run, name another one, or give --incomplete.",
            )


def _check_quotes(source: Source) -> None:
    length = source.coding.transcript.length
    for quote in source.coding.located():
        span = quote.span
        if span and (span.end > length or span.end - span.start != len(quote.text)):
            raise InputError(
                f"quote {quote.id} cannot stand at {span.start} to {span.end} of {length} "
                f"characters with {len(quote.text)} characters of text",
                where=source.name,
                hint="Mend its offsets, or make the coding anew.",
            )


def _assisted(materials: Sequence[Material]) -> bool:
    """Whether the human coding is an edited proposal; blind and assisted never mix."""
    found = {any(s.coding.coder.assisted for _, s in one.sources) for one in materials}
    if len(found) > 1:
        raise InputError(
            "some of these human codings were made with a model's proposals in view, others blind",
            hint="Compare the two kinds apart: one is acceptance, the other agreement.",
        )
    return found == {True}


def _partial(source: Source) -> bool:
    return source.coding.incomplete is not None


def _unfinished(source: Source) -> str:
    return f"{source.name}: {source.coding.incomplete}"


def _document(material: Material) -> ComparedDocument:
    about = material.codings[0].coding.transcript
    return ComparedDocument(
        id=about.id,
        sha256=about.sha256,
        length=about.length,
        transcript_used=material.transcript is not None,
        codings=[_compared(part, source) for part, source in material.sources],
    )


def _compared(part: Part, source: Source) -> ComparedCoding:
    coding = source.coding
    lost = (quote for quote in coding.quotes if quote.status == "missing")
    return ComparedCoding(
        part=part,
        source=source.name,
        sha256=source.sha256,
        coder=coding.coder,
        quotes=len(coding.quotes),
        unlocated=[Unlocated(id=one.id, text=one.as_written or one.text) for one in lost],
        incomplete=coding.incomplete,
    )


def _failures(material: Material) -> Iterable[NamedFailure]:
    for _, source in material.sources:
        about = {"document": source.coding.transcript.id, "source": source.name}
        for failure in source.coding.failures:
            yield NamedFailure.model_validate({**failure.model_dump(), **about})
