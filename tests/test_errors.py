"""An error is one line for a person, and no file can drive the terminal through it."""

from pathlib import Path

from autocode.errors import AutocodeError, InputError, InterruptedRunError


def test_what_where_and_what_to_do_are_one_line() -> None:
    error = InputError("not JSON:\n  it ends", where=Path("gold/p1.json"), line=3, hint="Fix it.")
    assert str(error) == "gold/p1.json:3: not JSON: it ends. Fix it."
    assert str(InputError("it is empty", where="p1.md")) == "p1.md: it is empty."
    assert str(AutocodeError("no model")) == "no model."


def test_no_file_can_drive_the_terminal() -> None:
    text = "\x1b[2J"
    assert str(AutocodeError(text, where=text, hint=text)) == r"\x1b[2J: \x1b[2J. \x1b[2J"


def test_exit_codes() -> None:
    assert (InputError("x").exit_code, InterruptedRunError("x").exit_code) == (1, 130)
