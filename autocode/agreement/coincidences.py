"""Coincidences: how many characters each pair of codes shares between coders.

They add over documents, so pooling and leaving documents out only sum matrices. Source:
Krippendorff, Mathet, Bouvry and Widlöcher (2016), Quality & Quantity 50(6):2347-2364.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autocode.agreement.coefficient import Floats
from autocode.agreement.spans import Continuum, Unit, code_order, first_overlap, refuse_overlap
from autocode.errors import AgreementError


@dataclass(frozen=True, slots=True, eq=False)
class Coincidences:
    """Observed coincidences of one or more documents, in characters; they add.

    observed: (K+1, K+1), row and column 0 are the gaps; self_terms (K+1) and coded_self_terms (K)
    are what a unit shares with itself, in the whole text and in the jointly coded text (s and s*).
    """

    codes: tuple[Hashable, ...]
    coders: int
    observed: Floats
    self_terms: Floats
    coded_self_terms: Floats

    def over(self, codes: Sequence[Hashable]) -> "Coincidences":
        """The same coincidences with the rows of `codes`, which hold at least all of ours."""
        if tuple(codes) == self.codes:
            return self
        place = {code: row for row, code in enumerate(codes, 1)}
        rows = np.array([0, *(place[code] for code in self.codes)])
        observed = np.zeros((len(codes) + 1, len(codes) + 1))
        observed[np.ix_(rows, rows)] = self.observed
        whole, coded = np.zeros(len(codes) + 1), np.zeros(len(codes))
        whole[rows], coded[rows[1:] - 1] = self.self_terms, self.coded_self_terms
        return Coincidences(tuple(codes), self.coders, observed, whole, coded)

    def __add__(self, other: "Coincidences") -> "Coincidences":
        if self.coders != other.coders:
            raise AgreementError(
                f"documents coded by {self.coders} and by {other.coders} coders cannot be pooled"
            )
        codes = tuple(dict.fromkeys((*self.codes, *other.codes)))
        a, b = self.over(codes), other.over(codes)
        return Coincidences(
            codes,
            self.coders,
            a.observed + b.observed,
            a.self_terms + b.self_terms,
            a.coded_self_terms + b.coded_self_terms,
        )


def coincidences(continuum: Continuum) -> Coincidences:
    """Count one document, for any number of coders; its codes are sorted as text.

    Raises AgreementError for overlapping units of one coder.
    """
    listed = tuple(sorted(continuum.codes, key=code_order))
    value = {code: row for row, code in enumerate(listed, 1)}
    sections = [_sections(u, continuum.length, value, i) for i, u in enumerate(continuum.coders, 1)]
    cuts = np.unique(np.concatenate([starts for starts, _ in sections]))
    lengths = np.diff(np.append(cuts, continuum.length)).astype(float)
    at = [np.searchsorted(starts, cuts, "right") - 1 for starts, _ in sections]
    return _counted(sections, at, lengths, listed)


def _sections(
    units: Sequence[Unit], length: int, value: Mapping[Hashable, int], coder: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each section of a coder's continuum starts, and its value (0 is a gap)."""
    if overlap := first_overlap(units):
        refuse_overlap(*overlap, coder=f"coder {coder}")
    starts, values, at = [], [], 0
    for unit in units:
        if unit.start > at:
            starts.append(at)
            values.append(0)
        starts.append(unit.start)
        values.append(value[unit.code])
        at = unit.end
    if at < length:
        starts.append(at)
        values.append(0)
    return np.array(starts, dtype=np.int64), np.array(values, dtype=np.int64)


def _counted(
    sections: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
    at: Sequence[NDArray[np.int64]],
    lengths: Floats,
    codes: tuple[Hashable, ...],
) -> Coincidences:
    rows, coders = len(codes) + 1, len(sections)
    observed = np.zeros(rows * rows)
    whole, coded = np.zeros(rows), np.zeros(rows)
    for i, (_, values) in enumerate(sections):
        ours = values[at[i]]
        sizes = np.bincount(at[i], lengths, len(values))
        # Gaps enter with their first power: they are not units that somebody identified.
        whole += np.bincount(values, np.where(values == 0, sizes, sizes**2), rows)
        for j in range(coders):
            if j == i:
                continue
            other = sections[j][1][at[j]]
            observed += np.bincount(ours * rows + other, lengths, rows * rows)
            shared = np.bincount(at[i], lengths * (other > 0), len(values))
            coded += np.bincount(values, shared**2, rows)
    pairs = coders - 1
    return Coincidences(
        codes, coders, observed.reshape(rows, rows) / pairs, whole, coded[1:] / pairs
    )
