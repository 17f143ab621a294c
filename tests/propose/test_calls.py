"""The call log: every line on disk before the next, and a torn line costs nothing else."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from autocode.coding.calls import read_calls
from autocode.errors import StudyError
from autocode.propose.answers import answered
from autocode.propose.calls import CallLog


def call(chunk: int, outcome: str = "ok", text: str = "{}") -> dict[str, Any]:
    return {
        "step": "single", "chunk": chunk, "attempt": 1, "question": f"k{chunk}", "key": "k",
        "outcome": outcome, "detail": None, "text": text, "finish_reason": "stop",
        "refusal": None, "model": "m",
        "system_fingerprint": None, "prompt_tokens": 1, "completion_tokens": 1, "request": {},
        "response": {}, "started": "2026-01-01T00:00:00+00:00", "latency": 0.1,
    }  # fmt: skip


def test_calls_come_back_as_they_went(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    with CallLog(file) as log:
        log.append(call(1, text="é\n\u2028"))
        assert read_calls(file) == [call(1, text="é\n\u2028")]
        log.append(call(2))
    assert [c["chunk"] for c in read_calls(file)] == [1, 2]


def test_a_torn_last_line_is_left_out_and_the_next_one_whole(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    with CallLog(file) as log:
        log.append(call(1))
    whole = file.read_bytes()
    file.write_bytes(whole + whole[: len(whole) // 2])
    assert [c["chunk"] for c in read_calls(file)] == [1]
    with CallLog(file) as log:
        log.append(call(3))
    assert [c["chunk"] for c in read_calls(file)] == [1, 3]


def test_only_usable_answers_need_not_be_asked_again() -> None:
    unanswered = call(3, "transport") | {"response": None}
    known = answered([call(1), call(2, "wrong shape"), unanswered])
    assert list(known) == ["k1"]
    assert known["k1"].text == "{}"


def test_a_log_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="cannot be written"):
        CallLog(tmp_path / "none" / "calls.jsonl")


def test_a_call_is_on_disk_before_synced_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, synced = tmp_path / "calls.jsonl", []
    monkeypatch.setattr("os.fsync", lambda _: synced.append(len(path.read_bytes().splitlines())))

    async def write() -> None:
        with CallLog(path) as log:
            for _ in range(2):
                log.append({"step": "name"})
                await log.synced(log.sync())
            log.append({"step": "name"})

    asyncio.run(write())
    assert synced == [1, 2, 3]


def test_those_who_wait_together_are_synced_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, synced = tmp_path / "calls.jsonl", []

    def slow(_: int) -> None:
        synced.append(len(path.read_bytes().splitlines()))
        time.sleep(0.02)

    async def one(log: CallLog) -> None:
        log.append({"step": "name"})
        await log.synced(log.sync())
        assert synced  # one that began after the line was written
        assert max(synced) >= 1

    async def write() -> None:
        with CallLog(path) as log:
            await asyncio.gather(*(one(log) for _ in range(50)))

    monkeypatch.setattr("os.fsync", slow)
    asyncio.run(write())
    assert max(synced) == 50
    assert len(synced) <= 3
