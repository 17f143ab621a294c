"""A diff as one HTML file: readable without script, nothing fetched, all text escaped."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import Environment
from markupsafe import Markup

from autocode import __version__
from autocode.diff import words
from autocode.diff.record import SIDES, Diff, Place, Segment, TurnDiff
from autocode.diff.view import Silence, Stretch, stretches, turns_and_silences
from autocode.pages import page_environment, resource
from autocode.text import excerpt, visible
from autocode.transcript.nouns import Span

_CLASSES = {"=": "both", "-": "first", "+": "second", "~": "overlap"}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A segment as the page marks it; `begins` where a place is marked first in its turn."""

    segment: Segment
    begins: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch as the page shows it: open, or behind a line that says how much is left out."""

    stretch: Stretch
    pieces: tuple[_Piece, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What one section of the page shows."""

    turn: TurnDiff
    parts: tuple[_Part, ...]


def diff_page(
    diff: Diff, sentences: Sequence[Span], *, context: int, differing: bool = False
) -> str:
    """The page: figures, a map of the transcript, then every turn with what differs in it.

    sentences: of the transcript; context: how many around a marked passage stand open (the rest
    unfolds); differing: only passages that differ stand open.
    """
    script = resource("autocode.diff", "page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        _environment()
        .get_template("page.html")
        .render(
            diff=diff,
            items=list(_items(diff, sentences, context, differing)),
            places=_places(diff),
            words=words,
            excerpt=excerpt,
            anchor=_anchor,
            sides=SIDES,
            classes=_CLASSES,
            style=resource("autocode.diff", "page.css"),
            script=script,
            script_hash=digest,
            version=__version__,
        )
    )


def _environment() -> Environment:
    environment = page_environment("autocode.diff")
    environment.filters["thousands"] = lambda number: f"{number:,}"
    environment.filters["breakable"] = _breakable
    environment.tests["silence"] = lambda item: isinstance(item, Silence)
    environment.tests["disagreement"] = _differs
    return environment


def _breakable(code: str) -> Markup:
    """A code id that may go on in the next line after each underscore."""
    return Markup("_<wbr>").join(visible(code).split("_"))


def _differs(item: Place | TurnDiff) -> bool:
    """Whether the reader should stop here: at each place that differs, else at a turn's codes."""
    if isinstance(item, Place):
        return item.sign != "="
    return not item.agrees and all(place.sign == "=" for place in item.places)


def _items(
    diff: Diff, sentences: Sequence[Span], context: int, differing: bool
) -> Iterator[Silence | _Shown]:
    for item in turns_and_silences(diff):
        if isinstance(item, Silence):
            yield item
            continue
        begun: set[int] = set()
        parts = stretches(item, sentences, context, differing=differing)
        yield _Shown(item, tuple(_Part(part, tuple(_pieces(part, begun))) for part in parts))


def _pieces(part: Stretch, begun: set[int]) -> Iterator[_Piece]:
    for segment in part.segments:
        new = segment.place is not None and segment.place not in begun
        if segment.place is not None:
            begun.add(segment.place)
        yield _Piece(segment, new)


def _places(diff: Diff) -> list[tuple[Place, str]]:
    """Every place of the page once, with the anchor of its card."""
    anchors: dict[int, tuple[Place, str]] = {}
    for turn in diff.turns:
        for place in (*turn.continued, *turn.places):
            anchors.setdefault(place.number, (place, _anchor(place.number, turn)))
    return list(anchors.values())


def _anchor(place: int, turn: TurnDiff) -> str:
    """The number of a place, made unique where it goes on in another turn."""
    begins = any(begun.number == place for begun in turn.places)
    return str(place) if begins else f"{place}-{turn.number}"
