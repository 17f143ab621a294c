"""Strategies: ways from a transcript to questions for a model, all ending in the same drafts.

A strategy says what to ask (`Question`s) and how to read each reply (`Draft`s); asking, retrying,
recording and turning drafts into a coding is the same for all (see `autocode.propose.run`). Each
is a record in `autocode.coding.strategies` and a module here, of the same name, with `questions`,
and `later(task)` where its questions come in more than one round.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any

from autocode.coding.nouns import Coding
from autocode.coding.strategies import Strategy, strategy_called
from autocode.models.runtimes import runtime_of
from autocode.propose import critic
from autocode.propose.consensus import consensus
from autocode.propose.question import Question, Round, Task
from autocode.study import Settings, Study

# Independent answers need chance: so much of it where the user names no temperature (as in
# self-consistency, Wang et al. 2023, arXiv:2203.11171).
VARIED = 0.7


def strategy_for(settings: Settings, model: str) -> Strategy:
    """The strategy that was chosen, else the one that suits the model.

    Raises:
        StudyError: the settings name a strategy that does not exist.
    """
    return strategy_called(settings.strategy or runtime_of(model).strategy)


def settings_of(study: Study, strategy: Strategy) -> Settings:
    """The settings under which a strategy asks; answers at temperature 0 would be one answer."""
    changes: dict[str, Any] = {"strategy": strategy.name}
    settings = study.settings
    if settings.density is None:
        changes["density"] = strategy.density
    if settings.runs > 1 and settings.temperature == 0 and "temperature" not in study.given:
        changes["temperature"] = VARIED
    return settings.model_copy(update=changes)


def rounds(task: Task) -> list[Round]:
    """The rounds of questions of the strategy that the task's settings name, then the critic's.

    Every question but the critic's is asked for as many independent answers as `runs` says.
    """
    module = import_module(f"{__name__}.{task.settings.strategy}")
    asked = cache(lambda: module.questions(task))
    first = Round(
        next(iter(task.prompts)),
        lambda _: asked(),
        lambda _, answers: consensus(answers, task.transcript.text, task.max_codes),
    )
    later: list[Round] = module.later(task) if hasattr(module, "later") else []
    repeated = [_repeated(each, task.settings.runs) for each in (first, *later)]
    second = [critic.second_look(task, asked)] if task.settings.critic else []
    return [*repeated, *second]


def first_of(asked: Sequence[Question], limit: int | None) -> list[Question]:
    """The questions about the first `limit` chunks, each with all its independent answers."""
    numbers = list(dict.fromkeys(question.number for question in asked))[:limit]
    return [question for question in asked if question.number in numbers]


def _repeated(each: Round, runs: int) -> Round:
    def questions(considered: Coding) -> list[Question]:
        asked = each.questions(considered)
        return [replace(question, answer=n + 1) for question in asked for n in range(runs)]

    return replace(each, questions=questions)
