"""From two coders' labels on the same units to tables of counts.

A table is `[Q, Q]` counts, rows the first coder (the reference), columns the second. For one code
it is 2×2, `[[a, b], [c, d]]`: a both, b first only, c second only, d neither.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence, Set
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
    _known(used, order)
    place = {label: index for index, label in enumerate(order)}
    table = np.zeros((len(order), len(order)))
    for a, b in pairs:
        table[place[a], place[b]] += 1
    return table


def presence(
    first: Sequence[Collection[C]], second: Sequence[Collection[C]], codes: Sequence[C]
) -> Floats:
    """2×2 counts per code over aligned units with code sets: `[codes, 2, 2]` in `codes` order.

    Raises AgreementError for lists of unlike length and codes outside `codes`.
    """
    aligned(first, second)
    a, b = _indicators(first, codes), _indicators(second, codes)
    cells = [[a * b, a * (1 - b)], [(1 - a) * b, (1 - a) * (1 - b)]]
    return np.moveaxis(np.array(cells).sum(axis=2), -1, 0)


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


def either_coded(
    first: Sequence[Set[C]], second: Sequence[Set[C]]
) -> tuple[list[Set[C]], list[Set[C]]]:
    """The aligned units that at least one coder gave a code, as two lists."""
    aligned(first, second)
    kept = [(a, b) for a, b in zip(first, second, strict=True) if a or b]
    return [a for a, _ in kept], [b for _, b in kept]


def aligned(first: Sequence[object], second: Sequence[object]) -> None:
    """Raise AgreementError unless both coders have the same number of units."""
    if len(first) != len(second):
        raise AgreementError(
            f"one coder has {len(first)} units and the other {len(second)}",
            hint="Give both coders' labels for the same units in the same order.",
        )


def _indicators(units: Sequence[Collection[C]], codes: Sequence[C]) -> Floats:
    """`[units, codes]`, 1 where the unit carries the code."""
    _known({code for unit in units for code in unit}, codes)
    place = {code: index for index, code in enumerate(codes)}
    marks = np.zeros((len(units), len(codes)))
    for row, unit in enumerate(units):
        marks[row, [place[code] for code in unit]] = 1
    return marks


def _known(used: Collection[Hashable], known: Sequence[Hashable]) -> None:
    unknown = sorted(map(str, set(used) - set(known)))
    if unknown:
        raise AgreementError(f"a coder used codes that are not in the list: {', '.join(unknown)}")
