"""Axial coding: do two coders group the same codes alike, and relate them alike?

A grouping maps each code to its category (None: not categorised).
"""

from collections.abc import Hashable, Mapping, Sequence, Set

import numpy as np

from autocode.agreement.coefficient import Coefficient, Floats, coefficient, ratio
from autocode.agreement.figure import Figure
from autocode.agreement.labels import counts, kappa
from autocode.agreement.percode import f1, precision, recall
from autocode.agreement.tables import set_counts
from autocode.errors import AgreementError

NO_CODE = "no code has a category from both coders"
Grouping = Mapping[str, Hashable | None]
Relation = tuple[str, str, str]


def grouping_table(gold: Grouping, model: Grouping) -> Floats:
    """Codes by gold category (rows) and model category (columns), `[gold, model]` counts.

    Codes that either coder left without a category are not counted.
    Raises AgreementError when the two groupings are of different codes.
    """
    if gold.keys() != model.keys():
        lacking = sorted(gold.keys() ^ model.keys())
        raise AgreementError(
            f"the groupings are of different codes: {', '.join(lacking)}",
            hint="Group the same codes, or match the codes first.",
        )
    pairs = [(gold[code], model[code]) for code in gold]
    pairs = [pair for pair in pairs if None not in pair]
    rows = {label: row for row, label in enumerate(dict.fromkeys(pair[0] for pair in pairs))}
    columns = {label: at for at, label in enumerate(dict.fromkeys(pair[1] for pair in pairs))}
    table = np.zeros((len(rows), len(columns)))
    for ours, theirs in pairs:
        table[rows[ours], columns[theirs]] += 1
    return table


def _purity(tables: Floats, axis: int) -> Floats:
    """B-cubed: mean over codes of the share of their cluster (along `axis`) that is theirs too."""
    sizes = tables.sum(axis=axis, keepdims=True)
    return ratio(ratio(tables**2, sizes).sum(axis=(-2, -1), where=tables > 0), _codes(tables))


def _codes(tables: Floats) -> Floats:
    return np.asarray(tables.sum(axis=(-2, -1)))


def _doubt(sizes: Floats, within: Floats) -> Floats:
    """−Σ n ln(n/within) over the last two axes: n times the conditional entropy."""
    share = ratio(sizes, within)
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    return np.asarray(-(sizes * logs).sum(axis=(-2, -1)))


def _harmonic(a: Floats, b: Floats) -> Floats:
    """2ab/(a + b); 0 where both are 0."""
    mean = ratio(2 * a * b, a + b)
    return np.where((a == 0) & (b == 0), 0.0, mean)


def pair_table(tables: Floats) -> Floats:
    """Pairs of codes by "same category?" of gold and model: `[..., 2, 2]`, as κ takes them."""

    def pairs(sizes: Floats, axes: tuple[int, ...]) -> Floats:
        return np.asarray((sizes * (sizes - 1) / 2).sum(axis=axes))

    both = pairs(tables, (-2, -1))
    gold, model = pairs(tables.sum(axis=-1), (-1,)), pairs(tables.sum(axis=-2), (-1,))
    n = _codes(tables)
    neither = n * (n - 1) / 2 - gold - model + both
    cells = [np.stack([both, gold - both], -1), np.stack([model - both, neither], -1)]
    return np.stack(cells, axis=-2)


@coefficient(
    "Hubert & Arabie 1985, adjusted Rand index = Cohen κ on pairs of codes",
    "both coders put all codes together, or all apart, so there is nothing to tell by pairs",
    parts=counts,
)
def ari(tables: Floats) -> Floats:
    """Adjusted Rand index, up to 1; 0 is chance."""
    return kappa.of(pair_table(tables))


@coefficient("Bagga & Baldwin 1998, B-cubed precision", NO_CODE, parts=counts)
def b_cubed_precision(tables: Floats) -> Floats:
    """Mean over codes: share of its model category that is in its gold category, 0 to 1."""
    return _purity(tables, -2)


