"""The record of a review: one event a line, each bound to the line before it by its hash.

A hash is the SHA-256 of the line's JSON without its key `hash`: keys sorted, no spaces, UTF-8. An
event is acknowledged when it is on the disk. What stands after the last line end was never
acknowledged; it is put aside before the next event is written.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from autocode.coding.lock import held
from autocode.errors import InputError, StudyError
from autocode.files import parse_json, refused
from autocode.review.decision import REVIEW_FORMAT
from autocode.review.state import Event, State
from autocode.text import plural, whole

_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class StaleError(StudyError):
    """Somebody else, in another tab or process, has decided something meanwhile."""


@dataclass(frozen=True)
class _Stamp:
    """By what a file is known again: anything that is written into it changes this."""

    inode: int
    size: int
    changed: int

    @classmethod
    def of(cls, stat: os.stat_result) -> "_Stamp":
        return cls(stat.st_ino, stat.st_size, stat.st_mtime_ns)


class ReviewRecord:
    """`reviews/p1/REVIEWER.jsonl`, read whole and from then on only appended to.

    events: what was read and what was appended since; state: what they have led to; cut: the bytes
    after the last whole line, which were never acknowledged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.events: list[Event] = []
        self.state = State()
        self.cut = b""
        self._stamp: _Stamp | None = None
        self.reload()

    def reload(self) -> None:
        """Read the file again; without one there are no events.

        Raises:
            InputError: a line is no event, or does not follow the line before (file:line); or the
                file was there and is gone.
        """
        if self.path.exists() and not self.path.is_file():
            hint = "Put it aside."  # a pipe might never end
            raise InputError("this is not a file", where=self.path, hint=hint)
        try:
            with self.path.open("rb") as file:
                stamp, data = _Stamp.of(os.fstat(file.fileno())), file.read()
        except FileNotFoundError as error:
            if self.events:
                hint = "Restore it, or begin again with `autocode review`."
                raise InputError("this record is gone", where=self.path, hint=hint) from error
            self.events, self.state, self.cut, self._stamp = [], State(), b"", None
            return
        except OSError as error:
            what = f"cannot be read: {error.strerror}"
            raise InputError(what, where=self.path, hint="Check its permissions.") from error
        *lines, self.cut = data.split(b"\n")
        self.events, self.state = events_of(lines, self.path)
        self._stamp = stamp

    @property
    def overtaken(self) -> bool:
        """Whether the file is not as it was read, or written here, last."""
        try:
            return _Stamp.of(self.path.stat()) != self._stamp
        except OSError:
            return True

    @property
    def note(self) -> str | None:
        """What a user must know about a last line that was cut off, as a sentence, or None."""
        if not self.cut:
            return None
        return (
            f"the last line of {self.path.name} was cut off ({plural(len(self.cut), 'byte')}) and "
            "was never acknowledged: it does not count, and is put aside in "
            f"{self._aside.name} when the next decision is written"
        )

    def append(self, event: Event) -> Event:
        """Write one event, bound to the last; it is on the disk when this returns.

        Raises:
            StaleError: the file is not as it was read: nothing is written.
            StudyError: another process is writing, or the file system refuses.
        """
        bound = event.model_copy(update={"previous": self.state.hash})
        bound = bound.model_copy(update={"hash": digest(_data(bound))})
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise refused(self.path, error) from error
        lock = self.path.with_name(f".{self.path.stem}.lock")
        with held(lock, f"the review {self.path.name}", "Try again in a moment."):
            self._write((canonical(_data(bound) | {"hash": bound.hash}) + "\n").encode())
        self.events.append(bound)
        self.state = self.state.after(bound)
        return bound

    @property
    def _aside(self) -> Path:
        return self.path.with_name(f"{self.path.stem}.cut-{len(self.events) + 1}.txt")

    def _write(self, line: bytes) -> None:
        new = self._stamp is None
        flags = os.O_RDWR | os.O_APPEND | _PLAIN | (os.O_CREAT | os.O_EXCL if new else 0)
        try:
            handle = os.open(self.path, flags, 0o666)
        except (FileExistsError, FileNotFoundError) as error:
            raise self.stale() from error
        except OSError as error:
            raise refused(self.path, error) from error
        try:
            stamp = _Stamp.of(os.fstat(handle))
            if not new and stamp != self._stamp:
                raise self.stale()
            self._put_aside(handle, stamp.size)
            self._add(handle, line)
            self._stamp = _Stamp.of(os.fstat(handle))
            if new:
                _sync_folder(self.path.parent)
        except OSError as error:
            raise refused(self.path, error) from error
        finally:
            os.close(handle)

    def _add(self, handle: int, line: bytes) -> None:
        """One write of the whole line; a disk that takes a part of it leaves nothing behind."""
        size = os.fstat(handle).st_size
        try:
            if os.write(handle, line) != len(line):
                raise OSError(28, "No space left on device")
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            self._stamp = _Stamp.of(os.fstat(handle))
            raise

    def _put_aside(self, handle: int, size: int) -> None:
        """Keep the bytes of a line that was cut off in a file of their own."""
        if not self.cut:
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | _PLAIN
        with os.fdopen(os.open(self._aside, flags, 0o666), "ab") as file:
            file.write(self.cut)
            file.flush()
            os.fsync(file.fileno())
        os.ftruncate(handle, size - len(self.cut))
        self.cut = b""

    def stale(self) -> StaleError:
        """What is said to whoever decides on what has changed meanwhile."""
        return StaleError(
            "this review has gone on elsewhere, in another tab or process; nothing was written",
            where=self.path, hint="Load it again and decide then.",
        )  # fmt: skip


def events_of(lines: list[bytes], path: Path) -> tuple[list[Event], State]:
    """The events in the lines of a record and what they lead to, each held against those before.

    Raises:
        InputError: the first line that is no event, breaks the chain or cannot follow (file:line).
    """
    events, state = list[Event](), State()
    for number, line in enumerate(lines, 1):
        try:
            data = parse_json(line)
            event = Event.model_validate(data)
        except (ValueError, ValidationError) as error:
            what = _newer(line) or "this line is no event of a review"
            raise _bad(what, path, number) from error
        if event.hash != digest({key: data[key] for key in data if key != "hash"}):
            raise _bad("this line was changed: its hash is not that of its words", path, number)
        if event.previous != state.hash:
            raise _bad("a line before this one was changed, removed or added", path, number)
        if not state.allows(event):
            raise _bad("this event does not follow from the events before it", path, number)
        events.append(event)
        state = state.after(event)
    return events, state


def _newer(line: bytes) -> str | None:
    """What is said of a record that this version cannot know."""
    match = re.search(rb'"format":"(autocode/review@(\d+))"', line)
    if match is None or match[1].decode() == REVIEW_FORMAT:
        return None
    return f"{match[1].decode()} is not {REVIEW_FORMAT}, which this version reads; update autocode"


def _bad(what: str, path: Path, line: int) -> InputError:
    hint = "Restore the file from a copy; its lines are never changed by hand."
    return InputError(what, where=path, line=line, hint=hint)


def canonical(data: Any) -> str:
    """The JSON of which the hash is taken."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(data: Any) -> str:
    """The hash of an event without its key `hash`."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def _data(event: Event) -> dict[str, Any]:
    """What a line holds beside its hash: the decision in full, of the rest what says something."""
    data = event.model_dump(mode="json", exclude_defaults=True, exclude={"hash", "decision"})
    data["decision"] = event.decision.model_dump(mode="json", exclude_none=True)
    # Half a surrogate pair could neither be hashed nor written.
    whole_data: dict[str, Any] = json.loads(whole(json.dumps(data, ensure_ascii=False)))
    return whole_data


def _sync_folder(folder: Path) -> None:
    """Make sure that a new file is still there after a power cut, where a folder can be synced."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)
