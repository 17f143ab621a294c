"""llama.cpp in this process: the model runs here and no text leaves the machine."""

import asyncio
import http.client
import json
import re
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from autocode.errors import ModelError
from autocode.models.catalogue import KNOWN, KnownModel
from autocode.models.cores import prepare_openmp, usable_cores
from autocode.models.provider import Answer, AskError, Progress, Request, messages, response_format
from autocode.models.weights import fetch, sha256_of

CONTEXT_TOKENS = 8192
# A request can be stopped between two batches of its prompt: 128 tokens are 3 to 5 seconds of the
# default model on two cores, and cost no speed against llama.cpp's 512.
BATCH_TOKENS = 128
# Prompts seen lately are kept ready, so that steps that take turns do not evict each other.
PROMPT_CACHE_MIB = 512

_MARK = re.compile(r"<(?=\||/?\w{1,30}>)|\[(?=/?INST\])")


def open_local(model: str, *, progress: Progress | None = None) -> "LocalModel":
    """`local`, `local:NAME` of the catalogue, or `local:FILE.gguf`, loaded and ready.

    Raises:
        ModelError: the extra is missing, or the weights cannot be had or loaded.
    """
    _require_runtime()
    known = next((entry for entry in KNOWN if entry.name == model), None)
    if known:
        path, sha256 = fetch(known, progress), known.sha256
    else:
        path = _gguf_file(model.removeprefix("local:"))
        sha256 = sha256_of(path, progress)
    if progress:
        progress(f"loading {path.name}", 0, 1)
    # A file's folder may name its owner, and a name goes into manifests.
    local = LocalModel(model if known else f"local:{path.name}", path, sha256, known)
    if progress:
        progress(f"loading {path.name}", 1, 1)
    return local


def _require_runtime() -> None:
    prepare_openmp()
    try:
        import xllamacpp  # noqa: F401
    except ModuleNotFoundError as error:
        raise ModelError(
            "the local model needs llama.cpp, which is not installed",
            hint="Run `pip install 'autocode-qda[local]'`, or name a remote model with --model.",
        ) from error
    except ImportError as error:  # bare Linux images lack the OpenMP runtime it is linked to
        raise ModelError(
            f"llama.cpp cannot be loaded: {error}",
            hint="Install the library it names (libgomp1 on Debian and Ubuntu).",
        ) from error


def _gguf_file(name: str) -> Path:
    path = Path(name).expanduser()
    names = ", ".join(entry.name for entry in KNOWN)
    hint = f"Name a GGUF file (local:FILE.gguf) or one of {names}."
    if not path.is_file():
        raise ModelError(f"no model file {name!r}", hint=hint)
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror}", where=path, hint=hint) from error
    if magic != b"GGUF":
        raise ModelError("not a GGUF file", where=path, hint=hint)
    return path


