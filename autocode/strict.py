"""Pydantic models as JSON schemas in the strict form that servers enforce while a model writes."""

from typing import Any

from pydantic import BaseModel

# Strict mode wants every property required and no others, and refuses these keywords; what they
# ask is checked by pydantic when the reply is there. Kept, because OpenAI and llama.cpp's grammar
# both enforce them while the model writes: enum, const, pattern, minimum, maximum, minItems,
# maxItems. Titles are dropped because they only repeat the names.
_NOT_SENT = frozenset({"title", "default", "minLength", "maxLength", "uniqueItems", "examples"})


def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of `shape` in OpenAI's strict form, references resolved.

    Raises:
        RecursionError: the shape contains itself, which no flat schema can say.
    """
    schema = shape.model_json_schema()
    strict = _strict(schema, schema.get("$defs", {}))
    assert isinstance(strict, dict)
    return strict


def _strict(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_strict(entry, definitions) for entry in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        # In place, because strict mode allows no description beside a reference.
        target = definitions[node["$ref"].rsplit("/", 1)[-1]]
        rest = {key: value for key, value in node.items() if key != "$ref"}
        return _strict(target | rest, definitions)
    kept = {
        key: {name: _strict(entry, definitions) for name, entry in value.items()}
        if key == "properties"  # its keys are names of fields, not keywords
        else _strict(value, definitions)
        for key, value in node.items()
        if key not in _NOT_SENT and key != "$defs"
    }
    if "properties" in kept:
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept
