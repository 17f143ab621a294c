"""Dot plots: how far do the coders agree on each code, and how much do runs differ?"""

from collections.abc import Mapping
from typing import Any

from autocode.panel.catalogue import figure_name, headlines
from autocode.panel.counting import UNCODED
from autocode.report.claims import Beside
from autocode.report.document import Code, Line, Picture, line, listed
from autocode.report.evidence import Evidence
from autocode.report.names import code_label
from autocode.report.plots.style import (
    INK,
    OTHER,
    QUIET,
    REFERENCE,
    drawing,
    key,
    picture,
    rows,
    short,
)

MOST = 40
PER_CODE = ("spans", "u_alpha_layered", "per_code")
RUNS = ("uncertainty", "runs", "mean")


def agreement_per_code(evidence: Evidence) -> Picture | None:
    """|uα of each code with its interval, beside what chance reaches."""
    numbers = evidence.numbers
    leaves = {
        code: leaf for code, leaf in (numbers.find(*PER_CODE) or {}).items()
        if leaf["value"] is not None and code != UNCODED
    }  # fmt: skip
    if not leaves:
        return None
    known, leaves = len(leaves), {code: leaves[code] for code in _most_used(leaves)}
    order = sorted(leaves, key=lambda code: (leaves[code]["value"], code))
    names = [code_label(evidence, code) for code in order]
    with drawing(0.9 + 0.26 * len(order)) as figure:
        axis = rows(figure, [short(name) for name in names])
        for row, code in enumerate(order):
            leaf = leaves[code]
            if interval := leaf.get("interval"):
                axis.plot([interval["low"], interval["high"]], [row, row], color=OTHER, lw=1.6)
            if null := leaf.get("null"):
                axis.plot(null["mean"], row, "|", color=INK, ms=10, mew=1.2)
            axis.plot(leaf["value"], row, "o", color=OTHER, ms=6, mec=INK, mew=0.6)
        axis.axvline(0, color=QUIET, linewidth=0.8)
        lows = [leaf["interval"]["low"] for leaf in leaves.values() if leaf.get("interval")]
        lows += [leaf["null"]["mean"] for leaf in leaves.values() if leaf.get("null")]
        lowest = min(0, *lows, *(leaf["value"] for leaf in leaves.values()))
        axis.set_xlim(lowest - 0.02, 1.02)
        axis.set_xlabel("|uα (1: the same characters marked; 0: no better than chance)")
        keys = [key("o", OTHER, "observed"), key("-", OTHER, "interval"), key("|", INK, "chance")]
        figure.legend(handles=keys, loc="outside upper right", ncols=3, fontsize=8)
        high, low = (numbers.figure(*PER_CODE, code) for code in (order[-1], order[0]))
        reading = line("|uα is highest on “", names[-1], "” (", high, ")")
        if len(order) > 1:
            reading = line(reading, " and lowest on “", names[0], "” (", low, ")")
        return picture(
            figure, "per-code", "Agreement on each code", line(reading, ".", _left_out(known)),
            f"Dot plot of the agreement on {len(order)} codes, each with its interval.",
        )  # fmt: skip


def _most_used(leaves: Mapping[str, Any]) -> list[str]:
    """The codes on most text, as many as there is room for."""
    return sorted(leaves, key=lambda code: -leaves[code]["parts"]["prevalence"])[:MOST]


def _left_out(known: int) -> Line:
    """How many of so many codes there is room for, where that is not for all."""
    if known <= MOST:
        return ()
    shown = f" Of {known} codes, the {MOST} on most text are shown; all are in "
    return line(shown, Code("tables/codes-spans.csv"), ".")


def beside_chance(evidence: Evidence, best: Mapping[str, Beside]) -> Picture | None:
    """The headline figures with their intervals, beside chance and, where given, baselines."""
    numbers = evidence.numbers
    values = {known.key: numbers.value(known.key) for known in headlines()[::-1]}
    order = {path: value for path, value in values.items() if value is not None}
    if not order:
        return None
    with drawing(0.9 + 0.24 * len(order)) as figure:
        axis = rows(figure, list(map(figure_name, order)))
        for row, (path, value) in enumerate(order.items()):
            if interval := numbers.find(path, "interval"):
                axis.plot([interval["low"], interval["high"]], [row, row], color=OTHER, lw=1.6)
            if null := numbers.find(path, "null"):
                axis.plot(null["mean"], row, "|", color=INK, ms=10, mew=1.2)
            if path in best:
                reached = numbers.find(best[path].reached, "value")
                axis.plot(reached, row, "D", color=REFERENCE, ms=5, mec=INK, mew=0.6)
            axis.plot(value, row, "o", color=OTHER, ms=6, mec=INK, mew=0.6)
        axis.axvline(0, color=QUIET, linewidth=0.8)
        axis.set_xlim(right=1.02)
        said = "newest run" if evidence.run_count > 1 else "observed"
        keys = [key("o", OTHER, said), key("-", OTHER, "interval"), key("|", INK, "chance")]
        keys += [key("D", REFERENCE, "best baseline")] if best else []
        figure.legend(handles=keys, loc="outside upper right", ncols=4, fontsize=8)
        known = [path for path in order if numbers.find(path, "null")][::-1]
        told = listed(line(numbers.p(path), f" for {figure_name(path)}") for path in known)
        return picture(
            figure, "headlines", "The headline figures beside chance",
            line("p: ", told, ".") if known else line("Chance is not known for them."),
            f"Dot plot of {len(order)} figures with their intervals and what chance reaches.",
        )  # fmt: skip


def run_to_run(evidence: Evidence) -> Picture | None:
    """Every headline figure of every run; None for a single run."""
    numbers = evidence.numbers
    means = numbers.find(*RUNS) or {}
    leaves = {path: leaf for path, leaf in means.items() if leaf["value"] is not None}
    if not leaves:
        return None
    order = list(leaves)[::-1]
    with drawing(0.7 + 0.26 * len(order)) as figure:
        axis = rows(figure, list(map(figure_name, order)))
        for row, path in enumerate(order):
            values = [value for value in leaves[path]["parts"]["values"] if value is not None]
            axis.plot([min(values), max(values)], [row, row], color=OTHER, linewidth=1.2)
            axis.plot(values, [row] * len(values), "o", color=OTHER, alpha=0.8, markersize=6)
            axis.plot(leaves[path]["value"], row, "|", color=INK, markersize=14, mew=1.6)
        axis.set_xlabel("Value in each run; the bar is the mean")
        spread = {
            path: leaf["parts"]["max"] - leaf["parts"]["min"] for path, leaf in leaves.items()
        }
        widest = max(leaves, key=lambda path: spread[path])
        least, most = (numbers.number(*RUNS, widest, "parts", end) for end in ("min", "max"))
        reading = line(f"The {figure_name(widest)} varies most, from ", least, " to ", most, ".")
        return picture(
            figure, "runs", "The headline figures in each run", reading,
            f"Dot plot of {len(order)} figures, one dot per run and a bar at the mean.",
        )  # fmt: skip
