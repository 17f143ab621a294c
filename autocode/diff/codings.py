"""Two codings and their transcript -> the diff."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from autocode.coding.files import verify
from autocode.coding.nouns import Coding, Quote
from autocode.diff.codes import code_diffs, code_uses, codes_by_turn, count_codes, labels_of
from autocode.diff.marks import places_of, segments_of
from autocode.diff.record import (
    SIDES,
    CodeDiff,
    CoderShown,
    Counts,
    Diff,
    Elsewhere,
    Place,
    QuoteCounts,
    Segment,
    Side,
    Sides,
    Tally,
    TurnDiff,
)
from autocode.diff.scope import find_code, only_code
from autocode.errors import InputError
from autocode.transcript.nouns import Span, Transcript, Turn

# By turn; None holds what names no turn of the transcript.
CodesByTurn = dict[int | None, list[CodeDiff]]
MissingByTurn = dict[int | None, Sides[list[Quote]]]


def diff_codings(
    first: Coding,
    second: Coding,
    transcript: Transcript,
    *,
    sources: tuple[Path | None, Path | None] = (None, None),
    code: str | None = None,
) -> Diff:
    """What two coders did with one transcript, turn by turn.

    sources: the file of each coding, shown beside the coder and in errors. code: an axial code
    (its id, label or alias), as if the coders had used no other.

    Raises:
        InputError: the codings are not both of this transcript, a quote is not in it, or neither
            coding uses the code.
    """
    codings = Sides(first=first, second=second)
    _refuse_different(codings)
    for side, source in zip(SIDES, sources, strict=True):
        verify(codings.of(side), transcript, source)
    id_ = None if code is None else find_code(code, first, second)
    if id_ is not None:
        codings = Sides(first=only_code(first, id_), second=only_code(second, id_))
    places = places_of(codings.first.quotes, codings.second.quotes, transcript)
    codes, missing = _codes(codings, transcript), _missing(codings, transcript)
    every = [difference for group in codes.values() for difference in group]
    lost = [missing[number] for number in missing]
    whole = segments_of(transcript.text, Span(0, len(transcript.text)), places)
    return Diff(
        transcript=first.transcript,
        coders=_coders(codings, sources),
        code=id_,
        shown=[] if id_ is None else [f"only quotes and mentions of the code {id_}"],
        turns=list(_turn_diffs(transcript, places, missing, codes)),
        elsewhere=Elsewhere(missing=missing[None], codes=codes[None]),
        codes=code_uses(every),
        total=_tally(places, lost, whole, every),
    )


def _refuse_different(codings: Sides[Coding]) -> None:
    first, second = codings.first.transcript, codings.second.transcript
    if not first.same_text(second):
        raise InputError(
            f"these codings are of different transcripts: {first.id} (SHA-256 {first.sha256[:12]})"
            f" and {second.id} (SHA-256 {second.sha256[:12]})",
            hint="Name two codings of one transcript.",
        )


def _coders(codings: Sides[Coding], sources: tuple[Path | None, Path | None]) -> Sides[CoderShown]:
    """The coders, called by their kind when that tells them apart, else by their ids."""
    first, second = codings.first.coder, codings.second.coder
    if first.kind != second.kind:
        labels: tuple[str, str] = first.kind, second.kind
    elif first.id != second.id:
        labels = first.id, second.id
    else:
        labels = f"{first.id} (1)", f"{second.id} (2)"
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
        for label, side, source in zip(labels, SIDES, sources, strict=True)
        for coding in [codings.of(side)]
    ]
    return Sides(first=shown[0], second=shown[1])


def _codes(codings: Sides[Coding], transcript: Transcript) -> CodesByTurn:
    labels = labels_of((codings.first, codings.second))
    first, second = (codes_by_turn(codings.of(side), transcript) for side in SIDES)
    return {
        turn: code_diffs(Sides(first=first.get(turn, {}), second=second.get(turn, {})), labels)
        for turn in (*(turn.number for turn in transcript.turns), None)
    }


def _missing(codings: Sides[Coding], transcript: Transcript) -> MissingByTurn:
    """The quotes that were not located, by the turn they name."""
    missing: MissingByTurn = {
        number: Sides(first=[], second=[])
        for number in (*(turn.number for turn in transcript.turns), None)
    }
    for side in SIDES:
        for quote in codings.of(side).quotes:
            if quote.span is None:
                missing[quote.turn if quote.turn in missing else None].of(side).append(quote)
    return missing


def _turn_diffs(
    transcript: Transcript, places: Sequence[Place], missing: MissingByTurn, codes: CodesByTurn
) -> Iterable[TurnDiff]:
    """Every turn with the places that touch it or, before it in white space, belong to it."""
    by_number: dict[int | None, list[Place]] = {turn.number: [] for turn in transcript.turns}
    for place in places:
        turns = transcript.turns_of(Span(place.start, place.end))
        for number in dict.fromkeys([place.turn, *(turn.number for turn in turns)]):
            by_number.setdefault(number, []).append(place)
    for turn in transcript.turns:
        number = turn.number
        yield _turn_diff(turn, transcript.text, by_number[number], missing[number], codes[number])


def _turn_diff(
    turn: Turn,
    text: str,
    here: Sequence[Place],
    lost: Sides[list[Quote]],
    used: list[CodeDiff],
) -> TurnDiff:
    """What was done in one turn; `here` are the places that are shown with it, by offset."""
    begun = [place for place in here if place.turn == turn.number]
    segments = segments_of(text, turn.span, here)
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
        missing=lost,
        codes=used,
        tally=_tally(begun, [lost], segments, used),
    )


def _tally(
    places: Sequence[Place],
    missing: Sequence[Sides[list[Quote]]],
    segments: Iterable[Segment],
    codes: Iterable[CodeDiff],
) -> Tally:
    sizes = {"=": 0, "-": 0, "+": 0}
    for segment in segments:
        if segment.sign:
            sizes[segment.sign] += segment.end - segment.start
    first, second = (
        _quote_counts(places, side, sum(len(lost.of(side)) for lost in missing)) for side in SIDES
    )
    return Tally(
        quotes=Sides(first=first, second=second),
        characters=Counts(both=sizes["="], first=sizes["-"], second=sizes["+"]),
        codes=count_codes(codes),
    )


def _quote_counts(places: Iterable[Place], side: Side, missing: int) -> QuoteCounts:
    """How the quotes of one coder meet those of the other; quotes that meet are in one place."""
    counts = Counter(same=0, overlapping=0, only=0)
    for place in places:
        ours, theirs = place.spans(side), place.spans("second" if side == "first" else "first")
        for span in ours:
            if span in theirs:
                counts["same"] += 1
            else:
                counts["overlapping" if any(map(span.overlaps, theirs)) else "only"] += 1
    return QuoteCounts(missing=missing, **counts)
