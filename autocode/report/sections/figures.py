"""Values for the sections that show figures of the panel."""

from collections.abc import Iterable, Mapping
from typing import Any

from autocode.report.claims import BASELINES, standings, what, where
from autocode.report.document import Cite
from autocode.report.evidence import Evidence
from autocode.report.names import data
from autocode.report.numbers import Numbers
from autocode.report.plots.codes import agreement_per_code, who_used_what
from autocode.report.plots.curves import over_thresholds, saturation
from autocode.report.plots.runs import run_to_run
from autocode.report.plots.tracks import tracks

Values = Mapping[str, Any]

HEADLINES = (
    "spans.char.f1", "spans.u_alpha.relevance", "spans.u_alpha.value", "units.turn.kappa",
    "units.sentence.kappa", "axial.turn.f1", "axial.turn.alpha_masi",
)  # fmt: skip
_TOLD = ("spans.char.f1", "spans.u_alpha.relevance", "spans.u_alpha.value", "units.turn.kappa",
         "axial.turn.alpha_masi")  # fmt: skip
_WHERE = (
    *(f"spans.char.{name}" for name in ("precision", "recall", "f1", "iou", "labelled_iou")),
    "spans.u_alpha.relevance", "spans.gamma", "spans.fragmentation", "spans.merge",
)  # fmt: skip
_WHAT = (
    *(f"spans.u_alpha.{name}" for name in ("value", "macro", "coded", "coverage")),
    *(f"axial.turn.{name}" for name in ("precision", "recall", "f1", "jaccard")),
    *(f"axial.turn.alpha_{name}" for name in ("masi", "jaccard", "masi_coded")),
    "axial.document.jaccard",
)  # fmt: skip
_LABELS = tuple(f"labels.{name}" for name in ("precision", "recall", "f1", "paired", "curve_area"))
_COVERAGE = tuple(
    f"coverage.{name}"
    for name in (
        "gold_recall", "novel_rate", "inflation", "redundancy", "verbatim_failure", "missing")
)  # fmt: skip
_COEFFICIENTS = {
    "kappa": "Cohen’s κ", "alpha": "Krippendorff’s α", "ac1": "Gwet’s AC1", "pabak": "PABAK",
    "percent_agreement": "observed agreement", "p_pos": "agreement on marking (F1)",
    "p_neg": "agreement on not marking", "prevalence_index": "prevalence index",
    "bias_index": "bias index",
}  # fmt: skip
# Columns of the table of baselines: heading, leaf under `baselines`, figure of the coder compared.
_LEAVES = (
    ("precision", "precision", "spans.char.precision"),
    ("recall", "recall", "spans.char.recall"),
    ("character F1", "f1", "spans.char.f1"),
    ("|uα", "relevance", "spans.u_alpha.relevance"),
    ("uα", "u_alpha", "spans.u_alpha.value"),
    ("turn κ", "turn_kappa", "units.turn.kappa"),
    ("sentence κ", "sentence_kappa", "units.sentence.kappa"),
    ("axial F1", "axial_turn_f1", "axial.turn.f1"),
)
PER_CODE, SPANS = "units.turn.per_code", "spans.u_alpha.per_code"
# From this difference on, κ and AC1 tell different stories (Feinstein & Cicchetti 1990).
_GAP = 0.3


def summary(evidence: Evidence) -> Values:
    """The answer on one page."""
    floors = standings(evidence)
    judged = evidence.by_model and not evidence.several_coders
    return {
        "where": where(evidence), "what": what(evidence), "floors": floors,
        "best": floors.best if judged else {}, "headlines": HEADLINES, "tracks": tracks(evidence),
        "incomplete": [why.rstrip(".") for why in evidence.comparison.incomplete],
    }  # fmt: skip


def paragraph(evidence: Evidence) -> Values:
    """The paragraph to paste into a paper."""
    known = [path for path in _TOLD if evidence.numbers.value(path) is not None]
    return {"paths": known, "floors": standings(evidence)}


def results(evidence: Evidence) -> Values:
    """The whole panel, pooled and transcript by transcript."""
    numbers = evidence.numbers
    first = evidence.documents[0]
    alone = [
        path for path in HEADLINES if numbers.find("uncertainty.documents", first, path) is not None
    ]
    return {
        "tracks": tracks(evidence), "where": _WHERE, "what": _WHAT, "coverage": _COVERAGE,
        "labels": _LABELS if any(numbers.value(path) is not None for path in _LABELS) else (),
        "unlabelled": list(dict.fromkeys(numbers.reason(path) or "" for path in _LABELS)),
        "coefficients": _COEFFICIENTS, "headlines": alone,
        "paradoxes": unit_paradoxes(evidence),
    }  # fmt: skip


