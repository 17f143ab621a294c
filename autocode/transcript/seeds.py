"""The transcripts of a study: ids, the file that each leads to, and reading it."""

from difflib import get_close_matches
from pathlib import Path

from autocode.errors import StudyError
from autocode.study import ID_RULE, SEEDS, Study, check_id, is_id, natural_order
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers import SUFFIXES, read_transcript


def load(study: Study, id: str) -> Transcript:
    """Transcript `id` of a study.

    Raises:
        StudyError: there is no such transcript.
        InputError: its file cannot be read.
    """
    return read_transcript(transcript_path(study, id), id)


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
    files = [path for path in _seed_files(study) if path.stem == id]
    if files:
        return study.inside(min(files, key=lambda path: SUFFIXES.index(path.suffix.lower())))
    ids = transcript_ids(study)
    available = f"Available: {', '.join(ids)}." if ids else "There are none yet."
    hint = f"{_meant(study, id)} {available}".strip()
    raise StudyError(f"no transcript {id!r} in {SEEDS}/", hint=hint)


def _seed_files(study: Study) -> list[Path]:
    """The files in `seeds/` that a reader could read, whatever the case of their suffix."""
    folder = study.seeds_path
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in files if path.suffix.lower() in SUFFIXES and path.is_file()]


def _meant(study: Study, name: str) -> str:
    """What to do about a name that leads to no transcript, or nothing."""
    named = [path for path in study.seeds_path.glob("*") if name in (path.stem, path.name)]
    if not is_id(name) and any(not is_id(path.stem) for path in named):
        return f"Rename the file in {SEEDS}/. {ID_RULE}"
    ids, stem = transcript_ids(study), Path(name).stem
    close = [stem] if stem in ids else get_close_matches(name, ids, n=1)
    return f"Did you mean {close[0]}?" if close else ""
