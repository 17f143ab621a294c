"""Batches of an OpenAI-compatible server: questions handed in as a file, answered within a day.

What is handed in outlives this process: everything that is needed to come back for the answers is
an id. Answers are then read from files, and nothing more is asked.
"""

import json
import re
from collections.abc import Awaitable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import openai

from autocode.errors import ModelError
from autocode.files import parse_json
from autocode.models.complaint import complaint_of
from autocode.models.completion import ComplaintError, TooLargeError, read_completion
from autocode.models.endpoint import Endpoint
from autocode.models.openai_chat import RemoteModel
from autocode.models.openai_client import complaint_in, reason_of, refused
from autocode.models.provider import Answer, AskError, Request

T = TypeVar("T")

# The answers to an interview are some megabytes.
_MOST_BYTES = 512 * 1024 * 1024
ENDED = ("completed", "failed", "expired", "cancelled")
_LATER = "Try again later: what was handed in does not wait for you."


class LostError(ModelError):
    """A connection broke: whether the server did what it was asked is not known."""


@dataclass(frozen=True, slots=True)
class BatchState:
    """Where a batch is: `status` as the server says it, and how many of its questions are done.

    files: where answers and errors are, once there are any; words: why it failed as a whole.
    """

    id: str
    status: str
    total: int = 0
    answered: int = 0
    failed: int = 0
    files: tuple[str, ...] = ()
    words: str = ""
    created: int = 0

    @property
    def ended(self) -> bool:
        """Whether no more answers will come."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Results:
    """The lines that came back, by the keys of the questions; why a question may have none."""

    lines: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    missing: str = "the batch holds no answer to it"
    created: int = 0


class BatchModel(RemoteModel):
    """A model behind a server that takes batches; `ask` answers out of `results` alone."""

    def __init__(self, model: str, endpoint: Endpoint) -> None:
        super().__init__(model, endpoint, most_bytes=_MOST_BYTES)
        # Azure has its files and batches beside its deployments, not under one.
        beside = re.sub(r"/deployments/[^/]+/?$", "", str(self._client.base_url))
        self._client = self._client.with_options(base_url=beside)
        self.results = Results()

    @property
    def address(self) -> str:
        """The URL to come back to, without a password."""
        version = self._endpoint.api_version
        return self._endpoint.shown + (f"?api-version={version}" if version else "")

    def line(self, request: Request) -> dict[str, Any]:
        """The question as a line of the file: known by its key, with its whole payload."""
        return {
            "custom_id": request.key(self.name),
            "method": "POST",
            "url": self._endpoint.batch_path,
            "body": self.dialect.payload(self.name, request),
        }

    async def upload(self, questions: str) -> str:
        """Hand in questions, a `line` of JSON each, as a file; its id. Nothing is asked yet.

        Raises:
            ModelError: the server does not take it.
        """
        file = await self._told(
            self._client.files.with_raw_response.create(
                file=("questions.jsonl", questions.encode()), purpose="batch"
            )
        )
        return _word(file, "id")

    async def create(self, file: str) -> BatchState:
        """Have the questions of an uploaded file answered.

        Raises:
            ModelError: the server does not do it.
        """
        made = self._client.batches.with_raw_response.create(
            input_file_id=file,
            endpoint=self._endpoint.batch_path,  # type: ignore[arg-type]
            completion_window="24h",
        )
        return _state(await self._told(made))

    async def find(self, file: str) -> BatchState | None:
        """The batch of an uploaded file, where its id was never heard."""
        listed = await self._told(self._client.batches.with_raw_response.list(limit=100))
        entries = listed.get("data")
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("input_file_id") == file:
                return _state(entry)
        return None

    async def state(self, id: str) -> BatchState:
        """Where a batch is.

        Raises:
            ModelError: the server does not say, or does not know it.
        """
        return _state(await self._told(self._client.batches.with_raw_response.retrieve(id)))

    async def cancel(self, id: str) -> BatchState:
        """Have no more questions of a batch answered; what is answered can be fetched."""
        return _state(await self._told(self._client.batches.with_raw_response.cancel(id)))

    async def fetch(self, state: BatchState) -> None:
        """Read the answers and errors of a batch into `results`.

        Raises:
            ModelError: a file of it cannot be had.
        """
        lines: dict[str, dict[str, Any]] = {}
        for id_ in state.files:
            content = await self._raw(self._client.files.with_raw_response.content(id_))
            for text in content.split(b"\n"):
                line = _line(text)
                # An answer stands, whatever another file says of the same question.
                if line and not (lines.get(line["custom_id"]) or {}).get("response"):
                    lines[line["custom_id"]] = line
        missing = f"the batch is {state.status}" + (f": {state.words}" if state.words else "")
        self.results = Results(lines, missing, state.created)

    async def ask(self, request: Request) -> Answer:
        payload = self.dialect.payload(self.name, request)
        line = self.results.lines.get(request.key(self.name))
        if line is None:
            raise AskError("batch", self.results.missing, asdict(request), transient=True)
        response, error = line.get("response"), line.get("error")
        if not isinstance(response, dict):
            words = complaint_of(json.dumps(error).encode(), 500).words
            raise AskError("batch", self._endpoint.without_secrets(words), payload, transient=True)
        status, content = response.get("status_code"), json.dumps(response.get("body")).encode()
        try:
            if isinstance(status, int) and status >= 400:
                raise ComplaintError(complaint_of(content, status))
            started = datetime.fromtimestamp(self.results.created, UTC)
            return read_completion(
                content,
                payload,
                cleaned=self._endpoint.without_secrets,
                started=started.isoformat(timespec="milliseconds"),
                latency=0.0,
            )
        except ComplaintError as error:
            failure = self._failure(error.complaint, payload, None)
            if isinstance(failure, ModelError):  # of one line here, not of all
                failure = AskError("rejected", failure.what, payload, transient=False)
            elif failure.kind == "parameter":  # learned for those that are asked again, not here
                failure = AskError("rejected", str(failure), payload, transient=False)
            raise failure from error

    async def _told(self, call: Awaitable[Any]) -> dict[str, Any]:
        try:
            value = parse_json(await self._raw(call))
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise ModelError(f"{self._endpoint.shown} says nothing about batches", hint=_LATER)
        return value

    async def _raw(self, call: Awaitable[Any]) -> bytes:
        """The body of what the server answers.

        Raises:
            ModelError: it does not, or refuses.
        """
        shown = self._endpoint.shown
        try:
            content: bytes = (await call).http_response.content
            return content
        except openai.APIStatusError as error:
            complaint = complaint_in(error)
            if complaint.status in (404, 405, 501):
                words = self._endpoint.without_secrets(complaint.words).rstrip(".")
                raise ModelError(
                    f"{shown} has no such batch, or none at all: HTTP {complaint.status}: {words}",
                    hint="Leave out --batch to ask it directly.",
                ) from error
            raise refused(complaint, self.name, self._endpoint) from error
        except openai.APIConnectionError as error:
            reason = reason_of(error, self._endpoint)
            raise LostError(f"cannot reach {shown}: {reason}", hint=_LATER) from error
        except TooLargeError as error:
            raise ModelError(f"{shown}: {error}", hint="Hand in fewer transcripts.") from error


def _line(text: bytes) -> dict[str, Any] | None:
    try:
        line = parse_json(text)
    except ValueError:
        return None
    known = isinstance(line, dict) and isinstance(line.get("custom_id"), str)
    return line if known else None


def _state(batch: dict[str, Any]) -> BatchState:
    counts, errors = batch.get("request_counts"), batch.get("errors")
    number = {name: _number(counts, name) for name in ("total", "completed", "failed")}
    listed = errors.get("data") if isinstance(errors, dict) else None
    told = listed if isinstance(listed, list) else errors
    words = complaint_of(json.dumps(told).encode(), 400).words if errors else ""
    files = (batch.get("output_file_id"), batch.get("error_file_id"))
    return BatchState(
        id=_word(batch, "id"),
        status=_word(batch, "status"),
        total=number["total"],
        answered=number["completed"],
        failed=number["failed"],
        files=tuple(file for file in files if isinstance(file, str) and _ID.fullmatch(file)),
        words=words,
        created=_number(batch, "created_at"),
    )


_ID = re.compile(r"[\w.:-]{1,200}", re.ASCII)


def _word(value: dict[str, Any], key: str) -> str:
    """An id or a status: anything else would not stand in an address.

    Raises:
        ModelError: it is none.
    """
    word = value.get(key)
    if not isinstance(word, str) or not _ID.fullmatch(word):
        raise ModelError(f"the server's answer about a batch has no {key}", hint=_LATER)
    return word


def _number(counts: Any, key: str) -> int:
    count = counts.get(key) if isinstance(counts, dict) else None
    return count if isinstance(count, int) and 0 <= count < 10**11 else 0
