"""How far do the coders agree on each code, and which code did who use where?"""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from autocode.diff import Diff
from autocode.report.document import Line, Picture, line
from autocode.report.evidence import Evidence
from autocode.report.names import code_label
from autocode.report.plots.style import (
    BOTH,
    GRID,
    INK,
    OTHER,
    QUIET,
    REFERENCE,
    drawing,
    picture,
    short,
)

MOST = 40
_MOST_COLUMNS = 30
# Who used a code at a place: marker, colour, and the words of the legend.
_MARKS = {
    "=": ("s", BOTH, "both"),
    "-": (">", REFERENCE, "reference only"),
    "+": ("<", OTHER, "{other} only"),
}


def agreement_per_code(evidence: Evidence) -> Picture | None:
    """|uα of each code with its interval, beside what chance reaches."""
    numbers = evidence.numbers
    leaves = numbers.find("spans", "u_alpha", "per_code") or {}
    known = {code: leaf for code, leaf in leaves.items() if leaf["value"] is not None}
    if not known:
        return None
    order = sorted(known, key=lambda code: (known[code]["value"], code))[-MOST:]
    with drawing(0.9 + 0.26 * len(order)) as figure:
        axis = figure.subplots()
        for row, code in enumerate(order):
            _dot(axis, row, known[code])
        axis.set_yticks(range(len(order)), [short(code_label(evidence, code)) for code in order])
        axis.set_ylim(-0.6, len(order) - 0.4)
        axis.axvline(0, color=QUIET, linewidth=0.8)
        axis.set_xlim(min(-0.25, *(_low(known[code]) for code in order)) - 0.02, 1.02)
        axis.grid(axis="x")
        axis.set_xlabel("|uα of the code (1: same characters marked with it; 0: as chance would)")
        axis.spines["left"].set_visible(False)
        axis.tick_params(axis="y", length=0)
        figure.legend(handles=_keys(), loc="outside upper right", ncols=3, fontsize=8)
        return picture(
            figure, "per-code", "Agreement on each code", _best_and_worst(evidence, order),
            f"Dot plot of the agreement on {len(order)} codes, each with its interval.",
        )  # fmt: skip


def _dot(axis: Axes, row: int, leaf: Mapping) -> None:  # type: ignore[type-arg]
    if interval := leaf.get("interval"):
        axis.plot([interval["low"], interval["high"]], [row, row], color=OTHER, linewidth=1.6)
    if null := leaf.get("null"):
        axis.plot(null["mean"], row, "|", color=INK, markersize=10, markeredgewidth=1.2)
    axis.plot(leaf["value"], row, "o", color=OTHER, markersize=6, markeredgecolor=INK, mew=0.6)


def _keys() -> list[Line2D]:
    dot = Line2D([], [], marker="o", color=OTHER, lw=0, mec=INK, mew=0.6, label="observed")
    bar = Line2D([], [], color=OTHER, lw=1.6, label="interval")
    null = Line2D([], [], marker="|", color=INK, lw=0, ms=10, mew=1.2, label="mean of chance")
    return [dot, bar, null]


def _low(leaf: Mapping) -> float:  # type: ignore[type-arg]
    return float(min(leaf["value"], (leaf.get("interval") or {"low": 0})["low"]))


def _best_and_worst(evidence: Evidence, order: Sequence[str]) -> Line:
    numbers, path = evidence.numbers, ("spans", "u_alpha", "per_code")
    best = line("Best agreed on is ", code_label(evidence, order[-1]), " (")
    best = line(best, numbers.figure(*path, order[-1]), ")")
    if len(order) == 1:
        return line(best, ".")
    return line(
        best,
        ", least ",
        code_label(evidence, order[0]),
        " (",
        numbers.figure(*path, order[0]),
        ").",
    )


def who_used_what(evidence: Evidence) -> Picture | None:
    """Codes by places (turns of a single document, else documents), marked by who used them."""
    uses = _uses(evidence)
    if not uses or evidence.several_coders:
        return None
    places = list(dict.fromkeys(place for place, _ in uses))[:_MOST_COLUMNS]
    tally = {code: sum(1 for _, used in uses if used == code) for _, code in uses}
    codes = sorted(tally, key=lambda code: (tally[code], code))[-MOST:]
    with drawing(1.0 + 0.26 * len(codes)) as figure:
        axis = figure.subplots()
        for sign, (marker, colour, _) in _MARKS.items():
            here = [
                (places.index(place), codes.index(code))
                for (place, code), used in uses.items()
                if used == sign and place in places and code in codes
            ]
            x, y = [at for at, _ in here], [at for _, at in here]
            axis.plot(x, y, marker, color=colour, markersize=9, markeredgecolor=INK, mew=0.6)
        axis.set_yticks(range(len(codes)), [short(code_label(evidence, code)) for code in codes])
        axis.set_xticks(range(len(places)), places)
        axis.set(xlim=(-0.6, len(places) - 0.4), ylim=(-0.6, len(codes) - 0.4))
        axis.set_xlabel("Turn" if evidence.single else "Document")
        axis.grid(color=GRID)
        axis.tick_params(length=0)
        axis.spines[["left", "bottom"]].set_visible(False)
        figure.legend(handles=_who(evidence), loc="outside upper right", ncols=3, fontsize=8)
        return picture(
            figure, "who-used-what", "Who used which code where", _shared(evidence),
            f"Matrix of {len(codes)} codes by {len(places)} places with a mark for each use.",
        )  # fmt: skip


def _uses(evidence: Evidence) -> dict[tuple[str, str], str]:
    """(place, code) to who used it there; a document counts as a place when there are several."""
    found: dict[tuple[str, str], str] = {}
    for name, diff in evidence.diffs.items():
        for place, code, sign in _signs(diff):
            key = (place if evidence.single else name, code)
            found[key] = sign if found.get(key, sign) == sign else "="
    return found


def _signs(diff: Diff) -> list[tuple[str, str, str]]:
    return [(str(turn.number), one.code, one.sign) for turn in diff.turns for one in turn.codes]


def _who(evidence: Evidence) -> list[Line2D]:
    other = evidence.other_name.removeprefix("the ")
    return [
        Line2D([], [], marker=marker, color=colour, lw=0, ms=8, mec=INK, mew=0.6,
               label=words.format(other=other))
        for marker, colour, words in _MARKS.values()
    ]  # fmt: skip


def _shared(evidence: Evidence) -> Line:
    numbers, codes = evidence.numbers, ("report", "parting", "codes")
    return line(
        "Of all uses of a code in a turn, ", numbers.count(*codes, "both"), " are by both coders, ",
        numbers.count(*codes, "reference"), " by the reference coding only and ",
        numbers.count(*codes, "other"), f" by {evidence.other_name} only.",
    )  # fmt: skip
