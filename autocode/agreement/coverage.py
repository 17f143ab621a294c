"""What the model found, missed, added, repeated and made up; and when new codes stop coming.

Matches are `[gold, model]` booleans: similarity at or above a threshold, or equal identifiers.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from autocode.agreement.coefficient import figure, ratio
from autocode.agreement.figure import Figure
from autocode.errors import AgreementError

S = TypeVar("S", bound=str)
STATUSES = ("exact", "normalised", "fuzzy", "missing")


def gold_recall(matches: ArrayLike, uses: Sequence[float] | None = None) -> Figure:
    """Share of gold codes with at least one matched model code, 0 to 1.

    uses: how often each gold code was applied, for the frequency-weighted recall.
    """
    recalled = np.atleast_1d(_matrix(matches).any(axis=1))
    weights = np.ones(len(recalled)) if uses is None else np.asarray(uses, dtype=float)
    if len(weights) != len(recalled) or (weights < 0).any():
        raise AgreementError("uses need one number of 0 or more for each gold code")
    return figure(
        ratio(weights @ recalled, weights.sum()),
        n=len(recalled),
        unit="reference code",
        reference="gold-code recall" if uses is None else "gold-code recall, weighted by use",
        undefined="no gold code was used",
        found=int(recalled.sum()),
    )


def novel_rate(matches: ArrayLike) -> Figure:
    """Share of model codes that match no gold code, 0 to 1: new, duplicate or unsupported."""
    matched = np.atleast_1d(_matrix(matches).any(axis=0))
    return figure(
        ratio((~matched).sum(), len(matched)),
        n=len(matched),
        unit="code",
        reference="novel-code rate",
        undefined="",
        novel=int((~matched).sum()),
    )


def redundancy(alike: ArrayLike) -> Figure:
    """1 − clusters/codes of one codebook, 0 (all differ) towards 1 (the same code over and over).

    alike: `[codes, codes]` booleans; codes linked directly or through others are one cluster.
    Raises AgreementError unless square.
    """
    linked = _matrix(alike)
    if linked.shape[0] != linked.shape[1]:
        raise AgreementError("redundancy compares a codebook with itself: the matrix is square")
    n = len(linked)
    links: Any = scipy.sparse.csr_array(linked)
    clusters = int(scipy.sparse.csgraph.connected_components(links, directed=False)[0]) if n else 0
    return figure(
        ratio(n - clusters, n),
        n=n,
        unit="open code",
        reference="redundancy, 1 − clusters/codes, single linkage",
        undefined="",
        clusters=clusters,
    )


def code_inflation(gold: int, model: int) -> Figure:
    """Model codes per gold code, 0 upwards; 1 is as many."""
    return figure(
        ratio(model, gold),
        n=gold,
        unit="reference code",
        reference="code inflation, model codes/gold codes",
        undefined="",
        model=model,
    )


def unlocated(statuses: Mapping[S, int]) -> dict[str, Figure]:
    """Where proposed quotes were not found word for word, from the number of each status.

    "verbatim_failure": not found even after normalisation; of these "fuzzy" were located by
    similarity and "missing" not at all. Each 0 to 1 of all quotes. Raises AgreementError for
    statuses other than exact, normalised, fuzzy, missing.
    """
    unknown = sorted(set(statuses) - set(STATUSES))
    if unknown:
        raise AgreementError(f"unknown quote status: {', '.join(unknown)}")
    by_status = dict.fromkeys(STATUSES, 0) | {str(key): n for key, n in statuses.items()}
    shares = {
        "verbatim_failure": ("fuzzy", "missing"),
        "fuzzy": ("fuzzy",),
        "missing": ("missing",),
    }
    n = sum(by_status.values())
    return {
        name: figure(
            ratio(sum(by_status[status] for status in counted), n),
            n=n,
            unit="quote",
            reference=f"share of quotes, {name.replace('_', ' ')}",
            undefined="",
            **by_status,
        )
        for name, counted in shares.items()
    }


Documents = Sequence[Collection[Hashable]]


def saturation(documents: Documents) -> list[int]:
    """How many different codes had come up after each document, in the order given."""
    seen: set[Hashable] = set()
    curve = []
    for codes in documents:
        seen.update(codes)
        curve.append(len(seen))
    return curve


def saturation_point(
    documents: Documents, *, base: int = 4, run: int = 2, threshold: float = 0.05
) -> Figure:
    """Documents after which a run of `run` more adds at most `threshold` of the base's codes.

    Runs move on by one document; parts hold the new-information ratio of every run. Guest,
    Namey & Chen 2020.
    """
    curve = [0, *saturation(documents)]
    at = {"unit": "document", "reference": "Guest, Namey & Chen 2020, new-information ratio"}
    settings: dict[str, Any] = {"base": base, "run": run, "threshold": threshold}
    n = len(documents)
    if min(base, run) < 1 or n < base + run:
        reason = f"it takes {base} + {run} documents at least"
        return Figure.undefined(reason, n=n, **at, **settings)
    if not curve[base]:
        return Figure.undefined("the base has no codes", n=n, **at, **settings)
    ratios = [
        (curve[start + run] - curve[start]) / curve[base] for start in range(base, n - run + 1)
    ]
    reached = (base + index for index, new in enumerate(ratios) if new <= threshold)
    return figure(
        next(reached, np.nan),
        n=n,
        undefined=f"every run of {run} documents brought more than {threshold:.0%} new codes",
        ratios=ratios,
        **at,
        **settings,
    )


def slope_ratio(documents: Documents) -> Figure:
    """Slope of cumulative different codes over slope of cumulative codes, 0 to 1.

    1: every code is new to the end; towards 0: saturated. De Paoli & Mathis 2025.
    """
    unique = saturation(documents)
    total = np.cumsum([len(set(codes)) for codes in documents]).tolist()
    return figure(
        ratio(_slope(unique), _slope(total)),
        n=len(documents),
        unit="document",
        reference="De Paoli & Mathis 2025, inductive thematic saturation, slope ratio",
        undefined="it takes two documents at least, and codes in them",
        unique=unique,
        total=total,
    )


def _slope(curve: Sequence[float]) -> float:
    """Least-squares slope over 1, 2, 3, …; 0 for a single point."""
    steps = np.arange(len(curve)) - (len(curve) - 1) / 2
    return (
        float(ratio(steps @ np.asarray(curve, dtype=float), steps @ steps)) if len(curve) > 1 else 0
    )


def _matrix(matches: ArrayLike) -> NDArray[np.bool_]:
    matrix = np.asarray(matches)
    if matrix.ndim != 2 or matrix.dtype != np.bool_:
        raise AgreementError("matches are a table of true and false, gold codes by model codes")
    return matrix
