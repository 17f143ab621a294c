"""Runs: the folder each run leaves, `runs/p1/RUN/`, from which it can be audited and repeated.

manifest.json says what was asked of whom, calls.jsonl holds every request and response,
coding.json is the result, considered.json every passage of which that is a choice (where passages
are ranked, see `coding.ranking`), and transcript.txt the text that was sent: the canonical text,
into which the offsets point, unless the manifest says that it is `redacted`.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field

from autocode.coding.calls import Call, read_calls
from autocode.coding.lock import held, is_held
from autocode.coding.nouns import TranscriptRef
from autocode.coding.ranking import Threshold
from autocode.coding.sent import CodebookUsed, ExamplesUsed, PromptUsed, Skipped
from autocode.errors import InputError, StudyError
from autocode.files import Record, read_record, refused, to_json, write_whole
from autocode.study import CODEBOOK, RUNS, Study, check_id
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import transcript_ids, transcript_path

RUN_FORMAT: Final = "autocode/run@1"
MANIFEST, CALLS, TRANSCRIPT = "manifest.json", "calls.jsonl", "transcript.txt"
CODING, CONSIDERED = "coding.json", "considered.json"

# Of a run that proposes a codebook, in place of a coding.
PROPOSAL: Final = "proposal.json"

RunStatus = Literal["running", "submitted", "interrupted", "incomplete", "complete"]


class ReusedAnswers(Record):
    """Answers taken from earlier runs instead of asking again: from which, and what they had cost.

    Tokens are None where no server counted, cost_usd where no price was known.
    """

    answers: int
    runs: list[str]
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost_usd: float | None = None


class Manifest(Record):
    """What a run was: enough to repeat it and to fill a methodology section.

    redacted: the text that was sent instead of the transcript (it is then what transcript.txt
    holds), under `privacy = "redacted"`.
    recipe: SHA-256 of all that is asked, and of whom; a run is resumed under the same recipe.
    examples: None where nothing of other transcripts was sent. skipped: turns that nothing was
    asked about.
    repairs: how often replies had to be repaired to be read, by kind; entries_dropped: the entries
    of replies that could not be used while others beside them were. batch: see `propose.batch`.
    thresholds: where the ranking was cut, oldest first; the last one holds. stability: how far
    several independent answers agree (see `propose.stability`).
    Times are UTC in ISO 8601; tokens are None where a server did not count. Requests, tokens and
    cost (in US dollars by the user's list of prices, None without one) leave out what was reused.
    """

    format: Literal["autocode/run@1"] = RUN_FORMAT
    run: str
    status: RunStatus
    recipe: str
    transcript: TranscriptRef
    redacted: TranscriptRef | None = None
    model_asked: str
    models_answered: list[str] = Field(default_factory=list)
    destination: str
    identity: dict[str, Any]
    strategy: str
    embedder: str | None = None
    research_question: str = ""
    settings: dict[str, Any]
    parameters_sent: dict[str, Any] = Field(default_factory=dict)
    parameters_defaulted: list[str] = Field(default_factory=list)
    prompts: list[PromptUsed]
    codebook: CodebookUsed
    examples: ExamplesUsed | None = None
    skipped: list[Skipped] = Field(default_factory=list)
    versions: dict[str, str]
    git: dict[str, Any] | None = None
    started: str
    ended: str | None = None
    questions: int = 0
    answered: int = 0
    requests: int = 0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost_usd: float | None = None
    price: dict[str, Any] | None = None
    reused: ReusedAnswers | None = None
    thresholds: list[Threshold] = Field(default_factory=list)
    stability: dict[str, Any] | None = None
    quotes: int = 0
    failures: int = 0
    repairs: dict[str, int] = Field(default_factory=dict)
    entries_dropped: int = 0
    batch: dict[str, Any] | None = None

    @property
    def procedure(self) -> tuple[str, str, tuple[str, ...]]:
        """How it was asked: the model, the strategy, and the hashes of the prompts."""
        return self.model_asked, self.strategy, tuple(prompt.sha256 for prompt in self.prompts)


@dataclass(frozen=True)
class Run:
    """A run's folder and what its manifest says."""

    path: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def coding_path(self) -> Path:
        return self.path / CODING

    @property
    def considered_path(self) -> Path:
        return self.path / CONSIDERED

    @property
    def calls_path(self) -> Path:
        return self.path / CALLS

    @property
    def _lock(self) -> Path:
        return self.path.with_name(f".{self.name}.lock")

    def updated(self, **changes: Any) -> "Run":
        """The same run with a changed manifest, written whole."""
        manifest = self.manifest.model_copy(update=changes)
        write_whole(self.path / MANIFEST, to_json(manifest))
        return Run(self.path, manifest)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from writing this run.

        Raises:
            StudyError: one is doing so.
        """
        hint = "Wait for it, or leave out --resume to start another run."
        with held(self._lock, f"the run {self.name}", hint):
            yield

    @property
    def state(self) -> str:
        """The status; "running" while a process is at work on it, "stopped" when that has died."""
        if is_held(self._lock):
            return "running"
        return "stopped" if self.manifest.status == "running" else self.manifest.status

    def calls(self) -> list[Call]:
        """Every request and its answer, oldest first."""
        return read_calls(self.path / CALLS)

    def discard(self) -> None:
        """Remove the folder: for a run that never got an answer."""
        shutil.rmtree(self.path, ignore_errors=True)


def start_run(study: Study, manifest: Manifest, transcript: Transcript) -> Run:
    """A new run folder with its manifest and transcript; it appears whole or not at all.

    Raises:
        StudyError: the runs folder cannot be written.
    """
    folder = study.runs_path(transcript.id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=folder, prefix=".new-"))
    except OSError as error:
        raise refused(folder, error) from error
    try:
        write_whole(beside / TRANSCRIPT, transcript.text)
        write_whole(beside / MANIFEST, to_json(manifest))
        (beside / CALLS).touch()
        beside.chmod(0o755)
        path = folder / manifest.run
        os.rename(beside, path)  # noqa: PTH104 - Path.rename would do the same
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return Run(path, manifest)


def read_runs(study: Study, id: str) -> tuple[list[Run], dict[Path, InputError]]:
    """All runs on a transcript, newest first; and the folders that cannot be read, and why.

    Raises:
        StudyError: a run is a link out of the study.
    """
    runs, unreadable = [], {}
    for folder in run_folders(study, id):
        try:
            runs.append(open_run(folder))
        except InputError as error:
            unreadable[folder] = error
    runs.sort(key=lambda run: (run.manifest.started, run.name), reverse=True)
    return runs, unreadable


def run_folders(study: Study, id: str) -> list[Path]:
    """The folders of all runs on a transcript by name; folders without a manifest are no runs.

    Raises:
        StudyError: a run is a link out of the study.
    """
    folder = study.runs_path(id)
    paths = sorted(folder.glob(f"*/{MANIFEST}")) if folder.is_dir() else ()
    return [study.inside(path).parent for path in paths if path.parent.name[0] != "."]


def runs_under(study: Study, id: str, recipe: str) -> list[Run]:
    """The runs that ask the same questions of the same model, newest first (see `Manifest`)."""
    return [run for run in read_runs(study, id)[0] if run.manifest.recipe == recipe]


def open_run(path: Path) -> Run:
    """The run in a folder.

    Raises:
        InputError: there is no manifest, or it cannot be read as one.
    """
    return Run(path, read_record(path / MANIFEST, Manifest))


def find_run(study: Study, name: str, id: str | None = None) -> Run:
    """The run called `name` (or its unique beginning or ending), or the newest one of id `name`.

    Raises:
        StudyError: there is none, or more than one.
        InputError: it cannot be read.
    """
    if id is None and name in transcript_ids(study):
        return newest_run(study, name)
    named = [] if name == CODEBOOK else runs_named(study, name, id)
    if len(named) == 1:
        return open_run(named[0])
    if not named and any(name in (CODEBOOK, p.name) for p in run_folders(study, CODEBOOK)):
        of_it = "" if name == CODEBOOK else f" --run {name}"
        raise StudyError(
            f"{name} is no run on a transcript", hint=f"See `autocode codebook proposal{of_it}`."
        )
    where = f" on {id}" if id else ""
    if named:
        raise StudyError(
            f"{len(named)} runs{where} are called {name!r}",
            hint="Give more of the name; `autocode runs` lists them.",
        )
    raise StudyError(f"no run{where} is called {name!r}", hint="`autocode runs` lists them.")


def runs_named(study: Study, name: str, id: str | None = None) -> list[Path]:
    """The folders of the runs whose name is `name`, else of those that begin or end so.

    Raises:
        StudyError: no run can be called so.
    """
    check_id(name)
    folders = [
        path
        for each in ([id] if id else transcript_ids(study))
        for path in run_folders(study, each)
    ]
    exact = [path for path in folders if path.name == name]
    return exact or [p for p in folders if p.name.startswith(name) or p.name.endswith(name)]


def newest_run(study: Study, id: str) -> Run:
    """The newest run on a transcript.

    Raises:
        StudyError: the transcript is unknown, or there is no run on it that can be read.
    """
    transcript_path(study, id)
    runs, unreadable = read_runs(study, id)
    if runs:
        return runs[0]
    for error in unreadable.values():
        what = f"no run on {id} can be read: {error.what}"
        raise StudyError(what, where=error.where, line=error.line, hint=error.hint)
    raise StudyError(
        f"there is no run on {id} in {RUNS}/", hint=f"Make one with `autocode propose {id}`."
    )
