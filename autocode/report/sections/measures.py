"""Which unit, which measure, why, and when it misleads; settings fixed before the results."""

from autocode.panel.catalogue import families
from autocode.report.document import (
    Block,
    Bullets,
    Cite,
    Code,
    Column,
    Line,
    Paragraph,
    Section,
    Table,
    line,
    listed,
)
from autocode.report.evidence import Evidence

_COLUMNS = (
    Column("Measure", 1.1), Column("Unit", 1.2), Column("Why", 2.4),
    Column("When it misleads", 2.4), Column("Source", 1.4),
)  # fmt: skip


def measures(evidence: Evidence) -> Section:
    """The table of measures and what was decided before the figures were seen."""
    blocks: list[Block] = [Paragraph(_why_many()), _table(), Paragraph(_before(evidence))]
    blocks.append(Bullets(tuple(_choices(evidence))))
    return Section("measures", "Units and measures", tuple(blocks))


def _why_many() -> Line:
    return line(
        "The whole panel is always computed and given, so that no favourable figure can be picked. "
        "No coefficient stands without its unit, its n and, where it can be made, its interval and "
        "what chance reaches. No verbal label (such as “substantial”) is attached to a value: the "
        "usual scales were made for other units and are not validated for these ",
        Cite("oconnor2020"), ".",
    )  # fmt: skip


def _table() -> Table:
    rows = [
        (
            line(one.title), line(one.unit), line(one.meaning), line(one.misleads),
            listed(map(Cite, one.reference), "; "),
        )
        for one in families().values()
    ]  # fmt: skip
    return Table("measures", "Measures, and why", _COLUMNS, tuple(rows))


def _before(evidence: Evidence) -> Line:
    return line(
        "These settings were fixed before any figure was computed. Their SHA-256 is ",
        Code(evidence.comparison.config_sha256), ".",
    )  # fmt: skip


def _choices(evidence: Evidence) -> list[Line]:
    numbers, config = evidence.numbers, evidence.comparison.config

    def setting(name: str) -> Line:
        return line(numbers.number("config", name, kind="setting"))

    units = "participants’ turns" if config["turns"] == "participants" else "all turns"
    overlapping = {
        "layered": "one layer per code, pooled (each code’s layer is marked or not)",
        "sets": "sets of codes as values",
    }[config["overlapping"]]
    return [
        line("Character measures count the whole canonical text; turn and sentence measures count "
             f"{units} and their sentences."),
        line(f"Quotes with several codes enter uα as {overlapping}."),
        line("Two quotes match from an overlap (IoU) of ", setting("matched"),
             "; results are given for ", listed(_thresholds(evidence), ", ", " and "), " too."),
        line("Coefficients of a code that fewer than ", setting("minimum_uses"),
             " turns carry are withheld; the counts are given."),
        line("Open codes are compared by: ", evidence.comparison.similarity, "; they match from ",
             setting("label_threshold"), f" ({config['label_threshold_from']})."),
        line(setting("resamples"), " resamples (level ",
             numbers.number("config", "level", kind="share"), "), ", setting("permutations"),
             " permutations, seed ", setting("seed"), "."),
    ]  # fmt: skip


def _thresholds(evidence: Evidence) -> list[Line]:
    count = len(evidence.comparison.config["thresholds"])
    return [
        line(evidence.numbers.number("config", "thresholds", at, kind="setting"))
        for at in range(count)
    ]
