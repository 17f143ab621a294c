"""What two or more coders agree on: codings in, one `Comparison` (`autocode/comparison@1`) out.

The figures are the fixed panel of `panel.figures`; this module checks that the codings may be
compared at all and records what was compared, so that every figure can be traced and repeated.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field, TypeAdapter

from autocode import __version__
from autocode.agreement.figure import Figure
from autocode.coding.materials import Material, Part, assisted, check
from autocode.coding.nouns import Coder, Failure
from autocode.coding.sources import Source
from autocode.files import Record
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Segments
from autocode.panel.figures import panel
from autocode.panel.labels import Embedder, Similarity, similarity_of
from autocode.panel.replacement import replacement_figures
from autocode.panel.uncertainty import ceiling_figures, pair_figures, run_figures
from autocode.transcript.nouns import Transcript
from autocode.transcript.sentences import sentences

__all__ = ["Comparison", "Material", "Part", "Source", "compare", "segments_of", "settings_for"]

COMPARISON_FORMAT: Literal["autocode/comparison@1"] = "autocode/comparison@1"
Measures = Literal["acceptance", "agreement"]
_FIGURE = TypeAdapter(Figure)
BRANCHES = ("spans", "units", "axial", "labels", "coverage", "baselines", "uncertainty")

# Of the labels of 62 axial codes from eleven interviews 95 % of the pairs are less similar, and
# of twelve pairs of rephrased labels all (E5) and ten (lexical) are more similar.
_THRESHOLDS = {"multilingual-e5-small": 0.875, "wordllama": 0.35, "lexical": 0.3}


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
    incomplete: one sentence per coding that is not whole. aliases: codes of the codings that were
    counted as another one, into which the codebook merged or renamed them. config_sha256 hashes
    `config`; it says which settings gave the figures, not when they were chosen. The branches from
    `spans` on are nested by key and end in figures (see `figure`).
    """

    format: Literal["autocode/comparison@1"] = COMPARISON_FORMAT
    autocode: str = __version__
    measures: Literal["agreement", "acceptance"]
    assisted: bool
    documents: list[ComparedDocument]
    similarity: str
    incomplete: list[str]
    notes: list[str]
    aliases: dict[str, str] = Field(default_factory=dict)
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
        node: Any = getattr(self, path[0])
        for key in path[1:]:
            node = node.get(key, {})
        return dict(node)

    def figure(self, *path: str) -> Figure:
        """The figure at a path: `figure("spans", "matching", "0.5", "strict")`.

        Raises:
            KeyError: there is no figure.
        """
        leaf = self.branch(*path)
        if "unit" not in leaf or "reference" not in leaf:
            raise KeyError(".".join(path))
        return _FIGURE.validate_python(leaf)

    @property
    def coders(self) -> list[Coder]:
        """The coders of the panel, the reference first, as in the first document."""
        parts = ("reference", "other")
        return [coding.coder for coding in self.documents[0].codings if coding.part in parts]


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
        check(material, incomplete=incomplete)
    human_saw = assisted(materials)
    measures: Measures = "acceptance" if human_saw else "agreement"
    sources = [source for material in materials for _, source in material.sources]
    aliases = {alias: code for source in sources for alias, code in source.aliases.items()}
    notes = [note for material in materials for note in (*material.notes, *_merged(aliases))]
    # Of assisted codings none may speak of agreement.
    notes = [note.replace("agreement", measures) for note in [*notes, *_copies(materials)]]
    settings = replace(config or PanelConfig(), similarity=embedder.name if embedder else "none")
    tree = _panel(materials, settings, similarity_of(embedder) if embedder else None)
    return Comparison(
        measures=measures,
        assisted=human_saw,
        documents=[_document(material) for material in materials],
        similarity=settings.similarity,
        incomplete=[f"{s.name}: {s.coding.incomplete}" for s in sources if s.coding.incomplete],
        notes=_together(notes, materials),
        aliases=dict(sorted(aliases.items())),
        failures=[failure for source in sources for failure in _failures(source)],
        config=tree["config"],
        config_sha256=tree["config_sha256"],
        **{name: tree.get(name, {}) for name in BRANCHES},
    )


