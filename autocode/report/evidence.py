"""What a report is made from: the codings, their comparison, and what the runs left behind."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from autocode.coding.materials import Material
from autocode.coding.sources import Source
from autocode.diff import Diff, diff_codings
from autocode.panel.comparison import Comparison
from autocode.report.facts import facts_of
from autocode.report.numbers import Numbers
from autocode.report.ran import Ran

# Ids that a human coding has when nobody gave it a name.
UNNAMED = {"gold", "human"}
_LOCAL = re.compile(r"^local:.*[\\/]")


@dataclass(frozen=True)
class Evidence:
    """One comparison and all that a reader of it may ask about.

    name: of the report; runs: by the name of the source they are of; excerpts: whether words of
    the transcripts may stand in the report.
    """

    name: str
    materials: Sequence[Material]
    comparison: Comparison
    runs: Mapping[str, Ran] = field(default_factory=dict)
    excerpts: bool = True

    @cached_property
    def diffs(self) -> dict[str, Diff]:
        """By document: the reference and the first other coder, where the transcript is at hand."""
        return {
            one.codings[0].coding.transcript.id: diff_codings(
                one.codings[0].coding, one.codings[1].coding, one.transcript
            )
            for one in self.materials
            if one.transcript is not None
        }

    @cached_property
    def numbers(self) -> Numbers:
        """comparison.json: the comparison, and under `report` what else the report counts."""
        tree = self.comparison.model_dump(mode="json")
        tree["report"] = facts_of(self.materials, self.diffs, self.runs)
        return Numbers(without_folders(tree))

    @property
    def documents(self) -> list[str]:
        return [one.id for one in self.comparison.documents]

    @property
    def single(self) -> bool:
        """Whether there is one document only: nothing can then be said of a population."""
        return len(self.materials) == 1

    @property
    def several_coders(self) -> bool:
        return len(self.materials[0].codings) > 2

    @property
    def ran(self) -> list[Ran]:
        """The runs compared, in the order of the documents, further runs of each after it."""
        sources = (source for one in self.materials for _, source in one.sources)
        return [self.runs[source.name] for source in sources if source.name in self.runs]

    def source_of(self, ran: Ran) -> str:
        """The name of the source that a run is of: its key among the facts of runs."""
        return next(name for name, known in self.runs.items() if known is ran)

    @property
    def reference(self) -> Source:
        return self.materials[0].codings[0]

    @property
    def other(self) -> Source:
        return self.materials[0].codings[1]

    @cached_property
    def names(self) -> list[str]:
        """What sentences call the coders of the panel: by their ids, or as the one of their kind.

        A person whose coding bears no name of its own is `the human coder` beside a model.
        """
        coders = [source.coding.coder for source in self.materials[0].codings]
        ids = [str(without_folders(coder.id)) for coder in coders]
        if [coder.kind for coder in coders] == ["human", "model"]:
            return ["the human coder" if ids[0] in UNNAMED else ids[0], "the model"]
        if len(ids) == 2 and ids[0] == ids[1]:
            return [f"the {place} coding by {ids[0]}" for place in ("first", "second")]
        return ids

    @property
    def first(self) -> str:
        return self.names[0]

    @property
    def second(self) -> str:
        return self.names[1]

    @property
    def other_name(self) -> str:
        return self.second

    @property
    def heads(self) -> list[str]:
        """The names as headings of columns."""
        return [name.removeprefix("the ") for name in self.names]

    @property
    def by_model(self) -> bool:
        """Whether the coder compared with the first one is a model."""
        return self.other.coding.coder.kind == "model"

    @property
    def run_count(self) -> int:
        """How many runs of the model there are of each document."""
        return 1 + len(self.materials[0].runs)

    @property
    def ways(self) -> list[tuple[Ran, list[str]]]:
        """The different ways of running, each with its first run and the documents it was for."""
        found: list[tuple[Ran, list[str]]] = []
        for ran in self.ran:
            document = ran.manifest.transcript.id
            same = next((names for one, names in found if _way(one) == _way(ran)), None)
            if same is None:
                found.append((ran, [document]))
            elif document not in same:
                same.append(document)
        return found

    @property
    def measured(self) -> str:
        """`agreement`, or `acceptance` where the human saw the model's proposals."""
        return self.comparison.measures


def _way(ran: Ran) -> tuple[object, ...]:
    """All that makes two runs comparable; runs of one model differ by their seed."""
    own = ran.manifest
    settings = {name: value for name, value in own.settings.items() if name != "seed"}
    return own.model_asked, own.strategy, settings, [prompt.sha256 for prompt in own.prompts]


def without_folders(tree: Any) -> Any:
    """The tree with local models named by their file alone: a report must not tell of our disks."""
    if isinstance(tree, Mapping):
        return {key: without_folders(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [without_folders(value) for value in tree]
    return _LOCAL.sub("local:", tree) if isinstance(tree, str) else tree
