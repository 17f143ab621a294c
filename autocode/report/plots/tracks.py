"""Where in the interview did each coder mark?"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from autocode.agreement.baselines import INTERVIEWER
from autocode.coding.materials import Material
from autocode.coding.nouns import Coding
from autocode.report.document import Line, Picture, line
from autocode.report.evidence import Evidence
from autocode.report.plots.style import (
    BOTH,
    FURTHER,
    GRID,
    OTHER,
    QUIET,
    REFERENCE,
    drawing,
    picture,
)
from autocode.transcript.nouns import Span

MOST = 12
_BAR = 0.72
# Rows between two documents.
_GAP = 1.0


@dataclass(frozen=True)
class _Track:
    label: str
    coding: Coding
    colour: str
    hatch: str


def tracks(evidence: Evidence) -> Picture:
    """One band per document, one track per coder; interviewers' turns lie grey behind them."""
    shown = evidence.materials[:MOST]
    bands = [_tracks_of(one, runs=evidence.single) for one in shown]
    rows = sum(map(len, bands)) + _GAP * (len(bands) - 1)
    with drawing(0.95 + 0.3 * rows) as figure:
        axis = figure.subplots()
        top, ticks = 0.0, dict[float, str]()
        for material, band in zip(shown, bands, strict=True):
            _draw(axis, material, band, top)
            ticks |= {top + row: track.label for row, track in enumerate(band)}
            if len(bands) > 1:
                axis.text(0, top - 0.6, material.codings[0].coding.transcript.id, weight="bold")
            top += len(band) + _GAP
        _frame(axis, ticks, lowest=rows - 0.5, highest=-0.5 - _GAP * (len(bands) > 1))
        if any(one.transcript and one.transcript.has_speakers for one in shown):
            grey = Patch(facecolor=GRID, label="interviewer speaks")
            figure.legend(handles=[grey], loc="outside upper right", fontsize=8)
        return picture(figure, "tracks", "Where each coder marked", _reading(evidence), _alt(bands))


def _tracks_of(material: Material, *, runs: bool) -> list[_Track]:
    """The coders of a document; `runs` says whether further runs are shown too."""
    further = iter(FURTHER * (1 + len(material.sources)))
    tracks, run = [], 1
    for number, (part, source) in enumerate(material.sources):
        coder = source.coding.coder
        colour = REFERENCE if number == 0 else OTHER if number == 1 else next(further)
        hatch = "////" if number == 0 else "" if number == 1 else "...."
        label = "reference" if part == "reference" else coder.id
        if part == "run":
            run += 1
            label = f"run {run}"
        elif coder.kind == "model" and number == 1:
            label = "model"
        if runs or part != "run":
            tracks.append(_Track(label[:24], source.coding, colour, hatch))
    return tracks


def _draw(axis: Axes, material: Material, band: Sequence[_Track], top: float) -> None:
    """The tracks of a document from `top` down, in shares of its length."""
    length = max(material.codings[0].coding.transcript.length, 1)
    if material.transcript:
        asked = [turn.span for turn in material.transcript.turns if turn.role == INTERVIEWER]
        axis.broken_barh(_shares(asked, length), (top - 0.5, len(band)), facecolor=GRID, lw=0)
    for row, track in enumerate(band):
        spans = [quote.span for quote in track.coding.located() if quote.span]
        axis.broken_barh(
            _shares(spans, length), (top + row - _BAR / 2, _BAR), facecolor=track.colour,
            hatch=track.hatch, edgecolor=BOTH, linewidth=0.6,
        )  # fmt: skip


def _shares(spans: Sequence[Span], length: int) -> list[tuple[float, float]]:
    """Start and width of each span, in shares of the text."""
    return [(span.start / length, (span.end - span.start) / length) for span in spans]


def _frame(axis: Axes, ticks: dict[float, str], *, lowest: float, highest: float) -> None:
    axis.set_yticks(list(ticks), list(ticks.values()))
    axis.set(xlim=(0, 1), ylim=(lowest, highest), xlabel="Position in the transcript")
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    quarters = [quarter / 4 for quarter in range(5)]
    axis.set_xticks(quarters, [f"{quarter:.0%}" for quarter in quarters])
    axis.tick_params(axis="x", labelsize=8, color=QUIET)


def _reading(evidence: Evidence) -> Line:
    counts = evidence.numbers
    parts = ("spans", "char", "f1", "parts")
    if counts.find(*parts, "tp") is None:
        return line("Every coder's marks, in the order of the transcript.")
    return line(
        "Both coders marked ", counts.count(*parts, "tp"),
        " characters, only the reference coding ", counts.count(*parts, "fn"),
        f", only {evidence.other_name} ", counts.count(*parts, "fp"), ".",
    )  # fmt: skip


def _alt(bands: Sequence[Sequence[_Track]]) -> str:
    quotes = "; ".join(
        f"{track.coding.transcript.id}, {track.label}: {sum(1 for _ in track.coding.located())}"
        for band in bands
        for track in band
    )
    return f"Horizontal tracks, one per coder, with a bar for each quote ({quotes})."
