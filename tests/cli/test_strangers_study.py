"""A study that somebody else made: it cannot choose who gets the user's key and interviews."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from proposing import p1_study
from scripted_server import Listener, Scripted, ScriptedServer, completion

from autocode.cli import group
from autocode.models.embedding import Lexical

KEY = "sk-secret-0123456789"
NOTHING = json.dumps({"quotes": []})
Name = Callable[..., None]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-user")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Gateway: gateway-secret")
    for name in ("OPENAI_BASE_URL", "COLUMNS", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("autocode.cli.propose.open_embedder", lambda: Lexical("lexical"))


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The servers of the test count as servers on other machines."""
    monkeypatch.setattr("autocode.models.endpoint._is_loopback", lambda _: False)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    folder.mkdir()
    return p1_study(folder).root


def names(study: Path, **settings: str) -> None:
    """What the stranger wrote into autocode.toml."""
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in settings.items()]
    (study / "autocode.toml").write_text("".join(lines), encoding="utf-8")


def run(study: Path, *words: str, **environment: str) -> Result:
    result = CliRunner(env=environment).invoke(group, ["--study", str(study), *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def propose(study: Path, *words: str, **environment: str) -> Result:
    return run(study, "propose", "p1", "--limit-chunks", "1", "--fresh", *words, **environment)


def refused(result: Result) -> str:
    """The one line that says why nothing was sent."""
    assert (result.exit_code, result.stdout) == (1, ""), result.stderr
    (line,) = result.stderr.splitlines()
    return line


def secrets(server: ScriptedServer) -> list[str]:
    """What of the user's environment a server was sent."""
    sent = json.dumps([server.headers, server.received])
    return [word for word in (KEY, "org-of-the-user", "gateway-secret") if word in sent]


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("words", [(), ("--model", "gpt-4o"), ("--resume",)])
def test_nothing_goes_to_a_server_that_only_the_study_names(
    study: Path, words: tuple[str, ...]
) -> None:
    with Listener() as server:
        names(study, model="gpt-4o", base_url=server.url)
        extra = words if "--resume" in words else ("--limit-chunks", "1", *words)
        line = refused(run(study, "propose", "p1", *extra))
    assert server.connections == []
    assert "autocode.toml: " in line
    assert f"names a model at {server.url} (remote, not encrypted)" in line
    assert f"--base-url {server.url}" in line
    assert "`autocode propose ID --trust`" in line


def test_nothing_goes_to_openai_because_the_study_says_so(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(study, model="gpt-4o")
    assert "names a model at https://api.openai.com/v1 (remote)" in refused(propose(study))
    monkeypatch.setattr("autocode.models.endpoint._is_loopback", lambda _: False)
    with ScriptedServer(completion(NOTHING)) as server:
        monkeypatch.setattr("autocode.models.endpoint.DEFAULT_URL", server.url)
        refused(propose(study))
        assert server.headers == []
        assert propose(study, "--model", "gpt-4o").exit_code == 0
        assert server.headers[-1]["authorization"] == f"Bearer {KEY}"


@pytest.mark.usefixtures("elsewhere")
def test_the_user_names_the_server_in_one_of_three_ways(study: Path) -> None:
    with ScriptedServer(completion(NOTHING)) as server:
        names(study, model="gpt-4o", base_url=server.url)
        for words, environment in (
            (("--base-url", server.url), {}),
            ((), {"OPENAI_BASE_URL": server.url + "/"}),
            (("--trust",), {}),
            ((), {}),  # confirmed for good
        ):
            result = propose(study, *words, **environment)
            assert result.exit_code == 0, result.stderr
            assert server.headers[-1]["authorization"] == f"Bearer {KEY}"
    assert len(server.headers) == 4
    first = result.stderr.splitlines()[0]
    where = f"text goes to {server.url} (remote, not encrypted)"
    assert first == f"Model gpt-4o: {where}, as autocode.toml of this study says."


@pytest.mark.usefixtures("elsewhere")
def test_a_confirmation_is_for_one_study_and_one_server(study: Path, tmp_path: Path) -> None:
    with Listener() as server:
        names(study, model="gpt-4o", base_url=server.url)
        assert propose(study, "--trust", "--dry-run").exit_code == 0
        assert "not confirmed" not in propose(study, "--dry-run").stderr
        other = study.rename(tmp_path / "other")
        refused(propose(other))
        other.rename(study)
        for url in (server.url.replace("/v1", "/v2"), server.url.replace("127.0.0.1", "localhost")):
            names(study, model="gpt-4o", base_url=url)
            refused(propose(study))
    assert server.connections == []


@pytest.mark.parametrize("words", [("--base-url", "http://127.0.0.1:1/v1"), ()])
def test_trust_without_a_server_to_trust_is_wrong_usage(study: Path, words: tuple[str]) -> None:
    model = ("--model", "x") if words else ()
    result = propose(study, "--trust", *model, *words)
    assert result.exit_code == 2
    assert "--trust is for a server that only autocode.toml names" in result.stderr


def test_a_server_on_this_machine_gets_text_and_no_key(study: Path) -> None:
    with ScriptedServer(completion(NOTHING)) as server:
        names(study, model="llama", base_url=server.url)
        result = propose(study)
        assert result.exit_code == 0, result.stderr
        assert len(server.received) == 1
        assert secrets(server) == []
        first = result.stderr.splitlines()[0]
        assert first.endswith("as autocode.toml of this study says; your key is not sent.")
        assert propose(study, "--trust").exit_code == 0
        assert secrets(server) == [KEY, "org-of-the-user", "gateway-secret"]


def test_a_server_on_this_machine_that_wants_the_key_is_explained(study: Path) -> None:
    with ScriptedServer(Scripted(401, "{}")) as server:
        names(study, model="llama", base_url=server.url)
        assert "your key was not sent" in propose(study).stderr


def test_the_study_does_not_override_the_user_s_own_server(study: Path) -> None:
    with Listener() as stranger, ScriptedServer(completion(NOTHING)) as mine:
        names(study, model="llama", base_url=stranger.url)
        line = refused(propose(study, OPENAI_BASE_URL=mine.url.replace("://", "://me:hunter2@")))
        assert (stranger.connections, mine.received) == ([], [])
        assert f"(OPENAI_BASE_URL is {mine.url})" in line
        result = propose(study, "--base-url", mine.url, OPENAI_BASE_URL=stranger.url)
        assert result.exit_code == 0, result.stderr
        names(study, model="llama")
        assert propose(study, OPENAI_BASE_URL=mine.url).exit_code == 0
    assert (stranger.connections, len(mine.received)) == ([], 2)


@pytest.mark.usefixtures("elsewhere")
def test_a_dry_run_and_check_say_what_would_stop_the_run(study: Path) -> None:
    with Listener() as server:
        names(study, model="gpt-4o", base_url=server.url)
        dry = propose(study, "--dry-run")
        checked = run(study, "check", "--json")
        named = run(study, "check", "--model", "llama", "--json")
    assert server.connections == []
    assert dry.exit_code == 0
    assert "a real run would stop here: " in dry.stderr.splitlines()[0]
    for result in (checked, named):
        (finding,) = [f for f in json.loads(result.stdout) if f["kind"] == "model"]
        assert (finding["file"], finding["severity"]) == ("autocode.toml", "error")
        assert f"names a model at {server.url}" in finding["message"]
        assert "you have not confirmed it" in finding["message"]
        assert result.exit_code == 1


def test_check_says_that_a_server_on_this_machine_is_the_study_s_choice(study: Path) -> None:
    names(study, model="llama", base_url="http://127.0.0.1:1/v1")
    findings = json.loads(run(study, "check", "--json").stdout)
    (finding,) = [finding for finding in findings if finding["kind"] == "model"]
    assert finding["severity"] == "warning"
    assert "names http://127.0.0.1:1/v1, which you have not confirmed" in finding["message"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(study: Path, status: int) -> None:
    with Listener() as other:
        away = other.url.replace("127.0.0.1", "localhost")
        sends_on = Scripted(status, "", (("Location", f"{away}/chat/completions"),))
        with ScriptedServer(sends_on) as server:
            result = propose(study, "--model", "x", "--base-url", server.url)
    assert other.connections == []
    assert len(server.received) == 1
    assert result.exit_code == 1
    assert "sends the request on to localhost, which is not followed" in result.stderr


@pytest.mark.parametrize(
    "url",
    [
        "ftp://me:hunter2@h/v1",
        "me:hunter2@h/v1",
        "https://me:12#hunter2@h/v1",
        "https://me:12/hunter2@h/v1",
        "https://me:12?hunter2@h/v1",
        "https://me:hun[ter2@h/v1",
        "localhost:1?key=hunter2",
        "http://me:hunter2@127.0.0.1:1/v1?key=hunter2",
    ],
)
def test_a_password_in_an_address_is_never_shown(study: Path, url: str) -> None:
    results = [
        propose(study, "--model", "x", "--base-url", url),
        propose(study, "--model", "x", OPENAI_BASE_URL=url),
    ]
    names(study, model="x", base_url=url)
    results += [propose(study, "--dry-run"), run(study, "check")]
    results.append(propose(study, OPENAI_BASE_URL="http://127.0.0.1:1/v1"))
    for result in results:
        assert "http" in result.output + result.stderr
        assert "hunter2" not in result.output + result.stderr
        assert "hun[ter2" not in result.output + result.stderr
