"""How all figures look, and how one becomes SVG and PNG with the same bytes every time.

Colours are of Okabe & Ito (2008), told apart without colour by marker and hatch as well. In the
SVG of a web page, ink, grid and data colours are CSS variables, so that it can be read in the dark.
"""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from autocode.report.document import Line, Picture
from autocode.text import one_line

INK, QUIET, GRID, PAPER = "#1d1d1b", "#5c5b56", "#dcdad2", "#ffffff"
REFERENCE, OTHER, BOTH = "#e69f00", "#0072b2", "#4a4a47"
# For further coders and runs, in this order.
FURTHER = ("#009e73", "#cc79a7", "#d55e00", "#56b4e9")
WIDTH = 7.2

_VARIABLES = {
    INK: "--ink", QUIET: "--quiet", GRID: "--line", PAPER: "--paper",
    REFERENCE: "--reference-fill", OTHER: "--other-fill", BOTH: "--both-fill",
}  # fmt: skip
_SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "text.color": INK,
    # Names of codes and coders are words, also with dollar signs in them.
    "text.parse_math": False,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "hatch.linewidth": 0.8,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "autocode",
}
_DPI = 200


@contextmanager
def drawing(height: float, width: float = WIDTH) -> Iterator[Figure]:
    """A figure of `width` x `height` inches in the report's style."""
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()  # nothing of the user's own style
        mpl.rcParams.update(_SETTINGS)
        # A script that the font lacks shows as boxes in PNG; SVG leaves it to the reader's fonts.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield Figure(figsize=(width, height), layout="constrained", facecolor=PAPER)


def short(text: str, longest: int = 38) -> str:
    """The name of a code, coder or document as it stands in a figure: one line, cut if need be."""
    text = one_line(text)
    return text if len(text) <= longest else f"{text[: longest - 2].rstrip()}…"


def rows(figure: Figure, names: Sequence[str]) -> Axes:
    """An axis with a named row for each of the names, the first at the bottom."""
    axis = figure.subplots()
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(-0.6, len(names) - 0.4)
    axis.grid(axis="x")
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="y", length=0)
    return axis


def key(marker: str, colour: str, name: str) -> Line2D:
    """An entry of a legend: a marker, or a line where the marker is `-`."""
    if marker == "-":
        return Line2D([], [], color=colour, lw=1.6, label=name)
    size, edge = (10, 1.2) if marker == "|" else (7, 0.6)
    return Line2D([], [], marker=marker, color=colour, lw=0, ms=size, mec=INK, mew=edge, label=name)


def picture(figure: Figure, name: str, title: str, reading: Line, alt: str) -> Picture:
    """The figure as it goes into a report: SVG and PNG (200 dots per inch), both without date.

    name: keeps the ids of its SVG apart from those of other figures on a page.
    """
    for axis in figure.axes:
        for drawn in (*axis.lines, *axis.collections):
            drawn.set_clip_on(False)  # no marker at the edge of its axis is cut in half
    svg, png = io.StringIO(), io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(svg, metadata={"Date": None, "Creator": None})
    # Everything has found its place: finding it again takes as long as all the drawing.
    figure.set_layout_engine("none")
    figure.set_dpi(_DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.print_png(png, metadata={"Software": None})
    return Picture(name, title, reading, alt, svg.getvalue(), png.getvalue())


def for_page(svg: str) -> str:
    """The SVG to stand in a page: no XML head, colours and font from the page, no paper.

    Readers who do not see it get the alt text that stands around it instead.
    """
    inner = svg[svg.index("<svg") :]
    inner = re.sub(r"<metadata>.*?</metadata>", "", inner, flags=re.DOTALL)

    def of_page(tag: re.Match[str]) -> str:
        """A tag in the colours and the font of the page; words between tags stay as they are."""
        text = tag[0]
        for colour, variable in _VARIABLES.items():
            text = text.replace(colour, f"var({variable}, {colour})")
        return re.sub(r"font: ([\d.]+)px [^;\"]*", r"font: \1px var(--sans)", text)

    inner = re.sub(r"<[^>]*>", of_page, inner)
    # The page decides how wide a figure is; the view box keeps its proportions.
    head, body = inner.split(">", 1)
    head = re.sub(r' (?:width|height)="[^"]*"', "", head)
    return f'{head} aria-hidden="true" focusable="false">{body}'
