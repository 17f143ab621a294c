"""A researcher's files come into the study: transcripts, human codings, the codebook."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autocode.codebook.history import LOG, add_codes_of, change
from autocode.coding.codebook import Codebook
from autocode.coding.files import coding_json, read_coding, write_coding, write_gold
from autocode.coding.grounding import Grounder
from autocode.coding.nouns import Code, Coder, Coding, Quote, TranscriptRef
from autocode.coding.traces import code_traces
from autocode.errors import InputError
from autocode.exchange.formats import CODINGS, read_codebook, read_project
from autocode.exchange.placing import (
    Unplaced,
    clean_id,
    code_ids,
    match_documents,
    place,
    project_code,
)
from autocode.exchange.project import Project, ProjectCode
from autocode.files import write_whole
from autocode.study import GOLD, Study, check_id
from autocode.transcript.decoding import read_bytes
from autocode.transcript.nouns import Span, Transcript
from autocode.transcript.readers import read_transcript
from autocode.transcript.seeds import load, told_path, transcript_ids, transcript_path
from autocode.transcript.source import NOTHING, Told


@dataclass(frozen=True, slots=True)
class ImportedTranscript:
    """A transcript that came in, and the file it now is; `new` is false where it was there."""

    transcript: Transcript
    file: Path
    new: bool


@dataclass(frozen=True, slots=True)
class ImportedCodings:
    """Human codings that came in with their files, what could not be placed, and remarks."""

    codings: tuple[tuple[Coding, Path], ...]
    unplaced: tuple[Unplaced, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relocated:
    """A coding after its transcript changed: its quotes by their words, and those that are lost."""

    coding: Coding
    file: Path
    kept: Path
    lost: tuple[Quote, ...]


def import_transcript(
    study: Study, path: Path, id: str | None = None, told: Told = NOTHING
) -> ImportedTranscript:
    """Copy a file into `seeds/` under a clean id, with what is told of it beside it.

    Raises:
        InputError: the file cannot be read, or the study has another transcript of that id.
        StudyError: the id is not valid, or the study cannot be written.
    """
    id_ = check_id(id) if id else clean_id(path.stem)
    data, transcript = read_bytes(path), read_transcript(path, id_, told)
    file = study.inside(study.seeds_path / f"{id_}{path.suffix.lower()}")
    if id_ in transcript_ids(study):
        there = transcript_path(study, id_)
        if there != file or there.read_bytes() != data:
            raise InputError(
                f"the study has a transcript {id_!r} already", where=path,
                hint=f"Give this one another --id, or replace {there.name} and run "
                f"`autocode import --relocate {id_}`.",
            )  # fmt: skip
    new = not file.exists()
    if new:
        write_whole(file, data)
    if told != NOTHING:
        lines = ["# What you told `autocode import` of this transcript; it is read with it."]
        for key, value in told.model_dump(exclude_none=True).items():
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")  # as TOML's strings
        write_whole(told_path(study, id_), "\n".join(lines) + "\n")
    return ImportedTranscript(transcript, file, new)


def import_codings(
    study: Study,
    path: Path,
    *,
    coder: str | None = None,
    documents: Mapping[str, str] | None = None,
    columns: Mapping[str, str] | None = None,
    offsets: str | None = None,
    force: bool = False,
) -> ImportedCodings:
    """Write the codings in a file of another program to `gold/`, and their codes to the codebook.

    coder: who coded, where the file does not say. documents: from a document's name in the file
    to a transcript's id, where they differ. columns: see `tables.columns_of`; offsets: see
    `formats.read_project`.

    Raises:
        InputError: the file cannot be read, leads to no transcript, or would replace a coding.
        StudyError: the study cannot be written.
    """
    project = read_project(path, columns or {}, offsets)
    transcripts = _transcripts(study, project, path, documents or {})
    known = Codebook.load(study.codebook_path).codes
    placed = place(project, transcripts, check_id(coder) if coder else None, known)
    written = [
        (coding, study.gold_path(coding.transcript.id, coding.coder.id))
        for coding in placed.codings
        if coding.coder.kind == "human"
    ]
    for coding, file in written if not force else ():
        _refuse_to_replace(coding, file)
    for coding, file in written:
        write_coding(coding, file)
    _add_codes(study, path, placed.codes)
    remarks = (*project.remarks, *_left_out(placed.codings))
    return ImportedCodings(tuple(written), placed.unplaced, remarks)


def _transcripts(
    study: Study, project: Project, path: Path, documents: Mapping[str, str]
) -> dict[str, Transcript]:
    """The transcript that each document with coded passages is."""
    names = dict.fromkeys(passage.document for passage in project.passages)
    matched = match_documents(names, transcript_ids(study)) | dict(documents)
    if lost := [name for name in names if name not in matched]:
        ids = ", ".join(transcript_ids(study)) or "none"
        raise InputError(
            f"no transcript for the document {lost[0]!r}", where=path,
            hint=f"Say which it is (--document '{lost[0]}=ID'), or import its text first. "
            f"Transcripts: {ids}.",
        )  # fmt: skip
    return {name: load(study, matched[name]) for name in names}


def _left_out(codings: Iterable[Coding]) -> Iterator[str]:
    for coding in codings:
        if coding.coder.kind == "model":
            yield f"{coding.transcript.id}: what the model {coding.coder.id} coded is left out"


def _refuse_to_replace(coding: Coding, file: Path) -> None:
    if file.exists() and file.read_text("utf-8-sig") != coding_json(coding):
        raise InputError(
            f"{coding.coder.id} has coded {coding.transcript.id} already", where=file,
            hint="Use --force to replace that coding, or name another --coder.",
        )  # fmt: skip


def import_traces(study: Study, transcript: Transcript, coder: str) -> Path:
    """Write what the traces of field notes code as the coding of `coder`; returns its file.

    Raises:
        InputError: a coding of that coder is there whose quotes are not from the notes.
        StudyError: the study cannot be written.
    """
    coding = code_traces(transcript).model_copy(update={"coder": Coder(id=coder, kind="human")})
    file = study.gold_path(transcript.id, coder)
    write_gold(coding, file)
    add_codes_of(study, coding)
    return file


def import_codebook(
    study: Study, path: Path, columns: Mapping[str, str] | None = None
) -> list[Code]:
    """Add the codes in a file to the codebook; what the codebook says already stays.

    Raises:
        InputError: the file cannot be read, or holds no codes.
        StudyError: the codebook cannot be written.
    """
    codes: Sequence[ProjectCode] = read_codebook(path, columns or {})
    if not codes:
        raise InputError("no codes in this file", where=path)
    ids = code_ids(codes, Codebook.load(study.codebook_path).codes)
    added = [project_code(code, ids) for code in codes]
    _add_codes(study, path, added)
    return added


def _add_codes(study: Study, path: Path, codes: Sequence[Code]) -> None:
    change(study, "import", f"codes of {path.name}", lambda book: book.with_codes(codes))


def relocate(study: Study, id: str) -> list[Relocated]:
    """Locate the human codings of a transcript anew after its text has changed.

    The file that was is kept beside, under the hash of the text it was about.

    Raises:
        StudyError: the transcript is unknown, or the study cannot be written.
        InputError: a coding or the transcript cannot be read.
    """
    transcript = load(study, id)
    relocated = []
    for file in study.gold_paths(id):
        coding = read_coding(file)
        if coding.transcript.sha256 == transcript.sha256:
            continue
        moved, lost = _moved(coding, transcript)
        kept = study.inside(file.with_name(f"{file.name}.{coding.transcript.sha256[:8]}"))
        write_whole(kept, file.read_bytes())
        write_coding(moved, file)
        relocated.append(Relocated(moved, file, kept, tuple(lost)))
    return relocated


def _moved(coding: Coding, transcript: Transcript) -> tuple[Coding, list[Quote]]:
    grounder = Grounder(transcript.text)
    scale = len(transcript.text) / max(coding.transcript.length, 1)
    quotes, lost, taken = [], [], list[Span]()
    for quote in coding.quotes:
        near, words = round((quote.start or 0) * scale), quote.as_written or quote.text
        located = grounder.locate(words, near=near, taken=taken)
        if located.span is None and quote.span is not None:
            lost.append(quote)
        if located.span is not None:
            taken.append(located.span)
        quotes.append(quote.model_copy(update=located.fields(words, transcript)))
    about = {"transcript": TranscriptRef.of(transcript), "quotes": quotes}
    return coding.model_copy(update=about), lost


def unread_codings(study: Study) -> list[Path]:
    """Files in `gold/` that hold no coding of ours: they wait for `autocode import`."""
    folder = study.root / GOLD
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    read = set(CODINGS) - {".json"}
    # The record of changes ends like an export of doccano.
    return [file for file in files if file.suffix.lower() in read and file.name != LOG]
