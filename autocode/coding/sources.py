"""A name becomes a coding and its source: a coder or run of the study, a run folder, a file."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from autocode.coding.aliases import codebook_at, resolved
from autocode.coding.files import coding_json, read_coding, verify
from autocode.coding.nouns import Cited, Coding, Quote
from autocode.coding.runs import CODING, MANIFEST, Run, find_run, newest_run, open_run, runs_named
from autocode.coding.traces import code_traces
from autocode.errors import InputError, StudyError
from autocode.study import GOLD, RUNS, Study
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import is_transcript, load, transcript_ids, transcript_path

_UNFINISHED = {
    "running": "its run is still in progress",
    "stopped": "its run was stopped",
    "interrupted": "its run was interrupted",
    "incomplete": "its run is incomplete",
}
_NAMES = "Name a coding file, a run or a run folder; `autocode runs` lists runs."


@dataclass(frozen=True)
class Source:
    """A coding and where it is from.

    name: its file or run folder as results show it; sha256: of that file; path: None for a coding
    that was not read from a file; run: the run that made it, where it is in a run's folder.
    aliases: the codes of the file that stand for another one today, and which (see
    `coding.aliases`).
    """

    coding: Coding
    name: str
    sha256: str
    path: Path | None = None
    run: Run | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, coding: Coding, name: str | None = None) -> "Source":
        """A coding that is not from a file: hashed as the file it would be."""
        return cls(coding, name or coding.coder.id, _sha256(coding_json(coding).encode()))

    def cited(self, quote: Quote) -> Cited:
        """One of its quotes as evidence."""
        about = self.coding.transcript.id
        return Cited(coding=self.name, transcript=about, quote=quote.id, text=quote.text)


def source_of(study: Study | None, name: str) -> Source:
    """The coding that a name stands for.

    An existing file or run folder; without one, the human coding of a transcript id, another
    coder's (`p1.anna` for gold/p1.anna.json), or the run of that name.

    Raises:
        StudyError: the study has nothing of that name.
        InputError: it cannot be read.
    """
    path = Path(name)
    if study is None or (path.exists() and name not in transcript_ids(study)):
        return source_at(study, path)
    if name in transcript_ids(study):
        return human_source(study, name)
    if path.name != name or path.suffix == ".json":
        raise _nothing_at(path)
    id_, _, coder = name.rpartition(".")
    if id_ in transcript_ids(study) and study.gold_path(id_, coder).is_file():
        return human_source(study, id_, coder)
    if runs_named(study, name):
        return run_source(study, find_run(study, name))
    try:
        transcript_path(study, name)
    except StudyError as error:  # it says which id was probably meant
        what = f"no transcript, run or file is called {name!r}"
        raise StudyError(what, hint=error.hint) from error
    raise _nothing_at(path)


def human_source(study: Study, id: str, coder: str | None = None) -> Source:
    """The human coding of a transcript: gold/ID.json, of another coder, or in a file.

    Raises:
        StudyError: the transcript is unknown, or that coder has not coded it.
        InputError: the coding cannot be read, or is a model's.
    """
    transcript_path(study, id)
    if coder is not None and Path(coder).is_file():
        return _refuse_model(source_at(study, Path(coder)))
    path = study.gold_path(id, coder or "gold")
    if not path.is_file():
        raise _not_coded(study, id, coder)
    return _refuse_model(source_at(study, path))


def model_source(study: Study, id: str, run: str | None = None) -> Source:
    """The coding of a run on a transcript: the newest, one by its name, or in a folder or file.

    Raises:
        StudyError: there is no such run.
        InputError: the run has no coding yet, or it cannot be read.
    """
    if run is None:
        return run_source(study, newest_run(study, id))
    if Path(run).is_file() or (Path(run) / MANIFEST).is_file():
        return source_at(study, Path(run))
    return run_source(study, find_run(study, run, id))


def chosen_source(study: Study, name: str, gold: str | None, run: str | None) -> Source:
    """The coding of a transcript by a human (`gold`) or in a run ("": the newest), or any by name.

    The gold of a transcript without a gold file is what its traces say now.

    Raises:
        StudyError: the study has nothing of that name.
        InputError: it cannot be read.
    """
    if run is not None:
        return model_source(study, name, run or None)
    if gold is None:
        return source_of(study, name)
    if gold == "gold" and not study.gold_path(name).exists():
        transcript = load(study, name)
        if transcript.traces:
            coding, aliases = resolved(code_traces(transcript), codebook_at(study.codebook_path))
            return replace(Source.of(coding), aliases=aliases)
    return human_source(study, name, gold)


def source_at(study: Study | None, path: Path) -> Source:
    """The coding in a file or in a run folder.

    Raises:
        InputError: there is none, or it cannot be read.
    """
    if not path.exists():
        raise _nothing_at(path)
    folder = path if path.is_dir() else path.parent
    if (path.is_dir() or path.name == CODING) and (folder / MANIFEST).exists():
        return run_source(study, open_run(folder))
    if path.is_dir():
        raise InputError(f"this folder is not a run: it has no {MANIFEST}", where=path, hint=_NAMES)
    return _read(study, path, path)


def run_source(study: Study | None, run: Run) -> Source:
    """The coding of a run; one whose run did not end is incomplete.

    Raises:
        InputError: the run has no answers yet, or its coding cannot be read.
    """
    made, source = run.manifest, None
    if run.coding_path.exists():
        source = _read(study, run.coding_path, run.path, run)
    answered = made.status == "complete" or made.answered
    if source is None or not (answered or source.coding.quotes):
        further, hint = way_on(run)
        where = _named(study, run.path)
        raise InputError(f"this run has no answers{further}", where=where, hint=hint)
    if made.status == "complete" or source.coding.incomplete:
        return source
    change = {"incomplete": _UNFINISHED[run.state]}
    return replace(source, coding=source.coding.model_copy(update=change))


def transcript_of(study: Study, source: Source) -> Transcript:
    """The transcript that a coding is of, where the study has it and every quote stands in it.

    Raises:
        InputError: it is no transcript of this study, has changed, or a quote is not in it.
    """
    id_ = source.coding.transcript.id
    if id_ not in transcript_ids(study):
        raise InputError(
            f"the transcript of this coding, {id_!r}, is not in this study",
            where=source.name, hint="Name the study it belongs to with `autocode --study DIR`.",
        )  # fmt: skip
    transcript = load(study, id_)
    verify(source.coding, transcript, source.name)
    return transcript


def way_on(run: Run) -> tuple[str, str]:
    """What else to say of a run that is not complete, and what to do about it."""
    if run.state == "running":
        return " yet: it is still in progress", "Wait for it to end, or choose another run."
    if run.state == "submitted":
        hint = f"Fetch them with `autocode batch fetch {run.name}`, or choose another run."
        return " yet: it was handed in as a batch", hint
    id_ = run.manifest.transcript.id
    return "", f"Resume it with `autocode propose {id_} --resume`, or choose another run."


def _read(study: Study | None, path: Path, shown: Path, run: Run | None = None) -> Source:
    transcript = None
    if study and run is None and path.resolve().parent == (study.root / GOLD).resolve():
        # By its name: gold/p1.anna.json is about p1.
        ids = [id_ for id_ in transcript_ids(study) if path.name.startswith(f"{id_}.")]
        transcript = partial(load, study, max(ids, key=len)) if ids else None
    coding, aliases = read_coding(path, transcript), dict[str, str]()
    if study:
        coding, aliases = resolved(coding, codebook_at(study.codebook_path))
    return Source(coding, _named(study, shown), _sha256(path.read_bytes()), path, run, aliases)


def _named(study: Study | None, path: Path) -> str:
    """A path as results show it: in the study its place there."""
    root, whole = study.root if study else Path.cwd(), path.resolve()
    return (whole.relative_to(root) if whole.is_relative_to(root) else path).as_posix()


def _refuse_model(source: Source) -> Source:
    if source.coding.coder.kind == "model":
        raise InputError(
            "this is a model's coding and cannot stand for a human one",
            where=source.name, hint=f"Move it out of {GOLD}/. A run in {RUNS}/ is found by itself.",
        )  # fmt: skip
    return source


def coders_of(study: Study, id: str) -> list[str]:
    """The people who have coded a transcript, by their files in `gold/`.

    `p1.anna.json` may as well be of a transcript that is called so.
    """
    stems = [path.stem for path in study.gold_paths(id) if not is_transcript(study, path.stem)]
    first = ["gold"] if study.gold_path(id).is_file() else []
    return first + [stem.removeprefix(f"{id}.") for stem in stems]


def _not_coded(study: Study, id: str, coder: str | None) -> StudyError:
    """No such human coding, and which there are."""
    coders = coders_of(study, id)
    what = f"no human coding of {id}" + (f" by {coder or 'gold'}" if coder or coders else "")
    if coders:
        others = " or ".join(f"--gold {name}" for name in coders if name != "gold")
        hint = f"Use {others}." if others else "Leave out --gold."
        *more, last = coders
        there = f"there are codings by {', '.join(more)} and" if more else "there is one by"
        return StudyError(f"{what}; {there} {last}", hint=hint)
    path = study.gold_path(id, coder or "gold")
    unread = [file.name for file in path.parent.glob(f"*{coder or id}*") if file.suffix != ".json"]
    if unread:
        hint = f"Import it with `autocode import coding {GOLD}/{unread[0]}`."
        return StudyError(f"{what}; {unread[0]} is not read where it is", hint=hint)
    return StudyError(
        what, where=f"{GOLD}/{path.name}",
        hint=f"Code it with `autocode review {id} --blind`, import it with `autocode import coding "
        f"FILE`, or make it from field notes with `autocode gold {id}`.",
    )  # fmt: skip


def _nothing_at(path: Path) -> InputError:
    return InputError("there is no such file or folder", where=path, hint=_NAMES)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
