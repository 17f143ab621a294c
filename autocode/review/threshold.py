"""How much of what runs proposed a review shows: their rankings, and where the review cuts them.

The threshold of a review is its own. It begins where the runs have theirs; moving it changes
neither the runs nor anything that was decided.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from autocode.coding.nouns import Coding, Quote
from autocode.coding.ranking import (
    Rank,
    Threshold,
    at_rank,
    at_share,
    characters_of,
    from_decisions,
    kept,
    levels,
)
from autocode.errors import InputError, StudyError
from autocode.review.decision import Reviewed
from autocode.review.state import KEPT, Judgement, Standing, State


def height(rank: Rank, *, kept: bool) -> int:
    """A rank as one number; of passages of one rank those that the run itself keeps stand higher.

    They differ only where a run was cut within its best rank (`Threshold.characters`).
    """
    return 20 * rank.support + 2 * rank.salience + kept


class Considered(NamedTuple):
    """A passage under the threshold of its run, and how high it stands."""

    quote: Quote
    height: int


@dataclass(frozen=True)
class Ranking:
    """Everything that a run under review proposed.

    threshold: the run's own as the review began; under: the passages under it, each with the words
    that it has where it comes in first, in the order of the text.
    """

    coder: Reviewed
    considered: Coding
    threshold: Threshold
    under: tuple[Considered, ...]

    @classmethod
    def of(cls, coder: Reviewed, considered: Coding, threshold: Threshold) -> "Ranking":
        """The ranking of a run that is cut at `threshold`."""
        marked = bytearray(considered.transcript.length)
        under = list[Considered]()
        for cut in (
            threshold,
            *(at_rank(rank, rule="chosen", why="") for rank, *_ in levels(considered)),
        ):
            for quote in kept(considered, cut).located():
                at = quote.span
                # What stands for the most part in better passages is one of them, grown longer.
                if at is None or 2 * marked.count(1, at.start, at.end) >= at.length:
                    continue
                marked[at.start : at.end] = b"\1" * at.length
                if cut is not threshold:
                    under.append(Considered(quote, height(cut.rank, kept=False)))
        under.sort(key=lambda passage: (passage.quote.start or 0, passage.quote.end or 0))
        return cls(coder, considered, threshold, tuple(under))


class Step(NamedTuple):
    """A place where the rankings can be cut: the share it marks, and each run's threshold there."""

    share: float
    thresholds: Mapping[str, Threshold]


@dataclass(frozen=True)
class Rankings:
    """The rankings of the runs under review; there are none where no run has one.

    length: the characters that may be coded; ceiling: `density` of the settings.
    """

    rankings: tuple[Ranking, ...] = ()
    length: int = 0
    ceiling: float | None = None

    def of(self, coder: Reviewed) -> Ranking | None:
        """The ranking of one run."""
        return next((r for r in self.rankings if r.coder.key == coder.key), None)

    def thresholds(self, moved: Mapping[str, Threshold | None]) -> dict[str, Threshold]:
        """Each run's threshold, by its key: the run's own where it was not moved."""
        return {r.coder.key: moved.get(r.coder.key) or r.threshold for r in self.rankings}

    def cuts(self, moved: Mapping[str, Threshold | None]) -> dict[str, int]:
        """How high a passage of each run must stand to be in view."""
        return {
            key: height(threshold.rank, kept=threshold.characters is not None)
            for key, threshold in self.thresholds(moved).items()
        }

    def share(self, moved: Mapping[str, Threshold | None]) -> float:
        """The share of what may be coded that the runs mark together."""
        thresholds = self.thresholds(moved)
        quotes = (
            quote
            for r in self.rankings
            for quote in kept(r.considered, thresholds[r.coder.key]).located()
        )
        return min(1.0, characters_of(quotes) / self.length)

    def steps(self) -> list[Step]:
        """Where the rankings can be cut, strictest first: every run at the same share."""
        shares = {
            min(1.0, level.characters / self.length)
            for r in self.rankings
            for level in levels(r.considered)
        }
        steps = dict[float, Step]()  # of two that mark the same the later shows more
        for share in sorted(shares):
            thresholds = {
                r.coder.key: at_share(r.considered, share, self.length, rule="chosen", why="")
                for r in self.rankings
            }
            marked = self.share(thresholds)
            steps[marked] = Step(marked, thresholds)
        return list(steps.values())

    def moved(self, keep: float | Literal["review", "run"], state: State) -> Standing:
        """What stands after a move: to the step nearest to a share (in proportion), to where it
        agrees best with what was decided in this review, or back to where each run has it.

        Raises:
            InputError: no run under review has a ranking, too little is decided, or the threshold
                is there already.
        """
        if not self.rankings:
            raise InputError(
                "there is no threshold to move: no run under review has a ranking",
                hint="Runs of --strategy single have one, and runs with --runs.",
            )
        after: dict[str, Threshold | None]
        if keep == "run":
            after = {r.coder.key: None for r in self.rankings}
        elif keep == "review":
            after = self._decided(state)
        else:
            nearest = min(self.steps(), key=lambda step: abs(math.log(step.share / keep)))
            why = f"the reviewer moved it to {nearest.share:.1%} of what may be coded"
            after = {
                key: threshold.model_copy(update={"why": why})
                for key, threshold in nearest.thresholds.items()
            }
        if after == {key: state.thresholds.get(key) for key in after}:
            raise InputError("the threshold is there already")
        return Standing(thresholds=after)

    def _decided(self, state: State) -> dict[str, Threshold | None]:
        """Where each run's threshold agrees best with what was decided in the review."""
        now = self.thresholds(state.thresholds)
        try:
            return {
                r.coder.key: from_decisions(
                    r.considered, accepted_of(r.considered, state.judgements.values()),
                    now[r.coder.key], self.length, self.ceiling,
                )
                for r in self.rankings
            }  # fmt: skip
        except StudyError as error:
            raise InputError(error.what, hint="Decide more of them first.") from error


UNRANKED: Final = Rankings()


def accepted_of(considered: Coding, judgements: Iterable[Judgement]) -> dict[str, bool]:
    """Which passages of a run were accepted, by their ids, and which rejected.

    A passage is decided where half of it or more stands in what a reviewer kept or added, or in
    what was rejected; one that is decided both ways is left out.
    """
    decided: dict[str, set[bool]] = {}
    for judgement in judgements:
        span = judgement.quote.span if judgement.quote else None
        if span is None or judgement.status not in (*KEPT, "rejected"):
            continue
        for quote in considered.located():
            at = quote.span or span
            shared = min(at.end, span.end) - max(at.start, span.start)
            if 2 * shared >= at.length:
                decided.setdefault(quote.id, set()).add(judgement.status in KEPT)
    return {id_: True in ways for id_, ways in decided.items() if len(ways) == 1}
