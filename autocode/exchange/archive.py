"""A study as one folder for a repository such as Zenodo or OSF, with or without its words."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autocode.coding.inventory import (
    CRATE,
    INVENTORY,
    SUMS,
    ArchivedTranscript,
    Inventory,
    TurnPlace,
)
from autocode.coding.runs import (
    CALLS,
    CODING,
    CONSIDERED,
    MANIFEST,
    PROPOSAL,
    TRANSCRIPT,
    Manifest,
    open_run,
)
from autocode.errors import InputError, StudyError
from autocode.exchange.anonymous import Spoken, without_quotes
from autocode.exchange.crate import UNNAMED, Description, citation, crate, read_me
from autocode.files import parse_json, replace_folder, to_json
from autocode.study import GOLD, PROMPTS, REPORTS, REVIEWS, RUNS, SETTINGS_FILE, Study
from autocode.text import whole
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import load, told_path, transcript_ids, transcript_path

CITATION, README = "CITATION.cff", "README.md"
_LICENCES = ("LICENSE", "LICENCE", "COPYING", "NOTICE")
_LOCAL = re.compile(rb'"local:[^"\n]*[\\/]([^"\\/\n]+)"')
# In a report these hold no words that are not in its Markdown too, or are pictures of figures.
_SAME_WORDS = {".docx": "report.md", ".png": ""}


@dataclass(frozen=True)
class Archive:
    """The files of an archive by their paths, and what was left out, in sentences."""

    files: Mapping[str, bytes]
    remarks: tuple[str, ...]


def archive(
    study: Study,
    *,
    words: bool = True,
    title: str | None = None,
    authors: tuple[str, ...] = (),
    licence: str | None = None,
    date: str | None = None,
    own: tuple[str, ...] = (),
) -> Archive:
    """The files of a study, described and hashed; the same study and description, the same bytes.

    words: False leaves out every word of the transcripts (see `anonymous`). authors: names, or
    `Family, Given`. licence: an SPDX id. date: YYYY-MM-DD, by default the day of the newest run.
    own: texts of autocode itself, such as its prompts, which no transcript lends its words to.

    Raises:
        StudyError: there are no transcripts, or no date can be told.
        InputError: a transcript or a run cannot be read.
    """
    transcripts = _transcripts(study)
    runs = [open_run(path.parent).manifest for path in _manifests(study)]
    title = title or f"Codings of {', '.join(transcript.id for transcript in transcripts)}"
    about = Description(title, authors or (UNNAMED,), date or _newest(runs), licence, words)
    files = dict(_study_files(study, transcripts, words=words))
    licences = [name for name in files if Path(name).name.upper().startswith(_LICENCES)]
    kept, remarks = (dict(files), []) if words else _without_words(study, transcripts, files, own)
    kept[INVENTORY] = to_json(_inventory(transcripts, words=words)).encode()
    kept.setdefault(CITATION, citation(about))
    kept.setdefault(README, read_me(about))
    kept[CRATE] = crate(about, kept, licences, runs)
    sums = (f"{hashlib.sha256(kept[name]).hexdigest()}  {name}\n" for name in sorted(kept))
    kept[SUMS] = "".join(sums).encode()
    if not authors and CITATION not in files:
        remarks.append(f"no author is named: use --author, or fill in {CITATION}")
    if not (licence or licences):
        remarks.append("no licence is given: use --license, or put a LICENSE file into the study")
    return Archive(kept, tuple(remarks))


def write_archive(made: Archive, folder: Path) -> None:
    """Make the folder hold the archive; an earlier one there is replaced.

    Raises:
        StudyError: the folder holds something else, or cannot be written.
    """
    replace_folder(made.files, folder, marks=(SUMS,), ours=None, noun="archive", option="DIR")


def _transcripts(study: Study) -> list[Transcript]:
    if ids := transcript_ids(study):
        return [load(study, id_) for id_ in ids]
    hint = "Bring them in with `autocode import FILE...`."
    raise StudyError("there are no transcripts to archive", hint=hint)


def _manifests(study: Study) -> list[Path]:
    return [study.inside(path) for path in sorted((study.root / RUNS).glob(f"*/[!.]*/{MANIFEST}"))]


def _newest(runs: list[Manifest]) -> str:
    days = [made.started[:10] for made in runs]
    if not days:
        hint = "Name one: --date 2026-01-31."
        raise StudyError("there is no run whose day could date this archive", hint=hint)
    return max(days)


def _texts(study: Study, transcripts: list[Transcript]) -> Iterator[str]:
    """What was said, as it is now and as it was when a run coded it."""
    yield from (transcript.text for transcript in transcripts)
    for manifest in _manifests(study):
        file = manifest.with_name(TRANSCRIPT)
        if file.is_file():
            yield file.read_bytes().decode("utf-8", "replace")


def _study_files(
    study: Study, transcripts: list[Transcript], *, words: bool
) -> Iterator[tuple[str, bytes]]:
    """The files that go in, by their paths in the study; what it holds besides stays at home."""
    single = [study.root / SETTINGS_FILE, study.root / CITATION]
    single += [
        path for path in sorted(study.root.iterdir()) if path.name.upper().startswith(_LICENCES)
    ]
    if words:
        for transcript in transcripts:
            single += [transcript_path(study, transcript.id), told_path(study, transcript.id)]
            yield f"transcripts/{transcript.id}.txt", whole(transcript.text).encode()
            # A record without its words could not be checked any more.
            single += study.review_paths(transcript.id)
        single += sorted((study.root / GOLD).glob("*.jsonl"))
    for folder, pattern in ((GOLD, "*.json"), (PROMPTS, "*.md"), (REPORTS, "**/*")):
        single += sorted((study.root / folder).glob(pattern))
    for manifest in _manifests(study):
        names = (MANIFEST, CODING, CONSIDERED, *((CALLS, TRANSCRIPT, PROPOSAL) if words else ()))
        single += [manifest.with_name(name) for name in names]
    for path in single:
        name = path.relative_to(study.root)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            data = study.inside(path).read_bytes()
            if path.suffix in (".json", ".jsonl"):
                # A model's file is named, not the folders of this machine that it lies in.
                data = _LOCAL.sub(rb'"local:\1"', data)
            yield name.as_posix(), data


def _inventory(transcripts: list[Transcript], *, words: bool) -> Inventory:
    return Inventory(
        words=words,
        transcripts=[
            ArchivedTranscript(
                id=each.id, sha256=each.sha256, length=len(each.text),
                turns=[TurnPlace(turn=t.number, role=t.role, start=t.start, end=t.end)
                       for t in each.turns],
            )
            for each in transcripts
        ],
    )  # fmt: skip


def _without_words(
    study: Study, transcripts: list[Transcript], files: Mapping[str, bytes], own: tuple[str, ...]
) -> tuple[dict[str, bytes], list[str]]:
    """The files as far as they say nothing that was said, and what was left out and why."""
    records = {name: _record(name, data) for name, data in files.items() if name.endswith(".json")}
    texts = _texts(study, transcripts)
    spoken = Spoken(texts, codes=_code_names(records.values()), own=own)
    kept, remarks = {}, list[str]()
    for name, data in files.items():
        if Path(name).name.upper().startswith(_LICENCES):
            kept[name] = data
        elif name in records:
            kept[name] = _bare(records[name], spoken)
        elif not _repeats(name, data, files, spoken):
            kept[name] = data
        else:
            report = name.startswith(f"{REPORTS}/")
            hint = "; make the report with --no-excerpts" if report else ""
            remarks.append(f"{name} is left out: it repeats words of a transcript{hint}")
    if spoken.in_vivo:
        remarks.append(
            f"codes that are words of a transcript keep their names: {', '.join(spoken.in_vivo)}"
        )
    if any(study.review_paths(transcript.id) for transcript in transcripts):
        remarks.append(f"{REVIEWS}/ is left out: without its words a record cannot be checked")
    return kept, remarks


def _repeats(name: str, data: bytes, files: Mapping[str, bytes], spoken: Spoken) -> bool:
    path = Path(name)
    if path.suffix in _SAME_WORDS:
        beside = _SAME_WORDS[path.suffix]
        text = files.get((path.parent / beside).as_posix(), b"") if beside else b""
        return bool(beside) and (not text or spoken.repeated_in(text.decode("utf-8", "replace")))
    return spoken.repeated_in(data.decode("utf-8", "replace"))


def _record(name: str, data: bytes) -> Any:
    try:
        return parse_json(data)
    except ValueError as error:
        raise InputError(f"not JSON: {error}", where=name, hint="Correct it first.") from error


def _code_names(records: Iterable[Any]) -> Iterator[str]:
    """Ids and labels of the codes that codebooks and codings define: quotes refer to them."""
    for record in records:
        for code in record.get("codes") or () if isinstance(record, dict) else ():
            if isinstance(code, dict):
                yield from (str(code[key]) for key in ("id", "label") if code.get(key))


def _bare(record: Any, spoken: Spoken) -> bytes:
    """A record without quoted words; its keys stand as they stood."""
    tree = record
    if isinstance(tree, dict) and str(tree.get("format", "")).startswith("autocode/coding@"):
        tree = without_quotes(tree)
    for code in tree.get("codes", ()) if isinstance(tree, dict) else ():
        if isinstance(code, dict):
            code.pop("examples", None)  # they are what participants said
    return (json.dumps(spoken.without(tree), ensure_ascii=False, indent=2) + "\n").encode()
