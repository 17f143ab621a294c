"""Habits: how a researcher codes, counted in other transcripts of the study and told to a model.

All shares are of what the speakers say whose turns are coded, over whole transcripts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from autocode.coding.nouns import Quote
from autocode.propose.precedents import Precedent
from autocode.text import plural
from autocode.transcript.nouns import Turn

# Turns of fewer words are mostly assent; from so many on one expects something worth marking.
SHORT_TURN, LONG_TURN = 15, 40
ANY_PART = "a part of a transcript may hold many, few or none."
_ASKS = ("?", "？", "؟")


@dataclass(frozen=True)
class Habits:
    """What was counted, over the passages of all precedents unless it says otherwise.

    shares: per precedent coded to its end, marked of the characters of its coded turns, 0 to 1;
    within: the same per turn that holds a mark.
    sentences, words, codes: how many each passage has. alike: turns whose passages all carry the
    same codes, and all that hold several. long: turns of LONG_TURN words or more, and those without
    any mark; short: passages in turns of fewer than SHORT_TURN words. asked, told: sentences that
    are questions and that are not, as (marked, all).
    """

    transcripts: int
    shares: tuple[float, ...]
    within: tuple[float, ...]
    sentences: tuple[int, ...]
    words: tuple[int, ...]
    codes: tuple[int, ...]
    alike: tuple[int, int]
    long: tuple[int, int]
    short: int
    asked: tuple[int, int]
    told: tuple[int, int]

    roles: tuple[str, ...]

    @classmethod
    def of(cls, precedents: Sequence[Precedent]) -> "Habits":
        """The habits that the precedents show; there must be a passage in them."""
        whole = [precedent for precedent in precedents if precedent.whole]
        quotes = [
            (precedent, quote) for precedent in precedents for quote in precedent.coding.quotes
        ]
        placed = [(p, quote, p.transcript.turn_at(quote.start or 0)) for p, quote in quotes]
        counted = [_sentences(precedent) for precedent in whole]
        shares = [_marked(precedent) for precedent in whole]
        return cls(
            transcripts=len(precedents),
            shares=tuple(
                marked / size for turns in shares for marked, size in [_total(turns)] if size
            ),
            within=tuple(marked / size for turns in shares for marked, size in turns if marked),
            sentences=tuple(len(precedent.marked(quote)) for precedent, quote in quotes),
            words=tuple(len(quote.text.split()) for _, quote in quotes),
            codes=tuple(
                len(quote.axial)
                for precedent, quote in quotes
                if quote.id not in precedent.stripped
            ),
            alike=_alike(placed),
            long=_total([_long(precedent) for precedent in whole]),
            short=sum(turn is not None and _words(p, turn) < SHORT_TURN for p, _, turn in placed),
            asked=_total([asked for asked, _ in counted]),
            told=_total([told for _, told in counted]),
            roles=precedents[0].roles,
        )

    @property
    def most_codes(self) -> int:
        """The most codes that a passage has."""
        return max(self.codes, default=0)

    def lines(self) -> list[str]:
        """What was counted, as lines of a prompt."""
        return [f"- {line}" for line in (*self._amount(), *self._passages(), *self._axial())]

    def _amount(self) -> list[str]:
        lines = []
        if self.shares:
            spread = f"{min(self.shares):.0%} to {max(self.shares):.0%}"
            lines.append(
                f"Of what {said_by(self.roles)} say, {median(self.shares):.0%}"
                + (f" (median; {spread})" if len(self.shares) > 1 else "")
                + f" is marked, counted over a whole transcript; {ANY_PART}"
            )
        if all(self.long):
            lines.append(
                f"Of {plural(self.long[1], 'turn')} of {LONG_TURN} words or more, {self.long[0]} "
                "hold no passage at all."
            )
        if len(self.within) > 1:
            lower, middle, upper = quantiles(self.within, n=4, method="inclusive")
            lines.append(
                f"Of a turn that holds a passage, usually {lower:.0%} to {upper:.0%} is marked "
                f"(median {middle:.0%})."
            )
        return lines

    def _passages(self) -> list[str]:
        lines = [
            f"A passage has {_usual(self.sentences)} sentence{'s' * (max(self.sentences) > 1)} "
            f"(at most {max(self.sentences)}) and {_usual(self.words)} words. Several passages may "
            "stand in one turn.",
            f"{self.short} of {plural(len(self.sentences), 'passage')} stand in turns of fewer "
            f"than {SHORT_TURN} words (assent, remarks).",
        ]
        if self.asked[1] and self.told[1]:
            lines.append(
                f"{self.asked[0]} of {self.asked[1]} questions that {said_by(self.roles)} ask are "
                f"marked, and {self.told[0]} of {self.told[1]} other sentences of theirs."
            )
        return lines

    def _axial(self) -> list[str]:
        if not self.codes:
            return []
        without = self.codes.count(0)
        lines = [
            f"Axial codes per passage: {_usual(self.codes)}, at most {self.most_codes}; "
            f"{without} of {plural(len(self.codes), 'passage')} "
            f"{'has' if without == 1 else 'have'} none."
        ]
        same, several = self.alike
        if several:
            lines.append(
                f"Of {plural(several, 'turn')} with several passages, in {same} all of them carry "
                "the same codes, also those that only one of them is about."
            )
        return lines


def said_by(roles: Sequence[str]) -> str:
    """Whose turns are coded, in words."""
    return f"{roles[0]}s" if len(roles) == 1 else "the speakers"


def _usual(counts: Sequence[int]) -> str:
    """The middle half of some counts, as `2 to 6`."""
    if len(counts) < 2:
        return str(counts[0])
    lower, middle, upper = (round(value) for value in quantiles(counts, n=4, method="inclusive"))
    return f"{lower} to {upper} (median {middle})" if lower < upper else f"{middle}"


def _marked(precedent: Precedent) -> list[tuple[int, int]]:
    """Per coded turn the characters that are marked, and all of them."""
    counts = []
    for turn in precedent.turns:
        marked, reached = 0, turn.start
        for quote in precedent.coding.quotes:  # in order: what several mark is counted once
            start, end = max(quote.start or 0, reached), min(quote.end or 0, turn.end)
            marked += max(0, end - start)
            reached = max(reached, end)
        counts.append((marked, turn.end - turn.start))
    return counts


def _words(precedent: Precedent, turn: Turn) -> int:
    return len(precedent.transcript.text[turn.start : turn.end].split())


def _long(precedent: Precedent) -> tuple[int, int]:
    """Long turns without a mark, and all long turns."""
    long = [turn for turn in precedent.turns if _words(precedent, turn) >= LONG_TURN]
    spans = [quote.span for quote in precedent.coding.quotes if quote.span]
    alone = [turn for turn in long if not any(turn.span.overlaps(span) for span in spans)]
    return len(alone), len(long)


def _alike(placed: Sequence[tuple[Precedent, Quote, Turn | None]]) -> tuple[int, int]:
    """Turns whose passages all carry the same codes, and all turns with several passages."""
    codes: dict[tuple[str, int], list[frozenset[str]]] = {}
    for precedent, quote, turn in placed:
        if turn is not None and quote.id not in precedent.stripped:
            place = (precedent.transcript.id, turn.number)
            codes.setdefault(place, []).append(frozenset(quote.axial))
    several = [lists for lists in codes.values() if len(lists) > 1]
    return sum(len({*lists}) == 1 for lists in several), len(several)


def _sentences(precedent: Precedent) -> tuple[tuple[int, int], tuple[int, int]]:
    """Of questions and of other sentences in coded turns: how many are marked, and how many."""
    text = precedent.transcript.text
    marked = {at for quote in precedent.coding.quotes for at in precedent.marked(quote)}
    asked: list[bool] = []
    told: list[bool] = []
    for at, span in enumerate(precedent.sentences):
        if any(turn.start <= span.start < turn.end for turn in precedent.turns):
            kind = asked if text[span.start : span.end].rstrip().endswith(_ASKS) else told
            kind.append(at in marked)
    return (sum(asked), len(asked)), (sum(told), len(told))


def _total(pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(first for first, _ in pairs), sum(second for _, second in pairs)
