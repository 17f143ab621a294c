"""Which of many names may be nearly the same: those that share some of their rarest n-grams.

Comparing every two of 10,000 names takes minutes. Two names that differ by few edits share all
n-grams but those that an edit touches, so some of the rarest of each must be common to both (prefix
filtering; Bayardo, Ma & Srikant 2007).
"""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

GRAM = 3
# Names this unlike cannot be told from others any more (share of characters inserted or deleted).
UNLIKE = 0.1
# So many of the rarest must be common: the more, the more are looked up and the fewer compared.
COMMON = 6


def pairs_sharing_grams(names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs (i, j), i < j, each once: all that may have an indel similarity of 1 - UNLIKE."""
    padded = [f"\0\0{name}\0\0" for name in names]
    grams = [{name[at : at + GRAM] for at in range(len(name) - GRAM + 1)} for name in padded]
    counts = Counter(gram for name in grams for gram in name)
    touched = [_touched(len(name)) for name in names]
    rarest = [
        sorted(name, key=lambda gram: (counts[gram], gram))[: edits + COMMON]
        for name, edits in zip(grams, touched, strict=True)
    ]
    holders: dict[str, list[int]] = defaultdict(list)
    for at, rare in enumerate(rarest):
        for gram in rare:
            holders[gram].append(at)
    places = {gram: np.array(every, np.int32) for gram, every in holders.items()}
    lengths = np.array([len(name) for name in names], np.int32)
    pairs = zip(rarest, touched, strict=True)
    needed = np.array([max(1, len(rare) - edits) for rare, edits in pairs], np.int32)
    for at, rare in enumerate(rarest):
        before = [places[gram][: bisect_left(holders[gram], at)] for gram in rare]
        others, shared = np.unique(np.concatenate(before), return_counts=True)
        apart, both = np.abs(lengths[others] - lengths[at]), lengths[others] + lengths[at]
        near = (apart <= UNLIKE * both) & (shared >= np.minimum(needed[others], needed[at]))
        yield from ((int(other), at) for other in others[near])


def _touched(length: int) -> int:
    """How many n-grams edits may touch, where the other name is longer by as much as it may be."""
    longest = length * (1 + UNLIKE) / (1 - UNLIKE)
    return math.floor(UNLIKE * (length + longest)) * GRAM
