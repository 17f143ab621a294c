"""A diff as one HTML file: readable without script, nothing fetched, all text escaped."""

import base64
import hashlib
from collections.abc import Sequence

from autocode import __version__
from autocode.diff import words
from autocode.diff.record import SIDES, Diff, Place, TurnDiff
from autocode.diff.view import Passage, Silence, passages, turns_and_silences
from autocode.pages import base_style, page_environment, resource
from autocode.text import excerpt
from autocode.transcript.nouns import Span

_CLASSES = {"=": "both", "-": "first", "+": "second", "~": "overlap"}


def diff_page(
    diff: Diff, sentences: Sequence[Span], *, context: int, differing: bool = False
) -> str:
    """The page: figures, a map of the transcript, then every turn with what differs in it.

    sentences: of the transcript; context: how many around a marked passage stand open (the rest
    unfolds); differing: only passages that differ stand open.
    """
    environment = page_environment("autocode.diff")
    script = resource("autocode.diff", "page.js")
    # The card of a place that goes on in later turns: the one where it begins, if that is shown.
    cards: dict[int, tuple[Place, str]] = {}
    for turn in diff.turns:
        for place in (*turn.continued, *turn.places):
            cards.setdefault(place.number, (place, _anchor(place.number, turn)))
    items: list[tuple[TurnDiff | Silence, list[Passage] | None]] = [
        (item, None)
        if isinstance(item, Silence)
        else (item, passages(item, sentences, context, differing=differing))
        for item in turns_and_silences(diff)
    ]
    return environment.get_template("page.html").render(
        diff=diff,
        items=items,
        places=list(cards.values()),
        words=words,
        excerpt=excerpt,
        anchor=_anchor,
        sides=SIDES,
        classes=_CLASSES,
        style=base_style() + resource("autocode.diff", "page.css"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        version=__version__,
    )


def _anchor(place: int, turn: TurnDiff) -> str:
    """The number of a place, made unique where it goes on in another turn."""
    begins = any(begun.number == place for begun in turn.places)
    return str(place) if begins else f"{place}-{turn.number}"
