"""A measure is counts per document that add, and figures of their sums.

So pooling, resampling, leaving documents out and judging against chance are all sums of rows.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Generic, TypeVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from autocode.agreement.bootstrap import Resampled, block_bootstrap, document_bootstrap
from autocode.agreement.coefficient import Floats
from autocode.agreement.figure import Figure, Null
from autocode.agreement.nulls import null_of
from autocode.panel.config import PanelConfig

Path = tuple[str, ...]
TWO = "this is defined for two coders: compare the coders two by two"
D = TypeVar("D")
# With many documents fewer draws of each are combined at random, so that time stays the same.
_FEWEST = 100


@dataclass(frozen=True)
class Measure(Generic[D]):
    """One family of figures.

    row: a document's counts, (width,); values: sums (..., width) to values (..., paths), nan where
    undefined; figures: documents and their rows to one Figure per path; judged: compare with
    chance; reason: why it cannot be computed at all, if so.
    """

    paths: Sequence[Path]
    width: int
    row: Callable[[D], Floats]
    values: Callable[[Floats], Floats]
    figures: Callable[[Sequence[D], Floats], Sequence[Figure]]
    judged: bool = True
    reason: str | None = None

    def rows(self, documents: Sequence[D]) -> Floats:
        """(documents, width)."""
        if self.reason:
            return np.zeros((0, self.width))
        return np.array([self.row(one) for one in documents]).reshape(len(documents), self.width)

    def pooled(self, documents: Sequence[D], rows: Floats) -> dict[Path, Figure]:
        """The figures of all documents together, without interval and null."""
        figures = self.figures([] if self.reason else documents, rows)
        if self.reason:
            figures = [replace(one, value=None, reason=self.reason, n=0) for one in figures]
        return dict(zip(self.paths, figures, strict=True))


@dataclass(frozen=True)
class Group(Generic[D]):
    """Measures of the same documents, resampled and judged together.

    change: a document as chance would have it; changes: all documents that chance could make of
    one, when they can be listed; without either there is no null. pieces: a document in text
    order, cut by turn, for the bootstrap within a single document.
    """

    documents: Sequence[D]
    measures: Sequence[Measure[D]]
    chance: str = ""
    change: Callable[[D, Generator], D] | None = None
    changes: Callable[[D], Sequence[D]] | None = None
    pieces: Callable[[D], Sequence[D]] | None = None

    @cached_property
    def rows(self) -> list[Floats]:
        """Each measure's rows, (documents, width)."""
        return [measure.rows(self.documents) for measure in self.measures]

    @property
    def able(self) -> list[Measure[D]]:
        """The measures that can be computed."""
        return [measure for measure in self.measures if measure.reason is None]

    def figures(self, config: PanelConfig, drawn: Mapping[Path, Resampled]) -> dict[Path, Figure]:
        """Every figure with the interval of its resamples and its null."""
        found: dict[Path, Figure] = {}
        for measure, counted in zip(self.measures, self.rows, strict=True):
            found |= measure.pooled(self.documents, counted)
        for path, resamples in drawn.items():
            if found[path].value is not None and (interval := resamples.interval(config.level)):
                found[path] = found[path].with_interval(interval)
        for path, null in self._nulls(config, found).items():
            found[path] = found[path].with_null(null)
        return found

    def resampled(self, config: PanelConfig) -> dict[Path, Resampled]:
        """Each path's resamples: of documents, or of blocks of turns of a single one."""
        if not config.resamples or not self.able:
            return {}
        settings = {"seed": config.seed, "resamples": config.resamples}
        if len(self.documents) > 1:
            counted = zip(self.measures, self.rows, strict=True)
            joined = np.hstack([rows for measure, rows in counted if measure.reason is None])
            drawn = document_bootstrap(joined, self._values, **settings)
        elif (blocks := self._blocks(config)) is not None:
            drawn = block_bootstrap(blocks, self._values, block=config.block, **settings)
        else:
            return {}
        paths = [path for measure in self.able for path in measure.paths]
        return {path: drawn.at(index) for index, path in enumerate(paths)}

    def _blocks(self, config: PanelConfig) -> Floats | None:
        pieces = self.pieces(self.documents[0]) if self.pieces and self.documents else []
        if len(pieces) < 2 * config.block:
            return None
        return np.hstack([measure.rows(pieces) for measure in self.able])

    def _values(self, sums: Floats) -> Floats:
        """All values of the joined rows of the measures that can be computed."""
        cuts = np.cumsum([measure.width for measure in self.able])[:-1]
        parts = np.split(sums, cuts, axis=-1)
        values = [measure.values(part) for measure, part in zip(self.able, parts, strict=True)]
        return np.concatenate(values, axis=-1)

    def _nulls(self, config: PanelConfig, found: Mapping[Path, Figure]) -> dict[Path, Null]:
        judged = [measure for measure in self.able if measure.judged]
        able = judged and self.documents and (self.change or self.changes)
        if not config.permutations or not able:
            return {}
        changed = self._changed(config)
        picks, times = _picked([len(some) for some in changed], config, listed=bool(self.changes))
        nulls = {}
        for measure in judged:
            chosen = zip(map(measure.rows, changed), picks.T, strict=True)
            values = measure.values(np.sum([rows[row] for rows, row in chosen], axis=0))
            for index, path in enumerate(measure.paths):
                observed = found[path].value
                method = f"{self.chance}, {times}"
                if observed is not None and (null := null_of(observed, values[:, index], method)):
                    nulls[path] = null
        return nulls

    def _changed(self, config: PanelConfig) -> list[Sequence[D]]:
        """What chance makes of each document: everything it could, or enough draws."""
        if self.changes:
            return [self.changes(document) for document in self.documents]
        if self.change is None:
            return []
        draws = max(config.permutations // len(self.documents), min(config.permutations, _FEWEST))
        rng = np.random.default_rng(config.seed)
        return [[self.change(one, rng) for _ in range(draws)] for one in self.documents]


def _picked(
    sizes: Sequence[int], config: PanelConfig, *, listed: bool
) -> tuple[NDArray[np.int64], str]:
    """Which change of each document goes into each corpus, (corpora, documents), and how many."""
    if math.prod(sizes) <= config.permutations:
        rows = list(product(*map(range, sizes)))
        times = f"all {len(rows)} of them" if listed else f"{len(rows)} times, seed {config.seed}"
        return np.array(rows, dtype=np.int64).reshape(len(rows), len(sizes)), times
    picks = np.random.default_rng(config.seed).integers(
        sizes, size=(config.permutations, len(sizes))
    )
    each = "" if listed or len(sizes) == 1 else f" from {sizes[0]} per document"
    return picks, f"{config.permutations} times{each}, seed {config.seed}"
