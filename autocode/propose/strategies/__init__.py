"""Strategies: ways from a transcript to questions for a model, all ending in the same drafts.

A strategy says what to ask (`Question`s) and how to read each reply (`Draft`s); asking, retrying,
recording and turning drafts into a coding is the same for all (see `autocode.propose.run`). Each
is a record in `autocode.coding.strategies` and a module here, of the same name, with `questions`.
"""

from importlib import import_module

from autocode.propose.question import Question, Task


def questions(task: Task) -> list[Question]:
    """The questions of the strategy that the task's settings name."""
    module = import_module(f"{__name__}.{task.settings.strategy}")
    asked: list[Question] = module.questions(task)
    return asked
