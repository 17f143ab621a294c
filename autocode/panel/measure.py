"""A measure is counts per document that add, and figures of their sums.

So pooling, leaving documents or turns out and judging against chance are all sums of rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
import scipy

from autocode.agreement.coefficient import Bools, Floats
from autocode.agreement.figure import Figure, null_of
from autocode.agreement.intervals import Bounds, Jackknife, over_documents, over_turns, spread
from autocode.panel.catalogue import Path
from autocode.panel.chance import Drawn, Question
from autocode.panel.config import PanelConfig
from autocode.panel.draws import Draws
from autocode.panel.ratings import Rated, RatedDraws
from autocode.panel.texts import Texts
from autocode.text import plural

NO_TEXT = "the transcript was not given, and this needs its turns and sentences"
TWO = "this is defined for two coders: compare the coders two by two"


# Many texts in columns.
Many = Texts | Rated
D = TypeVar("D")


def dense(rows: Any) -> Floats:
    """Rows that may be sparse, as an array."""
    sparse = scipy.sparse.issparse(rows)
    return np.asarray(rows.toarray() if sparse else rows)


@dataclass(frozen=True)
class Measure(Generic[D]):
    """One family of figures.

    row: a document's counts, (width,); values: sums (..., width) to values (..., paths), nan where
    undefined; figures: documents and their rows to one Figure per path; question: what chance is
    asked about, if anything; bounds: between which the values lie; bearing: rows of turns
    (turns, width) to (turns, paths), which turns a ratio's denominator rests on, where that is
    fewer than those somebody marked; by_draw: draws to values (corpora, paths) where rows would be
    too wide; reason: why it cannot be computed at all, if so; many: the rows of many
    texts at once, (texts, width), each as `row` counts it, sparse where they are wide.
    """

    paths: Sequence[Path]
    width: int
    row: Callable[[D], Floats]
    values: Callable[[Floats], Floats]
    figures: Callable[[Sequence[D], Floats], Sequence[Figure]]
    question: Question | None = None
    bounds: Bounds = (-1, 1)
    bearing: Callable[[Floats], Floats | Bools] | None = None
    by_draw: Callable[[Drawn[Any]], Floats] | None = None
    reason: str | None = None
    many: Callable[[Any], Floats] | None = None

    def rows(self, documents: Sequence[D] | Many | Draws | RatedDraws) -> Floats:
        """(documents, width), or as many as there are texts or draws."""
        if self.reason:
            return np.zeros((0, self.width))
        if isinstance(documents, Many | Draws | RatedDraws):
            assert self.many is not None
            texts = [documents] if isinstance(documents, Many) else documents.texts()
            return np.concatenate([dense(self.many(some)) for some in texts])
        return np.array([self.row(document) for document in documents]).reshape(
            len(documents), self.width
        )

    def pooled(self, documents: Sequence[D], rows: Floats) -> dict[Path, Figure]:
        """The figures of all documents together, without interval and null."""
        figures = self.figures([] if self.reason else documents, rows)
        if self.reason:
            figures = [replace(figure, value=None, reason=self.reason, n=0) for figure in figures]
        return dict(zip(self.paths, figures, strict=True))

    def jackknife(self, rows: Floats, turns: Many | None) -> Jackknife | None:
        """All values when documents, or two turns of a single one, are left out.

        rows: of the documents. None for a single document without turns.
        """
        if not len(rows):
            return None
        if len(rows) > 1:
            return over_documents(rows, self.values)
        if turns is None or not len(turns):
            return None
        assert self.many is not None
        return over_turns(self.many(turns), self.values, marked=turns.touched)


@dataclass(frozen=True)
class Group(Generic[D]):
    """Measures of the same documents, which share their turns and what chance makes of them.

    pieces: a document cut by turn, if it has any; drawn: per question what chance makes of each
    document.
    """

    documents: Sequence[D]
    measures: Sequence[Measure[D]]
    pieces: Callable[[D], Many | None] | None = None
    drawn: Mapping[Question, Callable[[], Drawn[Draws] | Drawn[RatedDraws]]] = field(
        default_factory=dict
    )

    @cached_property
    def turns(self) -> list[Many]:
        """The turns of each document that has any."""
        cut = map(self.pieces, self.documents) if self.pieces else ()
        return [turns for turns in cut if turns is not None and len(turns)]

    def figures(self, config: PanelConfig) -> dict[Path, Figure]:
        """Every figure with its interval, or the reason why it has none, and its null."""
        figures: dict[Path, Figure] = {}
        for measure in self.measures:
            rows = measure.rows(self.documents)
            shown = measure.pooled(self.documents, rows)
            if not measure.reason:
                shown = self._with_intervals(measure, rows, shown, config)
                shown = self._with_nulls(measure, shown, config)
            figures |= shown
        return figures

    def _with_intervals(
        self, measure: Measure[D], rows: Floats, shown: Mapping[Path, Figure], config: PanelConfig
    ) -> dict[Path, Figure]:
        left_out = measure.jackknife(rows, self.turns[0] if self.turns else None)
        if left_out is None:
            return dict(shown)
        bearing = self._bearing(measure)
        alone = measure.values(rows)
        figures = {}
        for index, (path, figure) in enumerate(shown.items()):
            if figure.value is not None:
                few = bearing[index] < config.minimum_uses
                interval = (
                    f"{plural(int(bearing[index]), 'turn')} "
                    f"bear{'s' * (bearing[index] == 1)} on it, "
                    f"fewer than the {config.minimum_uses} that an interval needs"
                    if few
                    else replace(left_out.at(index), value=np.asarray(figure.value)).interval(
                        config.level, measure.bounds
                    )
                )
                figure = figure.with_interval(interval)
                if len(self.documents) > 1 and figure.interval is None:
                    each = spread(alone[:, index], f"each of {len(alone)} documents alone")
                    figure = replace(figure, range=each)
            figures[path] = figure
        return figures

    def _bearing(self, measure: Measure[D]) -> list[float]:
        """On how many turns each path rests; without turns nothing is known against it."""
        if measure.bearing is None or not self.turns:
            return [np.inf] * len(measure.paths)
        bearing = [measure.bearing(measure.rows(turns)).sum(axis=0) for turns in self.turns]
        counted: list[float] = np.sum(bearing, axis=0).tolist()
        return [round(count) for count in counted]

    def _with_nulls(
        self, measure: Measure[D], shown: Mapping[Path, Figure], config: PanelConfig
    ) -> dict[Path, Figure]:
        draw = self.drawn.get(measure.question) if measure.question else None
        if not config.permutations or draw is None or not self.documents:
            return dict(shown)
        drawn = draw()
        if measure.by_draw:
            values = measure.by_draw(drawn)
        else:
            rows = [measure.rows(codings) for codings in drawn.codings]
            values = measure.values(drawn.pooled(rows))
        figures = {}
        for index, (path, figure) in enumerate(shown.items()):
            if figure.value is not None:
                null = null_of(
                    figure.value, values[:, index], drawn.method, arrangements=drawn.arrangements
                )
                figure = replace(figure, null=null)
            figures[path] = figure
        return figures
