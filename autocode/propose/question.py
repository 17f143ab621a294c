"""What a strategy works on, the questions it asks, and the drafts their replies become."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from autocode.coding.codebook import forest
from autocode.coding.density import to_be_coded
from autocode.coding.nouns import Code, Coding, Critique
from autocode.coding.strategies import STRATEGIES
from autocode.models.embedding import Embedder
from autocode.models.provider import Provider, Request, strict_schema
from autocode.propose.excerpts import Excerpt
from autocode.propose.habits import ANY_PART, Habits
from autocode.propose.precedents import Precedent
from autocode.propose.prompts import Message, Prompt, fence_for
from autocode.propose.reply_schema import is_spaced
from autocode.study import Settings
from autocode.text import one_line
from autocode.transcript.misattribution import UNCERTAIN, misattributions
from autocode.transcript.nouns import Span, Transcript, Turn
from autocode.transcript.sentences import sentences

# Shorter turns ("Yeah, exactly.") hold no thought of their own.
LEAST_WORDS, LEAST_CHARACTERS = 5, 10
# Stands in a prompt for what was said before, where nothing was.
BEGINNING = "(this is the beginning)"


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
    stand for; values: what its template was filled in with. examples: the
    excerpts of other transcripts it shows, and the tokens they take.
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
    examples: tuple[Excerpt, ...] = ()
    example_tokens: int = 0

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

    prompts: the templates by their step. precedents: other coded transcripts that a model may
    learn from; left_out: why others may not, in sentences.
    """

    transcript: Transcript
    codes: Sequence[Code]
    settings: Settings
    prompts: Mapping[str, Prompt]
    provider: Provider
    embedder: Callable[[], Embedder]
    precedents: Sequence[Precedent] = ()
    left_out: Sequence[str] = ()

    @cached_property
    def sentences(self) -> list[Span]:
        return sentences(self.transcript.text)

    @cached_property
    def fence(self) -> str:
        """A line around what is data; nothing that goes along as data holds it."""
        data = [precedent.transcript for precedent in self.precedents]
        speakers = {turn.speaker or "" for it in (self.transcript, *data) for turn in it.turns}
        others = (other.text for other in data)
        return fence_for(self.transcript.text, *others, *speakers, *map(code_line, self.codes))

    @cached_property
    def spaced(self) -> bool:
        return is_spaced(self.transcript.text)

    @property
    def question(self) -> str:
        return self.settings.research_question or "(not stated: code what matters to the speakers)"

    @cached_property
    def habits(self) -> Habits | None:
        """How the researchers of this study code, where other transcripts show it."""
        return Habits.of(self.precedents) if self.precedents else None

    @property
    def habits_told(self) -> list[str]:
        """The habits as lines of a prompt; without any, what is usual."""
        if self.habits:
            return self.habits.lines()
        return [
            "- No other transcript of this study is coded yet. A passage usually has one to eight "
            f"sentences; {ANY_PART}"
        ]

    @property
    def max_codes(self) -> int:
        """The most axial codes for a passage: as set, else as in the study's own coding."""
        shown = self.habits.most_codes if self.habits else 0
        strategy = STRATEGIES.get(self.settings.strategy or "")
        return self.settings.max_codes or max(strategy.max_codes if strategy else 0, shown)

    @cached_property
    def _doubtful(self) -> frozenset[int]:
        return frozenset(misattributions(self.transcript))

    def labels(self, turn: Turn) -> list[str]:
        """The line that says whose turn of the transcript this is; none where nobody is named.

        Where the label is in doubt (see `transcript.misattribution`) the line says so.
        """
        doubt = f" {UNCERTAIN}" if turn.number in self._doubtful else ""
        return [f"{turn.speaker}:{doubt}"] if turn.speaker else []

    def is_short(self, turn: Turn) -> bool:
        """Whether a turn ("Yeah, exactly.") is too short to hold a thought of its own."""
        said = self.transcript.text[turn.start : turn.end].strip()
        return len(said.split()) < LEAST_WORDS if self.spaced else len(said) < LEAST_CHARACTERS

    def codes_turn(self, turn: Turn) -> bool:
        """Whether this turn is to be coded (see `density.to_be_coded`)."""
        return to_be_coded(self.transcript, turn, self.settings.roles)


def code_lines(codes: Sequence[Code]) -> list[str]:
    """The codes as lines of a prompt, children indented under their parents."""
    return ["  " * depth + code_line(code) for depth, code in forest(codes)]


def code_line(code: Code) -> str:
    """One code as a line of a prompt: `- id: Label (kind) — definition`."""
    kind = f" ({code.kind})" if code.kind else ""
    definition = f" — {code.definition}" if code.definition else ""
    return one_line(f"- {code.id}: {code.words}{kind}{definition}")
