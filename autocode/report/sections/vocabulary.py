"""What every template knows: the evidence, and how numbers, names and codes are written."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from autocode.coding.materials import Part
from autocode.coding.strategies import STRATEGIES
from autocode.panel.catalogue import entry
from autocode.report.document import Code, CrossReference, Line, listed
from autocode.report.evidence import Evidence, without_folders
from autocode.report.names import code_label, counted, named, plural, spelt, start, unit_words
from autocode.report.sections.figures import method

PARTS: dict[Part, str] = {
    "reference": "compared", "other": "compared", "human": "further human", "run": "further run",
}  # fmt: skip


def vocabulary(evidence: Evidence) -> dict[str, Any]:
    """Names in templates to what they stand for."""
    return {"evidence": evidence, **_figures(evidence), **_words(evidence), **_made(evidence)}


def _figures(evidence: Evidence) -> dict[str, Any]:
    """A path in comparison.json to a number, or to what stands there."""
    numbers = evidence.numbers
    return {
        "find": numbers.find, "value": numbers.value, "reason": numbers.reason,
        "number": numbers.number, "count": numbers.count, "share": numbers.share,
        "setting": partial(numbers.number, kind="setting"), "figure": numbers.leaf,
        "of_runs": lambda way, *path, kind: numbers.between(
            [("report.runs", source, *path) for source in way.runs], kind
        ),
        "interval": numbers.interval, "range": numbers.range_at, "p": numbers.p,
        "counted": partial(counted, numbers), "unit": unit_words,
        "name": lambda path: entry(*((path,) if isinstance(path, str) else path)).name,
        "table": partial(CrossReference, "Table"),
    }  # fmt: skip


def _words(evidence: Evidence) -> dict[str, Any]:
    """Names as a sentence, a heading or a list needs them."""
    return {
        "label": partial(code_label, evidence), "code": Code, "codes": _codes, "listed": listed,
        "named": named,
        "spelt": spelt, "start": start, "plural": lambda words: [plural(word) for word in words],
        "given": lambda *words: [word for word in words if word],
        "versioned": lambda versions: _codes(f"{name} {n}" for name, n in versions.items()),
        "plain_model": without_folders, "parts": PARTS, "strategies": STRATEGIES,
    }  # fmt: skip


def _made(evidence: Evidence) -> dict[str, Any]:
    """Who made the codings, and how chance and intervals were made."""
    numbers = evidence.numbers
    few = "there are too few transcripts, or too few turns in the one there is"
    questions = {run.manifest.research_question for run in evidence.runs.values()} - {""}
    return {
        "ids": [
            without_folders(source.coding.coder.id) for source in evidence.materials[0].codings
        ],
        "models": [way.model for way in evidence.ways], "questions": sorted(questions),
        "without_transcript": not all(material.transcript for material in evidence.materials),
        "intervals": method(numbers, "interval"), "chance": method(numbers, "null"),
        "dealt": method(numbers, "null", ["axial.turn.alpha_masi"]),
        "no_interval": numbers.find("spans.char.f1.no_interval") or few,
    }  # fmt: skip


def _codes(words: Iterable[str]) -> Line:
    return listed(map(Code, words))
