"""The slider of the page: where it can stand, what each place shows, and where it stands now."""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from autocode.coding.density import usual_share
from autocode.coding.ranking import Threshold
from autocode.review.review import Review
from autocode.text import plural


class Stop(NamedTuple):
    """A place of the slider: how high passages must stand there (`m1:28 m2:14`), in words, the
    share of what may be coded that is marked, and what moves the threshold to it."""

    cut: str
    words: str
    share: float
    keep: float | Literal["run"]


class Slider:
    """The stops of the rankings under review; without two of them there is nothing to move.

    median: the share that people marked in the study's other transcripts, None without any; tick:
    where that stands between the first stop (0) and the last (1).
    """

    def __init__(self, review: Review) -> None:
        self._review = review
        self.rankings = review.rankings
        self.stops = [
            self._stop(step.thresholds, step.share, step.share) for step in self.rankings.steps()
        ]
        if self.stops:
            of_run = self._stop({}, self.rankings.share({}), "run")
            if of_run.cut not in {stop.cut for stop in self.stops}:
                self.stops = sorted([*self.stops, of_run], key=lambda stop: stop.share)
        several = len(self.stops) > 1
        self.median = usual_share(review.study, review.transcript) if several else None
        self.tick = _between([stop.share for stop in self.stops], self.median or 0)

    @property
    def runs(self) -> int:
        return len(self.rankings.rankings)

    def now(self) -> dict[str, Any]:
        """Where it stands: `cut` and `words` as of a stop, and `at`, the number of the nearest."""
        moved = self._review.state.thresholds
        now = self._stop(moved, self.rankings.share(moved), "run")
        distances = [
            (stop.cut != now.cut, abs(math.log(stop.share / max(now.share, 1e-9))))
            for stop in self.stops
        ]
        return {"cut": now.cut, "words": now.words, "at": distances.index(min(distances))}

    def _stop(
        self, moved: Mapping[str, Threshold], share: float, keep: float | Literal["run"]
    ) -> Stop:
        cuts = self.rankings.cuts(moved)
        passages = sum(
            any(r.height is not None and r.in_view(cuts) for r in (*item.readings, *item.under))
            for item in self._review.items()
        )
        words = f"{100 * share:.0f}% of {self._base} · {plural(passages, 'passage')}"
        return Stop(" ".join(f"{key}:{cut}" for key, cut in cuts.items()), words, share, keep)

    @property
    def _base(self) -> str:
        """What shares are of, in words."""
        if not self._review.transcript.has_speakers:
            return "the text"
        roles = self._review.study.settings.roles
        return "what participants say" if roles == ("participant",) else "what may be coded"


def _between(shares: list[float], share: float) -> float:
    """Where a share stands among ascending ones that are drawn at equal distances, 0 to 1."""
    for place, (low, high) in enumerate(pairwise(shares)):
        if share < high:
            return (place + max(0.0, share - low) / (high - low)) / (len(shares) - 1)
    return 1.0
