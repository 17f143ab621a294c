"""Strategies: two ways from a transcript to questions for a model, both ending in the same drafts.

A strategy says what to ask (`Question`s) and how to read each reply (`Draft`s); asking, retrying,
recording and turning drafts into a coding is the same for both (see `autocode.propose.run`).
"""

from autocode.propose.question import Question, Task
from autocode.propose.strategies import single, staged


def questions(task: Task) -> list[Question]:
    """The questions of the strategy that the task's settings name."""
    strategies = {"single": single.questions, "staged": staged.questions}
    return strategies[task.settings.strategy or "single"](task)