class LocalModel:
    """A loaded model. It answers one request at a time, in the order they were asked.

    With temperature 0 the same requests in the same order from a fresh start give the same
    replies; the prompt cache may change the last bit of a probability, hence the order.
    """

    destination = "this machine only"
    context_tokens = CONTEXT_TOKENS
    tokens_exact = True

    def __init__(self, name: str, path: Path, sha256: str, known: KnownModel | None) -> None:
        self.name, self._path, self._sha256, self._known = name, path, sha256, known
        # llama.cpp's server always listens on a loopback port: the key keeps others out.
        self._key = secrets.token_hex(16)
        self._server = _load(path, self._key)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="llama")
        self._closing = threading.Event()

    def count_tokens(self, text: str) -> int:
        address = self._server.listening_address.removeprefix("http://")
        # http.client on purpose: it knows no proxies, the text stays on this machine.
        connection = http.client.HTTPConnection(address, timeout=60)
        try:
            headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
            connection.request("POST", "/tokenize", json.dumps({"content": text}), headers)
            return len(json.load(connection.getresponse())["tokens"])
        finally:
            connection.close()

    def identity(self) -> dict[str, Any]:
        return {
            "provider": "local",
            "title": self._known.title if self._known else None,
            "weights": {
                "file": self._path.name,
                "size": self._path.stat().st_size,
                "sha256": self._sha256,
                "licence": self._known.licence if self._known else None,
                "quantisation": self._known.quantisation if self._known else None,
                "packages": [f"{p.distribution}=={p.version}" for p in self._known.parts]
                if self._known
                else [],
            },
            "runtime": {"xllamacpp": version("xllamacpp")},
            "context_tokens": CONTEXT_TOKENS,
            "threads": usable_cores(),
        }

    async def ask(self, request: Request) -> Answer:
        payload: dict[str, Any] = {
            "messages": [m | {"content": spelled(m["content"])} for m in messages(request)],
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "response_format": response_format(request, request.schema),
        }
        if request.seed is not None:
            payload["seed"] = request.seed
        stop = threading.Event()
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._worker, self._answer, payload, stop)
        finally:
            # Reached by cancelling too: the thread then gives up at its next batch or token.
            stop.set()

    def _answer(self, payload: dict[str, Any], stop: threading.Event) -> Answer:
        started, clock = datetime.now(UTC), time.perf_counter()
        chunks: list[dict[str, Any]] = []

        def take(chunk: dict[str, Any]) -> bool:
            chunks.append(chunk)
            return stop.is_set() or self._closing.is_set()

        # Streamed only so that it can be stopped; progress makes the prompt stoppable as well.
        streaming = {
            "stream": True,
            "return_progress": True,
            "stream_options": {"include_usage": True},
        }
        try:
            self._server.handle_chat_completions(payload | streaming, take)
        except (ValueError, RuntimeError) as error:
            raise AskError("rejected", str(error), payload, transient=False) from error
        response = _joined(chunks, payload)
        return Answer(
            text=response["text"],
            finish_reason=response["finish_reason"],
            refusal=None,
            model=self._path.name,
            system_fingerprint=self._sha256,
            prompt_tokens=response["usage"].get("prompt_tokens"),
            completion_tokens=response["usage"].get("completion_tokens"),
            request=payload,
            response=response,
            started=started.isoformat(timespec="milliseconds"),
            latency=time.perf_counter() - clock,
        )

    async def aclose(self) -> None:
        self._closing.set()
        await asyncio.to_thread(self._worker.shutdown, cancel_futures=True)
        del self._server


def spelled(text: str) -> str:
    """`text` without the marks that begin and end turns for a model (`<|im_start|>`, `</s>`).

    llama.cpp takes them for what they stand for wherever they are, also in a transcript.
    """
    return _MARK.sub(lambda mark: f"{mark[0]} ", text)


def _load(path: Path, key: str) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = CONTEXT_TOKENS
    params.n_batch = params.n_ubatch = BATCH_TOKENS
    params.n_parallel = 1
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = usable_cores()
    params.api_keys = [key]
    params.ui = params.endpoint_slots = False
    # Nothing of llama.cpp's log may mix with ours.
    params.verbosity = -1
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelError(
            f"llama.cpp cannot load this model: {error}",
            where=path,
            hint="Fetch the file again, or name another one.",
        ) from error


def _joined(chunks: list[dict[str, Any]], payload: dict[str, Any]) -> dict[str, Any]:
    """One response out of the streamed pieces."""
    failed = next((chunk["error"] for chunk in chunks if "error" in chunk), None)
    if failed:
        raise AskError("rejected", str(failed.get("message", failed)), payload, transient=False)
    choices = [chunk["choices"][0] for chunk in chunks if chunk.get("choices")]
    # Token counts and timings come with the last pieces.
    last = {key: chunk[key] for chunk in chunks for key in ("usage", "timings") if chunk.get(key)}
    return {
        "text": "".join(choice["delta"].get("content") or "" for choice in choices),
        "finish_reason": choices[-1]["finish_reason"] if choices else None,
        "usage": last.get("usage", {}),
        "timings": last.get("timings", {}),
    }
