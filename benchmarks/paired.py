"""Paired differences over transcripts, for the benchmarks that compare coders."""

from collections.abc import Sequence

import numpy as np
from scipy import stats


def paired(differences: Sequence[float | None]) -> dict[str, object]:
    """Mean and 95 % interval over transcripts (t); the interval is null for fewer than three.

    A transcript without a difference (a figure is undefined) is left out; `n` says how many count.
    """
    known = np.array([each for each in differences if each is not None], dtype=float)
    if not len(known):
        return {"mean": None, "ci95": None, "n": 0}
    mean, interval = float(known.mean()), None
    if len(known) > 2:
        error = known.std(ddof=1) / np.sqrt(len(known))
        half = float(stats.t.ppf(0.975, len(known) - 1) * error)
        interval = [round(mean - half, 3), round(mean + half, 3)]
    return {"mean": round(mean, 3), "ci95": interval, "n": len(known)}


def difference(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other
