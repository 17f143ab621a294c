"""What is compared of each transcript: codings and their files, and whether that may be done."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from autocode.coding.files import coding_json
from autocode.coding.nouns import Coding
from autocode.errors import InputError
from autocode.transcript.nouns import Transcript

# Why a coding is in the comparison: the panel's first and further coders, a further human for the
# ceiling, a further run of the same model.
Part = Literal["reference", "other", "human", "run"]


@dataclass(frozen=True)
class Source:
    """A coding, the name of the file or run it came from, and the SHA-256 of that file."""

    coding: Coding
    name: str
    sha256: str

    @classmethod
    def of(cls, coding: Coding, name: str | None = None) -> "Source":
        """A coding that is not from a file: hashed as the file it would be."""
        digest = hashlib.sha256(coding_json(coding).encode("utf-8", "surrogatepass")).hexdigest()
        return cls(coding, name or coding.coder.id, digest)


@dataclass(frozen=True)
class Material:
    """What is compared of one transcript.

    codings: the reference first, then one or more others. transcript: None where it is not at
    hand; what needs turns or text is then None with the reason. runs: further runs of the model
    in `codings[1]`. humans: further human codings, for the human-human ceiling. notes: sentences
    a reader of the figures must know.
    """

    codings: tuple[Source, ...]
    transcript: Transcript | None = None
    runs: tuple[Source, ...] = ()
    humans: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()

    def of(self, part: Part) -> list[Coding]:
        """The codings of one part."""
        return [source.coding for own, source in self.sources if own == part]

    @property
    def sources(self) -> list[tuple[Part, Source]]:
        parts: list[tuple[Part, Source]] = [("reference", self.codings[0])]
        parts += [("other", one) for one in self.codings[1:]]
        parts += [("human", one) for one in self.humans]
        return parts + [("run", one) for one in self.runs]


def check(material: Material, *, incomplete: bool) -> None:
    """Refuse what cannot be compared, naming the file.

    Raises:
        InputError: another text, a quote out of range, or a coding that is not whole (unless
            `incomplete`).
    """
    first = material.codings[0]
    for _, source in material.sources:
        ours, theirs = first.coding.transcript, source.coding.transcript
        if (ours.sha256, ours.length) != (theirs.sha256, theirs.length):
            raise InputError(
                f"this codes another text than {first.name}: {theirs.id} ({theirs.sha256[:8]}), "
                f"not {ours.id} ({ours.sha256[:8]})",
                where=source.name,
                hint="Compare codings of one transcript.",
            )
        _check_quotes(source)
        if source.coding.incomplete and not incomplete:
            raise InputError(
                f"this coding is not whole: {source.coding.incomplete}",
                where=source.name,
                hint="Resume its run, name another one, or give --incomplete.",
            )


def _check_quotes(source: Source) -> None:
    length = source.coding.transcript.length
    for quote in source.coding.located():
        span = quote.span
        if span and (span.end > length or span.end - span.start != len(quote.text)):
            raise InputError(
                f"quote {quote.id} cannot stand at {span.start} to {span.end} of {length} "
                f"characters with {len(quote.text)} characters of text",
                where=source.name,
                hint="Mend its offsets, or make the coding anew.",
            )


def assisted(materials: Sequence[Material]) -> bool:
    """Whether the human coding is an edited proposal; blind and assisted never mix.

    Raises:
        InputError: they are mixed.
    """
    found = {any(s.coding.coder.assisted for _, s in one.sources) for one in materials}
    if len(found) > 1:
        raise InputError(
            "some of these human codings were made with a model's proposals in view, others blind",
            hint="Compare the two kinds apart: one is acceptance, the other agreement.",
        )
    return found == {True}
