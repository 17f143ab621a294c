"""calls.jsonl: one full request and response per line, on disk before the next one is asked."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from autocode.coding.calls import Call
from autocode.errors import StudyError
from autocode.models.provider import Answer
from autocode.propose.ask import answer_of
from autocode.text import whole

# Usable answers by step and chunk.
Answers = dict[tuple[str, int | None], Answer]


def answered(calls: Sequence[Call]) -> Answers:
    """The usable answers, by step and chunk: what need not be asked again under one recipe."""
    usable = (call for call in calls if call["outcome"] == "ok")
    answers = ((call["step"], call["chunk"], answer_of(call)) for call in usable)
    return {(step, chunk): answer for step, chunk, answer in answers if answer is not None}


class CallLog:
    """Appends calls; each is synced before `append` returns. A context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if path.exists() and not path.is_file():
            raise StudyError("this is not a file", where=path, hint="Start another run.")
        try:
            self._file = path.open("ab+")
            if self._file.seek(0, os.SEEK_END):
                self._file.seek(-1, os.SEEK_END)
                if self._file.read(1) != b"\n":  # a line torn by a crash
                    self._file.write(b"\n")
        except OSError as error:
            raise StudyError(f"cannot be written: {error.strerror}", where=path) from error

    def append(self, call: Call) -> None:
        """Write one call.

        Raises:
            StudyError: the disk refuses; what was answered before is safe.
        """
        line = whole(json.dumps(call, ensure_ascii=False)).encode()
        try:
            self._file.write(line + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StudyError(
                f"cannot be written: {error.strerror}",
                where=self._path,
                hint="Make room, then go on with `autocode propose --resume`.",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
