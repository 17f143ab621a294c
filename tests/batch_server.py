"""A server on loopback that takes batches: files, batches, and their outputs, as OpenAI's does."""

import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from scripted_server import Scripted


class BatchServer:
    """Answers the questions of batches by `answer`, when `work` is called; counts requests.

    answer: the scripted answer to the body of a question (a status of 400 or more is a line of the
    error file). Use it as a context manager.
    """

    def __init__(self, answer: Callable[[dict[str, Any]], Scripted]) -> None:
        self.answer = answer
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.refuse: dict[str, Scripted] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> "BatchServer":
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def work(self, status: str = "completed", most: int | None = None) -> None:
        """Answer (so many of) the questions of every open batch, and end it with that status."""
        for batch in self.batches.values():
            if batch["status"] in ("completed", "expired", "cancelled", "failed"):
                continue
            lines = [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]
            output, errors = [], []
            for number, line in enumerate(lines):
                if most is not None and number >= most:
                    error = {"code": "batch_expired", "message": "This request expired."}
                    errors.append(
                        {"custom_id": line["custom_id"], "response": None, "error": error}
                    )
                    continue
                made = self.answer(line["body"])
                response = {"status_code": made.status, "body": json.loads(made.body)}
                entry = {"custom_id": line["custom_id"], "response": response, "error": None}
                (errors if made.status >= 400 else output).append(entry)
            for kind, entries in (("output", output), ("error", errors)):
                if entries:
                    name = f"file-{kind}-{batch['id']}"
                    # In another order than they were asked in, as the API warns.
                    text = "".join(json.dumps(entry) + "\n" for entry in reversed(entries))
                    self.files[name] = text.encode()
                    batch[f"{kind}_file_id"] = name
            counts = {"total": len(lines), "completed": len(output), "failed": len(errors)}
            batch |= {"status": status, "request_counts": counts}

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        id_ = f"batch_{len(self.batches) + 1}"
        self.batches[id_] = {
            "id": id_, "object": "batch", "status": "validating", "created_at": 1_800_000_000,
            "input_file_id": body["input_file_id"], "endpoint": body["endpoint"],
            "output_file_id": None, "error_file_id": None, "errors": None,
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
        }  # fmt: skip
        return self.batches[id_]

    def _post(self, path: str, data: bytes) -> dict[str, Any]:
        if path.endswith("/chat/completions"):
            answer: dict[str, Any] = json.loads(self.answer(json.loads(data)).body)
            return answer
        if path.endswith("/files"):
            id_ = f"file-{len(self.files) + 1}"
            part = re.search(rb'name="file".*?\r\n\r\n(.*?)\r\n--', data, re.DOTALL)
            assert part is not None
            assert b"batch" in data
            self.files[id_] = part[1]
            return {"id": id_, "object": "file", "purpose": "batch"}
        if path.endswith("/batches"):
            return self._create(json.loads(data))
        batch = self.batches[path.split("/")[-2]]
        batch["status"] = "cancelling"
        return batch

    def _get(self, path: str) -> bytes:
        parts = path.split("/")
        if parts[-1] == "content":
            return self.files[parts[-2]]
        if parts[-1] == "batches":
            value: Any = {"object": "list", "data": list(self.batches.values())}
        else:
            value = self.batches[parts[-1]]
        return json.dumps(value).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self._answer("POST", lambda path: json.dumps(server._post(path, data)).encode())

            def do_GET(self) -> None:
                self._answer("GET", server._get)

            def _answer(self, method: str, value: Callable[[str], bytes]) -> None:
                path = self.path.partition("?")[0]
                server.requests.append(f"{method} {self.path}")
                server.headers.append({k.lower(): v for k, v in self.headers.items()})
                refusal = next((r for end, r in server.refuse.items() if path.endswith(end)), None)
                if refusal and refusal.drop:
                    value(path)  # done, and never told
                    self.close_connection = True
                    return
                try:
                    data, status = (refusal.body.encode(), refusal.status) if refusal else (
                        value(path), 200)  # fmt: skip
                except KeyError:
                    data, status = b'{"error": {"message": "No such thing"}}', 404
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *words: object) -> None:
                pass

        return Handler
