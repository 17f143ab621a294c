"""Quotes against quotes: the best one-to-one alignment by IoU, and what it counts.

Pairs are scored as in SemEval-2013 Task 9 (Segura-Bedmar et al. 2013, S13-2056): strict (same
span, same code), exact (same span), partial (half for an overlap), type (same code). The alignment
is ours: maximum total IoU (Hungarian), not nervaluate's greedy one; touching units do not overlap.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy

from autocode.agreement.coefficient import Floats, figure, known, ratio
from autocode.agreement.figure import Figure
from autocode.agreement.spans import Unit, clusters, iou

REFERENCE = "SemEval-2013 Task 9 (S13-2056), {scheme}; one-to-one by maximum IoU"
THRESHOLDS = (0.3, 0.5, 0.7)
# Equal overlaps are decided by the code; far below any real difference of two IoUs.
_CODE_BONUS = 1e-9

# What a pair counts as: the columns of match_counts.
SAME, OTHER_CODE, OVERLAP, OVERLAP_OTHER_CODE, REFERENCE_ONLY, OTHER_ONLY = range(6)


class Pair(NamedTuple):
    """An aligned reference unit and other coder's unit, with their IoU in (0, 1]."""

    reference: Unit
    other: Unit
    iou: float


def align(reference: Sequence[Unit], other: Sequence[Unit]) -> list[Pair]:
    """The one-to-one alignment of largest total IoU; only pairs that share a character.

    Of alignments with the same IoU the one with more equal codes is taken. Units of one coder may
    overlap. Solved per cluster of overlapping units, so it is fast on long documents.
    """
    return [
        Pair(ours[i], theirs[j], share)
        for ours, theirs in clusters(reference, other)
        if ours and theirs
        for i, j, share in solved(ours, theirs)
    ]


def solved(ours: Sequence[Unit], theirs: Sequence[Unit]) -> Iterator[tuple[int, int, float]]:
    """The alignment of one cluster: places in ours and theirs, and the IoU of the two."""
    overlaps = np.array([[iou(a, b) for b in theirs] for a in ours])
    if overlaps.size == 1:
        rows, columns = np.array([0]), np.array([0])
    else:
        bonus = [[_CODE_BONUS * (a.code == b.code) for b in theirs] for a in ours]
        rows, columns = scipy.optimize.linear_sum_assignment(
            overlaps + np.array(bonus), maximize=True
        )
    for i, j in zip(rows, columns, strict=True):
        if overlaps[i, j] > 0:
            yield int(i), int(j), float(overlaps[i, j])


def match_counts(
    pairs: Sequence[Pair], sizes: tuple[int, int], thresholds: Sequence[float] = THRESHOLDS
) -> Floats:
    """(thresholds, 6) counts of one document; sums of these rows pool documents.

    pairs: from `align`; sizes: how many units the reference and the other coder have; a pair
    counts when its IoU reaches the threshold (0: any shared character). Columns: same span with
    same, other code; overlap with same, other code; reference only; other coder only.
    """
    counts = np.zeros((len(thresholds), 6))
    for row, threshold in zip(counts, thresholds, strict=True):
        accepted = [pair for pair in pairs if pair.iou >= threshold]
        for pair in accepted:
            moved = pair.reference[:2] != pair.other[:2]
            row[2 * moved + (pair.reference.code != pair.other.code)] += 1
        row[REFERENCE_ONLY:] = sizes[0] - len(accepted), sizes[1] - len(accepted)
    return counts


def match_rates(counts: Floats) -> dict[str, dict[str, Floats]]:
    """Precision, recall and F1 per scheme of counts (..., 6); undefined is nan."""
    same, other_code, overlap, _, missed, spurious = np.moveaxis(counts, -1, 0)
    aligned = counts[..., :4].sum(-1)
    correct = {
        "strict": same,
        "exact": same + other_code,
        "partial": same + other_code + (aligned - same - other_code) / 2,
        "type": same + overlap,
    }
    return {
        scheme: {
            "precision": ratio(right, aligned + spurious),
            "recall": ratio(right, aligned + missed),
            "f1": ratio(2 * right, 2 * aligned + spurious + missed),
        }
        for scheme, right in correct.items()
    }


