"""What servers complain about, as they have worded it: the parameter, the status, the way on."""

import json
from typing import Any

import pytest
from scripted_server import Scripted, ScriptedServer, completion, problem

from autocode.models.complaint import complaint_of, complaint_within
from autocode.models.dialect import RUNGS, Dialect
from autocode.models.provider import Request

SCHEMA = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^x$"}}}
REQUEST = Request("s", "u", SCHEMA, "name", 2000, reasoning_effort="low")


def body(message: str, **more: Any) -> str:
    return json.dumps({"error": {"message": message, **more}})


def detail(*loc: str, msg: str, kind: str = "extra_forbidden") -> str:
    return json.dumps({"detail": [{"type": kind, "loc": loc, "msg": msg, "input": {"seed": 1}}]})


# By the parameter that must go: how it was refused, and by whom it was seen.
PARAMETERS = {
    "openai": ("seed", body("Unrecognized request argument supplied: seed")),
    "openai param": ("seed", body("Unknown parameter.", param="seed", code="unknown_parameter")),
    "plain": ("seed", body("'seed' is not supported by this server")),
    "backticks": ("seed", body("The parameter `seed` is not supported with this model.")),
    "google": ("seed", body('Invalid payload. Unknown name "seed": Cannot find field.')),
    "google list": (
        "seed",
        json.dumps([{"error": {"code": 400, "message": 'Unknown name "seed": Cannot find'}}]),
    ),
    "google path": ("seed", body('Unknown name "seed" at \'generation_config\': Cannot find')),
    "pydantic 1": ("seed", detail("body", "seed", msg="extra fields not permitted")),
    "pydantic 2": ("seed", detail("body", "seed", msg="Extra inputs are not permitted")),
    "mistral": (
        "seed",
        json.dumps({"object": "error", "message": {"detail": [{"loc": ["body", "seed"]}]}}),
    ),
    "anthropic": ("seed", body("seed: Extra inputs are not permitted")),
    "bedrock": ("seed", body("Malformed input request: #: extraneous key [seed] is not permitted")),
    "groq": ("seed", body("property 'seed' is unsupported")),
    "go": ("seed", json.dumps({"error": 'json: unknown field "seed"'})),
    "serde": (
        "seed",
        "Failed to deserialize: unknown field `seed`, expected one of `model`, `temperature`",
    ),
    "jsonschema": ("seed", body("Additional properties are not allowed ('seed' was unexpected)")),
    "a list of what is supported": (
        "seed",
        body("seed is not supported. Supported parameters: temperature, max_tokens"),
    ),
    "plain text": ("seed", "unsupported parameter: seed"),
    "o-series": (
        "max_tokens",
        body("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
             "'max_completion_tokens' instead."),
    ),
    "temperature": (
        "temperature",
        body("Unsupported value: 'temperature' does not support 0 with this model. Only the "
             "default (1) value is supported."),
    ),
    "temperature unquoted": ("temperature", body("temperature is deprecated for this model")),
    "temperature must": ("temperature", body("invalid temperature: only 1 is allowed")),
    "effort": ("reasoning_effort", body("Unrecognized argument supplied: reasoning_effort")),
    "ollama's effort": ("reasoning_effort", body('think value "low" is not supported')),
    "effort in words": ("reasoning_effort", body("This model does not support reasoning effort.")),
    "pydantic format": (
        "response_format",
        detail("body", "response_format", "json_schema", msg="extra fields not permitted"),
    ),
    "dotted": ("response_format", body("Invalid", param="response_format.json_schema.schema")),
    "lm studio": (
        "response_format",
        json.dumps({"error": "'response_format.type' must be 'json_schema' or 'text'"}),
    ),
    "vllm": ("response_format", body("The provided JSON schema contains features not supported")),
    "llama.cpp": ("response_format", body("Failed to parse grammar")),
}  # fmt: skip


def test_every_wording_names_its_parameter() -> None:
    sent = frozenset(Dialect(True).payload("m", REQUEST))
    wrong = {
        name: complaint_of(text.encode(), status).parameter(sent)
        for name, (parameter, text) in PARAMETERS.items()
        for status in (400, 422)
        if complaint_of(text.encode(), status).parameter(sent) != parameter
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "text",
    [
        body("This model's maximum context length is 8192 tokens. However, you requested 9000 "
             "tokens (7000 in the messages, 2000 in the completion). Please reduce the length of "
             "the messages or completion (max_tokens).", code="context_length_exceeded"),
        body("Invalid value for 'messages[0].content'", param="messages"),
        body("prompt is too long: 210000 tokens > 200000 maximum, max_tokens 2000"),
        body("Unknown parameter: 'top_k'. Supported parameters are: temperature, seed"),
    ],
)  # fmt: skip
def test_other_complaints_name_none(text: str) -> None:
    sent = frozenset(Dialect(True).payload("m", REQUEST))
    assert complaint_of(text.encode(), 400).parameter(sent) is None


def test_a_passing_error_that_mentions_a_parameter_takes_nothing_away() -> None:
    sent = frozenset({"seed", "temperature"})
    assert complaint_of(b"no worker for seed 7 is free", 500).parameter(sent) is None
    assert complaint_of(b"parameter seed is not supported", 500).parameter(sent) == "seed"


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("max_tokens is too large: 2000. This model supports at most 1,024 tokens", 1024),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 512]", 512),
        ("`max_tokens` must be less than or equal to `1024`, the maximum value", 1024),
    ],
)  # fmt: skip
def test_a_limit_on_the_reply_is_learnt(text: str, most: int) -> None:
    dialect = Dialect(True)
    payload = dialect.payload("m", REQUEST)
    assert dialect.learns(complaint_of(body(text).encode(), 400), payload)
    assert dialect.payload("m", REQUEST)["max_tokens"] == most


