"""Values for the sections that record what was done: texts, codings, runs, quotes."""

from collections.abc import Mapping
from typing import Any

from autocode.report.document import Marked, Verbatim
from autocode.report.evidence import Evidence, without_folders
from autocode.report.examples import examples
from autocode.report.names import code_label, data
from autocode.report.prose import line_of
from autocode.report.sections.figures import PER_CODE, paradoxes, unit_paradoxes
from autocode.report.sections.vocabulary import PARTS, vocabulary

Values = Mapping[str, Any]

_KINDS = {
    "same": "the other coder has the same passage",
    "overlapping": "the other coder has a part of it, or more",
    "only": "the other coder has nothing of it",
    "missing": "not located in the transcript",
}


def materials(evidence: Evidence) -> Values:
    """The transcripts, and the coders with the sums of their quotes."""
    sums = evidence.numbers.find("report.total.coders")
    coders = [
        {"id": without_folders(source.coding.coder.id), "kind": source.coding.coder.kind,
         "assisted": source.coding.coder.assisted, "part": PARTS[part]}
        for part, source in evidence.materials[0].sources
    ]  # fmt: skip
    return {"coders": coders[: len(sums)]}


def differences(evidence: Evidence) -> Values:
    """What one coder has and the other has not, with excerpts."""
    missed, added, apart = examples(evidence) if evidence.excerpts else ([], [], [])
    sides = {"first": "first_only", "second": "second_only"}
    return {
        "kinds": _KINDS, "only": {side: _only(evidence, key) for side, key in sides.items()},
        "missed": missed, "added": added, "apart": apart,
        "both": Marked("words", "both"), "reference": Marked("words", "reference"),
        "other": Marked("words", "other"),
        "lost": [
            (document.id, without_folders(coding.coder.id), quote)
            for document in evidence.comparison.documents
            for coding in document.codings
            for quote in coding.unlocated
        ],
    }  # fmt: skip


def _only(evidence: Evidence, key: str) -> list[str]:
    """Labels of the codes that only one side ever used, by the counts per turn."""
    labels, other = [], {"first_only": "second_only", "second_only": "first_only"}[key]
    for code in evidence.numbers.find(PER_CODE) or {}:
        parts = evidence.numbers.find(PER_CODE, code, "prevalence_index", "parts") or {}
        if parts.get(key) and not parts["both"] and not parts[other]:
            labels.append(code_label(evidence, code))
    return labels


def checklist(evidence: Evidence) -> Values:
    """The forty items, each with what the report says of it."""
    coders = (
        source.coding.coder for material in evidence.materials for _, source in material.sources
    )
    known = {
        **vocabulary(evidence),
        "humans": sorted({coder.id for coder in coders if coder.kind == "human"}),
        "paradoxes": paradoxes(evidence) or unit_paradoxes(evidence),
        "used": sorted({run.manifest.strategy for run in evidence.runs.values()}),
        "destinations": sorted({run.manifest.destination for run in evidence.runs.values()}),
    }  # fmt: skip
    return {"items": [_item(item, known) for item in data("checklist")["item"]]}


def _item(item: Mapping[str, str], known: Values) -> Values:
    said = line_of(item.get("says", ""), known)
    fill = item["fill"] if said or item["fill"] == "H" else "–"
    missing = item.get("missing", "no run is recorded") if fill == "–" else "–"
    return {
        **item, "number": str(item["number"]), "fill": fill, "said": said or missing,
        "ask": item["ask"] or "–",
    }  # fmt: skip


def appendix(evidence: Evidence) -> Values:
    """Hashes of texts, codings and codebooks; every prompt once."""
    manifests = [run.manifest for run in evidence.runs.values()]
    prompts = {prompt.sha256: prompt for manifest in manifests for prompt in manifest.prompts}
    return {
        "codebooks": {
            manifest.run: manifest.codebook.sha256
            for manifest in manifests
            if manifest.codebook.sha256
        },
        "prompts": [
            Verbatim(f"{prompt.step} ({prompt.source})", prompt.sha256, prompt.text)
            for prompt in prompts.values()
        ],
    }  # fmt: skip