def _together(notes: Sequence[str], materials: Sequence[Material]) -> list[str]:
    """Every note once: what is true of several documents is said of them together."""
    documents = {material.codings[0].coding.transcript.id for material in materials}
    about: dict[str, list[str]] = {}
    for note in notes:
        document, _, words = note.partition(": ")
        if document in documents:
            about.setdefault(words, []).append(document)
        else:
            about.setdefault(note, [])
    return [
        f"{', '.join(dict.fromkeys(ids))}: {words}" if ids else words
        for words, ids in about.items()
    ]


def _panel(
    materials: Sequence[Material], config: PanelConfig, similarity: Similarity | None
) -> dict[str, Any]:
    """The panel as JSON, with what further runs and further human coders add to it."""
    codings = [[source.coding for source in material.codings] for material in materials]
    texts = [
        segments_of(material.transcript) if material.transcript else None for material in materials
    ]
    humans = [material.of("human") for material in materials]
    parents = {code: parent for material in materials for code, parent in material.parents.items()}
    made = panel(codings, config, texts, similarity, parents)
    figures = {
        **made.figures,
        **pair_figures(codings, texts, config),
        **ceiling_figures(codings, humans, texts, config),
        **run_figures(codings, [material.of("run") for material in materials], texts, config),
        **replacement_figures(codings, humans, texts, config),
    }
    # As it will be read back: keys are strings, tuples are lists.
    tree: dict[str, Any] = json.loads(
        json.dumps(replace(made, figures=figures).as_json(), allow_nan=False)
    )
    return tree


def settings_for(
    embedder: Embedder | None, research_question: str = "", **more: Any
) -> PanelConfig:
    """The settings of a comparison.

    Open codes match from a similarity that depends on the embedder; the keyword coder looks for
    the longer words of the research question. more: further keys of `PanelConfig`.
    """
    name = embedder.name if embedder else "none"
    known = next((prefix for prefix in _THRESHOLDS if name.startswith(prefix)), None)
    if known:
        more = {
            "label_threshold": _THRESHOLDS[known],
            "label_threshold_from": f"default for {known}: unrelated labels seldom reach it; "
            "not calibrated on this study",
            **more,
        }
    words = dict.fromkeys(re.findall(r"\w{5,}", research_question.casefold()))
    return PanelConfig(similarity=name, keywords=tuple(words), **more)


def segments_of(transcript: Transcript) -> Segments:
    """Turns, sentences and text as the panel wants them."""
    turns = [(turn.start, turn.end, turn.role) for turn in transcript.turns]
    spans = [(sentence.start, sentence.end) for sentence in sentences(transcript.text)]
    return Segments(turns, spans, transcript.text)


def _copies(materials: Sequence[Material]) -> Iterable[str]:
    seen: dict[str, str] = {}
    for transcript in (material.codings[0].coding.transcript for material in materials):
        first = seen.setdefault(transcript.sha256, transcript.id)
        if first != transcript.id:
            yield (
                f"{first} and {transcript.id} are the same text, counted twice: "
                "every interval is too narrow"
            )


def _merged(aliases: Mapping[str, str]) -> list[str]:
    """A sentence on the codes that were counted as another one."""
    if not aliases:
        return []
    pairs = [f"{alias} as {code}" for alias, code in sorted(aliases.items())]
    told = ", ".join(pairs[:5]) + (f" and {len(pairs) - 5} more" if len(pairs) > 5 else "")
    return [f"by the codebook's aliases these codes count as others: {told}"]


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
        unlocated=[Unlocated(id=quote.id, text=quote.as_written or quote.text) for quote in lost],
        incomplete=coding.incomplete,
    )


def _failures(source: Source) -> Iterable[NamedFailure]:
    about = {"document": source.coding.transcript.id, "source": source.name}
    for failure in source.coding.failures:
        yield NamedFailure.model_validate({**failure.model_dump(), **about})
