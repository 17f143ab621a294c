"""The transcripts of a study: ids, the file that each leads to, and reading it."""

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path

from autocode.errors import StudyError
from autocode.study import ID_RULE, SEEDS, Study, check_id, is_id, natural_order
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers import SUFFIXES, read_transcript
from autocode.transcript.source import Told


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


def transcript_path(study: Study, id: str) -> Path:
    """The file of transcript `id`; of several that of the suffix that stands first in `SUFFIXES`.

    Raises:
        StudyError: the id is not valid, is unknown, or leads out of the study.
    """
    if not is_id(id) and (hint := _meant(study, id)):
        raise StudyError(f"{id!r} is not a valid id", hint=hint)
    check_id(id)
    files = [path for path in _seed_files(study, f"{id}.") if path.stem == id]
    if files:
        return study.inside(min(files, key=lambda path: SUFFIXES.index(path.suffix.lower())))
    ids = transcript_ids(study)
    available = f"Available: {', '.join(ids)}." if ids else "There are none yet."
    hint = f"{_meant(study, id)} {available}".strip()
    raise StudyError(f"no transcript {id!r} in {SEEDS}/", hint=hint)


def _seed_files(study: Study, beginning: str = "") -> list[Path]:
    """The files in `seeds/` that a reader could read, whatever the case of their suffix.

    beginning: of the names of those that are looked for.
    """
    folder = study.seeds_path
    names = os.listdir(folder) if folder.is_dir() else ()  # noqa: PTH208 - the names alone
    # The name first: asking the disk about every file, for every transcript, takes its time.
    files = [folder / name for name in sorted(names) if name.startswith(beginning)]
    return [path for path in files if path.suffix.lower() in SUFFIXES and path.is_file()]


def _meant(study: Study, name: str) -> str:
    """What to do about a name that leads to no transcript, or nothing."""
    named = [path for path in study.seeds_path.glob("*") if name in (path.stem, path.name)]
    if not is_id(name) and any(not is_id(path.stem) for path in named):
        return f"Rename the file in {SEEDS}/. {ID_RULE}"
    ids, stem = transcript_ids(study), Path(name).stem
    close = [stem] if stem in ids else get_close_matches(name, ids, n=1)
    return f"Did you mean {close[0]}?" if close else ""
