"""The figures: where, what, units, open codes, coverage; pooled and document by document."""

from collections.abc import Iterable, Iterator

from autocode.report.cells import Notes, figure_cell, figure_table, lean
from autocode.report.document import (
    Block,
    Column,
    Heading,
    Line,
    Paragraph,
    Section,
    Table,
    line,
    listed,
)
from autocode.report.evidence import Evidence
from autocode.report.names import figure_name
from autocode.report.plots.curves import over_thresholds
from autocode.report.plots.tracks import tracks
from autocode.report.sections.answer import HEADLINES

Path = tuple[str, ...]

WHERE: tuple[Path, ...] = (
    *(("spans", "char", name) for name in ("precision", "recall", "f1", "iou", "labelled_iou")),
    ("spans", "u_alpha", "relevance"), ("spans", "gamma"),
    ("spans", "fragmentation"), ("spans", "merge"),
)  # fmt: skip
WHAT: tuple[Path, ...] = (
    *(("spans", "u_alpha", name) for name in ("value", "macro", "coded", "coverage")),
    *(("axial", "turn", name) for name in ("precision", "recall", "f1", "jaccard")),
    *(("axial", "turn", f"alpha_{name}") for name in ("masi", "jaccard", "masi_coded")),
    ("axial", "document", "jaccard"),
)  # fmt: skip
LABELS: tuple[Path, ...] = tuple(
    ("labels", name) for name in ("precision", "recall", "f1", "paired", "curve_area")
)
COVERAGE: tuple[Path, ...] = tuple(
    ("coverage", name)
    for name in (
        "gold_recall", "novel_rate", "inflation", "redundancy", "verbatim_failure", "missing")
)  # fmt: skip
_COEFFICIENTS = {
    "kappa": "Cohen’s κ", "alpha": "Krippendorff’s α", "ac1": "Gwet’s AC1", "pabak": "PABAK",
    "percent_agreement": "observed agreement", "p_pos": "agreement on marking (F1)",
    "p_neg": "agreement on not marking", "prevalence_index": "prevalence index",
    "bias_index": "bias index",
}  # fmt: skip


def results(evidence: Evidence) -> Section:
    """Tables and figures of the whole panel."""
    numbers = evidence.numbers
    blocks: list[Block] = [Paragraph(_pooled(evidence)), Heading("Where")]
    blocks += [] if evidence.single else [tracks(evidence)]
    blocks.append(figure_table(numbers, "where", "Where the coders marked", _rows(evidence, WHERE)))
    blocks.append(_matching(evidence))
    blocks += [one for one in (over_thresholds(evidence),) if one]
    blocks += [
        Heading("What"),
        figure_table(numbers, "what", "Which axial codes they gave", _rows(evidence, WHAT)),
        Heading("Turns and sentences"),
        _units(evidence),
        Heading("Open codes, coverage"),
        _labels(evidence),
        figure_table(numbers, "coverage", "Found, added, repeated", _rows(evidence, COVERAGE)),
    ]  # fmt: skip
    blocks += _documents(evidence)
    blocks += [Paragraph(words) for words in (_bounds(evidence),) if words]
    return Section("results", "Results", tuple(blocks))


