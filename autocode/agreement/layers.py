"""Overlapping codes, layered: one marked-or-not continuum per code, |uα for each (the default).

A quote with several codes lies on several layers. Source of |uα: Krippendorff, Mathet, Bouvry and
Widlöcher (2016), Quality & Quantity 50(6):2347-2364; one binary continuum per code is also the
honest reading of ATLAS.ti's c-Alpha-binary. On a single layer of `spans.relevant` units this is
|uα whatever the codes.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from autocode.agreement.coefficient import Floats, figure, ratio
from autocode.agreement.figure import Figure
from autocode.agreement.spans import Continuum, Unit, by_code, code_order, intersections
from autocode.errors import AgreementError

REFERENCE = "Krippendorff et al. 2016, Quality & Quantity 50(6):2347-2364"


def layer_terms(
    length: int, coders: Sequence[Mapping[Any, Sequence[Unit]]], codes: Collection[Hashable]
) -> Floats:
    """What |uα needs of one document: (K, 4), and sums of these pool documents.

    coders: each coder's `spans.by_code`. Columns: total (coders x characters), marked by a coder,
    marked by both of a pair (in the scale of one coder), sum of squared unit lengths.
    """
    out = np.zeros((len(codes), 4))
    for row, code in zip(out, codes, strict=True):
        layers = [coder.get(code, ()) for coder in coders]
        lengths = [unit.end - unit.start for layer in layers for unit in layer]
        pairs = combinations(layers, 2)
        joint = sum(shared for a, b in pairs for _, _, shared in intersections(a, b))
        row[:] = (
            len(coders) * length,
            sum(lengths),
            2 * joint / (len(coders) - 1),
            sum(size * size for size in lengths),
        )
    return out


def disagreements(rows: Floats) -> tuple[Floats, Floats]:
    """Observed and expected disagreement, in characters, of terms (..., K, 4)."""
    total, marked, joint, squares = np.moveaxis(rows, -1, 0)
    uncoded = total - marked
    free = total**2 - uncoded - squares
    return marked - joint, np.nan_to_num(ratio(total * uncoded * marked, free))


def layer_alphas(rows: Floats) -> Floats:
    """|uα per code of terms (..., K, 4): (..., K), nan where a code is nowhere or everywhere."""
    observed, expected = disagreements(rows)
    return 1 - ratio(observed, expected)


def micro(rows: Floats) -> Floats:
    """One |uα over all layers: 1 - summed observed / summed expected disagreement, (...)."""
    observed, expected = disagreements(rows)
    return 1 - ratio(observed.sum(-1), expected.sum(-1))


def macro(rows: Floats) -> Floats:
    """The mean |uα of the codes that have one, (...)."""
    by_code = layer_alphas(rows)
    known = ~np.isnan(by_code)
    return ratio(np.where(known, by_code, 0).sum(-1), known.sum(-1))


@dataclass(frozen=True, slots=True)
class Layered:
    """|uα pooled over the layers, averaged over them, and per code with its prevalence."""

    micro: Figure
    macro: Figure
    per_code: Mapping[Hashable, Figure]


def layered_alpha(
    continua: Iterable[Continuum], codes: Collection[Hashable] | None = None
) -> Layered:
    """|uα with one layer per code, documents pooled; a coder's units may overlap.

    codes: the layers; by default the codes used, sorted as text. n counts characters.
    Raises AgreementError without a document and for a code that `codes` lacks.
    """
    documents = list(continua)
    if not documents:
        raise AgreementError("layered u-alpha needs at least one document")
    used = {code for document in documents for code in document.codes}
    listed = sorted(used, key=code_order) if codes is None else list(codes)
    if unknown := used.difference(listed):
        raise AgreementError(
            f"a coder uses the code {min(unknown, key=code_order)!r}, not in the list"
        )
    rows = [layer_terms(d.length, [by_code(u) for u in d.coders], listed) for d in documents]
    return layered_figures(np.sum(rows, axis=0), listed, sum(d.length for d in documents))


def layered_figures(rows: Floats, codes: Sequence[Hashable], n: int) -> Layered:
    """The figures of pooled terms (K, 4) over n characters."""
    observed, expected = disagreements(rows)
    nothing = "no code divides the text: each is nowhere or everywhere"

    def pooled(value: Floats, name: str) -> Figure:
        return figure(
            value,
            n=n,
            unit="character",
            reference=f"{REFERENCE}, |uα per code, {name}",
            undefined=nothing,
            codes=len(codes),
        )

    per_code = {
        code: figure(
            value,
            n=n,
            unit="character",
            reference=f"{REFERENCE}, |uα of one code",
            undefined=f"{code} was marked " + ("everywhere" if row[1] else "by no coder"),
            prevalence=float(row[1] / row[0]) if row[0] else None,
            observed=float(seen),
            expected=float(chance),
        )
        for code, value, row, seen, chance in zip(
            codes, layer_alphas(rows), rows, observed, expected, strict=True
        )
    }
    return Layered(pooled(micro(rows), "micro"), pooled(macro(rows), "macro"), per_code)
