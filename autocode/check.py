"""What would go wrong in a study, found before money is spent: notes, gold, prompts, model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autocode.coding.codebook import Codebook
from autocode.coding.density import coded_turns
from autocode.coding.files import read_coding, verify
from autocode.coding.findings import (
    Finding,
    codebook_findings,
    coding_findings,
    transcript_findings,
)
from autocode.coding.runs import read_runs
from autocode.coding.sources import coders_of
from autocode.coding.strategies import TEMPLATES
from autocode.errors import AutocodeError, InputError, ModelError
from autocode.exchange.intake import unread_codings
from autocode.models.dry_run import Unasked
from autocode.models.embedding import Kind, Vectors
from autocode.models.endpoint import Address, Endpoint
from autocode.models.runtimes import runtime_of
from autocode.propose.prompts import load_prompt
from autocode.propose.run import plan
from autocode.redaction.decisions import told
from autocode.redaction.likely import undecided
from autocode.redaction.names import NAMES_FILE, Names
from autocode.study import ID_RULE, PRIVATE, SEEDS, SETTINGS_FILE, Study, is_id
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers import SUFFIXES
from autocode.transcript.seeds import load, transcript_ids, transcript_path


@dataclass(frozen=True, slots=True)
class Overview:
    """One transcript at a glance; speakers are those with turns, the one who asks marked."""

    id: str
    characters: int
    turns: int
    speakers: tuple[tuple[str, str | None], ...]
    coders: tuple[str, ...]
    runs: int


def overview(study: Study) -> list[Overview]:
    """The transcripts of a study that can be read, with who coded them."""
    rows = []
    for id_ in transcript_ids(study):
        try:
            transcript = load(study, id_)
        except AutocodeError:  # `check` says why
            continue
        speakers = {turn.speaker: turn.role for turn in transcript.turns if turn.speaker}
        rows.append(
            Overview(
                id_,
                len(transcript.text),
                len(transcript.turns),
                tuple(speakers.items()),
                tuple(coders_of(study, id_)),
                len(read_runs(study, id_)[0]),
            )
        )
    return rows


def check(study: Study, ids: Sequence[str] = ()) -> list[Finding]:
    """Findings on the named transcripts, or on all, and on codebook and prompts.

    Raises:
        StudyError: an id is not valid or unknown.
    """
    paths = {id_: transcript_path(study, id_) for id_ in ids or transcript_ids(study)}
    findings = [] if ids else list(_files(study))
    codebook, file = Codebook(), _relative(study.codebook_path, study)
    try:
        codebook = Codebook.load(study.codebook_path)
    except InputError as error:
        findings.append(_failed(error, "codebook", file))
    findings += codebook_findings(codebook, file)
    settings = list(_settings(study))
    findings += settings
    prompts = any(finding.kind == "prompt" for finding in settings)
    for id_, path in paths.items():
        file = _relative(path, study)
        try:
            transcript = load(study, id_)
        except InputError as error:
            findings.append(_failed(error, "unreadable", file))
            continue
        findings += transcript_findings(transcript, file, codebook)
        findings += _codings(study, transcript, codebook)
        findings += _names(study, transcript, file)
        findings += [] if prompts else _fit(study, transcript, file)
    return findings


def _files(study: Study) -> Iterator[Finding]:
    """Files in seeds/ that no id leads to, and files in gold/ that no command reads there."""
    ids = set(transcript_ids(study))
    known = {transcript_path(study, id_) for id_ in ids}
    if not known:
        message = "there are no transcripts"
        hint = "bring them in with `autocode import FILE...`"
        yield Finding(SEEDS, None, "error", "empty", message, hint)
    folder = study.seeds_path
    for path in sorted(folder.glob("[!.]*")) if folder.is_dir() else ():
        told = path.suffix == ".toml" and path.stem in ids
        if path in known or told or not path.is_file():
            continue
        if path.suffix.lower() not in SUFFIXES:
            message = "this file is ignored: its suffix is not that of a transcript"
            hint = f"save it as {', '.join(SUFFIXES)} or move it out of {SEEDS}/"
        elif not is_id(path.stem):
            message, hint = "this file is ignored: its name is not a valid id", ID_RULE
        else:
            used = transcript_path(study, path.stem).name
            message, hint = f"this file is ignored: {used} has the same id", "rename one of them"
        yield Finding(_relative(path, study), None, "warning", "name", message, hint)
    for path in unread_codings(study):
        file, message = _relative(path, study), "this file is not read where it is"
        hint = f"import it with `autocode import coding {file}`"
        yield Finding(file, None, "warning", "not-read", message, hint)


def _settings(study: Study) -> Iterator[Finding]:
    """Prompts that cannot be filled in, and a server that may not or could not be asked."""
    for step in TEMPLATES:
        try:
            load_prompt(study, step)
        except AutocodeError as error:
            yield _failed(error, "prompt", f"prompts/{step}.md")
    if runtime_of(study.settings.model).here:
        return
    try:
        endpoint = Endpoint(Address.of(study))
    except ModelError as error:
        yield _failed(error, "model", SETTINGS_FILE)
        return
    if endpoint.key_withheld:
        message = f"{SETTINGS_FILE} names {endpoint.shown}, which you have not confirmed"
        hint = "text would go there without your key; confirm it with `autocode propose ID --trust`"
        yield Finding(SETTINGS_FILE, None, "warning", "model", message, hint)


def _codings(study: Study, transcript: Transcript, codebook: Codebook) -> Iterator[Finding]:
    """Coding files of a transcript that cannot be used or are outdated, and runs without any."""
    for path in study.gold_paths(transcript.id):
        file = _relative(path, study)
        try:
            coding = read_coding(path, lambda: transcript)
            verify(coding, transcript, path)
        except InputError as error:
            yield _failed(error, "gold", file)
            continue
        traced = path == study.gold_path(transcript.id)
        yield from coding_findings(coding, transcript if traced else None, file, codebook)
    for folder, reason in read_runs(study, transcript.id)[1].items():
        message, hint = f"this run is left out: {reason.what}", "restore the file or delete the run"
        yield Finding(_relative(folder, study), reason.line, "warning", "run", message, hint)


def _names(study: Study, transcript: Transcript, file: str) -> Iterator[Finding]:
    """Likely names that nobody has decided on, where a server would read them."""
    if runtime_of(study.settings.model).here:
        return
    try:
        names = Names.of(study)
    except InputError as error:
        yield _failed(error, "names", f"{PRIVATE}/{NAMES_FILE}")
        return
    if likely := undecided(transcript, names):
        message = f"{told(likely)} would be sent to {study.settings.model}"
        hint = f"decide on them with `autocode redact {transcript.id} --review`"
        yield Finding(file, likely[0].line, "warning", "names", message, hint)


def _fit(study: Study, transcript: Transcript, file: str) -> Iterator[Finding]:
    """Whether the model of the settings can be asked about this transcript at all."""
    roles, model = study.settings.roles, study.settings.model
    if not coded_turns(transcript, roles):
        message = f"there is nothing to code: no {' or '.join(roles)} has a turn"
        yield Finding(file, None, "error", "roles", message, f"set other roles in {SETTINGS_FILE}")
    else:
        try:
            plan(study, transcript.id, Unasked(model), _Alike, as_it_is=True)
        except AutocodeError as error:
            yield _failed(error, "fit", file)


class _Alike:
    """Takes all texts for alike: which passages are selected does not matter here."""

    name, destination = "none", "nowhere"

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:  # noqa: ARG002 - the protocol's
        return np.ones((len(texts), 1), dtype=np.float32)


def _failed(error: AutocodeError, kind: str, file: str) -> Finding:
    return Finding(file, error.line, "error", kind, error.what, error.hint)


def _relative(path: Path, study: Study) -> str:
    return str(path.relative_to(study.root))
