"""The alternative-annotator test: may the model stand in for one of the human coders?

Calderon, Reichart & Dror 2025 (ACL): each human in turn is compared with the model by how well
either agrees with the other humans. Instances of one interview depend on each other, which makes p
too small: say which `documents` they are from, and document means are tested.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike

from autocode.agreement.coefficient import Floats, figure
from autocode.agreement.figure import Figure
from autocode.errors import AgreementError

REFERENCE = "Calderon, Reichart & Dror 2025, alt-test"
_ROUNDING = 1e-12  # equal means of documents may differ in their last digit


def same(first: Hashable, second: Hashable) -> float:
    """1 for the same label, else 0: the usual score of categorical labels."""
    return float(first == second)


def alignment(
    model: Sequence[Hashable | None],
    humans: Sequence[Sequence[Hashable | None]],
    score: Callable[[Any, Any], float] = same,
) -> tuple[Floats, Floats]:
    """How well the model and each human agree with the other humans, instance by instance.

    humans: one sequence of labels per human, aligned with the model's (None: not coded). Returns
    two `[humans, instances]` arrays: mean score of the model and of human j with the others; nan
    where the model, human j or all the others gave none.
    """
    if any(len(labels) != len(model) for labels in humans) or len(humans) < 2:
        raise AgreementError("the alt-test needs two humans at least, on the model's instances")
    shape = (len(humans), len(model))
    model_scores, human_scores = np.full(shape, np.nan), np.full(shape, np.nan)
    for j, labels in enumerate(humans):
        rest = [others for k, others in enumerate(humans) if k != j]
        for i, (ours, theirs) in enumerate(zip(model, labels, strict=True)):
            others = [human[i] for human in rest if human[i] is not None]
            if ours is not None and theirs is not None and others:
                model_scores[j, i] = np.mean([score(ours, other) for other in others])
                human_scores[j, i] = np.mean([score(theirs, other) for other in others])
    return model_scores, human_scores


def alt_test(
    model_scores: ArrayLike,
    human_scores: ArrayLike,
    *,
    epsilon: float = 0.2,
    q: float = 0.05,
    minimum: int = 30,
    documents: Sequence[Hashable] | None = None,
) -> dict[str, Figure]:
    """Winning rate ω (passes at .5 or more) and average advantage probability ρ, both 0 to 1.

    Scores are `[humans, instances]` as `alignment` gives them (higher is better, nan: not
    shared). epsilon: what a human costs more, .2 for experts, .15 skilled, .1 crowd; q: false
    discovery rate; documents: each instance's document, to test document means instead; minimum:
    instances a human needs. parts: per human p, advantage, instances and whether rejected.
    """
    theirs, humans = np.asarray(model_scores, dtype=float), np.asarray(human_scores, dtype=float)
    if theirs.ndim != 2 or theirs.shape != humans.shape:
        raise AgreementError("the scores of the model and the humans have different shapes")
    if documents is not None and len(documents) != theirs.shape[1]:
        raise AgreementError("the alt-test needs the document of each instance")
    if minimum < 2:
        raise AgreementError("the alt-test needs two instances per human at least")
    rows = [_compare(a, b, epsilon, documents) for a, b in zip(theirs, humans, strict=True)]
    tested = [row for row in rows if row["instances"] >= minimum]
    rejected = benjamini_yekutieli([row["p"] for row in tested], q)
    for row, won in zip(tested, rejected, strict=True):
        row["rejected"] = won
    shown = {"humans": rows, "tested": len(tested), "epsilon": epsilon, "q": q, "minimum": minimum}
    return {
        "winning_rate": _over_humans("ω", rejected, shown),
        "advantage": _over_humans("ρ", [row["advantage"] for row in tested], shown),
    }


def _over_humans(name: str, values: Sequence[float], shown: dict[str, Any]) -> Figure:
    return figure(
        float(np.mean(values)) if values else np.nan,
        n=len(shown["humans"]),
        unit="human",
        reference=f"{REFERENCE}, {name}",
        undefined=f"no human shares {shown['minimum']} instances with the model",
        **shown,
    )


def benjamini_yekutieli(p: Sequence[float], q: float) -> list[bool]:
    """Which hypotheses are rejected at false discovery rate q under any dependence (2001)."""
    m = len(p)
    harmonic = sum(1 / rank for rank in range(1, m + 1))
    order = sorted(range(m), key=lambda index: p[index])
    passed = [rank for rank, at in enumerate(order, 1) if p[at] <= rank * q / (m * harmonic)]
    winners = set(order[: max(passed, default=0)])
    return [index in winners for index in range(m)]


def _compare(
    theirs: Floats, human: Floats, epsilon: float, documents: Sequence[Hashable] | None
) -> dict[str, Any]:
    """The model against one human: instances, advantage of the model, and the test's p."""
    shared = np.flatnonzero(~np.isnan(theirs) & ~np.isnan(human))
    wins = (theirs[shared] >= human[shared]).astype(float)
    difference = (human[shared] >= theirs[shared]) - wins
    if documents is not None:
        wins, difference = (
            _means([documents[at] for at in shared.tolist()], values)
            for values in (wins, difference)
        )
    return {
        "instances": len(wins),
        "advantage": float(wins.mean()) if len(wins) else None,
        "p": _p_less(difference, epsilon) if len(wins) > 1 else None,
        "rejected": False,
    }


def _means(groups: Sequence[Hashable], values: Floats) -> Floats:
    """The mean of the values of each group."""
    place = {group: index for index, group in enumerate(dict.fromkeys(groups))}
    which = [place[group] for group in groups]
    sums = np.bincount(which, weights=values, minlength=len(place))
    return np.asarray(sums / np.bincount(which, minlength=len(place)))


def _p_less(values: Floats, bound: float) -> float:
    """One-sided t-test of mean < bound; without variance the mean decides (p is 0 or 1)."""
    below = float(values.mean()) - bound
    spread = values.std(ddof=1) / np.sqrt(len(values))
    if spread < _ROUNDING:
        return 0.0 if below < -_ROUNDING else 1.0
    return float(scipy.stats.t.cdf(below / spread, len(values) - 1))
