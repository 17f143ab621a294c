"""The door to other people's servers: where text goes, what is sent, what is said when it fails."""

import asyncio
import re
import socket
from datetime import date
from typing import Any

import httpx
import openai
import pytest
from scripted_server import Scripted, ScriptedServer, completion, good, problem

from autocode.errors import ModelError
from autocode.models.endpoint import Address, Endpoint
from autocode.models.openai_client import reason_of
from autocode.models.prices import ListedModel
from autocode.models.provider import Answer, AskError, Request
from autocode.models.runtimes import open_provider

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"open_code": {"type": "string"}},
    "required": ["open_code"],
    "additionalProperties": False,
}
REQUEST = Request("You name passages.", "«We test.»", SCHEMA, "name", 50, 0.2, 7)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def ask(url: str, times: int = 1, model: str = "some-model") -> list[Answer | Exception]:
    """What the same request gives, asked so often one after the other."""

    async def each() -> list[Answer | Exception]:
        provider = open_provider(model, Address.given(url))
        results: list[Answer | Exception] = []
        for _ in range(times):
            try:
                results.append(await provider.ask(REQUEST))
            except (AskError, ModelError) as error:
                results.append(error)
        results.append(RuntimeError(str(provider.identity()["parameters_refused"])))
        await provider.aclose()
        return results

    return asyncio.run(each())


def test_the_request_is_a_strict_schema_with_all_parameters() -> None:
    with ScriptedServer(good(open_code="x")) as server:
        answer = ask(server.url)[0]
    assert isinstance(answer, Answer)
    assert server.received == [answer.request]
    assert answer.request == {
        "model": "some-model",
        "messages": [
            {"role": "system", "content": "You name passages."},
            {"role": "user", "content": "«We test.»"},
        ],
        "max_tokens": 50,
        "temperature": 0.2,
        "seed": 7,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "name", "strict": True, "schema": SCHEMA},
        },
    }
    assert (answer.text, answer.finish_reason) == ('{"open_code": "x"}', "stop")
    assert (answer.model, answer.system_fingerprint) == ("scripted-1", "fp_1")
    assert answer.latency > 0


@pytest.mark.parametrize("local", [True, False])
def test_only_servers_on_this_machine_get_what_openai_refuses(
    local: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autocode.models.endpoint._is_loopback", lambda _: local)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789")
    monkeypatch.setitem(SCHEMA["properties"]["open_code"], "maxLength", 60)
    with ScriptedServer(good(open_code="x")) as server:
        ask(server.url)
    sent = server.received[0]["response_format"]["json_schema"]["schema"]
    assert ("maxLength" in sent["properties"]["open_code"]) == local


def test_the_sdk_does_not_retry_by_itself() -> None:
    with ScriptedServer(problem(500, "oops")) as server:
        error = ask(server.url)[0]
    assert isinstance(error, AskError)
    assert len(server.received) == 1
    assert (error.kind, error.transient) == ("server", True)


@pytest.mark.parametrize(
    ("status", "message", "extra", "hint"),
    [
        (401, "bad key", {}, "Check OPENAI_API_KEY."),
        (403, "not yours", {}, "Check what OPENAI_API_KEY may use."),
        (404, "no such model", {}, "Check --model, and that --base-url"),
        (429, "no credit", {"code": "insufficient_quota"}, "Check the account's credit."),
    ],
)
def test_what_ends_a_run_is_one_line_with_what_to_do(
    status: int, message: str, extra: dict[str, Any], hint: str
) -> None:
    with ScriptedServer(problem(status, message, **extra)) as server:
        error = ask(server.url)[0]
    assert isinstance(error, ModelError)
    assert f"HTTP {status}: {message}. {hint}" in str(error)
    assert "\n" not in str(error)


