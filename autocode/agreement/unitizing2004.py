"""Krippendorff's older α_U, only for comparison with programs that print it (DKPro, text-alpha).

Source: Krippendorff (1995), Sociological Methodology 25:47-76; Krippendorff (2004), Quality &
Quantity 38:787-800. Superseded by the u-alpha family of 2016 (`unitizing`), which to prefer.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from autocode.agreement.coefficient import Floats, figure
from autocode.agreement.figure import Figure
from autocode.agreement.spans import Continuum, Unit, by_code, code_order

REFERENCE = "Krippendorff 2004, Quality & Quantity 38:787-800, α_U"


@dataclass(frozen=True, slots=True)
class OlderAlpha:
    """α_U over all codes and for each; observed and expected disagreement in the parts."""

    value: Figure
    per_code: Mapping[Hashable, Figure]


def older_u_alpha(continuum: Continuum) -> OlderAlpha:
    """α_U (2004) of one document, each code on its own layer; n counts characters."""
    layers = [by_code(units) for units in continuum.coders]
    codes = sorted(continuum.codes, key=code_order)
    found = {c: _disagreements([layer.get(c, []) for layer in layers], continuum) for c in codes}
    pooled = tuple(sum(pair[side] for pair in found.values()) for side in (0, 1))
    return OlderAlpha(
        _figure(pooled[0], pooled[1], continuum, REFERENCE),
        {c: _figure(*pair, continuum, f"{REFERENCE} of one code") for c, pair in found.items()},
    )


def _figure(observed: float, expected: float, continuum: Continuum, reference: str) -> Figure:
    return figure(
        1 - observed / expected if expected else np.nan,
        n=continuum.length,
        unit="character",
        reference=reference,
        undefined="no disagreement can be expected: nothing was marked",
        observed=float(observed),
        expected=float(expected),
        coders=len(continuum.coders),
    )


def _disagreements(layers: Sequence[Sequence[Unit]], continuum: Continuum) -> tuple[float, float]:
    sections = [_sections(units, continuum.length) for units in layers]
    return _observed(sections, continuum.length), _expected(np.concatenate(sections), continuum)


def _sections(units: Sequence[Unit], length: int) -> Floats:
    """(sections, 3): begin, length, 1 for a unit and 0 for a gap."""
    rows, at = [], 0
    for unit in units:
        rows += [(at, unit.start - at, 0), (unit.start, unit.length, 1)]
        at = unit.end
    rows.append((at, length - at, 0))
    return np.array([row for row in rows if row[1] > 0], dtype=float).reshape(-1, 3)


def _observed(sections: Sequence[Floats], length: int) -> float:
    total = sum(_differences(g, h) for g, h in permutations(sections, 2))
    coders = len(sections)
    return total / (coders * (coders - 1) * length**2) if length else 0.0


def _differences(first: Floats, second: Floats) -> float:
    """The summed squared differences between two coders' sections of one code."""
    b_g, l_g, v_g = (column[:, None] for column in first.T)
    b_h, l_h, v_h = second.T
    apart = b_g - b_h
    both = (v_g == 1) & (v_h == 1) & (-l_g < apart) & (apart < l_h)
    inside = (v_g == 1) & (v_h == 0) & (apart >= 0) & (apart <= l_h - l_g)
    around = (v_g == 0) & (v_h == 1) & (-apart >= 0) & (-apart <= l_g - l_h)
    moved = apart**2 + (apart + l_g - l_h) ** 2
    return float((both * moved + inside * l_g**2 + around * l_h**2).sum())


def _expected(sections: Floats, continuum: Continuum) -> float:
    units = sections[sections[:, 2] == 1, 1][:, None]
    gaps = sections[sections[:, 2] == 0, 1]
    if not len(units):
        return 0.0
    between = (len(units) - 1) / 3 * (2 * units**3 - 3 * units**2 + units)
    room = np.where(gaps >= units, gaps - units + 1, 0).sum(axis=1, keepdims=True)
    everywhere = len(continuum.coders) * continuum.length
    chances = everywhere * (everywhere - 1) - (units * (units - 1)).sum()
    return float(2 / continuum.length * (between + units**2 * room).sum() / chances)
