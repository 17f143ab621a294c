"""A discussion: two people's codings of one transcript, and what each of them had decided there.

It is a review of its own, by `anna+jo`, of the codings of anna and of jo: nothing is taken over
that they did not decide on together, and the agreed coding, `gold/p1.anna+jo.json`, names both.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from autocode.coding.nouns import Quote
from autocode.review.items import SAME, likeness
from autocode.review.record import ReviewRecord
from autocode.review.state import Judgement, State
from autocode.study import Study


@dataclass(frozen=True)
class Opinion:
    """What one of the people had decided on a passage, rejections and comments with it."""

    reviewer: str
    judgement: Judgement


def discussion_of(study: Study, id: str, first: str, second: str) -> str:
    """Who reviews in it: there is one discussion of two people, whoever is named first."""
    name, other = f"{first}+{second}", f"{second}+{first}"
    return other if study.review_path(id, other).is_file() else name


def reviews_of(study: Study, id: str, reviewer: str) -> dict[str, State]:
    """The reviews that the people joined in `reviewer` made before; of some there is none.

    Raises:
        InputError: a record cannot be read.
    """
    paths = {name: study.review_path(id, name) for name in reviewer.split("+")}
    return {name: ReviewRecord(path).state for name, path in paths.items() if path.is_file()}


def opinions(reviews: Mapping[str, State], quote: Quote) -> list[Opinion]:
    """What was decided on the passage of a quote, or on most of it."""
    return [
        Opinion(name, judgement)
        for name, state in reviews.items()
        for judgement in state.judgements.values()
        if judgement.quote and likeness(judgement.quote, quote) >= SAME
    ]