def test_a_refused_parameter_is_left_out_from_then_on() -> None:
    refusal = problem(400, "Unsupported value", param="temperature", code="unsupported_value")
    renamed = problem(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.")
    with ScriptedServer(refusal, renamed, good(open_code="x")) as server:
        first, second, third, fourth, refused = ask(server.url, 4)
    assert isinstance(first, AskError)
    assert (first.transient, first.retry_after) == (True, 0.0)
    assert isinstance(second, AskError)
    assert isinstance(third, Answer)
    assert isinstance(fourth, Answer)
    assert str(refused) == "['max_tokens', 'temperature']"
    assert ["temperature" in sent for sent in server.received] == [True, False, False, False]
    assert server.received[2]["max_completion_tokens"] == 50
    assert "max_tokens" not in server.received[2]


def test_without_json_schema_the_schema_goes_into_the_prompt() -> None:
    refusal = problem(400, "response_format type json_schema is not supported")
    other = problem(400, "'response_format.type' must be 'text'")
    with ScriptedServer(refusal, good(open_code="x"), other, good(open_code="x")) as server:
        _, answer, again, last, _ = ask(server.url, 4)
    assert isinstance(answer, Answer)
    assert server.received[1]["response_format"] == {"type": "json_object"}
    assert '"additionalProperties": false' in server.received[1]["messages"][0]["content"]
    assert isinstance(again, AskError)
    assert isinstance(last, Answer)
    assert "response_format" not in server.received[3]
    assert '"additionalProperties": false' in server.received[3]["messages"][0]["content"]


def test_an_unreachable_server_is_said_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    error = ask(url)[0]
    assert isinstance(error, ModelError)
    assert str(error).startswith(f"cannot reach {url}: ")
    assert "Start the server" in str(error)
    assert "\n" not in str(error)


def test_a_server_that_goes_away_later_is_a_passing_problem() -> None:
    async def both() -> Exception:
        with ScriptedServer(good(open_code="x")) as server:
            provider = open_provider("some-model", Address.given(server.url))
            await provider.ask(REQUEST)
        with pytest.raises(AskError) as caught:
            await provider.ask(REQUEST)
        await provider.aclose()
        return caught.value

    error = asyncio.run(both())
    assert isinstance(error, AskError)
    assert (error.kind, error.transient) == ("connection", True)


def test_a_broken_connection_is_said_in_words() -> None:
    """A reset comes without a word, and some words come from further down."""
    here = Endpoint(Address.given("http://127.0.0.1:1/v1"))
    error = openai.APIConnectionError(message="", request=httpx.Request("POST", here.url))
    error.__cause__ = httpx.ReadError("")
    assert reason_of(error, here) == "broken off by the server, without a word"
    error.__cause__.__cause__ = ConnectionResetError("reset by peer")
    assert reason_of(error, here) == "reset by peer"


def test_a_prompt_that_is_too_long_is_told_what_to_make_smaller() -> None:
    said = "This model's maximum context length is 8192 tokens. However, you requested 14000."
    with ScriptedServer(problem(400, said)) as server:
        error = ask(server.url)[0]
    assert isinstance(error, AskError)
    assert str(error).endswith(
        "requested 14000: make chunk_tokens, example_tokens or reply_tokens smaller"
    )


def test_a_slow_server_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autocode.models.openai_client.TIMEOUT", openai.Timeout(0.2))
    with ScriptedServer(Scripted(delay=5)) as server:
        error = ask(server.url)[0]
    assert isinstance(error, AskError)
    assert (error.kind, error.transient) == ("timeout", True)


def test_a_remote_model_without_a_key_is_refused() -> None:
    with pytest.raises(ModelError, match=r"no key for api\.openai\.com\. Set OPENAI_API_KEY"):
        open_provider("gpt-4o", Address.given())


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://x/v1", "http://", "http://h:99999/", "http://[::1/v1", "x"]
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ModelError, match="is not the URL of a server"):
        open_provider("some-model", Address.given(url))


