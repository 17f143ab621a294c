"""Whatever a server sends, in whatever type and size, is an answer or a named failure."""

import asyncio
import gzip
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_server import Flood, Scripted, ScriptedServer, completion

from autocode.errors import ModelError
from autocode.models.completion import MOST_BYTES, read_completion
from autocode.models.endpoint import Address
from autocode.models.provider import Answer, AskError, Request
from autocode.models.runtimes import open_provider

REQUEST = Request("You name passages.", "«We test.»", {"type": "object"}, "name", 50)
PAYLOAD = {"model": "m"}
DEEP = 200_000


def read(body: Any) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_completion(content, PAYLOAD, cleaned=str, started="", latency=0.1)


def body(content: Any = "{}", **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    choice = {"index": 0, "finish_reason": "stop", "message": message, **more.pop("choice", {})}
    return {"model": "m-1", "choices": [choice], "usage": {"prompt_tokens": 3}, **more}


def ask(server: Any) -> Answer | AskError | ModelError:
    async def once() -> Answer | AskError | ModelError:
        provider = open_provider("some-model", Address.given(server.url))
        try:
            return await provider.ask(REQUEST)
        except (AskError, ModelError) as error:
            return error
        finally:
            await provider.aclose()

    return asyncio.run(once())


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("{}", "{}"),
        (None, ""),
        ([], ""),
        ([{"type": "text", "text": '{"a"'}, {"type": "text", "text": ": 1}"}], '{"a": 1}'),
        (["{", "}"], "{}"),
        ([{"type": "thinking", "thinking": [{"text": "hm"}]}, {"text": "{}"}], "{}"),
        ([{"type": "text", "text": 7}, {"type": "text", "text": "{}"}, None, 3], "{}"),
    ],
)
def test_content_in_parts_is_joined(content: Any, text: str) -> None:
    assert read(body(content)).text == text


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (7, "a number"), (0.5, "a number"), (True, "a truth value"), (False, "a truth value"),
        ({"text": "{}"}, "an object"), ([1, 2], "a list"), ([{"type": "image"}], "a list"),
    ],
)  # fmt: skip
def test_other_content_is_named(content: Any, kind: str) -> None:
    with pytest.raises(AskError, match=f"the content of the reply is {kind}, not text") as caught:
        read(body(content))
    assert caught.value.kind == "content"


ODD = (7, -1, 0.5, True, "x", [], [1], {}, {"a": 1}, None)


@pytest.mark.parametrize("value", ODD)
def test_no_other_field_is_trusted_to_have_its_type(value: Any) -> None:
    answer = read(
        body(
            model=value,
            system_fingerprint=value,
            choice={"finish_reason": value},
            usage={"prompt_tokens": value, "completion_tokens": value},
        )
    )
    assert answer.model == (value if value == "x" else "m")
    assert answer.finish_reason in ("x", None)
    assert answer.system_fingerprint in ("x", None)
    assert answer.prompt_tokens == answer.completion_tokens == (7 if value == 7 else None)
    assert read(body(usage=value)).prompt_tokens is None


@pytest.mark.parametrize("value", ODD)
def test_a_refusal_is_words_or_said_to_have_none(value: Any) -> None:
    refusal = read(body(message={"refusal": value})).refusal
    assert bool(refusal) == bool(value)
    assert refusal is None or isinstance(refusal, str)
    parts = [{"type": "refusal", "refusal": "I will not."}]
    assert (read(body(parts)).refusal, read(body(parts)).text) == ("I will not.", "")


@pytest.mark.parametrize(
    "sent",
    [
        b"", b"\xff\xfe", b"[]", b"7", b'"x"', b"{}", b"null", b'{"choices": {}}',
        b'{"choices": [[]]}', b'{"choices": [{"message": "x"}]}',
        b'{"choices": [{"message": null}]}', b"{" * DEEP, b"[" * DEEP, b'{"a":' * DEEP,
        b'{"choices": [{"message": {"content": ' + b"[" * DEEP,
        b'{"choices": [{"message": {"content": ' + b"[" * 5000 + b"]" * 5000 + b"}}]}",
        b'{"choices": [{"message": {"content": "x"}}], "n": ' + b"9" * 5000 + b"}",
        b'{"choices": [{"message": {"content": NaN}}]}',
    ],
    ids=lambda sent: repr(sent[:30]),
)  # fmt: skip
def test_what_is_no_completion_is_said(sent: bytes) -> None:
    with pytest.raises(AskError, match="not a chat completion") as caught:
        read(sent)
    assert len(str(caught.value)) < 1500


def test_half_characters_can_be_written_down() -> None:
    half = '{"choices": [{"message": {"content": "\\ud83d, \\udc00"}}], "model": "\\ud800"}'
    answer = read(half.encode())
    json.dumps([answer.text, answer.model, answer.response], ensure_ascii=False).encode()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
_MESSAGE = st.fixed_dictionaries({}, optional={"content": _JSON, "refusal": _JSON})
_CHOICE = st.fixed_dictionaries({}, optional={"message": _MESSAGE | _JSON, "finish_reason": _JSON})
_BODY = st.fixed_dictionaries(
    {}, optional={"choices": st.lists(_CHOICE) | _JSON, "usage": _JSON, "model": _JSON}
)


@given(_BODY | _JSON)
def test_any_json_is_an_answer_or_a_failure(sent: Any) -> None:
    try:
        answer = read(json.dumps(sent).encode())
    except AskError:
        return
    assert isinstance(answer.text, str)
    assert isinstance(answer.model, str)


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("packed", [False, True])
def test_a_flood_is_not_read_to_its_end(status: int, packed: bool) -> None:
    with Flood(status, packed=packed) as server:
        started = time.monotonic()
        error = ask(server)
        assert time.monotonic() - started < 10
    assert isinstance(error, AskError)
    assert error.kind == "too large"
    assert "larger than 4 MB" in str(error)
    assert server.sent < 6 * MOST_BYTES


def test_a_packed_answer_is_unpacked() -> None:
    data = gzip.compress(completion("{}").body.encode())
    with ScriptedServer(Scripted(data=data, headers=(("Content-Encoding", "gzip"),))) as server:
        answer = ask(server)
    assert isinstance(answer, Answer)
    assert answer.text == "{}"


@pytest.mark.parametrize("packing", ["gzip", "deflate, gzip", "br", "nonsense"])
def test_what_cannot_be_unpacked_is_a_failure(packing: str) -> None:
    with ScriptedServer(Scripted(body="{]", headers=(("Content-Encoding", packing),))) as server:
        error = ask(server)
    assert isinstance(error, AskError)
    assert error.transient


@pytest.mark.parametrize("location", ["http://[::1", "//", "", "http://h:x/", "\x7f"])
@pytest.mark.parametrize("status", [301, 400, 404, 429, 500])
def test_an_odd_error_is_still_one_line(status: int, location: str) -> None:
    headers = (("Location", location), ("Retry-After", "Fri, 31 Dec 9999 23:59:59 -2359"))
    for text in ("[" * DEEP, '{"error": {"message": {"a": []}, "param": [], "code": {}}}', ""):
        with ScriptedServer(Scripted(status, text, headers)) as server:
            error = ask(server)
        assert isinstance(error, AskError | ModelError)
        assert "\n" not in str(error)
        assert len(str(error)) < 1000
