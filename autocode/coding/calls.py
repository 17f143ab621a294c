"""The calls of a run, as its calls.jsonl has them: one request and its answer on each line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from autocode.files import parse_json

Call = dict[str, Any]


class CallLine(BaseModel):
    """A line of calls.jsonl: the keys that are read, and their types; others are kept as they are.

    question is the key of the question as it was first put, key that of this request, which may say
    what was wrong about the reply before. started is UTC in ISO 8601, latency is in seconds;
    response is None where there was no answer.
    """

    model_config = ConfigDict(extra="allow", strict=True)

    outcome: str
    step: str = ""
    chunk: int | None = None
    question: str | None = None
    key: str | None = None
    text: str | None = None
    finish_reason: str | None = None
    refusal: str | None = None
    model: str | None = None
    system_fingerprint: str | None = None
    prompt_tokens: int | None = Field(default=None, ge=0)
    completion_tokens: int | None = Field(default=None, ge=0)
    request: dict[str, Any] = Field(default_factory=dict)
    response: dict[str, Any] | None = None
    started: str | None = None
    latency: float | None = Field(default=None, ge=0)


def read_calls(path: Path, wanted: Callable[[bytes], bool] = bool) -> list[Call]:
    """The calls in a file, oldest first; none where there is no file.

    wanted: which lines to read; the others are left out unread.
    A line that is no call is left out: it was cut off by a crash, or edited by hand.
    """
    calls = []
    for line in path.read_bytes().split(b"\n") if path.is_file() else ():
        if not wanted(line):
            continue
        try:
            calls.append(CallLine.model_validate(parse_json(line)).model_dump())
        except ValueError:
            continue
    return calls
