"""Open codes grouped by meaning: agglomerative, average linkage, as many groups as there are.

Groups are cut where their members are on average no more alike than a threshold, which depends on
the embedder and on nothing else: neither order nor seed can change them (the same dendrogram, cut
looser, gives the second level). Sokal & Michener 1958; Murtagh & Contreras 2012.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from autocode.errors import StudyError
from autocode.models.embedding import Embedder

# Cosines of open codes within a category, and within a category of the second level, at least, on
# average. Set on the runs of the embedded model on four interviews of one study, beside what
# `benchmarks/codebook.py` measures; most pairs of unrelated codes reach .80 with E5.
THRESHOLDS = {"multilingual-e5-small": (0.89, 0.86), "lexical": (0.4, 0.25)}
_OTHERS = (0.6, 0.45)
# The distances of so many take 200 MB.
MOST = 5000


@dataclass(frozen=True)
class Grouping:
    """Places in the texts: groups, and themes of groups; the thresholds they were cut at."""

    groups: list[list[int]]
    themes: list[list[int]]
    thresholds: tuple[float, float]


def grouped(texts: Sequence[str], embedder: Embedder) -> Grouping:
    """Groups of texts, and groups of these; whatever their order, the same texts give the same.

    Raises:
        StudyError: they are too many.
    """
    near, loose = thresholds(embedder)
    if len(texts) > MOST:
        raise StudyError(
            f"{len(texts):,} open codes are too many to group at once (at most {MOST:,})",
            hint="Group those of fewer runs or people, with --from.",
        )
    if len(texts) < 2:
        return Grouping([[at] for at in range(len(texts))], [], (near, loose))
    order = sorted(range(len(texts)), key=lambda at: texts[at])
    vectors = embedder.embed([texts[at] for at in order], "query").astype(float)
    # Rounded, so that the last bits of another machine join nothing else.
    distances = np.clip(1 - vectors @ vectors.T, 0, 2).round(5)
    np.fill_diagonal(distances, 0)
    apart = scipy.spatial.distance.squareform(distances, checks=False)
    tree = scipy.cluster.hierarchy.linkage(apart, "average")
    groups = _cut(tree, 1 - near, order)
    wide = _cut(tree, 1 - loose, order)
    place = {at: number for number, group in enumerate(groups) for at in group}
    themes = [sorted({place[at] for at in members}) for members in wide]
    return Grouping(groups, [theme for theme in themes if len(theme) > 1], (near, loose))


def thresholds(embedder: Embedder) -> tuple[float, float]:
    """Where groups and themes are cut, for vectors of this embedder."""
    known = (pair for name, pair in THRESHOLDS.items() if embedder.name.startswith(name))
    return next(known, _OTHERS)


def _cut(tree: np.ndarray, distance: float, order: Sequence[int]) -> list[list[int]]:
    labels = scipy.cluster.hierarchy.fcluster(tree, distance, "distance")
    members: dict[int, list[int]] = {}
    for at, label in zip(order, labels, strict=True):
        members.setdefault(int(label), []).append(at)
    return list(members.values())
