"""The scope of a diff: one code, some turns, only what differs."""

from collections.abc import Collection
from difflib import get_close_matches

from autocode.coding.nouns import Coding
from autocode.diff.record import Diff
from autocode.errors import InputError


def find_code(name: str, first: Coding, second: Coding) -> str:
    """The id of the axial code that either coding knows under an id, a label or an alias.

    Raises:
        InputError: neither coding has such a code.
    """
    codings = (first, second)
    names = {
        known.casefold(): code.id
        for coding in codings
        for code in coding.codes
        for known in (*code.aliases, code.label or "", code.id)
    }
    used = {code for coding in codings for quote in coding.quotes for code in quote.axial}
    used |= {mention.code for coding in codings for mention in coding.mentions}
    names |= {code.casefold(): code for code in used}
    id_ = names.get(name.casefold())
    if id_ is None:
        close = get_close_matches(name.casefold(), names, n=3)
        hint = f"They use: {', '.join(sorted(used)) or 'none'}."
        if close:
            hint = f"Did you mean {' or '.join(dict.fromkeys(names[match] for match in close))}?"
        raise InputError(f"neither coding uses the code {name!r}", hint=hint)
    return id_


def only_code(coding: Coding, code: str) -> Coding:
    """The coding as if its coder had used no other code: its quotes and mentions alone."""
    return coding.model_copy(
        update={
            "quotes": [
                quote.model_copy(update={"axial": [code]})
                for quote in coding.quotes
                if code in quote.axial
            ],
            "mentions": [mention for mention in coding.mentions if mention.code == code],
        }
    )


def only_turns(diff: Diff, numbers: Collection[int]) -> Diff:
    """The diff with these turns alone, and without what belongs to no turn.

    Raises:
        InputError: the transcript has no such turn.
    """
    there = [turn.number for turn in diff.turns]
    absent = sorted(set(numbers) - set(there))
    if absent:
        raise InputError(
            f"there is no turn {absent[0]} in {diff.transcript.id}",
            hint=f"Its turns are {there[0]} to {there[-1]}." if there else "It has no turns.",
        )
    listed = ", ".join(map(str, sorted(set(numbers))))
    noun = "turn" if len(set(numbers)) == 1 else "turns"
    return diff.model_copy(
        update={
            "turns": [turn for turn in diff.turns if turn.number in numbers],
            "shown": [*diff.shown, f"only {noun} {listed}"],
        }
    )


def only_disagreements(diff: Diff) -> Diff:
    """The diff without the turns in which the coders agree."""
    return diff.model_copy(
        update={
            "turns": [turn for turn in diff.turns if not turn.agrees],
            "shown": [*diff.shown, "only disagreements"],
        }
    )
