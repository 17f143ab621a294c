"""The critic: a second question per chunk, which keeps, trims, drops or recodes each proposal.

What it changed and why stands with each passage (`Quote.critique`); what it dropped stays among
what was considered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, create_model

from autocode.coding.nouns import Coding, Critique, Quote
from autocode.coding.ranking import place_of, whole_passages
from autocode.coding.strategies import CRITIC, TEMPLATES
from autocode.propose.question import Cost, Draft, Question, Round, Task
from autocode.propose.reply import out_of_range
from autocode.propose.reply_schema import NEW_CODE, field_descriptions
from autocode.text import one_line
from autocode.transcript.nouns import Span
from autocode.transcript.sentences import strip

# A verdict with its reason takes about 60 tokens.
REPLY_TOKENS = 2000
# What the proposals add to a request before they are known: a passage of some 80 tokens takes a
# line of 50, and a model that may be generous marks about a third of a chunk.
_LINES = 0.2


def second_look(task: Task, asked: Callable[[], Sequence[Question]]) -> Round:
    """The critic's round; `asked` are the questions of the first, whose text it looks at again."""
    shape = _shape([code.id for code in task.codes], task.max_codes)
    return Round(
        CRITIC,
        partial(_questions, task, asked),
        partial(_settled, task.transcript.text),
        partial(_cost, task, shape),
    )


@dataclass(frozen=True)
class _Proposal:
    """A passage in its parts, and the numbers of its first and last sentence."""

    parts: Sequence[Quote]
    first: int
    last: int

    @property
    def span(self) -> Span:
        return place_of(self.parts)

    @property
    def core(self) -> Quote:
        return max(self.parts, key=lambda part: (part.support or 1, len(part.text)))

    def line(self, number: int) -> str:
        core = self.core
        salience = f"{core.salience} of 5" if core.salience else ""
        parts = [
            f"{number}. [{self.first}] to [{self.last}]", core.open_code or "",
            ", ".join(core.axial) or "no axial code", salience, core.rationale or "",
        ]  # fmt: skip
        return one_line(" | ".join(part for part in parts if part))


def _questions(
    task: Task, asked: Callable[[], Sequence[Question]], considered: Coding
) -> list[Question]:
    passages = [parts for parts in whole_passages(considered) if parts[0].span]
    questions = []
    for question in asked():
        proposals = list[_Proposal]()
        for parts in passages:
            span = place_of(parts)
            marked = [number for number, at in question.sentences.items() if at.overlaps(span)]
            if marked and parts[0].chunk == question.number:
                proposals.append(_Proposal(parts, min(marked), max(marked)))
        if proposals:
            lines = [proposal.line(number) for number, proposal in enumerate(proposals, 1)]
            shape = _shape(question.codes, task.max_codes)
            values = _values(question, shape) | {"proposals": "\n".join(lines)}
            questions.append(
                Question(
                    number=question.number,
                    step=CRITIC,
                    within=question.within,
                    message=task.prompts[CRITIC].render(values),
                    shape=shape,
                    max_tokens=REPLY_TOKENS,
                    read=partial(_drafts, task.transcript.text, question.sentences, proposals),
                    context={"proposals": len(proposals)},
                    codes=question.codes,
                )
            )
    return questions


def _values(question: Question, shape: type[BaseModel]) -> dict[str, str]:
    # The first round of some strategies fills in less than the critic may be told.
    unknown = dict.fromkeys(TEMPLATES[CRITIC], "(there are none)")
    told = {"fields": field_descriptions(shape), "proposals": ""}
    return {**unknown, **question.values, **told}


def _cost(task: Task, shape: type[BaseModel], asked: Sequence[Question]) -> Cost:
    count, tokens = task.provider.count_tokens, 0
    for question in asked:
        message = task.prompts[CRITIC].render(_values(question, shape))
        lines = round(_LINES * count(question.values["transcript"]))
        tokens += count(message.system) + count(message.user) + lines
    return Cost(CRITIC, len(asked), tokens, REPLY_TOKENS * len(asked))


def _drafts(
    text: str, sentences: Mapping[int, Span], proposals: Sequence[_Proposal], reply: Any
) -> list[Draft]:
    """A verdict on each proposal that the critic speaks of; the first one counts."""
    drafts: dict[int, Draft] = {}
    for verdict in reply.quotes:
        if verdict.proposal in drafts:
            continue
        proposal = proposals[verdict.proposal - 1]
        core, span = proposal.core, proposal.span
        if verdict.verdict == "trim" and verdict.first and verdict.last:
            stays = [
                place
                for number, place in sentences.items()
                if verdict.first <= number <= verdict.last and place.overlaps(span)
            ]
            if stays:
                span = span.within(Span(stays[0].start, stays[-1].end))
        span = strip(span, text)
        axial = core.axial if verdict.axial is None else verdict.axial
        drafts[verdict.proposal] = Draft(
            span=span,
            words=text[span.start : span.end],
            open_code=verdict.open_code or core.open_code or "",
            axial=tuple(axial),
            new_code=verdict.new_code,
            rationale=core.rationale,
            proposal=proposal.parts[0].id,
            critique=Critique(verdict=verdict.verdict, reason=verdict.reason),
        )
    return list(drafts.values())


