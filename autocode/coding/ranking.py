"""The ranking of what a model proposed, and the threshold that decides what its coding keeps.

A run keeps every passage in `considered.json`, a coding like any other; `coding.json` is what the
threshold leaves of it. So the threshold can be moved without asking the model again.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from pydantic import Field

from autocode.coding.nouns import Coding, Quote
from autocode.errors import StudyError
from autocode.files import Record
from autocode.transcript.nouns import Span

# How a threshold was decided: by the user; by the coded transcripts that have runs, or that have
# none; by nothing known about the study; by what a human decided in this very transcript.
Rule = Literal["chosen", "runs", "codings", "default", "assisted"]
# Fewer decisions, or decisions of one kind, say nothing about where the threshold should be.
LEAST_DECISIONS = 10
# From this salience on the model says that the researcher would more likely mark it than not.
LIKELY = 4


class Rank(NamedTuple):
    """In how many independent answers a passage was marked, then its salience, 1 to 5.

    Compared as tuples. support is 1 where one answer was asked for, and 0 for what the critic
    dropped; salience is 0 where the model was not asked for it.
    """

    support: int
    salience: int

    @classmethod
    def of(cls, quote: Quote) -> "Rank":
        if quote.critique is not None and quote.critique.verdict == "drop":
            return cls(0, quote.salience or 0)
        return cls(1 if quote.support is None else quote.support, quote.salience or 0)

    def at_least(self, answers: int) -> str:
        """This rank and all above it in words, of so many answers to each question."""
        support, salient = self.support, f"salience {self.salience} or higher"
        if support < 1:
            return "also what the critic would drop"
        if answers <= 1:
            return salient if self.salience else "every proposal"
        if not self.salience:
            return f"what stands in at least {support} of {answers} answers"
        if support >= answers:
            return f"what stands in all {answers} answers with {salient}"
        return f"what stands in {support} of {answers} answers with {salient}, or in more"


class Threshold(Record):
    """Where a run's ranking is cut, and why there (the last entry of a manifest's list holds).

    support, salience: the lowest rank that is kept, whole. characters: at most so many of them,
    longest passage first; only where even the best rank holds more than the ceiling allows.
    share: what was aimed at, as a share of the text that may be coded; ceiling: `density`.
    marked: the share that is kept. kappa: for the rule "runs" the mean over the other transcripts,
    each with the threshold set on the rest (leave-one-out). assisted: decided with the help of a
    human coding of this very transcript.
    """

    rule: Rule
    why: str
    support: int = Field(ge=0)
    salience: int = Field(ge=0, le=5)
    characters: int | None = Field(default=None, ge=0)
    share: float | None = Field(default=None, ge=0, le=1)
    ceiling: float | None = Field(default=None, ge=0, le=1)
    marked: float | None = Field(default=None, ge=0, le=1)
    kappa: float | None = None
    assisted: bool = False

    @property
    def rank(self) -> Rank:
        return Rank(self.support, self.salience)


class Level(NamedTuple):
    """All passages of one rank: how many, and the characters marked down to here."""

    rank: Rank
    passages: int
    characters: int


def is_ranked(considered: Coding) -> bool:
    """Whether its passages differ, or may differ, in rank: else there is nothing to choose."""
    return any(quote.salience or quote.support or quote.critique for quote in considered.quotes)


def levels(considered: Coding) -> list[Level]:
    """The ranks that occur, best first: the places where a ranking can be cut."""
    ranked = sorted(considered.located(), key=Rank.of, reverse=True)
    reached, steps = list[Quote](), list[Level]()
    for rank, quotes in groupby(ranked, Rank.of):
        before = len(reached)
        reached += quotes
        steps.append(Level(rank, len(reached) - before, characters_of(reached)))
    return steps


def kept(considered: Coding, threshold: Threshold) -> Coding:
    """What a threshold leaves of everything considered: the coding of the run.

    Passages of the rank and above stand whole, those not located as well (they are counted);
    neighbouring parts of one passage are joined under the id of the best of them, whose codes they
    take. The same threshold always gives the same coding.
    """
    chosen = [
        quote
        for quote in considered.quotes
        if quote.span is None or Rank.of(quote) >= threshold.rank
    ]
    if threshold.characters is not None:
        chosen = _longest(chosen, threshold.characters)
    quotes = [_whole(parts) for parts in _rows(chosen)]
    used = {code for quote in quotes for code in quote.axial}
    codes = [code for code in considered.codes if code.id in used]
    return considered.model_copy(update={"quotes": quotes, "codes": codes})


def at_rank(rank: Rank, **about: object) -> Threshold:
    """The threshold at a rank; `about` are its other fields."""
    return Threshold.model_validate({"support": rank.support, "salience": rank.salience} | about)


def at_share(
    considered: Coding,
    share: float,
    length: int,
    *,
    ceiling: float | None = None,
    likely: bool = False,
    **about: object,
) -> Threshold:
    """The threshold whose marks come nearest to a share of the `length` characters to be coded.

    likely: what all answers have and call LIKELY is kept whatever the share.

    Nearest in proportion: of marks nested in each other F1 is 2 min(a, b) / (a + b), so twice too
    much costs as much as half too little.

    Ranks are kept whole: which passages of one rank are the better ones nobody knows, and where
    that is so κ and F1 change in one direction as more of them are kept, so that all or none is
    never worse than some. Of two ranks as near the higher one; at least the best is kept.
    """
    steps = levels(considered)
    aim = max(1.0, share * length)
    best = min(steps, key=lambda step: abs(math.log(max(1, step.characters) / aim)), default=None)
    rank = best.rank if best else Rank(1, 0)
    if likely and steps:
        rank = min(rank, Rank(steps[0].rank.support, LIKELY))
    threshold = at_rank(rank, share=share, **about)
    return capped(considered, threshold, length, ceiling)


def capped(
    considered: Coding, threshold: Threshold, length: int, ceiling: float | None
) -> Threshold:
    """The threshold raised until no more than the ceiling is marked, and what it then marks.

    length: characters that may be coded; ceiling: a share of them, or None. Where even the best
    rank holds too much it is cut within, longest passages first.
    """
    changes: dict[str, object] = {"ceiling": ceiling}
    if ceiling is not None:
        most = int(ceiling * length)
        steps = levels(considered)
        fitting = [step.rank for step in steps if step.characters <= most]
        if fitting and (rank := max(threshold.rank, fitting[-1])) != threshold.rank:
            changes |= rank._asdict()
        elif steps and not fitting:
            changes |= steps[0].rank._asdict() | {"characters": most}
    threshold = threshold.model_copy(update=changes)
    marked = characters_of(kept(considered, threshold).located())
    share = min(1.0, round(marked / length, 4)) if length else None
    return threshold.model_copy(update={"marked": share})


def whole_passages(considered: Coding) -> list[list[Quote]]:
    """Everything considered as passages, each in its parts, in the order of the coding."""
    return list(_rows(considered.quotes))


def place_of(parts: Sequence[Quote]) -> Span:
    """Where a located passage stands: from its first part to its last."""
    return Span(parts[0].start or 0, parts[-1].end or 0)


def from_decisions(
    considered: Coding,
    decisions: Mapping[str, bool],
    now: Threshold,
    length: int,
    ceiling: float | None,
) -> Threshold:
    """The threshold that agrees best with what a human has decided so far in this transcript.

    decisions: whether passages of `considered`, by id, were accepted. The threshold is set at the
    rank at which kept and left out agrees with accepted and rejected on most of the decided
    characters; where several do, at the one nearest to where it is `now`; length and ceiling as
    for `capped`. It is marked as assisted: agreement with that human's coding is then acceptance.

    Raises:
        StudyError: there are fewer than LEAST_DECISIONS, or decisions of one kind only.
    """
    quotes = {quote.id: quote for quote in considered.located()}
    decided = [(quotes[id_], yes) for id_, yes in decisions.items() if id_ in quotes]
    accepted = sum(yes for _, yes in decided)
    id_ = considered.transcript.id
    if len(decided) < LEAST_DECISIONS or accepted in (0, len(decided)):
        raise StudyError(
            f"too little is decided on {id_}: it takes {LEAST_DECISIONS} passages, some of them "
            "accepted and some rejected",
            hint=f"Go on with `autocode review {id_}`.",
        )
    steps = [level.rank for level in levels(considered)]
    place = sum(rank >= now.rank for rank in steps) - 1

    def agreed(rank: Rank) -> int:
        return sum(len(q.text) for q, yes in decided if (Rank.of(q) >= rank) == yes)

    best = max(range(len(steps)), key=lambda at: (agreed(steps[at]), -abs(at - place)))
    why = f"agrees best with {len(decided)} decisions on this transcript, {accepted} to accept"
    threshold = at_rank(steps[best], rule="assisted", why=why, assisted=True)
    return capped(considered, threshold, length, ceiling)


def _longest(quotes: Sequence[Quote], most: int) -> list[Quote]:
    """As many as fit in `most` characters, longest first, in the order in which they stood."""
    order = sorted(quotes, key=lambda quote: (-len(quote.text), quote.start or 0))
    fitting, room = set[str](), most
    for quote in order:
        if quote.span is None:
            fitting.add(quote.id)
        elif len(quote.text) <= room:
            fitting.add(quote.id)
            room -= len(quote.text)
    return [quote for quote in quotes if quote.id in fitting]


def _rows(quotes: Sequence[Quote]) -> Iterator[list[Quote]]:
    """Neighbouring parts of one passage together; what is no part alone."""
    row = list[Quote]()
    for quote in quotes:
        if row and (quote.follows is None or quote.follows != row[-1].id):
            yield row
            row = []
        row.append(quote)
    if row:
        yield row


def _whole(row: Sequence[Quote]) -> Quote:
    core = max(row, key=lambda quote: (Rank.of(quote), len(quote.text)))
    start, words = row[0].start, ""
    if start is None:
        return core
    for part in row:  # the words that stood for a name may reach into the next part
        words += part.text[start + len(words) - (part.start or 0) :]
    text = words.strip()
    start += len(words) - len(words.lstrip())
    place = {"start": start, "end": start + len(text), "text": text, "follows": None}
    return core.model_copy(update=place)


def characters_of(quotes: Iterable[Quote]) -> int:
    """How many characters at least one of the quotes covers."""
    spans = sorted((quote.span for quote in quotes if quote.span), key=lambda span: span.start)
    total = reached = 0
    for span in spans:
        total += max(0, span.end - max(span.start, reached))
        reached = max(reached, span.end)
    return total
