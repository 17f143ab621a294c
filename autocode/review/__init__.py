"""Human decisions on what a model proposed, and their record.

`Review.open(study, "p1", "anna")` begins or goes on with a review. Its `items()` are what is to be
decided; `decide(decision_of({...}), seen=review.state.seq)` makes one decision, which is on the
disk in `reviews/p1/anna.jsonl` when the call returns; `Undo()` and `Redo()` are decisions too.
`coding()` is the adjudicated coding as it stands, and `write()` puts it at `gold/p1.anna.json`.
"""

from autocode.review.decision import Decision, decision_of
from autocode.review.items import Item, Reading
from autocode.review.record import StaleError
from autocode.review.review import Review
from autocode.review.state import Event, Judgement, State

__all__ = [
    "Decision",
    "Event",
    "Item",
    "Judgement",
    "Reading",
    "Review",
    "StaleError",
    "State",
    "decision_of",
]
