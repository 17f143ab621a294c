"""Chance-corrected agreement of two coders on labels: Cohen's κ, α, AC1, PABAK; Holsti beside it.

Each coefficient takes tables as `autocode.agreement.tables` counts them: `kappa(table,
unit="turn")` is a Figure, `kappa.of(tables)` the values of `[..., Q, Q]` tables (nan: undefined).
More than two coders: `raters`; distances between labels or code sets: `alpha`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autocode.agreement.coefficient import Arithmetic, Floats, coefficient, ratio

ONE_LABEL = "both coders used one and the same label throughout, so chance alone explains it all"
NOTHING = "no unit was labelled by both coders"


def counts(table: Floats) -> dict[str, Any]:
    """A table as named parts: the four cells of a 2×2, or the rows of a larger one."""
    if table.shape != (2, 2):
        return {"table": table.astype(int).tolist()}
    names = ("both", "first_only", "second_only", "neither")
    return dict(zip(names, table.astype(int).ravel().tolist(), strict=True))


def total(tables: Floats) -> Floats:
    return np.asarray(tables.sum(axis=(-2, -1)))


def observed(tables: Floats) -> Floats:
    """po, the share of units on which both coders chose the same label."""
    return ratio(np.trace(tables, axis1=-2, axis2=-1), total(tables))


def _shares(tables: Floats) -> tuple[Floats, Floats]:
    whole = total(tables)[..., None]
    return ratio(tables.sum(axis=-1), whole), ratio(tables.sum(axis=-2), whole)


def _cohen_chance(tables: Floats) -> Floats:
    first, second = _shares(tables)
    return np.asarray((first * second).sum(axis=-1))


def _gwet_chance(tables: Floats) -> Floats:
    """Σ π(1 − π) / (Q − 1), π the share of each label."""
    first, second = _shares(tables)
    shares = (first + second) / 2
    return ratio((shares * (1 - shares)).sum(axis=-1), shares.shape[-1] - 1)


def _corrected(tables: Floats, chance: Arithmetic) -> Floats:
    expected = chance(tables)
    return ratio(observed(tables) - expected, 1 - expected)


def _parts(chance: Arithmetic) -> Callable[[Floats], Mapping[str, Any]]:
    def parts(table: Floats) -> Mapping[str, Any]:
        if not table.any():
            return counts(table)
        return {
            "observed": float(observed(table)),
            "expected": float(chance(table)),
            **counts(table),
        }

    return parts


@coefficient("percent agreement, po = Σ n_kk / n; not corrected for chance", NOTHING, parts=counts)
def percent_agreement(tables: Floats) -> Floats:
    """Share of units with the same label, 0 to 1; not corrected for chance."""
    return observed(tables)


@coefficient(
    "Cohen 1960, κ = (po − pe)/(1 − pe), pe = Σ p_k. p_.k", ONE_LABEL, parts=_parts(_cohen_chance)
)
def kappa(tables: Floats) -> Floats:
    """Cohen's κ, −1 to 1: chance keeps each coder's own label shares."""
    return _corrected(tables, _cohen_chance)


@coefficient(
    "Gwet 2008, AC1 = (po − pe)/(1 − pe), pe = Σ π_k(1 − π_k)/(Q − 1)",
    "AC1 needs at least two labels",
    parts=_parts(_gwet_chance),
)
def ac1(tables: Floats) -> Floats:
    """Gwet's AC1, −1 to 1: assumes that only hard units are agreed on by chance."""
    return _corrected(tables, _gwet_chance)


@coefficient(
    "Krippendorff 2011, nominal α = 1 − D_o/D_e; two coders, no missing values",
    "only one label was used, so there is no variation to agree on",
    parts=lambda table: {"values": int(2 * table.sum()), **counts(table)},
)
def nominal_alpha(tables: Floats) -> Floats:
    """Krippendorff's nominal α of two coders, up to 1; 0 is chance over the pooled labels."""
    values = 2 * total(tables)
    pooled = tables.sum(axis=-1) + tables.sum(axis=-2)
    apart = values - 2 * np.trace(tables, axis1=-2, axis2=-1)
    expected = values**2 - (pooled**2).sum(axis=-1)
    return np.asarray(1 - ratio((values - 1) * apart, expected))
