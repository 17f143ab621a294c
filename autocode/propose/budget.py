"""What a command may spend, in tokens and dollars: reserved before a request, counted after."""

from dataclasses import dataclass

from autocode.errors import ModelError, StoppedRunError
from autocode.models.prices import ListedModel, known_model, prices_path
from autocode.models.provider import Answer
from autocode.models.runtimes import runtime_of


@dataclass(eq=False)
class Reservation:
    """The most that a request under way may take."""

    prompt_tokens: int
    reply_tokens: int


class Budget:
    """Bounds on what all requests of a command take together; either may be None.

    A request is sent when the bounds would hold even if it and all others under way took as much
    as they may. One that ends without a count of its tokens, or without an answer although the
    server may have begun one, counts with all that was reserved for it.
    """

    def __init__(
        self,
        *,
        max_tokens: int | None = None,
        max_cost: float | None = None,
        price: ListedModel | None = None,
    ) -> None:
        self.max_tokens, self.max_cost, self._price = max_tokens, max_cost, price
        self.prompt_tokens = self.completion_tokens = 0
        self._reserved: list[Reservation] = []

    @classmethod
    def of(cls, model: str, max_tokens: int | None, max_cost: float | None) -> "Budget | None":
        """The budget for a model by the user's list of prices; None where nothing is bounded.

        Raises:
            ModelError: a cost is bounded, and the price is not known.
        """
        price = known_model(model)
        if max_cost is not None and price is None and not runtime_of(model).here:
            raise ModelError(
                f"the price of {model} is not known, so --max-cost cannot be kept",
                where=prices_path(),
                hint="State it there (`autocode models --prices` shows how), or use --max-tokens.",
            )
        if max_tokens is None and max_cost is None:
            return None
        return cls(max_tokens=max_tokens, max_cost=max_cost, price=price)

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """US dollars; what runs on this machine is free."""
        return self._price.cost(prompt_tokens, completion_tokens) if self._price else 0.0

    def reserved(self, prompt_tokens: int, reply_tokens: int, *, last: bool) -> Reservation | None:
        """Room for one more request; None where there may be some when others have ended.

        last: no others are under way.

        Raises:
            StoppedRunError: no others are under way, and there is no room.
        """
        prompts = self.prompt_tokens + prompt_tokens + sum(r.prompt_tokens for r in self._reserved)
        replies = self.completion_tokens + reply_tokens
        replies += sum(r.reply_tokens for r in self._reserved)
        if self.exceeded(prompts, replies):
            if last:
                raise StoppedRunError(
                    f"{self.used} are used, and the next request may take "
                    f"{prompt_tokens + reply_tokens:,} tokens",
                    hint="Allow more to go on.",
                )
            return None
        reservation = Reservation(prompt_tokens, reply_tokens)
        self._reserved.append(reservation)
        return reservation

    def exceeded(self, prompt_tokens: int, completion_tokens: int) -> str:
        """The option whose bound so many tokens would break; empty where they break none."""
        if self.max_tokens is not None and prompt_tokens + completion_tokens > self.max_tokens:
            return "--max-tokens"
        cost = self.cost(prompt_tokens, completion_tokens)
        return "--max-cost" if self.max_cost is not None and cost > self.max_cost else ""

    def settle(self, reservation: Reservation, answer: Answer | None, *, free: bool) -> None:
        """Count what a request took; free: the server did nothing for it."""
        self._reserved.remove(reservation)
        if free:
            return
        prompt = answer.prompt_tokens if answer else None
        reply = answer.completion_tokens if answer else None
        self.prompt_tokens += reservation.prompt_tokens if prompt is None else prompt
        self.completion_tokens += reservation.reply_tokens if reply is None else reply

    @property
    def used(self) -> str:
        """How much of it is used up, in words."""
        tokens, parts = self.prompt_tokens + self.completion_tokens, []
        if self.max_tokens is not None:
            parts.append(f"{tokens:,} of the {self.max_tokens:,} tokens of --max-tokens")
        if self.max_cost is not None:
            cost = self.cost(self.prompt_tokens, self.completion_tokens)
            parts.append(f"${cost:.4f} of the ${self.max_cost:g} of --max-cost")
        return " and ".join(parts)
