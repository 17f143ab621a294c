"""How one server must be spoken to: what it has refused so far, and requests that leave it out.

The shape of a reply is asked for on a ladder: the full schema, a schema with nothing but types and
names, any JSON object, and at last only words in the prompt. A server that refuses a rung is not
asked on it again.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from autocode.models.complaint import NAMES, Complaint
from autocode.models.provider import Request, for_openai, messages, plain, response_format

RUNGS = ("full schema", "reduced schema", "json_object", "prompt")
# What is left out where it was refused (the reply format goes down its ladder instead); whatever
# else a manifest holds is not taken.
_REFUSABLE = frozenset(NAMES) - {"response_format"}


@dataclass
class Dialect:
    """What a server takes, as far as it has shown.

    rung: where on RUNGS replies are asked for; streams: whether it answers in streams only;
    most_tokens: the longest reply it allows, where it said so.
    """

    enforces: bool
    rung: int = 0
    refused: set[str] = field(default_factory=set)
    streams: bool = False
    most_tokens: int | None = None

    def payload(self, model: str, request: Request) -> dict[str, Any]:
        """The body of a chat completion for `request`.

        `enforces`: servers on this machine (llama.cpp, Ollama, vLLM) enforce what OpenAI refuses.
        """
        payload: dict[str, Any] = {"model": model, "messages": messages(request)}
        # Newer OpenAI models know the limit only by its longer name, other servers by the shorter.
        limit = "max_completion_tokens" if "max_tokens" in self.refused else "max_tokens"
        payload[limit] = min(request.max_tokens, self.most_tokens or request.max_tokens)
        payload["temperature"] = request.temperature
        payload["seed"] = request.seed
        payload["reasoning_effort"] = request.reasoning_effort
        payload["response_format"] = self._format(request)
        if self.rung >= RUNGS.index("json_object"):
            wanted = json.dumps(request.schema, ensure_ascii=False)
            payload["messages"][0]["content"] += f"\n\nReply with JSON of this schema:\n{wanted}"
        if self.streams:
            payload |= {"stream": True, "stream_options": {"include_usage": True}}
        return {
            name: value
            for name, value in payload.items()
            if value is not None and name not in self.refused
        }

    def _format(self, request: Request) -> dict[str, Any] | None:
        rung = RUNGS[self.rung]
        if rung in ("full schema", "reduced schema"):
            schema = request.schema if self.enforces else for_openai(request.schema)
            schema = plain(schema) if rung == "reduced schema" else schema
            form = response_format(request, schema)
            if "strict" in self.refused:
                del form["json_schema"]["strict"]
            return form
        return {"type": "json_object"} if rung == "json_object" else None

    def learns(self, complaint: Complaint, payload: dict[str, Any]) -> bool:
        """Whether the next request will differ from `payload`, which met with `complaint`."""
        if complaint.wants_stream and "stream" not in payload:
            self.streams = True
            return True
        form = payload.get("response_format", {})
        strict = {"strict"} & form.get("json_schema", {}).keys()
        name = complaint.parameter(frozenset(payload.keys() | strict))
        if name is None:
            return False
        if name == "response_format":
            self.rung = max(self.rung, self._below(form, complaint))
            return True
        if name in ("max_tokens", "max_completion_tokens"):
            most = complaint.most_tokens(payload[name])
            if most is not None:
                self.most_tokens = most
                return True
        self.refused.add(name)
        return True

    def _below(self, form: dict[str, Any], complaint: Complaint) -> int:
        """The next rung to try after `form` was refused."""
        if form["type"] == "json_object":
            return RUNGS.index("prompt")
        # Where schemas are not known at all, no smaller one is.
        if self.rung == 0 and complaint.about_schema:
            return RUNGS.index("reduced schema")
        return RUNGS.index("json_object")

    def described(self) -> dict[str, Any]:
        """For the manifest: what was refused, the rung, and whether answers come in streams."""
        return {
            "parameters_refused": sorted(self.refused),
            "reply_format": RUNGS[self.rung],
            "streamed": self.streams,
            "most_reply_tokens": self.most_tokens,
        }

    def recall(self, described: dict[str, Any]) -> None:
        """Begin where an earlier run has ended; what is not as `described` writes it is ignored."""
        refused, most = described.get("parameters_refused"), described.get("most_reply_tokens")
        if isinstance(refused, list):
            self.refused |= {name for name in _REFUSABLE if name in refused}
        if described.get("reply_format") in RUNGS:
            self.rung = max(self.rung, RUNGS.index(described["reply_format"]))
        if isinstance(most, int) and most >= 16:
            self.most_tokens = most
        self.streams = self.streams or described.get("streamed") is True
