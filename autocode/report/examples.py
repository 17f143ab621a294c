"""Short excerpts that show how the coders part: missed, added, and marked alike but coded apart."""

from collections import Counter
from collections.abc import Iterator, Sequence

from autocode.coding.nouns import Quote
from autocode.diff import Diff
from autocode.diff.record import Mark, Place
from autocode.report.document import By, Excerpt, Inline, Line, Marked, line
from autocode.report.evidence import Evidence
from autocode.report.names import code_label
from autocode.transcript.nouns import Transcript

EACH = 2
_CONTEXT = 60
_LONGEST = 420
_BY: dict[Mark, By] = {"=": "both", "-": "reference", "+": "other"}


def examples(evidence: Evidence) -> tuple[list[Excerpt], list[Excerpt], list[Excerpt]]:
    """Up to three excerpts each of what only the first coder marked, only the second, and both
    with other codes: the longest, of many documents."""
    parted: dict[str, list[tuple[str, Place]]] = {"-": [], "+": [], "both": []}
    for name, diff in evidence.diffs.items():
        for place in (place for turn in diff.turns for place in turn.places):
            if place.sign in parted:
                parted[place.sign].append((name, place))
            elif _codes(place.quotes.first) != _codes(place.quotes.second):
                parted["both"].append((name, place))
    missed, added, apart = (
        [_excerpt(evidence, name, place) for name, place in _longest(places)]
        for places in parted.values()
    )
    return missed, added, apart


def _codes(quotes: Sequence[Quote]) -> set[str]:
    return {code for quote in quotes for code in quote.axial}


def _longest(places: Sequence[tuple[str, Place]]) -> Iterator[tuple[str, Place]]:
    """The longest place of each document in turn, until there are enough; then in text order."""
    ranked = sorted(places, key=lambda item: (-item[1].covered, item[0], item[1].start))
    rounds: Counter[str] = Counter()
    order = []
    for name, place in ranked:
        rounds[name] += 1
        order.append((rounds[name], name, place))
    chosen = sorted(order, key=lambda item: item[0])[:EACH]
    yield from (
        (name, place) for _, name, place in sorted(chosen, key=lambda i: (i[1], i[2].start))
    )


def _excerpt(evidence: Evidence, name: str, place: Place) -> Excerpt:
    diff = evidence.diffs[name]
    transcript = next(
        material.transcript
        for material in evidence.materials
        if material.transcript and material.transcript.id == name
    )
    sides = zip(evidence.heads, (place.quotes.first, place.quotes.second), strict=False)
    codes = tuple((who, _coded(evidence, quotes)) for who, quotes in sides)
    turn = transcript.turn_at(place.start)
    said = f", turn {turn.number}" if turn else ""
    speaker = f", {turn.speaker}" if turn and turn.speaker else ""
    where = line(f"{transcript.id}{said}{speaker}")
    return Excerpt(where, _words(diff, transcript, place), codes)


def _words(diff: Diff, transcript: Transcript, place: Place) -> Line:
    """The passage with a little around it; its middle is left out where it is long."""
    turn = transcript.turn_at(place.start)
    low = max(place.start - _CONTEXT, turn.start if turn else 0)
    high = min(place.end + _CONTEXT, turn.end if turn else len(transcript.text))
    before = _tidy(transcript.text[low : place.start])
    after = _tidy(transcript.text[place.end : high])
    # A context that begins or ends within a word is cut at the space.
    if turn and low > turn.start and low < place.start:
        before = f"… {before.partition(' ')[2]}"
    if turn and place.end < high < turn.end:
        after = f"{after.rpartition(' ')[0]} …"
    words: list[Inline] = [before, *_marked(diff, place), after]
    return tuple(part for part in words if part)


def _marked(diff: Diff, place: Place) -> list[Inline]:
    segments = (
        segment for turn in diff.turns for segment in turn.segments
        if segment.place == place.number and segment.sign
    )  # fmt: skip
    # Where one quote ends and the next begins, the words go on; white space belongs to nobody.
    joined: list[tuple[str, Mark]] = []
    for segment in segments:
        if joined and (segment.sign == joined[-1][1] or not segment.text.strip()):
            joined[-1] = (joined[-1][0] + segment.text, joined[-1][1])
        elif segment.sign:
            joined.append((segment.text, segment.sign))
    room = _LONGEST // max(1, len(joined))
    return [Marked(_shortened(text, room), _BY[sign]) for text, sign in joined]


def _shortened(text: str, room: int) -> str:
    text = _tidy(text)
    if len(text) <= room:
        return text
    head, tail = text[: room * 2 // 3], text[-room // 3 :]
    return f"{head.rsplit(' ', 1)[0]} […] {tail.split(' ', 1)[-1]}"


def _tidy(text: str) -> str:
    """Line ends as spaces; spaces at the ends stay, they part words."""
    return " ".join(text.split("\n"))


def _coded(evidence: Evidence, quotes: Sequence[Quote]) -> Line:
    if not quotes:
        return line("not marked")
    names = list(dict.fromkeys(quote.open_code for quote in quotes if quote.open_code))
    codes = sorted({code_label(evidence, code) for code in _codes(quotes)})
    said = "; ".join(f"“{name}”" for name in names)
    mapped = ", ".join(codes) or "no axial code"
    return line(f"{said} → {mapped}" if said else mapped)
