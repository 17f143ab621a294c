"""What has been decided: the state of a review is the fold of its events, and of nothing else.

An event holds what it replaces (`before`) and what stands there from then on (`after`), so that a
record can be read, and a decision taken back, without the codings it was about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from pydantic import Field

from autocode.coding.nouns import CodedWith, Quote, TranscriptRef
from autocode.coding.ranking import Threshold
from autocode.files import Record
from autocode.review.decision import (
    Decision,
    Finish,
    Mode,
    Open,
    Redo,
    Reopen,
    Reviewed,
    Undo,
    View,
)

Status = Literal["open", "accepted", "rejected", "edited", "added", "merged"]
Provenance = Literal["blind", "assisted"]
T = TypeVar("T")
# What stands in the adjudicated coding.
KEPT: tuple[Status, ...] = ("accepted", "edited", "added")


class Judgement(Record):
    """What a reviewer decided on one item.

    quote: as it stands in the adjudicated coding, for KEPT, or as it was rejected; source: the key
    of the coder it was taken from; into: the item it was merged into; origin: the item it was
    split from.
    """

    status: Status = "open"
    quote: Quote | None = None
    provenance: Provenance
    source: str | None = None
    reason: str = ""
    comments: list[str] = Field(default_factory=list)
    into: str | None = None
    origin: str | None = None


class Standing(Record):
    """What stands of the items and codes that an event touches; None: nothing decided, no code.

    thresholds: by the key of the run; None: where the run itself has it.
    """

    items: dict[str, Judgement | None] = Field(default_factory=dict)
    codes: dict[str, CodedWith | None] = Field(default_factory=dict)
    thresholds: dict[str, Threshold | None] = Field(default_factory=dict)


class Event(Record):
    """One line of a review's record, `reviews/p1/REVIEWER.jsonl`.

    seq: from 1; time: UTC in ISO 8601; codes: those that a judgement here uses for the first time;
    undoes: the event that is taken back, or decided again; previous: the hash of the line before.
    """

    seq: int
    time: str
    reviewer: str
    mode: Mode
    decision: Decision
    before: Standing = Field(default_factory=Standing)
    after: Standing = Field(default_factory=Standing)
    codes: list[CodedWith] = Field(default_factory=list)
    undoes: int | None = None
    previous: str | None = None
    hash: str = ""

    @property
    def kind(self) -> str:
        return self.decision.kind


@dataclass(frozen=True)
class State:
    """A review after some of its events.

    judgements: by item; codes: those the reviewer defined, and `met` those of others in use;
    done and undone: events that can be taken back, or decided again, the last one last; blind: the
    judgements made before anything of others was shown, None while that has not happened;
    thresholds: of the runs whose ranking is cut elsewhere than in the run, by their keys.
    """

    transcript: TranscriptRef | None = None
    mode: Mode = "blind"
    codings: tuple[Reviewed, ...] = ()
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    codes: Mapping[str, CodedWith] = field(default_factory=dict)
    met: Mapping[str, CodedWith] = field(default_factory=dict)
    done: tuple[int, ...] = ()
    undone: tuple[int, ...] = ()
    finished: bool = False
    blind: Mapping[str, Judgement] | None = None
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    seq: int = 0
    hash: str | None = None

    @property
    def assisted(self) -> bool:
        """Whether the reviewer saw a model's proposals, or speaks with one who did."""
        if self.mode == "discussion":
            return any(coding.assisted for coding in self.codings)
        return self.mode == "assisted"

    def standing(self, touched: Standing) -> Standing:
        """What stands now of what an event is about to change."""
        return Standing(
            items={id_: self.judgements.get(id_) for id_ in touched.items},
            codes={id_: self.codes.get(id_) for id_ in touched.codes},
            thresholds={key: self.thresholds.get(key) for key in touched.thresholds},
        )

    def allows(self, event: Event) -> bool:
        """Whether an event can come next: an opening first and only there, what it replaces as it
        stands, undone what was done last."""
        reversed_ = {"undo": self.done, "redo": self.undone}.get(event.kind)
        return (
            event.seq == self.seq + 1
            and isinstance(event.decision, Open) == (self.seq == 0)
            and event.before == self.standing(event.after)
            and (event.undoes is None if reversed_ is None else event.undoes in reversed_[-1:])
        )

    def after(self, event: Event) -> "State":
        """The state when this event has happened too."""
        state = replace(
            self,
            judgements=_with(self.judgements, event.after.items),
            codes=_with(self.codes, event.after.codes),
            thresholds=_with(self.thresholds, event.after.thresholds),
            met=_with(self.met, {code.id: code for code in event.codes}),
            seq=event.seq,
            hash=event.hash,
        )
        match event.decision:
            case Open(transcript=transcript, mode=mode, codings=codings):
                return replace(state, transcript=transcript, mode=mode, codings=codings)
            case View(mode=mode, codings=codings):
                first = self.mode == "blind" and mode != "blind"
                blind = self.judgements if first else self.blind
                return replace(state, mode=mode, codings=codings, blind=blind)
            case Finish() | Reopen():
                return replace(state, finished=isinstance(event.decision, Finish))
            case Undo():
                return replace(state, done=self.done[:-1], undone=(*self.undone, self.done[-1]))
            case Redo():
                return replace(state, done=(*self.done, self.undone[-1]), undone=self.undone[:-1])
        return replace(state, done=(*self.done, event.seq), undone=())


def fold(events: Iterable[Event]) -> State:
    """The state of a review after these events, the first of which opened it."""
    state = State()
    for event in events:
        state = state.after(event)
    return state


def _with(old: Mapping[str, T], new: Mapping[str, T | None]) -> Mapping[str, T]:
    kept = {key: value for key, value in new.items() if value is not None}
    if len(kept) == len(new):
        return {**old, **kept} if kept else old
    return {key: value for key, value in old.items() if key not in new} | kept