def codes(evidence: Evidence) -> Values:
    """Every code: counts, coefficients, and where κ and AC1 differ."""
    pictures = (who_used_what(evidence), agreement_per_code(evidence))
    return {
        "counts": _counted(evidence), "paradoxes": paradoxes(evidence),
        "spans": evidence.numbers.find(SPANS) or {},
        "pictures": [picture for picture in pictures if picture],
    }  # fmt: skip


def _counted(evidence: Evidence) -> list[str]:
    """The codes of which it is known how many turns carry them by either coder."""
    numbers = evidence.numbers
    return [
        code
        for code in numbers.find(PER_CODE) or {}
        if numbers.find(PER_CODE, code, "prevalence_index", "parts", "both") is not None
    ]


def paradoxes(evidence: Evidence) -> list[str]:
    """The codes on which κ and AC1 tell different stories on the same counts."""
    numbers = evidence.numbers
    return [code for code in numbers.find(PER_CODE) or {} if _parts(numbers, PER_CODE, code)]


def unit_paradoxes(evidence: Evidence) -> list[str]:
    """The units on which κ and AC1 of marking them tell different stories."""
    units = ("turn", "sentence")
    return [f"{unit}s" for unit in units if _parts(evidence.numbers, "units", unit)]


def _parts(numbers: Numbers, *path: str) -> bool:
    kappa, ac1 = numbers.value(*path, "kappa"), numbers.value(*path, "ac1")
    return kappa is not None and ac1 is not None and abs(kappa - ac1) > _GAP


def baselines(evidence: Evidence) -> Values:
    """The baselines below the coder compared."""
    return {"floors": standings(evidence), "baselines": BASELINES, "leaves": _LEAVES}


def repeated(evidence: Evidence) -> Values:
    """People with each other, runs with each other, saturation."""
    pairs = evidence.numbers.find("uncertainty.pairs") or {}
    people = evidence.numbers.find("uncertainty.ceiling") or {}
    return {
        "ceilings": [f"ceiling-{at}" for at, _ in enumerate(people, 1)],
        "pair_paths": list(next(iter(pairs.values()), ())),
        "spread": _those(run_to_run(evidence)), "saturation": _those(saturation(evidence)),
    }  # fmt: skip


def _those(*pictures: Any) -> list[Any]:
    return [picture for picture in pictures if picture]


def measures(evidence: Evidence) -> Values:
    """Which measures there are, and the settings of the comparison."""
    return {
        "measures": data("measures")["measure"], "thresholds": _those(over_thresholds(evidence)),
        "cites": lambda keys: list(map(Cite, keys)),
    }  # fmt: skip


def limits(evidence: Evidence) -> Values:
    """What the data show that these figures cannot say."""
    fewest = evidence.numbers.find("config.minimum_uses")
    counted = _counted(evidence)
    rare = [code for code in counted if _uses(evidence, code) < fewest]
    many = (
        "all" if len(rare) == len(counted) else "Most" if 2 * len(rare) > len(counted) else "Some"
    )
    warnings = {str(ran.manifest.codebook.warning) for ran in evidence.ran} - {"None"}
    return {
        "floors": standings(evidence) if evidence.by_model else None,
        "rare": many if rare else "",
        "paradoxes": paradoxes(evidence) or unit_paradoxes(evidence),
        "leaks": sorted(f"{warning[0].upper()}{warning[1:]}" for warning in warnings),
        "with_model": any(
            source.coding.coder.kind == "model" for _, source in evidence.materials[0].sources
        ),
    }  # fmt: skip


def _uses(evidence: Evidence, code: str) -> int:
    """How many turns carry a code by either coder."""
    parts = evidence.numbers.find(PER_CODE, code, "prevalence_index", "parts")
    return int(sum(parts.values()) - parts["neither"])


def method(numbers: Numbers, of: str, paths: Iterable[str] = HEADLINES) -> str | None:
    """How the intervals or the chance values of the headline figures were made."""
    made = (numbers.find(path, of, "method") for path in paths)
    return next((str(method) for method in made if method), None)
