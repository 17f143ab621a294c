"""calls.jsonl: one full request and response per line, written before anything is made of it."""

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from autocode.coding.calls import Call
from autocode.errors import StudyError
from autocode.files import refused
from autocode.text import whole

if sys.platform != "win32":
    import resource

# What requests under way may still bring: below this the disk counts as full.
ROOM = 32 * 1024 * 1024


class CallLog:
    """Appends calls, which outlive this process from then on; `synced` outlives the machine.

    A context manager: what was appended is synced at its end.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._appended = self._safe = 0
        self._syncing: asyncio.Future[None] | None = None
        self._lost: StudyError | None = None
        if path.exists() and not path.is_file():
            raise StudyError("this is not a file", where=path, hint="Start another run.")
        try:
            # Unbuffered: what the disk refuses is not kept back to be refused again on closing.
            self._file = path.open("ab+", buffering=0)
            if self._file.seek(0, os.SEEK_END):
                self._file.seek(-1, os.SEEK_END)
                if self._file.read(1) != b"\n":  # a line torn by a crash
                    self._file.write(b"\n")
        except OSError as error:
            raise refused(path, error) from error

    def append(self, call: Call) -> None:
        """Write one call; a write that fails is tried once more, for the answer is paid for.

        Raises:
            StudyError: the disk refuses; what was answered before is safe.
        """
        line = whole(json.dumps(call, ensure_ascii=False)).encode() + b"\n"
        try:
            self._write(line)
        except OSError:
            try:
                self._write(line)
            except OSError as error:
                lost = refused(self._path, error)
                lost.hint += " The answer that just came is lost, and will be asked for again."
                raise lost from error
        self._appended += 1

    def sync(self) -> int:
        """Begin to bring what was appended so far to the disk: how much that is, for `synced`."""
        if self._syncing is None and self._safe < self._appended:
            self._syncing = asyncio.ensure_future(self._sync())
        return self._appended

    async def synced(self, appended: int) -> None:
        """Wait until so many calls are on the disk: one sync for all who wait.

        Raises:
            StudyError: the disk refuses.
        """
        while self._safe < appended:
            self._refuse()
            self.sync()
            if self._syncing:
                await asyncio.shield(self._syncing)

    async def _sync(self) -> None:
        handle = os.dup(self._file.fileno())  # the file may be closed meanwhile
        try:
            while (appended := self._appended) > self._safe:
                await asyncio.to_thread(os.fsync, handle)
                self._safe = appended
        except OSError as error:
            self._lost = refused(self._path, error)
        finally:
            self._syncing = None
            os.close(handle)

    def _refuse(self) -> None:
        if self._lost:  # a second try would succeed, and have lost what the first one held
            raise self._lost

    def _write(self, line: bytes) -> None:
        """A whole line, or nothing of it: after the half of one the next would be lost too."""
        end = self._file.seek(0, os.SEEK_END)
        try:
            while line:
                line = line[self._file.write(line) :]
        except OSError:
            self._file.truncate(end)
            raise

    def check_room(self) -> None:
        """Look whether an answer could be written, before it is asked and paid for.

        Raises:
            StudyError: the disk is all but full, or has refused to sync.
        """
        self._refuse()
        free = shutil.disk_usage(self._path.parent).free
        if sys.platform != "win32":
            limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
            if limit != resource.RLIM_INFINITY:  # `ulimit -f`, as some clusters set it
                free = min(free, limit - os.fstat(self._file.fileno()).st_size)
        if free < ROOM:
            raise StudyError(
                f"there is room for {max(0, free) // 1024**2} MB only",
                where=self._path,
                hint=f"Make room for {ROOM // 1024**2} MB.",
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._safe < self._appended:
                os.fsync(self._file.fileno())
        except OSError as failure:
            if error is None:
                raise refused(self._path, failure) from failure
        finally:
            self._file.close()
