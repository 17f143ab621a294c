"""The console script: one line and an exit code for whatever the file system refuses."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from autocode import cli

ROOT = Path(__file__).parent.parent.parent


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    def refuse(**_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(cli.group, "main", refuse)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (PermissionError(13, "Permission denied", "gold/p1\x1b.json"),
         "autocode: gold/p1\\x1b.json: Permission denied.\n"),
        (OSError(28, "No space left on device"), "autocode: No space left on device.\n"),
    ],
)  # fmt: skip
def test_what_the_file_system_refuses_is_one_line(
    error: OSError, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(monkeypatch, error) == 1
    assert capsys.readouterr().err == line


def test_ctrl_c_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(monkeypatch, KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "autocode: interrupted.\n"


def test_a_bug_is_not_dressed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.group, "main", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main()


@pytest.mark.parametrize(
    "words", [["--help"], ["show", "p1"], ["show", "p1", "--gold"], ["show", "p1", "--text"],
              ["show", "p1", "--json"], ["runs", "--json"], ["check", "p1"]],
)  # fmt: skip
def test_a_reader_that_has_read_enough_is_no_failure(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "autocode", "--study", str(ROOT), *words]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
