"""The file formats as a page of JSON Schemas, made from the code: `python -m autocode.schemas`."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter

from autocode.agreement.figure import Figure
from autocode.coding.codebook import Codebook
from autocode.coding.nouns import Coding
from autocode.coding.runs import Manifest
from autocode.diff.record import Diff
from autocode.panel.comparison import BRANCHES, Comparison

PAGE = "docs/formats.md"
FORMATS: Mapping[str, tuple[type[BaseModel], str]] = {
    "autocode/coding@1": (
        Coding,
        "What one coder, human or model, did with one transcript: `gold/ID.json`, "
        "`gold/ID.CODER.json` and `coding.json` of a run. Offsets count characters (Unicode code "
        "points) of the canonical text, `[start, end)`, which `autocode show ID --text` prints.",
    ),
    "autocode/codebook@1": (Codebook, "The axial codes of a study: `gold/codebook.json`."),
    "autocode/run@1": (
        Manifest,
        "What was asked of which model: `manifest.json` of a run, beside `calls.jsonl` (every "
        "request and response), `coding.json` and `transcript.txt`.",
    ),
    "autocode/diff@1": (
        Diff,
        "Two codings of one transcript side by side: `autocode diff --json`.",
    ),
    "autocode/comparison@1": (
        Comparison,
        "How well codings agree: `autocode compare --json`. The branches "
        f"{', '.join(f'`{name}`' for name in BRANCHES)} are nested by key and end in figures; "
        "[measures.md](measures.md) says what each figure means. A figure without a value has a "
        "reason, and never 0 in its place.",
    ),
}
_HEAD = """# File formats

All files are JSON in UTF-8. Each says by `format` what it is; a newer version than the one read
here is refused, and keys that are not known are kept when a coding or codebook is written anew.

This page is made from the code: `python -m autocode.schemas > docs/formats.md`.
"""


def page() -> str:
    """The page in Markdown: every format with its JSON Schema (draft 2020-12)."""
    parts = [_HEAD]
    for name, (_, about) in FORMATS.items():
        shown = json.dumps(schema(name), indent=1, ensure_ascii=False)
        parts.append(f"## `{name}`\n\n{about}\n\n```json\n{shown}\n```\n")
    return "\n".join(parts)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of what stands in files of a format."""
    shape, _ = FORMATS[name]
    made = shape.model_json_schema()
    if shape is Comparison:
        _name_figures(made)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": name, **made}


def _name_figures(made: dict[str, Any]) -> None:
    """Say that the branches of a comparison end in figures, which pydantic cannot know."""
    leaf = TypeAdapter(Figure).json_schema(mode="serialization")
    inner = {"type": "object", "additionalProperties": {"$ref": "#/$defs/Branch"}}
    branch = {"anyOf": [{"$ref": "#/$defs/Figure"}, inner]}
    leaf["required"] = ["value", "n", "unit", "reference"]
    made["$defs"] |= {**leaf.pop("$defs"), "Figure": leaf, "Branch": branch}
    for name in BRANCHES:
        made["properties"][name] = {"title": name, **inner}


if __name__ == "__main__":
    sys.stdout.write(page())
