"""One reply: read within limits into the shape it must have, or why it cannot be used."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from autocode.models.provider import Answer, AskError, Request
from autocode.models.tokens import expected_tokens
from autocode.propose.reply_text import beginning_of, is_thinking, values_in

T = TypeVar("T", bound=BaseModel)

# Why a reply cannot be used; also the `kind` of a Failure.
Problem = Literal[
    "wrong shape", "out of range", "too large", "refusal", "cut-off", "empty", "transport",
    "rejected", "parameter", "prompt cut",
]  # fmt: skip
_OUT_OF_RANGE = "out_of_range"
# How servers say why a model stopped: as OpenAI does, and in their own words.
_CUT = ("length", "max_tokens", "max_output_tokens", "max_length", "model_length", "token_limit")
_FILTERED = ("content_filter", "content-filter", "safety", "prohibited", "recitation", "blocklist",
             "refusal", "sensitive", "guardrail")  # fmt: skip
_MOST_TOLD = 300
# A chunk holds some dozen passages; a quote of this length is a page.
MOST_ENTRIES, MOST_CHARACTERS = 500, 2000
# Servers with a smaller context than this read no interview. Of the tokens that are expected a
# large vocabulary needs this share at least; a full context is taken for one below that share.
_SMALLEST_CONTEXT, _FEWEST, _NEARLY_ALL = 256, 0.55, 0.85
_STRING_OR_OBJECT = re.compile(r'"(?:[^"\\]++|\\.)*+"?|\{', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)


class UnusableError(ValueError):
    """One attempt that gave nothing; `correction` tells the model what was wrong, in one line."""

    def __init__(
        self, kind: Problem, detail: str, correction: str = "", *, error: AskError | None = None
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.correction, self.error = kind, detail, correction, error


def out_of_range(message: str) -> PydanticCustomError:
    """What a shape raises for a sentence number it was not given: its own kind of failure."""
    # As context, because braces in a template would be taken for placeholders.
    return PydanticCustomError(_OUT_OF_RANGE, "{message}", {"message": message})


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What was read out of a reply: repairs name what had to be done to its text or its entries.

    dropped: the entries of which nothing can be used, and why; entries: how many the others are,
    counted only beside dropped ones.
    """

    value: T
    repairs: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Reader(Generic[T]):
    """Reads replies as a `shape`; `check` uses each as it will be used, and raises ValueError.

    context is pydantic's validation context. What the validators had to understand in an entry they
    add to its `repairs`.
    """

    shape: type[T]
    context: dict[str, Any] | None
    check: Callable[[T], object]

    def read(self, answer: Answer) -> Reading[T]:
        """What an answer holds.

        Raises:
            UnusableError: nothing that can be used.
        """
        if problem := _no_reply(answer):
            raise problem
        text, thought = answer.text, []
        if not text.strip():
            text, thought = answer.reasoning, ["reply in the reasoning"]
        try:
            reading = self._read(text)
        except UnusableError as error:
            raise (_empty(answer) if thought else error) from error
        except ValidationError as error:
            raise (_empty(answer) if thought else _wrong(error)) from error
        except (ValueError, RecursionError) as error:
            raise UnusableError("wrong shape", _one_line(f"cannot be used: {error}")) from error
        return replace(reading, repairs=(*thought, *reading.repairs))

    def salvage(self, answer: Answer) -> Reading[T] | None:
        """The entries that can be used of a reply that cannot, each by itself; None without any."""
        name = self._listed
        if not name or answer.refusal or _excess(answer.text):
            return None
        try:
            values, repairs = values_in(answer.text, name)
            lists = [value[name] for value in values if name in value]
            if not lists:
                beginning, repairs = beginning_of(answer.text), []
                lists = [beginning[name]] if name in beginning else []
        except RecursionError:
            return None
        if len(lists) != 1 or not isinstance(lists[0], list):
            return None
        kept, dropped = [], []
        for number, entry in enumerate(lists[0], 1):
            try:
                self._valid({name: [entry]})
                kept.append(entry)
            except ValidationError as error:
                detail = _wrong(error).detail.removeprefix(f"{name}.0.")
                dropped.append(f"entry {number}: {detail}")
            except (ValueError, RecursionError) as error:
                dropped.append(_one_line(f"entry {number}: {error}"))
        if not kept:
            return None
        value, understood = self._valid({name: kept})
        return Reading(value, (*repairs, *understood), tuple(dropped), len(kept))

    @property
    def _listed(self) -> str | None:
        """The one field of the shape, if that is a list."""
        (name, field), *others = self.shape.model_fields.items()
        return name if not others and get_origin(field.annotation) is list else None

    def _read(self, text: str) -> Reading[T]:
        if excess := _excess(text):
            raise UnusableError("too large", excess, CORRECTIONS["too large"])
        understood: list[str] = []
        try:
            context = (self.context or {}) | {"repairs": understood}
            value = self.shape.model_validate_json(text, context=context)
        except ValidationError as error:
            return self._repaired(text, error)
        self.check(value)
        return Reading(value, tuple(understood))

    def _repaired(self, text: str, error: ValidationError) -> Reading[T]:
        values, repairs = values_in(text, self._listed)
        readings, errors = [], []
        for value in values:
            try:
                valid, understood = self._valid(value)
                readings.append(Reading(valid, (*repairs, *understood)))
            except ValidationError as wrong:
                errors.append(wrong)
        if len(readings) > 1:
            raise UnusableError(
                "wrong shape", f"{len(readings)} replies in one", CORRECTIONS["several"]
            )
        if not readings:
            # What is wrong with the one object says more than that there are words around it.
            raise errors[0] if len(errors) == 1 else error
        return readings[0]

    def _valid(self, value: Any) -> tuple[T, list[str]]:
        understood: list[str] = []
        context = (self.context or {}) | {"repairs": understood}
        valid = self.shape.model_validate(value, context=context)
        self.check(valid)
        return valid, understood


