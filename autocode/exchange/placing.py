"""Placing a project in a study: its documents become transcripts' ids, its passages quotes.

Offsets count only where the document's text is the transcript; everything else is located by its
words. What stands nowhere, or in several places with nothing to tell which, is kept as missing
and said: nothing is guessed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from autocode.coding.codebook import bare, identifier
from autocode.coding.grounding import MISSING, Grounder, Located
from autocode.coding.nouns import Code, CodedWith, Coder, Coding, Quote, TranscriptRef
from autocode.errors import InputError
from autocode.exchange.project import Passage, Project, ProjectCode, coder_named
from autocode.study import is_id
from autocode.text import unused
from autocode.transcript.nouns import Transcript

_ASIDE = re.compile(r"[(\[{][^)\]}]*[)\]}]")


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A passage without a place, and why: kept as a missing quote."""

    passage: Passage
    reason: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A project as codings, one for each transcript and coder, and codes for the codebook."""

    codings: tuple[Coding, ...]
    codes: tuple[Code, ...]
    unplaced: tuple[Unplaced, ...]


def place(
    project: Project,
    transcripts: Mapping[str, Transcript],
    coder: str | None = None,
    known: Sequence[Code] = (),
) -> Placed:
    """The codings that a project holds of these transcripts (by document name).

    coder: whose coding it is; may also rename the one person whom the file names.
    known: the codebook of the study; a code with the name of one of its codes is that code.

    Raises:
        InputError: a document leads to no transcript, a passage has no coder, or `coder` would
            make several people one.
    """
    if coder:
        _refuse_several(project)
    ids = code_ids(project.codes, known)
    groups: dict[tuple[str, str, str], list[Passage]] = {}
    for passage in project.passages:
        if passage.document not in transcripts:
            raise InputError(
                f"no transcript for the document {passage.document!r}",
                hint="Import its text first with `autocode import FILE --id ID`.",
            )
        named = coder_named(passage.coder or "")
        who = named.id if named.kind == "model" else coder or coder_id(named.id)
        if not who:
            raise InputError("the file does not say who coded", hint="Name them with --coder.")
        groups.setdefault((passage.document, who, named.kind), []).append(passage)
    texts, codings, unplaced = project.texts, [], []
    for (document, who, kind), passages in groups.items():
        placing = _Placing(transcripts[document], texts.get(document), ids)
        author = Coder.model_validate({"id": who, "kind": kind})
        codings.append(placing.coding(author, passages, project.codes))
        unplaced += placing.unplaced
    codes = [project_code(code, ids) for code in project.codes]
    return Placed(tuple(codings), tuple(_defined(codes, codings, known)), tuple(unplaced))


def _refuse_several(project: Project) -> None:
    people = {coder_named(passage.coder).id for passage in project.passages if passage.coder}
    if len(people) > 1:
        raise InputError(
            f"the file names several coders: {', '.join(sorted(people))}",
            hint="Leave out --coder: each gets a coding of their own.",
        )


def _defined(
    codes: Sequence[Code], codings: Sequence[Coding], known: Sequence[Code]
) -> Iterable[Code]:
    """The codes, each that is new with the first transcript that uses it or one below it.

    A model is not told the codes that the very transcript brought (see `Codebook.without`).
    """
    there = {code.id for code in known}
    parents = {code.id: code.parent for code in codes}
    first: dict[str, str] = {}
    for coding in codings:
        for quote in coding.quotes:
            for used in quote.axial:
                above: str | None = used
                while above is not None and above not in first:
                    first[above] = coding.transcript.id
                    above = parents.get(above)
    for code in codes:
        new = code.id not in there and code.id in first
        yield code.model_copy(update={"first_defined_in": first[code.id]}) if new else code


def clean_id(name: str) -> str:
    """An id from a file's name: `Interview 01 - Ola (final)` is `interview_01_ola`."""
    if is_id(name):
        return name
    return identifier(_ASIDE.sub(" ", name)) or identifier(name) or "transcript"


def match_documents(names: Iterable[str], ids: Sequence[str]) -> dict[str, str]:
    """The transcript id that each document name leads to, where exactly one does.

    By the name itself or its file stem, else by what both share without case and punctuation.
    """
    by_bare: dict[str, list[str]] = {}
    for id_ in ids:
        by_bare.setdefault(bare(id_), []).append(id_)
    matched = {}
    for name in names:
        stem = PurePath(name.replace("\\", "/")).stem if "." in name else name
        exact = [id_ for id_ in (name, stem) if id_ in ids]
        spellings = (bare(stem), bare(name), bare(clean_id(stem)))
        similar = exact or next((by_bare[way] for way in spellings if way in by_bare), [])
        if exact or len(similar) == 1:
            matched[name] = similar[0]
    return matched


def coder_id(name: str) -> str:
    """A person's name as the id of a coder: `Jo Smith` is `jo_smith`; empty where none is left."""
    plain = name.strip()
    return plain if is_id(plain) else identifier(plain)


