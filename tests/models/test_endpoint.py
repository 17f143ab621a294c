"""Addresses and who named them: what is asked, with which key, and what is never shown."""

import re
from pathlib import Path

import pytest

import autocode
from autocode.errors import ModelError
from autocode.models.endpoint import DEFAULT_URL, Address, Endpoint, confirm
from autocode.models.runtimes import open_embedder, open_provider
from autocode.study import Settings, Study

MINE, THEIRS = "https://mine.example/v1", "https://theirs.example/v1"
KEY = "sk-secret-0123456789"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)


@pytest.mark.parametrize(
    ("base_url", "given", "environment", "url", "by_user"),
    [
        (None, "", None, DEFAULT_URL, False),
        ("", "", None, DEFAULT_URL, False),
        ("", "base_url", None, DEFAULT_URL, False),
        (None, "model", None, DEFAULT_URL, True),
        (None, "", MINE, MINE, True),
        (None, "model", MINE, MINE, True),
        (THEIRS, "", None, THEIRS, False),
        (THEIRS, "model", None, THEIRS, False),
        (THEIRS, "temperature", None, THEIRS, False),
        (THEIRS, "", MINE, THEIRS, False),
        (THEIRS, "model", MINE, THEIRS, False),
        (THEIRS + "/", "", THEIRS, THEIRS + "/", True),
        (THEIRS, "base_url", MINE, THEIRS, True),
        (THEIRS, "base_url", None, THEIRS, True),
    ],
)
def test_who_named_the_server(
    base_url: str | None, given: str, environment: str | None, url: str, by_user: bool,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if environment:
        monkeypatch.setenv("OPENAI_BASE_URL", environment)
    settings = Settings(model="gpt-4o", base_url=base_url)
    address = Address.of(Study(tmp_path, settings, frozenset({given} - {""})))
    assert address == Address(url, None if by_user else tmp_path)
    if by_user:
        assert Endpoint(address).key == KEY
        return
    with pytest.raises(ModelError, match="you have not confirmed it"):
        Endpoint(address)
    confirm(address)
    endpoint = Endpoint(address)
    assert (endpoint.key, endpoint.key_withheld, endpoint.named_by_study) == (KEY, False, True)


def test_a_server_on_this_machine_gets_no_key_from_a_study(tmp_path: Path) -> None:
    address = Address("http://localhost:1/v1", tmp_path)
    assert (Endpoint(address).key, Endpoint(address).key_withheld) == ("", True)
    confirm(address)
    assert (Endpoint(address).key, Endpoint(address).key_withheld) == (KEY, False)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1\\@evil.example/v1",
        "http://evil.example\\@127.0.0.1/v1",
        "http://evil.example#@127.0.0.1/v1",
        "http://evil.example?@127.0.0.1/v1",
        "http://evil.example/@127.0.0.1/v1",
        "http://a@b@127.0.0.1/v1",
        "http://127.0.0.1%2eevil.example/v1",
        "http://[::1]evil.example/v1",
        "http://127.0.0.1:1/v1#x",
        "http://127.0.0.1\t.evil.example/v1",
    ],
)
def test_an_address_that_two_programs_may_read_differently_is_refused(url: str) -> None:
    with pytest.raises(ModelError, match="is not the URL of a server"):
        Endpoint(Address.given(url))


@pytest.mark.parametrize("name", ["127.1", "2130706433", "0x7f.1", "0.0.0.0", "localhost.evil.org"])
def test_what_only_looks_like_this_machine_is_elsewhere(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="you have not confirmed it"):
        Endpoint(Address(f"http://{name}/v1", tmp_path))


def test_a_password_that_a_server_repeats_is_not_kept() -> None:
    endpoint = Endpoint(Address.given("https://me:hunter2-hunter2@h.example/v1"))
    assert endpoint.without_secrets(f"{KEY} hunter2-hunter2") == "[key] [key]"


def test_a_model_without_an_address_is_asked_nowhere() -> None:
    with pytest.raises(ModelError, match="no server was named for 'gpt-4o'"):
        open_provider("gpt-4o")
    with pytest.raises(ModelError, match="no embedding model 'ada'"):
        open_embedder("ada")


def test_nobody_else_reads_the_key_or_the_study_s_server() -> None:
    """A new command cannot send anything past `Address` and `Endpoint`."""
    package = Path(autocode.__file__).parent
    # Of settings and environment; an address that a run was handed in to, and that a client has,
    # were trusted before; the decorator `@request.base_url` offers an option and reads nothing.
    trusted = r"(?<!\bhanded_in\(run\))(?<!_client)(?<!@request)"
    reading = re.compile(rf"{trusted}\.base_url\b|environ.*OPENAI_|getenv")
    users = {path.name for path in package.rglob("*.py") if reading.search(path.read_text("utf-8"))}
    # cluster.py refuses an address with a password: workers would be told it.
    assert users == {"endpoint.py", "cluster.py"}
