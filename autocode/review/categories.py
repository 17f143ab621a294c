"""Categories that were proposed for the codebook, as the page of a review shows and decides them.

They are no part of the review: a decision goes into the record of the codebook, as that of
`autocode codebook accept` does, and `autocode codebook undo` takes it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from autocode.codebook.proposal import (
    Category,
    Proposal,
    accept,
    items,
    place_of,
    proposal_of,
    reject,
    states,
)
from autocode.errors import AutocodeError, InputError
from autocode.review.review import Review


class CategoryDecision(BaseModel):
    """What the page sends: a category of a proposal, by the name of its run, and what becomes of
    it."""

    model_config = ConfigDict(extra="forbid")

    run: str
    item: str
    decision: Literal["accept", "reject"]


@dataclass(frozen=True)
class OpenProposal:
    """What nobody has decided on of the newest proposal; relations: how many of them wait."""

    run: str = ""
    proposal: Proposal | None = None
    categories: Sequence[Category] = ()
    relations: int = 0

    def place(self, category: Category) -> str:
        """Where the category would stand, as it goes after its name."""
        return place_of(category, self.proposal) if self.proposal else ""


def open_proposal(review: Review) -> OpenProposal:
    """What is open of the newest proposal of the study; blind nothing is shown of what others say.

    A proposal that cannot be read is no reason to keep a review closed.
    """
    if review.mode == "blind":
        return OpenProposal()
    try:
        run, proposal = proposal_of(review.study)
        decided = states(review.study, run, proposal)
    except AutocodeError:
        return OpenProposal()
    waiting = [item for item in items(proposal) if decided[item.id] == "open"]
    categories = [item for item in waiting if isinstance(item, Category)]
    return OpenProposal(run, proposal, categories, len(waiting) - len(categories))


def decide_category(review: Review, asked: CategoryDecision) -> None:
    """Put a category into the codebook, or record that it is not wanted.

    Raises:
        StudyError: there is no such proposal or category, it was decided on, or a quote that it
            cites is not there any more.
        InputError: the review is blind.
    """
    if review.mode == "blind":
        raise InputError("what others propose is not shown in a blind review")
    run, proposal = proposal_of(review.study, asked.run)
    decision = accept if asked.decision == "accept" else reject
    decision(review.study, run, proposal, [asked.item])
