"""A coding project as other programs hold it: documents, a tree of codes, and coded passages.

Readers of files make one, writers take one; `placing` turns one into codings of a study. All
offsets are code points into the document's text with `\\n` line ends, half-open `[start, end)`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autocode.coding.nouns import Code, Coding
from autocode.transcript.nouns import Span, Transcript


@dataclass(frozen=True, slots=True)
class ProjectDocument:
    """A document by its name in the project; text is None where the file holds quotes alone."""

    name: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """A code under the id it has in the project; parent is such an id; colour is `#rrggbb`."""

    id: str
    name: str
    parent: str | None = None
    definition: str = ""
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a document that a coder gave codes (ids of the project), or an open code.

    coder is None where the file does not say; span is None where it holds the words alone, then
    `paragraph` (from 1) may say where about they stand. `note` is the coder's memo.
    """

    document: str
    words: str
    codes: tuple[str, ...] = ()
    coder: str | None = None
    span: Span | None = None
    paragraph: int | None = None
    open_code: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """What a file holds of use here; `remarks` say in sentences what it held besides."""

    documents: tuple[ProjectDocument, ...] = ()
    codes: tuple[ProjectCode, ...] = ()
    passages: tuple[Passage, ...] = ()
    remarks: tuple[str, ...] = ()


def project_of(
    coded: Iterable[tuple[Transcript, Sequence[Coding]]], codebook: Sequence[Code]
) -> Project:
    """Transcripts with their codings as a project: every code, located quotes as passages.

    A code of a coding fills in what the codebook does not say; one that nothing describes is
    called by its id. What has no offsets (missing quotes, mentions) is counted in the remarks.
    """
    documents: list[ProjectDocument] = []
    passages: list[Passage] = []
    remarks: list[str] = []
    codes = {code.id: code for code in codebook}
    for transcript, codings in coded:
        documents.append(ProjectDocument(transcript.id, transcript.text))
        for coding in codings:
            for code in coding.codes:
                codes.setdefault(code.id, code)
            passages += _passages(transcript, coding)
            placeless = sum(quote.span is None for quote in coding.quotes) + len(coding.mentions)
            if placeless:
                remarks.append(
                    f"{transcript.id}, {coding.coder.id}: {placeless} quotes or mentions have no "
                    "place in the text and are left out"
                )
    used = {code for passage in passages for code in passage.codes}
    every = [*codes.values(), *(Code(id=id_) for id_ in sorted(used - codes.keys()))]
    known = {code.id for code in every}
    return Project(
        tuple(documents),
        tuple(_code(code, known) for code in sorted(every, key=lambda code: code.id)),
        tuple(passages),
        tuple(remarks),
    )


def _code(code: Code, known: set[str]) -> ProjectCode:
    parent = code.parent if code.parent in known and code.parent != code.id else None
    return ProjectCode(code.id, code.label or code.id, parent, code.definition or "")


def _passages(transcript: Transcript, coding: Coding) -> Iterable[Passage]:
    for quote in coding.located():
        yield Passage(
            document=transcript.id,
            words=quote.text,
            codes=tuple(quote.axial),
            coder=coding.coder.id,
            span=quote.span,
            open_code=quote.open_code,
            note="\n".join(part for part in (quote.rationale, quote.note) if part),
        )
