"""Servers as they are: each behaviour by its name, and what must come of a run against it.

Every one was seen in public reports. The study they are asked about has one chunk of seven
sentences, of which [3], [5] and [7] may be marked (see `talk`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scripted_server import Scripted, completion, dropped, problem

TALK = """Ada: Why is that?
Ben: We keep one list of all our data sets.
Ada: Who can see it?
Ben: Everybody in the company sees the list.
Ada: Does it help?
Ben: It helps new people most of all.
"""
Body = dict[str, Any]
Step = Scripted | Callable[[Body], Scripted]


def passage(number: int = 2, **changes: Any) -> dict[str, Any]:
    """An entry of a reply that can be used."""
    name = f"code number {number}"
    entry = {
        "first": number, "last": number, "why": "because", "code": name,
        "axial": ["data_catalog"], "new": None, "salience": 3,
    }  # fmt: skip
    return entry | changes


def marked(*entries: Any) -> str:
    return json.dumps({"quotes": list(entries or [passage()])})


GOOD = marked()
OK = completion(GOOD)


def with_usage(answer: Scripted, **usage: Any) -> Scripted:
    body = json.loads(answer.body)
    return Scripted(body=json.dumps(body | {"usage": usage}))


def thinking(answer: Scripted, reasoning: int, finish: str = "length") -> Scripted:
    """An answer that spent tokens on reasoning."""
    details = {"reasoning_tokens": reasoning}
    counted = with_usage(answer, completion_tokens=reasoning, completion_tokens_details=details)
    body = json.loads(counted.body)
    body["choices"][0]["finish_reason"] = finish
    return Scripted(body=json.dumps(body))


def stream(*events: Any, end: str = "data: [DONE]\n\n", line: str = "\n\n") -> Scripted:
    """Server-sent events."""
    said = (event if isinstance(event, str) else f"data: {json.dumps(event)}" for event in events)
    return Scripted(body="".join(f"{event}{line}" for event in said) + end)


def pieces(text: str, key: str = "content", size: int = 20) -> list[Body]:
    parts = [text[start : start + size] for start in range(0, len(text), size)]
    return [
        {"model": "m-1", "choices": [{"index": 0, "delta": {key: part}, "finish_reason": None}]}
        for part in parts
    ]


LAST = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
USAGE = {"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 5}}


def refuses(name: str, answer: Scripted, then: Step = OK) -> Callable[[Body], Scripted]:
    """Answers so as long as a request has that parameter (dotted: inside another one)."""

    def step(body: Body) -> Scripted:
        value: Any = body
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return answer if value is not None else then(body) if callable(then) else then

    return step


def says(text: str, status: int = 400) -> Scripted:
    return problem(status, text)


def bare(status: int, value: Any) -> Scripted:
    """An error in the body as it is, without OpenAI's wrapping."""
    return Scripted(status, value if isinstance(value, str) else json.dumps(value))


def needs_stream(body: Body) -> Scripted:
    if body.get("stream"):
        return stream(*pieces(GOOD), LAST, USAGE)
    return says("This model only support stream mode, please enable the stream parameter")


def json_object_only(body: Body) -> Scripted:
    if body.get("response_format", {}).get("type") == "json_schema":
        return says("Invalid value: 'json_schema'. Supported values are: 'json_object', 'text'.")
    return OK


def chatty_without_format(body: Body) -> Scripted:
    """Knows no `response_format` at all, and answers in prose."""
    if "response_format" in body:
        return bare(422, {"detail": [{"loc": ["body", "response_format"],
                                      "msg": "extra fields not permitted"}]})  # fmt: skip
    return completion(f"Here you are:\n```json\n{GOOD}\n```\nAnything else?")


def short_of(tokens: int) -> Callable[[Body], Scripted]:
    """Needs so many tokens of reply, most of them to think."""

    def step(body: Body) -> Scripted:
        limit = body.get("max_tokens") or body["max_completion_tokens"]
        if limit < tokens:
            return thinking(completion(""), limit)
        return thinking(OK, tokens, "stop")

    return step


