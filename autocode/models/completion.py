"""A chat completion as a server sends it: read within a limit, and an `Answer` whatever its types.

A server may be broken or hostile: nothing it sends is trusted to be what the protocol says.
"""

import contextlib
import json
from collections.abc import Callable
from typing import Any, Final

from autocode.files import parse_json
from autocode.models.provider import Answer, AskError

# An answer of a few thousand tokens is some 20 kB; nobody means to send this much.
MOST_BYTES: Final = 4 * 1024 * 1024
# Names and reasons are a word or two.
_LONGEST_NAME = 500
_TYPES = {bool: "a truth value", int: "a number", float: "a number", list: "a list"}


class TooLargeError(Exception):
    """A server sends more than is read."""


async def read_within_limit(response: Any) -> None:
    """Read the body of an HTTP response up to MOST_BYTES, unpacked; for the hooks of a client.

    Raises:
        TooLargeError: there is more; the connection is given up.
    """
    parts, size = [], 0
    async with contextlib.aclosing(response.aiter_bytes()) as stream:
        async for part in stream:
            size += len(part)
            if size > MOST_BYTES:
                await response.aclose()
                raise TooLargeError(f"the answer is larger than {MOST_BYTES // 1024**2} MB")
            parts.append(part)
    # Where the client keeps a body that was read: it does not ask the connection for it again.
    response._content = b"".join(parts)


def read_completion(
    content: bytes,
    payload: dict[str, Any],
    *,
    cleaned: Callable[[str], str],
    started: str,
    latency: float,
) -> Answer:
    """The answer in the body of a response; `cleaned` takes secrets out of a text.

    Content in parts is joined. What else has another type than the protocol says counts as absent,
    except for the content itself.

    Raises:
        AskError: it is no chat completion ("server"), or its content is no text ("content").
    """
    try:
        text = json.dumps(parse_json(content), ensure_ascii=False)
        response = json.loads(cleaned(text))
        choice = response["choices"][0]
        message, usage = choice["message"], response.get("usage")
        written = message.get("content")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        shown = cleaned(content[:1000].decode("utf-8", "replace"))[:200]
        raise AskError(
            "server", f"not a chat completion: {shown!r}", payload, transient=True
        ) from error
    return Answer(
        text=_text(written, payload),
        finish_reason=_name(choice.get("finish_reason")),
        refusal=_refusal(message),
        model=_name(response.get("model")) or payload["model"],
        system_fingerprint=_name(response.get("system_fingerprint")),
        prompt_tokens=_count(usage, "prompt_tokens"),
        completion_tokens=_count(usage, "completion_tokens"),
        request=payload,
        response=response,
        started=started,
        latency=latency,
    )


def _text(content: Any, payload: dict[str, Any]) -> str:
    """The words of a reply: a string, none, or parts of which some are text (others: thoughts)."""
    if content is None or isinstance(content, str):
        return content or ""
    if isinstance(content, list):
        words = [part.get("text") if isinstance(part, dict) else part for part in content]
        texts = [word for word in words if isinstance(word, str)]
        refused = any(isinstance(part, dict) and "refusal" in part for part in content)
        if texts or refused or not content:
            return "".join(texts)
    kind = _TYPES.get(type(content), "an object")
    raise AskError(
        "content", f"the content of the reply is {kind}, not text", payload, transient=True
    )


def _refusal(message: dict[str, Any]) -> str | None:
    """Why the model declined, if it did: in a field of its own, or in a part of the content."""
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    reasons = [message.get("refusal"), *(p.get("refusal") for p in parts if isinstance(p, dict))]
    reason = next((reason for reason in reasons if reason), None)
    if reason is None or isinstance(reason, str):
        return reason
    return "declined, without saying why in words"


def _name(value: Any) -> str | None:
    return value[:_LONGEST_NAME] if isinstance(value, str) else None


def _count(usage: Any, key: str) -> int | None:
    count = usage.get(key) if isinstance(usage, dict) else None
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None
