"""Drafts -> a model's coding: quotes located, new codes named, nothing the model said dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autocode.coding.codebook import identifier
from autocode.coding.density import to_be_coded
from autocode.coding.grounding import MISSING, Grounder, Located
from autocode.coding.nouns import Code, CodedWith, Coder, Coding, Failure, Quote, TranscriptRef
from autocode.propose.question import Draft, Question
from autocode.propose.reply_schema import NEW_CODE, length_note
from autocode.transcript.nouns import Transcript

REFUSED = "stands in a turn that was not to be coded"


@dataclass(frozen=True)
class Outcome:
    """What came of a question: drafts, a failure, or both where only a part could be used."""

    drafts: Sequence[Draft] = ()
    failure: Failure | None = None


def coding_of(
    transcript: Transcript,
    coder: str,
    codes: Sequence[Code],
    outcomes: Mapping[int, tuple[Question, Outcome]],
    *,
    roles: Sequence[str],
    incomplete: str | None = None,
    grounder: Grounder | None = None,
) -> Coding:
    """What the model did with a transcript, as a coding; outcomes are keyed by question number.

    grounder: one of this text, where several codings are made of it.
    """
    building = _Building(
        transcript, {code.id: code for code in codes}, roles, grounder or Grounder(transcript.text)
    )
    for _, (question, outcome) in sorted(outcomes.items()):
        building.add(question, outcome)
    if building.failures and incomplete is None:
        incomplete = why_incomplete([outcome for _, outcome in outcomes.values()])
    return Coding(
        transcript=TranscriptRef.of(transcript),
        coder=Coder(id=coder, kind="model"),
        quotes=building.quotes,
        codes=list(building.used.values()),
        failures=building.failures,
        incomplete=incomplete,
    )


def why_incomplete(outcomes: Sequence[Outcome]) -> str:
    """How many questions failed, or were answered in part, as a sentence."""
    partly = sum(bool(outcome.failure and outcome.drafts) for outcome in outcomes)
    failed = sum(outcome.failure is not None for outcome in outcomes) - partly
    words = [f"{failed} of {len(outcomes)} questions failed"] * bool(failed)
    words += [f"{partly} of {len(outcomes)} answers could be used only in part"] * bool(partly)
    return ", ".join(words)


@dataclass
class _Building:
    """The parts of a coding as they come in, in the order of the transcript."""

    transcript: Transcript
    codebook: Mapping[str, Code]
    roles: Sequence[str]
    grounder: Grounder
    quotes: list[Quote] = field(default_factory=list)
    used: dict[str, CodedWith] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def add(self, question: Question, outcome: Outcome) -> None:
        if outcome.failure:
            self.failures.append(outcome.failure)
        for draft in outcome.drafts:
            self.quotes.append(self._quote(question, draft))

    def _quote(self, question: Question, draft: Draft) -> Quote:
        if draft.span is not None:
            located = Located(draft.span, "exact")
        else:
            taken = [quote.span for quote in self.quotes if quote.span is not None]
            located = self.grounder.locate(draft.words, within=question.within, taken=taken)
        touched = self.transcript.turns_of(located.span) if located.span else ()
        refused = not all(to_be_coded(self.transcript, turn, self.roles) for turn in touched)
        located = MISSING if refused else located
        length = length_note(draft.open_code) if draft.open_code else ""
        return Quote(
            **located.fields(draft.words, self.transcript),
            id=draft.proposal or f"q{len(self.quotes) + 1}",
            open_code=draft.open_code or None,
            axial=self._axial(draft),
            chunk=question.number,
            mapping="quote",
            rationale=draft.rationale,
            salience=draft.salience,
            critique=draft.critique,
            note="; ".join(filter(None, (REFUSED * refused, length))),
        )

    def _axial(self, draft: Draft) -> list[str]:
        """The ids of its codes; one that it misses and the codebook has is no new code."""
        label = " ".join((draft.new_code or "").split())
        missed, here = identifier(label), self.transcript.id
        if NEW_CODE in draft.axial and missed and missed not in self.codebook:
            new = CodedWith(id=missed, label=label, first_defined_in=here, defined_here=True)
            self.used.setdefault(missed, new)
        chosen = [missed if code == NEW_CODE else code for code in draft.axial]
        ids = list(dict.fromkeys(filter(None, chosen)))
        for id_ in ids:
            if id_ in self.codebook:
                self.used.setdefault(id_, CodedWith(**self.codebook[id_].model_dump()))
        return ids
