"""calls.jsonl as a crash, an editor or another program may leave it: never more than lost lines."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.coding.calls import read_calls
from autocode.files import parse_json
from autocode.propose.answers import answered
from autocode.propose.tally import Tally

CALL: dict[str, Any] = {
    "step": "single", "chunk": 1, "attempt": 1, "question": "q", "key": "k",
    "outcome": "ok", "detail": None, "text": "{}",
    "finish_reason": "stop", "refusal": None, "model": "m",
    "system_fingerprint": "fp", "prompt_tokens": 1, "completion_tokens": 1,
    "request": {"temperature": 0}, "response": {}, "started": "2026-01-01T00:00:00+00:00",
    "latency": 0.1,
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@pytest.mark.parametrize(
    "line",
    ["", "{", "[]", "1", "null", '"ok"', "{}", '{"outcome": 1}', '{"outcome": "ok", "chunk": "1"}',
     '{"outcome": "ok", "latency": NaN}', '{"outcome": "ok", "latency": 1e999}',
     '{"outcome": "ok", "latency": -1}', '{"outcome": "ok", "chunk": true}',
     '{"outcome": "ok", "prompt_tokens": ' + "9" * 5000 + "}", "[" * 200_000,
     '{"outcome": "ok", "request": []}', '{"outcome": "ok", "response": "yes"}'],
    ids=lambda line: line[:40],
)  # fmt: skip
def test_a_line_that_is_no_call_is_left_out(tmp_path: Path, line: str) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text(f"{json.dumps(CALL)}\n{line}\n{json.dumps(CALL)}\n", encoding="utf-8")
    assert read_calls(file) == [CALL, CALL]


@given(
    changes=st.dictionaries(st.sampled_from(sorted(CALL)), JSON),
    lost=st.sets(st.sampled_from(sorted(CALL))),
)
def test_any_line_can_be_counted_and_answered(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, Any], lost: set[str]
) -> None:
    file = tmp_path_factory.getbasetemp() / "calls.jsonl"
    line = {key: value for key, value in (CALL | changes).items() if key not in lost}
    file.write_text(json.dumps(line) + "\n", encoding="utf-8")
    calls = read_calls(file)
    assert set(answered(calls)) <= {call["question"] or call["key"] for call in calls}
    assert Tally(calls).requests == len(calls)


def test_a_call_without_its_answer_is_asked_again(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    for key in ("response", "text", "model", "started", "latency"):
        file.write_text(json.dumps(CALL | {key: None}), encoding="utf-8")
        assert len(read_calls(file)) == 1
        assert answered(read_calls(file)) == {}


def test_what_is_no_file_holds_no_calls(tmp_path: Path) -> None:
    assert read_calls(tmp_path / "none") == []
    assert read_calls(tmp_path) == []
    os.mkfifo(tmp_path / "calls.jsonl")
    assert read_calls(tmp_path / "calls.jsonl") == []


@given(JSON)
def test_what_is_read_can_be_printed_and_written(value: Any) -> None:
    try:
        data = parse_json(json.dumps(value).encode())
    except ValueError:
        return
    assert json.loads(json.dumps(data, ensure_ascii=False, allow_nan=False).encode()) == data


def test_half_a_character_becomes_the_replacement_character() -> None:
    assert parse_json(rb'"a\ud83dz"') == "a\ufffdz"
    assert parse_json(rb'"\ud83d\ude00"') == "😀"
    assert parse_json('{"\ud800": 1}'.encode("utf-8", "surrogatepass")) == {"\ufffd": 1}
