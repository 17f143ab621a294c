"""Whatever a coding, manifest or call log holds, a command ends in a result or in one line."""

import json
import os
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from study_folder import Folder

from autocode.cli import group

FILES = {
    "coding": "runs/p1/R2/coding.json",
    "manifest": "runs/p1/R2/manifest.json",
    "gold": "gold/p1.json",
}
COMMANDS = [
    ["runs"], ["runs", "--json"], ["runs", "show", "R2"], ["show", "R2", "--json"],
    ["show", "p1", "--gold"], ["diff", "p1"], ["check", "--json"],
]  # fmt: skip
QUICK = ["--permutations", "0", "--similarity", "lexical"]
ODD = [
    None, True, -1, 10**17, 3.5, "", "\ud800", "\x1b[31m\u202e", "x" * 3000, [], {}, [None],
    {"\ud801": "\udfff"}, "../../etc", "2026-01-01",
]  # fmt: skip
RAW = ["NaN", "1e999", "-Infinity", "9" * 5000, "[" * 200_000, r'"\ud83d"']


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    folder = Folder(tmp_path)
    folder.coding("gold/p1.json", "gold", {2, 4}, "habit")
    folder.run("R1", {2, 4}, "habit")
    folder.run("R2", {2, 4, 6}, "habit")
    return folder


def spoilt(text, dice):
    """The JSON with one value lost, or with an odd one in its place."""
    data = json.loads(text)
    node, keys = data, list(data)
    while True:
        key = dice.choice(keys)
        if not isinstance(node[key], dict | list) or not node[key] or dice.random() < 0.3:
            break
        node = node[key]
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    draw = dice.random()
    if draw < 0.2:
        del node[key]
    else:
        node[key] = "RAW" if draw < 0.4 else dice.choice(ODD)
    return json.dumps(data).replace('"RAW"', dice.choice(RAW))


def ends_well(*words):
    result = CliRunner().invoke(group, list(words))
    assert isinstance(result.exception, SystemExit | None), (words, result.exception)
    assert result.exit_code in (0, 1), (words, result.output)
    if result.exit_code == 1 and words[0] != "check":
        assert len(result.stderr.splitlines()) == 1
    return result


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("seed", range(4))
def test_an_odd_value_is_no_traceback(folder, file, seed):
    path = folder.root / FILES[file]
    path.write_bytes(spoilt(path.read_text(encoding="utf-8"), random.Random(seed)).encode())
    for command in COMMANDS:
        ends_well(*command)
    ends_well("compare", "p1", "--json", *QUICK)


def _replaced_by_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _replaced_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    "damage",
    [_replaced_by_a_pipe, _replaced_by_a_folder, lambda path: path.write_bytes(b""),
     lambda path: path.write_bytes(b"\xff\xfe"), lambda path: path.write_text("[" * 200_000)],
    ids=["pipe", "folder", "empty", "not UTF-8", "too deep"],
)  # fmt: skip
def test_what_is_no_file_of_its_kind_is_one_line(folder, file, damage):
    damage(folder.root / FILES[file])
    for command in COMMANDS:
        ends_well(*command)
    compared = ends_well("compare", "p1", *QUICK)
    assert compared.exit_code == (0 if file == "manifest" else 1)


def test_a_transcript_of_no_length_is_shown(folder):
    path = folder.root / FILES["coding"]
    data = json.loads(path.read_text(encoding="utf-8"))
    data["transcript"]["length"] = 0
    path.write_text(json.dumps(data), encoding="utf-8")
    assert ends_well("runs", "show", "R2").exit_code == 0
    assert "length is 0, but the text has" in ends_well("diff", "p1").stderr