@dataclass(frozen=True)
class Behaviour:
    """What a server does, and what must come of it.

    quotes: how many are kept; repairs: as the manifest counts them; failure: words in the one
    failure, or in the error that ends the run (then `ends`); sends: whether the last request is as
    it should be; identity: what the manifest says about the server; at: what follows the server's
    address; requests: how many are sent, where that matters.
    """

    script: tuple[Step, ...]
    quotes: int = 1
    repairs: dict[str, int] = field(default_factory=dict)
    failure: str = ""
    ends: bool = False
    dropped: int = 0
    sends: Callable[[Body], bool] = lambda _: True
    identity: dict[str, Any] = field(default_factory=dict)
    at: str = "/v1"
    requests: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    notes: str = ""


def reads(content: Any, *repairs: str, quotes: int = 1, **message: Any) -> Behaviour:
    """A reply that can be read, and what had to be repaired."""
    counts = {name: repairs.count(name) for name in repairs}
    return Behaviour((completion(content, **message),), quotes, counts, requests=1)


def fails(*script: Step, failure: str, quotes: int = 0, **more: Any) -> Behaviour:
    return Behaviour(script, quotes, failure=failure, **more)


def ends(*script: Step, failure: str, **more: Any) -> Behaviour:
    return Behaviour(script, 0, failure=failure, ends=True, **more)


def without(*names: str, step: Step, **more: Any) -> Behaviour:
    """A server that is asked again without what it refused."""
    return Behaviour(
        (step,),
        sends=lambda body: not any(name in body for name in names),
        identity={"parameters_refused": sorted(names)},
        **more,
    )


def on_rung(rung: str, step: Step, **more: Any) -> Behaviour:
    return Behaviour((step,), identity={"reply_format": rung}, **more)


