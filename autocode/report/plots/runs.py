"""How much do the figures differ from run to run?"""

from autocode.report.document import Line, Picture, line
from autocode.report.evidence import Evidence
from autocode.report.names import figure_name
from autocode.report.plots.style import INK, OTHER, drawing, picture

PATH = ("uncertainty", "runs", "mean")


def run_to_run(evidence: Evidence) -> Picture | None:
    """Every headline figure of every run; None for a single run."""
    means = evidence.numbers.find(*PATH) or {}
    known = {path: leaf for path, leaf in means.items() if leaf["value"] is not None}
    if not known:
        return None
    with drawing(0.7 + 0.32 * len(known)) as figure:
        axis = figure.subplots()
        for row, leaf in enumerate(known.values()):
            values = [value for value in leaf["parts"]["values"] if value is not None]
            axis.plot([min(values), max(values)], [row, row], color=OTHER, linewidth=1.2)
            axis.plot(values, [row] * len(values), "o", color=OTHER, alpha=0.8, markersize=6)
            axis.plot(leaf["value"], row, "|", color=INK, markersize=14, markeredgewidth=1.6)
        axis.set_yticks(range(len(known)), [figure_name(path) for path in known])
        axis.set(ylim=(len(known) - 0.4, -0.6), xlabel="Value in each run; the bar is the mean")
        axis.grid(axis="x")
        axis.spines["left"].set_visible(False)
        axis.tick_params(axis="y", length=0)
        return picture(
            figure, "runs", "The headline figures from run to run", _widest(evidence, known),
            f"Dot plot of {len(known)} figures, one dot per run and a bar at the mean.",
        )  # fmt: skip


def _widest(evidence: Evidence, known: dict[str, dict]) -> Line:  # type: ignore[type-arg]
    numbers = evidence.numbers
    widest = max(known, key=lambda path: known[path]["parts"]["max"] - known[path]["parts"]["min"])
    parts = (*PATH, widest, "parts")
    return line(
        f"Widest apart is the {figure_name(widest)}: from ", numbers.number(*parts, "min"), " to ",
        numbers.number(*parts, "max"), ".",
    )  # fmt: skip
