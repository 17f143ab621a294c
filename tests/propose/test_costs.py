"""What a dry run says a run will cost, against what a server is then sent."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from learning import garden
from proposing import p1_study
from scripted_server import Scripted, ScriptedServer, completion

from autocode.models.dry_run import Unasked

MODEL = ("--model", "m", "--strategy", "single")


def usual(body: dict[str, Any]) -> Scripted:
    """As much as is usually proposed: three of five sentences; the critic leaves it as it is."""
    if body["response_format"]["json_schema"]["name"] == "critic":
        return completion(json.dumps({"quotes": []}))
    user = body["messages"][-1]["content"].rpartition("Transcript to code:")[2]
    numbers = [int(number) for number in re.findall(r"^\[(\d+)\] ", user, re.MULTILINE)]
    fields = {"rationale": "says why this is so " * 3, "open_code": "some name", "axial": [],
              "new_code": None, "salience": 3}  # fmt: skip
    marked = [{"first": n, "last": n + 2 if n + 2 in numbers else n} | fields for n in numbers[::5]]
    return completion(json.dumps({"quotes": marked}))


@pytest.mark.parametrize(
    ("examples", "more"),
    [(False, ()), (True, ()), (False, ("--runs", "2")), (False, ("--critic",)),
     (True, ("--runs", "2", "--critic"))],
)  # fmt: skip
def test_what_is_sent_is_what_was_said(
    tmp_path: Path, examples: bool, more: tuple[str, ...]
) -> None:
    study, id_ = (garden(tmp_path), "g4") if examples else (p1_study(tmp_path), "p1")
    said = json.loads(run(study, "propose", id_, *MODEL, *more, "--dry-run", "--json").stdout)
    (expected,) = said["dry_run"]
    assert bool(expected["examples"]) == examples
    with ScriptedServer(usual) as server:
        done = run(study, "propose", id_, *MODEL, *more, "--base-url", server.url)
        assert done.returncode == 0, done.stderr
        bodies = [body for body in server.received if "messages" in body]
    count = Unasked("m").count_tokens
    sent = sum(count(message["content"]) for body in bodies for message in body["messages"])
    asked = len(expected["requests"]) + sum(each["requests"] for each in expected["later"])
    assert len(bodies) == asked
    assert expected["prompt_tokens"] == pytest.approx(sent, rel=0.05)
