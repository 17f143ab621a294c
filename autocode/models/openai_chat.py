"""The only door to the `openai` SDK: any server that speaks its protocol.

The SDK's own retries are off: `autocode.propose.ask` alone decides, so that every attempt is
recorded. A server that refuses an optional parameter is asked again without it, and is not sent
it again; one that knows no JSON schema is asked for a JSON object with the schema in the system
message. What was refused stands in `identity()`.
"""

import json
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit

import openai

from autocode.errors import ModelError
from autocode.models.completion import TooLargeError, read_completion, read_within_limit
from autocode.models.endpoint import Endpoint
from autocode.models.prices import known_model
from autocode.models.provider import (
    Answer,
    AskError,
    Request,
    for_openai,
    messages,
    response_format,
)
from autocode.models.tokens import count_tokens

# A reply arrives in one piece: a large model on a small machine takes minutes for it.
TIMEOUT = openai.Timeout(600.0, connect=15.0)
_NEVER_CONNECTED = {"ConnectError", "ConnectTimeout", "UnsupportedProtocol"}
_REFUSABLE = ("temperature", "seed", "max_tokens", "response_format")
# What a request to a server needs; the SDK adds others, some out of the environment.
_HEADERS = {
    "accept", "accept-encoding", "connection", "content-length", "content-type", "host",
    "transfer-encoding", "user-agent",
}  # fmt: skip
# What another try may cure, besides every 5xx: timeout, conflict, too early, rate limit.
_PASSING = (408, 409, 425, 429)
_HINTS = {
    401: "Check OPENAI_API_KEY.",
    403: "Check what OPENAI_API_KEY may use.",
    404: "Check --model, and that --base-url ends as the server wants it, often in /v1.",
    429: "Check the account's credit.",
}


class RemoteModel:
    """A model behind an OpenAI-compatible server; many requests may be asked at once."""

    def __init__(self, model: str, endpoint: Endpoint) -> None:
        self.name, self.destination = model, endpoint.destination
        self._endpoint, self._client = endpoint, _client(endpoint)
        self._refused: set[str] = set()
        self._reached = False
        known = known_model(model)
        self.context_tokens = known.context_tokens if known else None
        self.tokens_exact = count_tokens("", model).exact

    def count_tokens(self, text: str) -> int:
        return count_tokens(text, self.name).n

    def identity(self) -> dict[str, Any]:
        return {
            "provider": "openai",
            "base_url": self._endpoint.shown,
            "sdk": {"openai": openai.__version__},
            "context_tokens": self.context_tokens,
            "parameters_refused": sorted(self._refused),
        }

    async def ask(self, request: Request) -> Answer:
        payload = self._payload(request)
        started, clock = datetime.now(UTC), time.perf_counter()
        try:
            raw = await self._client.chat.completions.with_raw_response.create(**payload)
        except openai.APIStatusError as error:
            self._reached = True
            self._raise_status(error, payload)
        except openai.APIConnectionError as error:
            self._raise_connection(error, payload)
        except TooLargeError as error:
            raise AskError("too large", str(error), payload, transient=True) from error
        self._reached = True
        return read_completion(
            raw.http_response.content,
            payload,
            cleaned=self._endpoint.without_secrets,
            started=started.isoformat(timespec="milliseconds"),
            latency=time.perf_counter() - clock,
        )

    async def aclose(self) -> None:
        await self._client.close()

    def _payload(self, request: Request) -> dict[str, Any]:
        payload: dict[str, Any] = {"model": self.name, "messages": messages(request)}
        # Newer OpenAI models know the limit only by its longer name, other servers by the shorter.
        refused = "max_tokens" in self._refused
        payload["max_completion_tokens" if refused else "max_tokens"] = request.max_tokens
        if "temperature" not in self._refused:
            payload["temperature"] = request.temperature
        if request.seed is not None and "seed" not in self._refused:
            payload["seed"] = request.seed
        if "response_format" in self._refused:
            wanted = json.dumps(request.schema, ensure_ascii=False)
            payload["messages"][0]["content"] += f"\n\nReply with JSON of this schema:\n{wanted}"
            payload["response_format"] = {"type": "json_object"}
        else:
            # Servers on this machine (llama.cpp, Ollama, vLLM) enforce what OpenAI refuses.
            local = self._endpoint.on_this_machine
            schema = request.schema if local else for_openai(request.schema)
            payload["response_format"] = response_format(request, schema)
        return payload

    def _raise_status(self, error: openai.APIStatusError, payload: dict[str, Any]) -> NoReturn:
        status, detail = error.status_code, self._endpoint.without_secrets(error_message(error))
        if status < 400 or status in (401, 403, 404) or error.code == "insufficient_quota":
            raise ModelError(
                f"{self._endpoint.shown} refuses {self.name}: HTTP {status}: {detail.rstrip('.')}",
                hint=hint_for(status, self._endpoint),
            ) from error
        if status in _PASSING or status >= 500:
            raise AskError(
                "rate limit" if status == 429 else "server",
                f"HTTP {status}: {detail}",
                payload,
                transient=True,
                retry_after=retry_after(error.response.headers),
            ) from error
        parameter = _refused_parameter(error, payload)
        if parameter:
            self._refused.add(parameter)
        raise AskError(
            "rejected",
            f"HTTP {status}: {detail}",
            payload,
            transient=parameter is not None,
            retry_after=0.0 if parameter else None,
        ) from error

    def _raise_connection(
        self, error: openai.APIConnectionError, payload: dict[str, Any]
    ) -> NoReturn:
        reason = (
            self._endpoint.without_secrets(str(error.__cause__ or error)) or type(error).__name__
        )
        timeout = isinstance(error, openai.APITimeoutError)
        causes = {type(cause).__name__ for cause in _causes(error)}
        if not self._reached and causes & _NEVER_CONNECTED:
            # A server that was never there will not come: a wrong URL is said at once.
            raise ModelError(
                f"cannot reach {self._endpoint.shown}: {reason}",
                hint="Start the server, or check --base-url and the network.",
            ) from error
        raise AskError(
            "timeout" if timeout else "connection", reason, payload, transient=True
        ) from error