def code_ids(codes: Sequence[ProjectCode], known: Sequence[Code] = ()) -> dict[str, str]:
    """An identifier for each code of a project, by its id there; equal names get their parent's.

    A code that has the id, label or alias of one of the `known` codes, as it is or but for case
    and punctuation, gets the id of that code.
    """
    names = {code.id: code.name for code in codes}
    theirs = _known_ids(known)
    ids: dict[str, str] = {}
    taken = {code.id for code in known}
    for code in codes:
        same = theirs.get(code.name) or theirs.get(bare(code.name))
        if same and same not in ids.values():
            ids[code.id] = same
            continue
        plain = code.name if is_identifier(code.name) else identifier(code.name) or "code"
        parent = identifier(names.get(code.parent or "", ""))
        tries = [plain, f"{parent}_{plain}" if parent else plain]
        tries += [f"{tries[-1]}_{number}" for number in range(2, len(taken) + 3)]
        ids[code.id] = unused(tries, taken)
    return ids


def _known_ids(known: Sequence[Code]) -> dict[str, str]:
    """The id that each name of the known codes leads to; an id before a label or alias."""
    named: dict[str, str] = {}
    for code in known:
        for name in filter(None, (code.label, *code.aliases)):
            named.setdefault(name, code.id)
            named.setdefault(bare(name), code.id)
    return named | {bare(code.id): code.id for code in known} | {code.id: code.id for code in known}


def is_identifier(name: str) -> bool:
    """Whether a code's name can be its id as it is."""
    return re.fullmatch(r"[^\W\d]\w*", name) is not None


def project_code(code: ProjectCode, ids: Mapping[str, str]) -> Code:
    """A code of a project as the codebook has it."""
    label = code.name if code.name != ids[code.id] else None
    parent = ids.get(code.parent) if code.parent else None
    return Code(
        id=ids[code.id],
        label=label,
        parent=parent,
        definition=code.definition or None,
        examples=list(code.examples),
    )


class _Placing:
    """Places the passages of one document in its transcript."""

    def __init__(self, transcript: Transcript, text: str | None, ids: Mapping[str, str]) -> None:
        self._transcript, self._ids = transcript, ids
        self._same_text = text == transcript.text
        self._length = len(text) if text else 0
        self._grounder = Grounder(transcript.text)
        speakers = {turn.speaker for turn in transcript.turns if turn.speaker}
        names = "|".join(re.escape(name) for name in sorted(speakers, key=len, reverse=True))
        self._label = re.compile(rf"\s*(?:{names})\s*[:：]\s*") if names else None
        self.unplaced: list[Unplaced] = []

    def coding(
        self, who: Coder, passages: Sequence[Passage], codes: Sequence[ProjectCode]
    ) -> Coding:
        """One person's coding; passages of the same span and open code become one quote."""
        quotes: dict[tuple[object, ...], Quote] = {}
        for passage in passages:
            located = self._locate(passage)
            quote = Quote(
                id="q",
                open_code=passage.open_code,
                axial=[self._ids[code] for code in passage.codes],
                note=passage.note,
                **located.fields(passage.words, self._transcript),
            )
            same = quotes.setdefault((quote.start, quote.end, quote.text, quote.open_code), quote)
            if same is not quote:
                notes = list(dict.fromkeys(note for note in (same.note, quote.note) if note))
                axial = list(dict.fromkeys([*same.axial, *quote.axial]))
                same.axial, same.note = axial, "\n".join(notes)
        every = sorted(quotes.values(), key=lambda quote: (quote.start is None, quote.start or 0))
        used = {code for quote in every for code in quote.axial}
        described = {code.id: code for code in (project_code(code, self._ids) for code in codes)}
        return Coding(
            transcript=TranscriptRef.of(self._transcript),
            coder=who,
            quotes=[q.model_copy(update={"id": f"q{n}"}) for n, q in enumerate(every, 1)],
            codes=[CodedWith(**described[id_].model_dump()) for id_ in sorted(used)],
        )

    def _locate(self, passage: Passage) -> Located:
        text, span = self._transcript.text, passage.span
        if span and self._same_text and span.end <= len(text):
            return Located(span, "exact")
        if span and text[span.start : span.end].strip() == passage.words.strip():
            return Located(span, "exact")
        words = passage.words.strip()
        near = round(span.start / self._length * len(text)) if span and self._length else None
        if near is None and passage.paragraph is not None:
            starts = [line.start() for line in re.finditer(r"[^\n]+", text)] or [0]
            near = starts[min(max(passage.paragraph, 1), len(starts)) - 1]
        located = self._grounder.locate(words, near=near)
        if located.span is None and self._label and (label := self._label.match(words)):
            words = words[label.end() :]
            located = self._grounder.locate(words, near=near)
        if located.span is None:
            return self._missing(passage, "these words stand nowhere in the transcript")
        places = self._grounder.places(words)
        if near is not None or len(places) < 2:
            return located
        return self._missing(passage, f"these words stand in {len(places)} places")

    def _missing(self, passage: Passage, reason: str) -> Located:
        self.unplaced.append(Unplaced(passage, reason))
        return MISSING
