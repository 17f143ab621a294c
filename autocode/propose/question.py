"""What a strategy works on, the questions it asks, and the drafts their replies become."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from autocode.coding.nouns import Code, Coding, Critique
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
    where the model was not asked. proposal: the id of the earlier proposal that this is about, in a
    later round; critique: what the critic made of that.
    """

    span: Span | None
    words: str
    open_code: str
    axial: tuple[str, ...]
    new_code: str | None
    rationale: str | None
    salience: int | None = None
    proposal: str | None = None
    critique: Critique | None = None


@dataclass(frozen=True)
class Question:
    """One request: its number (the quotes' `chunk`), its text, and how to read its reply.

    codes: the ids of the codes it offers. answer: which of the independent answers to it this one
    asks for, from 1; each is asked for under a seed of its own. sentences: what the numbers in it
    stand for; values: what its template was filled in with.
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
    answer: int = 1
    sentences: Mapping[int, Span] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

    def request(self, settings: Settings) -> Request:
        """The question as it is sent, under the settings of a run."""
        return Request(
            system=self.message.system,
            user=self.message.user,
            schema=strict_schema(self.shape),
            schema_name=self.step,
            max_tokens=self.max_tokens,
            temperature=settings.temperature,
            seed=settings.seed + self.answer - 1,
            reasoning_effort=settings.reasoning_effort,
        )


@dataclass(frozen=True)
class Cost:
    """What questions that are not known yet may take, as far as can be said before: tokens."""

    step: str
    requests: int
    prompt_tokens: int
    reply_tokens: int


@dataclass(frozen=True)
class Round:
    """One round of questions; those of a later round are about what the rounds before it left.

    step: its template. questions: what is asked about the passages so far (of a first round: about
    none). settled: the passages with what the round's answers say, a coding for each independent
    answer. cost: what a later round will take, given the questions of the first, before its own are
    known.
    """

    step: str
    questions: Callable[[Coding], list[Question]]
    settled: Callable[[Coding, Sequence[Coding]], Coding]
    cost: Callable[[Sequence[Question]], Cost] | None = None


@dataclass(frozen=True)
class Task:
    """What a strategy works on; `codes` are those that may be sent (leave-one-out).

    prompts: the templates by their step.
    """

    transcript: Transcript
    codes: Sequence[Code]
    settings: Settings
    prompts: Mapping[str, Prompt]
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
