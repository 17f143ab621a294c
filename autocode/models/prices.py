"""What a few well-known remote models cost by the list, and on which day the list was read."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of the price list: US dollars per million tokens, and its context in tokens."""

    name: str
    input_price: float
    output_price: float
    context_tokens: int
    as_of: date
    source: str

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """US dollars at list price, without caching or batch discounts."""
        millions = prompt_tokens * self.input_price + completion_tokens * self.output_price
        return millions / 1e6


def known_model(name: str) -> ListedModel | None:
    """The model of that name, or None: then no cost can be given.

    A dated snapshot (`gpt-4o-2024-08-06`) costs what its model costs.
    """
    listed = _price_list()
    name = _SNAPSHOT.sub("", name)
    entry = listed["models"].get(name)
    if entry is None:
        return None
    return ListedModel(
        name=name,
        input_price=entry["input"],
        output_price=entry["output"],
        context_tokens=entry["context"],
        as_of=listed["as_of"],
        source=listed["source"],
    )


@lru_cache
def _price_list() -> dict[str, Any]:
    return tomllib.loads(
        files("autocode.models").joinpath("prices.toml").read_text(encoding="utf-8")
    )
