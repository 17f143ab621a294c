"""The adjudicated coding: what stands at the end of a review's record, derived from it alone."""

from collections.abc import Iterable, Mapping

from autocode.coding.files import read_coding
from autocode.coding.nouns import CodedWith, Coder, Coding, Quote, ReviewRef
from autocode.errors import InputError
from autocode.review.state import KEPT, Judgement, State
from autocode.study import Study
from autocode.transcript.nouns import Transcript

UNFINISHED = "the review is not finished"


def adjudicated(state: State, reviewer: str, record: str) -> Coding:
    """The coding that a review has led to so far; unfinished ones are incomplete.

    The same record always gives the same coding. record: the name of its file in the study.
    """
    if state.transcript is None or state.hash is None:
        raise ValueError("a review without events has no coding")
    quotes = _kept(state.judgements)
    blind = _kept(state.blind or {})
    return Coding(
        transcript=state.transcript,
        coder=Coder(id=reviewer, kind="human", assisted=state.assisted),
        quotes=quotes,
        codes=_codes(state, [*quotes, *blind]),
        incomplete=None if state.finished else UNFINISHED,
        review=ReviewRef(record=record, events=state.seq, hash=state.hash),
        blind=blind or None,
    )


def _kept(judgements: Mapping[str, Judgement]) -> list[Quote]:
    """The quotes that stand, in the order of the text, each with its provenance."""
    quotes = [
        judgement.quote.model_copy(update={"provenance": judgement.provenance})
        for judgement in judgements.values()
        if judgement.status in KEPT and judgement.quote is not None
    ]
    return sorted(quotes, key=lambda quote: (quote.start or 0, quote.end or 0, quote.id))


def _codes(state: State, quotes: Iterable[Quote]) -> list[CodedWith]:
    """The codes in use and those that the reviewer defined, by id."""
    used = {code for quote in quotes for code in quote.axial}
    known = {**state.met, **state.codes}
    codes = {id_: known.get(id_, CodedWith(id=id_)) for id_ in used} | dict(state.codes)
    return [codes[id_] for id_ in sorted(codes)]


def refuse_foreign(study: Study, transcript: Transcript, reviewer: str, record: str) -> None:
    """Keep what a reviewer coded elsewhere: only a coding of this record is written over.

    Raises:
        InputError: there is one that is not, or it cannot be read.
    """
    path = study.gold_path(transcript.id, reviewer)
    if not path.exists():
        return
    review = read_coding(path, lambda: transcript).review
    if review is None or review.record != record:
        raise InputError(
            f"this coding by {reviewer} is from no review, and would be written over",
            where=path, hint="Choose another name with --reviewer.",
        )  # fmt: skip
