"""Trivial coders: what anyone reaches without reading, as the floor under a model's figures.

Each returns units to be compared with the gold like a model's. Turns are `(start, end, role)`,
sentences `(start, end)`, in characters and text order. `code` is what the coder marks with.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from autocode.agreement.placement import placed
from autocode.agreement.spans import Unit
from autocode.errors import AgreementError

Turn = tuple[int, int, str | None]
Sentence = tuple[int, int]

MARK = "marked"
INTERVIEWER = "interviewer"


def said_by_participants(turns: Iterable[Turn]) -> list[Turn]:
    """The turns that are not the interviewer's; all of them where roles are unknown (None)."""
    return [turn for turn in turns if turn[2] != INTERVIEWER]


def mark_all(turns: Iterable[Turn], code: str = MARK) -> list[Unit]:
    """Everything the participants said, one unit per turn."""
    return [Unit(start, end, code) for start, end, _ in said_by_participants(turns)]


def mark_nothing() -> list[Unit]:
    """No unit at all."""
    return []


def longest_turns(turns: Iterable[Turn], number: int, code: str = MARK) -> list[Unit]:
    """The participants' `number` longest turns (the earlier of equals), in text order."""
    own = said_by_participants(turns)
    longest = sorted(own, key=lambda turn: (turn[0] - turn[1], turn[0]))[:number]
    return [Unit(start, end, code) for start, end, _ in sorted(longest)]


def longest_sentences(
    turns: Iterable[Turn], sentences: Sequence[Sentence], code: str = MARK
) -> list[Unit]:
    """The longest sentence of each participant turn (the first of equals); none, no unit."""
    units = []
    for start, end, _ in said_by_participants(turns):
        within = [one for one in sentences if start <= one[0] and one[1] <= end]
        if within:
            units.append(Unit(*max(within, key=lambda one: one[1] - one[0]), code))
    return units


def keyword_sentences(
    text: str,
    turns: Iterable[Turn],
    sentences: Sequence[Sentence],
    words: Iterable[str],
    code: str = MARK,
) -> list[Unit]:
    """The participants' sentences that hold one of the words, whole and whatever the case."""
    wanted = [re.escape(word) for word in words if word.strip()]
    if not wanted:
        raise AgreementError("the keyword coder needs words", hint="Name one word at least.")
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)", re.IGNORECASE)
    own = said_by_participants(turns)
    return [
        Unit(start, end, code)
        for start, end in sentences
        if any(turn[0] <= start and end <= turn[1] for turn in own)
        and pattern.search(text, start, end)
    ]


def random_spans(
    turns: Iterable[Turn], units: Iterable[Unit], *, seed: int, code: str = MARK
) -> list[Unit]:
    """As many spans, as long as the given units, at random places of what the participants said.

    A draw of chance (see `placement.placed`): every span lies within one turn.
    """
    stretches = [(start, end) for start, end, _ in said_by_participants(turns)]
    drawn = placed(units, stretches, 1, np.random.default_rng(seed))[0]
    return [unit._replace(code=code) for unit in drawn]
