"""However a run is stopped, from a terminal or in the background, nothing answered is lost."""

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import command, mark_first, run, through, wait_for
from proposing import p1_study
from scripted_server import Scripted, ScriptedServer

from autocode.coding.files import read_coding
from autocode.coding.runs import Run, newest_run
from autocode.study import Study

# How soon a process must be gone, in seconds.
SOON = 5
HANGS = Scripted(delay=60)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return p1_study(tmp_path, chunk_tokens=1200)


@pytest.fixture(autouse=True)
def _settings(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    (study.root / "autocode.toml").write_text("chunk_tokens = 1200\n", encoding="utf-8")


def as_started(*ignored: signal.Signals) -> Callable[[], None]:
    """In the child, before it runs: these are ignored and no other, whoever runs the tests."""

    def prepare() -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)

    return prepare


WAYS = {
    "foreground": (),
    "background": (signal.SIGINT,),  # `autocode … &` in a script
    "nohup": (signal.SIGINT, signal.SIGHUP),
}


@contextlib.contextmanager
def started(study: Study, server: ScriptedServer, way: str) -> Iterator["subprocess.Popen[str]"]:
    words = through(server, "--concurrency", "2")
    process = subprocess.Popen(
        command(study, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=as_started(*WAYS[way]),
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The coding of a run that nobody stopped."""
    folder = tmp_path_factory.mktemp("uninterrupted")
    study = p1_study(folder)
    (folder / "autocode.toml").write_text("chunk_tokens = 1200\n", encoding="utf-8")
    with ScriptedServer(mark_first) as server:
        assert run(study, *through(server)).returncode == 0
    return newest_run(study, "p1").coding_path.read_bytes()


def answers_then_hangs(number: int) -> list[Any]:
    return [*[mark_first] * number, HANGS, HANGS, mark_first]


def resumed(study: Study, server: ScriptedServer, left: Run, asked_before: int) -> bytes:
    """The coding that --resume ends with; nothing that was answered is asked again."""
    done = run(study, *through(server, "--resume"))
    assert done.returncode == 0, done.stderr
    finished = newest_run(study, "p1")
    assert finished.path == left.path
    assert len(server.received) - asked_before == finished.manifest.questions - 2
    return finished.coding_path.read_bytes()


INT, TERM, HUP = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
STOPS: dict[str, tuple[list[signal.Signals], ...]] = {
    "foreground": ([INT, INT], [INT], [TERM], [HUP], [TERM, INT], [HUP, TERM, HUP]),
    "background": ([TERM], [HUP], [TERM, INT], [HUP, INT, HUP]),
    "nohup": ([TERM, TERM], [TERM, HUP, INT]),
}


@pytest.mark.parametrize(
    ("way", "stops"),
    [
        # The first of each way is quick enough for every day.
        pytest.param(way, stops, marks=[pytest.mark.slow] if n else [], id=f"{way}-{n}")
        for way, each in STOPS.items()
        for n, stops in enumerate(each)
    ],
)
def test_a_stopped_run_is_saved_and_resumed(
    study: Study, expected: bytes, way: str, stops: list[signal.Signals]
) -> None:
    with ScriptedServer(*answers_then_hangs(2)) as server:
        with started(study, server, way) as process:
            wait_for(lambda: len(server.received) == 4)
            for number, stop in enumerate(stops):
                time.sleep(0.02 * number)
                process.send_signal(stop)
            began = time.monotonic()
            _, told = process.communicate(timeout=60)
            assert time.monotonic() - began < SOON
        assert process.returncode == 130, told
        assert "Traceback" not in told, told
        assert "go on with --resume" in told
        left = newest_run(study, "p1")
        assert (left.manifest.status, left.state) == ("interrupted", "interrupted")
        assert len(read_coding(left.coding_path).quotes) == 2
        assert left.manifest.answered == 2
        assert resumed(study, server, left, 4) == expected


@pytest.mark.parametrize("way", ["nohup", pytest.param("background", marks=pytest.mark.slow)])
def test_what_the_caller_ignores_stays_ignored(study: Study, way: str) -> None:
    """Ctrl-C in a terminal does not reach a run that was put into its background."""
    slow = [mark_first, Scripted(delay=0.5), mark_first]
    with ScriptedServer(*slow) as server, started(study, server, way) as process:
        wait_for(lambda: len(server.received) >= 2)
        for ignored in WAYS[way]:
            process.send_signal(ignored)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert newest_run(study, "p1").manifest.status == "complete"


def test_a_closed_terminal_ends_the_run_and_saves_it(study: Study, expected: bytes) -> None:
    with ScriptedServer(*answers_then_hangs(2)) as server:
        child, terminal = pty.fork()
        if child == 0:  # pragma: no cover - becomes another program
            as_started()()
            os.execv(sys.executable, command(study, *through(server, "--concurrency", "2")))
        wait_for(lambda: len(server.received) == 4)
        os.close(terminal)
        began = time.monotonic()
        os.waitpid(child, 0)
        assert time.monotonic() - began < SOON
        left = newest_run(study, "p1")
        assert left.manifest.status == "interrupted"
        assert len(read_coding(left.coding_path).quotes) == 2
        assert resumed(study, server, left, 4) == expected


def test_a_killed_run_is_stopped_everywhere_and_resumed(study: Study, expected: bytes) -> None:
    with ScriptedServer(*answers_then_hangs(2)) as server:
        with started(study, server, "foreground") as process:
            wait_for(lambda: len(server.received) == 4)
            left = newest_run(study, "p1")
            assert left.state == "running"
            second = run(study, *through(server, "--resume"))
            assert second.returncode == 1
            assert f"another autocode is at work on the run {left.name}" in second.stderr
            assert f"process {process.pid} on " in second.stderr
            process.kill()
            process.communicate(timeout=60)
        assert newest_run(study, "p1").state == "stopped"
        listed = json.loads(run(study, "runs", "--json").stdout)
        assert [entry["status"] for entry in listed["runs"]] == ["stopped"]
        for words in (("runs",), ("runs", "show", left.name), ("compare", "p1"), ("check", "p1")):
            shown = run(study, *words)
            assert "running" not in shown.stdout + shown.stderr
        assert resumed(study, server, left, 4) == expected
    assert sorted(path.name for path in left.path.parent.iterdir() if "lock" in path.name) == []
