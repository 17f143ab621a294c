"""What a review came to: decisions by kind and code, the time they took, how much was accepted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, Literal

from autocode.agreement.intervals import wilson
from autocode.coding.materials import Material
from autocode.coding.nouns import Coding
from autocode.coding.ranking import Threshold
from autocode.errors import AutocodeError
from autocode.review.decision import Mode
from autocode.review.items import Item
from autocode.review.record import ReviewRecord
from autocode.review.review import Review
from autocode.review.state import Event
from autocode.review.threshold import accepted_of
from autocode.study import Study

# Longer gaps between two decisions were not all spent on them (seconds).
LONGEST_GAP: Final = 300

Outcome = Literal["accepted", "edited", "rejected", "open"]
OUTCOMES: tuple[Outcome, ...] = ("accepted", "edited", "rejected", "open")


@dataclass(frozen=True)
class Time:
    """How long a review took: seconds between decisions, and how many gaps were cut short."""

    seconds: float
    cut: int


@dataclass(frozen=True)
class Summary:
    """A review in figures.

    decisions: those that stand, by kind; taken_back: how many others were undone; added: quotes of
    the reviewer's own; proposals: a model's, by what became of them; codes: the same by axial code;
    a proposal counts for each of its codes.
    """

    transcript: str
    reviewer: str
    mode: Mode
    finished: bool
    decisions: dict[str, int]
    taken_back: int
    added: int
    proposals: dict[Outcome, int]
    codes: dict[str, dict[Outcome, int]]
    time: Time
    considered: int = 0
    thresholds: dict[str, Threshold] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What `autocode review --summary --json` prints."""
        return {
            "transcript": self.transcript,
            "reviewer": self.reviewer,
            "mode": self.mode,
            "finished": self.finished,
            "decisions": self.decisions,
            "taken_back": self.taken_back,
            "added": self.added,
            "proposals": self.proposals,
            "acceptance": accepted_share(self.proposals),
            "codes": self.codes,
            "considered": self.considered,
            "thresholds": {
                name: threshold.model_dump(exclude_none=True)
                for name, threshold in self.thresholds.items()
            },
            "time": {
                "seconds": self.time.seconds,
                "longest_gap": LONGEST_GAP,
                "cut": self.time.cut,
            },
        }


def summary_of(review: Review) -> Summary:
    """The figures of a review as it stands."""
    proposed = [item for item in review.items() if item.proposal and not item.considered]
    names = {coding.key: coding.name for coding in review.state.codings}
    codes: dict[str, list[Item]] = {}
    for item in proposed:
        for code in item.proposal.axial if item.proposal else ():
            codes.setdefault(code, []).append(item)
    events, standing = review.record.events, {*review.state.done}
    kinds = Counter(event.kind for event in events)
    return Summary(
        transcript=review.transcript.id,
        reviewer=review.reviewer,
        mode=review.mode,
        finished=review.state.finished,
        decisions=dict(Counter(event.kind for event in events if event.seq in standing)),
        taken_back=kinds["undo"] - kinds["redo"],
        added=sum(item.status == "added" for item in review.items()),
        proposals=_counted(proposed),
        codes={code: _counted(codes[code]) for code in sorted(codes)},
        time=time_of(events),
        considered=sum(item.considered for item in review.items()),
        thresholds={names[key]: moved for key, moved in review.state.thresholds.items()},
    )


def reviewed_proposals(
    study: Study, materials: Iterable[Material]
) -> dict[str, dict[Outcome, int]]:
    """What became of models' proposals in the reviews that compared codings are from, by reviewer.

    Left out are reviews whose record the study does not have as the coding has it.
    """
    counts: dict[str, dict[Outcome, int]] = {}
    for coding in (source.coding for material in materials for _, source in material.sources):
        if coding.review is None or coding.coder.kind != "human":
            continue
        try:
            review = Review.open(study, coding.transcript.id, coding.coder.id)
        except AutocodeError:
            continue
        if review.state.hash == coding.review.hash:
            made = summary_of(review).proposals
            before = counts.get(review.reviewer, dict.fromkeys(OUTCOMES, 0))
            counts[review.reviewer] = {name: before[name] + made[name] for name in OUTCOMES}
    return {name: made for name, made in counts.items() if sum(made.values())}


def outcome_of(item: Item) -> Outcome:
    """What became of a model's proposal: taken as it is, changed (or another's taken), left out."""
    judgement = item.judgement
    if judgement is None or judgement.status == "open":
        return "open"
    if judgement.status == "rejected":
        return "rejected"
    models = {reading.coder.key for reading in item.readings if reading.coder.kind == "model"}
    return "accepted" if judgement.status == "accepted" and judgement.source in models else "edited"


def _counted(items: Iterable[Item]) -> dict[Outcome, int]:
    counts = Counter(map(outcome_of, items))
    return {outcome: counts[outcome] for outcome in OUTCOMES}


def accepted_share(proposals: dict[Outcome, int]) -> dict[str, Any]:
    """The share of decided proposals that were taken as they are, with Wilson's interval."""
    n = sum(proposals.values()) - proposals["open"]
    if n == 0:
        reason = "no proposal is decided yet" if proposals["open"] else "there are no proposals"
        return {"value": None, "n": 0, "reason": reason}
    interval = wilson(proposals["accepted"], n)
    return {
        "value": proposals["accepted"] / n,
        "n": n,
        "interval": {"low": interval.low, "high": interval.high, "level": interval.level,
                     "method": interval.method},
    }  # fmt: skip


def time_of(events: Sequence[Event]) -> Time:
    """The time between events, each gap up to LONGEST_GAP."""
    times = [datetime.fromisoformat(event.time) for event in events]
    gaps = [max((after - before).total_seconds(), 0) for before, after in pairwise(times)]
    cut = sum(gap > LONGEST_GAP for gap in gaps)
    return Time(round(sum(min(gap, LONGEST_GAP) for gap in gaps), 1), cut)


def decided_in(study: Study, id: str, considered: Coding) -> dict[str, bool]:
    """Which passages of a run the reviews of a transcript have accepted, and which rejected.

    Raises:
        InputError: a record cannot be read.
    """
    states = (ReviewRecord(path).state for path in study.review_paths(id))
    judgements = (
        judgement
        for state in states
        if state.transcript and state.transcript.same_text(considered.transcript)
        for judgement in state.judgements.values()
    )
    return accepted_of(considered, judgements)
