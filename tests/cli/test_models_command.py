"""`autocode models`: what can be used here, and in which state it is."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from autocode.cli import group
from autocode.models.catalogue import KNOWN


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AUTOCODE_CACHE", str(tmp_path))
    return tmp_path


def states() -> list[str]:
    result = CliRunner().invoke(group, ["models", "--json"])
    assert result.exit_code == 0, result.output
    return [entry["state"] for entry in json.loads(result.stdout)["models"]]


def test_a_whole_file_is_ready_and_a_part_is_not(cache: Path) -> None:
    pytest.importorskip("xllamacpp")
    for model, size in ((KNOWN[1], KNOWN[1].size - 1), (KNOWN[2], KNOWN[2].size)):
        with (cache / model.file).open("wb") as file:
            file.truncate(size)
    assert states() == ["on first use", "on first use", "ready"]


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autocode.cli.models.find_spec", lambda _: None)
    assert states() == ["extra missing"] * 3


def test_json_gives_licence_size_and_the_whole_hash(cache: Path) -> None:
    result = CliRunner().invoke(group, ["models", "--json"])
    shown = json.loads(result.stdout)
    assert shown["cache"] == str(cache)
    first = shown["models"][0]
    assert (first["name"], first["licence"]) == ("local", "Apache-2.0")
    assert (first["size"], first["sha256"]) == (KNOWN[0].size, KNOWN[0].sha256)


def test_the_table_fits_a_terminal() -> None:
    result = CliRunner().invoke(group, ["models"])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) == 1 + len(KNOWN)
    assert all(len(line) <= 80 for line in lines)
    assert "cc324af0" in lines[1]


def test_the_help_explains_other_servers() -> None:
    result = CliRunner().invoke(group, ["models", "-h"])
    assert "--base-url" in result.stdout
    assert "OPENAI_API_KEY" in result.stdout


def test_prices_are_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "prices.toml"
    monkeypatch.setattr("autocode.models.prices.prices_path", lambda: path)
    monkeypatch.setattr("autocode.cli.models.prices_path", lambda: path)
    unknown = CliRunner().invoke(group, ["models", "--prices"])
    assert (unknown.exit_code, unknown.stdout) == (0, "")
    assert str(path) in unknown.stderr
    path.write_text(unknown.stderr.partition("\n\n")[2].replace("0.00", "1.5"), encoding="utf-8")
    known = CliRunner().invoke(group, ["models", "--prices"])
    assert "gpt-4o-mini  $1.5" in known.stdout
    told = json.loads(CliRunner().invoke(group, ["models", "--prices", "--json"]).stdout)
    assert (told["file"], told["models"][0]["input_price"]) == (str(path), 1.5)
    path.write_text("as_of = yesterday")
    broken = CliRunner().invoke(group, ["models", "--prices"])
    assert "cannot be read" in broken.stderr
    assert "as_of = " in broken.stderr
