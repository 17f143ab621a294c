"""What a strategy works on, the questions it asks, and the drafts their replies become."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from autocode.coding.nouns import Code
from autocode.models.embedding import Embedder
from autocode.models.provider import Provider, Request, strict_schema
from autocode.propose.prompts import Message, Prompt, fence_for
from autocode.propose.reply_schema import is_spaced
from autocode.propose.selection import to_be_coded
from autocode.study import Settings
from autocode.text import one_line
from autocode.transcript.nouns import Span, Transcript, Turn
from autocode.transcript.sentences import sentences


@dataclass(frozen=True)
class Draft:
    """What a model proposed for one passage; `span` is None when its words must be located.

    salience: 1 to 5, whether the researcher would mark it (see `reply_schema.marking_shape`); None
    where the model was not asked.
    """

    span: Span | None
    words: str
    open_code: str
    axial: tuple[str, ...]
    new_code: str | None
    rationale: str | None
    salience: int | None = None


@dataclass(frozen=True)
class Question:
    """One request: its number (the quotes' `chunk`), its text, and how to read its reply.

    codes: the ids of the codes it offers.
    """

    number: int
    step: str
    within: Span
    message: Message
    shape: type[BaseModel]
    max_tokens: int
    read: Callable[[Any], list[Draft]]
    context: dict[str, Any] | None = None
    codes: tuple[str, ...] = ()

    def request(self, settings: Settings) -> Request:
        """The question as it is sent, under the settings of a run."""
        return Request(
            system=self.message.system,
            user=self.message.user,
            schema=strict_schema(self.shape),
            schema_name=self.step,
            max_tokens=self.max_tokens,
            temperature=settings.temperature,
            seed=settings.seed,
            reasoning_effort=settings.reasoning_effort,
        )


@dataclass(frozen=True)
class Task:
    """What a strategy works on; `codes` are those that may be sent (leave-one-out)."""

    transcript: Transcript
    codes: Sequence[Code]
    settings: Settings
    prompt: Prompt
    provider: Provider
    embedder: Callable[[], Embedder]

    @cached_property
    def sentences(self) -> list[Span]:
        return sentences(self.transcript.text)

    @cached_property
    def fence(self) -> str:
        """A line around what is data; nothing that goes along as data holds it."""
        speakers = {turn.speaker or "" for turn in self.transcript.turns}
        return fence_for(self.transcript.text, *speakers, *map(code_line, self.codes))

    @cached_property
    def spaced(self) -> bool:
        return is_spaced(self.transcript.text)

    @property
    def question(self) -> str:
        return self.settings.research_question or "(not stated: code what matters to the speakers)"

    def codes_turn(self, turn: Turn) -> bool:
        """Whether this turn is to be coded (see `selection.to_be_coded`)."""
        return to_be_coded(self.transcript, turn, self.settings.roles)


def code_lines(codes: Sequence[Code]) -> list[str]:
    """The codes as lines of a prompt, children indented under their parents; a circle is cut."""
    ids = {code.id for code in codes}
    children: dict[str | None, list[Code]] = {}
    for code in codes:
        children.setdefault(code.parent if code.parent in ids else None, []).append(code)
    lines: dict[str, str] = {}
    for root in [*children.get(None, []), *codes]:  # those of a circle have no root
        waiting = [(0, root)]
        while waiting:
            depth, code = waiting.pop()
            if code.id not in lines:
                lines[code.id] = "  " * depth + code_line(code)
                waiting += [(depth + 1, child) for child in reversed(children.get(code.id, []))]
    return list(lines.values())


def code_line(code: Code) -> str:
    """One code as a line of a prompt: `- id: Label (kind) — definition`."""
    label = code.label or code.id.replace("_", " ")
    kind = f" ({code.kind})" if code.kind else ""
    definition = f" — {code.definition}" if code.definition else ""
    return one_line(f"- {code.id}: {label}{kind}{definition}")
