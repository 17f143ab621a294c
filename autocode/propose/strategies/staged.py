"""Strategy `staged`: embeddings select the passages, the model only names them and maps them.

Small models name a passage well and select passages near chance: so the selection is left to
`selection`, and each passage is one short question with the code that fits it best.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel

from autocode.coding.nouns import Code
from autocode.errors import InputError, ModelError
from autocode.models.embedding import Embedder, Vectors
from autocode.propose.chunking import cut_long_sentences
from autocode.propose.code_fit import fit
from autocode.propose.prompts import Message
from autocode.propose.question import BEGINNING, Draft, Question, Task, code_line
from autocode.propose.reply_schema import NEW_CODE, field_descriptions, naming_shape
from autocode.propose.salience import salience
from autocode.propose.selection import LONGEST, candidates, passages, split_long
from autocode.transcript.nouns import Span

# An open code, a few codes of the codebook and the name of a new one.
REPLY_TOKENS = 150
# The code that fits a passage best is offered when it stands out by so many standard deviations.
STANDS_OUT = 1.0
# Embedding takes about a second per 2,000 characters on two cores; an interview of three hours has
# 150,000 characters.
MOST = 1_000_000
# What stands before a passage and goes along, at most (characters).
CONTEXT = 200


def questions(task: Task) -> list[Question]:
    """One question per selected passage, in the order of the transcript.

    Raises:
        InputError: the text is too large to be embedded in reasonable time.
    """
    text = task.transcript.text
    # Captions without punctuation are one long sentence: no passage could begin or end in it.
    spans = cut_long_sentences(text, task.sentences, LONGEST, len)
    sentences = candidates(task.transcript, spans, task.settings.roles)
    if not sentences:
        return []
    if (characters := sum(span.length for span in sentences.spans)) > MOST:
        raise InputError(
            f"{task.transcript.id} has {characters:,} characters to select passages from, which "
            "would take hours",
            hint="Is it one interview? Split the file, or use --strategy single.",
        )
    embedder = task.embedder()
    windows = sentences.windows(embedder)
    question = task.settings.research_question
    topics = [code.words for code in task.codes]
    scores = salience(sentences, windows, topics or [question] * bool(question), embedder)
    # In a very short interview one sentence may be more than the density allows.
    density = task.settings.density or 1.0
    chosen = passages(sentences, scores, round(density * len(text)))
    chosen = chosen or [[int(scores.argmax())]]
    selected = [
        Span(sentences.spans[passage[0]].start, sentences.spans[passage[-1]].end)
        for passage in split_long(sentences, chosen, embedder)
    ]
    offered = _offered(task, embedder, windows, selected)
    return [
        _question(task, number, span, codes)
        for number, (span, codes) in enumerate(zip(selected, offered, strict=True), 1)
    ]


def _offered(
    task: Task, embedder: Embedder, windows: Vectors, spans: Sequence[Span]
) -> list[list[Code]]:
    """Per passage the code that fits it best, if one stands out.

    One alone, and no way out: small models choose among codes, or call one new, near chance.
    """
    if not task.codes or not spans:
        return [[] for _ in spans]
    scores = fit(task.transcript, task.codes, spans, windows, embedder)
    best = scores.argmax(axis=1)
    return [
        [task.codes[i]] if row[i] > STANDS_OUT else [] for row, i in zip(scores, best, strict=True)
    ]


def _question(task: Task, number: int, span: Span, codes: Sequence[Code]) -> Question:
    ids, closed = [code.id for code in codes], bool(codes)
    shape = naming_shape(ids, task.max_codes, spaced=task.spaced, closed=closed)
    text, context = task.transcript.text, task.provider.context_tokens
    lines = list(map(code_line, codes)) or [f"- {NEW_CODE}"]
    # The end of what was said before, from a word's beginning.
    before = text[max(0, span.start - CONTEXT) : span.start].strip()
    if len(before) >= CONTEXT - 2:
        before = f"… {before.partition(' ')[2]}"
    message = name_prompt(task, shape, span, before, lines)
    prompt = message.system + message.user
    reply = task.settings.reply_tokens or REPLY_TOKENS
    if context is not None and task.provider.count_tokens(prompt) + reply > context:
        raise ModelError(
            f"a passage of {len(prompt)} characters with its prompt does not fit {context} tokens",
            hint="Shorten prompts/name.md, or use a model with a larger context.",
        )
    read = partial(named, text, span)
    offered = tuple(code.id for code in codes)
    return Question(number, "name", span, message, shape, reply, read, codes=offered)


def name_prompt(
    task: Task, shape: type[BaseModel], span: Span, before: str, codes: Sequence[str]
) -> Message:
    """The prompt `name` for a passage; before: what was said before it, codes: as lines."""
    return task.prompts["name"].render(
        {
            "fields": field_descriptions(shape),
            "max_codes": str(task.max_codes),
            "fence": task.fence,
            "context": before or BEGINNING,
            "passage": task.transcript.text[span.start : span.end],
            "codes": "\n".join(codes),
        }
    )


def named(text: str, span: Span, reply: Any, proposal: str | None = None) -> list[Draft]:
    """A passage with the names and codes that a reply gives it; proposal: see `Draft`."""
    return [
        Draft(
            span=span,
            words=text[span.start : span.end],
            open_code=reply.open_code,
            axial=tuple(reply.axial),
            new_code=getattr(reply, "new_code", None),
            rationale=None,
            proposal=proposal,
        )
    ]
