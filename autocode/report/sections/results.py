"""The figures: where, what, units, open codes, coverage; pooled and document by document."""

from autocode.panel.catalogue import figure_name, shown
from autocode.panel.tables import table_of
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
from autocode.report.plots.curves import over_thresholds
from autocode.report.plots.tracks import tracks
from autocode.report.sections.answer import HEADLINES


def results(evidence: Evidence) -> Section:
    """Tables and figures of the whole panel."""
    blocks: list[Block] = [Paragraph(_pooled(evidence)), Heading("Where")]
    blocks += [] if evidence.single else [tracks(evidence)]
    blocks.append(_group(evidence, "where", "Where the coders marked"))
    blocks += [_group(evidence, "quotes", "Quotes as wholes"), _matching(evidence)]
    blocks += [one for one in (over_thresholds(evidence),) if one]
    blocks += [
        Heading("What"),
        _group(evidence, "what", "Where and with which codes"),
        _group(evidence, "axial", "Axial codes of turns"),
        Heading("Turns and sentences"),
        _group(evidence, "units", "Turns and sentences marked at all"),
        Heading("Open codes, coverage"),
        _labels(evidence),
        _group(evidence, "coverage", "Found, added, repeated"),
    ]
    blocks += _documents(evidence)
    blocks += [Paragraph(words) for words in (_bounds(evidence),) if words]
    return Section("results", "Results", tuple(blocks))


def _group(evidence: Evidence, group: str, title: str) -> Table:
    rows = table_of(evidence.comparison, group, "report").rows
    return figure_table(
        evidence.numbers, group, title, [(row.entry.name, row.path) for row in rows]
    )


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
    """Every overlap that was asked for, a row each."""
    numbers, notes = evidence.numbers, Notes()
    known = [figure for figure in shown("quotes", "report") if figure.path[1] == "matching"]
    rows = []
    for at, threshold in enumerate(numbers.find("spans", "matching") or {}):
        path = ("spans", "matching", threshold)
        cells = [figure_cell(numbers, notes, *path, figure.path[-1]) for figure in known]
        rows.append((line(numbers.number("config", "thresholds", at)), *cells))
    columns = (
        Column("Overlap from", 1, numeric=True),
        *(Column(figure.short, 1, numeric=True) for figure in known),
    )
    words = line(
        "Strict: same limits and codes. Exact: same limits. Partial: half for an overlap. Type: "
        "same codes. Off by: median characters, of matched quotes."
    )
    title = "Quotes matched one to one, by the overlap that counts as a match"
    return lean("matching", title, columns, tuple(rows), notes, words)


def _labels(evidence: Evidence) -> Block:
    """The table of open codes, or why there is none."""
    table = table_of(evidence.comparison, "labels", "report")
    if any(row.figure.value is not None for row in table.rows):
        return _group(evidence, "labels", "Open codes")
    return Paragraph(line(f"Open codes are not compared: {'; '.join(table.missing)}."))


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
        name = figure_name("uncertainty.leave_one_out.*")
        rows.append((line(name), *without))
    columns = (Column("Document", 1.2), *(
        Column(figure_name(".".join(path)), 1, numeric=True) for path in paths
    ))  # fmt: skip
    title = "Each document on its own"
    table = lean("documents", title, columns, (*rows, pooled), notes)
    return [Heading("Document by document"), table]


def _has_documents(evidence: Evidence, path: tuple[str, ...]) -> bool:
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
