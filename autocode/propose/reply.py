"""One reply: read within limits into the shape it must have, or why it cannot be used."""

import re
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from autocode.models.provider import Answer, AskError

T = TypeVar("T", bound=BaseModel)

# Why a reply cannot be used; also the `kind` of a Failure.
Problem = Literal[
    "wrong shape",
    "out of range",
    "too large",
    "refusal",
    "cut-off",
    "empty",
    "transport",
    "rejected",
    "parameter",
]
_OUT_OF_RANGE = "out_of_range"
_MOST_TOLD = 300
# A chunk holds some dozen passages; a quote of this length is a page.
MOST_ENTRIES, MOST_CHARACTERS = 500, 2000
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


def read_reply(
    text: str, shape: type[T], context: dict[str, Any] | None, check: Callable[[T], object]
) -> T:
    """The text of a reply as its shape, within the limits on its size, and used once by `check`.

    Raises:
        ValueError: it is too large, has another shape (ValidationError), or cannot be used.
    """
    if excess := _excess(text):
        raise UnusableError("too large", excess, CORRECTIONS["too large"])
    value = shape.model_validate_json(text, context=context)
    check(value)
    return value


def usable(
    answer: Answer, shape: type[T], context: dict[str, Any] | None, check: Callable[[T], object]
) -> T:
    """What an answer holds (see `read_reply`).

    Raises:
        UnusableError: nothing that can be used.
    """
    if answer.refusal or answer.finish_reason == "content_filter":
        detail = answer.refusal or "stopped by the server's content filter"
        raise UnusableError("refusal", _one_line(detail), CORRECTIONS["refusal"])
    if answer.finish_reason == "length":
        tokens = answer.completion_tokens
        raise UnusableError("cut-off", f"cut off after {tokens} tokens", CORRECTIONS["cut-off"])
    if not answer.text.strip():
        raise UnusableError("empty", "the reply is empty", CORRECTIONS["empty"])
    try:
        return read_reply(answer.text, shape, context, check)
    except UnusableError:
        raise
    except ValidationError as error:
        raise _wrong(error) from error
    except (ValueError, RecursionError) as error:
        raise UnusableError("wrong shape", _one_line(f"cannot be used: {error}")) from error


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
