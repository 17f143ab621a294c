"""Strategy `staged`: embeddings select the passages, the model only names them and maps them.

Small models name a passage well and select passages near chance: so the selection is left to
`selection`, and each passage is one short question with the codes that are nearest to it.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from autocode.coding.nouns import Code
from autocode.errors import InputError, ModelError
from autocode.models.embedding import Embedder, Vectors
from autocode.propose.chunking import cut_long_sentences
from autocode.propose.question import Draft, Question, Task, code_line
from autocode.propose.reply_schema import NEW_CODE, field_descriptions, naming_shape
from autocode.propose.selection import (
    LONGEST,
    candidates,
    embed_windows,
    passages,
    salience,
    split_long,
)
from autocode.transcript.nouns import Span

# An open code, a few codes of the codebook and the name of a new one.
REPLY_TOKENS = 150
# A code is offered for a passage when its likeness stands out by so many standard deviations, and
# comes so close to that of the most alike code; at most NEAREST of them.
STANDS_OUT, CLOSE, NEAREST = 1.0, 0.3, 4
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
    _check_size(task.transcript.id, sum(map(len, sentences)))
    embedder = task.embedder()
    windows = embed_windows(text, sentences, embedder)
    scores = salience(sentences, windows, _topics(task), embedder)
    # In a very short interview one sentence may be more than the density allows.
    chosen = passages(sentences, scores, round(task.settings.density * len(text)))
    chosen = chosen or [[int(scores.argmax())]]
    selected = [
        Span(sentences[passage[0]].span.start, sentences[passage[-1]].span.end)
        for passage in split_long(text, sentences, chosen, embedder)
    ]
    nearest = _nearest(task, embedder, windows, selected)
    return [
        _question(task, number, span, codes)
        for number, (span, codes) in enumerate(zip(selected, nearest, strict=True), 1)
    ]


def _check_size(id: str, characters: int) -> None:
    if characters > MOST:
        raise InputError(
            f"{id} has {characters:,} characters to select passages from, which would take hours",
            hint="Is it one interview? Split the file, or use --strategy single.",
        )


def _topics(task: Task) -> list[str]:
    labels = [code.label or code.id.replace("_", " ") for code in task.codes]
    return labels or [task.settings.research_question] * bool(task.settings.research_question)


def _nearest(
    task: Task, embedder: Embedder, windows: Vectors, spans: Sequence[Span]
) -> list[list[Code]]:
    """Per passage the codes that are more like it than they are like the interview at large.

    Without that difference a general code ("data catalog") is near everything (hubness; Radovanović
    et al. 2010).
    """
    if not task.codes or not spans:
        return [[] for _ in spans]
    labels = embedder.embed([code_line(code) for code in task.codes], "query")
    texts = embedder.embed([task.transcript.text[s.start : s.end] for s in spans], "passage")
    usual = windows @ labels.T
    likeness = (texts @ labels.T - usual.mean(axis=0)) / max(float(usual.std()), 1e-9)
    return [[task.codes[i] for i in _standing_out(row)] for row in likeness]


def _standing_out(likeness: Vectors) -> list[int]:
    order = np.argsort(-likeness, kind="stable")[:NEAREST]
    least = max(STANDS_OUT, float(likeness[order[0]]) - CLOSE)
    return [int(i) for i in order if likeness[i] > least]


def _question(task: Task, number: int, span: Span, codes: Sequence[Code]) -> Question:
    shape = naming_shape([code.id for code in codes], task.settings.max_codes, spaced=task.spaced)
    text = task.transcript.text
    message = task.prompt.render(
        {
            "fields": field_descriptions(shape),
            "max_codes": str(task.settings.max_codes),
            "fence": task.fence,
            "context": _before(task, span),
            "passage": text[span.start : span.end],
            "codes": "\n".join([*(code_line(code) for code in codes), f"- {NEW_CODE}"]),
        }
    )
    _check_fit(task, message.system + message.user)
    read = partial(_draft, text, span)
    return Question(number, "name", span, message, shape, REPLY_TOKENS, read)


def _before(task: Task, span: Span) -> str:
    """The end of what was said before, from a word's beginning."""
    before = task.transcript.text[max(0, span.start - CONTEXT) : span.start].strip()
    if not before:
        return "(this is the beginning)"
    return before if len(before) < CONTEXT - 2 else f"… {before.partition(' ')[2]}"


def _check_fit(task: Task, prompt: str) -> None:
    context = task.provider.context_tokens
    if context is not None and task.provider.count_tokens(prompt) + REPLY_TOKENS > context:
        raise ModelError(
            f"a passage of {len(prompt)} characters with its prompt does not fit {context} tokens",
            hint="Shorten prompts/name.md, or use a model with a larger context.",
        )


def _draft(text: str, span: Span, reply: Any) -> list[Draft]:
    return [
        Draft(
            span=span,
            words=text[span.start : span.end],
            open_code=reply.open_code,
            axial=tuple(reply.axial),
            new_code=reply.new_code,
            rationale=None,
        )
    ]
