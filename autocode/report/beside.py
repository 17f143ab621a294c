"""Coders who do not read, beside the compared one: `panel.verdict` judges, this page says it."""

from autocode.panel.verdict import BESIDE, Floor, Standing, floors
from autocode.report.document import Line, Part, line, listed
from autocode.report.evidence import Evidence
from autocode.report.names import figure_name

TRIVIAL = {
    "mark_all": "marking everything",
    "mark_nothing": "marking nothing",
    "longest_turns": "marking the longest turns",
    "longest_sentences": "marking the longest sentence of each turn",
    "random_spans": "marking at random",
    "keyword": "marking keywords",
}
_STANDINGS: dict[Standing, str] = {
    "not above": " does not beat coders who do not read on ",
    "not clearly above": " is above them, but within the interval, on ",
    "above, no interval": " is above them, with no interval to say how surely, on ",
    "above": " beats them, beyond the interval, on ",
}


def beside(evidence: Evidence) -> Line:
    """Every figure that trivial coders reach too, by how it stands; empty where there is none."""
    found = floors(evidence.comparison)
    said: list[Part] = []
    for standing, words in _STANDINGS.items():
        some = [_against(evidence, floor) for floor in found if floor.standing == standing]
        if some:
            who = "it" if said else evidence.other_name
            who = who[0].upper() + who[1:]
            # Told of nobody yet, "them" has to be named.
            clear = words if said else words.replace(" them", " coders who do not read")
            said += [line(" " if said else "", f"{who}{clear}", listed(some, "; ", "; and "), ".")]
    return line(*said)


def beaten(evidence: Evidence) -> Line:
    """Where trivial coders do as well, if anywhere; else how all figures stand."""
    found = [one for one in floors(evidence.comparison) if one.standing == "not above"]
    if not found:
        return beside(evidence)
    some = listed((_against(evidence, floor) for floor in found), "; ", "; and ")
    who = evidence.other_name
    return line(f"{who[0].upper()}{who[1:]}{_STANDINGS['not above']}", some, ".")


def best(evidence: Evidence, path: tuple[str, ...]) -> Line:
    """The best trivial coder's value on a figure, and who that is; a dash without one."""
    for floor in floors(evidence.comparison):
        if floor.path == path:
            return line(_reached(evidence, floor), f" ({TRIVIAL[floor.best]})")
    return line("–")


def _reached(evidence: Evidence, floor: Floor) -> Line:
    return line(evidence.numbers.figure("baselines", floor.best, BESIDE[floor.path]))


def _against(evidence: Evidence, floor: Floor) -> Line:
    return line(
        figure_name(".".join(floor.path)), " (", evidence.numbers.figure(*floor.path), "; ",
        f"{TRIVIAL[floor.best]} ", _reached(evidence, floor), ")",
    )  # fmt: skip
