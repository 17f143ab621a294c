"""Tracks: where in the interview did each coder mark?"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from autocode.coding.materials import Material
from autocode.coding.nouns import Coding
from autocode.report.document import Picture, line
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
    short,
)
from autocode.transcript.nouns import Span

MOST = 12
_BAR = 0.72
_QUARTERS = [quarter / 4 for quarter in range(5)]


@dataclass(frozen=True)
class _Track:
    label: str
    coding: Coding
    colour: str
    hatch: str


def tracks(evidence: Evidence) -> Picture:
    """A small frame for each document, in it one track per coder; interviewers' turns lie grey."""
    shown = evidence.materials[:MOST]
    bands = [_tracks_of(material, evidence.heads, runs=evidence.single) for material in shown]
    tallest, columns = max(map(len, bands)), 1 if evidence.single else 2
    lines = -(-len(shown) // columns)
    with drawing(
        0.85 + lines * (0.3 * tallest if evidence.single else 0.35 + 0.2 * tallest)
    ) as figure:
        axes = list(figure.subplots(lines, columns, squeeze=False, sharex=True).flat)
        for at, (axis, material, band) in enumerate(zip(axes, shown, bands, strict=False)):
            _draw(axis, material, band, tallest)
            if not evidence.single:
                name = short(material.codings[0].coding.transcript.id, 30)
                axis.set_title(name, loc="left", fontsize=8, weight="bold", pad=3)
            axis.tick_params(axis="x", labelbottom=at + columns >= len(shown))
        for axis in axes[len(shown) :]:
            axis.set_axis_off()
        figure.supxlabel("Position in the transcript", fontsize=9)
        if any(material.transcript and material.transcript.has_speakers for material in shown):
            grey = Patch(facecolor=GRID, label="interviewer speaks")
            figure.legend(handles=[grey], loc="outside upper right", fontsize=8)
        numbers, parts = evidence.numbers, ("spans", "char", "f1", "parts")
        reading = line("Every coder’s quotes, in the order of the transcript.")
        if numbers.find(*parts, "tp") is not None and not evidence.several_coders:
            reading = line(
                "Both coders marked ", numbers.count(*parts, "tp"),
                f" characters, only {evidence.first} ", numbers.count(*parts, "fn"),
                f", only {evidence.second} ", numbers.count(*parts, "fp"), ".",
            )  # fmt: skip
        if len(shown) < len(evidence.materials):
            count = f" The first {len(shown)} of {len(evidence.materials)} transcripts are shown."
            reading = line(reading, count)
        quotes = "; ".join(
            f"{track.coding.transcript.id}, {track.label}: {sum(1 for _ in track.coding.located())}"
            for band in bands for track in band
        )  # fmt: skip
        alt = f"Horizontal tracks, one per coder, with a bar for each quote ({quotes})."
        return picture(figure, "tracks", "Where each coder marked", reading, alt)


def _tracks_of(material: Material, heads: Sequence[str], *, runs: bool) -> list[_Track]:
    """The coders of a document; `runs` says whether further runs are shown too.

    heads: the names of the coders compared.
    """
    further = iter(FURTHER * (1 + len(material.sources)))
    tracks, run = [], 1
    for number, (part, source) in enumerate(material.sources):
        coder = source.coding.coder
        colour = REFERENCE if number == 0 else OTHER if number == 1 else next(further)
        hatch = "////" if number == 0 else "" if number == 1 else "...."
        label = short(heads[number] if number < len(heads) else coder.id, 24)
        if part == "run":
            run += 1
            label = f"run {run}"
        if runs or part != "run":
            tracks.append(_Track(label, source.coding, colour, hatch))
    return tracks


def _draw(axis: Axes, material: Material, band: Sequence[_Track], tallest: int) -> None:
    """The tracks of a document, in shares of its length."""
    length = max(material.codings[0].coding.transcript.length, 1)

    def bars(spans: Sequence[Span]) -> list[tuple[float, float]]:
        return [(span.start / length, (span.end - span.start) / length) for span in spans]

    if material.transcript:
        asked = [turn.span for turn in material.transcript.turns if turn.role == "interviewer"]
        axis.broken_barh(bars(asked), (-0.5, len(band)), facecolor=GRID, lw=0)
    for row, track in enumerate(band):
        spans = [quote.span for quote in track.coding.located() if quote.span]
        axis.broken_barh(
            bars(spans), (row - _BAR / 2, _BAR), facecolor=track.colour,
            hatch=track.hatch, edgecolor=BOTH, linewidth=0.6,
        )  # fmt: skip
    axis.set_yticks(range(len(band)), [track.label for track in band])
    axis.set(xlim=(0, 1), ylim=(tallest - 0.5, -0.5))
    axis.set_xticks(_QUARTERS, [f"{quarter:.0%}" for quarter in _QUARTERS])
    axis.tick_params(axis="y", length=0, labelsize=8)
    axis.tick_params(axis="x", labelsize=8, color=QUIET)
    axis.spines["left"].set_visible(False)
