"""Two processes are never both at work on a run, and the second one learns about the first."""

import json
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autocode.coding.lock import held, is_held
from autocode.errors import StudyError

HAMMERS, BLOWS = 6, 60


def enter(lock: Path) -> None:
    with held(lock, "the run x", "Wait for it."):
        pass


def hammer(folder: Path, results: "multiprocessing.Queue[tuple[int, int]]") -> None:
    """Enter again and again; inside, a file that only one process at a time can make."""
    entered = overlapped = 0
    end = time.monotonic() + 100
    while entered < BLOWS and time.monotonic() < end:
        is_held(folder / "lock")
        try:
            with held(folder / "lock", "it", ""):
                try:
                    inside = os.open(folder / "inside", os.O_CREAT | os.O_EXCL)
                except FileExistsError:
                    overlapped += 1
                else:
                    os.close(inside)
                    (folder / "inside").unlink()
                entered += 1
        except StudyError:
            pass
    results.put((entered, overlapped))


def test_no_two_processes_are_inside_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[tuple[int, int]] = context.Queue()
    workers = [context.Process(target=hammer, args=(tmp_path, results)) for _ in range(HAMMERS)]
    for worker in workers:
        worker.start()
    counts = [results.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(60)
    assert sum(overlapped for _, overlapped in counts) == 0
    assert sum(entered for entered, _ in counts) == HAMMERS * BLOWS
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_was_removed_while_waited_for_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window that the hammer finds by chance, opened on purpose."""
    import autocode.coding.lock as module

    lock, taken = tmp_path / "lock", []
    really = module._lock

    def removed_first(handle: int) -> None:
        if not taken:
            lock.unlink()  # as its owner does, between our opening and our locking it
        taken.append(handle)
        really(handle)

    monkeypatch.setattr(module, "_lock", removed_first)
    with held(lock, "it", ""):
        assert is_held(lock)
    assert len(taken) >= 2


def test_the_second_learns_who_is_at_work_and_since_when(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with held(lock, "the run x", "Wait for it."):
        about = json.loads(lock.read_bytes())
        assert (about["pid"], about["host"]) == (os.getpid(), socket.gethostname())
        for ago, age in ((0, r"\d s"), (200, "3 min"), (10_000, "2 h")):
            about["since"] = (datetime.now(UTC) - timedelta(seconds=ago)).isoformat()
            lock.write_text(json.dumps(about))
            words = (
                rf"at work on the run x: process {os.getpid()} on \S+, for {age}\. Wait for it\."
            )
            with pytest.raises(StudyError, match=words):
                enter(lock)
    enter(lock)


@pytest.mark.parametrize(
    "about", ["", "[]", "{}", "[" * 100_000, '{"pid": "x"}', '{"pid": 1, "host": "\\u001b[2J",'
              '"since": "2026-01-01T00:00:00+00:00"}', "\x00" * 5000]
)  # fmt: skip
def test_what_stands_in_a_lock_is_data(tmp_path: Path, about: str) -> None:
    with held(tmp_path / "lock", "it", ""):
        (tmp_path / "lock").write_text(about)
        with pytest.raises(StudyError, match="another autocode is at work") as caught:
            enter(tmp_path / "lock")
    assert "\x1b" not in str(caught.value)


def test_a_lock_whose_holder_was_killed_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    code = (
        "import sys, pathlib; from autocode.coding.lock import held\n"
        "with held(pathlib.Path(sys.argv[1]), 'it', ''):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(lock)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert is_held(lock)
        with pytest.raises(StudyError, match=f"process {holder.pid} on "):
            enter(lock)
        holder.kill()
    assert lock.exists()
    assert not is_held(lock)
    enter(lock)
    assert not lock.exists()


def test_links_and_pipes_are_no_locks(tmp_path: Path) -> None:
    outside, lock = tmp_path / "outside", tmp_path / "lock"
    lock.symlink_to(outside)
    assert not is_held(lock)
    with pytest.raises(StudyError, match="cannot be written"):
        enter(lock)
    assert not outside.exists()
    lock.unlink()
    os.mkfifo(lock)
    assert not is_held(lock)
    enter(lock)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=re.escape("none/lock: cannot be written")):
        enter(tmp_path / "none" / "lock")
