"""A coding project as other programs hold it: documents, a tree of codes, and coded passages.

Readers of files make one, writers take one; `placing` turns one into codings of a study. All
offsets are code points into the document's text with `\\n` line ends, half-open `[start, end)`.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from autocode.coding.nouns import Code, Coder, Coding, Relation
from autocode.exchange.codeable import relations_of
from autocode.text import model_name, plural
from autocode.transcript.nouns import Span, Transcript, Turn

# Colours that black words can be read on (Tol 2021, the schemes "light" and "pale").
_PALETTE = (
    "#77aadd", "#ee8866", "#eedd88", "#ffaabb", "#99ddff", "#44bb99", "#bbcc33", "#aaaa00",
    "#bbccee", "#cceeff", "#ccddaa", "#eeeebb", "#ffcccc", "#dddddd",
)  # fmt: skip
# What several formats cannot hold, and say alike.
NO_RELATIONS: Final = "relations of codes, and memos of the project, are left out"
NO_NOTES: Final = "notes and rationales are left out"
_MODEL = " (model)"
_OPEN = "open: "


@dataclass(frozen=True, slots=True)
class ProjectDocument:
    """A document by its name in the project; text is None where the file holds quotes alone.

    turns: who speaks where in the text, where that is known.
    """

    name: str
    text: str | None = None
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """A code under the id it has in the project; parent is such an id; colour is `#rrggbb`."""

    id: str
    name: str
    parent: str | None = None
    definition: str = ""
    colour: str | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a document that a coder gave codes (ids of the project), or an open code.

    coder is a name as `coder_name` gives it, None where the file does not say; span is None where
    it holds the words alone, then `paragraph` (from 1) may say where about they stand. `note` is
    the coder's memo.
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
class Memo:
    """A note about the whole project: how it was made, what a model was and was asked."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Project:
    """What a file holds of use here; `remarks` say in sentences what it held besides.

    relations: links between codes, by their ids in the project.
    """

    documents: tuple[ProjectDocument, ...] = ()
    codes: tuple[ProjectCode, ...] = ()
    passages: tuple[Passage, ...] = ()
    remarks: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    memos: tuple[Memo, ...] = ()

    @property
    def texts(self) -> dict[str, str]:
        """The texts of the documents by their names; of a name used twice the first."""
        return {d.name: d.text for d in reversed(self.documents) if d.text is not None}


@dataclass(frozen=True, slots=True)
class Written:
    """A project as a file; `losses` say in sentences what the format could not hold."""

    data: bytes
    losses: tuple[str, ...] = ()


def without_place(count: int) -> str:
    """The loss of so many passages that stand in no text."""
    passages = plural(count, "passage without a place", "passages without a place")
    return f"left out: {passages} in a text"


def numbered(name: str, names: Counter[str]) -> str:
    """The name of a document, with a number where `names` has had it before; it is counted."""
    names[name] += 1
    return name if names[name] == 1 else f"{name} ({names[name]})"


def coder_name(coder: Coder) -> str:
    """What other programs call a coder; nobody takes a model for a person there."""
    return model_name(coder.id) + (_MODEL if coder.kind == "model" else "")


def coder_named(name: str) -> Coder:
    """The coder that a name in a file stands for: see `coder_name`."""
    model = name.endswith(_MODEL)
    return Coder(id=name.removesuffix(_MODEL), kind="model" if model else "human")


def colours(codes: Sequence[ProjectCode]) -> dict[str, str]:
    """A colour (`#rrggbb`) for each code by its id: its own, else the next of a palette."""
    return {
        code.id: code.colour or _PALETTE[number % len(_PALETTE)]
        for number, code in enumerate(codes)
    }


def label_of_open_code(text: str) -> str:
    """An open code among codes, where a format knows only one kind of label."""
    return f"{_OPEN}{text}"


def open_code_labelled(label: str) -> str | None:
    """The open code that a label stands for, None for the label of a code."""
    return label.removeprefix(_OPEN) if label.startswith(_OPEN) else None


def colour_of(text: str | None) -> str | None:
    """A colour as `#rrggbb`, from `#RRGGBB` or `#RGB`; None for anything else."""
    match = re.fullmatch(r"#([0-9a-f]{6}|[0-9a-f]{3})", (text or "").strip().lower())
    if not match:
        return None
    digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
    return f"#{digits}"


def project_of(
    coded: Iterable[tuple[Transcript, Sequence[Coding]]],
    codebook: Sequence[Code],
    memos: Iterable[Memo] = (),
) -> Project:
    """Transcripts with their codings as a project: every code, located quotes as passages.

    A code of a coding fills in what the codebook does not say; one that nothing describes is
    called by its id. What has no offsets (missing quotes, mentions) is counted in the remarks.
    """
    coded = list(coded)
    codings = [coding for _, codings in coded for coding in codings]
    passages = [p for talk, codings in coded for coding in codings for p in _passages(talk, coding)]
    links = relations_of(coding.relations for coding in codings)
    codes = code_table(codings, codebook)
    remarks = []
    for coding in codings:
        if count := sum(quote.span is None for quote in coding.quotes) + len(coding.mentions):
            who = f"{coding.transcript.id}, {coding.coder.id}"
            what = f"{count} quotes or mentions have no place in the text and are left out"
            remarks.append(f"{who}: {what}")
    return Project(
        tuple(ProjectDocument(talk.id, talk.text, talk.turns) for talk, _ in coded),
        tuple(_code(codes[id_], codes.keys()) for id_ in sorted(codes)),
        tuple(passages),
        tuple(remarks),
        tuple(sorted(links, key=lambda link: link.triple)),
        tuple(memos),
    )


def code_table(codings: Sequence[Coding], codebook: Iterable[Code]) -> dict[str, Code]:
    """Every code by its id: the codebook's, those of codings, and those that are only used."""
    codes: dict[str, Code] = {c.id: c for each in reversed(codings) for c in each.codes}
    codes |= {code.id: code for code in codebook}
    used = {code for coding in codings for quote in coding.located() for code in quote.axial}
    links = (link for coding in codings for link in coding.relations)
    used |= {code for link in links for code in (link.source, link.target)}
    return codes | {id_: Code(id=id_) for id_ in used - codes.keys()}


def _code(code: Code, known: Collection[str]) -> ProjectCode:
    parent = code.parent if code.parent in known and code.parent != code.id else None
    return ProjectCode(
        code.id,
        code.label or code.id,
        parent,
        code.definition or "",
        examples=tuple(code.examples),
    )


def _passages(transcript: Transcript, coding: Coding) -> Iterable[Passage]:
    for quote in coding.located():
        yield Passage(
            document=transcript.id,
            words=quote.text,
            codes=tuple(quote.axial),
            coder=coder_name(coding.coder),
            span=quote.span,
            open_code=quote.open_code,
            note="\n".join(part for part in (quote.rationale, quote.note) if part),
        )
