"""What coders reach, and paired differences over transcripts, for the benchmarks of coders."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from autocode.panel.comparison import Comparison

# What is printed -> path of the model's figure, and name of the baselines'.
MEASURES = {
    "sentence_kappa": (("units", "sentence", "kappa"), "sentence_kappa"),
    "char_f1": (("spans", "char", "f1"), "f1"),
    "u_alpha": (("spans", "u_alpha_layered", "value"), "u_alpha_layered"),
    "axial_turn_f1": (("axial", "turn", "f1"), "axial_turn_f1"),
    "marked": (("spans", "marked", "other"), "marked"),
}
Figures = dict[str, float | None]


def reached(comparison: Comparison) -> dict[str, Figures]:
    """The measures of the model and of every baseline."""
    ours = {name: comparison.figure(*path).value for name, (path, _) in MEASURES.items()}
    theirs = {
        coder: {
            name: comparison.figure("baselines", coder, leaf).value
            for name, (_, leaf) in MEASURES.items()
        }
        for coder in comparison.baselines
    }
    return {"model": ours, **theirs}


def cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


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
