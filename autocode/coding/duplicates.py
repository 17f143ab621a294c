"""Near-duplicates: codes that are probably one, each pair with the reasons that speak for it.

Three things speak for it: the names differ by a slip of the keyboard; the words of one name are all
in the other and both mean nearly the same; the two stand on the same quotes. What two names have
each for itself (`single`, `multiple` landing zone) sets them apart on purpose, unless these words
mean the same too.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autocode.coding.codebook import bare, slip
from autocode.coding.nouns import Code
from autocode.coding.shared_grams import pairs_sharing_grams

# Labels as vectors of length 1.
Embed = Callable[[Sequence[str]], NDArray[Any]]

# Of 119 codes of a study on data meshes, pairs with all words of one in the other and a cosine (E5)
# above .90 were the same or one within the other; most pairs of codes reach .80.
NEAR = 0.9
# Pairs without a common word must be closer: `usability` and `accessibility` reach .91.
NEARER = 0.94
# Up to so many codes every two are compared by meaning; above, only those that share their words.
# of these only the first so many labels, those with most words in common, are embedded: a second
# takes about 70.
MOST_BY_MEANING, MOST_EMBEDDED = 300, 60
# Of a longer name only its parts without one word are looked up; codes of one name that are paired.
MOST_WORDS, MOST_ALIKE = 6, 20
# Two codes stand on the same quotes when they share this part of at least so many.
SHARED, FEWEST = 0.8, 3
_SMALL = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the",
          "their", "to", "with"}  # fmt: skip

Marks = Mapping[str, Set[object]]


@dataclass(frozen=True)
class Duplicate:
    """Two codes that are probably one: `keep` the better known, `drop` the other.

    reasons: in words. likeness: 0 to 1, for the order of suggestions.
    """

    keep: str
    drop: str
    reasons: tuple[str, ...]
    likeness: float


def duplicates(
    codes: Sequence[Code],
    *,
    embed: Embed | None = None,
    marks: Marks | None = None,
    uses: Mapping[str, int] | None = None,
) -> list[Duplicate]:
    """Pairs of codes that are probably one, the likeliest first; retired codes are left out.

    embed: vectors of labels; without it only spelling and quotes speak. marks: what each code
    stands on, such as places of quotes. uses: how often each code is used, to say which of two to
    keep.
    """
    live = sorted((code for code in codes if not code.retired), key=lambda code: code.id)
    reasons: dict[tuple[int, int], list[tuple[float, str]]] = defaultdict(list)
    for pairs in (_spelled(live), _meant(live, embed), _shared(live, marks or {})):
        for pair, likeness, reason in pairs:
            reasons[pair].append((likeness, reason))
    made = []
    for (first, second), why in reasons.items():
        keep, drop = sorted((live[first], live[second]), key=lambda c: _standing(c, uses or {}))
        why.sort(reverse=True)
        # Each further reason takes half of what is left to certainty.
        likeness = 1 - (1 - why[0][0]) * 0.5 ** (len(why) - 1)
        told = tuple(reason for _, reason in why)
        made.append(Duplicate(keep.id, drop.id, told, round(likeness, 4)))
    return sorted(made, key=lambda pair: (-pair.likeness, pair.keep, pair.drop))


def respelt(codes: Sequence[Code]) -> dict[str, str]:
    """Codes that are another one spelt otherwise, each with the one that stays.

    Only the surest duplicates: called the same but for a slip of the keyboard, of one kind, not
    defined differently, and neither the parent of the other.
    """
    by_id = {code.id: code for code in codes}
    sure = []
    for pair in duplicates(codes):
        first, second = by_id[pair.keep], by_id[pair.drop]
        said = ((first.kind, second.kind), (first.definition, second.definition))
        related = first.parent == second.id or second.parent == first.id
        if not related and all(a == b or not (a and b) for a, b in said):
            sure.append(pair)
    return collapsed(sure)


def _standing(code: Code, uses: Mapping[str, int]) -> tuple[Any, ...]:
    """Sort key under which the code that is better kept stands first."""
    told = bool(code.definition), bool(code.label), bool(code.first_defined_in)
    return (*(not known for known in told), -uses.get(code.id, 0), code.id)


_Pair = tuple[tuple[int, int], float, str]


def _spelled(codes: Sequence[Code]) -> Iterator[_Pair]:
    """Pairs of which an id or label is that of the other, or differs by a slip."""
    holders: dict[str, dict[int, None]] = defaultdict(dict)
    for at, code in enumerate(codes):
        for name in names(code):
            holders[name][at] = None
    for name, same in holders.items():
        for pair in pairwise(sorted(same)):  # of many, each with the next
            yield pair, 1.0, f"both are called “{name}”"
    distinct = list(holders)
    for i, j in pairs_sharing_grams(distinct):
        if likeness := slip(distinct[i], distinct[j]):
            for first in holders[distinct[i]]:
                for second in holders[distinct[j]]:
                    if first != second:
                        words = f"“{distinct[i]}” and “{distinct[j]}” differ by a slip"
                        yield (min(first, second), max(first, second)), likeness, words


def names(code: Code) -> list[str]:
    """What a code is called, by id and by label, without case and punctuation."""
    return list(dict.fromkeys(filter(None, (bare(code.id), bare(code.label or "")))))


def _meant(codes: Sequence[Code], embed: Embed | None) -> Iterator[_Pair]:
    if embed is None:
        return
    words = [frozenset(bare(code.words).split()) for code in codes]
    words = [name - _SMALL or name for name in words]
    within = _within(words)
    if len(codes) <= MOST_BY_MEANING:
        vectors = dict(enumerate(embed([code.words for code in codes])))
    else:
        places = list(dict.fromkeys(at for pair in within for at in pair))[:MOST_EMBEDDED]
        labels = [codes[at].words for at in places]
        vectors = dict(zip(places, embed(labels), strict=True)) if places else {}
    for i, j in within:
        if i in vectors and j in vectors and (near := float(vectors[i] @ vectors[j])) >= NEAR:
            narrow, wide = sorted((i, j), key=lambda at: len(words[at]))
            if bare(codes[i].words) == bare(codes[j].words):
                continue  # which the spelling says
            same = not _apart(words[wide], words[narrow])[0]
            how = "has the same words as" if same else "is within"
            told = f"“{codes[narrow].words}” {how} “{codes[wide].words}”"
            yield (i, j), near, f"{told} (meaning {near:.2f})"
    if len(codes) <= MOST_BY_MEANING and codes:
        yield from _synonyms(words, np.array(list(vectors.values())), embed)


def _synonyms(words: Sequence[Set[str]], vectors: NDArray[Any], embed: Embed) -> Iterator[_Pair]:
    """Pairs that mean the same in other words, also where only what sets them apart is compared."""
    near = np.argwhere(np.triu(vectors @ vectors.T >= NEARER, 1)).tolist()
    apart = {(i, j): _apart(words[i], words[j]) for i, j in near}
    apart = {pair: rest for pair, rest in apart.items() if all(rest)}
    if not apart:
        return
    left, right = (
        embed([" ".join(sorted(rest)) for rest in side])
        for side in zip(*apart.values(), strict=True)
    )
    for (i, j), rest in zip(apart, (left * right).sum(axis=1), strict=True):
        if (likeness := min(float(vectors[i] @ vectors[j]), float(rest))) >= NEARER:
            yield (i, j), likeness, f"they mean nearly the same ({likeness:.2f})"


def _stem(word: str) -> str:
    """By what words are looked up that may be forms of one: `policy`, `policies`."""
    return word[:5] if len(word) > 5 else word.removesuffix("s")


@lru_cache(100_000)  # the labels of a codebook share their words
def _alike(first: str, second: str) -> bool:
    """Whether two words are forms of one: they begin alike for most of the shorter."""
    if first.removesuffix("s") == second.removesuffix("s"):
        return True
    least = max(5, 3 * min(len(first), len(second)) / 4)
    begin = next((at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
                 min(len(first), len(second)))  # fmt: skip
    return begin >= least


def _apart(first: Set[str], second: Set[str]) -> tuple[Set[str], Set[str]]:
    """The words that each of two names has for itself."""
    return _besides(first, second), _besides(second, first)


def _besides(first: Set[str], second: Set[str]) -> Set[str]:
    """The words of the first that are no form of a word of the second."""
    return {word for word in first - second if not any(_alike(word, also) for also in second)}


def _within(words: Sequence[Set[str]]) -> list[tuple[int, int]]:
    """Pairs of which one has all words of the other, those with fewest words more first."""
    stems = [frozenset(map(_stem, name)) for name in words]
    holders: dict[frozenset[str], list[int]] = defaultdict(list)
    for at, name in enumerate(stems):
        holders[name].append(at)
    more: dict[tuple[int, int], int] = {}
    for at, name in enumerate(stems):
        for size in range(len(name), 0 if len(name) <= MOST_WORDS else len(name) - 2, -1):
            for part in combinations(sorted(name), size):
                for other in holders.get(frozenset(part), ())[:MOST_ALIKE]:
                    if other != at and not _besides(words[other], words[at]):
                        more.setdefault((min(at, other), max(at, other)), len(name) - size)
    return sorted(more, key=lambda pair: (more[pair], pair))


def _shared(codes: Sequence[Code], marks: Marks) -> Iterator[_Pair]:
    """Pairs that stand on the same quotes, as codes of two coders for one thing do."""
    places: dict[object, list[int]] = defaultdict(list)
    for at, code in enumerate(codes):
        for mark in marks.get(code.id, ()):
            places[mark].append(at)
    common: Counter[tuple[int, int]] = Counter()
    for holders in places.values():
        if len(holders) <= 20:  # a quote with more codes says nothing about any two of them
            common.update(combinations(holders, 2))
    for (first, second), count in common.items():
        either = len(set(marks[codes[first].id]) | set(marks[codes[second].id]))
        if count >= FEWEST and count / either >= SHARED:
            yield (first, second), count / either * NEARER, f"{count} of {either} quotes have both"


def collapsed(pairs: Collection[Duplicate]) -> dict[str, str]:
    """Each code to drop and the one that stays, over chains of pairs."""
    stays: dict[str, str] = {}

    def kept(id_: str) -> str:
        while id_ in stays:
            id_ = stays[id_]
        return id_

    for pair in pairs:
        keep, drop = kept(pair.keep), kept(pair.drop)
        if keep != drop:
            stays[drop] = keep
    return {drop: kept(drop) for drop in stays}
