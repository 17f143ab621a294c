"""Where an observed value stands among those that chance reached: mean, range and p.

p = (1 + #{null ≥ observed})/(1 + B) of B chance codings (see `placement`).
"""

import numpy as np
from numpy.typing import ArrayLike

from autocode.agreement.figure import Null

_TIE = 1e-12  # the same value summed in another order is still as high as the observed one


def null_of(
    observed: float, values: ArrayLike, method: str, *, arrangements: int | None = None
) -> Null | None:
    """Where `observed` stands among null values `[B]`; higher counts as better agreement.

    Undefined (nan) null values count against the observed one in p, are left out of the mean and
    the central 95 % range, and are counted in the method. None where all are undefined.
    arrangements: how many different codings chance can make, where that is known: of a few the
    best one is drawn often, so that no p is below 1/arrangements.
    """
    array = np.asarray(values, dtype=float)
    defined = array[~np.isnan(array)]
    if not defined.size:
        return None
    lost = array.size - defined.size
    reached = int((defined >= observed - _TIE).sum()) + lost
    low, high = np.quantile(defined, [0.025, 0.975])
    note = f", {lost} undefined" if lost else ""
    return Null(
        float(defined.mean()),
        float(low),
        float(high),
        (1 + reached) / (1 + array.size),
        f"{method}{note}",
        max(1 / (1 + array.size), 1 / (arrangements or np.inf)),
    )