THINK, AROUND = "think block", "words around"
CONTENT = {
    "plain": reads(GOOD),
    "parts": reads([{"type": "text", "text": GOOD[:9]}, {"type": "text", "text": GOOD[9:]}]),
    "parts as strings": reads([GOOD[:9], GOOD[9:]]),
    "parts with a picture": reads(
        [{"type": "image_url", "image_url": {"url": "data:"}}, {"type": "text", "text": GOOD}]
    ),
    "parts with thoughts": reads([{"type": "thinking", "thinking": "hm"}, {"text": GOOD}]),
    "a refusal in the parts": fails(
        completion([{"type": "refusal", "refusal": "I will not."}]), failure="refusal: I will not"
    ),
    "an object as content": fails(completion({"quotes": []}), failure="an object, not text"),
    "a number as content": fails(completion(7), failure="a number, not text"),
    "a picture as content": fails(completion([{"type": "image"}]), failure="a list, not text"),
    "no content": fails(completion(None), failure="empty"),
    "a think block": reads(f"<think>Sentence {{2}}?\nYes.</think>\n{GOOD}", THINK),
    "a thinking block": reads(f"<thinking>\n{marked(passage(4))}\n</thinking>{GOOD}", THINK),
    "a think block without its beginning": reads(f"Or {marked(passage(4))}.</think>{GOOD}", THINK),
    "a think block without its end": reads(f"<think>\n{GOOD}", THINK),
    "a think block in brackets": reads(f"[THINK]hm[/THINK]{GOOD}", THINK),
    "a think block with a fence": reads(f"<think>hm</think>\n```json\n{GOOD}\n```", THINK, "fence"),
    "nothing but thoughts": reads(f"<think>{GOOD}</think>", THINK),
    "channels": reads(
        f"<|channel|>analysis<|message|>{marked(passage(4))}<|end|><|start|>assistant"
        f"<|channel|>final<|message|>{GOOD}", THINK
    ),
    "a fence": reads(f"```json\n{GOOD}\n```", "fence"),
    "a fence without a language": reads(f"```\n{GOOD}\n```\n", "fence"),
    "a fence that is only opened": reads(f"```json\n{GOOD}", "fence"),
    "a fence that is only closed": reads(f"{GOOD}\n```", "fence"),
    "a fence on one line": reads(f"```json {GOOD} ```", "fence"),
    "a byte order mark": reads(f"\ufeff{GOOD}", "byte order mark"),
    "raw line ends in strings": reads(
        GOOD.replace("because", "be\ncause"), "control characters"
    ),
    "raw tabs in strings": reads(GOOD.replace("because", "be\tcause"), "control characters"),
    "words before": reads(f"Here is the JSON you asked for: {GOOD}", AROUND),
    "words after": reads(f"{GOOD}\nLet me know if you need more.", AROUND),
    "words with braces": reads(f"I follow {{the schema}} [2]: {GOOD} Done [1].", AROUND),
    "words and a fence": reads(f"Sure!\n```json\n{GOOD}\n```\nBye.", AROUND),
    "words, raw tabs": reads("Yes: " + GOOD.replace("because", "be\tcause"), AROUND,
                             "control characters"),
    "an object beside it that is none": reads(f'{{"note": 1}} {GOOD}', AROUND),
    "a turn mark at the end": reads(f"{GOOD}<|im_end|>", AROUND),
    "two objects": fails(completion(f"{GOOD} {marked(passage(4))}"), failure="2 replies in one"),
    "a bare array": reads(json.dumps([passage()]), "bare array"),
    "an empty array": reads("[]", "bare array", quotes=0),
    "a bare array in words": reads(f"Here: {json.dumps([passage()])}", AROUND, "bare array"),
    "a bare array in a fence": reads(f"```\n{json.dumps([passage()])}\n```", "fence", "bare array"),
    "no JSON": fails(completion("I marked sentence 2."), failure="wrong shape"),
    "reasoning_content": reads("", "reply in the reasoning", reasoning_content=GOOD),
    "reasoning": reads(None, "reply in the reasoning", AROUND, reasoning=f"So: {GOOD}"),
    "reasoning without JSON": fails(
        completion("", reasoning_content="hm, hm"), failure="empty after reasoning"
    ),
    "reasoning beside content": reads(GOOD, reasoning_content="hm", reasoning="hm"),
}  # fmt: skip

ENTRIES = {
    "one bad entry": fails(
        completion(marked(passage(2), passage(99), passage(4))), quotes=2, dropped=1,
        failure="out of range: entry 2: first: sentence 99 is not among those to mark",
        requests=3,
    ),
    "two bad entries": fails(
        completion(marked(passage(2), passage(99), 7)), quotes=1, dropped=2, failure="(and 1 more)"
    ),
    "a bad entry that is mended": Behaviour(
        (completion(marked(passage(2), passage(99))), completion(marked(passage(2), passage(4)))), 2
    ),
    "no good entry": fails(completion(marked(passage(99))), failure="out of range"),
    "the best of three": fails(
        completion(marked(passage(2), passage(4), passage(99))), completion(marked(passage(99))),
        completion("no"), quotes=2, dropped=1, failure="entry 3",
    ),
    "a bad entry in a fence": fails(
        completion(f"```json\n{marked(passage(2), {})}\n```"), quotes=1, dropped=1,
        failure="entry 2: first", repairs={"fence": 1},
    ),
    "cut off after an entry": fails(
        completion(marked(passage(2), passage(4))[:-40], "length"), quotes=1, dropped=1,
        failure="cut-off: entry 2",
    ),
    "a short open code": Behaviour(
        (completion(marked(passage(code="catalog"))),), repairs={"length of an open code": 1},
        notes="open code of 1 word; 2 to 6 were asked for",
    ),
    "a long open code": Behaviour(
        (completion(marked(passage(code="a code that has seven words here"))),),
        repairs={"length of an open code": 1},
        notes="open code of 7 words; 2 to 6 were asked for",
    ),
    "an essay for a code": fails(
        completion(marked(passage(code="word " * 40))), failure="not 40"
    ),
    "a label for an id": Behaviour(
        (completion(marked(passage(axial=["Data Catalog"]))),), repairs={"label for an id": 1}
    ),
    "an id in another spelling": Behaviour(
        (completion(marked(passage(axial=["Data-Catalog"]))),), repairs={"label for an id": 1}
    ),
    "no code of the codebook": fails(
        completion(marked(passage(axial=["data_lake"]))), failure="axial.0"
    ),
    "the same entry twice": Behaviour(
        (completion(marked(passage(2), passage(2), passage(4))),), 2,
        repairs={"same entry twice": 1},
    ),
}  # fmt: skip

