"""How much hangs on the threshold, and do new codes still come up?"""

from autocode.report.document import Line, Picture, line
from autocode.report.evidence import Evidence
from autocode.report.plots.style import INK, OTHER, QUIET, REFERENCE, drawing, picture


def over_thresholds(evidence: Evidence) -> Picture | None:
    """F1 of matched quotes as more and more overlap is asked for."""
    found = evidence.numbers.find("report", "matched")
    if None in found["f1"] or evidence.several_coders:
        return None
    chosen = float(evidence.comparison.config["matched"])
    with drawing(2.7) as figure:
        axis = figure.subplots()
        axis.plot(found["thresholds"], found["f1"], color=OTHER, marker="o", markersize=4)
        axis.axvline(chosen, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
        axis.annotate(
            "threshold of this report", (chosen, 1), xytext=(5, -2), textcoords="offset points",
            va="top", fontsize=8, color=QUIET,
        )  # fmt: skip
        axis.set(xlim=(0, 1.02), ylim=(0, 1.02), ylabel="F1 of quotes, codes ignored")
        axis.set_xlabel("Overlap (IoU) from which two quotes count as the same")
        axis.grid(axis="y")
        return picture(
            figure, "thresholds", "Agreement on quotes over the threshold of overlap",
            _from_to(evidence), "Line of the F1 of one-to-one matched quotes over IoU thresholds.",
        )  # fmt: skip


def _from_to(evidence: Evidence) -> Line:
    numbers = evidence.numbers
    last = len(numbers.find("report", "matched", "f1")) - 1

    def at(step: int) -> Line:
        return line(
            numbers.number("report", "matched", "f1", step), " at an overlap of ",
            numbers.number("report", "matched", "thresholds", step),
        )  # fmt: skip

    curve = numbers.find("report", "matched", "f1")
    if curve[0] == curve[last]:
        whole = numbers.number("report", "matched", "f1", 0)
        return line("F1 is the same from every overlap on: ", whole, ".")
    half = numbers.find("report", "matched", "thresholds").index(0.5)
    return line("F1 falls from ", at(0), " to ", at(half), " and ", at(last), ".")


def saturation(evidence: Evidence) -> Picture | None:
    """Different axial codes after each document, of either coder; None for a single document."""
    numbers = evidence.numbers
    path = ("coverage", "slope_ratio")
    curves = {who: numbers.find(*path, who, "parts", "unique") for who in ("reference", "other")}
    if evidence.single or not all(curves.values()):
        return None
    with drawing(2.7) as figure:
        axis = figure.subplots()
        styles = {"reference": (REFERENCE, "s"), "other": (OTHER, "o")}
        for who, curve in curves.items():
            colour, marker = styles[who]
            label = "reference" if who == "reference" else evidence.other_name.removeprefix("the ")
            axis.plot(
                range(1, len(curve) + 1), curve, color=colour, marker=marker, markersize=5,
                markeredgecolor=INK, markeredgewidth=0.6, label=label,
            )  # fmt: skip
        axis.set_xticks(range(1, len(evidence.documents) + 1), evidence.documents)
        axis.set(ylabel="Different axial codes so far", xlabel="Documents in the order given")
        axis.set_ylim(bottom=0)
        axis.grid(axis="y")
        axis.legend(loc="lower right", fontsize=8)
        return picture(
            figure, "saturation", "Codes that came up, document by document", _late(evidence),
            "Two rising lines: cumulative number of different axial codes per document.",
        )  # fmt: skip


def _late(evidence: Evidence) -> Line:
    numbers, last = evidence.numbers, len(evidence.documents) - 1
    path = ("coverage", "slope_ratio")

    def reached(who: str) -> Line:
        unique = (*path, who, "parts", "unique")
        return line(numbers.count(*unique, last - 1), " to ", numbers.count(*unique, last))

    return line(
        "With the last document the codes of the reference coding went from ", reached("reference"),
        f", those of {evidence.other_name} from ", reached("other"), ".",
    )  # fmt: skip
