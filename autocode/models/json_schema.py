"""Pydantic models as JSON schemas in the strict form that servers enforce while a model writes."""

from typing import Any

from pydantic import BaseModel

# Titles only repeat the names; the others mean nothing where every field is required.
_NOT_SENT = frozenset({"title", "default", "examples", "$defs"})
# OpenAI's strict mode refuses these; llama.cpp's grammar enforces the lengths.
_NOT_AT_OPENAI = frozenset({"minLength", "maxLength", "uniqueItems"})


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
