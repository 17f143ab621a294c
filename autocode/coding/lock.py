"""A lock that one process holds at a time; it says which process, and since when.

The file is there only while the lock is held. Who waits for it may hold a file that was removed
meanwhile, and so makes sure that the one it holds is still the one that others find.
"""

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autocode.errors import StudyError
from autocode.files import refused

# How long to wait for somebody who only looks (see `is_held`), in seconds.
_PATIENCE = 0.5
# What stands in a study may be a link or a pipe put there by somebody else.
_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def held(path: Path, what: str, hint: str) -> Iterator[None]:
    """Hold the lock `path` on `what`.

    Raises:
        StudyError: another process holds it (said with `hint`), or the folder cannot be written.
    """
    handle = _acquired(path, time.monotonic() + _PATIENCE)
    if handle is None:
        raise StudyError(f"another autocode is at work on {what}{_owner(path)}", hint=hint)
    try:
        about = {"pid": os.getpid(), "host": socket.gethostname(), "since": _now().isoformat()}
        with suppress(OSError):  # a full disk keeps nobody from going on
            os.ftruncate(handle, 0)
            os.write(handle, json.dumps(about).encode())
        yield
    finally:
        with suppress(OSError):
            path.unlink()  # while it is held: whoever gets hold of it now sees that it is gone
        os.close(handle)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock: a file that a killed process left behind does not count."""
    try:
        handle = os.open(path, os.O_RDONLY | _PLAIN)
    except OSError:
        return False
    try:
        _lock(handle)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _acquired(path: Path, until: float) -> int | None:
    """The open lock file, or None where another process still holds it at that time."""
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | _PLAIN, 0o666)
        except OSError as error:
            raise refused(path, error) from error
        try:
            _lock(handle)
            if os.fstat(handle).st_nlink:
                return handle
        except OSError:
            if time.monotonic() >= until:
                os.close(handle)
                return None
            time.sleep(0.01)
        os.close(handle)


def _owner(path: Path) -> str:
    """Who holds a lock, as far as its file says so."""
    try:
        about: Any = json.loads(path.read_bytes()[:1000])
        seconds = int((_now() - datetime.fromisoformat(about["since"])).total_seconds())
        minutes = seconds // 60
        duration = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
        duration = duration if minutes > 0 else f"{max(0, seconds)} s"
        return f": process {int(about['pid'])} on {about['host']}, for {duration}"
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return ""


def _now() -> datetime:
    return datetime.now(UTC)
