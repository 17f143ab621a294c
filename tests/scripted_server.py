"""An OpenAI-compatible server on loopback that answers as a test has written down."""

import contextlib
import json
import socket
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Scripted:
    """One answer: a status and a body (or bytes), after `delay` seconds; `drop` closes without it.

    drip: seconds between two bytes of the body.
    """

    status: int = 200
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    drop: bool = False
    data: bytes | None = None
    drip: float = 0.0


def completion(content: Any, finish_reason: str = "stop", **message: Any) -> Scripted:
    """A chat completion with that content."""
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted-1",
        "system_fingerprint": "fp_1",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
        "usage": {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17},
    }
    return Scripted(body=json.dumps(body))


def good(**fields: Any) -> Scripted:
    """A reply with that JSON object."""
    return completion(json.dumps(fields))


def malformed() -> Scripted:
    return completion('{"open_code": "a code')


def truncated() -> Scripted:
    return completion('{"open_code": "a c', "length")


def refused() -> Scripted:
    return completion(None, refusal="I cannot help with that.")


def empty() -> Scripted:
    return completion("")


def problem(status: int, message: str, **extra: Any) -> Scripted:
    """An error as OpenAI words it; `headers` are the answer's."""
    headers = tuple(extra.pop("headers", {}).items())
    return Scripted(status, json.dumps({"error": {"message": message, **extra}}), headers)


def rate_limited(retry_after: str | None = None) -> Scripted:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return problem(429, "Rate limit reached", headers=headers)


def dropped() -> Scripted:
    return Scripted(drop=True)


class ScriptedServer:
    """Serves the script in order (its last answer again and again) and keeps what it was sent.

    A script entry may be a function of the request's body. Use it as a context manager.
    """

    def __init__(self, *script: Scripted | Callable[[dict[str, Any]], Scripted]) -> None:
        self.script = list(script)
        self.received: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> "ScriptedServer":
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _next(self, body: dict[str, Any], headers: dict[str, str]) -> Scripted:
        with self._lock:
            self.received.append(body)
            self.headers.append(headers)
            step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return step if isinstance(step, Scripted) else step(body)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(length))
                server.paths.append(self.path)
                step = server._next(body, {k.lower(): v for k, v in self.headers.items()})
                server._closing.wait(step.delay)
                if step.drop:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self._send(step)

            def _send(self, step: Scripted) -> None:
                data = step.body.encode() if step.data is None else step.data
                try:
                    self.send_response(step.status)
                    for name, value in (*step.headers, ("Content-Length", str(len(data)))):
                        self.send_header(name, value)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Connection", "close")
                    self.end_headers()
                    for byte in data if step.drip else ():
                        self.wfile.write(bytes([byte]))
                        server._closing.wait(step.drip)
                    self.wfile.write(b"" if step.drip else data)
                except OSError:
                    pass  # the client did not wait

            def log_message(self, *words: object) -> None:
                pass

        return Handler


class Listener:
    """Keeps every byte that whoever connects sends, and never answers. Use as a context manager."""

    def __init__(self) -> None:
        self.connections: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    def __enter__(self) -> "Listener":
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        socket.create_connection(self._socket.getsockname()).close()  # wakes `accept` up
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                connection.settimeout(0.5)
                data = connection.recv(1 << 16)
            if not data:
                return
            self.connections.append(data)


class Flood:
    """Answers with a body that does not end before the client hangs up. A context manager."""

    def __init__(self, status: int = 200, *, packed: bool = False) -> None:
        self._head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n".encode()
        self._packed = packed
        self.sent = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    def __enter__(self) -> "Flood":
        self._thread = threading.Thread(target=self._pour)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._thread.join()
        self._socket.close()

    def _pour(self) -> None:
        connection, _ = self._socket.accept()
        packing = zlib.compressobj(wbits=31)
        with connection, contextlib.suppress(OSError):
            connection.recv(1 << 16)
            packed = b"Content-Encoding: gzip\r\n" if self._packed else b""
            connection.sendall(self._head + packed + b"\r\n" + b"")
            while self.sent < 1 << 28:
                data = b"x" * (1 << 20)
                self.sent += len(data)
                if self._packed:
                    data = packing.compress(data) + packing.flush(zlib.Z_SYNC_FLUSH)
                    time.sleep(0.01)  # so much is on its way before anybody can hang up
                connection.sendall(data)
