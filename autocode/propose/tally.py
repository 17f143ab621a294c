"""What the calls of a run add up to: who answered, what was sent, tokens, cost, what was saved."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from autocode.coding.calls import Call
from autocode.coding.runs import ReusedAnswers
from autocode.models.prices import ListedModel

# What an OpenAI-compatible server may be told and was not: the report names these defaults.
PARAMETERS = (
    "frequency_penalty", "logit_bias", "max_tokens", "max_completion_tokens", "n",
    "presence_penalty", "reasoning_effort", "seed", "stop", "temperature", "top_k", "top_p",
)  # fmt: skip


@dataclass
class Spent:
    """Tokens of prompts and replies; None where no server counted."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None

    def add(self, call: Call) -> None:
        for name in ("prompt_tokens", "completion_tokens"):
            if (count := call.get(name)) is not None:
                setattr(self, name, (getattr(self, name) or 0) + count)

    def cost(self, price: ListedModel | None) -> float | None:
        """US dollars by the user's list; None where price or tokens are not known."""
        if price is None or self.prompt_tokens is None or self.completion_tokens is None:
            return None
        return price.cost(self.prompt_tokens, self.completion_tokens)


class Tally:
    """What the calls of a run add up to, one after the other: the end of its manifest."""

    def __init__(self, calls: Iterable[Call] = ()) -> None:
        self._models: set[str] = set()
        self._parameters: dict[str, Any] = {}
        self.requests = 0
        self.asked, self.reused = Spent(), Spent()
        self._runs: set[str] = set()
        self._reused = 0
        for call in calls:
            self.add(call)

    def add(self, call: Call) -> None:
        """Count one more; the last that was answered says which parameters are sent."""
        if call.get("model"):
            self._models.add(call["model"])
        if call["response"] is not None:
            self._parameters = {
                key: value
                for key, value in call["request"].items()
                if key not in ("messages", "response_format")
            }
        if run := call.get("reused_from"):
            self._reused += 1
            self._runs.add(run)
            self.reused.add(call)
        else:
            self.requests += 1
            self.asked.add(call)

    def figures(self, price: ListedModel | None) -> dict[str, Any]:
        """Models that answered, parameters, requests, tokens and cost, by their manifest keys."""
        reused = ReusedAnswers(
            answers=self._reused,
            runs=sorted(self._runs),
            prompt_tokens=self.reused.prompt_tokens,
            completion_tokens=self.reused.completion_tokens,
            cost_usd=self.reused.cost(price),
        )
        return {
            "models_answered": sorted(self._models),
            "parameters_sent": self._parameters,
            "parameters_defaulted": [name for name in PARAMETERS if name not in self._parameters],
            "requests": self.requests,
            "prompt_tokens": self.asked.prompt_tokens,
            "completion_tokens": self.asked.completion_tokens,
            "cost_usd": self.asked.cost(price),
            "price": asdict(price) | {"as_of": price.as_of.isoformat()} if price else None,
            "reused": reused if self._reused else None,
        }
