"""The strategies a model codes under: one record each, of what it is asked and what that means.

How a strategy makes its questions is the module of its name in `autocode.propose.strategies`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from autocode.errors import StudyError
from autocode.study import SETTINGS_FILE


@dataclass(frozen=True, slots=True)
class Strategy:
    """One way to have a transcript coded.

    template: the prompt, `prompts/TEMPLATE.md`, and the placeholders it must hold.
    embeds: embeddings select the passages, within the density; else the model marks them itself.
    anchors: how a quote may be given, see `anchor` in the settings.
    setting, procedure, past, steps: what it does, for a comment in the settings, a sentence of the
    report, the paragraph of a paper, and the item on the use of a model in the checklist.
    """

    name: str
    template: str
    placeholders: frozenset[str]
    embeds: bool
    anchors: tuple[str, ...]
    setting: str
    procedure: str
    past: str
    steps: str


_SINGLE = Strategy(
    name="single",
    template="single",
    placeholders=frozenset(
        ("research_question", "codebook", "fields", "density", "max_codes", "fence", "context",
         "transcript")
    ),
    embeds=False,
    anchors=("sentence", "verbatim"),
    setting="the model does both in one call per chunk (default for remote models).",
    procedure="One structured call per chunk of the transcript: the model marks passages and codes "
    "them at once",
    past="the model marked and coded passages chunk by chunk",
    steps="selecting passages, naming them and choosing axial codes",
)  # fmt: skip
_STAGED = Strategy(
    name="staged",
    template="name",
    placeholders=frozenset(("codes", "fields", "max_codes", "fence", "context", "passage")),
    embeds=True,
    anchors=("sentence",),
    setting="embeddings select the passages, the model names them (default for local models).",
    procedure="Passages are selected by embeddings, without a language model; the language model "
    "then names each passage and chooses among the codes nearest to it",
    past="passages were selected by embeddings, and the model named them and chose codes",
    steps="naming passages and choosing axial codes; passages were selected by embeddings",
)
STRATEGIES: Mapping[str, Strategy] = {entry.name: entry for entry in (_SINGLE, _STAGED)}


def strategy_called(name: str) -> Strategy:
    """The strategy of that name.

    Raises:
        StudyError: there is none.
    """
    if name not in STRATEGIES:
        raise StudyError(
            f"strategy: there is no strategy {name!r}", where=SETTINGS_FILE,
            hint=f"Choose one of {', '.join(STRATEGIES)}.",
        )  # fmt: skip
    return STRATEGIES[name]
