"""A server on loopback for benchmarks, in a process of its own, and studies of any size to send it.

It speaks as much of OpenAI's protocol as `autocode` and `langextract` need, after a delay, and
answers each request by its text alone: the same question gets the same answer, in any weather.
"""

import asyncio
import hashlib
import json
import multiprocessing
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WORDS = re.findall(
    r"\w+",
    "we share the data of the platform with every team and nobody asked who owns the table when "
    "it breaks in the night because the catalog says little about the people behind it",
)
# One answer: status, headers, body; None hangs up, a float before it is how long to hang.
Reply = tuple[int, dict[str, str], bytes]
Weather = Callable[[str, int], "Reply | str | None"]


def interview(number: int, turns: int, sentences: int = 12) -> str:
    """An interview as plain text, always the same for a number."""
    rng = random.Random(number)
    lines = []
    for turn in range(turns):
        lines.append(f"Interviewer: What happened in week {turn + 1} at site {number}?")
        said = (" ".join(rng.choices(WORDS, k=14)).capitalize() + "." for _ in range(sentences))
        lines.append(f"Participant: {' '.join(said)}")
    return "\n\n".join(lines) + "\n"


def write_study(root: Path, documents: int, turns: int, **settings: Any) -> Path:
    """A study of so many interviews, d1 and on."""
    (root / "seeds").mkdir(parents=True)
    for number in range(1, documents + 1):
        path = root / "seeds" / f"d{number}.txt"
        path.write_text(interview(number, turns), encoding="utf-8")
    lines = (f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    (root / "autocode.toml").write_text("".join(lines), encoding="utf-8")
    return root


def reply_to(user: str) -> str:
    """Marks the first and a middle sentence of those that may be marked."""
    numbers = [int(n) for n in re.findall(r"^\[(\d+)\]", user, re.MULTILINE)]
    chosen = dict.fromkeys((numbers[0], numbers[len(numbers) // 2])) if numbers else ()
    quotes = [
        {"first": n, "last": n, "why": "said so", "code": f"sharing of data {n}",
         "axial": ["new code"], "new": f"code {n % 7}", "salience": 3}
        for n in chosen
    ]  # fmt: skip
    return json.dumps({"quotes": quotes})


def completion(content: str, prompt: str) -> bytes:
    """A chat completion; tokens are reckoned from the characters."""
    usage = {"prompt_tokens": len(prompt) // 3, "completion_tokens": len(content) // 4 + 1}
    choice = {"index": 0, "finish_reason": "stop",
              "message": {"role": "assistant", "content": content}}  # fmt: skip
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "loopback-1",
            "choices": [choice], "usage": usage}  # fmt: skip
    return json.dumps(body).encode()


async def _serve(port: Any, asked: Any, delay: float, weather: Weather | None) -> None:
    times: dict[str, int] = {}

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
                sent = json.loads(await reader.readexactly(int(length[1]) if length else 0))
                messages = sent["messages"]
                user = messages[-1]["content"]
                with asked.get_lock():
                    asked.value += 1
                digest = hashlib.sha256(user.encode()).hexdigest()
                times[digest] = times.get(digest, 0) + 1
                fault = weather(digest, times[digest]) if weather else ""
                if fault is None:  # a reset
                    writer.transport.abort()
                    return
                await asyncio.sleep(60 if fault == "hang" else delay)
                content = reply_to(user)
                status, headers, body = 200, dict[str, str](), b""
                if isinstance(fault, tuple):
                    status, headers, body = fault
                elif fault and fault not in ("hang", "drip"):
                    content = {"malformed": content[:-9], "empty": ""}.get(fault, content)
                body = body or completion(content, json.dumps(messages))
                lines = [f"HTTP/1.1 {status} X", "Content-Type: application/json",
                         f"Content-Length: {len(body)}",
                         *(f"{name}: {value}" for name, value in headers.items())]  # fmt: skip
                writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
                if fault == "drip":
                    for start in range(0, len(body), 40):
                        writer.write(body[start : start + 40])
                        await writer.drain()
                        await asyncio.sleep(0.002)
                else:
                    writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(client, "127.0.0.1", 0, limit=1 << 22)
    with port.get_lock():
        port.value = server.sockets[0].getsockname()[1]
    async with server:
        await server.serve_forever()


class Loopback:
    """The server as its users see it: `url`, and how many requests came (`asked`)."""

    def __init__(self, port: int, asked: Any) -> None:
        self.url, self._asked = f"http://127.0.0.1:{port}/v1", asked

    @property
    def asked(self) -> int:
        return int(self._asked.value)


@contextmanager
def serving(delay: float = 0.0, weather: Weather | None = None) -> Iterator[Loopback]:
    """A server that answers after `delay` seconds.

    weather: a fault for the n-th time that a question (its SHA-256) comes, or "".
    """
    context = multiprocessing.get_context("fork")
    port, asked = context.Value("i", 0), context.Value("i", 0)
    process = context.Process(
        target=lambda: asyncio.run(_serve(port, asked, delay, weather)), daemon=True
    )
    process.start()
    while not port.value:
        process.join(0.01)
    try:
        yield Loopback(port.value, asked)
    finally:
        process.kill()
        process.join()