def refuse_cut_prompt(answer: Answer, request: Request) -> None:
    """Raise where a server has read much less than it was sent.

    A count below the smallest context is none of the whole prompt: a server that keeps prompts may
    count what is new in it. What it read from a cache counts as read.

    Raises:
        UnusableError: it counted far fewer tokens than any vocabulary needs for the prompt.
    """
    read = (answer.prompt_tokens or 0) + (answer.cached_tokens or 0)
    if read < _SMALLEST_CONTEXT:
        return
    sent = expected_tokens(request.system) + expected_tokens(request.user)
    # A context is mostly a power of two, and a prompt hardly ever.
    full = read.bit_count() == 1 or (read + 1).bit_count() == 1
    if read < sent * (_NEARLY_ALL if full else _FEWEST):
        raise UnusableError(
            "prompt cut",
            f"the server read {read:,} of about {sent:,} tokens of the prompt: give it a "
            "larger context (Ollama: OLLAMA_CONTEXT_LENGTH=16384 ollama serve, or num_ctx in the "
            "model's Modelfile), or make chunk_tokens smaller",
        )


def _no_reply(answer: Answer) -> "UnusableError | None":
    """Why an answer is no reply at all, whatever its text says."""
    finish = (answer.finish_reason or "").lower()
    if answer.refusal or finish.startswith(_FILTERED):
        detail = answer.refusal or f"stopped by the server's content filter ({finish})"
        return UnusableError("refusal", _one_line(detail), CORRECTIONS["refusal"])
    if finish in _CUT:
        before, words = thought(answer), f"cut off after {_tokens(answer.completion_tokens)}"
        # Who was still thinking was not too long, and need not be told so.
        return UnusableError(
            "cut-off",
            f"{words}, with {before}" if before else words,
            "" if before else CORRECTIONS["cut-off"],
        )
    if not answer.text.strip() and not answer.reasoning.strip():
        return _empty(answer)
    return None


def _empty(answer: Answer) -> "UnusableError":
    after = thought(answer)
    detail = f"the reply is empty after {after}" if after else "the reply is empty"
    return UnusableError("empty", detail, "" if after else CORRECTIONS["empty"])


def thought(answer: Answer) -> str:
    """How much of an answer was reasoning, in words; nothing where none is known of."""
    if answer.reasoning_tokens:
        return f"{_tokens(answer.reasoning_tokens)} of reasoning"
    return "reasoning" if answer.reasoning or is_thinking(answer.text) else ""


def _tokens(count: int | None) -> str:
    return "an unknown number of tokens" if count is None else f"{count:,} tokens"


def _excess(text: str) -> str:
    """What in a reply is larger than any honest one, found without parsing it; else nothing."""
    objects = 0
    for match in _STRING_OR_OBJECT.finditer(text):
        if match[0] == "{":
            objects += 1
        elif len(match[0]) > MOST_CHARACTERS:
            characters = len(_ESCAPE.sub(".", match[0].strip('"')))
            if characters > MOST_CHARACTERS:
                return f"a field of {characters:,} characters; at most {MOST_CHARACTERS:,} are read"
    # The outermost object is no entry.
    if objects > MOST_ENTRIES + 1:
        return f"{objects - 1:,} entries; at most {MOST_ENTRIES} are read"
    return ""


CORRECTIONS = {
    "refusal": "Your last reply declined. This is an interview for qualitative research: reply "
    "with the JSON object, empty where nothing applies.",
    "cut-off": "Your last reply was too long and was cut off: give fewer entries and be brief.",
    "too large": "Your last reply was too large: mark fewer passages, and be brief.",
    "empty": "Your last reply was empty: reply with the JSON object.",
    "several": "Your last reply held several JSON objects: reply with one.",
}


def _wrong(error: ValidationError) -> UnusableError:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    # The worse problem names the failure: a reply of the wrong shape was never a range question.
    ranges = all(problem["type"] == _OUT_OF_RANGE for problem in problems)
    first = problems[0]
    place = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    detail = _one_line(f"{place}: {message}" if place else message)
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return UnusableError(
        "out of range" if ranges else "wrong shape",
        detail + more,
        f"Your last reply was wrong: {detail}. Reply again with the JSON object, corrected.",
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_MOST_TOLD].rstrip(".")
