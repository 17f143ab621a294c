"""What things are called in a report: codes by their labels, counts by their units."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from autocode.files import package_table
from autocode.report.document import Line, line, listed
from autocode.report.evidence import Evidence
from autocode.report.numbers import Numbers

_NAMED = 12
_SPELT = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


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
    return package_table("autocode.report", f"data/{name}.toml")


def counted(numbers: Numbers, *path: str) -> Line:
    """n of a leaf with what it counts: `18 turns`."""
    number, unit = numbers.count(*path, "n"), str(numbers.find(*path, "unit") or "")
    return (number, f" {unit_words(unit) if number.value == 1 else plural(unit)}")


def plural(unit: str) -> str:
    """`turns with a code` of `turn with a code`."""
    unit = unit_words(unit)
    noun, rest = re.fullmatch(r"(.*?)((?: (?:in|with|of) .*)?)", unit).groups()  # type: ignore[union-attr]
    return f"{noun}s{rest}" if noun else unit


def unit_words(unit: str | None) -> str:
    """What a leaf counts, in the words of the report."""
    return (unit or "–").replace("reference code", "code of the first coder")


def spelt(number: int) -> str:
    """A small number in words."""
    return _SPELT[number] if number < len(_SPELT) else f"{number:,}"


def start(words: str) -> str:
    """Words that begin a sentence; an id stays as it is."""
    return f"The {words[4:]}" if words.startswith("the ") else words


def named(documents: Sequence[str], last: str | None = None) -> Line:
    """The documents by their names as `listed` joins them, or how many there are."""
    few = len(documents) <= _NAMED
    return listed(documents, last=last) if few else line(f"{len(documents)} transcripts")
