"""Transcripts over a Dask cluster: the codings of a run here, whatever happens to a worker."""

import json
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from scripted_server import ScriptedServer, completion
from twelve import IDS, write_twelve

from autocode.cli import group
from autocode.propose.cluster import Order
from autocode.study import Settings, Study

ROOT = Path(__file__).parents[2]
KEY = "sk-not-in-any-task"
PROMPT = ROOT / "prompts" / "single.md"


def study(folder, **settings):
    write_twelve(folder)
    (folder / "prompts").mkdir()
    (folder / "prompts" / "single.md").write_bytes(PROMPT.read_bytes())
    return Study(folder, Settings(model="x", **settings))


def test_a_task_holds_neither_key_nor_text(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    made = study(tmp_path, base_url="http://127.0.0.1:1/v1")
    order = Order.of(made, IDS, {"codebook": None, "limit": None, "as_it_is": False})
    sent = pickle.dumps((order, IDS[0]))
    assert KEY.encode() not in sent
    assert b"grandmother" not in sent
    assert pickle.loads(sent)[0].study.settings == made.settings


def test_a_password_in_the_address_is_not_passed_on(tmp_path):
    made = study(tmp_path, base_url="http://me:secret@127.0.0.1:1/v1")
    with pytest.raises(Exception, match="holds a password"):
        Order.of(made, IDS, {})


def test_without_dask_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    made = study(tmp_path)
    monkeypatch.chdir(made.root)
    with ScriptedServer(marking) as server:
        words = ["propose", "d1", "--model", "x", "--base-url", server.url, "--engine", "dask"]
        done = CliRunner().invoke(group, words)
    assert done.exit_code == 1
    assert "autocode-qda[dask]" in done.output
    assert "Traceback" not in done.output


def marking(body):
    """The first sentence that may be marked, with a code that says how much was asked."""
    words = body["messages"][-1]["content"]
    talk = re.findall(r"^(-----\w+-----)\n(.*?)\n\1$", words, re.MULTILINE | re.DOTALL)[-1][1]
    number = int(re.search(r"^\[(\d+)\] ", talk, re.MULTILINE)[1])
    quote = {"first": number, "last": number, "axial": ["new code"], "open_code": "a code",
             "rationale": "why", "salience": 3, "new_code": f"code of {len(words)}"}  # fmt: skip
    return replace(completion(json.dumps({"quotes": [quote]})), delay=0.3)


def codings(folder, ids=IDS):
    """The coding of the run of today on each transcript, as bytes."""
    return {
        id_: [path.read_bytes() for path in (folder / "runs" / id_).glob("*-x-*/coding.json")]
        for id_ in ids
    }


@contextmanager
def cluster(folder):
    """A scheduler and two workers, each a process: its address and the workers."""
    file = folder / "scheduler.json"
    started = []

    def start(command, *words):
        program = f"from distributed.cli.dask_{command} import main; main()"
        words = [*words, "--host", "127.0.0.1", "--no-dashboard"]
        started.append(subprocess.Popen([sys.executable, "-c", program, *words]))
        return started[-1]

    try:
        start("scheduler", "--port", "0", "--scheduler-file", str(file))
        while not (file.exists() and file.read_text()):
            time.sleep(0.05)
        address = json.loads(file.read_text())["address"]
        workers = [start("worker", address, "--no-nanny", "--nthreads", "1") for _ in range(2)]
        yield address, workers
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_two_workers_one_of_them_killed_code_what_one_process_codes(tmp_path, monkeypatch):
    here, there = study(tmp_path / "here"), study(tmp_path / "there")
    with ScriptedServer(marking) as server:
        # Without examples: to choose them takes an embedding model most of the time.
        words = [sys.executable, "-m", "autocode", "propose", "--all", "--model", "x", "--examples",
                 "none", "--strategy", "single", "--base-url", server.url]  # fmt: skip
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        subprocess.run(words, cwd=here.root, check=True)
        with cluster(tmp_path) as (address, workers):
            over = [*words, "--engine", "dask", "--scheduler", address]
            running = subprocess.Popen(over, cwd=there.root)
            while not list((there.root / "runs").glob("*/*-x-*/calls.jsonl")):
                time.sleep(0.05)
            os.kill(workers[0].pid, signal.SIGKILL)
            assert running.wait(120) == 0
    expected = codings(here.root)
    assert all(len(coding) == 1 for coding in expected.values())
    assert codings(there.root) == expected
    files = [path for path in there.root.rglob("*") if path.is_file()]
    assert not any(KEY.encode() in path.read_bytes() for path in files)


@pytest.mark.slow
def test_without_a_scheduler_workers_of_this_machine_code_what_one_process_codes(
    tmp_path, monkeypatch
):
    here, there, ids = study(tmp_path / "here"), study(tmp_path / "there"), IDS[:2]
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with ScriptedServer(marking) as server:
        words = [sys.executable, "-m", "autocode", "propose", *ids, "--model", "x", "--examples",
                 "none", "--strategy", "single", "--base-url", server.url]  # fmt: skip
        subprocess.run(words, cwd=here.root, check=True)
        over = subprocess.run([*words, "--engine", "dask"], cwd=there.root, timeout=120)
    assert over.returncode == 0
    expected = codings(here.root, ids)
    assert all(len(coding) == 1 for coding in expected.values())
    assert codings(there.root, ids) == expected