@pytest.mark.parametrize(
    ("complaints", "rungs"),
    [
        (["Invalid schema for response_format 'name': 'pattern' is not permitted"] * 3, [1, 2, 3]),
        (["Failed to parse grammar", "json_schema is not supported", "no response_format"],
         [1, 2, 3]),
        (["response_format type 'json_schema' is unsupported"] * 2, [2, 3]),
    ],
)  # fmt: skip
def test_the_ladder_goes_down_rung_by_rung(complaints: list[str], rungs: list[int]) -> None:
    dialect, seen = Dialect(True), []
    for words in complaints:
        payload = dialect.payload("m", REQUEST)
        assert dialect.learns(complaint_of(body(words).encode(), 400), payload)
        seen.append(dialect.rung)
    assert seen == rungs
    last = dialect.payload("m", REQUEST)
    assert not dialect.learns(complaint_of(body(complaints[-1]).encode(), 400), last)
    assert "response_format" not in last
    assert "Reply with JSON of this schema" in last["messages"][0]["content"]


def test_the_reduced_schema_holds_types_and_names_alone() -> None:
    payload = Dialect(True, rung=RUNGS.index("reduced schema")).payload("m", REQUEST)
    sent = payload["response_format"]["json_schema"]["schema"]
    assert sent["properties"] == {"a": {"type": "string"}}


def test_what_was_learnt_can_be_recalled_and_nothing_else_is() -> None:
    first, second = Dialect(True), Dialect(True)
    for words in ("unknown name 'seed'", "max_tokens at most 512", "json_schema is unsupported"):
        assert first.learns(complaint_of(words.encode(), 400), first.payload("m", REQUEST))
    second.recall(first.described())
    assert second.payload("m", REQUEST) == first.payload("m", REQUEST)
    third = Dialect(True)
    third.recall(
        {"parameters_refused": ["messages", 7], "reply_format": [], "most_reply_tokens": "x"}
    )
    assert third == Dialect(True)


@pytest.mark.parametrize(
    ("response", "status"),
    [
        ({"error": {"code": 401, "message": "no"}}, 401),
        ({"error": {"code": "invalid_api_key", "message": "Incorrect key"}}, 401),
        ({"error": "Unauthorized"}, 401),
        ({"code": 401, "msg": "token expired or incorrect"}, 401),
        ({"detail": "Not authenticated"}, 401),
        ({"error": {"type": "authentication_error", "message": "x"}, "choices": []}, 401),
        ({"error": {"code": "model_not_found", "message": "x"}}, 404),
        ({"error": {"type": "rate_limit_exceeded", "message": "x"}}, 429),
        ({"error": {"code": 1301, "message": "overloaded, try again"}}, 503),
        ({"choices": [{"error": {"code": 502, "message": "upstream"}, "message": {}}]}, 502),
        ({"error": "something"}, 500),
    ],
)
def test_an_error_inside_a_success_has_its_status(response: Any, status: int) -> None:
    complaint = complaint_within(response)
    assert complaint is not None
    assert complaint.status == status


@pytest.mark.parametrize("response", [{"choices": []}, {"id": "x"}, [], 7, completion("{}")])
def test_what_holds_no_error_is_none(response: Any) -> None:
    value = json.loads(response.body) if isinstance(response, Scripted) else response
    assert complaint_within(value) is None


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, body("The response was filtered due to the prompt triggering Azure's content "
                   "management policy.", code="content_filter")),
        (400, body("x", innererror={"code": "ResponsibleAIPolicyViolation"})),
        (403, body("Your input was flagged", metadata={"reasons": ["violence"]})),
        (400, body("data_inspection_failed")),
    ],
)  # fmt: skip
def test_what_a_filter_stopped_is_a_refusal(status: int, text: str) -> None:
    assert complaint_of(text.encode(), status).refusal


def test_a_page_of_html_is_told_in_its_words() -> None:
    page = b"<!doctype html><head><style>p{}</style></head><body><h1>502 Bad Gateway</h1></body>"
    assert complaint_of(page, 502).words == "502 Bad Gateway"


def test_nothing_is_refused_twice_and_the_refusals_end() -> None:
    """Whatever a server complains about again and again, a request is at last left as it is."""
    import asyncio

    from autocode.models.endpoint import Address
    from autocode.models.provider import AskError
    from autocode.models.runtimes import open_provider

    async def until_final(url: str) -> list[str]:
        provider, kinds = open_provider("some-model", Address.given(url)), []
        while not kinds or kinds[-1] == "parameter":
            try:
                await provider.ask(REQUEST)
            except AskError as error:
                kinds.append(error.kind)
        await provider.aclose()
        return kinds

    def complain(sent: dict[str, Any]) -> Scripted:
        names = [name for name in sent if name not in ("model", "messages")]
        return problem(400, f"unknown parameter '{names[-1]}'") if names else problem(400, "no")

    with ScriptedServer(complain) as server:
        kinds = asyncio.run(until_final(server.url))
    assert kinds[-1] == "rejected"
    assert len(kinds) <= 9
    assert server.received[-1].keys() == {"model", "messages"}