def _settled(text: str, considered: Coding, answers: Sequence[Coding]) -> Coding:
    """Everything considered, with the critic's verdicts carried out."""
    verdicts = {quote.id: quote for answer in answers for quote in answer.quotes}
    quotes = list[Quote]()
    for parts in whole_passages(considered):
        verdict = verdicts.get(parts[0].id)
        quotes += _judged(text, parts, verdict) if verdict else parts
    known = {code.id: code for code in considered.codes}
    for answer in answers:
        known |= {code.id: code for code in answer.codes if code.id not in known}
    failures = [*considered.failures, *(f for answer in answers for f in answer.failures)]
    changes = {"quotes": quotes, "codes": list(known.values()), "failures": failures}
    return considered.model_copy(update=changes)


def _judged(text: str, parts: Sequence[Quote], verdict: Quote) -> list[Quote]:
    """The parts of a passage under a verdict: what was done, whatever it was called."""
    critique, kept = verdict.critique, verdict.span
    if critique is None or kept is None:
        return list(parts)
    if critique.verdict == "drop":
        return [part.model_copy(update={"critique": critique}) for part in parts]
    whole = strip(place_of(parts), text)
    trimmed, judged = kept != whole, list[Quote]()
    for part in parts:
        codes = {"open_code": verdict.open_code, "axial": verdict.axial}
        recoded = {k: getattr(part, k) for k, new in codes.items() if getattr(part, k) != new}
        done: Literal["trim", "recode", "keep"] = (
            "trim" if trimmed else "recode" if recoded else "keep"
        )
        told = Critique(verdict=done, reason=critique.reason, **recoded)
        for id_, span, inside in _cut(part, kept, trimmed=trimmed):
            about = codes | {"critique": told}
            if not inside:
                about = {"critique": Critique(verdict="drop", reason=critique.reason)}
            place = {"start": span.start, "end": span.end, "text": text[span.start : span.end]}
            before = {"id": id_, "follows": judged[-1].id if judged else part.follows}
            judged.append(part.model_copy(update=place | before | about))
    return judged


def _cut(part: Quote, kept: Span, *, trimmed: bool) -> list[tuple[str, Span, bool]]:
    """A part before, within and behind what is kept: an id, the place, whether it is within."""
    start, end = part.start or 0, part.end or 0
    first, last = max(start, kept.start), min(end, kept.end)
    if not trimmed or first >= last:
        return [(part.id, Span(start, end), not trimmed)]
    pieces = [
        (f"{part.id}a", Span(start, first), False),
        (part.id, Span(first, last), True),
        (f"{part.id}b", Span(last, end), False),
    ]
    return [piece for piece in pieces if piece[1].start < piece[1].end]


def _shape(codes: Sequence[str], max_codes: int) -> type[BaseModel]:
    """The reply: `quotes`, one verdict each; validated with `context={"proposals": number}`."""
    choice = Literal[*codes, NEW_CODE]  # type: ignore[valid-type]
    axial = Annotated[list[choice], Field(max_length=max_codes)]
    left = "trim: number of the {} sentence that stays; else null"
    fields: dict[str, Any] = {
        "proposal": (
            Annotated[int, AfterValidator(_proposed)],
            Field(description="number of the proposal"),
        ),
        "reason": (str, Field(description="why, in at most 20 words")),
        "verdict": (
            Literal["keep", "trim", "drop", "recode"], Field(description="what to do with it"),
        ),
        "first": (
            int | None, Field(description=left.format("first")),
        ),
        "last": (
            int | None, Field(description=left.format("last")),
        ),
        "open_code": (
            str | None, Field(description="another open code of 2 to 6 words; null to leave it"),
        ),
        "axial": (
            axial | None,
            Field(description="other codes of the codebook, best first; null to leave them"),
        ),
        "new_code": (
            str | None,
            Field(description=f'a name for the category you miss with "{NEW_CODE}"; else null'),
        ),
    }  # fmt: skip
    item = create_model("Verdict", **fields)
    verdicts = Field(description="One entry per proposal, in their order.")
    return create_model("Verdicts", quotes=(list[item], verdicts))  # type: ignore[valid-type]


def _proposed(number: int, info: ValidationInfo) -> int:
    proposals = (info.context or {}).get("proposals", number)
    if not 0 < number <= proposals:
        raise out_of_range(f"there is no proposal {number} (1 to {proposals})")
    return number