MAX = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
PARAMETERS = {
    "openai: seed": without("seed", step=refuses(
        "seed", says("Unrecognized request argument supplied: seed"))),
    "plain: seed": without("seed", step=refuses(
        "seed", says("'seed' is not supported by this server"))),
    "google: seed": without("seed", step=refuses(
        "seed", bare(400, [{"error": {"message": 'Unknown name "seed": Cannot find field.'}}]))),
    "pydantic: seed": without("seed", step=refuses("seed", bare(422, {"detail": [
        {"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs"}]}))),
    "anthropic: seed": without("seed", step=refuses(
        "seed", says("seed: Extra inputs are not permitted"))),
    "a server error: seed": without("seed", step=refuses(
        "seed", says("parameter `seed` is not supported", 500))),
    "inside a success: seed": without("seed", step=refuses(
        "seed", bare(200, {"error": {"code": 400, "message": "Unknown parameter: 'seed'"}}))),
    "temperature": without("temperature", step=refuses("temperature", says(
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1)"
        " value is supported."))),
    "max_tokens": Behaviour(
        (refuses("max_tokens", says(MAX)),),
        sends=lambda body: body["max_completion_tokens"] == 2000,
        identity={"parameters_refused": ["max_tokens"]},
    ),
    "a lower limit": Behaviour(
        (lambda body: OK if body["max_tokens"] <= 512 else says("max_tokens must be at most 512"),),
        sends=lambda body: body["max_tokens"] == 512,
    ),
    "reasoning_effort": without("reasoning_effort", settings={"reasoning_effort": "low"},
        step=refuses("reasoning_effort", says("Unknown parameter: 'reasoning_effort'."))),
    "several in a row": without(
        "max_tokens", "seed", "temperature",
        step=refuses("seed", says("seed?"), refuses("temperature", says("temperature?"),
             refuses("max_tokens", says(MAX), refuses("response_format", says("Unknown parameter: "
                     "'response_format'"))))),
    ),
    "max_tokens in a context error": fails(
        says("maximum context length is 4096 tokens, you requested 9000 (max_tokens 2000)"),
        failure="rejected: HTTP 400", requests=1,
    ),
    "another field": fails(says("Invalid value for 'messages'"), failure="rejected", requests=1),
}  # fmt: skip

LADDER = {
    "a keyword of the schema": on_rung("reduced schema", lambda body: says(
        "Invalid schema for response_format 'single': 'pattern' is not permitted")
        if "pattern" in json.dumps(body["response_format"]) else OK),
    "a grammar that fails": on_rung("reduced schema", lambda body: says(
        "Failed to parse grammar", 500)
        if "pattern" in json.dumps(body["response_format"]) else OK),
    "json_object only": on_rung("json_object", json_object_only),
    "json_schema unknown to pydantic": on_rung("json_object", refuses(
        "response_format.json_schema", bare(422, {"detail": [
            {"loc": ["body", "response_format", "json_schema"],
             "msg": "extra fields not permitted"}]}))),
    "neither": on_rung("prompt", refuses("response_format", says(
        "'response_format' is not supported"))),
    "no format, and prose": on_rung(
        "prompt", chatty_without_format, repairs={AROUND: 1},
        sends=lambda body: "Reply with JSON of this schema" in body["messages"][0]["content"],
    ),
    "strict": without("strict", step=refuses("response_format.json_schema.strict", bare(
        422, {"detail": [{"loc": ["body", "response_format", "json_schema", "strict"],
                          "msg": "extra fields not permitted"}]}))),
}  # fmt: skip

