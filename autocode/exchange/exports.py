"""What goes out together: transcripts, the codings chosen of each, and the codebook."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from autocode.coding.codebook import Codebook
from autocode.coding.nouns import Code, Relation
from autocode.coding.runs import read_runs
from autocode.coding.sources import (
    Source,
    human_source,
    model_source,
    run_source,
    source_at,
    source_of,
    transcript_of,
)
from autocode.errors import StudyError
from autocode.exchange.codeable import relations_of
from autocode.exchange.project import Memo, Project, code_table, project_of
from autocode.study import Study
from autocode.text import model_name
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import transcript_ids


@dataclass(frozen=True)
class CodedTranscript:
    """A transcript and the codings of it that go out."""

    transcript: Transcript
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Selection:
    """Coded transcripts, and the codes of the study's codebook; `links`: its own relations."""

    documents: tuple[CodedTranscript, ...]
    codebook: tuple[Code, ...] = ()
    links: tuple[Relation, ...] = ()

    @cached_property
    def codes(self) -> dict[str, Code]:
        """Every code by its id: what the codebook says, and what only a coding does."""
        codings = [source.coding for each in self.documents for source in each.sources]
        return code_table(codings, self.codebook)

    @property
    def relations(self) -> list[Relation]:
        """The links between codes that codings and codebook note, each once."""
        sources = (source for each in self.documents for source in each.sources)
        return relations_of([*(source.coding.relations for source in sources), self.links])

    @property
    def name(self) -> str:
        """`p1`, `p1-p2`: what a file of all this can be called."""
        return "-".join(each.transcript.id for each in self.documents)

    def project(self) -> Project:
        """The same as a project of another program, with a memo for each run."""
        coded = [
            (each.transcript, [source.coding for source in each.sources]) for each in self.documents
        ]
        sources = (source for each in self.documents for source in each.sources)
        return project_of(coded, self.codebook, [m for s in sources if (m := _memo(s))])


def _memo(source: Source) -> Memo | None:
    """What made a model's coding: enough to find the run again."""
    if source.run is None:
        return None
    made = source.run.manifest
    prompts = [f"Prompt {prompt.step}: SHA-256 {prompt.sha256}" for prompt in made.prompts]
    lines = [
        f"Run {made.run} on {made.transcript.id}, started {made.started}",
        f"Model: {model_name(made.model_asked)} ({made.destination})",
        f"Strategy: {made.strategy}",
        *prompts,
        f"Recipe: SHA-256 {made.recipe}",
    ]
    return Memo(f"{made.transcript.id}: {made.run}", "\n".join(lines))


def select(
    study: Study,
    names: Sequence[str],
    *,
    gold: str | None = None,
    run: str | None = None,
    single: bool = False,
) -> Selection:
    """The codings that names stand for; without names those of every transcript that has one.

    An id means every human coding of it and its newest run with answers; with `gold` (a coder or
    file) that human coding, with `run` (a name or folder, empty for the newest) that run. Any
    other name is a coding, as `sources.source_of` finds it. `single` keeps of several codings of
    an id the first: the human one where there is one.

    Raises:
        StudyError: a name is unknown, or there is no coding.
        InputError: a coding cannot be read, or is not of the text as it is.
    """
    ids = transcript_ids(study)
    grouped: dict[str, list[Source]] = {}
    for name in dict.fromkeys(names or ids):
        if name in ids:
            sources = _of_id(study, name, gold, run, required=bool(names))
            sources = sources[:1] if single else sources
        else:
            sources = [source_of(study, name)]
        for source in sources:
            grouped.setdefault(source.coding.transcript.id, []).append(source)
    if not grouped:
        raise StudyError(
            "no transcript of this study is coded yet",
            hint="Code one with `autocode propose ID`, or bring codings in with `autocode import`.",
        )
    documents = []
    for sources in grouped.values():
        transcripts = [transcript_of(study, source) for source in sources]
        documents.append(CodedTranscript(transcripts[0], tuple(sources)))
    return Selection(tuple(documents), tuple(Codebook.load(study.codebook_path).codes))


def codebook_of(study: Study) -> Selection:
    """The codebook, and the human codings for the relations they note.

    Raises:
        StudyError: there are no codes.
        InputError: the codebook or a coding cannot be read, or is not of the text as it is.
    """
    book = Codebook.load(study.codebook_path)
    documents = []
    for id_ in transcript_ids(study):
        sources = _human_sources(study, id_)
        if sources:
            documents.append(CodedTranscript(transcript_of(study, sources[0]), tuple(sources)))
    if not book.codes and not documents:
        raise StudyError(
            "this study has no codes yet",
            hint="Bring them in with `autocode import codebook`, or write gold/codebook.json.",
        )
    return Selection(tuple(documents), tuple(book.codes), tuple(book.relations))


def _human_sources(study: Study, id: str) -> list[Source]:
    """The human codings of a transcript: gold/p1.a.json may also be of a transcript p1.a."""
    sources = [source_at(study, path) for path in study.gold_paths(id)]
    return [source for source in sources if source.coding.transcript.id == id]


def _of_id(
    study: Study, id: str, gold: str | None, run: str | None, *, required: bool
) -> list[Source]:
    """The codings of a transcript that are asked for; `required` refuses to find none."""
    if gold is not None or run is not None:
        chosen = [human_source(study, id, gold)] if gold is not None else []
        return chosen + ([model_source(study, id, run or None)] if run is not None else [])
    sources = _human_sources(study, id)
    runs = [each for each in read_runs(study, id)[0] if each.coding_path.is_file()]
    answered = [each for each in runs if each.manifest.answered]
    sources += [run_source(study, each) for each in answered[:1]]
    if required and not sources:
        raise StudyError(
            f"{id} is not coded yet", hint=f"Code it with `autocode propose {id}`, or bring a "
            "coding in with `autocode import coding`.",
        )  # fmt: skip
    return sources
