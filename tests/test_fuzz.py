"""A few seconds of `benchmarks/fuzz.py`: every reader, mutated input, errors for people only."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from autocode.errors import InputError

ROOT = Path(__file__).parent.parent
CASES = 60


@cache
def fuzz() -> Any:
    spec = importlib.util.spec_from_file_location("fuzz", ROOT / "benchmarks" / "fuzz.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz"] = module
    spec.loader.exec_module(module)
    return module


@cache
def watch() -> Any:
    return fuzz().Watch()  # an audit hook stays for good: one is enough


@pytest.mark.parametrize("target", fuzz().targets(), ids=lambda target: target.name)
def test_mutated_input_is_read_or_refused(target: Any) -> None:
    tally = fuzz().fuzzed(target, CASES, 7, watch())
    assert tally.cases == CASES
    assert {tally.foreign_errors, tally.hangs, tally.writes_outside} == {0}


@pytest.mark.parametrize("target", fuzz().targets(), ids=lambda target: target.name)
def test_the_samples_themselves_are_read(target: Any, tmp_path: Path) -> None:
    for sample in target.samples:
        (tmp_path / target.file).write_bytes(sample)
        target.read(tmp_path / target.file)


@pytest.mark.parametrize(
    ("trouble", "counted"),
    [
        (lambda _: 1 / 0, "foreign_errors"),
        (lambda path: (path.parent.parent / "x").write_text("x"), "writes_outside"),
        (lambda path: (path.parent / "x").write_text("x"), None),
        (lambda path: path.read_bytes(), None),
    ],
)
def test_what_is_looked_for_is_found(trouble: Any, counted: str | None, tmp_path: Path) -> None:
    module, folder = fuzz(), tmp_path / "case"
    folder.mkdir()
    (folder / "x").write_bytes(b"x")
    tally = module.Tally()
    target = module.Target("x", [b"x"], "x", trouble)
    module._read(target, folder / "x", folder.resolve(), watch(), tally)
    names = ("foreign_errors", "hangs", "writes_outside")
    assert [name for name in names if getattr(tally, name)] == ([counted] if counted else [])


def test_an_archive_of_a_later_version_is_refused(tmp_path: Path) -> None:
    """Found by the mutations: a ZIP file that says it needs version 18.3 of the format."""
    target = next(target for target in fuzz().targets() if target.name == "opendocument")
    data = bytearray(target.samples[0])
    data[data.index(b"PK\x01\x02") + 6] = 183
    (tmp_path / target.file).write_bytes(data)
    with pytest.raises(InputError):
        target.read(tmp_path / target.file)
