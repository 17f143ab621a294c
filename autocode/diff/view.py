"""What a reader is shown of a diff: passages with their context, the rest counted."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from autocode.diff.record import Diff, Segment, TurnDiff
from autocode.transcript.nouns import Span

DEFAULT_CONTEXT = 1
# To say that one sentence is left out takes as much room as the sentence.
_WORTH_HIDING = 2


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of a turn that are shown, or left out together."""

    shown: bool
    sentences: int
    segments: tuple[Segment, ...]

    @property
    def characters(self) -> int:
        return sum(segment.end - segment.start for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Silence:
    """Consecutive turns in which neither coder did anything."""

    turns: tuple[TurnDiff, ...]

    @property
    def characters(self) -> int:
        return sum(turn.end - turn.start for turn in self.turns)

    @property
    def numbers(self) -> str:
        first, last = self.turns[0].number, self.turns[-1].number
        return f"turn {first}" if first == last else f"turns {first} to {last}"


def turns_and_silences(diff: Diff) -> Iterator[TurnDiff | Silence]:
    """The turns of a diff in order; those without any marking gathered, unless turns were asked
    for by number (then `diff.shown` says so)."""
    if any(shown.startswith("only turn") for shown in diff.shown):
        yield from diff.turns
        return
    for silent, group in groupby(diff.turns, key=lambda turn: turn.silent):
        if silent:
            yield Silence(tuple(group))
        else:
            yield from group


def passages(
    turn: TurnDiff, sentences: Sequence[Span], context: int, *, differing: bool = False
) -> list[Passage]:
    """The sentences of a turn, those within `context` of a marked segment shown.

    sentences: of the transcript, covering it in order (`autocode.transcript.sentences`).
    differing: only segments that differ are worth showing. A turn without such segments (a code
    noted for the turn, say) is shown whole. Joined, all segments are the text of the turn.
    """
    places = (*turn.places, *turn.continued) if differing else ()
    agreeing = {place.number for place in places if place.sign == "="}
    wanted = [
        Span(segment.start, segment.end)
        for segment in turn.segments
        if segment.sign and segment.place not in agreeing
    ]
    first = bisect_right(sentences, turn.start, key=lambda span: span.end)
    last = bisect_left(sentences, turn.end, key=lambda span: span.start)
    # A sentence may end in the white space after the turn.
    spans = [span.within(Span(turn.start, turn.end)) for span in sentences[first:last]]
    shown = _with_context([any(map(span.overlaps, wanted)) for span in spans], context)
    if not wanted:
        shown = [True] * len(spans)
    return [
        Passage(
            shown=flag,
            sentences=len(members),
            segments=tuple(_clipped(turn.segments, members[0].start, members[-1].end)),
        )
        for flag, group in groupby(zip(shown, spans, strict=True), key=lambda item: item[0])
        for members in [[span for _, span in group]]
    ]


def _with_context(marked: Sequence[bool], context: int) -> list[bool]:
    """Which sentences to show; gaps too small to be worth hiding are closed."""
    near = [any(marked[max(0, i - context) : i + context + 1]) for i in range(len(marked))]
    shown: list[bool] = []
    for flag, group in groupby(near):
        size = len(list(group))
        shown += [flag or size < _WORTH_HIDING] * size
    return shown


def _clipped(segments: Sequence[Segment], start: int, end: int) -> Iterator[Segment]:
    for segment in segments:
        low, high = max(segment.start, start), min(segment.end, end)
        if low < high:
            text = segment.text[low - segment.start : high - segment.start]
            # White space that only one coder has lies between quotes: no reader takes it for one.
            sign = segment.sign if text.strip() else None
            changed = {"start": low, "end": high, "text": text, "sign": sign}
            yield segment.model_copy(update=changed)
