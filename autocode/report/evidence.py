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

    @property
    def reference(self) -> Source:
        return self.materials[0].codings[0]

    @property
    def other(self) -> Source:
        return self.materials[0].codings[1]

    @property
    def other_name(self) -> str:
        """What the text calls the coder who is compared with the reference."""
        if self.other.coding.coder.kind == "model":
            return "the model"
        return f"the coder {self.other.coding.coder.id}"

    @property
    def measured(self) -> str:
        """`agreement`, or `acceptance` where the human saw the model's proposals."""
        return self.comparison.measures


def without_folders(tree: Any) -> Any:
    """The tree with local models named by their file alone: a report must not tell of our disks."""
    if isinstance(tree, Mapping):
        return {key: without_folders(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [without_folders(value) for value in tree]
    return _LOCAL.sub("local:", tree) if isinstance(tree, str) else tree
