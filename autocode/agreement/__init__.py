"""Agreement coefficients: pure arithmetic on codings, numpy and scipy only.

Every coefficient is a function; `autocode.panel` computes the fixed panel of one comparison. Those
that bear the name of their module are reached through it: `alpha.alpha`,
`gamma.gamma`, `matching.matching`. `import scipy` alone loads its parts where they are first used:
most commands need none, and statistics take half a second.
"""

from autocode.agreement import alpha, gamma, matching
from autocode.agreement.alttest import alt_test
from autocode.agreement.axial import grouping
from autocode.agreement.figure import Figure, Interval, Null, Range, null_of
from autocode.agreement.intervals import leave_one_out, over_documents, over_turns
from autocode.agreement.labels import ac1, kappa, nominal_alpha, percent_agreement
from autocode.agreement.layers import layered_alpha
from autocode.agreement.percode import bias_index, pabak, prevalence_index
from autocode.agreement.placement import dealt, placed
from autocode.agreement.runs import ceiling, over_runs, quote_survival
from autocode.agreement.sets import jaccard, masi
from autocode.agreement.spans import Continuum, Unit, atomised, check_units
from autocode.agreement.unitizing import u_alpha

__all__ = [
    "Continuum",
    "Figure",
    "Interval",
    "Null",
    "Range",
    "Unit",
    "ac1",
    "alpha",
    "alt_test",
    "atomised",
    "bias_index",
    "ceiling",
    "check_units",
    "dealt",
    "gamma",
    "grouping",
    "jaccard",
    "kappa",
    "layered_alpha",
    "leave_one_out",
    "masi",
    "matching",
    "nominal_alpha",
    "null_of",
    "over_documents",
    "over_runs",
    "over_turns",
    "pabak",
    "percent_agreement",
    "placed",
    "prevalence_index",
    "quote_survival",
    "u_alpha",
]
