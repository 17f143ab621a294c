"""Items: the passages to be decided on, each with what every coder under review has there.

A quote of a later coder joins the item that it shares most characters with, half of both at
least, and that this coder has no other quote in. So a further run changes no item's id.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from autocode.agreement.spans import Unit, clusters, iou
from autocode.coding.codebook import bare
from autocode.coding.nouns import Coding, Quote
from autocode.coding.ranking import Rank
from autocode.review.decision import Reviewed
from autocode.review.state import Judgement, State, Status
from autocode.review.threshold import UNRANKED, Ranking, Rankings, height

# only one side has it; their codes differ; they agree; it stands nowhere; the reviewer added it.
Kind = Literal["only model", "only human", "code differs", "agreed", "unlocated", "added"]
# Shared over covered characters from which two quotes are the same passage.
SAME = 0.5


@dataclass(frozen=True)
class Reading:
    """A quote as one coder has it; `coder` is under review, or a reviewer in a discussion.

    height: how high it stands in the ranking of its run (see `threshold.height`), where it has one.
    """

    coder: Reviewed
    quote: Quote
    height: int | None = None

    def in_view(self, cuts: Mapping[str, int]) -> bool:
        """Whether it is not under the threshold of its run."""
        return self.height is None or self.height >= cuts[self.coder.key]


@dataclass(frozen=True)
class Item:
    """One passage to decide on.

    id: `m1.5`, the fifth quote of the coder with the key m1, whose reading is the first; `r12` for
    what event 12 added; `m1.c3` for the third passage under the threshold of the run. readings:
    those in view, and all of them where none is; under: the others, under the thresholds of the
    review. considered: none is in view, and nothing was decided. runs: how many runs have it, of
    `of_runs` under review.
    """

    id: str
    readings: tuple[Reading, ...] = ()
    judgement: Judgement | None = None
    runs: int = 0
    of_runs: int = 0
    under: tuple[Reading, ...] = ()
    considered: bool = False

    @property
    def heights(self) -> str:
        """How high it stands in each run (`m1:29 m2:14`), where the thresholds alone say whether it
        is in view; else empty."""
        every = (*self.readings, *self.under)
        if self.judgement is not None or any(reading.height is None for reading in every):
            return ""
        return " ".join(f"{reading.coder.key}:{reading.height}" for reading in every)

    @property
    def status(self) -> Status:
        return self.judgement.status if self.judgement else "open"

    @property
    def quote(self) -> Quote:
        """What stands in the coding, or stood there last; else what the first coder has."""
        if self.judgement and self.judgement.quote:
            return self.judgement.quote
        return self.readings[0].quote

    @property
    def proposal(self) -> Quote | None:
        """The quote of the first model here, where one has any."""
        quotes = (r.quote for r in self.readings if r.coder.kind == "model")
        return next(quotes, None)

    @property
    def agreeing_runs(self) -> int:
        """How many of the first coder's kind have the first coder's codes: runs, or people."""
        kind = self.readings[0].coder.kind if self.readings else None
        return sum(
            reading.coder.kind == kind and same_codes(self.readings[0].quote, reading.quote)
            for reading in self.readings
        )

    def agreed(self, runs: int, *, together: bool) -> bool:
        """Whether it is open, in view and in the text, and so many runs agree on the codes; two
        people together also on the passage."""
        same = len({reading.quote.span for reading in self.readings}) == 1
        there = self.status == "open" and not self.considered and self.quote.span is not None
        return there and self.agreeing_runs >= runs and (same or not together)

    @property
    def kind(self) -> Kind:
        if not self.readings:
            return "added"
        if self.readings[0].quote.span is None:
            return "unlocated"
        kinds = {reading.coder.kind for reading in self.readings}
        if kinds == {"model"}:
            return "only model"
        if kinds == {"human"} and len(self.readings) == 1:
            return "only human"
        first, *others = self.readings
        same = all(same_codes(first.quote, other.quote) for other in others)
        return "agreed" if same else "code differs"


def same_codes(quote: Quote, other: Quote) -> bool:
    """Whether two coders mean the same: the axial codes, or else the words of the open codes.

    Notes give a quote every code of its trace: then it is enough that the other's are among them.
    """
    ours, theirs = set(quote.axial), set(other.axial)
    if not ours and not theirs:
        return bare(quote.open_code or "") == bare(other.open_code or "")
    if quote.mapping == "trace" != other.mapping:
        return bool(theirs) and theirs <= ours
    if other.mapping == "trace" != quote.mapping:
        return bool(ours) and ours <= theirs
    return ours == theirs


Grouped = dict[str, tuple[Reading, ...]]


def grouped(codings: Iterable[tuple[Reviewed, Coding]], rankings: Rankings = UNRANKED) -> Grouped:
    """The quotes of all coders by item, in the order of the coders and of their quotes.

    What a run has under its threshold comes after what it keeps.
    """
    items: dict[str, list[Reading]] = {}
    for coder, coding in codings:
        ranking = rankings.of(coder)
        _add(items, _readings(coder, coding, ranking))
        if ranking:
            under = enumerate(ranking.under, 1)
            _add(items, {f"{coder.key}.c{n}": Reading(coder, *passage) for n, passage in under})
    return {id_: tuple(readings) for id_, readings in items.items()}


def _readings(coder: Reviewed, coding: Coding, ranking: Ranking | None) -> dict[str, Reading]:
    return {
        f"{coder.key}.{place}": Reading(
            coder, quote, height(Rank.of(quote), kept=True) if ranking and quote.span else None
        )
        for place, quote in enumerate(coding.quotes, 1)
    }


def _add(items: dict[str, list[Reading]], new: Mapping[str, Reading]) -> None:
    """Join the quotes of a coder to the items that they are alike; the others are new items."""
    coders = {reading.coder.key for reading in new.values()}
    there = {
        id_: readings[0].quote
        for id_, readings in items.items()
        if coders.isdisjoint(reading.coder.key for reading in readings)
    }
    joined = _joined(there, {id_: reading.quote for id_, reading in new.items()})
    for id_, reading in new.items():
        items.setdefault(joined.get(id_, id_), []).append(reading)


def _joined(there: Mapping[str, Quote], new: Mapping[str, Quote]) -> dict[str, str]:
    """Which item each new quote joins, where it joins one: the most alike first."""
    pairs = [
        (likeness(new[id_], there[item]), item, id_)
        for items, ids in _meeting(there, new)
        for id_ in ids
        for item in items
    ]
    joined: dict[str, str] = {}
    taken: set[str] = set()
    for alike, item, id_ in sorted(pairs, key=lambda pair: -pair[0]):
        if alike >= SAME and id_ not in joined and item not in taken:
            joined[id_] = item
            taken.add(item)
    return joined


def _meeting(
    there: Mapping[str, Quote], new: Mapping[str, Quote]
) -> Iterator[tuple[list[str], list[str]]]:
    """The ids of quotes that may be alike: they share characters, or stand nowhere both."""
    old, later = (
        [Unit(q.span.start, q.span.end, id_) for id_, q in quotes.items() if q.span]
        for quotes in (there, new)
    )
    for items, ids in clusters(old, later):
        yield [unit.code for unit in items], [unit.code for unit in ids]
    yield (
        [id_ for id_, quote in there.items() if quote.span is None],
        [id_ for id_, quote in new.items() if quote.span is None],
    )


def likeness(quote: Quote, other: Quote) -> float:
    """Shared over covered characters of two quotes; of unlocated ones, whether words are equal."""
    ours, theirs = quote.span, other.span
    if ours is None or theirs is None:
        return float(ours is theirs and bare(quote.text) == bare(other.text))
    return iou(Unit(ours.start, ours.end), Unit(theirs.start, theirs.end))


def items_of(
    state: State, readings: Grouped, cuts: Mapping[str, int] = MappingProxyType({})
) -> list[Item]:
    """Every item of a review as it stands, in the order of the text; unlocated ones last.

    cuts: how high a passage of a run with a ranking must stand to be in view.
    """
    total = sum(coding.kind == "model" for coding in state.codings)
    ids = dict.fromkeys([*readings, *state.judgements])
    items = [
        _item(id_, there, state.judgements.get(id_), cuts, total)
        for id_ in ids
        for there in [readings.get(id_, ())]
        if there or state.judgements[id_].quote
    ]
    return sorted(items, key=_place)


def _item(
    id: str,
    there: tuple[Reading, ...],
    judgement: Judgement | None,
    cuts: Mapping[str, int],
    total: int,
) -> Item:
    seen = tuple(reading for reading in there if reading.in_view(cuts)) if cuts else there
    return Item(
        id,
        seen or there,
        judgement,
        runs=sum(reading.coder.kind == "model" for reading in seen or there),
        of_runs=total,
        under=tuple(r for r in there if r not in seen) if 0 < len(seen) < len(there) else (),
        considered=judgement is None and len(seen) < len(there) and not seen,
    )


def _place(item: Item) -> tuple[bool, int, int]:
    span = item.quote.span
    return (True, item.quote.turn or 0, 0) if span is None else (False, span.start, span.end)
