"""Curves: how much hangs on the threshold, and do new codes still come up?"""

from autocode.report.document import Line, Picture, line
from autocode.report.evidence import Evidence
from autocode.report.plots.style import INK, OTHER, QUIET, REFERENCE, drawing, picture, short

# Fewer documents make no curve.
ENOUGH = 5
# More names than this do not fit under an axis.
_NAMED = 20
_UNIQUE = ("parts", "unique")


def over_thresholds(evidence: Evidence) -> Picture | None:
    """F1 of matched quotes as more and more overlap is asked for."""
    numbers, path = evidence.numbers, ("report", "matched")
    thresholds, curve = numbers.find(*path, "thresholds"), numbers.find(*path, "f1")
    if None in curve or evidence.several_coders:
        return None
    chosen = float(evidence.comparison.config["matched"])
    with drawing(2.7) as figure:
        axis = figure.subplots()
        axis.plot(thresholds, curve, color=OTHER, marker="o", markersize=4)
        axis.axvline(chosen, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
        axis.annotate(
            "threshold of this report", (chosen, 1), xytext=(5 if chosen < 0.6 else -5, -2),
            textcoords="offset points", ha="left" if chosen < 0.6 else "right", va="top",
            fontsize=8, color=QUIET,
        )  # fmt: skip
        axis.set(xlim=(0, 1.02), ylim=(0, 1.02), ylabel="F1 of quotes, codes ignored")
        axis.set_xlabel("Overlap (IoU) from which two quotes count as the same")
        axis.grid(axis="y")
        first, half, last = (
            line(numbers.number(*path, "f1", step), " at an overlap of ",
                 numbers.number(*path, "thresholds", step))
            for step in (0, thresholds.index(0.5), -1 + len(curve))
        )  # fmt: skip
        reading = line("F1 falls from ", first, " to ", half, " and ", last, ".")
        if curve[0] == curve[-1]:
            reading = line("F1 is ", numbers.number(*path, "f1", 0), " at every threshold.")
        return picture(
            figure, "thresholds", "Agreement on quotes by required overlap", reading,
            "Line of the F1 of one-to-one matched quotes over IoU thresholds.",
        )  # fmt: skip


def saturation(evidence: Evidence) -> Picture | None:
    """Different axial codes after each document, of either coder; None below 5 documents."""
    numbers, path = evidence.numbers, ("coverage", "slope_ratio")
    documents = evidence.documents
    curves = {who: numbers.find(*path, who, *_UNIQUE) for who in ("reference", "other")}
    if len(documents) < ENOUGH or not all(curves.values()):
        return None
    first, second = (short(head, 24) for head in evidence.heads[:2])
    styles = {"reference": (REFERENCE, "s", first), "other": (OTHER, "o", second)}
    with drawing(2.9) as figure:
        axis = figure.subplots()
        for who, (colour, marker, name) in styles.items():
            axis.plot(
                range(1, len(documents) + 1), curves[who], color=colour, marker=marker,
                markersize=5, markeredgecolor=INK, markeredgewidth=0.6, label=name,
            )  # fmt: skip
        if len(documents) <= _NAMED:
            names = [short(name, 12) for name in documents]
            axis.set_xticks(range(1, len(documents) + 1), names, rotation=45, ha="right")
        axis.set(ylabel="Different axial codes so far", xlabel="Documents in the order given")
        axis.set_ylim(bottom=0)
        axis.grid(axis="y")
        figure.legend(loc="outside upper right", ncols=2, fontsize=8)

        def risen(who: str) -> Line:
            before, after = (
                numbers.count(*path, who, *_UNIQUE, len(documents) - n) for n in (2, 1)
            )
            return line("from ", before, " to ", after)

        reading = line(
            f"The last document took {evidence.first} ", risen("reference"),
            f" different codes and {evidence.second} ", risen("other"), ".",
        )  # fmt: skip
        return picture(
            figure, "saturation", "Different codes so far, document by document", reading,
            "Two rising lines: cumulative number of different axial codes per document.",
        )  # fmt: skip
