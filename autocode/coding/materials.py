"""What is compared of each transcript: codings and their files, and whether that may be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from autocode.coding.nouns import Coding
from autocode.coding.sources import Source, way_on
from autocode.errors import InputError
from autocode.transcript.nouns import Transcript

# Why a coding is in the comparison: the panel's first and further coders, a further human for the
# ceiling, a further run of the same model.
Part = Literal["reference", "other", "human", "run"]
# A human coding of which this share of the quotes is a run's, place and codes, may be its copy;
# fewer quotes than these may be alike by chance.
NEARLY_ALL, FEW = 0.95, 5


@dataclass(frozen=True)
class Material:
    """What is compared of one transcript.

    codings: the reference first, then one or more others. transcript: None where it is not at
    hand; what needs turns or text is then None with the reason. runs: further runs of the model
    in `codings[1]`. humans: further human codings, for the human-human ceiling. notes: sentences
    a reader of the figures must know. parents: of the codes of the study's codebook.
    """

    codings: tuple[Source, ...]
    transcript: Transcript | None = None
    runs: tuple[Source, ...] = ()
    humans: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)

    def of(self, part: Part) -> list[Coding]:
        """The codings of one part."""
        return [source.coding for role, source in self.sources if role == part]

    @property
    def sources(self) -> list[tuple[Part, Source]]:
        parts: list[tuple[Part, Source]] = [("reference", self.codings[0])]
        parts += [("other", source) for source in self.codings[1:]]
        parts += [("human", source) for source in self.humans]
        return parts + [("run", source) for source in self.runs]

    @property
    def models(self) -> list[Source]:
        """The codings by models; none where only people are compared with each other."""
        return [source for _, source in self.sources if source.coding.coder.kind == "model"]


def check(material: Material, *, incomplete: bool) -> None:
    """Refuse what cannot be compared, naming the file.

    Raises:
        InputError: another text, a quote out of range, or an incomplete coding (unless
            `incomplete`).
    """
    first = material.codings[0]
    for _, source in material.sources:
        _check_text(first, source)
        if shared := shared_coders(first.coding, source.coding):
            raise InputError(
                f"{' and '.join(sorted(shared))} had a part in this coding and in {first.name}: "
                "they are not independent",
                where=source.name, hint="Compare what each coded alone.",
            )  # fmt: skip
        length = source.coding.transcript.length
        for quote in source.coding.located():
            span = quote.span
            if span and (span.end > length or span.end - span.start != len(quote.text)):
                raise InputError(
                    f"quote {quote.id} does not fit: it spans {span.start} to {span.end} of "
                    f"{length} characters and has {len(quote.text)} characters of text",
                    where=source.name, hint="Correct its offsets, or make the coding again.",
                )  # fmt: skip
        if source.coding.incomplete and not incomplete:
            further, hint = way_on(source.run) if source.run else ("", "Choose another coding.")
            raise InputError(
                f"this coding is incomplete: {source.coding.incomplete}{further}",
                where=source.name, hint=f"{hint} --incomplete takes it as it is.",
            )  # fmt: skip


def _check_text(first: Source, source: Source) -> None:
    ours, theirs = first.coding.transcript, source.coding.transcript
    if not ours.same_text(theirs):
        raise InputError(
            f"this codes another text than {first.name}: {theirs.id} ({theirs.sha256[:8]}), "
            f"not {ours.id} ({ours.sha256[:8]})",
            where=source.name, hint="Compare codings of one transcript.",
        )  # fmt: skip
    if ours.length != theirs.length:
        raise InputError(
            f"transcript.length is {theirs.length}, but {first.name} says {ours.length} of the "
            "same text",
            where=source.name, hint="Correct the length, or make the coding again.",
        )  # fmt: skip


def judged_apart(source: Source) -> Source:
    """What a reviewer had coded before seeing others' codings, where the coding tells that apart.

    It keeps its `blind` quotes, by which it is known again; any other coding is as it was.
    """
    coding = source.coding
    if not coding.blind or not coding.coder.assisted:
        return source
    coder = coding.coder.model_copy(update={"assisted": False})
    change = {"coder": coder, "quotes": coding.blind, "mentions": [], "relations": []}
    return replace(source, coding=coding.model_copy(update=change))


def shared_coders(first: Coding, second: Coding) -> set[str]:
    """The people who had a part in both codings: `anna+jo` is the coding that the two agreed on."""
    if {first.coder.kind, second.coder.kind} != {"human"} or first.coder.id == second.coder.id:
        return set()
    return {*first.coder.id.split("+")} & {*second.coder.id.split("+")}


def assisted(materials: Sequence[Material]) -> bool:
    """Whether the human coding is an edited proposal; blind and assisted never mix.

    Raises:
        InputError: they are mixed.
    """
    kinds = {any(s.coding.coder.assisted for _, s in material.sources) for material in materials}
    if len(kinds) > 1:
        raise InputError(
            "some of these human codings were made with a model's proposals in view, others blind",
            hint="Compare the two kinds apart: one is acceptance, the other agreement.",
        )
    return kinds == {True}


@dataclass(frozen=True)
class Procedure:
    """How a model's coding was made, as far as that may not differ among codings that are pooled.

    model: as asked for; answered: what the server called it; prompts: step and SHA-256 of each.
    Of a coding without its run only the model is known.
    """

    model: str
    answered: tuple[str, ...] = ()
    strategy: str | None = None
    prompts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, source: Source) -> "Procedure":
        """The procedure of one coding."""
        if source.run is None:
            return cls(source.coding.coder.id)
        made = source.run.manifest
        prompts = tuple((prompt.step, prompt.sha256) for prompt in made.prompts)
        return cls(made.model_asked, tuple(made.models_answered), made.strategy, prompts)

    def __str__(self) -> str:
        also = [name for name in self.answered if name != self.model]
        parts = [self.model + (f" (answered by {', '.join(also)})" if also else "")]
        parts += [f"strategy {self.strategy}"] if self.strategy else []
        parts += [f"prompt {step} {sha256[:8]}" for step, sha256 in self.prompts]
        return ", ".join(parts)


def procedures(materials: Sequence[Material]) -> dict[Procedure, list[str]]:
    """How the model's codings were made, each with the transcripts coded so.

    More than one where "the model" of all transcripts, or of the runs on one, is several models,
    strategies or prompts. Coders who stand side by side on one transcript are not pooled.
    """
    made: dict[Procedure, list[str]] = {}
    for place in range(max(len(material.codings) for material in materials)):
        pooled: dict[Procedure, list[str]] = {}
        for material in materials:
            further = material.runs if place == 1 else ()
            for source in (*material.codings[place : place + 1], *further):
                if source.coding.coder.kind == "model":
                    ids = pooled.setdefault(Procedure.of(source), [])
                    ids += {source.coding.transcript.id} - {*ids}
        if len(pooled) >= len(made):
            made = pooled
    return made


def copies(material: Material) -> Iterable[str]:
    """A sentence for each human coding that is nearly the same as a model's."""
    for _, human in material.sources:
        if human.coding.coder.kind == "model" or human.coding.coder.assisted:
            continue
        marks = [quote.mark for quote in human.coding.located()]
        for model in material.models:
            theirs = {quote.mark for quote in model.coding.located()}
            same = sum(mark in theirs for mark in marks)
            if len(marks) >= FEW and same >= NEARLY_ALL * len(marks):
                yield (
                    f"{human.name} is nearly a copy of {model.name}: {same} of its {len(marks)} "
                    "located quotes have the same place and codes; if it was made from the "
                    "model's coding, it says nothing about the model"
                )
