"""What every template knows: the evidence, and how numbers, names and codes are written."""

from functools import partial
from typing import Any

from autocode.coding.strategies import STRATEGIES
from autocode.panel.catalogue import Path, entry
from autocode.report.document import Code, CrossReference, listed
from autocode.report.evidence import Evidence, without_folders
from autocode.report.names import code_label, counted, plural, spelt, start, unit_words
from autocode.report.sections.figures import method


def vocabulary(evidence: Evidence) -> dict[str, Any]:
    """Names in templates to what they stand for."""
    numbers = evidence.numbers
    coders = [source.coding.coder for source in evidence.materials[0].codings]
    manifests = [ran.manifest for ran, _ in evidence.ways]
    asked = {ran.manifest.research_question for ran in evidence.ran} - {""}
    return {
        "evidence": evidence,
        "find": numbers.find, "value": numbers.value, "reason": numbers.reason,
        "number": numbers.number, "count": numbers.count, "share": numbers.share,
        "setting": partial(numbers.number, kind="setting"), "figure": numbers.leaf,
        "interval": numbers.interval, "range": numbers.range_at, "p": numbers.p,
        "counted": partial(counted, numbers), "unit": unit_words,
        "name": _name,
        "label": partial(code_label, evidence), "code": Code, "listed": listed, "spelt": spelt,
        "start": start, "plural": lambda words: [plural(word) for word in words],
        "table": partial(CrossReference, "Table"), "plain_model": without_folders,
        "ids": [without_folders(coder.id) for coder in coders],
        "models": [without_folders(manifest.model_asked) for manifest in manifests],
        "sources": [evidence.source_of(ran) for ran, _ in evidence.ways],
        "no_interval": numbers.find("spans.char.f1.no_interval")
        or "there are too few transcripts, or too few turns in the one there is",
        "questions": sorted(asked), "strategies": STRATEGIES,
        "without_transcript": not all(one.transcript for one in evidence.materials),
        "intervals": method(numbers, "interval"),
        "chance": method(numbers, "null"),
        "dealt": method(numbers, "null", ["axial.turn.alpha_masi"]),
    }  # fmt: skip


def _name(path: str | Path) -> str:
    return entry(path).name if isinstance(path, str) else entry(*path).name
