"""From two coders' labels on the same units to tables of counts.

A table is `[Q, Q]` counts, rows the first coder (the reference), columns the second. For one code
it is 2×2, `[[a, b], [c, d]]`: a both, b first only, c second only, d neither; that is what
`contingency` counts of the labels True and False.
"""

from collections.abc import Hashable, Iterable, Sequence, Set
from typing import TypeVar

import numpy as np

from autocode.agreement.coefficient import Floats
from autocode.agreement.spans import code_order
from autocode.errors import AgreementError

C = TypeVar("C", bound=Hashable)


def contingency(
    first: Sequence[C | None], second: Sequence[C | None], categories: Iterable[C] | None = None
) -> Floats:
    """Count label pairs of aligned units: `[Q, Q]`; a unit one coder left out (None) is dropped.

    categories: the labels in table order; by default those that occur, sorted as text.
    Raises AgreementError for lists of unlike length and labels outside `categories`.
    """
    aligned(first, second)
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    used = {label for pair in pairs for label in pair}
    order = sorted(used, key=code_order) if categories is None else list(dict.fromkeys(categories))
    if unknown := sorted(map(str, used.difference(order))):
        raise AgreementError(f"a coder used codes that are not in the list: {', '.join(unknown)}")
    place = {label: index for index, label in enumerate(order)}
    table = np.zeros((len(order), len(order)))
    for a, b in pairs:
        table[place[a], place[b]] += 1
    return table


def set_counts(first: Sequence[Set[C]], second: Sequence[Set[C]]) -> Floats:
    """Code applications pooled over aligned units and codes: `[[both, first], [second, 0]]`.

    "Neither" is 0, because it would depend on how many codes the codebook happens to hold; use
    with `precision`, `recall`, `f1`. One document is `set_counts([all its codes], [...])`.
    """
    aligned(first, second)
    pairs = list(zip(first, second, strict=True))
    both = sum(len(a & b) for a, b in pairs)
    return np.array(
        [[both, sum(len(a - b) for a, b in pairs)], [sum(len(b - a) for a, b in pairs), 0]],
        dtype=float,
    )


def aligned(first: Sequence[object], second: Sequence[object]) -> None:
    """Raise AgreementError unless both coders have the same number of units."""
    if len(first) != len(second):
        raise AgreementError(
            f"one coder has {len(first)} units and the other {len(second)}",
            hint="Give both coders' labels for the same units in the same order.",
        )
