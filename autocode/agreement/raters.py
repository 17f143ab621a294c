"""More than two coders: Fleiss' κ, Conger's κ, Gwet's AC1, Brennan-Prediger; values may be missing.

Ratings are units × coders as in `alpha`. Formulas for missing values: Gwet 2014, Handbook of
Inter-Rater Reliability, as in the R package irrCAC.
"""

from collections.abc import Callable

import numpy as np

from autocode.agreement.alpha import Ratings, distinct
from autocode.agreement.coefficient import Floats, figure, ratio
from autocode.agreement.figure import Figure
from autocode.agreement.labels import gwet_chance
from autocode.errors import AgreementError


def fleiss_kappa(ratings: Ratings, *, unit: str) -> Figure:
    """Fleiss' κ, up to 1: chance is the pooled label shares (Scott's π for two coders)."""

    def chance(votes: Floats) -> Floats:
        return np.asarray((_pooled(votes) ** 2).sum())

    return _corrected(ratings, chance, unit, "Fleiss 1971, κ = (P̄ − P̄e)/(1 − P̄e)")


def conger_kappa(ratings: Ratings, *, unit: str) -> Figure:
    """Conger's κ, up to 1: Cohen's κ for several coders, each with their own label shares."""

    def chance(votes: Floats) -> Floats:
        given = votes.sum(axis=(0, 2))
        if not given.all():
            raise AgreementError("a coder labelled no unit", hint="Leave that coder out.")
        own = votes.sum(axis=0) / given[:, None]
        shares = own.mean(axis=0)
        return np.asarray((shares**2 - own.var(axis=0, ddof=1) / len(own)).sum())

    return _corrected(ratings, chance, unit, "Conger 1980, κ for several coders")


def gwet_ac1(ratings: Ratings, *, unit: str) -> Figure:
    """Gwet's AC1 for several coders, up to 1."""
    reference = "Gwet 2008, AC1, pe = Σ π_k(1 − π_k)/(Q − 1)"
    return _corrected(ratings, lambda votes: gwet_chance(_pooled(votes)), unit, reference)


def brennan_prediger_several(ratings: Ratings, *, unit: str) -> Figure:
    """Brennan and Prediger's coefficient for several coders: all labels are equally likely."""
    reference = "Brennan & Prediger 1981, pe = 1/Q"
    return _corrected(ratings, lambda votes: ratio(1, votes.shape[2]), unit, reference)


def _corrected(
    ratings: Ratings, chance: Callable[[Floats], Floats], unit: str, reference: str
) -> Figure:
    votes = _votes(ratings)
    counts = votes.sum(axis=1)
    several = counts[counts.sum(axis=1) > 1]
    n = len(several)
    if not n:
        return Figure.undefined("no unit has two labels", n=0, unit=unit, reference=reference)
    m = several.sum(axis=1)
    observed = ((several * (several - 1)).sum(axis=1) / (m * (m - 1))).mean()
    expected = chance(votes)
    return figure(
        ratio(observed - expected, 1 - expected),
        n=n,
        unit=unit,
        reference=reference,
        undefined="all coders used one and the same label, so chance alone explains it all",
        observed=float(observed),
        expected=None if np.isnan(expected) else float(expected),
        labels=int(votes.sum()),
    )


def _votes(ratings: Ratings) -> Floats:
    """`[units, coders, labels]`, 1 where the coder gave the unit the label."""
    coders = {len(row) for row in ratings}
    if len(coders) > 1 or min(coders, default=2) < 2:
        raise AgreementError("every unit needs one place per coder, for at least two coders")
    place = {value: index for index, value in enumerate(distinct(ratings))}
    votes = np.zeros((len(ratings), max(coders, default=2), len(place)))
    for row, unit in enumerate(ratings):
        for coder, value in enumerate(unit):
            if value is not None:
                votes[row, coder, place[value]] = 1
    return votes


def _pooled(votes: Floats) -> Floats:
    """Share of each label: mean over the labelled units of its share within the unit."""
    counts = votes.sum(axis=1)
    labelled = counts[counts.sum(axis=1) > 0]
    return np.asarray((labelled / labelled.sum(axis=1, keepdims=True)).mean(axis=0))
