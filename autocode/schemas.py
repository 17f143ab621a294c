"""The JSON Schemas of the file formats, made from the code: `python -m autocode.schemas`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from autocode.agreement.figure import Figure
from autocode.codebook.history import CHANGE_FORMAT, Entry
from autocode.codebook.proposal import PROPOSAL_FORMAT, Proposal
from autocode.coding.calls import CallLine
from autocode.coding.codebook import Codebook
from autocode.coding.inventory import Inventory
from autocode.coding.nouns import Coding
from autocode.coding.runs import CALLS, Manifest
from autocode.diff.record import Diff
from autocode.files import write_whole
from autocode.panel.comparison import BRANCHES, Comparison
from autocode.redaction.names import Names
from autocode.redaction.redaction import OffsetMap
from autocode.review.state import Event
from autocode.study import SETTINGS_FILE, Settings

FOLDER = Path("docs/schemas")
# Each is written to FOLDER/NAME.json; docs/formats.md shows a file of each.
SHAPES: Mapping[str, type[BaseModel]] = {
    "settings": Settings,
    "coding": Coding,
    "codebook": Codebook,
    "change": Entry,
    "proposal": Proposal,
    "run": Manifest,
    "calls": CallLine,
    "review": Event,
    "transcripts": Inventory,
    "names": Names,
    "redaction": OffsetMap,
    "diff": Diff,
    "comparison": Comparison,
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a format: `coding` for `autocode/coding@1`."""
    shape = SHAPES[name]
    made = shape.model_json_schema()
    if shape is Comparison:
        _name_figures(made)
    # Two files do not say what they are: they are known by their names.
    id_ = {
        "settings": SETTINGS_FILE,
        "calls": CALLS,
        "change": CHANGE_FORMAT,
        "proposal": PROPOSAL_FORMAT,
    }.get(name, f"autocode/{name}@1")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": id_} | made


def _name_figures(made: dict[str, Any]) -> None:
    """Say that the branches of a comparison end in figures, which pydantic cannot know."""
    leaf = TypeAdapter(Figure).json_schema(mode="serialization")
    inner = {"type": "object", "additionalProperties": {"$ref": "#/$defs/Branch"}}
    branch = {"anyOf": [{"$ref": "#/$defs/Figure"}, inner]}
    leaf["required"] = ["value", "n", "unit", "reference"]
    made["$defs"] |= {**leaf.pop("$defs"), "Figure": leaf, "Branch": branch}
    for name in BRANCHES:
        made["properties"][name] = {"title": name, **inner}


def write_schemas(folder: Path = FOLDER) -> None:
    """Write every schema to `folder`.

    Raises:
        StudyError: the folder cannot be written.
    """
    for name in SHAPES:
        text = json.dumps(schema(name), indent=1, ensure_ascii=False)
        write_whole(folder / f"{name}.json", f"{text}\n")


if __name__ == "__main__":
    write_schemas()
