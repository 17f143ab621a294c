"""A model that is only planned with: it counts tokens and is never asked (`--dry-run`)."""

from typing import Any, NoReturn

from autocode.models.provider import Request
from autocode.models.runtimes import runtime_of
from autocode.models.tokens import count_tokens


class Unasked:
    """Stands for a model without loading or reaching it; nothing is sent.

    tokens_exact says whether the last text was counted with the model's own vocabulary.
    """

    destination = "nowhere (dry run)"

    def __init__(self, name: str) -> None:
        self.name = name
        self.tokens_exact = True
        self.context_tokens = runtime_of(name).context_tokens(name)

    def count_tokens(self, text: str) -> int:
        count = count_tokens(text, self.name)
        self.tokens_exact = count.exact
        return count.n

    def identity(self) -> dict[str, Any]:
        return {"provider": "dry run"}

    async def ask(self, request: Request) -> NoReturn:  # noqa: ARG002 - the interface
        raise AssertionError("a dry run asks nothing")

    async def aclose(self) -> None:
        return None
