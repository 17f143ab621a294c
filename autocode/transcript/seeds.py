"""The transcripts of a study: ids, the file that each leads to, and reading it."""

import os
import time
import tomllib
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path, PurePath

from autocode.errors import StudyError
from autocode.study import ID_RULE, SEEDS, Study, check_id, is_id, natural_order
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers import SUFFIXES, read_transcript
from autocode.transcript.source import Told

# Nanoseconds after which the clock of every disk has moved on.
_SETTLED = 2_000_000_000


def load(study: Study, id: str) -> Transcript:
    """Transcript `id` of a study.

    Raises:
        StudyError: there is no such transcript, or what is said of it cannot be read.
        InputError: its file cannot be read.
    """
    return read_transcript(transcript_path(study, id), id, told_of(study, id))


def told_path(study: Study, id: str) -> Path:
    """Where it stands what the researcher says of a transcript: `seeds/ID.toml`."""
    return study.inside(study.seeds_path / f"{check_id(id)}.toml")


def told_of(study: Study, id: str) -> Told:
    """What the researcher says of a transcript; nothing where there is no such file.

    Raises:
        StudyError: the file cannot be read, or says something unknown.
    """
    path = told_path(study, id)
    if not path.is_file():
        return Told()
    hint = f"It may hold {', '.join(Told.model_fields)}."
    try:
        return Told.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError) as error:  # TOML, UTF-8 and pydantic's are of it
        raise StudyError(
            "cannot be read as settings of a transcript", where=path, hint=hint
        ) from error


def transcript_ids(study: Study) -> list[str]:
    """The ids of all transcripts, in natural order (p2 before p10)."""
    return sorted({path.stem for path in _seed_files(study) if is_id(path.stem)}, key=natural_order)


def is_transcript(study: Study, id: str) -> bool:
    """Whether there is a transcript with this id."""
    return is_id(id) and bool(_seed_files(study, id))


def transcript_path(study: Study, id: str) -> Path:
    """The file of transcript `id`; of several that of the suffix that stands first in `SUFFIXES`.

    Raises:
        StudyError: the id is not valid, is unknown, or leads out of the study.
    """
    if not is_id(id) and (hint := _meant(study, id)):
        raise StudyError(f"{id!r} is not a valid id", hint=hint)
    check_id(id)
    files = _seed_files(study, id)
    if files:
        return study.inside(min(files, key=lambda path: SUFFIXES.index(path.suffix.lower())))
    ids = transcript_ids(study)
    available = f"Available: {', '.join(ids)}." if ids else "There are none yet."
    hint = f"{_meant(study, id)} {available}".strip()
    raise StudyError(f"no transcript {id!r} in {SEEDS}/", hint=hint)


def _seed_files(study: Study, id: str | None = None) -> list[Path]:
    """The files in `seeds/` that a reader could read, all or those of an id."""
    folder = study.seeds_path
    if not folder.is_dir():
        return []
    changed = folder.stat().st_mtime_ns
    # It may change twice within a tick of its disk's clock: then it is listed again.
    settled = time.time_ns() - changed > _SETTLED
    listed = (_listed if settled else _listed.__wrapped__)(folder, changed)
    names = listed.get(id, []) if id else [name for names in listed.values() for name in names]
    return [path for name in names if (path := folder / name).is_file()]


@lru_cache(maxsize=4)  # for each of 10,000 transcripts it would take hundreds of seconds
def _listed(folder: Path, changed: int) -> dict[str, list[str]]:  # noqa: ARG001
    """The names of what a reader could read, whatever the case of their suffix, by their ids.

    changed: when the folder was changed last.
    """
    names: dict[str, list[str]] = {}
    for name in sorted(os.listdir(folder)):  # noqa: PTH208 - the names alone
        path = PurePath(name)
        if path.suffix.lower() in SUFFIXES:
            names.setdefault(path.stem, []).append(name)
    return names


def _meant(study: Study, name: str) -> str:
    """What to do about a name that leads to no transcript, or nothing."""
    named = [path for path in study.seeds_path.glob("*") if name in (path.stem, path.name)]
    if not is_id(name) and any(not is_id(path.stem) for path in named):
        return f"Rename the file in {SEEDS}/. {ID_RULE}"
    ids, stem = transcript_ids(study), Path(name).stem
    close = [stem] if stem in ids else get_close_matches(name, ids, n=1)
    return f"Did you mean {close[0]}?" if close else ""
