"""Several runs of the same model and prompt: how stable they are, and the human-human ceiling.

High agreement between runs is stability, not validity: runs share their bias.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from autocode.agreement.coefficient import Arithmetic, Floats, figure, known, ratio
from autocode.agreement.figure import Figure, Interval
from autocode.agreement.intervals import over_documents
from autocode.agreement.spans import Unit, iou
from autocode.errors import AgreementError


def over_runs(values: Sequence[float | None], *, reference: str) -> Figure:
    """Mean of one figure over runs; parts hold SD (n − 1), min, max and the undefined runs.

    SD is None for a single run. `reference` is that of the figure itself.
    """
    defined = np.array([value for value in values if value is not None], dtype=float)
    n = len(defined)
    return figure(
        defined.mean() if n else np.nan,
        n=n,
        unit="run",
        reference=f"mean over runs; {reference}",
        undefined="",
        sd=float(defined.std(ddof=1)) if n > 1 else None,
        min=float(defined.min()) if n else None,
        max=float(defined.max()) if n else None,
        undefined_runs=len(values) - n,
    )


def total_agreement(runs: Sequence[Sequence[Hashable]], *, of: Literal["raw", "answer"]) -> Figure:
    """TAR@N: share of items whose output is identical in all N runs, 0 to 1.

    `runs` is one sequence of outputs each; `of` is "raw" (byte-identical text, TARr) or "answer"
    (what was read from it, TARa). Atil et al. 2024.
    """
    if len({len(outputs) for outputs in runs}) > 1 or len(runs) < 2:
        raise AgreementError("it takes two runs at least, each with outputs for the same items")
    same = [len(set(outputs)) == 1 for outputs in zip(*runs, strict=True)]
    return figure(
        ratio(sum(same), len(same)),
        n=len(same),
        unit="item",
        reference=f"Atil et al. 2024, TAR{of[:1]}@{len(runs)}, {of} output",
        undefined="",
        runs=len(runs),
    )


def quote_survival(runs: Sequence[Sequence[Unit]], *, overlap: float = 0.5) -> Figure:
    """Mean share of the other runs in which a quote comes back, 0 to 1.

    A quote comes back where some quote of that run has IoU of at least `overlap` with it,
    whatever the code. parts["present_in"] has for k = 1 … N the share of all quotes that are
    present in exactly k of the N runs, their own included.
    """
    if len(runs) < 2:
        raise AgreementError("it takes two runs at least to see whether quotes come back")
    presence = Counter(
        sum(any(iou(quote, unit) >= overlap for unit in other) for other in runs)
        for run in runs
        for quote in run
    )
    n = presence.total()
    back = sum((k - 1) * number for k, number in presence.items())
    return figure(
        ratio(back, n * (len(runs) - 1)),
        n=n,
        unit="quote",
        reference=f"quote survival over {len(runs)} runs, IoU ≥ {overlap:g}",
        undefined="",
        present_in={k: presence[k] / n for k in range(1, len(runs) + 1)} if n else {},
    )


def ceiling(
    model_human: ArrayLike, human_human: ArrayLike, statistic: Arithmetic, *, level: float = 0.95
) -> Figure:
    """Mean model-human agreement over human-human agreement; 1: the model is as close as a human.

    model_human: `[humans, documents, *part]`, parts of the model against each human, for which
    `statistic` gives one value; human_human: `[documents, *part]`. parts["difference"] is
    mean(M–H) − H–H; parts["difference_interval"] its paired interval over documents, or None with
    the reason in parts["no_difference_interval"].
    """
    pairs, humans = np.asarray(model_human, dtype=float), np.asarray(human_human, dtype=float)
    if pairs.ndim < 2 or not len(pairs) or pairs.shape[1:] != humans.shape:
        raise AgreementError("the ceiling needs the same documents for the model and the humans")

    def mean_over_humans(parts: Floats) -> Floats:
        return np.asarray(statistic(parts).mean(axis=-1))

    model = float(mean_over_humans(pairs.sum(axis=1)))
    human = float(statistic(humans.sum(axis=0)))
    interval: Interval | str = "one document cannot show how documents differ"
    if len(humans) > 1:
        ours = over_documents(np.moveaxis(pairs, 0, 1), mean_over_humans)
        interval = (ours - over_documents(humans, statistic)).interval(level)
    return figure(
        ratio(model, human) if human > 0 else np.nan,
        n=len(humans),
        unit="document",
        reference="mean(model–human) / human–human, same measure",
        undefined="a ratio needs agreement above 0 between the humans",
        model_human=known(model),
        human_human=known(human),
        difference=known(model - human),
        difference_interval=None if isinstance(interval, str) else interval,
        no_difference_interval=interval if isinstance(interval, str) else None,
    )
