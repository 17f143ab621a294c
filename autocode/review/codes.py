"""The codes of a review: which may be used, which are in use, and which are met for the first time.

What a code is called is copied into the record when it is met, so that the adjudicated coding can
be derived from the record alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from autocode.coding.aliases import codebook_at
from autocode.coding.codebook import Codebook
from autocode.coding.nouns import Code, CodedWith, Quote
from autocode.review.codings import Reviews
from autocode.review.state import KEPT, Standing, State
from autocode.study import Study
from autocode.transcript.nouns import Transcript


@dataclass(frozen=True)
class CodeInUse:
    """A code that may be used: how many quotes of this review have it, and the first of them."""

    code: Code
    quotes: int
    example: Quote | None


def usable_codes(study: Study, transcript: Transcript, held_back: set[str] | None) -> Codebook:
    """The study's codebook; blind without the codes that a coding of this text defined.

    held_back: the ids of these (see `defined_in`), None where others' codings are shown.
    """
    codebook = codebook_at(study.codebook_path)
    if held_back is None:
        return codebook
    sent, _ = codebook.without(transcript.id, held_back)
    return codebook.model_copy(update={"codes": sent})


def codes_in_use(state: State, codebook: Codebook, quotes: Iterable[Quote]) -> list[CodeInUse]:
    """Every code that may be used, by id, with the quotes of the review that have it."""
    used: dict[str, list[Quote]] = {}
    for quote in quotes:
        for code in quote.axial:
            used.setdefault(code, []).append(quote)
    codes: dict[str, Code] = {**state.met, **state.codes}
    # A code that is retired is still shown where it is used, and not offered otherwise.
    codes |= {code.id: code for code in codebook.codes if code.id in used or not code.retired}
    return [
        CodeInUse(codes[id_], len(there), there[0] if there else None)
        for id_ in sorted(codes)
        for there in [used.get(id_, [])]
    ]


def met(
    state: State, after: Standing, codebook: Codebook, codings: Reviews, transcript: Transcript
) -> list[CodedWith]:
    """The codes that a decision uses for the first time, as they are known now."""
    used = {
        code
        for judgement in after.items.values()
        if judgement and judgement.quote and judgement.status in KEPT
        for code in judgement.quote.axial
    }
    new = sorted(used - {*state.met, *state.codes})
    if not new:
        return []
    book = {code.id: code for code in codebook.codes}
    others = {code.id: code for _, coding in reversed(codings) for code in coding.codes}
    return [_met(id_, book.get(id_), others.get(id_), transcript.id) for id_ in new]


def _met(id: str, entry: Code | None, used: CodedWith | None, here: str) -> CodedWith:
    """A code as the codebook has it; one that no codebook has comes up in this transcript."""
    code = entry or used or Code(id=id)
    first = here if entry is None else entry.first_defined_in
    return CodedWith(
        id=id, label=code.label, kind=code.kind, parent=code.parent, definition=code.definition,
        first_defined_in=first, defined_here=first == here,
    )  # fmt: skip
