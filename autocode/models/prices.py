"""What models cost: a list that the user keeps, dated; none comes along, since prices change."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autocode.errors import ModelError

_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")
EXAMPLE = """as_of = {today}          # the day you read the prices
source = "https://…"        # and where
[models."{name}"]
input = 0.00                # US dollars per million tokens of prompt
output = 0.00               # US dollars per million tokens of reply
"""


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of the price list: US dollars per million tokens; its context in tokens, if stated.

    as_of: the day on which the price was read, at `source`.
    """

    name: str
    input_price: float
    output_price: float
    context_tokens: int | None
    as_of: date
    source: str

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """US dollars at list price, without caching or batch discounts."""
        millions = prompt_tokens * self.input_price + completion_tokens * self.output_price
        return millions / 1e6


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    input: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)
    context: int | None = Field(default=None, ge=1)


class _PriceList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    as_of: date
    source: str = ""
    models: dict[str, _Entry] = Field(default_factory=dict)


def prices_path() -> Path:
    """Where the list is: in the user's own configuration, out of reach of any study."""
    return platformdirs.user_config_path("autocode", appauthor=False) / "prices.toml"


def known_models() -> list[ListedModel]:
    """The models of the user's list, by name; none where there is no list.

    Raises:
        ModelError: the list cannot be read.
    """
    path = prices_path()
    try:
        listed = _PriceList.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        return []
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise _unreadable(path, reason) from error
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path, str(error)) from error
    return [
        ListedModel(name, entry.input, entry.output, entry.context, listed.as_of, listed.source)
        for name, entry in sorted(listed.models.items())
    ]


def known_model(name: str) -> ListedModel | None:
    """The model of that name in the user's list, or None: then no cost can be given.

    A dated snapshot (`gpt-4o-2024-08-06`) costs what its model costs, unless it stands there too.

    Raises:
        ModelError: the list cannot be read.
    """
    listed = {model.name: model for model in known_models()}
    return listed.get(name) or listed.get(_SNAPSHOT.sub("", name))


def _unreadable(path: Path, reason: str) -> ModelError:
    return ModelError(
        f"your list of prices cannot be read: {reason}",
        where=path,
        hint="Correct it: `autocode models --prices` shows how it is written.",
    )
