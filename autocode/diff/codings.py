"""Two codings and their transcript -> the diff."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from autocode.coding.files import verify
from autocode.coding.nouns import Coding, Quote
from autocode.diff.codes import code_diffs, code_uses, codes_by_turn, count_codes, labels_of
from autocode.diff.marks import Coverage, places_of, segments_of, span_of
from autocode.diff.record import (
    CodeDiff,
    CoderShown,
    Counts,
    Diff,
    Elsewhere,
    Place,
    QuoteCounts,
    Segment,
    Sides,
    Tally,
    TurnDiff,
)
from autocode.errors import InputError
from autocode.transcript.nouns import Span, Transcript, Turn


def diff_codings(
    first: Coding,
    second: Coding,
    transcript: Transcript,
    *,
    sources: tuple[Path | None, Path | None] = (None, None),
) -> Diff:
    """What two coders did with one transcript, turn by turn.

    sources: the file of each coding, shown beside the coder and in errors.

    Raises:
        InputError: the codings are not both of this transcript, or a quote is not in it.
    """
    codings = Sides(first=first, second=second)
    _refuse_different(first, second)
    for coding, source in zip((first, second), sources, strict=True):
        verify(coding, transcript, source)
    codes, missing = _codes(codings, transcript), _missing(codings, transcript)
    every = [code for group in codes.values() for code in group]
    located = codings.each(_located)
    places = places_of(located.first, located.second, transcript)
    whole = segments_of(transcript.text, Span(0, len(transcript.text)), located, places)
    return Diff(
        transcript=first.transcript,
        coders=_coders(first, second, sources),
        turns=[
            _turn_diff(turn, transcript, places, missing.each(_at(turn.number)), codes[turn.number])
            for turn in transcript.turns
        ],
        elsewhere=Elsewhere(missing=missing.each(_at(None)), codes=codes[None]),
        codes=code_uses(every),
        total=_tally(located, missing.each(_all), whole, every),
    )


def _refuse_different(first: Coding, second: Coding) -> None:
    a, b = first.transcript, second.transcript
    if not a.same_text(b):
        raise InputError(
            f"these are codings of different transcripts: {a.id} (SHA-256 {a.sha256[:12]})"
            f" and {b.id} (SHA-256 {b.sha256[:12]})",
            hint="Name two codings of one transcript.",
        )


def _coders(
    first: Coding, second: Coding, sources: tuple[Path | None, Path | None]
) -> Sides[CoderShown]:
    labels = _labels(first, second)
    shown = [
        CoderShown(
            label=label,
            id=coding.coder.id,
            kind=coding.coder.kind,
            assisted=coding.coder.assisted,
            source=None if source is None else str(source),
            incomplete=coding.incomplete,
            failures=coding.failures,
        )
        for label, coding, source in zip(labels, (first, second), sources, strict=True)
    ]
    return Sides(first=shown[0], second=shown[1])


def _labels(first: Coding, second: Coding) -> tuple[str, str]:
    """What to call the coders: by their kind when that tells them apart, else by their ids."""
    if first.coder.kind != second.coder.kind:
        return first.coder.kind, second.coder.kind
    if first.coder.id != second.coder.id:
        return first.coder.id, second.coder.id
    return f"{first.coder.id} (1)", f"{second.coder.id} (2)"


def _located(coding: Coding) -> list[Quote]:
    return list(coding.located())


def _codes(codings: Sides[Coding], transcript: Transcript) -> dict[int | None, list[CodeDiff]]:
    """What differs in the codes of every turn, and under None of what names no turn."""
    labels = labels_of((codings.first, codings.second))
    found = codings.each(lambda coding: codes_by_turn(coding, transcript))
    numbers = [*(turn.number for turn in transcript.turns), None]
    return {
        number: code_diffs(found.each(lambda turns: turns.get(number, {})), labels)  # noqa: B023
        for number in numbers
    }


_ByTurn = dict[int | None, list[Quote]]


def _missing(codings: Sides[Coding], transcript: Transcript) -> Sides[_ByTurn]:
    """The quotes not located, by the turn they name; None where they name none there is."""
    numbers = {turn.number for turn in transcript.turns}

    def by_turn(coding: Coding) -> _ByTurn:
        found: _ByTurn = {}
        for quote in coding.quotes:
            if quote.span is None:
                found.setdefault(quote.turn if quote.turn in numbers else None, []).append(quote)
        return found

    return codings.each(by_turn)


def _at(turn: int | None) -> Callable[[_ByTurn], list[Quote]]:
    return lambda found: found.get(turn, [])


def _all(found: _ByTurn) -> list[Quote]:
    return [quote for quotes in found.values() for quote in quotes]


def _turn_diff(
    turn: Turn,
    transcript: Transcript,
    places: Sequence[Place],
    missing: Sides[list[Quote]],
    codes: list[CodeDiff],
) -> TurnDiff:
    here = [place for place in places if place.start < turn.end and turn.start < place.end]
    begun = [place for place in places if place.turn == turn.number]
    segments = segments_of(transcript.text, turn.span, _quotes_in(here), here)
    return TurnDiff(
        number=turn.number,
        speaker=turn.speaker,
        role=turn.role,
        line=turn.line,
        start=turn.start,
        end=turn.end,
        segments=segments,
        places=begun,
        continued=[place for place in here if place.turn != turn.number],
        missing=missing,
        codes=codes,
        tally=_tally(_quotes_in(begun), missing, segments, codes),
    )


def _quotes_in(places: Sequence[Place]) -> Sides[list[Quote]]:
    return Sides(
        first=[quote for place in places for quote in place.quotes.first],
        second=[quote for place in places for quote in place.quotes.second],
    )


def _tally(
    located: Sides[list[Quote]],
    missing: Sides[list[Quote]],
    segments: Iterable[Segment],
    codes: Iterable[CodeDiff],
) -> Tally:
    """The figures of some quotes, none of which shares characters with a quote left out."""
    return Tally(
        quotes=Sides(
            first=_meeting(located.first, located.second, len(missing.first)),
            second=_meeting(located.second, located.first, len(missing.second)),
        ),
        characters=_count_characters(segments),
        codes=count_codes(codes),
    )


def _meeting(quotes: Iterable[Quote], others: Iterable[Quote], missing: int) -> QuoteCounts:
    spans = [span_of(quote) for quote in others]
    equal, covered = set(spans), Coverage(spans)
    same = overlapping = only = 0
    for span in map(span_of, quotes):
        if span in equal:
            same += 1
        elif covered.within(span):
            overlapping += 1
        else:
            only += 1
    return QuoteCounts(same=same, overlapping=overlapping, only=only, missing=missing)


def _count_characters(segments: Iterable[Segment]) -> Counts:
    sizes = {"=": 0, "-": 0, "+": 0}
    for segment in segments:
        if segment.sign:
            sizes[segment.sign] += segment.end - segment.start
    return Counts(both=sizes["="], first=sizes["-"], second=sizes["+"])
