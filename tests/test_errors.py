"""An error is one line for a person, and no file can drive the terminal through it."""

from pathlib import Path

import pytest

from autocode.errors import AutocodeError, InputError, InterruptedRunError
from autocode.text import visible


def test_what_where_and_what_to_do_are_one_line() -> None:
    error = InputError("not JSON:\n  it ends", where=Path("gold/p1.json"), line=3, hint="Mend it.")
    assert str(error) == "gold/p1.json:3: not JSON: it ends. Mend it."
    assert str(InputError("it is empty", where="p1.md")) == "p1.md: it is empty."
    assert str(AutocodeError("no model")) == "no model."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("\r\x07\x00\x7f", r"\r\x07\x00\x7f"),
        ("\x9b31m", r"\x9b31m"),  # the one-character form of ESC [
        ("\u202agpj\u202e\u2066", r"\u202agpj\u202e\u2066"),
        ("\ud83d", r"\ud83d"),
        ("é\tこ\n🙂", "é\tこ\n🙂"),
    ],
)
def test_what_would_drive_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert "\x1b" not in str(AutocodeError(text, where=text, hint=text))


def test_exit_codes() -> None:
    assert (InputError("x").exit_code, InterruptedRunError("x").exit_code) == (1, 130)
