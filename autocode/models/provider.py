"""The one interface behind which every model stands; a vendor is imported when it is named."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Protocol

from pydantic import BaseModel

# Told while something takes long: what is being done, how much is done, of how much.
Progress = Callable[[str, int, int], None]
# Titles only repeat the names; the others mean nothing where every field is required.
_NOT_SENT = frozenset({"title", "default", "examples", "$defs"})
# OpenAI's strict mode refuses these; llama.cpp's grammar enforces the lengths.
_NOT_AT_OPENAI = frozenset({"minLength", "maxLength", "uniqueItems"})
# What narrows a value beyond its type; pydantic checks it in the reply.
_NARROWING = _NOT_AT_OPENAI | {"pattern", "minimum", "maximum", "minItems", "maxItems"}


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model: two messages and the JSON schema its reply must follow.

    max_tokens bounds the reply; temperature is 0 to 2; seed None leaves sampling unseeded, and
    reasoning_effort None leaves the model to think as long as it does by itself.
    """

    system: str
    user: str
    schema: dict[str, Any]
    schema_name: str
    max_tokens: int
    temperature: float = 0.0
    seed: int | None = 1
    reasoning_effort: str | None = None

    def key(self, model: str) -> str:
        """SHA-256 of the question put to `model`: equal keys are the same question."""
        asked = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        if self.reasoning_effort is None:  # as it was before there was such a parameter
            del asked["reasoning_effort"]
        content = json.dumps([model, asked], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, with what was sent: `request` and `response` hold no secrets.

    started is UTC in ISO 8601, latency is in seconds; tokens are None where nobody counted.
    reasoning: what the model thought, where it wrote nothing else. reasoning_tokens are among the
    completion tokens; cached_tokens are prompt tokens that the server had read before.
    """

    text: str
    finish_reason: str | None
    refusal: str | None
    model: str
    system_fingerprint: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    request: dict[str, Any]
    response: dict[str, Any]
    started: str
    latency: float
    reasoning: str = ""
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None


class AskError(Exception):
    """One request failed; others may still succeed (what ends a run is a ModelError).

    kind: "rate limit", "server", "timeout", "connection" or "rejected"; "parameter" where the
    server refused one that the next request will be without; "content", "too large" and "refusal"
    where the server answered and its answer cannot be used.
    transient: asking the same again may help, after `retry_after` seconds when that is given.
    request: the payload that was sent, without secrets.
    """

    def __init__(
        self,
        kind: str,
        detail: str,
        request: dict[str, Any],
        *,
        transient: bool,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.request = kind, detail, request
        self.transient, self.retry_after = transient, retry_after


class Provider(Protocol):
    """A model that can be asked.

    name: the model asked for. destination: where text goes, in words.
    tokens_exact: whether `count_tokens` counts with the model's own vocabulary.
    context_tokens: tokens that prompt and reply may take together; None where nobody says.
    """

    @property
    def name(self) -> str: ...
    @property
    def destination(self) -> str: ...
    @property
    def context_tokens(self) -> int | None: ...
    @property
    def tokens_exact(self) -> bool: ...

    def count_tokens(self, text: str) -> int:
        """Tokens in `text` alone, without the few a chat template adds."""

    def identity(self) -> dict[str, Any]:
        """What the manifest must say about the model: weights, licence, versions, or host."""

    async def ask(self, request: Request) -> Answer:
        """The model's answer.

        Raises:
            AskError: this request failed.
            ModelError: nothing more can be asked of this model.
        """

    async def aclose(self) -> None:
        """Give back connections, threads and memory."""


def messages(request: Request) -> list[dict[str, str]]:
    """The two chat messages of `request`."""
    return [
        {"role": "system", "content": request.system},
        {"role": "user", "content": request.user},
    ]


def response_format(request: Request, schema: dict[str, Any]) -> dict[str, Any]:
    """A strict JSON schema for the reply, as every OpenAI-compatible server takes it."""
    form = {"name": request.schema_name, "strict": True, "schema": schema}
    return {"type": "json_schema", "json_schema": form}


@lru_cache(maxsize=32)  # the questions of a run share their shapes
def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of `shape` in strict form: all properties required, no others allowed.

    References are resolved in place, because strict mode allows no description beside one.

    Raises:
        RecursionError: the shape contains itself, which no flat schema can say.
    """
    schema = shape.model_json_schema()
    return _strict(schema, schema.get("$defs", {}), _NOT_SENT)


def for_openai(schema: dict[str, Any]) -> dict[str, Any]:
    """A strict schema without what OpenAI refuses; pydantic still checks that in the reply.

    Kept are enum, const, pattern, minimum, maximum, minItems and maxItems, which it enforces.
    """
    return _strict(schema, {}, _NOT_AT_OPENAI)


def plain(schema: dict[str, Any]) -> dict[str, Any]:
    """A strict schema with nothing but types, names and choices."""
    return _strict(schema, {}, _NARROWING)


def _strict(
    node: dict[str, Any], definitions: dict[str, Any], dropped: frozenset[str]
) -> dict[str, Any]:
    if "$ref" in node:
        target = definitions[node["$ref"].rsplit("/", 1)[-1]]
        rest = {key: value for key, value in node.items() if key != "$ref"}
        return _strict(target | rest, definitions, dropped)
    kept = {key: value for key, value in node.items() if key not in dropped}
    for key, value in kept.items():
        if key == "properties":
            kept[key] = {
                name: _strict(entry, definitions, dropped) for name, entry in value.items()
            }
        elif key == "items":
            kept[key] = _strict(value, definitions, dropped)
        elif key in ("anyOf", "oneOf", "allOf", "prefixItems"):
            kept[key] = [_strict(entry, definitions, dropped) for entry in value]
    if "properties" in kept:
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept
