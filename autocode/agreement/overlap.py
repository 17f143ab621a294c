"""Character overlap of two coders: precision, recall, F1 and IoU, pooled and per document.

The reference coder's characters are what precision and recall are about; nobody's coding is the
truth. κ over characters with an unknown number of negatives goes to F1: Hripcsak and Rothschild
(2005), J Am Med Inform Assoc 12(3):296-298.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autocode.agreement.coefficient import Floats, figure, ratio
from autocode.agreement.figure import Figure
from autocode.agreement.spans import Unit, intersections

REFERENCE = "character overlap"
HRIPCSAK = "Hripcsak & Rothschild 2005, J Am Med Inform Assoc 12(3):296-298"
NAMES = ("precision", "recall", "f1", "iou", "labelled_iou")

_UNDEFINED = {
    "precision": "the other coder marked nothing",
    "recall": "the reference coder marked nothing",
    "f1": "neither coder marked anything",
    "iou": "neither coder marked anything",
    "labelled_iou": "neither coder marked anything",
}


def atom_counts(reference: Sequence[Unit], other: Sequence[Unit], length: int) -> Floats:
    """Characters both marked, only the other, only the reference, neither, and with the same codes.

    Units as `spans.atomised` makes them; returns (5,).
    """
    tp = same = 0
    for ours, theirs, shared in intersections(reference, other):
        tp += shared
        same += shared if ours.code == theirs.code else 0
    fp = sum(end - start for start, end, _ in other) - tp
    fn = sum(end - start for start, end, _ in reference) - tp
    return np.array([tp, fp, fn, length - tp - fp - fn, same], dtype=float)


def char_rates(counts: Floats) -> dict[str, Floats]:
    """Precision, recall, F1, IoU and labelled IoU of counts (..., 5); undefined is nan."""
    tp, fp, fn, _, same = np.moveaxis(counts, -1, 0)
    return {
        "precision": ratio(tp, tp + fp),
        "recall": ratio(tp, tp + fn),
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
        "iou": ratio(tp, tp + fp + fn),
        "labelled_iou": ratio(same, tp + fp + fn),
    }


def char_figures(rows: Floats) -> dict[str, Figure]:
    """The figures of `atom_counts` rows, (documents, 5)."""
    counts, each = rows.sum(axis=0), char_rates(rows)
    tp, fp, fn, tn, same = (int(count) for count in counts)
    resting = {"precision": tp + fp, "recall": tp + fn}
    return {
        name: _resting(
            resting.get(name, tp + fp + fn),
            value,
            n=tp + fp + fn + tn,
            unit="marked character",
            reference=f"{HRIPCSAK}, positive specific agreement" if name == "f1" else REFERENCE,
            undefined=_UNDEFINED[name],
            tp=tp,
            fp=fp,
            fn=fn,
            tn=tn,
            same_codes=same,
            **_macro(each[name]),
        )
        for name, value in char_rates(counts).items()
    }


def _resting(marked: int, value: Floats, **about: Any) -> Figure:
    """A figure whose n is what it rests on; the reason looks at whether there is any text."""
    return replace(figure(value, **about), n=marked)


def _macro(values: Floats) -> Mapping[str, float | int | None]:
    known = values[~np.isnan(values)]
    return {
        "document_macro": float(known.mean()) if len(known) else None,
        "documents": len(values),
        "documents_undefined": len(values) - len(known),
    }
