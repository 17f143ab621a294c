"""The connection to an OpenAI-compatible server: where it leads, and what goes along.

The SDK's own retries are off: `autocode.propose.ask` alone decides, so that every attempt is
recorded. The key is set here and nowhere else, in the header that the server wants it in.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import openai

from autocode.errors import ModelError
from autocode.models.complaint import Complaint, complaint_of
from autocode.models.completion import MOST_BYTES, read_within_limit
from autocode.models.endpoint import Endpoint

# A reply arrives in one piece: a large model on a small machine takes minutes for it.
TIMEOUT = openai.Timeout(600.0, connect=15.0)
_NEVER_CONNECTED = {"ConnectError", "ConnectTimeout", "UnsupportedProtocol"}
# What a request to a server needs; the SDK adds others, some out of the environment.
_HEADERS = {
    "accept", "accept-encoding", "connection", "content-length", "content-type", "host",
    "transfer-encoding", "user-agent",
}  # fmt: skip
# What people paste from a portal, and the SDK appends by itself.
_PATHS = ("/chat/completions", "/completions", "/embeddings")


def open_client(endpoint: Endpoint, most_bytes: int = MOST_BYTES) -> openai.AsyncOpenAI:
    """A client of the server at `endpoint` that reads so much of an answer; nothing is sent yet."""

    async def prepared(request: Any) -> None:
        prepare(request, endpoint)

    async def limited(response: Any) -> None:
        await read_within_limit(response, most_bytes)

    hooks: dict[str, list[Any]] = {"request": [prepared], "response": [limited]}
    http = openai.DefaultAsyncHttpxClient(event_hooks=hooks, **http_settings(endpoint))
    return openai.AsyncOpenAI(max_retries=0, http_client=http, **client_settings(endpoint))


def client_settings(endpoint: Endpoint) -> dict[str, Any]:
    """Address and key as the SDK takes them; what stands after `?` goes to the end of each URL."""
    address, _, query = endpoint.url.partition("?")
    address = address.rstrip("/")
    for path in _PATHS:
        address = address.removesuffix(path)
    return {
        "api_key": endpoint.key or "none",
        "base_url": address,
        "default_query": dict(parse_qsl(query, keep_blank_values=True)),
    }


def http_settings(endpoint: Endpoint) -> dict[str, Any]:
    """How the HTTP client of the SDK must behave towards a server.

    What was meant for one server never follows a redirect to another, and what stays on this
    machine is not sent through a proxy.
    """
    here = endpoint.on_this_machine
    # Without encryption there is no certificate, and reading those of all authorities is slow.
    plain = here and endpoint.url.lower().startswith("http://")
    return {
        "timeout": TIMEOUT,
        "trust_env": not here,
        "follow_redirects": False,
        "verify": not plain,
    }


def prepare(request: Any, endpoint: Endpoint) -> None:
    """Give a request the key as the server wants it, and nothing else that names the user.

    Without a key nothing goes along that the SDK found in the environment.
    """
    if endpoint.key_withheld:
        for name in set(request.headers) - _HEADERS:
            if not name.startswith("x-stainless-"):  # the SDK's notes to itself
                del request.headers[name]
    elif endpoint.is_azure and endpoint.key:
        del request.headers["authorization"]
        request.headers["api-key"] = endpoint.key
    elif not endpoint.key:
        del request.headers["authorization"]


def complaint_in(error: openai.APIStatusError) -> Complaint:
    """What the server complains about."""
    if error.status_code < 400:
        try:
            host = urlsplit(error.response.headers.get("location", "")).hostname
        except ValueError:
            host = None
        words = f"it sends the request on to {host or 'another address'}, which is not followed"
        return Complaint(error.status_code, "", words, None)
    return complaint_of(error.response.content, error.status_code)


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


def refused(complaint: Complaint, model: str, endpoint: Endpoint) -> ModelError:
    """The error for a complaint that no other request will change."""
    words = endpoint.without_secrets(complaint.words).rstrip(".")
    return ModelError(
        f"{endpoint.shown} refuses {model}: HTTP {complaint.status}: {words}",
        hint=_hint(complaint.status, endpoint),
    )


def unreachable(error: openai.APIConnectionError, endpoint: Endpoint) -> ModelError | None:
    """The error where there is no server at all; None where a connection only broke."""
    if {type(cause).__name__ for cause in _causes(error)} & _NEVER_CONNECTED:
        return ModelError(
            f"cannot reach {endpoint.shown}: {reason_of(error, endpoint)}",
            hint="Start the server, or check --base-url and the network.",
        )
    return None


def reason_of(error: openai.APIConnectionError, endpoint: Endpoint) -> str:
    """Why a connection failed, without secrets."""
    said = next((words for words in map(str, _causes(error.__cause__)) if words), "")
    return endpoint.without_secrets(said) or "broken off by the server, without a word"


def _hint(status: int, endpoint: Endpoint) -> str:
    """What to do about a status that no other try will change."""
    if status < 400:
        return "If that server is meant, name its address with --base-url."
    if status in (401, 403) and endpoint.key_withheld:
        return (
            "The study named this server, so your key was not sent: name the server with "
            "--base-url, or confirm it with --trust."
        )
    if status in (402, 429):
        return "Check the account's credit."
    if status in (404, 405):
        return f"Check --model, and {endpoint.way_on}."
    return f"Check {'' if status == 401 else 'what '}{endpoint.key_name}" + (
        "." if status == 401 else " may use."
    )


def _causes(error: BaseException | None) -> list[BaseException]:
    return [error, *_causes(error.__cause__)] if error else []
