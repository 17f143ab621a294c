"""Values for the sections that show figures of the panel."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from autocode.panel.catalogue import Path, catalogue, families, headlines, shown
from autocode.panel.tables import table_of
from autocode.report.claims import BASELINES, standings, what, where
from autocode.report.document import MOST_ROWS, Cite
from autocode.report.evidence import Evidence
from autocode.report.numbers import Numbers
from autocode.report.plots.curves import over_thresholds, saturation
from autocode.report.plots.dots import agreement_per_code, beside_chance, run_to_run
from autocode.report.plots.matrix import who_used_what
from autocode.report.plots.tracks import tracks

Values = Mapping[str, Any]

HEADLINES = tuple(headline.key for headline in headlines())
_TOLD = ("spans.char.f1", "spans.u_alpha.relevance", "units.turn.kappa", "axial.turn.alpha_masi")
# What has a table of its own, with a column for each coder.
_SATURATION = ("saturation", "slope_ratio")
PER_CODE = "units.turn.per_code"
_OF_CODES = {known.path[0]: known for known in shown("codes", "report")}
# From this difference on, κ and AC1 tell different stories (Feinstein & Cicchetti 1990).
_GAP = 0.3


def summary(evidence: Evidence) -> Values:
    """The answer on one page."""
    floors = standings(evidence)
    best = floors.best if evidence.judged else {}
    return {
        "where": where(evidence), "what": what(evidence), "floors": floors,
        "best": best, "headlines": HEADLINES,
        "picture": tracks(evidence) if evidence.single else _those(beside_chance(evidence, best)),
        "incomplete": [why.rstrip(".") for why in evidence.comparison.incomplete],
    }  # fmt: skip


def paragraph(evidence: Evidence) -> Values:
    """The paragraph to paste into a paper."""
    known = [path for path in _TOLD if evidence.numbers.value(path) is not None]
    return {"paths": known, "floors": standings(evidence)}


def results(evidence: Evidence) -> Values:
    """The whole panel, pooled over transcripts."""
    labels = table_of(evidence.comparison, "labels", "report")
    return {
        "tracks": tracks(evidence), "group": partial(_group, evidence),
        "unlabelled": list(labels.missing) if len(labels.missing) else [],
        "labelled": any(row.figure.value is not None for row in labels.rows),
        "paradoxes": unit_paradoxes(evidence),
    }  # fmt: skip


def _group(evidence: Evidence, group: str) -> list[Path]:
    """The paths of the figures that answer one question."""
    paths = (row.path for row in table_of(evidence.comparison, group, "report").rows)
    return [path for path in paths if path[1] not in _SATURATION]


def codes(evidence: Evidence) -> Values:
    """Every code: counts, coefficients, and where κ and AC1 differ."""
    return {
        "counts": _by_use(_counted(evidence), partial(_uses, evidence)), "sorted": _sorted,
        "paradoxes": paradoxes(evidence),
        "coefficients": [known for known in shown("codes", "report") if known.path[0] == "units"],
        "pictures": _those(agreement_per_code(evidence)),
    }  # fmt: skip


def _counted(evidence: Evidence) -> list[str]:
    """The codes of which it is known how many turns carry them by either coder."""
    numbers = evidence.numbers
    return [
        code
        for code in numbers.find(PER_CODE) or {}
        if numbers.find(PER_CODE, code, "prevalence_index", "parts", "both") is not None
    ]


def _by_use(codes: Iterable[str], uses: Callable[[str], float]) -> list[str]:
    """The codes in their order; those used most come first where a page has no room for all."""
    known = list(codes)
    return sorted(known, key=uses, reverse=True) if len(known) > MOST_ROWS else known


def _sorted(codes: Sequence[str]) -> str:
    return " The codes used most come first." if len(codes) > MOST_ROWS else ""


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
    judged = [known for known in catalogue() if known.floor]
    return {"floors": standings(evidence), "baselines": BASELINES, "judged": judged}


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
    """Which measures there are, the settings of the comparison, and what differs by them."""
    numbers, first = evidence.numbers, evidence.documents[0]
    spans = _OF_CODES["spans"].path[:-1]

    def marked_share(code: str) -> float:
        return float(numbers.find(spans, code, "parts", "prevalence") or 0)

    return {
        "marked": _by_use(numbers.find(spans) or (), marked_share), "sorted": _sorted,
        "measures": list(families().values()), "thresholds": _those(over_thresholds(evidence)),
        "cites": lambda keys: list(map(Cite, keys)),
        "spans": spans, "used": _those(who_used_what(evidence)),
        "schemes": [known for known in shown("quotes", "report") if "matching" in known.path],
        "alphas": [
            path for path in HEADLINES
            if "alpha" in path and numbers.find(path, "interval") is not None
        ],
        "headlines": [
            path for path in HEADLINES
            if numbers.find("uncertainty.documents", first, path) is not None
        ],
    }  # fmt: skip


def limits(evidence: Evidence) -> Values:
    """What the data show that these figures cannot say."""
    fewest = evidence.numbers.find("config.minimum_uses")
    counted = _counted(evidence)
    rare = [code for code in counted if _uses(evidence, code) < fewest]
    many = (
        "all" if len(rare) == len(counted) else "Most" if 2 * len(rare) > len(counted) else "Some"
    )
    warnings = {str(run.manifest.codebook.warning) for run in evidence.runs.values()} - {"None"}
    return {
        "floors": standings(evidence) if evidence.judged else None,
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
