"""Strategy `answers`: first what each answer holds, then a name and codes for each thought.

The first round asks about one answer of a participant at a time, with the question before it. The
second asks about one passage at a time, with the codes nearest to it, their definitions, and for
each a quote from another coded transcript.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from statistics import fmean
from typing import Any

from autocode.coding.nouns import Code, Coding, Quote
from autocode.coding.ranking import place_of, whole_passages
from autocode.propose.chunking import cut_long_sentences
from autocode.propose.code_fit import fit
from autocode.propose.consensus import voted
from autocode.propose.question import BEGINNING, Cost, Draft, Question, Round, Task, code_lines
from autocode.propose.reply_schema import (
    NEW_CODE,
    field_descriptions,
    finding_shape,
    naming_shape,
)
from autocode.propose.selection import candidates
from autocode.propose.strategies.single import Material
from autocode.propose.strategies.staged import name_prompt, named
from autocode.transcript.nouns import Span, Turn
from autocode.transcript.sentences import strip

FIND, NAME = "answers", "name"
# A thought takes about 40 tokens of reply, its name and codes up to 100.
FIND_TOKENS, NAME_TOKENS = 1000, 200
# Codes offered for a passage: enough for the right one to be among them, few enough to be read.
NEAREST = 12
# What stands before an answer or a passage and goes along, at most (characters).
BEFORE = 1500
# There are many answers: of the tokens for examples each may take this part.
_EXAMPLES = 4
# For the estimate of the second round: of what may be coded about so much is proposed, in passages
# of about so many characters.
_PROPOSED, _PASSAGE = 0.35, 350


def questions(task: Task) -> list[Question]:
    """One question per answer that may hold a thought; one that is very long in several."""
    shape, text, material = finding_shape(), task.transcript.text, Material(task)
    budget, count = task.settings.chunk_tokens, task.provider.count_tokens
    spans = cut_long_sentences(text, task.sentences, budget, count)
    asked: list[Question] = []
    for turn in task.transcript.turns:
        if not task.codes_turn(turn) or task.is_short(turn):
            continue
        for sentences in _within(task, turn, spans):
            number = len(asked) + 1
            shown = material.chosen([text[turn.start : turn.end]], _EXAMPLES)
            lines = [f"[{n}] {text[at.start : at.end].strip()}" for n, at in sentences.items()]
            values = material.values(code_lines(task.codes), shown, shape)
            values["context"] = _before(task, turn, min(at.start for at in sentences.values()))
            values["transcript"] = "\n".join([*task.labels(turn), *lines])
            asked.append(
                Question(
                    number=number,
                    step=FIND,
                    within=turn.span,
                    message=task.prompts[FIND].render(values),
                    shape=shape,
                    max_tokens=task.settings.reply_tokens or FIND_TOKENS,
                    read=partial(_thoughts, text, sentences),
                    context={"sentences": frozenset(sentences)},
                    codes=tuple(code.id for code in task.codes),
                    sentences=sentences,
                    values=values,
                    examples=tuple(shown),
                    example_tokens=count(values["examples"]) if shown else 0,
                )
            )
    return asked


def later(task: Task) -> list[Round]:
    """The second round: a name and codes for each passage."""
    return [Round(NAME, partial(_namings, task), partial(_named, task), partial(_cost, task))]


def _within(task: Task, turn: Turn, spans: Sequence[Span]) -> Iterator[dict[int, Span]]:
    """The sentences of a turn by their numbers, in as many parts as the budget asks for."""
    part, tokens = dict[int, Span](), 0
    for number, span in enumerate(spans, 1):
        if not span.overlaps(turn.span):
            continue
        place = span.within(turn.span)
        words = task.transcript.text[place.start : place.end]
        cost = task.provider.count_tokens(words)
        if part and tokens + cost > task.settings.chunk_tokens:
            yield part
            part, tokens = {}, 0
        if words.strip():
            part[number] = place
            tokens += cost
    if part:
        yield part


def _before(task: Task, turn: Turn, start: int) -> str:
    """The last question before an answer, with its speaker; of a long answer's later part, also
    how it began."""
    text, turns = task.transcript.text, task.transcript.turns
    question = next(
        (other for other in reversed(turns[: turn.number - 1]) if not task.codes_turn(other)), None
    )
    parts = []
    if question:
        said = text[question.start : question.end][-BEFORE:].strip()
        parts.append("\n".join([*task.labels(question), said]))
    if begun := text[turn.start : start][-BEFORE:].strip():
        parts.append(f"{turn.speaker or ''}:\n… {begun}")
    return "\n\n".join(parts) or BEGINNING


def _thoughts(text: str, sentences: dict[int, Span], reply: Any) -> list[Draft]:
    drafts = []
    for item in reply.quotes:
        span = strip(Span(sentences[item.first].start, sentences[item.last].end), text)
        drafts.append(
            Draft(
                span=span,
                words=text[span.start : span.end],
                open_code="",
                axial=(),
                new_code=None,
                rationale=f"holds {'an' if item.kind == 'experience' else 'a'} {item.kind}",
                salience=item.salience,
            )
        )
    return drafts


def _namings(task: Task, considered: Coding) -> list[Question]:
    text, line = task.transcript.text, Material(task).offer.line
    passages = [parts for parts in whole_passages(considered) if parts[0].span]
    spans = [strip(place_of(parts), text) for parts in passages]
    asked: list[Question] = []
    for parts, span, codes in zip(passages, spans, _nearest(task, spans), strict=True):
        shape = naming_shape([code.id for code in codes], task.max_codes, spaced=task.spaced)
        before = text[max(0, span.start - BEFORE // 2) : span.start].strip()
        offered = [*map(line, codes), f"- {NEW_CODE}"]
        asked.append(
            Question(
                number=len(asked) + 1,
                step=NAME,
                within=span,
                message=name_prompt(task, shape, span, before, offered),
                shape=shape,
                max_tokens=task.settings.reply_tokens or NAME_TOKENS,
                read=partial(named, text, span, proposal=parts[0].id),
                codes=tuple(code.id for code in codes),
            )
        )
    return asked


def _nearest(task: Task, spans: Sequence[Span]) -> list[list[Code]]:
    """The codes that fit each passage best, best first; all of them where they are few."""
    if len(task.codes) <= NEAREST or not spans:
        return [list(task.codes) for _ in spans]
    embedder = task.embedder()
    windows = candidates(task.transcript, task.sentences, task.settings.roles).windows(embedder)
    scores = fit(task.transcript, task.codes, spans, windows, embedder)
    order = (-scores).argsort(axis=1, kind="stable")[:, :NEAREST]
    return [[task.codes[i] for i in row] for row in order]


def _named(task: Task, considered: Coding, answers: Sequence[Coding]) -> Coding:
    """Everything considered with its names and codes, by the vote of the answers."""
    names: dict[str, list[Quote]] = {}
    for answer in answers:
        for quote in answer.quotes:
            names.setdefault(quote.id, []).append(quote)
    quotes = list[Quote]()
    for parts in whole_passages(considered):
        named = names.get(parts[0].id)
        if named:
            axial = voted(named, named[0], task.max_codes)
            name = {"open_code": named[0].open_code, "axial": axial, "note": named[0].note}
            quotes += [part.model_copy(update=name) for part in parts]
        else:
            quotes += parts
    known = {code.id: code for coding in (considered, *answers) for code in coding.codes}
    failures = [failure for coding in (considered, *answers) for failure in coding.failures]
    changes = {"quotes": quotes, "codes": list(known.values()), "failures": failures}
    return considered.model_copy(update=changes)


def _cost(task: Task, first: Sequence[Question]) -> Cost:
    count, codes, offer = task.provider.count_tokens, task.codes, Material(task).offer
    said = sum(span.length for question in first for span in question.sentences.values())
    passages = round(_PROPOSED * said / _PASSAGE)
    line = fmean(count(offer.line(code)) for code in codes) if codes else 0
    shape = naming_shape([], task.max_codes)
    values = dict.fromkeys(("context", "passage", "codes"), "") | {
        "fields": field_descriptions(shape), "max_codes": "2", "fence": task.fence,
    }  # fmt: skip
    frame = task.prompts[NAME].render(values)
    words = count(task.transcript.text[: _PASSAGE + BEFORE // 2])
    tokens = count(frame.system) + count(frame.user) + words + min(NEAREST, len(codes)) * line
    asked = passages * task.settings.runs
    return Cost(NAME, asked, round(asked * tokens), asked * NAME_TOKENS)