REASONING = {
    "needs room to think": Behaviour((short_of(5000),), sends=lambda b: b["max_tokens"] == 8000),
    "needs much room": Behaviour((short_of(20000),), sends=lambda b: b["max_tokens"] == 32000),
    "never has enough": fails(
        short_of(10**6), failure="42,000 reasoning tokens were spent", requests=3,
        sends=lambda body: body["max_tokens"] == 32000,
    ),
    "is cut off": Behaviour((completion(GOOD[:20], "length"), OK),
                            sends=lambda body: body["max_tokens"] == 8000),
    "is cut off in its thoughts": Behaviour((completion("<think>hm", "length"), OK), requests=2),
    "is cut off in its thoughts again and again": fails(
        completion("<think>hm", "length"), failure="cut off after 5 tokens, with reasoning",
        sends=lambda body: "cut off" not in body["messages"][1]["content"]),
    "stops in its own words": Behaviour((completion(GOOD[:20], "MAX_TOKENS"), OK), requests=2),
    "a limit of one's own": Behaviour(
        (short_of(3000),), sends=lambda body: body["max_tokens"] == 3000, requests=2,
        settings={"reply_tokens": 1000, "longest_reply_tokens": 3000},
    ),
    "an effort": Behaviour((OK,), sends=lambda body: body["reasoning_effort"] == "high",
                           settings={"reasoning_effort": "high"}),
}  # fmt: skip


def reading(tokens: Any, **more: Any) -> Scripted:
    return with_usage(OK, prompt_tokens=tokens, completion_tokens=5, **more)


LONG = {"research_question": "Who can see which data sets, and why is that so? " * 60}
PROMPT = {
    "read in part": fails(reading(512), failure="prompt cut: the server read 512 of about",
                          requests=1, settings=LONG),
    "read in part, with the remedy": fails(reading(300), failure="OLLAMA_CONTEXT_LENGTH",
                                           settings=LONG),
    "a full small context": fails(reading(1024), failure="prompt cut", settings=LONG),
    "a large vocabulary": Behaviour((reading(1100),), settings=LONG),
    "a small vocabulary": Behaviour((reading(3000),), settings=LONG),
    "what is new in the prompt": Behaviour((reading(30),), settings=LONG),
    "most of it cached": Behaviour(
        (reading(300, prompt_tokens_details={"cached_tokens": 1100}),), settings=LONG),
    "all of it cached": Behaviour(
        (reading(1400, prompt_tokens_details={"cached_tokens": 1300}),), settings=LONG),
    "no count": Behaviour((reading(0),), settings=LONG),
    "no usage": Behaviour((Scripted(body=json.dumps(
        {k: v for k, v in json.loads(OK.body).items() if k != "usage"})),), settings=LONG),
}  # fmt: skip

AZURE = "/openai/deployments/gpt-4o?api-version=2024-10-21"
ADDRESS = {
    "Ollama without /v1": ends(bare(200, "Ollama is running"), at="", failure="/v1"),
    "Ollama's 404": ends(bare(404, "404 page not found"), at="", failure="try http://"),
    "Ollama is running, as a 404": ends(bare(404, "Ollama is running"), at="", failure="/v1"),
    "405": ends(bare(405, {"detail": "Method Not Allowed"}), at="", failure="often in /v1"),
    "a page": fails(bare(200, "<!doctype html><title>Chat</title>"), at="", failure="often in /v1"),
    "Azure": Behaviour((OK,), at=AZURE, identity={"api_version": "2024-10-21"}),
    "Azure as its portal shows it": Behaviour(
        (OK,), at="/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"),
    "no such model": ends(says("model 'x' not found", 404), failure="Check --model"),
}  # fmt: skip

