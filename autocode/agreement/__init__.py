"""Agreement coefficients: pure arithmetic on codings, numpy and scipy only.

Every coefficient is a function; `autocode.panel` computes the fixed panel of one comparison. Those
that bear the name of their module are reached through it: `alpha.alpha`,
`gamma.gamma`, `matching.matching`.
"""

from autocode.agreement import alpha, gamma, matching
from autocode.agreement.alttest import alt_test
from autocode.agreement.axial import grouping
from autocode.agreement.bootstrap import (
    block_bootstrap,
    document_bootstrap,
    leave_one_out,
    paired_difference,
    two_level_bootstrap,
)
from autocode.agreement.figure import Figure, Interval, Null
from autocode.agreement.labels import ac1, kappa, nominal_alpha, percent_agreement
from autocode.agreement.layers import layered_alpha
from autocode.agreement.overlap import char_overlap
from autocode.agreement.percode import bias_index, pabak, prevalence_index
from autocode.agreement.runs import ceiling, over_runs, quote_survival
from autocode.agreement.sets import jaccard, masi
from autocode.agreement.spans import Continuum, Unit, atomised, check_units
from autocode.agreement.unitizing import u_alpha

__all__ = [
    "Continuum",
    "Figure",
    "Interval",
    "Null",
    "Unit",
    "ac1",
    "alpha",
    "alt_test",
    "atomised",
    "bias_index",
    "block_bootstrap",
    "ceiling",
    "char_overlap",
    "check_units",
    "document_bootstrap",
    "gamma",
    "grouping",
    "jaccard",
    "kappa",
    "layered_alpha",
    "leave_one_out",
    "masi",
    "matching",
    "nominal_alpha",
    "over_runs",
    "pabak",
    "paired_difference",
    "percent_agreement",
    "prevalence_index",
    "quote_survival",
    "two_level_bootstrap",
    "u_alpha",
]
