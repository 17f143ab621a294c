"""What a report is made from: the codings, their comparison, and what the runs left behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from autocode.coding.materials import Material
from autocode.coding.runs import Manifest, Run
from autocode.diff import Diff, diff_codings
from autocode.panel.comparison import Comparison
from autocode.report.facts import facts_of
from autocode.report.numbers import Numbers
from autocode.text import model_name

# Ids that a human coding has when nobody gave it a name.
UNNAMED = {"gold", "human"}
# Settings that runs made alike may differ in: chance, the pace of asking, and the number of codes,
# which follows from the other transcripts where nobody names one.
_MAY_DIFFER = {
    "seed", "concurrency", "requests_per_minute", "tokens_per_minute", "request_minutes",
    "run_hours", "deadline", "failures_in_a_row", "max_codes",
}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """A model, strategy, settings and prompts, and the runs made with them, by source."""

    runs: dict[str, Run]

    @property
    def source(self) -> str:
        return next(iter(self.runs))

    @property
    def run(self) -> Run:
        """The first of its runs."""
        return self.runs[self.source]

    @property
    def documents(self) -> list[str]:
        return list(dict.fromkeys(run.manifest.transcript.id for run in self.runs.values()))

    @property
    def rules(self) -> dict[str, list[str]]:
        """What the thresholds followed from, with the documents that they were set for."""
        rules: dict[str, dict[str, None]] = {}
        for made in (run.manifest for run in self.runs.values()):
            if made.thresholds:
                rules.setdefault(made.thresholds[-1].rule, {})[made.transcript.id] = None
        return {rule: list(documents) for rule, documents in rules.items()}

    @property
    def model(self) -> str:
        """The model that answered, as far as that is known, else the one that was asked for."""
        made = self.run.manifest
        return ", ".join(made.models_answered) or str(without_folders(made.model_asked))

    def made_alike(self, run: Run) -> bool:
        """Whether a run differs in nothing but its transcript and what may differ."""
        return _made(self.run.manifest) == _made(run.manifest)


def _made(manifest: Manifest) -> tuple[object, ...]:
    settings = {name: value for name, value in manifest.settings.items() if name not in _MAY_DIFFER}
    prompts = [prompt.sha256 for prompt in manifest.prompts]
    return manifest.model_asked, manifest.strategy, settings, prompts


@dataclass(frozen=True)
class Evidence:
    """One comparison and all that a reader of it may ask about.

    name: of the report; excerpts: whether words of the transcripts may stand in the report.
    reviews: by reviewer, how many proposals were accepted, edited, rejected and left open.
    """

    name: str
    materials: Sequence[Material]
    comparison: Comparison
    excerpts: bool = True
    reviews: Mapping[str, Mapping[Any, int]] = field(default_factory=dict)

    @cached_property
    def diffs(self) -> dict[str, Diff]:
        """By document: the reference and the first other coder, where the transcript is at hand."""
        return {
            material.codings[0].coding.transcript.id: diff_codings(
                material.codings[0].coding, material.codings[1].coding, material.transcript
            )
            for material in self.materials
            if material.transcript is not None
        }

    @cached_property
    def numbers(self) -> Numbers:
        """comparison.json: the comparison, and under `report` what else the report counts."""
        tree = self.comparison.model_dump(mode="json")
        tree["report"] = facts_of(self.materials, self.diffs, self.runs, self.reviews)
        return Numbers(without_folders(tree))

    @property
    def documents(self) -> list[str]:
        return [document.id for document in self.comparison.documents]

    @property
    def single(self) -> bool:
        """Whether there is one document only: nothing can then be said of a population."""
        return len(self.materials) == 1

    @property
    def several_coders(self) -> bool:
        return len(self.materials[0].codings) > 2

    @cached_property
    def runs(self) -> dict[str, Run]:
        """The runs behind the codings, by source: document by document, further runs last."""
        sources = (source for material in self.materials for _, source in material.sources)
        return {source.name: source.run for source in sources if source.run}

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
    def heads(self) -> list[str]:
        """The names as headings of columns."""
        return [name.removeprefix("the ") for name in self.names]

    @property
    def judged(self) -> bool:
        """Whether a model is compared with a person, and so with people and baselines."""
        kinds = [source.coding.coder.kind for source in self.materials[0].codings]
        return kinds == ["human", "model"]

    @property
    def run_count(self) -> int:
        """How many runs of the model there are of each document."""
        return 1 + len(self.materials[0].runs)

    @property
    def ways(self) -> list[Way]:
        """The different ways of running, in the order in which they come up."""
        ways: list[Way] = []
        for source, run in self.runs.items():
            same = next((way for way in ways if way.made_alike(run)), None)
            if same is None:
                ways.append(Way({source: run}))
            else:
                same.runs[source] = run
        return ways


def without_folders(tree: Any) -> Any:
    """The tree with local models named by their file alone: a report must not tell of our disks."""
    if isinstance(tree, Mapping):
        return {key: without_folders(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [without_folders(value) for value in tree]
    return model_name(tree) if isinstance(tree, str) else tree
