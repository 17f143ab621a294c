"""calls.jsonl: one full request and response per line, on disk before the next one is asked."""

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from autocode.errors import StudyError
from autocode.models.provider import Answer
from autocode.propose.ask import Call, answer_of

# Usable answers by step and chunk.
Answers = dict[tuple[str, int | None], Answer]


def read_calls(path: Path) -> list[Call]:
    """The calls in a file, oldest first; a line cut off by a crash is left out."""
    calls = []
    for line in path.read_bytes().split(b"\n"):
        try:
            calls.append(json.loads(line))
        except ValueError:  # an empty last line, or one torn by a crash: it was not paid twice
            continue
    return calls


def answered(calls: list[Call]) -> Answers:
    """The usable answers, by step and chunk: what need not be asked again under one recipe."""
    answers = {}
    for call in calls:
        answer = answer_of(call)
        if call["outcome"] == "ok" and answer is not None:
            answers[call["step"], call["chunk"]] = answer
    return answers


class CallLog:
    """Appends calls; each is synced before `append` returns. A context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        torn = path.is_file() and not _ends_whole(path)
        try:
            self._file = path.open("ab")
        except OSError as error:
            raise StudyError(f"cannot be written: {error.strerror}", where=path) from error
        if torn:
            self._file.write(b"\n")

    def append(self, call: Call) -> None:
        """Write one call.

        Raises:
            StudyError: the disk refuses; what was answered before is safe.
        """
        line = json.dumps(call, ensure_ascii=False).encode("utf-8", "surrogatepass")
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


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
