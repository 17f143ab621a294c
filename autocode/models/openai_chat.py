"""Chat completions of any server that speaks OpenAI's protocol, through the `openai` SDK.

A server that refuses an optional parameter is asked again without it, and is not sent it again
(see `autocode.models.dialect`). What was refused stands in `identity()`.
"""

import re
import time
from datetime import UTC, datetime
from typing import Any

import openai

from autocode.errors import ModelError
from autocode.models.complaint import Complaint
from autocode.models.completion import (
    MOST_BYTES,
    ComplaintError,
    TooLargeError,
    read_completion,
)
from autocode.models.dialect import Dialect
from autocode.models.endpoint import Endpoint
from autocode.models.openai_client import (
    complaint_in,
    open_client,
    reason_of,
    refused,
    retry_after,
    unreachable,
)
from autocode.models.prices import known_model
from autocode.models.provider import Answer, AskError, Request
from autocode.models.tokens import count_tokens

_PAGE = re.compile("<!doctype html|<html", re.IGNORECASE)


class RemoteModel:
    """A model behind an OpenAI-compatible server; many requests may be asked at once."""

    def __init__(self, model: str, endpoint: Endpoint, *, most_bytes: int = MOST_BYTES) -> None:
        self.name, self.destination = model, endpoint.destination
        self._endpoint, self._client = endpoint, open_client(endpoint, most_bytes)
        self.dialect = Dialect(enforces=endpoint.on_this_machine)
        self._reached = self.recalled = False
        known = known_model(model)
        self.context_tokens = known.context_tokens if known else None
        self.tokens_exact = count_tokens("", model).exact

    def count_tokens(self, text: str) -> int:
        return count_tokens(text, self.name).n

    def identity(self) -> dict[str, Any]:
        version = self._endpoint.api_version
        return {
            "provider": "openai",
            "base_url": self._endpoint.shown,
            **({"api_version": version} if version else {}),
            "sdk": {"openai": openai.__version__},
            "context_tokens": self.context_tokens,
            **self.dialect.described(),
        }

    def recall(self, identity: dict[str, Any]) -> None:
        """Begin where an earlier run on this server and model ended; only the first call counts."""
        if not self.recalled:
            self.recalled = True
            self.dialect.recall(identity)

    async def ask(self, request: Request) -> Answer:
        payload = self.dialect.payload(self.name, request)
        started, clock = datetime.now(UTC), time.perf_counter()
        try:
            # As it is: the SDK would look through each part of what it is given by name.
            raw = await self._client.chat.completions.with_raw_response.create(
                model=self.name, messages=[], extra_body=payload
            )
            self._reached = True
            return read_completion(
                raw.http_response.content,
                payload,
                cleaned=self._endpoint.without_secrets,
                started=started.isoformat(timespec="milliseconds"),
                latency=time.perf_counter() - clock,
            )
        except openai.APIStatusError as error:
            self._reached = True
            wait = retry_after(error.response.headers)
            raise self._failure(complaint_in(error), payload, wait) from error
        except ComplaintError as error:
            raise self._failure(error.complaint, payload, None) from error
        except openai.APIConnectionError as error:
            # A server that was never there will not come: a wrong URL is said at once.
            if not self._reached and (missing := unreachable(error, self._endpoint)):
                raise missing from error
            kind = "timeout" if isinstance(error, openai.APITimeoutError) else "connection"
            reason = reason_of(error, self._endpoint)
            raise AskError(kind, reason, payload, transient=True) from error
        except TooLargeError as error:
            raise AskError("too large", str(error), payload, transient=True) from error
        except AskError as error:
            raise self._misled(error) from error

    async def aclose(self) -> None:
        await self._client.close()

    def _failure(
        self, complaint: Complaint, payload: dict[str, Any], wait: float | None
    ) -> AskError | ModelError:
        """What a complaint means for this request, or for all of them."""
        words = self._endpoint.without_secrets(complaint.words)
        said = f"HTTP {complaint.status}: {words}"
        if complaint.refusal:
            return AskError("refusal", said, payload, transient=True)
        if self.dialect.learns(complaint, payload):
            return AskError("parameter", said, payload, transient=True, retry_after=0.0)
        if complaint.final:
            return refused(complaint, self.name, self._endpoint)
        if complaint.passing:
            kind = "rate limit" if complaint.status == 429 else "server"
            return AskError(kind, said, payload, transient=True, retry_after=wait)
        if complaint.too_long:
            said = f"{said.rstrip('.')}: make chunk_tokens, example_tokens or reply_tokens smaller"
        return AskError("rejected", said, payload, transient=False)

    def _misled(self, error: AskError) -> AskError | ModelError:
        """The error with a way on, where what answers seems to be no API but a page."""
        way_on = self._endpoint.way_on
        if "ollama is running" in error.detail.lower():
            return ModelError(
                f"{self._endpoint.shown} does not answer questions: {error.detail}",
                hint=f"Check {way_on}.",
            )
        if _PAGE.search(error.detail):
            detail = f"{error.detail}; check {way_on}"
            return AskError(error.kind, detail, error.request, transient=error.transient)
        return error
