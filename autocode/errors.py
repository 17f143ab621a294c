"""Every way autocode can fail, who must act, and what to do next.

An error is one line for a person: what happened, where (file:line), what to do next.
Commands print it to stderr and leave with `exit_code`; Python callers catch the classes.
"""

from pathlib import Path

from autocode.text import visible


class AutocodeError(Exception):
    """Something the user can act on; never shown with a traceback.

    what: what happened, as a sentence without its full stop.
    where: the file (and 1-based line) it happened in, when there is one.
    hint: what to do next, as an imperative.
    """

    exit_code = 1

    def __init__(
        self, what: str, *, where: Path | str | None = None, line: int | None = None, hint: str = ""
    ) -> None:
        super().__init__(what)
        self.what, self.where, self.line, self.hint = what, where, line, hint

    def __str__(self) -> str:
        place = ""
        if self.where is not None:
            place = f"{self.where}:{self.line}: " if self.line else f"{self.where}: "
        text = f"{place}{self.what}."
        # A file may hold anything: a message stays one line whatever it quotes.
        return visible(" ".join(f"{text} {self.hint}".split()))


class StudyError(AutocodeError):
    """The study folder or its settings: the researcher must fix a file or name another one."""


class InputError(AutocodeError):
    """A file that cannot be read as what it should be: transcript, coding, codebook."""


class PromptError(AutocodeError):
    """A prompt template lacks a placeholder or holds one nobody fills."""


class ModelError(AutocodeError):
    """The model cannot be reached, loaded or used at all: nothing more can be asked of it."""


class AgreementError(AutocodeError, ValueError):
    """An agreement figure was asked for something it is not defined on."""


class StoppedRunError(AutocodeError):
    """A run was ended before its last question, since going on would be futile; it is saved."""

    exit_code = 3


class InterruptedRunError(AutocodeError):
    """The user stopped a run; everything answered so far is saved."""

    exit_code = 130
