"""Strategy `single`: one question per chunk; the model marks passages and codes them at once.

Sentences are numbered and the model answers with numbers, so quotes are verbatim by construction
and cost few tokens; with `anchor = "verbatim"` it copies words, which are then located.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, partial
from typing import Any

from autocode.coding.nouns import Code
from autocode.errors import ModelError
from autocode.propose.ask import FRAME_TOKENS
from autocode.propose.chunking import CONTEXT_SHARE, Chunk, chunks, cut_long_sentences
from autocode.propose.examples import Examples, shared_first
from autocode.propose.excerpts import Excerpt, excerpts
from autocode.propose.offer import Offer, quotes_of
from autocode.propose.question import BEGINNING, Draft, Question, Task
from autocode.propose.reply_schema import NEW_CODE, field_descriptions, marking_shape
from autocode.transcript.nouns import Span, Transcript, Turn
from autocode.transcript.sentences import strip

# A marked passage takes about 110 tokens of reply; a chunk of 3,000 tokens holds some dozen.
REPLY_TOKENS = 2000
# Below this a chunk holds hardly a turn, and the prompt outweighs what is asked about.
LEAST_BUDGET = 200
# Of a small context codes and examples may each take this part.
SMALL_SHARE = 4

# Chunks that are offered the same codes share their shape: to make one takes milliseconds.
_marking_shape = lru_cache(maxsize=32)(marking_shape)


def questions(task: Task) -> list[Question]:
    """One question per chunk that holds sentences to mark, beside short remarks.

    Raises:
        ModelError: prompt, codebook and reply leave no room for text in the model's context.
    """
    settings, count = task.settings, cache(task.provider.count_tokens)
    material = Material(task)
    budget, reply = _room(task, material)
    spans = cut_long_sentences(task.transcript.text, task.sentences, budget, count)
    parts = chunks(task.transcript, spans, budget, count, settings.context_sentences)
    marked = {chunk.number: _to_mark(task, chunk, spans) for chunk in parts}
    asked = [c for c in parts if not all(map(task.is_short, marked[c.number].values()))]
    said = [_parts(task.transcript, chunk, marked[chunk.number]) for chunk in asked]
    shown = shared_first([material.chosen(turns) for turns in said])
    return [
        _question(material, chunk, spans, marked[chunk.number], reply, turns, excerpts_)
        for chunk, turns, excerpts_ in zip(asked, said, shown, strict=True)
    ]


@dataclass(frozen=True)
class Material:
    """What goes along with every chunk of a task: codes, examples, habits."""

    task: Task

    @cached_property
    def offer(self) -> Offer:
        task = self.task
        return Offer(
            task.codes,
            quotes_of(task.codes, task.precedents),
            self._share(task.settings.codebook_tokens),
            task.provider.count_tokens,
            task.embedder,
        )

    @cached_property
    def examples(self) -> Examples:
        task = self.task
        pool = excerpts(task.precedents, coded=bool(task.codes))
        cost = lambda excerpt: task.provider.count_tokens(self._shown(excerpt))  # noqa: E731
        turns = filter(task.codes_turn, task.transcript.turns)
        said = [task.transcript.text[turn.start : turn.end] for turn in turns]
        return Examples(pool, said, task.embedder, cost)

    @property
    def example_tokens(self) -> int:
        """Tokens that the examples of a request may take."""
        return self._share(self.task.settings.example_tokens) if self.task.precedents else 0

    def _share(self, wanted: int) -> int:
        context = self.task.provider.context_tokens
        return wanted if context is None else min(wanted, context // SMALL_SHARE)

    def chosen(self, parts: Sequence[str], requests: int = 1) -> list[Excerpt]:
        """The excerpts of other transcripts that are likest to the turns asked about.

        requests: so many share the tokens for examples.
        """
        if not self.task.precedents:
            return []
        wanted = self.task.settings.examples
        most = wanted if isinstance(wanted, int) else None
        return self.examples.chosen(parts, self.example_tokens // requests, most)

    def values(self, lines: Sequence[str], shown: Sequence[Excerpt], shape: Any) -> dict[str, str]:
        """What fills a prompt but text and context; lines: of the codes, shape: of the reply."""
        task = self.task
        return {
            "research_question": task.question,
            "habits": "\n".join(task.habits_told),
            "codebook": "\n".join([*lines, f"- {NEW_CODE}"]),
            "fields": field_descriptions(shape),
            "examples": "\n\n".join(map(self._shown, shown)) or "(there are none)",
            "max_codes": str(task.max_codes),
            "fence": task.fence,
        }

    @property
    def tokens(self) -> int:
        """The most that a prompt takes without the text of its chunk."""
        count = self.task.provider.count_tokens
        values = self.values([], [], self.shape(self.task.codes))
        frame = self.task.prompts["single"].render(values | {"context": "", "transcript": ""})
        return count(frame.system + frame.user) + self.offer.tokens + self.example_tokens

    def shape(self, codes: Sequence[Code]) -> Any:
        """The reply, when these codes are offered."""
        ids, task = tuple(code.id for code in codes), self.task
        return _marking_shape(ids, task.max_codes, task.settings.anchor, spaced=task.spaced)

    def _shown(self, excerpt: Excerpt) -> str:
        coded = bool(self.task.codes)
        return excerpt.shown(self.task.fence, self.task.settings.anchor, coded=coded)


def _question(
    material: Material,
    chunk: Chunk,
    spans: Sequence[Span],
    marked: dict[int, Turn],
    reply: int,
    said: Sequence[str],
    shown: Sequence[Excerpt],
) -> Question:
    task, within = material.task, Span(chunk.start, chunk.end)
    codes, lines = material.offer.to(said)
    shape = material.shape(codes)
    values = material.values(lines, shown, shape)
    values["context"] = _context(task, chunk.context)
    values["transcript"] = _numbered(task, chunk, spans, marked)
    return Question(
        number=chunk.number,
        step="single",
        within=within,
        message=task.prompts["single"].render(values),
        shape=shape,
        max_tokens=reply,
        read=partial(_drafts, task, spans, marked),
        context={"sentences": frozenset(marked)},
        codes=tuple(code.id for code in codes),
        sentences={n: spans[n - 1].within(turn.span) for n, turn in marked.items()},
        values=values,
        examples=tuple(shown),
        example_tokens=task.provider.count_tokens(values["examples"]) if shown else 0,
    )


def _parts(transcript: Transcript, chunk: Chunk, marked: dict[int, Turn]) -> list[str]:
    """The words of the turns that a chunk is asked about, as far as they stand in it."""
    turns = {turn.number: turn for turn in marked.values()}.values()
    return [
        transcript.text[max(turn.start, chunk.start) : min(turn.end, chunk.end)] for turn in turns
    ]


def _context(task: Task, spans: Sequence[Span]) -> str:
    """What was said before, under its speakers; `…` stands for what is left out."""
    transcript, lines = task.transcript, list[str]()
    for span in spans:
        lines += ["…"] if lines or span.start > 0 else []
        for turn in transcript.turns:
            if turn.span.overlaps(span):
                words = transcript.text[max(turn.start, span.start) : min(turn.end, span.end)]
                lines += [*task.labels(turn), words.strip()]
    return "\n".join(lines) or BEGINNING


def _room(task: Task, material: Material) -> tuple[int, int]:
    """Tokens for the text of a chunk, and for its reply."""
    context, reply = task.provider.context_tokens, task.settings.reply_tokens or REPLY_TOKENS
    if context is None:
        return task.settings.chunk_tokens, reply
    reply = min(reply, context // 4)
    # Numbers and speaker labels add about a fifth to the text; a chat template adds a little.
    left = context - reply - material.tokens - FRAME_TOKENS
    room = int(left / 1.2 / (1 + 1 / CONTEXT_SHARE))
    if room < LEAST_BUDGET:
        raise ModelError(
            f"prompt and codebook leave {max(0, room)} of {context} tokens for the transcript",
            hint="Use --no-codebook, --examples none, a shorter prompt, or a model with a larger "
            "context.",
        )
    return min(task.settings.chunk_tokens, room), reply


def _to_mark(task: Task, chunk: Chunk, spans: Sequence[Span]) -> dict[int, Turn]:
    """The numbers of the sentences that may be marked, each with its turn."""
    marked = {}
    turns = [turn for turn in chunk.turns if task.codes_turn(turn)]
    for number in chunk.sentences:
        span = spans[number - 1]
        turn = next((turn for turn in turns if turn.span.overlaps(span)), None)
        if turn is not None and task.transcript.text[span.start : span.end].strip():
            marked[number] = turn
    return marked


def _numbered(task: Task, chunk: Chunk, spans: Sequence[Span], marked: dict[int, Turn]) -> str:
    """The chunk as the model sees it: speakers, and numbers on the sentences it may mark."""
    lines = []
    for turn in chunk.turns:
        lines += task.labels(turn)
        for number in chunk.sentences:
            span = spans[number - 1]
            words = task.transcript.text[max(span.start, turn.start) : min(span.end, turn.end)]
            if words.strip():
                label = f"[{number}] " if number in marked else ""
                lines.append(label + words.strip())
        lines.append("")
    return "\n".join(lines).strip()


def _drafts(task: Task, spans: Sequence[Span], marked: dict[int, Turn], reply: Any) -> list[Draft]:
    drafts = []
    for item in reply.quotes:
        shared = {
            "open_code": item.open_code,
            "axial": tuple(item.axial),
            "new_code": item.new_code,
            "rationale": item.rationale,
            "salience": item.salience,
        }
        if task.settings.anchor == "verbatim":
            drafts.append(Draft(span=None, words=item.quote, **shared))
            continue
        for span in _by_turn(task.transcript.text, spans, marked, item.first, item.last):
            words = task.transcript.text[span.start : span.end]
            drafts.append(Draft(span=span, words=words, **shared))
    return drafts


def _by_turn(
    text: str, spans: Sequence[Span], marked: dict[int, Turn], first: int, last: int
) -> list[Span]:
    """The sentences first to last as one span per turn: what others said between is left out."""
    runs: dict[int, Span] = {}
    for number in range(first, last + 1):
        turn = marked.get(number)
        if turn is not None:
            span = spans[number - 1].within(turn.span)
            start = runs[turn.number].start if turn.number in runs else span.start
            runs[turn.number] = Span(start, span.end)
    return [strip(span, text) for span in runs.values()]
