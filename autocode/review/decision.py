"""What a reviewer can decide: one type for each kind, told apart by `kind`.

`decision_of({"kind": "accept", "item": "m1.5"})` makes one from what a browser sends. Items are
named by their ids (see `autocode.review.items`); offsets are code points into the canonical text.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from autocode.coding.nouns import LONGEST, TranscriptRef
from autocode.errors import InputError

REVIEW_FORMAT: Final = "autocode/review@1"
# Why a proposal is rejected: what is offered; a reviewer may write something else.
REASONS: Final = (
    "not relevant",
    "wrong passage",
    "wrong code",
    "said elsewhere",
    "not what was meant",
)

# blind: neither the model's coding nor another person's is shown; discussion: two reviewers' are.
Mode = Literal["blind", "assisted", "discussion"]
Words = Annotated[str, Field(max_length=10_000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Offset = Annotated[int, Field(ge=0, le=LONGEST)]


class _Decision(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Accept(_Decision):
    """Take an item as one coder has it: `source` is that coder's key, None the first of them."""

    kind: Literal["accept"] = "accept"
    item: Name
    source: Name | None = None


class Reject(_Decision):
    """Leave an item out; `reason` is one of REASONS, the reviewer's own words, or empty."""

    kind: Literal["reject"] = "reject"
    item: Name
    reason: Words = ""


class EditSpan(_Decision):
    """Put an item, an unlocated one too, at `[start, end)`; white space at the ends is left out."""

    kind: Literal["span"] = "span"
    item: Name
    start: Offset
    end: Offset


class EditOpenCode(_Decision):
    """Give an item another open code; empty for none."""

    kind: Literal["open_code"] = "open_code"
    item: Name
    open_code: Words


class EditAxial(_Decision):
    """Give an item these axial codes, by their ids, and no others."""

    kind: Literal["axial"] = "axial"
    item: Name
    axial: tuple[Name, ...]


class Comment(_Decision):
    """Note something about an item, whatever its status."""

    kind: Literal["comment"] = "comment"
    item: Name
    text: Annotated[str, Field(min_length=1, max_length=10_000)]


class Add(_Decision):
    """Add a quote that nobody proposed; the new item is called after the event: `r12`."""

    kind: Literal["add"] = "add"
    start: Offset
    end: Offset
    open_code: Words = ""
    axial: tuple[Name, ...] = ()


class Merge(_Decision):
    """Make one quote of several items, from the first to the last; the first item keeps it."""

    kind: Literal["merge"] = "merge"
    items: tuple[Name, ...] = Field(min_length=2)


class Split(_Decision):
    """Cut an item in two at an offset inside it; the second part is a new item."""

    kind: Literal["split"] = "split"
    item: Name
    at: Offset


class AcceptAll(_Decision):
    """Accept every one of these open items; `runs` says how many runs agree on each at least."""

    kind: Literal["accept_all"] = "accept_all"
    items: tuple[Name, ...] = Field(min_length=1)
    runs: Annotated[int, Field(ge=1)] = 2


class NewCode(_Decision):
    """Define an axial code; without `id` it is made from the label."""

    kind: Literal["new_code"] = "new_code"
    label: Name
    id: Name | None = None
    code_kind: Words | None = None
    parent: Name | None = None
    definition: Words | None = None


class MoveThreshold(_Decision):
    """Show more or fewer of what runs have proposed: a share of what may be coded, `review` (as the
    decisions of this review so far say), or `run` (as the runs themselves keep)."""

    kind: Literal["threshold"] = "threshold"
    keep: Annotated[float, Field(gt=0, le=1)] | Literal["review", "run"]


class Undo(_Decision):
    """Take back the last decision that is not taken back yet."""

    kind: Literal["undo"] = "undo"


class Redo(_Decision):
    """Decide again what was taken back last."""

    kind: Literal["redo"] = "redo"


class Finish(_Decision):
    """End the review: the coding is complete, whatever is open is left out."""

    kind: Literal["finish"] = "finish"


class Reopen(_Decision):
    """Go on with a review that was finished."""

    kind: Literal["reopen"] = "reopen"


class Reviewed(BaseModel):
    """A coding under review. `key` (m1, m2 for models, h1, h2 for people) names it in items.

    name: its file or run folder in the study; sha256: of that file; considered: of everything that
    a run proposed, where it has a ranking; assisted: whether a person had seen what others coded.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    kind: Literal["human", "model"]
    coder: str
    run: str | None = None
    assisted: bool = False
    sha256: str
    considered: str | None = None


class View(_Decision):
    """See the codings of others from now on; which they are, the review itself fills in."""

    kind: Literal["view"] = "view"
    mode: Literal["blind", "assisted"] = "assisted"
    codings: tuple[Reviewed, ...] = ()


class Open(_Decision):
    """Begin a review: what is reviewed, and what the reviewer sees. Always the first event."""

    kind: Literal["open"] = "open"
    format: Literal["autocode/review@1"] = REVIEW_FORMAT
    transcript: TranscriptRef
    mode: Mode
    codings: tuple[Reviewed, ...] = ()


# What takes an item by its id and leaves it where it is in the list of items.
ItemDecision = Accept | Reject | EditSpan | EditOpenCode | EditAxial | Comment | Split
# What changes the coding, and so can be taken back.
Change = ItemDecision | Add | Merge | AcceptAll | NewCode
Decision = Annotated[
    Accept | Reject | EditSpan | EditOpenCode | EditAxial | Comment | Split
    | Add | Merge | AcceptAll | NewCode | MoveThreshold | Undo | Redo | Finish | Reopen | View
    | Open,
    Field(discriminator="kind"),
]  # fmt: skip
_DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)


def decision_of(data: Any) -> Decision:
    """The decision that a parsed JSON object says.

    Raises:
        InputError: it is none, or begins a review, which no request can do.
    """
    try:
        decision = _DECISION.validate_python(data)
    except ValidationError as error:
        raise InputError(why_not(error, depth=1)) from error
    if isinstance(decision, Open) or (isinstance(decision, View) and decision.codings):
        raise InputError(f"{decision.kind!r} is no decision that can be asked for")
    return decision


def why_not(error: ValidationError, depth: int = 0) -> str:
    """Why something is no decision, in words; the first `depth` parts of the place are left out."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][depth:]) or "kind"
    return f"this is no decision: {place.replace('_', ' ')}: {first['msg']}"
