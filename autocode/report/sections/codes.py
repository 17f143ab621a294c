"""Code by code: counts before coefficients, because most codes are rare."""

from autocode.panel.catalogue import entry, shown
from autocode.report.cells import Notes, figure_cell, lean
from autocode.report.document import Block, Bullets, Column, Line, Paragraph, Section, Table, line
from autocode.report.evidence import Evidence
from autocode.report.names import code_label
from autocode.report.plots.dots import agreement_per_code
from autocode.report.plots.matrix import who_used_what

PER_CODE = ("units", "turn", "per_code")
GAP = 0.3
_COUNTS = {"both": "both", "first_only": "reference only", "second_only": "compared only",
           "neither": "neither"}  # fmt: skip


def codes(evidence: Evidence) -> Section:
    """Counts and coefficients of every code, who used it where, and which coefficients part."""
    blocks: list[Block] = [Paragraph(_rare(evidence))]
    numbers = evidence.numbers
    if any(_counts(evidence, code) for code in numbers.find(*PER_CODE) or {}):
        blocks.append(_table(evidence))
    blocks += [one for one in (who_used_what(evidence), agreement_per_code(evidence)) if one]
    blocks.append(_spans(evidence))
    if flagged := paradoxes(evidence):
        blocks += [Paragraph(line("Beware:")), Bullets(tuple(flagged))]
    return Section("codes", "Code by code", tuple(blocks))


def _counts(evidence: Evidence, code: str) -> bool:
    return evidence.numbers.find(*PER_CODE, code, "prevalence_index", "parts", "both") is not None


def _rare(evidence: Evidence) -> Line:
    fewest = evidence.numbers.number("config", "minimum_uses", kind="setting")
    return line(
        "Most codes are rare, and a coefficient on a handful of decisions says little: codes on "
        "fewer than ", fewest, " turns show counts only. The unit is the turn.",
    )  # fmt: skip


def _table(evidence: Evidence) -> Table:
    numbers, notes = evidence.numbers, Notes()
    known = [figure for figure in shown("codes", "report") if figure.path[0] == "units"]
    rows = []
    for code in numbers.find(*PER_CODE):
        parts = (*PER_CODE, code, "prevalence_index", "parts")
        counts = [line(numbers.count(*parts, key)) for key in _COUNTS]
        figures = [
            figure_cell(numbers, notes, *PER_CODE, code, figure.path[-1]) for figure in known
        ]
        rows.append((line(code_label(evidence, code)), *counts, *figures))
    columns = (
        Column("Code", 3), *(Column(words, 0.9, numeric=True) for words in _COUNTS.values()),
        *(Column(figure.short, 0.8, numeric=True) for figure in known),
    )  # fmt: skip
    legend = line("PI and BI: prevalence and bias index; p_neg: agreement on absence.")
    return lean("codes", "Codes of turns", columns, tuple(rows), notes, legend)


def _spans(evidence: Evidence) -> Table:
    numbers, notes = evidence.numbers, Notes()
    path = ("spans", "u_alpha", "per_code")
    rows = tuple(
        (
            line(code_label(evidence, code)), figure_cell(numbers, notes, *path, code),
            numbers.interval(*path, code), line(numbers.number(*path, code, "null", "mean")),
            line(numbers.p(*path, code)),
            line(numbers.share(*path, code, "parts", "prevalence")),
        )
        for code in numbers.find(*path) or {}
    )  # fmt: skip
    columns = (
        Column("Code", 3), Column(entry(*path, "*").short, 0.8, numeric=True),
        Column("Interval", 1.5, numeric=True),
        Column("Chance", 1.0, numeric=True), Column("p", 1.0, numeric=True),
        Column("Text with the code", 1, numeric=True),
    )  # fmt: skip
    legend = line(
        "Text with the code: share of characters, mean over coders. p is not corrected for the "
        "number of codes."
    )
    return lean("codes-spans", "Codes of passages", columns, rows, notes, legend)


def paradoxes(evidence: Evidence) -> list[Line]:
    """Where κ and AC1 tell different stories on the same counts (Feinstein & Cicchetti 1990)."""
    numbers = evidence.numbers
    places: dict[str, tuple[str, ...]] = {
        f"{unit}s marked": ("units", unit) for unit in ("turn", "sentence")
    }
    places |= {
        f"the code {code_label(evidence, code)}": (*PER_CODE, code)
        for code in numbers.find(*PER_CODE) or {}
    }
    found = []
    for words, path in places.items():
        kappa, ac1 = numbers.value(*path, "kappa"), numbers.value(*path, "ac1")
        if kappa is not None and ac1 is not None and abs(kappa - ac1) > GAP:
            found.append(
                line(f"On {words}, κ is ", numbers.figure(*path, "kappa"), " and AC1 ",
                     numbers.figure(*path, "ac1"), ": one of the two outcomes is rare, and the "
                     "coefficients part. Quote both with the counts.")
            )  # fmt: skip
    return found
