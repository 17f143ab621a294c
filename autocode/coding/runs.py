"""Runs: the folder each run leaves, `runs/p1/RUN/`, from which it can be audited and repeated.

manifest.json says what was asked of whom, calls.jsonl holds every request and response,
coding.json is the result and transcript.txt the canonical text that its offsets point into.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from filelock import FileLock, Timeout
from pydantic import Field

from autocode.coding.nouns import TranscriptRef
from autocode.errors import StudyError
from autocode.files import Record, read_record, to_json, write_whole
from autocode.study import RUNS, Study, check_id
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import transcript_ids, transcript_path

RUN_FORMAT: Final = "autocode/run@1"
MANIFEST, CALLS, CODING, TRANSCRIPT = (
    "manifest.json",
    "calls.jsonl",
    "coding.json",
    "transcript.txt",
)

RunStatus = Literal["running", "interrupted", "incomplete", "complete"]


class PromptUsed(Record):
    """A template of a run: where it came from, its hash, and its text as it was."""

    step: str
    source: str
    sha256: str
    text: str


class CodebookUsed(Record):
    """Which codes were sent to the model, which were held back, and a warning when that leaks."""

    sha256: str | None
    sent: list[str]
    held_back: list[str]
    warning: str | None = None


class Manifest(Record):
    """What a run was: enough to repeat it and to fill a methodology section.

    recipe: SHA-256 of all that is asked, and of whom; a run is resumed under the same recipe.
    Times are UTC in ISO 8601; tokens are None where a server did not count.
    """

    format: Literal["autocode/run@1"] = RUN_FORMAT
    run: str
    status: RunStatus
    recipe: str
    transcript: TranscriptRef
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
    versions: dict[str, str]
    git: dict[str, Any] | None = None
    started: str
    ended: str | None = None
    questions: int = 0
    answered: int = 0
    requests: int = 0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    quotes: int = 0
    failures: int = 0


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
    def calls_path(self) -> Path:
        return self.path / CALLS

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
        path = self.path.with_name(f".{self.name}.lock")
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise StudyError(
                "another autocode is at work on this run",
                where=self.path,
                hint="Wait for it, or leave out --resume to start another run.",
            ) from error
        try:
            yield
        finally:
            lock.release()
            path.unlink(missing_ok=True)

    @property
    def state(self) -> str:
        """The status; "running" only while a process is at work on it, "stopped" otherwise."""
        if self.manifest.status != "running":
            return self.manifest.status
        try:
            with self.alone():
                return "stopped"
        except StudyError:
            return "running"

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
        raise StudyError(
            f"cannot be written: {error.strerror}",
            where=folder,
            hint="Make the folder writable; nothing was sent.",
        ) from error
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


def runs_of(study: Study, id: str) -> list[Run]:
    """All runs on a transcript, newest first; folders without a manifest are no runs.

    Raises:
        InputError: a manifest cannot be read.
        StudyError: a run is a link out of the study.
    """
    folder = study.runs_path(id)
    paths = folder.glob(f"*/{MANIFEST}") if folder.is_dir() else ()
    runs = [open_run(study.inside(path).parent) for path in paths if path.parent.name[0] != "."]
    return sorted(runs, key=lambda run: (run.manifest.started, run.name), reverse=True)


def runs_under(study: Study, id: str, recipe: str) -> list[Run]:
    """The runs that ask the same questions of the same model, newest first (see `Manifest`)."""
    return [run for run in runs_of(study, id) if run.manifest.recipe == recipe]


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
    """
    if id is None and name in transcript_ids(study):
        return newest_run(study, name)
    check_id(name)
    every = [
        run for each in ([id] if id else transcript_ids(study)) for run in runs_of(study, each)
    ]
    exact = [run for run in every if run.name == name]
    found = exact or [run for run in every if run.name.startswith(name) or run.name.endswith(name)]
    if len(found) != 1:
        raise StudyError(
            f"{len(found) or 'no'} runs are called {name!r}",
            hint="`autocode runs` lists them; give enough of the name.",
        )
    return found[0]


def newest_run(study: Study, id: str) -> Run:
    """The newest run on a transcript.

    Raises:
        StudyError: the transcript is unknown or was never coded by a model.
    """
    transcript_path(study, id)
    found = runs_of(study, id)
    if not found:
        raise StudyError(
            f"no run on {id} in {RUNS}/", hint=f"Make one with `autocode propose {id}`."
        )
    return found[0]
