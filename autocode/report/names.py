"""What things are called in a report: codes by their labels."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from autocode.report.evidence import Evidence


def code_label(evidence: Evidence, code: str) -> str:
    """The label of an axial code where a coder gave one, else its identifier as words."""
    for material in evidence.materials:
        for source in material.codings:
            for known in source.coding.codes:
                if known.id == code and known.label:
                    return known.label
    return code.replace("_", " ")


@cache
def data(name: str) -> dict[str, Any]:
    """A table of the package's own: references, checklist."""
    text = (files("autocode.report") / "data" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
