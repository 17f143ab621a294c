"""γ for two coders, exact: position and code agreement by the best alignment against chance.

Source: Mathet, Widlöcher and Métivier (2015), Computational Linguistics 41(3):437-479. For two
coders the best alignment is an assignment problem, so no approximation is needed. The value depends
on the sampler of random codings: ours is named in every figure. γ-cat (Mathet 2017, Computational
Linguistics 43(3):661-681) is experimental: its expected value was not checked against the paper.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autocode.agreement.alpha import Distance, distances, nominal
from autocode.agreement.assignment import cheapest
from autocode.agreement.coefficient import Floats, Ints, figure, known, ranges, ratio
from autocode.agreement.figure import Figure
from autocode.agreement.spans import Continuum, code_order
from autocode.errors import AgreementError

REFERENCE = "Mathet et al. 2015, Computational Linguistics 41(3):437-479, γ"
CAT_REFERENCE = "Mathet 2017, Computational Linguistics 43(3):661-681, γ-cat (experimental)"
SAMPLES = 200
SAMPLER = (
    "each coder: the units of a randomly drawn coder who has some, circularly shifted as wholes, "
    "the two shifts at least the mean unit length apart"
)


@dataclass(frozen=True, slots=True)
class Dissimilarity:
    """d = α d_pos + β d_cat, both scaled by Δ, the cost of a unit left without a partner.

    metric gives d_cat of two codes, 0 to 1.
    """

    alpha: float = 1.0
    beta: float = 1.0
    empty: float = 1.0
    metric: Distance = nominal


@dataclass(frozen=True, slots=True)
class _Line:
    """One coder's units as arrays: starts and ends (n,), codes as rows of a distance matrix."""

    starts: Floats
    ends: Floats
    codes: Ints

    def shifted(self, offset: float, length: int) -> "_Line":
        starts = (self.starts + offset) % length
        return _Line(starts, starts + (self.ends - self.starts), self.codes)


@dataclass(frozen=True, slots=True)
class _Best:
    """The best alignment: its total cost, and what γ-cat needs of the aligned pairs."""

    cost: float
    weight: float
    category_cost: float


def _aligned(first: _Line, second: _Line, between: Floats, d: Dissimilarity) -> _Best:
    """The alignment of least cost; a pair is made only where it costs less than two orphans.

    Units so far apart that no pair across them saves anything are aligned apart.
    """
    rows, columns, position, category = _near(first, second, between, d)
    saved = d.alpha * position + d.beta * category - 2 * d.empty
    kept = np.flatnonzero(saved < 0)
    kept = kept[cheapest(rows[kept], columns[kept], saved[kept])]
    weight = np.maximum(0.0, 1 - d.alpha * position[kept])
    orphans = (len(first.starts) + len(second.starts)) * d.empty
    return _Best(
        float(orphans + saved[kept].sum()),
        float(weight.sum()),
        float((weight * category[kept]).sum()),
    )


def _near(
    first: _Line, second: _Line, between: Floats, d: Dissimilarity
) -> tuple[Ints, Ints, Floats, Floats]:
    """The pairs that might save something: their units, positional and categorial costs.

    A pair saves where moved < √(2/α) sizes, so its starts are not further apart than that. Units
    are looked up by size: a single long one shall not make all seem near.
    """
    reach = np.sqrt(2 / d.alpha) if d.alpha > 0 else np.inf
    lengths = first.ends - first.starts
    scale = np.frexp(second.ends - second.starts)[1]
    pairs = []
    for power in np.unique(scale):
        units = np.flatnonzero(scale == power)
        units = units[np.argsort(second.starts[units], kind="stable")]
        far = reach * (lengths + 2.0**power)
        lows = np.searchsorted(second.starts[units], first.starts - far)
        highs = np.searchsorted(second.starts[units], first.starts + far, side="right")
        ours, ordinals = ranges(lows, highs)
        pairs.append(np.array([ours, units[ordinals]]))
    rows, columns = np.concatenate([np.zeros((2, 0), dtype=np.int64), *pairs], axis=1)
    moved = np.abs(first.starts[rows] - second.starts[columns])
    moved = moved + np.abs(first.ends[rows] - second.ends[columns])
    sizes = (first.ends - first.starts)[rows] + (second.ends - second.starts)[columns]
    position = (moved / sizes) ** 2 * d.empty
    return rows, columns, position, between[first.codes[rows], second.codes[columns]] * d.empty


def _lines(continuum: Continuum, metric: Distance) -> tuple[tuple[_Line, _Line], Floats]:
    if len(continuum.coders) != 2:
        raise AgreementError(
            f"γ is computed exactly for two coders, here are {len(continuum.coders)}",
            hint="Compare the coders two by two.",
        )
    codes = sorted(continuum.codes, key=code_order)
    place = {code: row for row, code in enumerate(codes)}
    first, second = (
        _Line(
            np.array([unit.start for unit in units], dtype=float),
            np.array([unit.end for unit in units], dtype=float),
            np.array([place[unit.code] for unit in units], dtype=np.int64),
        )
        for units in continuum.coders
    )
    return (first, second), distances(codes, metric)


