"""The strategies a model codes under: one record each, of what it is asked and what that means.

They stand in `strategies.toml`. How a strategy makes its questions is the module of its name in
`autocode.propose.strategies`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from autocode.errors import StudyError
from autocode.files import package_table
from autocode.study import SETTINGS_FILE

CRITIC = "critic"
# The prompts, `prompts/NAME.md`, and the placeholders that each must hold.
_CHUNK = frozenset(("research_question", "habits", "codebook", "fields", "examples", "fence",
                    "context", "transcript"))  # fmt: skip
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


STRATEGIES: Mapping[str, Strategy] = {
    name: Strategy(name, **row | {key: tuple(row[key]) for key in ("templates", "anchors")})
    for name, row in package_table("autocode.coding", "strategies.toml").items()
}


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
