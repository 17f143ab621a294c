"""Krippendorff's u-alpha family: agreement on where units are and what they are coded as.

Source: Krippendorff, Mathet, Bouvry and Widlöcher (2016), Quality & Quantity 50(6):2347-2364;
Krippendorff (2019), Content Analysis, 4th ed., section 12.6, equations 32-38. Documents are pooled
by adding their coincidences, never by averaging coefficients. A coder's units must not overlap
here: `layers` and `spans.atomised` are the two policies for overlapping codes.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any, NamedTuple

import numpy as np

from autocode.agreement.alpha import Distance, distances, nominal
from autocode.agreement.coefficient import Floats, figure, known, ratio
from autocode.agreement.coincidences import Coincidences, coincidences
from autocode.agreement.figure import Figure
from autocode.agreement.spans import Continuum
from autocode.errors import AgreementError

REFERENCE = "Krippendorff et al. 2016, Quality & Quantity 50(6):2347-2364"
# Below this share of the whole, an expected disagreement is rounding, not a quantity.
NEGLIGIBLE = 1e-12


class Alphas(NamedTuple):
    """The family as arrays with the leading shape of the terms; undefined is nan."""

    value: Floats
    relevance: Floats
    coded: Floats
    coverage: Floats
    per_code: Floats
    per_code_coverage: Floats


def terms(counted: Coincidences, between: Floats) -> Floats:
    """What the family needs of one document, (5K+5,): sums of these rows pool documents.

    In order: total, coded disagreement under the distances `between`, margins (K+1), agreement
    (K+1), self terms (K+1), coded margins (K), coded self terms (K).
    """
    coded = counted.observed[1:, 1:]
    return np.concatenate(
        [
            [counted.observed.sum(), (coded * between).sum()],
            counted.observed.sum(1),
            counted.observed.diagonal(),
            counted.self_terms,
            coded.sum(1),
            counted.coded_self_terms,
        ]
    )


def spread(row: Floats, places: Sequence[int], k: int) -> Floats:
    """The terms of a document's own codes laid out for k codes, among which they have `places`."""
    count = len(places)
    whole, codes = [0, *(place + 1 for place in places)], list(places)
    targets, start = [0, 1], 2
    for block, size in ((whole, k + 1), (whole, k + 1), (whole, k + 1), (codes, k), (codes, k)):
        targets += [start + place for place in block]
        start += size
    out = np.zeros(5 * k + 5)
    out[targets] = row[: 5 * count + 5]
    return out


def alphas(rows: Floats, between: Floats) -> Alphas:
    """The family of (sums of) `terms`, shape (..., 5K+5), under the distances (K, K)."""
    k = len(between)
    total, disagreement = rows[..., 0], rows[..., 1]
    cuts = np.cumsum([2, k + 1, k + 1, k + 1, k])
    margins, agreed, self_terms, coded, coded_self_terms = np.split(
        rows[..., 2:], cuts[1:] - 2, axis=-1
    )
    free = total**2 - self_terms.sum(-1)
    uncoded = margins[..., 0]
    share = total / np.where(free == 0, np.nan, free)
    expected = total - share * ((margins**2).sum(-1) - self_terms.sum(-1))
    expected_relevance = share * uncoded * (total - uncoded)
    joint = coded.sum(-1)
    free_joint = joint - ratio(coded_self_terms.sum(-1), joint)
    expected_coded = ratio(((coded @ between) * coded).sum(-1), free_joint)
    return Alphas(
        value=_alpha(total - agreed.sum(-1), expected, total),
        relevance=_alpha(uncoded - agreed[..., 0], expected_relevance, total),
        coded=_alpha(disagreement, expected_coded, joint),
        coverage=ratio(joint, total),
        per_code=_per_code(agreed[..., 1:], coded, coded_self_terms, joint),
        per_code_coverage=ratio(coded, margins[..., 1:]),
    )


def _per_code(agreed: Floats, coded: Floats, self_terms: Floats, joint: Floats) -> Floats:
    """(k)u-alpha: the observed rate of other codes where k was given, over the expected rate."""
    joint = joint[..., None]
    rate = ratio(coded - agreed, coded)
    chance = ratio(coded * (joint - coded), coded * joint - self_terms)
    return _alpha(rate, chance, np.ones_like(rate))


def _alpha(observed: Floats, expected: Floats, scale: Floats) -> Floats:
    """1 - observed / expected, nan where no disagreement can be expected."""
    return 1 - ratio(observed, np.where(expected > NEGLIGIBLE * scale, expected, 0.0))


@dataclass(frozen=True, slots=True)
class Family:
    """uα, |uα, cuα with its coverage, and (k)uα per code (coverage in its parts)."""

    value: Figure
    relevance: Figure
    coded: Figure
    coverage: Figure
    per_code: Mapping[Hashable, Figure]


def u_alpha(continua: Iterable[Continuum], metric: Distance = nominal) -> Family:
    """The family over several documents, pooled by adding their coincidences."""
    documents = list(continua)
    if not documents:
        raise AgreementError("u-alpha needs at least one document")
    return family(reduce(add, map(coincidences, documents)), metric)


def family(counted: Coincidences, metric: Distance = nominal) -> Family:
    """Every member of the family as a figure; n counts characters of the continuum."""
    between = distances(counted.codes, metric)
    row = terms(counted, between)
    return figures(row, between, counted.codes, counted.coders)


def figures(row: Floats, between: Floats, codes: Sequence[Hashable], coders: int) -> Family:
    """The figures of one row of `terms`.

    n counts characters, the same for every coder; that of cuα and (k)uα those marked by several.
    """
    members, why = alphas(row, between), _reasons(row, len(codes))

    def member(value: Floats, name: str, undefined: str, **parts: Any) -> Figure:
        return figure(
            value,
            n=round(row[0] / coders),
            unit="character",
            reference=f"{REFERENCE}, {name}",
            undefined=undefined,
            coders=coders,
            **parts,
        )

    def joint(value: Floats, name: str, undefined: str, **parts: Any) -> Figure:
        shown = member(value, name, undefined, **parts)
        marked = row[2 + 3 * (len(codes) + 1) :][: len(codes)].sum()
        return replace(shown, n=round(marked / coders), unit="jointly marked character")

    per_code = {}
    for k, code in enumerate(codes):
        coverage = members.per_code_coverage[k]
        nowhere = f"no passage coded {code} by one coder was coded at all by another"
        undefined = why["coded"] if coverage > 0 else nowhere
        per_code[code] = joint(members.per_code[k], "(k)uα", undefined, coverage=known(coverage))
    return Family(
        value=member(members.value, "uα", why["value"]),
        relevance=member(members.relevance, "|uα", why["relevance"]),
        coded=joint(members.coded, "cuα", why["coded"], coverage=float(members.coverage)),
        coverage=member(members.coverage, "coverage of cuα", why["value"]),
        per_code=per_code,
    )


def _reasons(row: Floats, k: int) -> dict[str, str]:
    """Why each member would be undefined; only the reasons that apply are ever used."""
    joint = row[2 + 3 * (k + 1) : 2 + 3 * (k + 1) + k].sum()
    nothing = row[2] == row[0]
    full = "one code covers the whole text for every coder"
    gapless = "every character was marked by every coder, so there is no gap to agree on"
    one_code = "the jointly coded text carries one code only"
    return {
        "value": "no coder marked anything" if nothing else full,
        "relevance": "no coder marked anything" if nothing else gapless,
        "coded": one_code if joint else "no passage was coded by two coders",
    }
