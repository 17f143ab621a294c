"""What chance makes of the documents: one set of draws for each question, shared by all figures.

Where: the other coder's quotes at random places within the text that may be marked. What, given
where: their codes permuted among the quotes. Turns and sentences are read off the same draws.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from autocode.agreement.coefficient import Floats
from autocode.agreement.placement import DEALT, PLACED
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Document
from autocode.panel.draws import Draws, dealt, placed

Question = Literal["where", "what"]
D = TypeVar("D")
E = TypeVar("E")
# With many documents fewer draws of each are combined at random, so that time stays the same.
_FEWEST = 100


@dataclass(frozen=True)
class Drawn(Generic[D]):
    """codings: each document's draws; picks: (corpora, documents), which of them go together.

    arrangements: how many different corpora there are among what was drawn, with the observed.
    """

    codings: Sequence[D]
    picks: NDArray[np.int64]
    method: str
    arrangements: int

    def of(self, read: Callable[[D], E]) -> "Drawn[E]":
        """The same draws as something else: what reads the draws of a document."""
        return Drawn(list(map(read, self.codings)), self.picks, self.method, self.arrangements)

    def pooled(self, rows: Sequence[Floats]) -> Floats:
        """The sums of every corpus of draws, from [document] (draws, width)."""
        return np.asarray(sum(row[pick] for row, pick in zip(rows, self.picks.T, strict=True)))


@dataclass(frozen=True)
class Chance:
    """The draws of each question, made when first asked for."""

    documents: Sequence[Document]
    config: PanelConfig

    @cached_property
    def where(self) -> Drawn[Draws]:
        return self._drawn(placed, PLACED, 0)

    @cached_property
    def what(self) -> Drawn[Draws]:
        return self._drawn(dealt, DEALT, 1)

    def _drawn(self, draw: Any, method: str, question: int) -> Drawn[Draws]:
        number, count = len(self.documents), self.config.permutations
        draws = max(count // number, min(count, _FEWEST))
        rng = np.random.default_rng([self.config.seed, question])
        codings = [draw(document, draws, rng) for document in self.documents]
        # Each draw is used as often as any: with as many draws as corpora these are independent.
        every = np.resize(np.arange(draws), count)
        picks = np.stack([rng.permutation(every) for _ in range(number)], axis=1)
        each = f" from {draws} per document" if number > 1 else ""
        times = f"{len(picks)} times{each}, seed {self.config.seed}"
        return Drawn(
            codings, picks, f"{method}, {times}", math.prod(drawn.different for drawn in codings)
        )
