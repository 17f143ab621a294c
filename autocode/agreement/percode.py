"""One code at a time: what the 2×2 counts say, for each code and with what to beware of.

Tables are `[[a, b], [c, d]]`: a both, b first (reference) only, c second only, d neither. Rare
codes make κ and AC1 tell different stories (Feinstein & Cicchetti 1990), so a code's figures are
always shown together.
"""

from dataclasses import replace

from autocode.agreement.coefficient import Floats, coefficient, ratio
from autocode.agreement.figure import Figure
from autocode.agreement.labels import ac1, counts, kappa, nominal_alpha, observed, total
from autocode.errors import AgreementError

UNUSED = "neither coder used the code"


def _uses(table: Floats) -> dict[str, int]:
    """The counts that F1 and its kin rest on: "neither" does not enter."""
    shown = counts(table)
    return {name: shown[name] for name in ("both", "first_only", "second_only")}


def _cells(tables: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    if tables.shape[-2:] != (2, 2):
        raise AgreementError("a single code's figures need a 2×2 table of counts")
    return tables[..., 0, 0], tables[..., 0, 1], tables[..., 1, 0], tables[..., 1, 1]


@coefficient("Byrt, Bishop & Carlin 1993, PABAK = 2po − 1", "no unit", parts=counts)
def pabak(tables: Floats) -> Floats:
    """Prevalence-adjusted, bias-adjusted κ, −1 to 1; ignores how often the code occurs."""
    _cells(tables)
    return 2 * observed(tables) - 1


@coefficient("Byrt, Bishop & Carlin 1993, PI = (a − d)/n", "no unit", parts=counts)
def prevalence_index(tables: Floats) -> Floats:
    """−1 (nobody ever uses the code) to 1 (both always do)."""
    a, _, _, d = _cells(tables)
    return ratio(a - d, total(tables))


@coefficient("Byrt, Bishop & Carlin 1993, BI = (b − c)/n", "no unit", parts=counts)
def bias_index(tables: Floats) -> Floats:
    """−1 to 1; above 0 the first coder uses the code more often than the second."""
    _, b, c, _ = _cells(tables)
    return ratio(b - c, total(tables))


@coefficient("Cicchetti & Feinstein 1990, p_pos = 2a/(2a + b + c)", UNUSED, parts=_uses)
def p_pos(tables: Floats) -> Floats:
    """Agreement on the presence of the code, 0 to 1; the same number as F1."""
    return f1.of(tables)


@coefficient(
    "Cicchetti & Feinstein 1990, p_neg = 2d/(2d + b + c)",
    "both coders used the code on every unit",
    parts=counts,
)
def p_neg(tables: Floats) -> Floats:
    """Agreement on the absence of the code, 0 to 1."""
    _, b, c, d = _cells(tables)
    return ratio(2 * d, 2 * d + b + c)


@coefficient("precision = a/(a + c)", "the second coder never used the code", parts=_uses)
def precision(tables: Floats) -> Floats:
    """Share of the second coder's uses that the first coder shares, 0 to 1."""
    a, _, c, _ = _cells(tables)
    return ratio(a, a + c)


@coefficient("recall = a/(a + b)", "the first coder never used the code", parts=_uses)
def recall(tables: Floats) -> Floats:
    """Share of the first coder's uses that the second coder shares, 0 to 1."""
    a, b, _, _ = _cells(tables)
    return ratio(a, a + b)


@coefficient("van Rijsbergen 1979, F1 = 2a/(2a + b + c)", UNUSED, parts=_uses)
def f1(tables: Floats) -> Floats:
    """Harmonic mean of precision and recall, 0 to 1."""
    a, b, c, _ = _cells(tables)
    return ratio(2 * a, 2 * a + b + c)


# Of little use on a handful of decisions; counts and indices stay.
SUPPRESSIBLE = (kappa, nominal_alpha, ac1, pabak, p_pos, p_neg, precision, recall, f1)
DESCRIPTIVE = (prevalence_index, bias_index)


def code_figures(table: Floats, *, unit: str, minimum: int = 5) -> dict[str, Figure]:
    """Every figure of one code by name; with fewer than `minimum` uses only counts and indices.

    Raises AgreementError for a table that is not 2×2.
    """
    a, b, c, _ = _cells(table)
    figures = {measure.name: measure(table, unit=unit) for measure in SUPPRESSIBLE + DESCRIPTIVE}
    uses = int(a + b + c)
    if uses >= minimum:
        return figures
    reason = rare(minimum, unit)
    for measure in SUPPRESSIBLE:
        figures[measure.name] = replace(figures[measure.name], value=None, reason=reason)
    return figures


def rare(minimum: int, unit: str) -> str:
    """Why a code has no figure: fewer units than are needed carry it for some coder."""
    return f"fewer than {minimum} {unit}s carry the code (a + b + c): see the counts"
