"""Where in the interview did each coder mark?"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from autocode.agreement.baselines import INTERVIEWER
from autocode.materials import Material
from autocode.model import Coding
from autocode.report.document import Line, Picture, line
from autocode.report.evidence import Evidence
from autocode.report.figures.style import (
    BOTH,
    FURTHER,
    GRID,
    OTHER,
    QUIET,
    REFERENCE,
    drawing,
    picture,
)

MOST = 12
_BAR = 0.72


@dataclass(frozen=True)
class _Track:
    label: str
    coding: Coding
    colour: str
    hatch: str


def tracks(evidence: Evidence) -> Picture:
    """One band per document, one track per coder; interviewers' turns lie grey behind them."""
    shown = evidence.materials[:MOST]
    bands = [_tracks_of(one) for one in shown]
    height = 0.75 + sum(0.3 * len(band) + 0.28 for band in bands)
    with drawing(height) as figure:
        ratios = [len(band) for band in bands]
        axes = figure.subplots(len(bands), 1, squeeze=False, height_ratios=ratios)[:, 0]
        for axis, material, band in zip(axes, shown, bands, strict=True):
            _draw(axis, material, band, titled=len(shown) > 1)
        axes[-1].set_xlabel("Position in the transcript")
        if any(one.transcript and one.transcript.has_speakers for one in shown):
            grey = Patch(facecolor=GRID, label="interviewer speaks")
            figure.legend(handles=[grey], loc="outside upper right", fontsize=8)
        return picture(figure, "tracks", "Where each coder marked", _reading(evidence), _alt(bands))


def _tracks_of(material: Material) -> list[_Track]:
    further = iter(FURTHER * (1 + len(material.sources)))
    tracks = []
    for number, (part, source) in enumerate(material.sources):
        coding = source.coding
        colour = REFERENCE if number == 0 else OTHER if number == 1 else next(further)
        hatch = "////" if number == 0 else "" if number == 1 else "...."
        label = {"reference": "reference", "run": f"run {number}"}.get(part, coding.coder.id)
        if part == "other" and coding.coder.kind == "model":
            label = "model"
        tracks.append(_Track(label[:24], coding, colour, hatch))
    return tracks


def _draw(axis: Axes, material: Material, band: Sequence[_Track], *, titled: bool) -> None:
    about = material.codings[0].coding.transcript
    rows = range(len(band))
    if material.transcript:
        asked = [
            (t.start, t.end - t.start) for t in material.transcript.turns if t.role == INTERVIEWER
        ]
        axis.broken_barh(asked, (-0.5, len(band)), facecolor=GRID, linewidth=0)
    for row, track in zip(rows, band, strict=True):
        spans = [
            (q.span.start, q.span.end - q.span.start) for q in track.coding.located() if q.span
        ]
        axis.broken_barh(
            spans, (row - _BAR / 2, _BAR), facecolor=track.colour, hatch=track.hatch,
            edgecolor=BOTH, linewidth=0.6,
        )  # fmt: skip
    axis.set_yticks(list(rows), [track.label for track in band])
    axis.set(xlim=(0, max(about.length, 1)), ylim=(len(band) - 0.5, -0.5))
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    axis.set_xticks([about.length * quarter / 4 for quarter in range(5)])
    axis.xaxis.set_major_formatter(lambda at, _: f"{at / max(about.length, 1):.0%}")
    axis.tick_params(axis="x", labelsize=8, color=QUIET)
    if titled:
        axis.set_title(about.id, loc="left", fontsize=9, fontweight="bold")


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
