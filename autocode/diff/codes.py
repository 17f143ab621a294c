"""Axial codes of two codings, turn by turn: shared, only the first coder's, only the second's.

Field notes say which codes a trace has, not which quote carries which: the turn is the smallest
place at which the codes of two coders can be compared.
"""

from collections.abc import Iterable, Mapping

from autocode.coding.nouns import Coding, Quote
from autocode.diff.record import SIDES, CodeDiff, CodeUse, Counts, Mark, Sides
from autocode.transcript.nouns import Transcript

# The codes of one turn; the value says whether a located quote carries the code.
TurnCodes = dict[str, bool]


def turns_of(quote: Quote, transcript: Transcript) -> list[int]:
    """The turns a quote touches; a missing quote has the turn it names, if that exists."""
    if quote.span:
        return [turn.number for turn in transcript.turns_of(quote.span)]
    return [quote.turn] if quote.turn and quote.turn <= len(transcript.turns) else []


def codes_by_turn(coding: Coding, transcript: Transcript) -> dict[int | None, TurnCodes]:
    """Per turn the codes of its quotes and mentions; None holds what names no turn."""
    by_turn: dict[int | None, TurnCodes] = {}
    numbers = {turn.number for turn in transcript.turns}
    for quote in coding.quotes:
        turns: list[int | None] = [*turns_of(quote, transcript)]
        for turn in turns or [None]:
            for code in quote.axial:
                codes = by_turn.setdefault(turn, {})
                codes[code] = codes.get(code, False) or quote.span is not None
    for mention in coding.mentions:
        key = mention.turn if mention.turn in numbers else None
        by_turn.setdefault(key, {}).setdefault(mention.code, False)
    return by_turn


def code_diffs(codes: Sides[TurnCodes], labels: Mapping[str, str]) -> list[CodeDiff]:
    """The codes of one turn: shared ones first, then the first coder's, then the second's."""
    first, second = codes.first, codes.second
    signs: dict[str, Mark] = {
        code: ("=" if code in second else "-") if code in first else "+"
        for code in (*first, *second)
    }
    return [
        CodeDiff(
            code=code,
            label=labels.get(code),
            sign=sign,
            unquoted=[side for side in SIDES if codes.of(side).get(code) is False],
        )
        for code, sign in sorted(signs.items(), key=lambda item: ("=-+".index(item[1]), item[0]))
    ]


def labels_of(codings: Iterable[Coding]) -> dict[str, str]:
    """The label of every code that has one; the earlier coding's counts."""
    codes = [code for coding in codings for code in coding.codes]
    return {code.id: code.label for code in reversed(codes) if code.label}


def count_codes(diffs: Iterable[CodeDiff]) -> Counts:
    """How many of the differences are shared, the first coder's, the second's."""
    signs = [diff.sign for diff in diffs]
    return Counts(both=signs.count("="), first=signs.count("-"), second=signs.count("+"))


def code_uses(diffs: Iterable[CodeDiff]) -> list[CodeUse]:
    """Every code with the number of turns it is shared in or not; the most used first."""
    by_code: dict[str, list[CodeDiff]] = {}
    for diff in diffs:
        by_code.setdefault(diff.code, []).append(diff)
    uses = [
        CodeUse(code=code, label=same[0].label, **count_codes(same).model_dump())
        for code, same in by_code.items()
    ]
    return sorted(uses, key=lambda use: (-(use.both + use.first + use.second), use.code))