def disorder(continuum: Continuum, dissimilarity: Dissimilarity | None = None) -> float | None:
    """The disorder of the best alignment: its cost over the mean number of units per coder.

    None when neither coder has a unit; raises AgreementError unless there are two coders.
    """
    d = dissimilarity or Dissimilarity()
    lines, between = _lines(continuum, d.metric)
    units = sum(len(line.starts) for line in lines)
    return 2 * _aligned(*lines, between, d).cost / units if units else None


def _sampled(
    lines: Sequence[_Line], between: Floats, length: int, d: Dissimilarity, rng: np.random.Generator
) -> _Best:
    sizes = np.concatenate([line.ends - line.starts for line in lines])
    apart = min(float(sizes.mean()), length / 2)
    first = rng.uniform(0, length)
    second = first + rng.uniform(apart, length - apart) if length > 2 * apart else first + apart
    models = [line for line in lines if len(line.starts)]
    drawn = rng.integers(len(models), size=2)
    random = [models[i].shifted(s, length) for i, s in zip(drawn, (first, second), strict=True)]
    best = _aligned(random[0], random[1], between, d)
    # Costs grow with the number of units; bring a draw of unlike sizes to the observed number.
    units = sum(len(line.starts) for line in random)
    return _Best(best.cost * len(sizes) / units, best.weight, best.category_cost)


@dataclass(frozen=True, slots=True)
class Gamma:
    """γ and γ-cat; disorder, expected disorder, samples and sampler in the parts.

    standard_error of γ: how far it would move with other random samples.
    """

    value: Figure
    category: Figure


def gamma(
    continua: Iterable[Continuum],
    dissimilarity: Dissimilarity | None = None,
    *,
    samples: int = SAMPLES,
    precision: float | None = None,
    seed: int = 0,
) -> Gamma:
    """γ of two coders; several documents are pooled by adding the costs of their alignments.

    samples: random codings drawn; precision: when given, as many more are drawn as bring the
    relative error of the expected disorder below it (95 %): n = (CV 1.96 / precision)².
    n counts units of both coders. Same seed, same value. Raises AgreementError for other than two
    coders or fewer than two samples.
    """
    d = dissimilarity or Dissimilarity()
    if samples < 2:
        raise AgreementError("γ needs at least two random samples")
    prepared = [(c, *_lines(c, d.metric)) for c in continua if any(c.coders)]
    observed = [_aligned(*lines, between, d) for _, lines, between in prepared]
    rng = np.random.default_rng(seed)

    def draw() -> _Best:
        return _sum([_sampled(lines, b, c.length, d, rng) for c, lines, b in prepared])

    drawn = [draw() for _ in range(samples)] if prepared else []
    drawn += [draw() for _ in range(_missing(drawn, precision))]
    units = sum(len(line.starts) for _, lines, _ in prepared for line in lines)
    parts: dict[str, Any] = {
        "alpha": d.alpha,
        "beta": d.beta,
        "empty": d.empty,
        "samples": len(drawn),
    }
    parts |= {"sampler": SAMPLER, "seed": seed, "documents": len(prepared)}
    return _figures(_sum(observed), drawn, units, parts)


def _sum(bests: Sequence[_Best]) -> _Best:
    return _Best(
        sum(best.cost for best in bests),
        sum(best.weight for best in bests),
        sum(best.category_cost for best in bests),
    )


def _missing(drawn: Sequence[_Best], precision: float | None) -> int:
    if precision is None or not drawn:
        return 0
    costs = np.array([best.cost for best in drawn])
    spread = costs.std(ddof=1) / costs.mean() if costs.mean() else 0.0
    return max(0, int(np.ceil((spread * 1.96 / precision) ** 2)) - len(drawn))


def _figures(observed: _Best, drawn: Sequence[_Best], units: int, parts: dict[str, Any]) -> Gamma:
    costs = np.array([best.cost for best in drawn])
    expected = float(costs.mean()) if drawn else 0.0
    # By the delta method: the mean of chance is in the denominator.
    error = observed.cost / expected**2 * costs.std(ddof=1) / np.sqrt(len(costs)) if expected else 0
    seen = observed.category_cost / observed.weight if observed.weight else np.nan
    shares = [best.category_cost / best.weight for best in drawn if best.weight]
    chance = float(np.mean(shares)) if shares else 0.0
    return Gamma(
        value=figure(
            1 - ratio(observed.cost, expected),
            n=units,
            unit="quote",
            reference=REFERENCE,
            undefined="every random coding agrees perfectly, so there is no chance to correct for",
            disorder=2 * observed.cost / units if units else None,
            expected=2 * expected / units if units else None,
            standard_error=float(error),
            **parts,
        ),
        category=figure(
            1 - ratio(seen, chance),
            n=units,
            unit="quote",
            reference=CAT_REFERENCE,
            undefined="no units could be aligned, or no disagreement on codes can be expected",
            disorder=known(seen),
            expected=chance,
            **parts,
        ),
    )
