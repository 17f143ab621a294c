"""What reviews teach: which proposals were rejected or recoded most, and what could be changed.

Words only: neither a prompt nor the codebook is changed by anything here.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from autocode.agreement.intervals import wilson
from autocode.coding.nouns import Quote
from autocode.review.items import Item
from autocode.review.review import Review
from autocode.review.summary import outcome_of
from autocode.study import Study
from autocode.text import plural
from autocode.transcript.nouns import Transcript

# Fewer proposals than these say nothing about a code or a kind of passage.
FEW: Final = 5
SHORT, LONG = 10, 40
_HEDGE = re.compile(
    r"\b(maybe|perhaps|probably|possibly|kind of|sort of|i guess|i suppose|i think|not sure|"
    r"it depends|might|somehow)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile("[?\u037e\u061f\uff1f]")


@dataclass(frozen=True)
class Group:
    """The decided proposals with one code, or of one kind of passage.

    recoded: kept, without this code (of a kind of passage: with other codes); into: the codes that
    these were given instead, the most frequent first; reasons: why others were rejected.
    """

    name: str
    proposals: int
    rejected: int
    recoded: int
    into: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        return self.rejected + self.recoded


@dataclass(frozen=True)
class Lessons:
    """All decided proposals of some reviews: by axial code and by kind of passage."""

    reviews: int
    proposals: int
    changed: int
    codes: tuple[Group, ...]
    passages: tuple[Group, ...]
    suggestions: tuple[str, ...]

    @property
    def share(self) -> float | None:
        return self.changed / self.proposals if self.proposals else None

    def as_json(self) -> dict[str, Any]:
        """What `autocode review --lessons --json` prints."""
        return {**asdict(self), "share": self.share}


@dataclass(frozen=True)
class _Decided:
    """A proposal that was decided on, what became of it, and of what kinds its passage is."""

    proposal: Quote
    item: Item
    kinds: tuple[str, ...]

    @property
    def rejected(self) -> bool:
        return outcome_of(self.item) == "rejected"

    @property
    def given(self) -> set[str]:
        """The axial codes in the end."""
        return set() if self.rejected else set(self.item.quote.axial)

    def recoded(self, code: str | None = None) -> bool:
        """Whether it was kept without a code, or with other codes than proposed."""
        if self.rejected or self.item.status == "merged":
            return False
        return self.given != {*self.proposal.axial} if code is None else code not in self.given


def lessons_of(study: Study, ids: Iterable[str]) -> Lessons:
    """The lessons of every review of these transcripts; discussions propose nothing.

    Raises:
        InputError: a record cannot be read, or a coding under review has changed.
    """
    reviews = [
        Review.open(study, id_, path.stem)
        for id_ in ids
        for path in study.review_paths(id_)
        if "+" not in path.stem
    ]
    decided = [entry for review in reviews for entry in _decided(review)]
    codes = _groups(decided, lambda entry: entry.proposal.axial, coded=True)
    passages = _groups(decided, lambda entry: entry.kinds, coded=False)
    changed = sum(entry.rejected or entry.recoded() for entry in decided)
    suggestions = [
        *_suggestions(codes, len(decided), _of_code),
        *_suggestions(passages, len(decided), _of_passage),
    ]
    return Lessons(
        len(reviews), len(decided), changed, tuple(codes), tuple(passages), tuple(suggestions)
    )


def _decided(review: Review) -> Iterator[_Decided]:
    for item in review.items():
        if item.proposal and outcome_of(item) != "open":
            yield _Decided(item.proposal, item, tuple(kinds_of(item.proposal, review.transcript)))


def kinds_of(quote: Quote, transcript: Transcript) -> Iterator[str]:
    """The kinds of a passage: length, speaker, whether it asks, and hedges (of English)."""
    words = len(quote.text.split())
    if words <= SHORT:
        yield f"up to {SHORT} words"
    else:
        yield f"over {LONG} words" if words > LONG else f"{SHORT + 1} to {LONG} words"
    turn = transcript.turn_at(quote.span.start) if quote.span else None
    if turn and turn.role:
        yield f"said by the {turn.role}"
    if _QUESTION.search(quote.text):
        yield "with a question"
    if _HEDGE.search(quote.text):
        yield "hedged"
    if quote.span is None:
        yield "not located"


def _groups(
    decided: Sequence[_Decided], names_of: Callable[[_Decided], Iterable[str]], *, coded: bool
) -> list[Group]:
    """The proposals by name, those first of which most were rejected or recoded."""
    by_name: dict[str, list[_Decided]] = {}
    for entry in decided:
        for name in names_of(entry):
            by_name.setdefault(name, []).append(entry)
    groups = [_group(name, entries, coded=coded) for name, entries in by_name.items()]
    return sorted(groups, key=lambda group: (-group.changed, group.name))


def _group(name: str, entries: Sequence[_Decided], *, coded: bool) -> Group:
    recoded = [entry for entry in entries if entry.recoded(name if coded else None)]
    into = Counter(code for e in recoded for code in e.given - {*e.proposal.axial})
    rejected = [entry for entry in entries if entry.rejected]
    reasons = Counter(
        e.item.judgement.reason for e in rejected if e.item.judgement and e.item.judgement.reason
    )
    return Group(
        name, len(entries), len(rejected), len(recoded),
        dict(into.most_common()), dict(reasons.most_common()),
    )  # fmt: skip


def _suggestions(
    groups: Sequence[Group], total: int, words: Callable[[Group], str]
) -> Iterator[str]:
    """A sentence for each group that fares worse than the rest, beyond what chance explains.

    The 95 % interval of its share (Wilson) lies above the share of all other groups.
    """
    for group in groups:
        others = [other for other in groups if other is not group]
        rest = sum(other.proposals for other in others)
        if group.proposals < FEW or group.proposals == total or not rest:
            continue
        elsewhere = sum(other.changed for other in others) / rest
        if wilson(group.changed, group.proposals).low > elsewhere:
            yield (
                f"{group.name}: {group.changed} of {plural(group.proposals, 'proposal')} rejected "
                f"or recoded, {elsewhere:.0%} of the others. {words(group)}"
            )


def _of_code(group: Group) -> str:
    if group.into and group.recoded >= group.rejected:
        instead = next(iter(group.into))
        return f"Say in the codebook what tells {group.name} from {instead}."
    return f"Say in the definition of {group.name} what it does not cover." + _why(group)


def _of_passage(group: Group) -> str:
    if group.recoded > group.rejected:
        return "Say in the prompt how such passages are to be coded."
    return "Say in the prompt when such passages are to be left out." + _why(group)


def _why(group: Group) -> str:
    """The reason given most often, where any was given."""
    reason = next(iter(group.reasons), None)
    return f" The reason given most often: {reason}." if reason else ""
