"""The strategies a model codes under: one record each, of what it is asked and what that means.

How a strategy makes its questions is the module of its name in `autocode.propose.strategies`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from autocode.errors import StudyError
from autocode.study import SETTINGS_FILE

CRITIC = "critic"
# The prompts, `prompts/NAME.md`, and the placeholders that each must hold.
_CHUNK = frozenset(
    (
        "research_question",
        "habits",
        "codebook",
        "fields",
        "examples",
        "fence",
        "context",
        "transcript",
    )
)
TEMPLATES: Mapping[str, frozenset[str]] = {
    "single": _CHUNK,
    "name": frozenset(("codes", "fields", "max_codes", "fence", "context", "passage")),
    "answers": _CHUNK - {"codebook"},
    CRITIC: _CHUNK | {"max_codes", "proposals"},
    # Of a codebook that is proposed from open codes.
    "category": frozenset(("codes", "fields", "fence", "quotes")),
    "relation": frozenset(("kinds", "fields", "fence", "quotes")),
}


@dataclass(frozen=True, slots=True)
class Strategy:
    """One way to have a transcript coded.

    templates: its prompts, one for each round of questions (see `TEMPLATES`).
    embeds: embeddings select the passages, within the density; else the model marks them itself.
    density: the share of the text that it selects where the settings name none.
    anchors: how a quote may be given, see `anchor` in the settings.
    max_codes: the most axial codes for a quote, where neither the settings nor other coded
    transcripts say how many. learns: whether requests show the study's other coded transcripts.
    setting, procedure, past, steps: what it does, for a comment in the settings, a sentence of the
    report, the paragraph of a paper, and the item on the use of a model in the checklist.
    """

    name: str
    templates: tuple[str, ...]
    embeds: bool
    anchors: tuple[str, ...]
    max_codes: int
    learns: bool
    setting: str
    procedure: str
    past: str
    steps: str
    density: float | None = None


_SINGLE = Strategy(
    name="single",
    templates=("single",),
    embeds=False,
    anchors=("sentence", "verbatim"),
    max_codes=3,
    learns=True,
    setting="the model does both in one call per chunk (default for remote models).",
    procedure="One structured call per chunk of the transcript: the model marks passages and codes "
    "them at once",
    past="the model marked and coded passages chunk by chunk",
    steps="selecting passages, naming them and choosing axial codes",
)
_STAGED = Strategy(
    name="staged",
    templates=("name",),
    embeds=True,
    anchors=("sentence",),
    max_codes=2,
    learns=False,
    setting="embeddings select the passages, the model names them (default for local models).",
    procedure="Passages are selected, and given the code that fits them best, by embeddings and "
    "shared words, without a language model; the language model then names each passage",
    past="passages were selected and mapped to codes by embeddings, and the model named them",
    steps="naming passages; passages and their codes were selected by embeddings",
    # People marked 22 to 25 % in the two interviews of one study.
    density=0.22,
)
_ANSWERS = Strategy(
    name="answers",
    templates=("answers", "name"),
    embeds=False,
    anchors=("sentence",),
    max_codes=2,
    learns=True,
    setting="the model reads answer by answer, then names each passage (many small calls).",
    procedure="One call per answer of a participant, with the question before it, in which the "
    "model marks the complete thoughts that bear on the research question; then one call per "
    "passage, in which it names the passage and chooses among the codes nearest to it",
    past="the model marked passages answer by answer, then named each and chose codes",
    steps="selecting passages, naming them and choosing axial codes",
)
STRATEGIES: Mapping[str, Strategy] = {entry.name: entry for entry in (_SINGLE, _STAGED, _ANSWERS)}


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
