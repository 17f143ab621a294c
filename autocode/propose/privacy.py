"""What goes to a server under `privacy = "redacted"`, and the coding that comes back.

The task is rewritten before anything is asked of it: transcript, speakers, codes, research question
and an edited prompt, so that chunks, contexts, schemas and embeddings are made of redacted text
alone. What comes back is a coding of the redacted text; it is moved onto the original.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from autocode.coding.codebook import identifier
from autocode.coding.nouns import Code, Coding, Quote, TranscriptRef
from autocode.errors import AutocodeError
from autocode.models.provider import Provider
from autocode.models.runtimes import runtime_of
from autocode.propose.precedents import Precedent
from autocode.propose.prompts import Prompt, default_prompt, outside_placeholders
from autocode.propose.question import Task
from autocode.redaction.decisions import redaction_of
from autocode.redaction.names import Names
from autocode.redaction.redaction import Redaction
from autocode.study import Study

T = TypeVar("T", bound=Task)


@dataclass(frozen=True)
class Disguise:
    """How the task of a run was rewritten: its text, and its codes by the ids they are sent as."""

    redaction: Redaction
    codes: dict[str, Code]

    def lifted(self, coding: Coding) -> Coding:
        """A coding of the redacted text as a coding of the original.

        Codes have their ids again; open codes and rationales stay as the model wrote them.
        """
        codes = [
            code.model_copy(update=self.codes[code.id].model_dump())
            if code.id in self.codes
            else code
            for code in coding.codes
        ]
        quotes = [self._lifted(quote) for quote in coding.quotes]
        about = TranscriptRef.of(self.redaction.original)
        return coding.model_copy(update={"transcript": about, "quotes": quotes, "codes": codes})

    def _lifted(self, quote: Quote) -> Quote:
        axial, critique = self._ids(quote.axial), quote.critique
        if critique is not None and critique.axial is not None:
            critique = critique.model_copy(update={"axial": self._ids(critique.axial)})
        codes = {"axial": axial, "critique": critique}
        if quote.span is None:
            return quote.model_copy(update=codes)
        span = self.redaction.to_original(quote.span)
        text = self.redaction.original.text[span.start : span.end]
        whole = self.redaction.to_redacted(span)
        read = self.redaction.redacted.text[whole.start : whole.end]
        return quote.model_copy(
            update=codes
            | {
                "start": span.start,
                "end": span.end,
                "text": text,
                "as_read": read if read != text else None,
                "as_written": quote.as_written or (quote.text if quote.text != read else None),
            }
        )

    def _ids(self, codes: Sequence[str]) -> list[str]:
        return [self.codes[id_].id if id_ in self.codes else id_ for id_ in codes]


def disguised(study: Study, task: Task) -> tuple[Task, Disguise | None]:
    """The task as it may be sent; a model in this process reads everything as it is.

    A server on this machine is a server: it may hand on what it gets. Other coded transcripts that
    have not been redacted are no examples.

    Raises:
        AutocodeError: the transcript has not been redacted, or not as text and names are now.
    """
    if not is_redacted(study, task.provider):
        return task, None
    redaction, names = redaction_of(study, task.transcript), Names.of(study)
    codes = dict(codes_by_id(task.codes, names))
    others, left_out = _precedents(study, task.precedents, codes, names)
    sent = replace(
        without_names(task, codes, names),
        transcript=redaction.redacted,
        precedents=others,
        left_out=[*task.left_out, *left_out],
    )
    return sent, Disguise(redaction, codes)


def is_redacted(study: Study, provider: Provider) -> bool:
    """Whether what is sent to a model is redacted first."""
    return study.settings.privacy == "redacted" and not runtime_of(provider.name).here


def without_names(task: T, codes: Mapping[str, Code], names: Names) -> T:
    """A task with `codes` by the ids they are sent as, and no name in them, nor in its prompts."""
    question = names.replace(task.settings.research_question)
    sent = [
        Code(
            id=id_,
            label=names.replace(code.label or "") or None,
            kind=names.replace(code.kind or "") or None,
            definition=names.replace(code.definition or "") or None,
        )
        for id_, code in codes.items()
    ]
    return replace(
        task,
        codes=sent,
        settings=task.settings.model_copy(update={"research_question": question}),
        prompts={step: _sent_prompt(prompt, names) for step, prompt in task.prompts.items()},
    )


def _precedents(
    study: Study, precedents: Sequence[Precedent], codes: dict[str, Code], names: Names
) -> tuple[list[Precedent], list[str]]:
    """The precedents as they may be sent: redacted text, and codes by the ids they are sent as."""
    ids = {code.id: id_ for id_, code in codes.items()}
    kept, left_out = [], []
    for precedent in precedents:
        try:
            redaction = redaction_of(study, precedent.transcript)
        except AutocodeError as error:
            left_out.append(f"{precedent.transcript.id} is no example: {error.what}")
            continue
        text, quotes = redaction.redacted.text, []
        for quote in precedent.coding.located():
            if quote.span is None:
                continue
            span = redaction.to_redacted(quote.span)
            change = {
                "start": span.start,
                "end": span.end,
                "text": text[span.start : span.end],
                "open_code": names.replace(quote.open_code or "") or None,
                "axial": [ids[code] for code in quote.axial],
            }
            quotes.append(quote.model_copy(update=change))
        coding = precedent.coding.model_copy(update={"quotes": quotes})
        kept.append(replace(precedent, transcript=redaction.redacted, coding=coding))
    return kept, left_out


def codes_by_id(codes: Sequence[Code], names: Names) -> Iterable[tuple[str, Code]]:
    """Each code by an id that names nobody."""
    taken = {code.id for code in codes}
    for code in codes:
        id_ = code.id
        if (hidden := names.replace(id_, any_case=True)) != id_:  # ids are in lower case
            id_ = identifier(hidden)
            while id_ in taken:
                id_ += "_"
            taken.add(id_)
        yield id_, code


def _sent_prompt(prompt: Prompt, names: Names) -> Prompt:
    """A template that the researcher has edited, without names; ours names nobody."""
    if prompt.text.encode() == default_prompt(prompt.step):
        return prompt
    system, user, text = (
        outside_placeholders(part, names.replace)
        for part in (prompt.system, prompt.user, prompt.text)
    )
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return replace(prompt, system=system, user=user, text=text, sha256=sha256)
