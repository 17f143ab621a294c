"""Baselines beside the compared coder: `panel.tables` judges, this page says it."""

from autocode.panel.catalogue import baselines
from autocode.panel.tables import Row, Standing, floors
from autocode.report.document import Line, Part, line, listed
from autocode.report.evidence import Evidence

TRIVIAL = {key: f"marking {name}" for key, name in baselines().items()}
_STANDINGS: dict[Standing, str] = {
    "not above": " does not beat the baselines on ",
    "not clearly above": " is above them, but within the interval, on ",
    "above, no interval": " is above them, with no interval to say how surely, on ",
    "above": " beats them, beyond the interval, on ",
}


def beside(evidence: Evidence) -> Line:
    """Every figure that baselines reach too, by how it stands; empty where there is none."""
    found = floors(evidence.comparison)
    said: list[Part] = []
    for standing, words in _STANDINGS.items():
        some = [_against(evidence, row) for row in found if row.standing == standing]
        if some:
            who = "it" if said else evidence.other_name
            who = who[0].upper() + who[1:]
            # Told of nobody yet, "them" has to be named.
            clear = words if said else words.replace(" them", " the baselines")
            said += [line(" " if said else "", f"{who}{clear}", listed(some, "; ", "; and "), ".")]
    return line(*said)


def beaten(evidence: Evidence) -> Line:
    """Where baselines do as well, if anywhere; else how all figures stand."""
    found = [row for row in floors(evidence.comparison) if row.standing == "not above"]
    if not found:
        return beside(evidence)
    some = listed((_against(evidence, row) for row in found), "; ", "; and ")
    who = evidence.other_name
    return line(f"{who[0].upper()}{who[1:]}{_STANDINGS['not above']}", some, ".")


def best(evidence: Evidence, path: tuple[str, ...]) -> Line:
    """The best baseline's value on a figure, and what it marks; a dash without one."""
    for row in floors(evidence.comparison):
        if row.path == path and row.baseline:
            return line(_reached(evidence, row), f" ({TRIVIAL[row.baseline[0]]})")
    return line("–")


def _reached(evidence: Evidence, row: Row) -> Line:
    baseline = row.baseline[0] if row.baseline else ""
    return line(evidence.numbers.figure("baselines", baseline, row.entry.baseline or ""))


def _against(evidence: Evidence, row: Row) -> Line:
    baseline = row.baseline[0] if row.baseline else ""
    return line(
        row.entry.name, " (", evidence.numbers.figure(*row.path), "; ",
        f"{TRIVIAL[baseline]} ", _reached(evidence, row), ")",
    )  # fmt: skip
