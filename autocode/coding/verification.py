"""Whether a study, a run or an archive is what it says: hashes, offsets and formats."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from autocode.coding.calls import CallLine
from autocode.coding.codebook import Codebook
from autocode.coding.files import contradictions, read_coding
from autocode.coding.findings import Finding
from autocode.coding.inventory import INVENTORY, SUMS, Inventory
from autocode.coding.nouns import Coding, TranscriptRef
from autocode.coding.ranking import kept
from autocode.coding.runs import (
    CALLS,
    CODING,
    CONSIDERED,
    MANIFEST,
    TRANSCRIPT,
    Manifest,
)
from autocode.coding.sent import PromptUsed
from autocode.errors import AutocodeError, InputError
from autocode.files import parse_json, read_record
from autocode.study import CODEBOOK, GOLD, RUNS, SEEDS, Study
from autocode.transcript.seeds import load, transcript_ids, transcript_path

_SUM = re.compile(r"([0-9a-f]{64}) [ *](.+)")


@dataclass(frozen=True)
class _Text:
    """A transcript that codings are held against; text is None where its words are left out."""

    about: TranscriptRef
    text: str | None


@dataclass
class _Checked:
    """A folder under verification; findings name files relative to it."""

    root: Path
    texts: dict[str, _Text] = field(default_factory=dict)
    words: bool = True

    def wrong(self, path: Path, kind: str, message: str, line: int | None = None) -> Finding:
        return Finding(self.named(path), line, "error", kind, message)

    def failed(self, error: AutocodeError, path: Path, kind: str) -> Finding:
        return self.wrong(path, kind, error.what, error.line)

    def named(self, path: Path) -> str:
        name = path.relative_to(self.root) if path.is_relative_to(self.root) else path
        return name.as_posix()


def verify_folder(folder: Path) -> list[Finding]:
    """What is wrong in a study, a run's folder or an archive; empty where all is as it says.

    Raises:
        StudyError, InputError: the folder is none of these.
    """
    folder = folder.resolve()
    checked = _Checked(folder)
    if not folder.is_dir():
        hint = "Name a study, a run's folder or an archive."
        raise InputError("there is no such folder", where=folder, hint=hint)
    if (folder / MANIFEST).is_file():
        return list(_run(checked, folder))
    if (folder / SUMS).is_file():
        return [*_sums(checked), *_inventory(checked), *_contents(checked)]
    return [*_transcripts(checked, Study.open(folder)), *_contents(checked)]


def _contents(checked: _Checked) -> Iterator[Finding]:
    """The codebook, every human coding and every run."""
    codebook = checked.root / GOLD / "codebook.json"
    try:
        Codebook.load(codebook)
    except InputError as error:
        yield checked.failed(error, codebook, "codebook")
    for path in sorted((checked.root / GOLD).glob("[!.]*.json")):
        if path != codebook:
            yield from _coding(checked, path)
    for manifest in sorted((checked.root / RUNS).glob(f"*/[!.]*/{MANIFEST}")):
        yield from _run(checked, manifest.parent)


def _sums(checked: _Checked) -> Iterator[Finding]:
    """Files that are missing, changed or not listed."""
    listed: set[str] = set()
    sums = checked.root / SUMS
    for number, line in enumerate(sums.read_text("utf-8", "replace").splitlines(), 1):
        match = _SUM.fullmatch(line)
        path = checked.root / match[2] if match else checked.root
        if match is None or not path.resolve().is_relative_to(checked.root):
            yield checked.wrong(sums, "hash", "this line is no hash of a file", number)
            continue
        listed.add(match[2])
        if not path.is_file():
            yield checked.wrong(path, "missing", f"this file is listed in {SUMS} and not there")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != match[1]:
            yield checked.wrong(
                path, "hash", f"the file has changed: its hash is not that in {SUMS}"
            )
    for path in sorted(checked.root.rglob("*")):
        name = checked.named(path)
        if path.is_file() and name not in listed and name != SUMS:
            yield checked.wrong(path, "unlisted", f"this file is not listed in {SUMS}")


def _inventory(checked: _Checked) -> Iterator[Finding]:
    """The transcripts of an archive against their hashes; an archive may hold no words."""
    path = checked.root / INVENTORY
    try:
        inventory = read_record(path, Inventory)
    except InputError as error:
        yield checked.failed(error, path, "transcripts")
        return
    checked.words = inventory.words
    for about in inventory.transcripts:
        file = checked.root / "transcripts" / f"{about.id}.txt"
        text = _text(file) if inventory.words else None
        if inventory.words:
            yield from _same(checked, file, about, text)
        checked.texts[about.id] = _Text(about, text)


def _text(file: Path) -> str | None:
    return file.read_bytes().decode("utf-8", "replace") if file.is_file() else None


def _same(
    checked: _Checked, file: Path, about: TranscriptRef, text: str | None
) -> Iterator[Finding]:
    if text is None:
        yield checked.wrong(file, "missing", "the transcript is not there")
    elif hashlib.sha256(text.encode()).hexdigest() != about.sha256:
        yield checked.wrong(file, "hash", "this is not the text that was coded (SHA-256 differs)")
    elif len(text) != about.length:
        message = f"the text has {len(text)} characters, and {about.length} were coded"
        yield checked.wrong(file, "length", message)


def _transcripts(checked: _Checked, study: Study) -> Iterator[Finding]:
    for id_ in transcript_ids(study):
        try:
            transcript = load(study, id_)
        except AutocodeError as error:
            yield checked.failed(error, transcript_path(study, id_), "unreadable")
        else:
            checked.texts[id_] = _Text(TranscriptRef.of(transcript), transcript.text)


def _coding(checked: _Checked, path: Path) -> Iterator[Finding]:
    """A human coding against the transcript of the study or archive."""
    try:
        coding = read_coding(path)
    except InputError as error:
        yield checked.failed(error, path, "format")
        return
    text = checked.texts.get(coding.transcript.id)
    if text is None:
        message = f"its transcript, {coding.transcript.id}, is not in {SEEDS}/"
        yield checked.wrong(path, "transcript", message)
        return
    for message in contradictions(coding, text.about, text.text):
        yield checked.wrong(path, "offsets", message)


def _run(checked: _Checked, folder: Path) -> Iterator[Finding]:
    """A run's folder: its manifest, the text it kept, its coding and its calls."""
    path = folder / MANIFEST
    try:
        made = read_record(path, Manifest)
    except InputError as error:
        yield checked.failed(error, path, "format")
        return
    if made.run != folder.name:
        yield checked.wrong(path, "name", f"the manifest calls this run {made.run!r}")
    for prompt in made.prompts:
        if not _hashes(prompt, words=checked.words):
            message = f"the prompt {prompt.step!r} is not the text that its hash is of"
            yield checked.wrong(path, "hash", message)
    text = _text(folder / TRANSCRIPT) if checked.words else None
    if checked.words:
        sent = made.redacted or made.transcript
        yield from _same(checked, folder / TRANSCRIPT, sent, text)
        yield from _calls(checked, folder / CALLS, complete=made.status == "complete")
    if made.redacted is not None:
        # The coding is of the original, which a study has and a run alone does not.
        there = checked.texts.get(made.transcript.id)
        same = there is not None and there.about.same_text(made.transcript)
        text = there.text if there and same else None
    if made.transcript.id != CODEBOOK:  # a run that proposes a codebook codes nothing
        yield from _proposed(checked, folder / CODING, made, text)


