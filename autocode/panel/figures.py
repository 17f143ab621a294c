"""The fixed panel: every core figure of one comparison at once, so that none is picked.

What is computed is listed in methods of the field's reporting guides: where, where and what,
quotes, turns, labels, coverage, axial codes, chance, baselines and uncertainty together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from typing import Any

from autocode.agreement.figure import Figure
from autocode.coding.nouns import Coder, Coding
from autocode.errors import AgreementError
from autocode.panel.axial import (
    grouping_figures,
    parent_groups,
    parents_of,
    relation_figures,
)
from autocode.panel.catalogue import Path
from autocode.panel.chance import Chance
from autocode.panel.characters import marked_shares, whole_text
from autocode.panel.config import PanelConfig
from autocode.panel.counting import Segments, documents_of
from autocode.panel.coverage import coverage_figures
from autocode.panel.floors import baseline_figures
from autocode.panel.labels import Similarity, label_figures
from autocode.panel.quotes import span_extras
from autocode.panel.uncertainty import groups_of, uncertainty_figures

PER_CODE: tuple[Path, ...] = (
    ("spans", "u_alpha", "per_code"),
    ("spans", "u_alpha_layered", "per_code"),
    ("units", "turn", "per_code"),
    ("units", "sentence", "per_code"),
)


@dataclass(frozen=True)
class Panel:
    """All figures of one comparison, by path: `found["spans", "char", "f1"]`.

    documents: transcript ids; coders: of each document, the first is the reference (never "the
    truth").
    """

    figures: Mapping[Path, Figure]
    config: PanelConfig
    documents: tuple[str, ...]
    coders: tuple[tuple[Coder, ...], ...]

    def __getitem__(self, path: Path) -> Figure:
        return self.figures[path]

    def as_json(self) -> dict[str, Any]:
        """The nested keys of a comparison file; every leaf is a figure's `as_json()`.

        Branches of single codes are there, and empty, when nobody used a code.
        """
        tree: dict[str, Any] = {}
        for path in PER_CODE:
            _branch(tree, path)
        for path, figure in self.figures.items():
            _branch(tree, path[:-1])[path[-1]] = figure.as_json()
        return {
            **tree,
            "documents": list(self.documents),
            "coders": [
                [
                    {"id": coder.id, "kind": coder.kind, "assisted": coder.assisted}
                    for coder in coders
                ]
                for coders in self.coders
            ],
            "config": asdict(self.config),
            "config_sha256": self.config.sha256,
        }


def panel(
    codings: Sequence[Sequence[Coding]],
    config: PanelConfig | None = None,
    transcripts: Sequence[Segments | None] | None = None,
    similarity: Similarity | None = None,
    parents: Mapping[str, str] | None = None,
) -> Panel:
    """The whole panel of documents, each the reference coding and one or more others.

    transcripts: per document its turns and sentences; without them what needs these is None with
    the reason. similarity: (labels, labels) to a matrix of similarities up to 1, named in
    `config.similarity`. parents: of codes, where the codings name none. With three or more coders
    u-alpha and α take them all, and what is defined for two is None. Raises AgreementError for
    codings of different transcripts or lengths, offsets past the end, unequal numbers of coders.
    """
    settings = config or PanelConfig()
    if similarity is not None and settings.similarity == "none":
        raise AgreementError(
            "the similarity of labels has no name",
            hint="Say in PanelConfig(similarity=...) which one it is.",
        )
    documents = documents_of(codings, transcripts, everyone=settings.turns == "everyone")
    # What takes much room goes before chance is drawn, for the draws stay until the end.
    labels = label_figures(codings, settings, similarity)
    labels |= coverage_figures(codings, documents, settings, similarity)
    baselines = baseline_figures(documents, settings)
    chance = Chance(documents, settings)
    ids = [document.id for document in documents]
    groups = groups_of(documents, settings, chance)
    figures: dict[Path, Figure] = {}
    for group in [*groups, *parent_groups(documents, parents_of(codings, parents or {}), settings)]:
        figures |= group.figures(settings)
    figures |= marked_shares(documents) | whole_text(documents)
    figures |= span_extras(documents, settings) | labels
    figures |= grouping_figures(codings) | relation_figures(codings)
    figures |= baselines
    figures |= uncertainty_figures(groups, figures, ids)
    coders = tuple(tuple(coding.coder for coding in some) for some in codings)
    return Panel(figures, settings, tuple(ids), coders)


def _branch(tree: dict[str, Any], path: Path) -> dict[str, Any]:
    return reduce(lambda node, key: node.setdefault(key, {}), path, tree)