@coefficient("Bagga & Baldwin 1998, B-cubed recall", NO_CODE, parts=counts)
def b_cubed_recall(tables: Floats) -> Floats:
    """Mean over codes: share of its gold category that is in its model category, 0 to 1."""
    return _purity(tables, -1)


@coefficient("Bagga & Baldwin 1998, B-cubed F = 2PR/(P + R)", NO_CODE, parts=counts)
def b_cubed_f1(tables: Floats) -> Floats:
    """Harmonic mean of B-cubed precision and recall, 0 to 1."""
    return _harmonic(_purity(tables, -2), _purity(tables, -1))


@coefficient("Rosenberg & Hirschberg 2007, h = 1 − H(C|K)/H(C)", NO_CODE, parts=counts)
def homogeneity(tables: Floats) -> Floats:
    """1 when each model category holds codes of one gold category only, 0 to 1."""
    return _explained(tables, -1)


@coefficient("Rosenberg & Hirschberg 2007, c = 1 − H(K|C)/H(K)", NO_CODE, parts=counts)
def completeness(tables: Floats) -> Floats:
    """1 when each gold category lies within one model category, 0 to 1."""
    return _explained(tables, -2)


@coefficient("Rosenberg & Hirschberg 2007, V = 2hc/(h + c)", NO_CODE, parts=counts)
def v_measure(tables: Floats) -> Floats:
    """Harmonic mean of homogeneity and completeness, 0 to 1."""
    return _harmonic(_explained(tables, -1), _explained(tables, -2))


def _explained(tables: Floats, axis: int) -> Floats:
    """1 − H(kept | other)/H(kept); kept is the margin that summing along `axis` leaves."""
    other, kept = -3 - axis, axis
    left = _doubt(tables, tables.sum(axis=other, keepdims=True))
    whole = _doubt(tables.sum(axis=kept, keepdims=True), _codes(tables)[..., None, None])
    explained = np.where(whole == 0, 1.0, 1 - ratio(left, whole))
    return np.where(_codes(tables) == 0, np.nan, explained)


@coefficient("Pham et al. 2024 (TopicGPT), harmonic purity", NO_CODE, parts=counts)
def harmonic_purity(tables: Floats) -> Floats:
    """Mean over codes of the best F1 of its gold category with any model category, 0 to 1."""
    gold, model = tables.sum(axis=-1, keepdims=True), tables.sum(axis=-2, keepdims=True)
    best = ratio(2 * tables, gold + model).max(axis=-1, initial=0, where=tables > 0)
    return ratio((best * gold[..., 0]).sum(axis=-1), _codes(tables))


GROUPING: tuple[Coefficient, ...] = (
    ari,
    b_cubed_precision,
    b_cubed_recall,
    b_cubed_f1,
    homogeneity,
    completeness,
    v_measure,
    harmonic_purity,
)


def grouping(gold: Grouping, model: Grouping) -> dict[str, Figure]:
    """Every agreement figure of two groupings of the same codes, by name; n counts codes."""
    table = grouping_table(gold, model)
    return {measure.name: measure(table, unit="code") for measure in GROUPING}


def relations(
    gold: Sequence[Set[Relation]], model: Sequence[Set[Relation]]
) -> dict[str, dict[str, Figure]]:
    """Precision, recall and F1 of (code, relation, code) triples, document by document pooled.

    "strict": all three must agree; "ends": which codes are related, whatever the relation is
    called.
    """
    ends = [[{(link[0], link[2]) for link in links} for links in side] for side in (gold, model)]
    tables = {"strict": set_counts(gold, model), "ends": set_counts(*ends)}
    return {
        name: {
            coefficient.name: coefficient(table, unit="relation")
            for coefficient in (precision, recall, f1)
        }
        for name, table in tables.items()
    }
