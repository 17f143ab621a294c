"""The README is true: its commands exist, its test command is the gate's, its example runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autocode.cli import COMMANDS, group

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def test_the_first_two_commands_set_up_from_nothing() -> None:
    run, test = (code.strip() for language, code in BLOCKS[:2] if language == "sh")
    assert run.startswith("python3.11 -m venv .venv && .venv/bin/pip install '.[local]'")
    assert run.endswith("autocode propose p1")
    assert test.endswith(".venv/bin/python -m pytest -n auto")


def test_the_gate_runs_the_readme_s_test_command() -> None:
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "pip install" in gate
    assert "-e '.[local,dev]'" in gate
    commands = re.findall(r"^(?:\w+=\S+ )?python -m (pytest.*)$", gate, re.MULTILINE)
    assert commands == ["pytest -n auto", "pytest -m slow"]


def commands_in(text: str) -> list[str]:
    return re.findall(r"^(?:\S*/bin/)?autocode (\w+)", text, re.MULTILINE)


def test_every_command_shown_exists_and_every_one_is_shown() -> None:
    shown = {name for language, code in BLOCKS if language == "sh" for name in commands_in(code)}
    shown |= set(re.findall(r"`autocode (\w+)", README)) | {"propose"}
    assert shown <= set(COMMANDS)
    assert set(COMMANDS) - shown == {"runs"} & set(COMMANDS) or shown == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_examples_and_fits(name: str) -> None:
    for option in ("--help", "-h"):
        done = CliRunner().invoke(group, [name, option], env={"COLUMNS": "80"})
        assert done.exit_code == 0
        assert "Example" in done.output
        assert f"autocode {name}" in done.output
        assert max(map(len, done.output.split("\n"))) <= 80


def test_the_python_example_prints_what_it_says() -> None:
    (code,) = (code for language, code in BLOCKS if language == "python")
    said = code.rsplit("# ", 1)[1].strip()
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == said


def test_linked_files_exist() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom autocode.cli import group\n"
        "assert CliRunner().invoke(group, ['--help']).exit_code == 0\n"
        "heavy = {'openai', 'pydantic', 'rich', 'numpy', 'scipy', 'tiktoken', 'rapidfuzz'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
