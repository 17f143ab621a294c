"""Commands as a user gives them, and a server that marks one sentence of each chunk."""

import json
import re
import sys
import time
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner
from scripted_server import Scripted, ScriptedServer, completion

from autocode.cli import group
from autocode.study import Study


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def run(study: Study, *words: str, **environment: str) -> Done:
    """The command in this process: a new one for each case would take minutes."""
    done = CliRunner(env=environment).invoke(group, ["--study", str(study.root), *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def command(study: Study, *words: str) -> list[str]:
    return [sys.executable, "-m", "autocode", "--study", str(study.root), *words]


def mark_first(body: dict[str, Any]) -> Scripted:
    """Marks the first sentence that may be marked."""
    user = body["messages"][-1]["content"]
    number = int(re.findall(r"^\[(\d+)\]", user, re.MULTILINE)[0])
    passage = {
        "first": number, "last": number, "open_code": f"code number {number}",
        "axial": ["data_catalog"], "new_code": None, "rationale": "because", "salience": 3,
    }  # fmt: skip
    return completion(json.dumps({"quotes": [passage]}))


def through(server: ScriptedServer, *more: str) -> tuple[str, ...]:
    return ("propose", "p1", "--model", "x", "--base-url", server.url, *more)


def wait_for(condition: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