def _rows(evidence: Evidence, paths: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Name and path of every figure that the comparison has."""
    for path in paths:
        if evidence.numbers.find(*path) is not None:
            yield figure_name(".".join(path)), path


def _pooled(evidence: Evidence) -> Line:
    if evidence.single:
        return line(
            "There is one document: nothing is pooled. Intervals resample blocks of its turns, as "
            "a statement about this document only; where there are too few turns there is none."
        )
    return line(
        "Figures are pooled over documents: counts are summed first, then the figure is computed. "
        "Intervals draw documents with replacement and compute each figure anew."
    )


def _matching(evidence: Evidence) -> Table:
    numbers, notes = evidence.numbers, Notes()
    thresholds = numbers.find("spans", "matching") or {}
    rows = []
    for at, threshold in enumerate(thresholds):
        path = ("spans", "matching", threshold)
        schemes = [
            figure_cell(numbers, notes, *path, scheme)
            for scheme in ("strict", "exact", "partial", "type")
        ]
        schemes += [
            line(numbers.number(*path, error, "value", kind="setting"))
            for error in ("start_error", "end_error")
        ]
        asked = numbers.number("config", "thresholds", at)
        rows.append((line(asked), *schemes))
    columns = (
        Column("Overlap from", 1, numeric=True), *(Column(words, 1, numeric=True) for words in (
            "strict F1", "exact F1", "partial F1", "type F1", "start off by", "end off by")),
    )  # fmt: skip
    words = line(
        "Strict: same limits and codes. Exact: same limits. Partial: half for an overlap. Type: "
        "same codes. Off by: median characters, of matched quotes."
    )
    title = "Quotes matched one to one"
    return lean("quotes", title, columns, tuple(rows), notes, words)


def _units(evidence: Evidence) -> Table:
    numbers, notes = evidence.numbers, Notes()
    rows = []
    for key, words in _COEFFICIENTS.items():
        cells: list[Line] = [line(words)]
        for unit in ("turn", "sentence"):
            path = ("units", unit, key)
            cells += [figure_cell(numbers, notes, *path), numbers.interval(*path)]
            cells.append(line(numbers.number(*path, "null", "mean")))
        rows.append(tuple(cells))
    per_unit = [("Turns", 0.8), ("Interval", 1.5), ("Chance", 0.8)]
    per_unit += [("Sentences", 1.0), ("Interval", 1.5), ("Chance", 0.8)]
    columns = (Column("Marked or not", 2), *(Column(w, s, numeric=True) for w, s in per_unit))
    counts = line(
        "n: ", numbers.count("units", "turn", "alpha", "n"), " turns, ",
        numbers.count("units", "sentence", "alpha", "n"), " sentences.",
    )  # fmt: skip
    title = "Turns and sentences marked at all"
    return lean("units", title, columns, tuple(rows), notes, counts)


def _labels(evidence: Evidence) -> Block:
    """The table of open codes, or why there is none."""
    numbers = evidence.numbers
    if any(numbers.value(*path) is not None for path in LABELS):
        return figure_table(numbers, "open-codes", "Open codes", _rows(evidence, LABELS))
    reasons = dict.fromkeys(numbers.reason(*path) or "" for path in LABELS)
    return Paragraph(line(f"Open codes are not compared: {'; '.join(reasons)}."))


def _documents(evidence: Evidence) -> list[Block]:
    """Each document alone, and what leaving it out would change; nothing for a single one."""
    numbers = evidence.numbers
    if evidence.single:
        return []
    paths = [path for path in HEADLINES if _has_documents(evidence, path)]
    notes = Notes()
    rows = [
        (line(name), *(
            figure_cell(numbers, notes, "uncertainty", "documents", name, ".".join(path))
            for path in paths))
        for name in evidence.documents
    ]  # fmt: skip
    pooled = (line("pooled"), *(figure_cell(numbers, notes, *path) for path in paths))
    without = [numbers.interval("uncertainty", "leave_one_out", ".".join(path)) for path in paths]
    if any(numbers.find("uncertainty", "leave_one_out", ".".join(path)) for path in paths):
        rows.append((line("range, one left out"), *without))
    columns = (Column("Document", 1.2), *(
        Column(figure_name(".".join(path)), 1, numeric=True) for path in paths
    ))  # fmt: skip
    title = "Each document on its own"
    table = lean("documents", title, columns, (*rows, pooled), notes)
    return [Heading("Document by document"), table]


def _has_documents(evidence: Evidence, path: Path) -> bool:
    first = evidence.documents[0]
    return evidence.numbers.find("uncertainty", "documents", first, ".".join(path)) is not None


def _bounds(evidence: Evidence) -> Line:
    """How often a resample stays under the bounds that Krippendorff sets for α."""
    numbers = evidence.numbers
    found = numbers.find("uncertainty", "below") or {}
    parts = [
        line(f"{figure_name(path)}, ", listed((
            line(numbers.share("uncertainty", "below", path, bound, "value"), f" below {bound}")
            for bound in bounds), " and "))
        for path, bounds in found.items()
    ]  # fmt: skip
    if not parts:
        return ()
    words = (
        "The usual bounds of α are 0.667 for tentative and 0.8 for firm conclusions. Share of the "
        "resamples under them: "
    )
    return line(words, listed(parts, "; "), ".")