@pytest.mark.parametrize(
    ("url", "destination"),
    [
        (None, "https://api.openai.com/v1 (remote)"),
        ("https://me:secret@h.example:8/v1?k=secret", "https://h.example:8/v1 (remote)"),
        ("http://h.example/v1", "http://h.example/v1 (remote, not encrypted)"),
        ("http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1 (a server on this machine)"),
        ("http://localhost/v1", "http://localhost/v1 (a server on this machine)"),
        ("http://[::1]:1/v1", "http://[::1]:1/v1 (a server on this machine)"),
        ("https://127.0.0.1.example/v1", "https://127.0.0.1.example/v1 (remote)"),
    ],
)
def test_where_text_goes_is_said_in_words(
    url: str | None, destination: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789")
    provider = open_provider("gpt-4o", Address.given(url))
    asyncio.run(provider.aclose())
    assert provider.destination == destination
    assert "secret" not in str(provider.identity())
    assert "sk-0" not in str(provider.identity())


def test_the_sdks_own_base_url_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(completion("{}")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        provider = open_provider("some-model", Address.given())
        asyncio.run(provider.aclose())
    assert server.url in provider.destination


def test_no_proxy_sees_what_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with ScriptedServer(good(open_code="x")) as server:
        assert isinstance(ask(server.url)[0], Answer)


def test_tokens_and_context_of_a_model_in_the_price_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789")
    listed = ListedModel("gpt-4o", 0, 0, 128_000, date(2026, 11, 20), "")
    monkeypatch.setattr("autocode.models.prices.known_models", lambda: [listed])
    known, unknown = (
        open_provider("gpt-4o", Address.given()),
        open_provider("llama3.2", Address.given("http://127.0.0.1:1/v1")),
    )
    assert (known.context_tokens, unknown.context_tokens) == (128_000, None)
    assert not unknown.tokens_exact
    assert unknown.count_tokens("We test our data.") >= 5
    asyncio.run(known.aclose())
    asyncio.run(unknown.aclose())


@pytest.fixture
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The servers of the test count as servers on other machines."""
    monkeypatch.setattr("autocode.models.endpoint._is_loopback", lambda _: False)


@pytest.mark.usefixtures("_elsewhere")
def test_a_server_elsewhere_that_needs_no_key_is_sent_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(good(open_code="x")) as server:
        with pytest.raises(
            ModelError, match="OPENAI_API_KEY \\(to 'none' if the server needs no key\\)"
        ):
            ask(server.url)
        assert server.received == []
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        assert isinstance(ask(server.url)[0], Answer)
    assert "authorization" not in server.headers[0]


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("variable", ["AZURE_OPENAI_API_KEY", "OPENAI_API_KEY"])
@pytest.mark.parametrize("tail", ["", "/", "/chat/completions"])
def test_azure_gets_its_key_in_its_own_header_and_its_version_at_the_end(
    variable: str, tail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "az-0123456789")
    if variable.startswith("AZURE"):
        monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789")
    with ScriptedServer(good(open_code="x")) as server:
        at = server.url.replace("/v1", f"/openai/deployments/my-gpt{tail}?api-version=2024-10-21")
        assert isinstance(ask(at)[0], Answer)
    (headers,) = server.headers
    assert headers["api-key"] == "az-0123456789"
    assert "authorization" not in headers
    assert "sk-0123456789" not in str(headers)
    assert server.paths == ["/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21"]


@pytest.mark.usefixtures("_elsewhere")
def test_azure_without_a_key_names_its_variable() -> None:
    with pytest.raises(ModelError, match="Set AZURE_OPENAI_API_KEY"):
        open_provider("gpt-4o", Address.given("https://my.openai.azure.com/openai/v1"))


@pytest.mark.parametrize(
    ("url", "way_on"),
    [
        ("http://h.example:11434", r"\(try http://h\.example:11434/v1\)"),
        ("http://h.example/v1", "often in /v1$"),
        ("https://my.openai.azure.com/openai/v1", "deployments/MODEL\\?api-version=…$"),
    ],
)
def test_a_wrong_address_is_told_how_it_should_end(
    url: str, way_on: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789")
    assert re.search(way_on, Endpoint(Address.given(url)).way_on)