def match_figures(counts: Floats) -> dict[str, Figure]:
    """F1 per scheme of one row of counts, (6,), with precision, recall and counts in the parts.

    n counts quotes of both coders.
    """
    tally = {name: int(count) for name, count in zip(_COLUMNS, counts, strict=True)}
    return {
        scheme: figure(
            rates["f1"],
            n=int(counts[:4].sum() * 2 + counts[4:].sum()),
            unit="quote",
            reference=REFERENCE.format(scheme=scheme),
            undefined="neither coder has a quote",
            precision=known(rates["precision"]),
            recall=known(rates["recall"]),
            **semeval_counts(counts)[scheme],
            **tally,
        )
        for scheme, rates in match_rates(counts).items()
    }


_COLUMNS = (
    "same_span_same_code",
    "same_span_other_code",
    "overlap_same_code",
    "overlap_other_code",
    "reference_only",
    "other_only",
)


def semeval_counts(counts: Floats) -> dict[str, dict[str, int]]:
    """COR, INC, PAR, MIS and SPU per scheme of one row of counts, (6,)."""
    same, other_code, overlap, overlap_other, missed, spurious = (int(count) for count in counts)
    rest = {"mis": missed, "spu": spurious}
    moved, kept = overlap + overlap_other, same + other_code
    return {
        "strict": {"cor": same, "inc": other_code + moved, "par": 0, **rest},
        "exact": {"cor": kept, "inc": moved, "par": 0, **rest},
        "partial": {"cor": kept, "inc": 0, "par": moved, **rest},
        "type": {"cor": same + overlap, "inc": other_code + overlap_other, "par": 0, **rest},
    }


@dataclass(frozen=True, slots=True)
class Matching:
    """One threshold's figures: F1 per scheme, and the offset errors of the accepted pairs."""

    schemes: Mapping[str, Figure]
    start_error: Figure
    end_error: Figure


def matching(
    documents: Iterable[tuple[Sequence[Unit], Sequence[Unit]]], threshold: float = 0.5
) -> Matching:
    """Quote-level agreement of (reference, other) documents at one IoU threshold, pooled."""
    both = [(align(*document), document) for document in documents]
    counts = [match_counts(pairs, (len(a), len(b)), [threshold])[0] for pairs, (a, b) in both]
    start, end = offset_errors([pair for pairs, _ in both for pair in pairs], threshold)
    total = np.array(counts).reshape(-1, 6).sum(axis=0)
    return Matching(match_figures(total), start, end)


def offset_errors(pairs: Iterable[Pair], threshold: float) -> tuple[Figure, Figure]:
    """Median absolute start and end error in characters; the signed median is in the parts.

    Signed: other coder minus reference. n counts pairs whose IoU reaches the threshold.
    """
    accepted = [pair for pair in pairs if pair.iou >= threshold]
    errors = np.array([[b.start - a.start, b.end - a.end] for a, b, _ in accepted]).reshape(-1, 2)
    start, end = (
        figure(
            np.median(np.abs(side)) if len(side) else np.nan,
            n=len(side),
            unit="matched quote pair",
            reference=f"median absolute {name} error in characters",
            undefined="no quotes were matched",
            signed_median=float(np.median(side)) if len(side) else None,
        )
        for name, side in zip(("start", "end"), errors.T, strict=True)
    )
    return start, end


def overlapped(reference: Sequence[Unit], other: Sequence[Unit]) -> Floats:
    """How many reference units the other coder overlaps, and how many of theirs do so, (2,)."""
    groups = list(clusters(reference, other))
    ours = sum(any(iou(a, b) > 0 for b in theirs) for mine, theirs in groups for a in mine)
    back = sum(any(iou(a, b) > 0 for a in mine) for mine, theirs in groups for b in theirs)
    return np.array([ours, back], dtype=float)


def fragmentation(counts: Floats) -> tuple[Figure, Figure]:
    """Fragmentation and merge ratio of (sums of) `overlapped` counts, (2,).

    Fragmentation above 1: the other coder splits what the reference marked once; the merge ratio
    is its inverse. n counts overlapping quotes of both coders.
    """
    ours, theirs = counts
    fragments, merges = (
        figure(
            ratio(top, bottom),
            n=int(ours + theirs),
            unit="overlapping quote",
            reference=f"{name} ratio: overlapping quotes per overlapped quote",
            undefined="no quotes overlap",
            reference_quotes=int(ours),
            other_quotes=int(theirs),
        )
        for name, top, bottom in (("fragmentation", theirs, ours), ("merge", ours, theirs))
    )
    return fragments, merges
