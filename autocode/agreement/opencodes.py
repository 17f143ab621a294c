"""Free-text open codes: how much of two codebooks is the same, given similarities of the labels.

A similarity is `[gold, model]`, usually cosines of embeddings; a distance is 1 − similarity. The
mean similarity of unrelated labels is far above 0: judge every value beside a null.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import scipy
from numpy.typing import ArrayLike

from autocode.agreement.coefficient import Floats, figure, ratio
from autocode.agreement.coverage import gold_recall, novel_rate
from autocode.agreement.figure import Figure
from autocode.errors import AgreementError

ONE_TO_ONE = "optimal one-to-one assignment (Kuhn 1955)"


def assignment(similarity: ArrayLike) -> list[tuple[int, int, float]]:
    """The one-to-one pairs (gold, model, similarity) with the highest sum, by gold index."""
    matrix = _matrix(similarity)
    rows, columns = scipy.optimize.linear_sum_assignment(matrix, maximize=True)
    return [(int(g), int(m), float(matrix[g, m])) for g, m in zip(rows, columns, strict=True)]


def matched(similarity: ArrayLike, threshold: float) -> dict[str, Figure]:
    """Precision, recall and F1 (0 to 1) of the optimal pairs at or above `threshold`.

    "mean": summed similarity of all optimal pairs over the larger codebook, whatever the threshold.
    """
    matrix = _matrix(similarity)
    gold, model = matrix.shape
    pairs = assignment(matrix)
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
    similarity: ArrayLike, thresholds: Sequence[float] | None = None
) -> list[dict[str, float | None]]:
    """Threshold, pairs, precision, recall, F1 at each threshold (default 0, .01, … 1)."""
    matrix = _matrix(similarity)
    gold, model = matrix.shape
    similar = np.array([pair[2] for pair in assignment(matrix)])
    points = []
    for threshold in np.arange(101) / 100 if thresholds is None else thresholds:
        kept = int((similar >= threshold).sum())
        rates = {"precision": model, "recall": gold, "f1": (gold + model) / 2}
        shares = {name: kept / size if size else None for name, size in rates.items()}
        points.append({"threshold": float(threshold), "pairs": kept, **shares})
    return points


def curve_area(similarity: ArrayLike) -> Figure:
    """Area under F1 over thresholds from 0 to 1 (exact, no grid), 0 to 1."""
    matrix = _matrix(similarity)
    gold, model = matrix.shape
    similar = np.clip([pair[2] for pair in assignment(matrix)], 0, 1)
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
    matches = _matrix(similarity) >= threshold
    reference = f"HICode 2025, theme precision and recall, similarity ≥ {threshold:g}"
    recall, novel = gold_recall(matches), novel_rate(matches)
    precision = novel if novel.value is None else replace(novel, value=1 - novel.value)
    return {
        "recall": replace(recall, unit="open code", reference=reference),
        "precision": replace(precision, unit="open code", reference=reference),
    }


def llmcode_mhd(
    distance: ArrayLike,
    gold_weights: Sequence[float] | None = None,
    model_weights: Sequence[float] | None = None,
) -> Figure:
    """LLMCode's "modified Hausdorff distance" of the code sets of one text, 0 upwards (0 alike).

    (Σ_a min_b D + Σ_b min_a D)/(|A| + |B|), codes weighted by frequency if given. Oksanen, Lucero
    & Hämäläinen 2025; not the formula of Dubuisson & Jain. None where a set is empty.
    """
    reference = "Oksanen, Lucero & Hämäläinen 2025 (LLMCode), modified Hausdorff"
    matrix = _matrix(distance)
    if not matrix.size:
        return _empty(matrix, reference)
    a = np.ones(matrix.shape[0]) if gold_weights is None else np.asarray(gold_weights, dtype=float)
    b = np.ones(matrix.shape[1]) if model_weights is None else np.asarray(model_weights, float)
    if a.shape + b.shape != matrix.shape:
        raise AgreementError("weights need one number for each code")
    value = ratio(a @ matrix.min(axis=1) + b @ matrix.min(axis=0), a.sum() + b.sum())
    undefined = "all weights are 0"
    return figure(
        value, n=sum(matrix.shape), unit="open code", reference=reference, undefined=undefined
    )


def dubuisson_jain_mhd(distance: ArrayLike) -> Figure:
    """Dubuisson & Jain's modified Hausdorff distance, 0 upwards (0 alike).

    max(mean_a min_b D, mean_b min_a D). None where a set is empty.
    """
    reference = "Dubuisson & Jain 1994, modified Hausdorff distance"
    matrix = _matrix(distance)
    if not matrix.size:
        return _empty(matrix, reference)
    value = max(float(matrix.min(axis=1).mean()), float(matrix.min(axis=0).mean()))
    return Figure(value, sum(matrix.shape), "open code", reference)


def paired_similarity(similarity: ArrayLike, pairs: Sequence[tuple[int, int]]) -> Figure:
    """Mean similarity of the codes two coders gave to the same spans.

    pairs: (gold index, model index) of each span both coded.
    """
    matrix = _matrix(similarity)
    values = [matrix[pair] for pair in pairs]
    return figure(
        np.mean(values) if values else np.nan,
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
        sums += matrix[gold, order].sum(axis=1)
    return ratio(sums, sum(map(len, documents)))


def _matrix(similarity: ArrayLike) -> Floats:
    matrix = np.asarray(similarity, dtype=float)
    if matrix.ndim != 2 or not np.isfinite(matrix).all():
        raise AgreementError("similarities are a table of numbers, gold codes by model codes")
    return matrix


def _empty(matrix: Floats, reference: str) -> Figure:
    gold, model = matrix.shape
    reason = "neither coder has a code here" if gold == model else "one coder has no code here"
    return Figure.undefined(reason, n=gold + model, unit="open code", reference=reference)
