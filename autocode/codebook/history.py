"""The record of changes, `gold/codebook.log.jsonl`: each with what was before, so that it undoes.

An entry is on disk before the codebook changes: a crash between the two loses no record.
"""

import json
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError

from autocode.coding.codebook import Codebook
from autocode.coding.lock import held
from autocode.coding.nouns import Code, Coding, Relation
from autocode.errors import InputError, StudyError
from autocode.files import Record, parse_json, refused
from autocode.study import Study
from autocode.text import whole

CHANGE_FORMAT: Final = "autocode/codebook-change@1"
LOG: Final = "codebook.log.jsonl"


class Part(Record):
    """The codes and relations that a change is about, whole."""

    codes: list[Code] = Field(default_factory=list)
    relations: list[Relation] = Field(default_factory=list)


class Entry(Record):
    """One change: `before` is what it removed from the codebook, `after` what it put in.

    number: from 1. at: UTC, ISO 8601. undoes: the number of the change that this one took back.
    run, item: the proposal, and what of it was accepted or rejected.
    """

    format: Literal["autocode/codebook-change@1"] = CHANGE_FORMAT
    number: int
    at: str
    change: str
    words: str
    before: Part = Field(default_factory=Part)
    after: Part = Field(default_factory=Part)
    undoes: int | None = None
    run: str | None = None
    item: str | None = None


def log_path(study: Study) -> Path:
    """Where the record of a study is."""
    return study.inside(study.codebook_path.with_name(LOG))


def read_log(study: Study) -> list[Entry]:
    """All changes, oldest first; a last line that a crash cut off is left out.

    Raises:
        InputError: a line is no entry.
    """
    path = log_path(study)
    entries: list[Entry] = []
    lines = path.read_bytes().split(b"\n") if path.is_file() else []
    for number, line in enumerate(lines, 1):
        try:
            entries += [Entry.model_validate(parse_json(line))] if line.strip() else []
        except (ValueError, ValidationError) as error:
            if number == len(lines):
                break
            hint = "Restore the line, or put the file aside to begin a new record."
            raise InputError("not a change", where=path, line=number, hint=hint) from error
    return entries


def standing(entries: Sequence[Entry]) -> list[Entry]:
    """The changes that were not taken back."""
    undone = {entry.undoes for entry in entries}
    return [e for e in entries if e.undoes is None and e.number not in undone]


def change(
    study: Study,
    name: str,
    words: str,
    to: Callable[[Codebook], Codebook],
    *,
    run: str | None = None,
    item: str | None = None,
) -> Entry | None:
    """Change the codebook of a study and record it; None where it would stay as it is.

    A decision on a proposal (`item`) is recorded even so.

    Raises:
        StudyError: the change is refused, or another process is at work on the codebook.
        InputError: codebook or record cannot be read.
    """
    with _alone(study):
        entries, old = read_log(study), Codebook.load(study.codebook_path)
        new = to(old)
        entry = _entry(entries, name, words)
        entry.before, entry.after = _lost(old, new), _lost(new, old)
        if entry.before == entry.after and item is None:
            return None
        entry.run, entry.item = run, item
        _write(study, entry, old, new)
        return entry


def add_codes_of(study: Study, coding: Coding) -> bool:
    """Add the codes of a human coding to the codebook; whether that changed it.

    Raises:
        StudyError, InputError: as `change` does.
    """
    words = f"codes of {coding.transcript.id} by {coding.coder.id}"
    return change(study, "gold", words, lambda book: book.with_coding(coding)) is not None


def undo(study: Study) -> Entry:
    """Take the last change back that still stands; the entry that records it.

    A change that a crash kept out of the codebook is only recorded as taken back.

    Raises:
        StudyError: there is none, or what it left has been changed by hand since.
        InputError: codebook or record cannot be read.
    """
    with _alone(study):
        entries, old = read_log(study), Codebook.load(study.codebook_path)
        if not (done := standing(entries)):
            raise StudyError("there is no change to undo", where=log_path(study))
        last = done[-1]
        if _holds(old, last.after):
            new = _exchanged(old, last.after, last.before)
        elif _holds(old, last.before) and not _touches(old, last):
            new = old
        else:
            raise StudyError(
                f"{study.codebook_path.name} is not as “{last.words}” left it",
                hint="It was edited by hand since: take the change back by hand, too.",
            )
        entry = _entry(entries, "undo", f"undo: {last.words}")
        entry.before, entry.after, entry.undoes = last.after, last.before, last.number
        _write(study, entry, old, new)
        return entry


def _alone(study: Study) -> AbstractContextManager[None]:
    lock = study.inside(study.codebook_path.with_name(".codebook.lock"))
    lock.parent.mkdir(exist_ok=True)
    return held(lock, "the codebook", "Wait until it is done.")


def _entry(entries: Sequence[Entry], name: str, words: str) -> Entry:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    number = max((entry.number for entry in entries), default=0) + 1
    return Entry(number=number, at=at, change=name, words=words)


def _lost(old: Codebook, new: Codebook) -> Part:
    """What of one codebook the other does not have."""
    codes = {code.id: code for code in new.codes}
    return Part(
        codes=[code for code in old.codes if codes.get(code.id) != code],
        relations=[link for link in old.relations if link not in new.relations],
    )


def _holds(book: Codebook, part: Part) -> bool:
    codes = {code.id: code for code in book.codes}
    return all(codes.get(code.id) == code for code in part.codes) and all(
        link in book.relations for link in part.relations
    )


def _touches(book: Codebook, entry: Entry) -> bool:
    """Whether something stands in the codebook that a change added to it."""
    new = {code.id for code in entry.after.codes} - {code.id for code in entry.before.codes}
    return not new.isdisjoint(code.id for code in book.codes) or any(
        link in book.relations for link in entry.after.relations
    )


def _exchanged(book: Codebook, gone: Part, back: Part) -> Codebook:
    """The codebook with codes and relations instead of others; a code of the same id stays where it
    stands."""
    codes = {code.id: code for code in book.codes}
    new = {code.id: code for code in back.codes}
    left = {code.id for code in gone.codes} - new.keys()
    kept = [new.get(id_, code) for id_, code in codes.items() if id_ not in left]
    if added := [code for id_, code in new.items() if id_ not in codes]:
        kept = sorted([*kept, *added], key=lambda code: code.id)
    links = [link for link in book.relations if link not in gone.relations]
    return book.model_copy(update={"codes": kept, "relations": links + back.relations})


def _write(study: Study, entry: Entry, old: Codebook, new: Codebook) -> None:
    path = log_path(study)
    line = json.dumps(entry.model_dump(exclude_defaults=True) | _ALWAYS, ensure_ascii=False)
    try:
        with path.open("ab+") as file:
            file.seek(0)
            content = file.read()
            file.truncate(content.rfind(b"\n") + 1)  # of a line that a crash cut off
            file.write(whole(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise refused(path, error) from error
    if new != old:
        new.save(study.codebook_path)


_ALWAYS = {"format": CHANGE_FORMAT}
