"""A chat completion as a server sends it: read within a limit, and an `Answer` whatever its types.

A server may be broken or hostile: nothing it sends is trusted to be what the protocol says.
"""

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from autocode.files import parse_json
from autocode.models.complaint import Complaint, complaint_within
from autocode.models.provider import Answer, AskError

# An answer of a few thousand tokens is some 20 kB; nobody means to send this much.
MOST_BYTES: Final = 4 * 1024 * 1024
# Names and reasons are a word or two.
_LONGEST_NAME = 500
_TYPES = {bool: "a truth value", int: "a number", float: "a number", list: "a list"}
# Where servers put what a model thought: DeepSeek and vLLM, OpenRouter and later vLLM, others.
_REASONING = ("reasoning_content", "reasoning", "thinking", "reasoning_text")


class TooLargeError(Exception):
    """A server sends more than is read."""


class ComplaintError(Exception):
    """A server has answered with a success that holds an error."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.words)
        self.complaint = complaint


async def read_within_limit(response: Any, most_bytes: int = MOST_BYTES) -> None:
    """Read the body of an HTTP response up to `most_bytes`, unpacked; for the hooks of a client.

    Raises:
        TooLargeError: there is more; the connection is given up.
    """
    parts, size = [], 0
    async with contextlib.aclosing(response.aiter_bytes()) as stream:
        async for part in stream:
            size += len(part)
            if size > most_bytes:
                await response.aclose()
                raise TooLargeError(f"the answer is larger than {most_bytes // 1024**2} MB")
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
    """The answer in a body; `cleaned` takes secrets out of a text. Parts and streams are joined.

    What has another type than the protocol says counts as absent, except for the content itself.

    Raises:
        AskError: it is no chat completion ("server"), or its content is no text ("content").
        ComplaintError: it is an error.
    """
    try:
        response, choice = _first_choice(content, cleaned)
        message, usage = choice["message"], response.get("usage")
        written = message.get("content")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        shown = cleaned(content[:1000].decode("utf-8", "replace"))[:200]
        detail = f"not a chat completion: {shown!r}"
        raise AskError("server", detail, payload, transient=True) from error
    text = _text(written, payload)
    return Answer(
        text=text,
        finish_reason=_name(choice.get("finish_reason")),
        refusal=_refusal(message),
        model=_name(response.get("model")) or payload["model"],
        system_fingerprint=_name(response.get("system_fingerprint")),
        request=payload,
        response=response,
        started=started,
        latency=latency,
        reasoning="" if text.strip() else _reasoning(message),
        **_tokens(usage),
    )


def _first_choice(
    content: bytes, cleaned: Callable[[str], str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The response that a body holds, and its first choice."""
    value = _joined(content) if _is_stream(content) else parse_json(content)
    written = json.dumps(value, ensure_ascii=False)
    kept = cleaned(written)
    response = value if kept == written else json.loads(kept)
    if complaint := complaint_within(response):
        raise ComplaintError(complaint)
    choices = response["choices"]
    if isinstance(choices, list) and not choices:  # a filter that lets nothing through
        return response, {"message": {"refusal": "the server sent no choice"}}
    return response, choices[0]


def _is_stream(content: bytes) -> bool:
    return content.lstrip()[:6].lower().startswith((b"data:", b"event:", b":", b"id:"))


def _joined(content: bytes) -> dict[str, Any]:
    """The events of a stream as the completion they make.

    Raises:
        ValueError: it ends in its middle, or an event is none.
    """
    lines = content.decode("utf-8", "surrogatepass").replace("\r\n", "\n").split("\n")
    data = [line[5:].strip() for line in lines if line.startswith("data:")]
    events = [parse_json(text.encode()) for text in data if text not in ("", "[DONE]")]
    objects = [event for event in events if isinstance(event, dict)]
    if error := next((event for event in objects if complaint_within(event)), None):
        return error
    choices = [choice for event in objects for choice in _first_choices(event)]
    ends = [choice["finish_reason"] for choice in choices if choice.get("finish_reason")]
    if not ends and "[DONE]" not in data:
        raise ValueError("the stream has no end")
    said = [choice.get("delta") or choice.get("message") or {} for choice in choices]
    message: dict[str, Any] = {"role": "assistant"}
    for key in ("content", "refusal", *_REASONING):
        pieces = [piece for delta in said if (piece := delta.get(key)) is not None]
        if pieces:
            listed = any(not isinstance(piece, str) for piece in pieces)
            message[key] = _flat(pieces) if listed else "".join(pieces)
    last = {k: v for event in objects for k, v in event.items() if v is not None and k != "choices"}
    whole = [{"index": 0, "finish_reason": ends[-1] if ends else None, "message": message}]
    return last | {"object": "chat.completion", "choices": whole if choices else []}


def _first_choices(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    choices = event.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict) and choice.get("index", 0) == 0:
            yield choice


def _flat(pieces: list[Any]) -> list[Any]:
    return [part for piece in pieces for part in (piece if isinstance(piece, list) else [piece])]


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


def _reasoning(message: dict[str, Any]) -> str:
    return next((said for key in _REASONING if isinstance(said := message.get(key), str)), "")


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


def _tokens(usage: Any) -> dict[str, Any]:
    """The counts of an `Answer`; those of reasoning and cache stand in details, or beside them."""
    usage = usage if isinstance(usage, dict) else {}
    replied, read = usage.get("completion_tokens_details"), usage.get("prompt_tokens_details")
    return {
        "prompt_tokens": _count(usage, "prompt_tokens"),
        "completion_tokens": _count(usage, "completion_tokens"),
        "reasoning_tokens": _count(replied, "reasoning_tokens")
        or _count(usage, "reasoning_tokens"),
        "cached_tokens": _count(read, "cached_tokens")
        or _count(usage, "prompt_cache_hit_tokens")
        or _count(usage, "cache_read_input_tokens"),
    }


def _count(counts: Any, key: str) -> int | None:
    count = counts.get(key) if isinstance(counts, dict) else None
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None