def _hashes(prompt: PromptUsed, *, words: bool) -> bool:
    """Whether a template is what its hash says; a file may have a mark, or CRLF."""
    if not prompt.text and not words:
        return True
    ways = [prompt.text, prompt.text.replace("\n", "\r\n")]
    files = [
        mark + way.encode("utf-8", "replace") for way in ways for mark in (b"", b"\xef\xbb\xbf")
    ]
    return prompt.sha256 in [hashlib.sha256(file).hexdigest() for file in files]


def _proposed(checked: _Checked, path: Path, made: Manifest, text: str | None) -> Iterator[Finding]:
    if not path.is_file():
        if made.status == "complete" or made.quotes:
            yield checked.wrong(path, "missing", "the coding of this run is not there")
        return
    try:
        coding = read_coding(path)
    except InputError as error:
        yield checked.failed(error, path, "format")
        return
    for message in contradictions(coding, made.transcript, text):
        yield checked.wrong(path, "offsets", message)
    if made.status == "complete" and len(coding.quotes) != made.quotes:
        message = f"it has {len(coding.quotes)} quotes, and {made.quotes} stand in the manifest"
        yield checked.wrong(path, "count", message)
    if made.thresholds and checked.words:
        yield from _cut(checked, path.with_name(CONSIDERED), made, coding)


def _cut(checked: _Checked, path: Path, made: Manifest, coding: Coding) -> Iterator[Finding]:
    """Whether the coding is what the last threshold leaves of everything considered."""
    try:
        considered = read_coding(path)
    except InputError as error:
        yield checked.failed(error, path, "missing" if not path.exists() else "format")
        return
    if kept(considered, made.thresholds[-1]).quotes != coding.quotes:
        message = f"{CODING} is not what the threshold in {MANIFEST} leaves of it"
        yield checked.wrong(path, "threshold", message)


def _calls(checked: _Checked, path: Path, *, complete: bool) -> Iterator[Finding]:
    """Lines that are no calls; the last line of a run that was cut off may be half."""
    if not path.is_file():
        yield checked.wrong(path, "missing", "the calls of this run are not there")
        return
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, 1):
        last = number >= len(lines) - (not lines[-1])
        if not line or (last and not complete):
            continue
        try:
            CallLine.model_validate(parse_json(line))
        except (ValueError, ValidationError):
            yield checked.wrong(path, "format", "this line is no call", number)
