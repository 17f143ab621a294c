"""How far apart every two of many sets of codes are, summed without a table of all pairs.

The distance of two sets depends on how large they are and on how many codes they share, and two
sets that share t codes share C(t, k) subsets of k codes. So a sum over pairs of sets becomes one
over the subsets they share, by inclusion and exclusion: time and memory grow with the number of
sets, not with its square.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import combinations
from math import comb, prod
from typing import Any

import numpy as np
import scipy

from autocode.agreement.coefficient import Bools, Floats, Ints, ranges

# The size of two sets and what they share, to their distance.
BySize = Callable[[Floats, Floats, Floats], Floats]
# Sets of more codes have too many subsets: each of them is compared with every set.
_MOST = 8
_SIZE_BITS = 4
_KEY_BITS = 63


class SetPairs:
    """The distances of every two sets; `pairs[first, second]` are those of some, by row.

    marks: (sets, codes), whether a set has a code; distance: 0 to 1, and 1 where two sets share
    nothing, unless both are empty.
    """

    def __init__(self, marks: Bools, distance: BySize) -> None:
        self._marks, self._distance = marks, distance
        self._sizes: Ints = marks.sum(axis=1)

    def __len__(self) -> int:
        return len(self._marks)

    def __getitem__(self, pair: tuple[Ints, Ints]) -> Floats:
        first, second = pair
        both = (self._marks[first] & self._marks[second]).sum(axis=1)
        return self._between(self._sizes[first], self._sizes[second], both)

    def _between(self, first: Ints, second: Ints, both: Ints) -> Floats:
        return self._distance(first.astype(float), second.astype(float), both.astype(float))

    def summed(self, uses: Floats) -> Floats:
        """Σ uses[i] · uses[j] · distance of i and j over all i and j, (..., sets) to (...)."""
        rows = uses.reshape(prod(uses.shape[:-1]), len(self))
        holds, alike = self._subsets
        weights = holds.T @ rows.T
        similar = (weights * (alike @ weights)).sum(axis=0)
        similar += (rows[:, self._sizes == 0] ** 2).sum(axis=1)
        if len(large := np.flatnonzero(self._sizes > self._most)):
            ours, near = rows[:, large], self._similar(large)
            similar += 2 * ((ours @ near) * rows).sum(axis=1)
            similar -= ((ours @ near[:, large]) * ours).sum(axis=1)
        return np.asarray(rows.sum(axis=1) ** 2 - similar).reshape(uses.shape[:-1])

    def _similar(self, some: Ints) -> Floats:
        """1 − distance of some sets to every set."""
        both: Any = self._marks[some].astype(np.float32) @ self._marks.T.astype(np.float32)
        return 1 - self._between(self._sizes[some, None], self._sizes, both)

    @cached_property
    def _bits(self) -> int:
        """How many bits tell the codes apart, and from none."""
        return int(self._marks.any(axis=0).sum()).bit_length()

    @property
    def _most(self) -> int:
        return min(_MOST, (_KEY_BITS - _SIZE_BITS) // max(self._bits, 1))

    @cached_property
    def _subsets(self) -> tuple[Any, Any]:
        """Which sets of a size hold a subset, (sets, subsets of a size), and how much it adds to
        the similarity of two sets that hold it, by the sizes of both."""
        listed = list(self._listed())
        keys, rows, counts = (
            np.concatenate([np.zeros(0, np.int64), *columns])
            for columns in (zip(*listed, strict=True) if listed else ((), (), ()))
        )
        different, at, column = np.unique(keys, return_index=True, return_inverse=True)
        shape = (len(self), len(different))
        holds = scipy.sparse.csr_array((np.ones(len(keys)), (rows, column)), shape=shape)
        codes, sizes = different >> _SIZE_BITS, different & ((1 << _SIZE_BITS) - 1)
        first, second = ranges(*(np.searchsorted(codes, codes, side=s) for s in ("left", "right")))
        adds = self._adding()[sizes[first], sizes[second], counts[at][first]]
        shape = (len(different), len(different))
        return holds, scipy.sparse.csr_array((adds, (first, second)), shape=shape)

    def _listed(self) -> Iterator[tuple[Ints, Ints, Ints]]:
        """The subsets of sets of few codes as numbers that hold the codes and the size of the set:
        the numbers, the rows of the sets, how many codes the subset has."""
        codes = np.unique(np.nonzero(self._marks)[1], return_inverse=True)[1] + 1
        firsts = np.cumsum(self._sizes) - self._sizes
        for size in range(1, self._most + 1):
            here = np.flatnonzero(self._sizes == size)
            members = codes[firsts[here][:, None] + np.arange(size)]
            for count in range(1, size + 1 if len(here) else 0):
                for chosen in combinations(range(size), count):
                    key = np.zeros(len(here), dtype=np.int64)
                    for place in chosen:
                        key = key << self._bits | members[:, place]
                    yield key << _SIZE_BITS | size, here, np.full(len(here), count)

    def _adding(self) -> Floats:
        """(size, size, k): what each shared subset of k codes adds to the similarity, so that those
        of t shared codes add up to that of sharing t."""
        sizes = np.indices((self._most + 1,) * 3)
        similar = 1 - self._between(*sizes)
        return np.stack(
            [
                sum((-1) ** (k - t) * comb(k, t) * similar[..., t] for t in range(k + 1))
                for k in range(self._most + 1)
            ],
            axis=-1,
        )