def retry_after(headers: Any) -> float | None:
    """Seconds a server asks to wait (`Retry-After`: a number or an HTTP date), or None."""
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def http_settings(endpoint: Endpoint) -> dict[str, Any]:
    """How the HTTP client of the SDK must behave towards a server.

    What was meant for one server never follows a redirect to another, and what stays on this
    machine is not sent through a proxy.
    """
    trust = not endpoint.on_this_machine
    return {"timeout": TIMEOUT, "trust_env": trust, "follow_redirects": False}


def strip(request: Any) -> None:
    """Take the key, and what else the SDK found in the environment, out of a request."""
    for name in set(request.headers) - _HEADERS:
        if not name.startswith("x-stainless-"):  # the SDK's notes to itself
            del request.headers[name]


def _client(endpoint: Endpoint) -> openai.AsyncOpenAI:
    async def stripped(request: Any) -> None:
        strip(request)

    hooks: dict[str, list[Any]] = {"response": [read_within_limit]}
    if endpoint.key_withheld:
        hooks["request"] = [stripped]
    return openai.AsyncOpenAI(
        api_key=endpoint.key or "none",
        base_url=endpoint.url,
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(event_hooks=hooks, **http_settings(endpoint)),
    )


def error_message(error: openai.APIStatusError) -> str:
    """What a server said was wrong, in one line."""
    if error.status_code < 400:
        try:
            host = urlsplit(error.response.headers.get("location", "")).hostname
        except ValueError:
            host = None
        return f"it sends the request on to {host or 'another address'}, which is not followed"
    told = error.body.get("message") if isinstance(error.body, dict) else None
    said = told if isinstance(told, str) and told.strip() else error.response.text or error.message
    return " ".join(said[:5000].split())[:500]


def hint_for(status: int, endpoint: Endpoint) -> str:
    """What to do about a status that no other try will change."""
    if status < 400:
        return "If that server is meant, name its address with --base-url."
    if status in (401, 403) and endpoint.key_withheld:
        return (
            "The study named this server, so your key was not sent: name the server with "
            "--base-url, or confirm it with --trust."
        )
    return _HINTS.get(status, _HINTS[403])


def _refused_parameter(error: openai.APIStatusError, payload: dict[str, Any]) -> str | None:
    """The optional parameter a server complains about, if it can be left out."""
    names = _REFUSABLE if error.status_code in (400, 422) else ()
    text = error_message(error)
    parameter = next((n for n in names if n == error.param or f"'{n}'" in text), None)
    if parameter is None and names and ("response_format" in text or "json_schema" in text):
        parameter = "response_format"
    if parameter == "response_format" and payload[parameter]["type"] == "json_object":
        return None  # nothing simpler is left
    return parameter if parameter in payload else None


def _causes(error: BaseException | None) -> list[BaseException]:
    return [error, *_causes(error.__cause__)] if error else []
