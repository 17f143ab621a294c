"""Free-text open codes: how much of two codebooks is the same, given similarities of the labels.

A similarity is `[gold, model]`, usually cosines of embeddings; a distance is 1 − similarity. The
mean similarity of unrelated labels is far above 0: judge every value beside a null. A table of
millions of pairs is never copied at full width: single precision stays as it is, and only what is
taken out of it becomes double.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike

from autocode.agreement.coefficient import Floats, figure, ratio
from autocode.agreement.coverage import gold_recall, novel_rate
from autocode.agreement.figure import Figure
from autocode.errors import AgreementError

ONE_TO_ONE = "optimal one-to-one assignment (Kuhn 1955)"


Pairs = Sequence[tuple[int, int, float]]


def assignment(similarity: ArrayLike) -> Pairs:
    """The one-to-one pairs (gold, model, similarity) with the highest sum, by gold index."""
    matrix = _matrix(similarity)
    wide = matrix.shape[0] <= matrix.shape[1]
    # The solver copies what it has to turn round or over: so it is given the one table it needs.
    costs = np.array(matrix if wide else matrix.T, dtype=float, order="C")
    fewer, more = scipy.optimize.linear_sum_assignment(np.negative(costs, out=costs))
    pairs = zip(fewer.tolist(), more.tolist(), strict=True)
    ordered = pairs if wide else sorted((gold, model) for model, gold in pairs)
    return [(gold, model, float(matrix[gold, model])) for gold, model in ordered]


def matched(
    similarity: ArrayLike, threshold: float, pairs: Pairs | None = None
) -> dict[str, Figure]:
    """Precision, recall and F1 (0 to 1) of the optimal pairs at or above `threshold`.

    "mean": summed similarity of all optimal pairs over the larger codebook, whatever the threshold.
    pairs: the optimal ones where they are known, here and below.
    """
    matrix = _matrix(similarity)
    gold, model = matrix.shape
    pairs = assignment(matrix) if pairs is None else pairs
    kept = sum(similar >= threshold for _, _, similar in pairs)
    values = {
        "precision": (ratio(kept, model), model),
        "recall": (ratio(kept, gold), gold),
        "f1": (ratio(2 * kept, gold + model), gold + model),
        "mean": (ratio(sum(similar for *_, similar in pairs), max(gold, model)), max(gold, model)),
    }
    shown = {"threshold": threshold, "pairs": kept, "gold": gold, "model": model}
    return {
        name: figure(value, n=n, unit="open code", reference=ONE_TO_ONE, undefined="", **shown)
        for name, (value, n) in values.items()
    }


def threshold_curve(
    similarity: ArrayLike, thresholds: Sequence[float] | None = None, pairs: Pairs | None = None
) -> list[dict[str, float | None]]:
    """Threshold, pairs, precision, recall, F1 at each threshold (default 0, .01, … 1)."""
    matrix = _matrix(similarity)
    gold, model = matrix.shape
    pairs = assignment(matrix) if pairs is None else pairs
    similar = np.array([pair[2] for pair in pairs])
    points = []
    for threshold in np.arange(101) / 100 if thresholds is None else thresholds:
        kept = int((similar >= threshold).sum())
        rates = {"precision": model, "recall": gold, "f1": (gold + model) / 2}
        shares = {name: kept / size if size else None for name, size in rates.items()}
        points.append({"threshold": float(threshold), "pairs": kept, **shares})
    return points


def curve_area(similarity: ArrayLike, pairs: Pairs | None = None) -> Figure:
    """Area under F1 over thresholds from 0 to 1 (exact, no grid), 0 to 1."""
    matrix = _matrix(similarity)
    gold, model = matrix.shape
    pairs = assignment(matrix) if pairs is None else pairs
    similar = np.clip([pair[2] for pair in pairs], 0, 1)
    return figure(
        ratio(2 * similar.sum(), gold + model),
        n=gold + model,
        unit="open code",
        reference=f"area under F1(τ), τ from 0 to 1, {ONE_TO_ONE}",
        undefined="",
    )


def many_to_many(similarity: ArrayLike, threshold: float) -> dict[str, Figure]:
    """Recall: gold codes like any model code; precision: model codes like any gold code.

    As HICode (EMNLP 2025) counts themes. Both 0 to 1, and both reward a model that floods.
    """
    nearest_to_gold, nearest_to_model = _nearest(_matrix(similarity))
    reference = f"HICode 2025, theme precision and recall, similarity ≥ {threshold:g}"
    recall = gold_recall(nearest_to_gold[:, None] >= threshold)
    novel = novel_rate(nearest_to_model[None] >= threshold)
    precision = novel if novel.value is None else replace(novel, value=1 - novel.value)
    return {
        "recall": replace(recall, unit="open code", reference=reference),
        "precision": replace(precision, unit="open code", reference=reference),
    }


def llmcode_mhd(
    similarity: ArrayLike,
    gold_weights: Sequence[float] | None = None,
    model_weights: Sequence[float] | None = None,
) -> Figure:
    """LLMCode's "modified Hausdorff distance" of the code sets of one text, 0 upwards (0 alike).

    (Σ_a min_b D + Σ_b min_a D)/(|A| + |B|), codes weighted by frequency if given, D the distance.
    Oksanen, Lucero & Hämäläinen 2025; not the formula of Dubuisson & Jain. None where a set is
    empty.
    """
    reference = "Oksanen, Lucero & Hämäläinen 2025 (LLMCode), modified Hausdorff"
    matrix = _matrix(similarity)
    if not matrix.size:
        return _empty(matrix, reference)
    a = np.ones(matrix.shape[0]) if gold_weights is None else np.asarray(gold_weights, dtype=float)
    b = np.ones(matrix.shape[1]) if model_weights is None else np.asarray(model_weights, float)
    if a.shape + b.shape != matrix.shape:
        raise AgreementError("weights need one number for each code")
    from_gold, from_model = (1 - nearest for nearest in _nearest(matrix))
    value = ratio(a @ from_gold + b @ from_model, a.sum() + b.sum())
    undefined = "all weights are 0"
    return figure(
        value, n=sum(matrix.shape), unit="open code", reference=reference, undefined=undefined
    )


def dubuisson_jain_mhd(similarity: ArrayLike) -> Figure:
    """Dubuisson & Jain's modified Hausdorff distance, 0 upwards (0 alike).

    max(mean_a min_b D, mean_b min_a D), D the distance. None where a set is empty.
    """
    reference = "Dubuisson & Jain 1994, modified Hausdorff distance"
    matrix = _matrix(similarity)
    if not matrix.size:
        return _empty(matrix, reference)
    value = max(float((1 - nearest).mean()) for nearest in _nearest(matrix))
    return Figure(value, sum(matrix.shape), "open code", reference)


def paired_similarity(similarity: ArrayLike, pairs: Sequence[tuple[int, int]]) -> Figure:
    """Mean similarity of the codes two coders gave to the same spans.

    pairs: (gold index, model index) of each span both coded.
    """
    matrix = _matrix(similarity)
    values = np.array([matrix[pair] for pair in pairs], dtype=float)
    return figure(
        float(values.mean()) if len(values) else np.nan,
        n=len(values),
        unit="matched quote pair",
        reference="mean similarity of the codes of matched spans",
        undefined="",
    )


def permuted_codes_null(
    similarity: ArrayLike,
    documents: Sequence[Sequence[tuple[int, int]]],
    *,
    seed: int,
    resamples: int = 999,
) -> Floats:
    """`paired_similarity` with the model's codes permuted among the spans, `[resamples]`.

    documents: the pairs of each. Codes stay in their document: what one interview is about makes
    its codes alike, whoever gave them.
    """
    matrix = _matrix(similarity)
    rng = np.random.default_rng(seed)
    sums = np.zeros(resamples)
    for pairs in documents:
        gold, model = np.array(pairs, dtype=int).reshape(-1, 2).T
        order = rng.permuted(np.tile(model, (resamples, 1)), axis=1)
        sums += matrix[gold, order].astype(float).sum(axis=1)
    return ratio(sums, sum(map(len, documents)))


def _matrix(similarity: ArrayLike) -> Floats:
    """The table as it is where it is in single precision, else in double."""
    table: Any = np.asarray(similarity)
    matrix: Floats = table if table.dtype == np.float32 else table.astype(float, copy=False)
    if matrix.ndim != 2 or not np.isfinite(matrix).all():
        raise AgreementError("similarities are a table of numbers, gold codes by model codes")
    return matrix


def _nearest(matrix: Floats) -> tuple[Floats, Floats]:
    """The highest similarity of each gold code to any model code, and of each model code."""
    rows, columns = (matrix.max(axis=axis, initial=-np.inf) for axis in (1, 0))
    return rows.astype(float), columns.astype(float)


def _empty(matrix: Floats, reference: str) -> Figure:
    gold, model = matrix.shape
    reason = "neither coder has a code here" if gold == model else "one coder has no code here"
    return Figure.undefined(reason, n=gold + model, unit="open code", reference=reference)
