"""Strategy `single`: one question per chunk; the model marks passages and codes them at once.

Sentences are numbered and the model answers with numbers, so quotes are verbatim by construction
and cost few tokens; with `anchor = "verbatim"` it copies words, which are then located.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from autocode.errors import ModelError
from autocode.propose.chunking import Chunk, chunks, cut_long_sentences
from autocode.propose.question import Draft, Question, Task, code_lines
from autocode.propose.reply_schema import NEW_CODE, field_descriptions, marking_shape
from autocode.transcript.nouns import Span, Turn
from autocode.transcript.sentences import strip

# A marked passage takes about 110 tokens of reply; a chunk of 3,000 tokens holds some dozen.
REPLY_TOKENS = 2000
# Below this a chunk holds hardly a turn, and the prompt outweighs what is asked about.
LEAST_BUDGET = 200


def questions(task: Task) -> list[Question]:
    """One question per chunk that holds sentences to mark.

    Raises:
        ModelError: prompt, codebook and reply leave no room for text in the model's context.
    """
    settings, count = task.settings, task.provider.count_tokens
    codes = [code.id for code in task.codes]
    shape = marking_shape(codes, settings.max_codes, settings.anchor, spaced=task.spaced)
    values = _values(task, field_descriptions(shape))
    frame = task.prompts["single"].render(values | {"context": "", "transcript": ""})
    budget, reply = _room(task, frame.system + frame.user)
    spans = cut_long_sentences(task.transcript.text, task.sentences, budget, count)
    parts = chunks(task.transcript, spans, budget, count, settings.context_sentences)
    marked = {chunk.number: _to_mark(task, chunk, spans) for chunk in parts}
    filled = {
        chunk.number: values | _about(task, chunk, spans, marked[chunk.number]) for chunk in parts
    }
    return [
        Question(
            number=chunk.number,
            step="single",
            within=Span(chunk.start, chunk.end),
            message=task.prompts["single"].render(filled[chunk.number]),
            shape=shape,
            max_tokens=reply,
            read=partial(_drafts, task, spans, marked[chunk.number]),
            context={"sentences": frozenset(marked[chunk.number])},
            codes=tuple(code.id for code in task.codes),
            sentences={n: _within(spans[n - 1], turn) for n, turn in marked[chunk.number].items()},
            values=filled[chunk.number],
        )
        for chunk in parts
        if marked[chunk.number]
    ]


def _about(
    task: Task, chunk: Chunk, spans: Sequence[Span], marked: dict[int, Turn]
) -> dict[str, str]:
    """The chunk and what was said before it, as its question has them."""
    context, text = "(this is the beginning)", task.transcript.text
    if before := chunk.context:
        context = text[before.start : before.end].strip()
    return {"context": context, "transcript": _numbered(task, chunk, spans, marked)}


def _values(task: Task, fields: str) -> dict[str, str]:
    return {
        "research_question": task.question,
        "codebook": "\n".join([*code_lines(task.codes), f"- {NEW_CODE}"]),
        "fields": fields,
        "max_codes": str(task.settings.max_codes),
        "fence": task.fence,
    }


def _room(task: Task, frame: str) -> tuple[int, int]:
    """Tokens for the text of a chunk, and for its reply."""
    context, reply = task.provider.context_tokens, task.settings.reply_tokens or REPLY_TOKENS
    if context is None:
        return task.settings.chunk_tokens, reply
    reply = min(reply, context // 4)
    # Numbers and speaker labels add about a fifth to the text; a chat template adds a little.
    room = int((context - reply - task.provider.count_tokens(frame) - 64) / 1.2)
    if room < LEAST_BUDGET:
        raise ModelError(
            f"prompt and codebook leave {max(0, room)} of {context} tokens for the transcript",
            hint="Use --no-codebook, a shorter prompt, or a model with a larger context.",
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
        if turn.speaker:
            lines.append(f"{turn.speaker}:")
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
            span = _within(spans[number - 1], turn)
            start = runs[turn.number].start if turn.number in runs else span.start
            runs[turn.number] = Span(start, span.end)
    return [strip(span, text) for span in runs.values()]


def _within(sentence: Span, turn: Turn) -> Span:
    return Span(max(sentence.start, turn.start), min(sentence.end, turn.end))
