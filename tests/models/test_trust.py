"""The file of confirmations: the user's own, for the user alone, and refused when it is broken."""

import importlib
import json
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from autocode.errors import ModelError

SERVER = "https://api.example/v1"


@pytest.fixture
def trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, with its file in a folder of the test."""
    module = importlib.import_module("autocode.models.trust")
    monkeypatch.setattr(module, "trust_path", lambda: tmp_path / "config" / "trust.json")
    return module


def test_what_was_confirmed_is_known_again(trust: ModuleType, tmp_path: Path) -> None:
    study, link = tmp_path / "study", tmp_path / "link"
    study.mkdir()
    link.symlink_to(study)
    assert not trust.is_trusted(study, SERVER)
    trust.trust(link, SERVER)
    trust.trust(study, "https://other.example")
    trust.trust(study, SERVER)
    assert trust.is_trusted(study, SERVER)
    assert trust.is_trusted(link, SERVER)
    assert not trust.is_trusted(study, "http://api.example/v1")
    assert not trust.is_trusted(study / "deeper", SERVER)
    kept = json.loads(trust.trust_path().read_text("utf-8"))
    assert kept == {str(study.resolve()): [SERVER, "https://other.example"]}


@pytest.mark.skipif(sys.platform == "win32", reason="no modes there")
def test_the_file_is_for_the_user_alone(trust: ModuleType, tmp_path: Path) -> None:
    trust.trust(tmp_path, SERVER)
    assert stat.S_IMODE(trust.trust_path().stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["{", "[]", '{"/study": "https://api.example/v1"}', "\udcff"])
def test_a_broken_file_confirms_nothing(trust: ModuleType, tmp_path: Path, content: str) -> None:
    trust.trust(tmp_path, SERVER)
    trust.trust_path().write_bytes(content.encode("utf-8", "surrogateescape"))
    for act in (trust.is_trusted, trust.trust):
        with pytest.raises(ModelError, match=r"trust\.json: the servers you confirmed cannot be"):
            act(tmp_path, SERVER)


@pytest.mark.skipif(sys.platform != "linux", reason="where the folder is named by XDG")
def test_it_is_in_the_user_s_configuration_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "autocode" / "trust.json"
    code = "from autocode.models.trust import trust_path; print(trust_path())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(path)
