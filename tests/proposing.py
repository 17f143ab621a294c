"""A model for tests: it answers what a test says, in the process, and keeps what it was asked."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autocode.models.embedding import Lexical
from autocode.models.provider import Answer, Request
from autocode.propose.run import Plan, plan
from autocode.study import Settings, Study

ROOT = Path(__file__).parent.parent
Script = Callable[[Request], "str | BaseException"]


class Model:
    """An `autocode.models.provider.Provider`; `script` gives each reply, or what is raised."""

    name = "model"
    destination = "a test"
    context_tokens: int | None = None
    tokens_exact = True

    def __init__(self, script: Script) -> None:
        self._script = script
        self.asked: list[Request] = []

    def count_tokens(self, text: str) -> int:
        return len(text) // 4 + 1

    def identity(self) -> dict[str, Any]:
        return {"provider": "test"}

    async def ask(self, request: Request) -> Answer:
        self.asked.append(request)
        reply = self._script(request)
        if isinstance(reply, BaseException):
            raise reply
        return Answer(
            text=reply,
            finish_reason="stop",
            refusal=None,
            model="model-1",
            system_fingerprint=None,
            prompt_tokens=10,
            completion_tokens=5,
            request={"messages": [], "temperature": request.temperature},
            response={"content": reply},
            started=f"2026-01-01T00:00:{len(self.asked):02}+00:00",
            latency=0.1,
        )

    async def aclose(self) -> None:
        return None


def naming(request: Request) -> str:
    """A reply to `name`: the first words of the passage, and the first code offered."""
    words = request.user.split("-----\n")[-2].split()
    items = request.schema["properties"]["axial"]["items"]
    code = items["const"] if "const" in items else items["enum"][0]
    name = " ".join(words[:3])
    new = name if code == "new code" else None
    return json.dumps({"open_code": name, "axial": [code], "new_code": new})


def nothing(_: Request) -> str:
    return json.dumps({"quotes": []})


def p1_study(root: Path, **settings: Any) -> Study:
    """The repository's study with its gold, linked into an empty folder."""
    for name in ("seeds", "gold", "prompts"):
        (root / name).mkdir(parents=True)
        for file in (ROOT / name).iterdir():
            (root / name / file.name).write_bytes(file.read_bytes())
    return Study(root, Settings(**settings))


def plan_p1(study: Study, model: Model, **chosen: Any) -> Plan:
    return plan(study, "p1", model, lambda: Lexical("lexical"), **chosen)


@contextmanager
def changed(path: Path, old: str, new: str) -> Iterator[None]:
    """The file with one text replaced, for as long as the block runs."""
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")
