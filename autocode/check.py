"""What would go wrong in a study, found before money is spent: notes, gold, prompts, model."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding, verify, with_additions
from autocode.coding.findings import Finding, transcript_findings, unknown_codes
from autocode.coding.nouns import Coding
from autocode.coding.runs import read_runs
from autocode.coding.traces import code_traces
from autocode.errors import AutocodeError, InputError, ModelError
from autocode.exchange.intake import unread_codings
from autocode.models.dry_run import Unasked
from autocode.models.embedding import LEXICAL, open_embedder
from autocode.models.endpoint import Address, Endpoint
from autocode.models.runtimes import runtime_of
from autocode.propose.prompts import PLACEHOLDERS, load_prompt
from autocode.propose.run import plan
from autocode.propose.selection import to_be_coded
from autocode.study import GOLD, ID_RULE, SEEDS, SETTINGS_FILE, Study, is_id
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
        stems = [path.stem for path in study.gold_paths(id_)]
        coders = ["gold" if stem == id_ else stem.removeprefix(f"{id_}.") for stem in stems]
        rows.append(
            Overview(
                id_,
                len(transcript.text),
                len(transcript.turns),
                tuple(speakers.items()),
                tuple(coders),
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
    findings = [] if ids else [*_files(study), *_waiting(study)]
    codebook, broken = _codebook(study)
    prompts = list(_prompts(study))
    findings += [*broken, *prompts, *_model(study)]
    for id_, path in paths.items():
        file = _relative(path, study)
        try:
            transcript = load(study, id_)
        except InputError as error:
            findings.append(_failed(error, "unreadable", file))
            continue
        findings += transcript_findings(transcript, file, codebook)
        findings += _gold(study, transcript, codebook)
        findings += _runs(study, id_)
        if not prompts:
            findings += _fit(study, transcript, file)
    return findings


def _files(study: Study) -> Iterator[Finding]:
    """Files in seeds/ that no id leads to."""
    known = {transcript_path(study, id_) for id_ in transcript_ids(study)}
    if not known:
        message = "there are no transcripts"
        yield Finding(SEEDS, None, "error", "empty", message, f"put them in {SEEDS}/ as ID.txt")
    folder = study.seeds_path
    for path in sorted(folder.glob("[!.]*")) if folder.is_dir() else ():
        told = path.suffix == ".toml" and path.stem in transcript_ids(study)
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


def _waiting(study: Study) -> Iterator[Finding]:
    """Files in gold/ that another program wrote: no command reads them there."""
    for path in unread_codings(study):
        file = _relative(path, study)
        message = "this file is not read where it is"
        hint = f"import it with `autocode import coding {file}`"
        yield Finding(file, None, "warning", "not-read", message, hint)


def _codebook(study: Study) -> tuple[Codebook, list[Finding]]:
    """The codebook (an empty one where it is broken) and what is wrong with it."""
    file = _relative(study.codebook_path, study)
    try:
        codebook = Codebook.load(study.codebook_path)
    except InputError as error:
        return Codebook(), [_failed(error, "codebook", file)]
    parents = {code.id: code.parent for code in codebook.codes}
    findings = []
    for code, parent in parents.items():
        if parent is not None and parent not in parents:
            message = f"'{parent}', the parent of '{code}', is not in the codebook"
            findings.append(
                Finding(file, None, "warning", "codebook", message, "add it or correct the name")
            )
        elif _in_circle(code, parents):
            message, hint = f"'{code}' is its own ancestor", "remove one of the parents"
            findings.append(Finding(file, None, "warning", "codebook", message, hint))
    return codebook, findings


def _in_circle(code: str, parents: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    at = parents.get(code)
    while at is not None and at != code and at not in seen:
        seen.add(at)
        at = parents.get(at)
    return at == code


def _prompts(study: Study) -> Iterator[Finding]:
    for step in PLACEHOLDERS:
        try:
            load_prompt(study, step)
        except AutocodeError as error:
            yield _failed(error, "prompt", f"prompts/{step}.md")


def _model(study: Study) -> Iterator[Finding]:
    """Whether the server of the settings may and could be asked: its address and the key to it."""
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


def _gold(study: Study, transcript: Transcript, codebook: Codebook) -> Iterator[Finding]:
    """Coding files of a transcript that cannot be used, or are not what the notes say now."""
    for path in study.gold_paths(transcript.id):
        file = _relative(path, study)
        try:
            coding = read_coding(path, lambda: transcript)
            verify(coding, transcript, path)
        except InputError as error:
            yield _failed(error, "gold", file)
            continue
        for quote in coding.quotes:
            if quote.span is None and quote.mapping != "trace":
                message = f"quote {quote.id} stands nowhere in the transcript, or in several places"
                hint = "correct its words, or give its start and end"
                yield Finding(file, None, "warning", "missing-quote", message, hint)
        for code in unknown_codes(coding, codebook):
            message = f"quotes have the code '{code}', which is not in the codebook"
            yield Finding(
                file, None, "warning", "unknown-code", message, f"add it to {GOLD}/codebook.json"
            )
        from_notes = Counter(quote.mapping == "trace" for quote in coding.quotes)
        if path == study.gold_path(transcript.id) and from_notes[True] and not from_notes[False]:
            yield from _outdated(transcript, coding, file)


def _runs(study: Study, id: str) -> Iterator[Finding]:
    """Runs that nothing can be read of: every command leaves them out."""
    for folder, error in read_runs(study, id)[1].items():
        message, hint = f"this run is left out: {error.what}", "restore the file or delete the run"
        yield Finding(_relative(folder, study), error.line, "warning", "run", message, hint)


def _outdated(transcript: Transcript, coding: Coding, file: str) -> Iterator[Finding]:
    if coding.quotes != with_additions(code_traces(transcript), coding).quotes:
        message = "the traces in the notes have changed since this file was made"
        hint = f"update it with `autocode gold {transcript.id}`"
        yield Finding(file, None, "warning", "outdated", message, hint)


def _fit(study: Study, transcript: Transcript, file: str) -> Iterator[Finding]:
    """Whether the model of the settings can be asked about this transcript at all."""
    roles, model = study.settings.roles, study.settings.model
    if not any(to_be_coded(transcript, turn, roles) for turn in transcript.turns):
        message = f"there is nothing to code: no {' or '.join(roles)} has a turn"
        yield Finding(file, None, "error", "roles", message, f"set other roles in {SETTINGS_FILE}")
    else:
        try:
            # Which passages are selected does not matter here, so the quick embedder will do.
            plan(
                study, transcript.id, Unasked(model), partial(open_embedder, LEXICAL), as_it_is=True
            )
        except AutocodeError as error:
            yield _failed(error, "fit", file)


def _failed(error: AutocodeError, kind: str, file: str) -> Finding:
    return Finding(file, error.line, "error", kind, error.what, error.hint)


def _relative(path: Path, study: Study) -> str:
    return str(path.relative_to(study.root))
