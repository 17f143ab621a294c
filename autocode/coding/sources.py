"""From what a user names to a coding: a coder of the study, a run, a run folder, a coding file."""

from dataclasses import dataclass
from pathlib import Path

from autocode.coding.files import read_coding
from autocode.coding.nouns import Coding
from autocode.coding.runs import CODING, MANIFEST, Run, find_run, newest_run, open_run
from autocode.errors import InputError, StudyError
from autocode.study import GOLD, Study
from autocode.transcript.seeds import transcript_path


@dataclass(frozen=True)
class Named:
    """A coding and the file it was read from."""

    coding: Coding
    path: Path


def human_coding(study: Study, id: str, gold: str | None = None) -> Named:
    """The human coding of a transcript: `gold/ID.json`, of another coder, or in a file.

    Raises:
        StudyError: the transcript is unknown, or has no such coding.
        InputError: the coding cannot be read.
    """
    transcript_path(study, id)
    if gold is not None and Path(gold).is_file():
        return coding_at(Path(gold))
    path = study.gold_path(id, gold or "gold")
    if not path.is_file():
        raise StudyError(
            f"no human coding of {id}", where=path,
            hint=f"Code it by hand into {GOLD}/{path.name} (docs/formats.md), make it from field "
            f"notes with `autocode gold {id}`, or name a file with --gold; "
            f"`autocode runs show {id}` shows what a model proposed.",
        )  # fmt: skip
    return Named(read_coding(path), path)


def model_coding(study: Study, id: str, run: str | None = None) -> Named:
    """The coding of a run on a transcript: the newest, one by its name, or in a folder or file.

    Raises:
        StudyError: there is no such run.
        InputError: the run has no coding yet, or it cannot be read.
    """
    if run is None:
        return _run_coding(newest_run(study, id))
    if Path(run).is_file() or (Path(run) / MANIFEST).is_file():
        return coding_at(Path(run))
    return _run_coding(find_run(study, run, id))


def coding_at(path: Path) -> Named:
    """The coding in a file or in a run folder.

    Raises:
        InputError: there is none, or it cannot be read.
    """
    if not path.exists():
        raise InputError(
            "there is no such file or folder", where=path,
            hint="Name a coding file or a run folder; `autocode runs` lists runs.",
        )  # fmt: skip
    if path.is_file() and path.name != CODING:
        return Named(read_coding(path), path)
    folder = path if path.is_dir() else path.parent
    if (folder / MANIFEST).is_file():
        return _run_coding(open_run(folder))
    if path.is_dir():
        raise InputError(
            f"no run here: the folder has no {MANIFEST}", where=path,
            hint="Name a coding file or a run folder; `autocode runs` lists runs.",
        )  # fmt: skip
    return Named(read_coding(path), path)


def _run_coding(run: Run) -> Named:
    status = run.manifest.status
    if not run.coding_path.is_file():
        raise InputError(
            f"the run has no answers yet (its status is {status})", where=run.path,
            hint="Resume it with `autocode propose`, or name another run.",
        )  # fmt: skip
    coding = read_coding(run.coding_path)
    if status != "complete" and not coding.incomplete:
        coding = coding.model_copy(update={"incomplete": f"the status of its run is {status}"})
    return Named(coding, run.coding_path)