INSIDE = {
    "401 inside a 200": ends(bare(200, {"error": {"code": 401, "message": "No auth"}}),
                             failure="HTTP 401: No auth"),
    "401 in words": ends(bare(200, {"error": {"code": "invalid_api_key", "message": "bad key"}}),
                         failure="HTTP 401"),
    "401 as a string": ends(bare(200, {"error": "Unauthorized"}), failure="HTTP 401"),
    "401 in a choice": ends(bare(200, {"choices": [{"error": {"code": 401, "message": "x"}}]}),
                            failure="HTTP 401"),
    "a passing error inside a 200": Behaviour(
        (bare(200, {"error": {"code": 502, "message": "upstream"}}), OK), requests=2),
    "a wrong key as a 400": ends(
        says("API key not valid. Please pass a valid API key."), failure="HTTP 400: API key"),
    "no such model as a 400": ends(says("The model `x` does not exist"), failure="HTTP 400"),
    "no credit": ends(says("Insufficient credits", 402), failure="Check the account's credit"),
    "no choices": fails(bare(200, {"choices": [], "usage": {}}), failure="refusal"),
    "content_filter": fails(completion("", "content_filter"), failure="refusal"),
    "content_filter: why": fails(completion(None, "content_filter: hate"), failure="hate"),
    "SAFETY": fails(completion("", "SAFETY"), failure="refusal"),
    "Azure's filter": fails(
        problem(400, "The response was filtered", code="content_filter"), failure="refusal"),
    "HTML for a moment": Behaviour((bare(502, "<html>Bad gateway</html>"), OK), requests=2),
}  # fmt: skip

STREAMS = {
    "streams only": Behaviour((needs_stream,), identity={"streamed": True}),
    "streams unasked": Behaviour((stream(*pieces(GOOD), LAST, USAGE),)),
    "streams with comments": Behaviour((stream(": PROCESSING", *pieces(GOOD), LAST),)),
    "streams with CRLF": Behaviour((stream(*pieces(GOOD), LAST, line="\r\n\r\n"),)),
    "streams without [DONE]": Behaviour((stream(*pieces(GOOD), LAST, end=""),)),
    "streams thoughts first": Behaviour(
        (stream(*pieces("hm, hm, hm", "reasoning_content"), *pieces(GOOD), LAST),)),
    "streams its reply as thoughts": Behaviour(
        (stream(*pieces(GOOD, "reasoning"), LAST),), repairs={"reply in the reasoning": 1}),
    "a stream that breaks": Behaviour((stream(*pieces(GOOD)[:2], end=""), OK), requests=2),
    "an error in a stream": Behaviour(
        (stream(*pieces(GOOD)[:1], {"error": {"code": 502, "message": "gone"}}), OK), requests=2),
    "401 in a stream": ends(stream({"error": {"code": 401, "message": "who?"}}), failure="401"),
    "a stream that is cut off": Behaviour((stream(
        *pieces(GOOD)[:3], {"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]}),
        OK), requests=2),
    "stream_options refused": without("stream_options", step=refuses(
        "stream_options", says("Unknown parameter: stream_options"), needs_stream)),
    "a dropped connection": Behaviour((dropped(), OK), requests=2),
}  # fmt: skip

BEHAVIOURS: dict[str, Behaviour] = {
    f"{group}: {name}": behaviour
    for group, behaviours in {
        "content": CONTENT, "entries": ENTRIES, "parameters": PARAMETERS, "ladder": LADDER,
        "reasoning": REASONING, "prompt": PROMPT, "address": ADDRESS, "inside": INSIDE,
        "stream": STREAMS,
    }.items()
    for name, behaviour in behaviours.items()
}  # fmt: skip
