"""A proposed codebook: categories and relations with the quotes they rest on, until decided on."""

from collections.abc import Iterable
from functools import partial
from typing import Final, Literal

from pydantic import Field

from autocode.codebook.changes import with_code, with_relation
from autocode.codebook.history import Entry, change, read_log, standing
from autocode.coding.codebook import Codebook
from autocode.coding.nouns import Cited, Code, Failure, Relation
from autocode.coding.runs import PROPOSAL
from autocode.coding.sources import source_at
from autocode.errors import AutocodeError, StudyError
from autocode.files import Record, read_record
from autocode.study import CODEBOOK, Study

PROPOSAL_FORMAT: Final = "autocode/codebook-proposal@1"

# What categories may be to each other (Strauss & Corbin 1990, and two of daily use).
KINDS = ("causes", "context", "strategy", "consequence", "part of", "contradicts")

State = Literal["open", "accepted", "rejected"]


class Category(Record):
    """A proposed code. `code` is the id it would have, or has where `place` is "same".

    place: "new" (at the top), "under" the code or category `parent`, or the "same" as a code that
    there is. parts: of a category of the second level, the ids of its categories. defined_in: the
    transcripts whose human coding it goes back to; its code is held back there.
    """

    id: str
    name: str
    definition: str
    code: str
    place: Literal["new", "under", "same"] = "new"
    parent: str | None = None
    open_codes: list[str] = Field(default_factory=list)
    quotes: list[Cited] = Field(default_factory=list)
    parts: list[str] = Field(default_factory=list)
    defined_in: list[str] = Field(default_factory=list)


class ProposedRelation(Record):
    """A relation between two categories, by their ids, with the quotes that speak for it."""

    id: str
    source: str
    relation: str
    target: str
    quotes: list[Cited] = Field(default_factory=list)


class Proposal(Record):
    """What `codebook propose` leaves (`autocode/codebook-proposal@1`).

    origin: whose open codes were grouped. threshold: the likeness of groups, by this embedder.
    left: open codes in no category. dropped: sentences on what was asked about and does not hold.
    """

    format: Literal["autocode/codebook-proposal@1"] = PROPOSAL_FORMAT
    origin: str
    embedder: str
    threshold: float
    categories: list[Category] = Field(default_factory=list)
    relations: list[ProposedRelation] = Field(default_factory=list)
    left: list[str] = Field(default_factory=list)
    dropped: list[str] = Field(default_factory=list)
    failures: list[Failure] = Field(default_factory=list)
    incomplete: str | None = None


Item = Category | ProposedRelation


def proposal_of(study: Study, run: str | None = None) -> tuple[str, Proposal]:
    """The newest proposal of the study, or that of a run by the beginning of its name.

    Raises:
        StudyError: there is none.
        InputError: it cannot be read.
    """
    folder = study.runs_path(CODEBOOK)
    paths = sorted(folder.glob(f"*/{PROPOSAL}"), reverse=True) if folder.is_dir() else []
    for path in paths:
        if path.parent.name[0] != "." and path.parent.name.startswith(run or ""):
            return path.parent.name, read_record(study.inside(path), Proposal)
    what = f"no proposal is called {run!r}" if run else "no codebook has been proposed yet"
    raise StudyError(what, hint="Make one with `autocode codebook propose`.")


def items(proposal: Proposal) -> list[Item]:
    """Everything to decide on: categories of the second level first, relations last."""
    above = [category for category in proposal.categories if category.parts]
    return [*above, *(c for c in proposal.categories if not c.parts), *proposal.relations]


def states(study: Study, run: str, proposal: Proposal) -> dict[str, State]:
    """What was decided on each item of a proposal, by its id."""
    made: dict[str, State] = {item.id: "open" for item in items(proposal)}
    for entry in standing(read_log(study)):
        if entry.run == run and entry.item in made:
            made[entry.item] = "accepted" if entry.change == "accept" else "rejected"
    return made


def place_of(category: Category, proposal: Proposal) -> str:
    """Where a category would stand, as it goes after its name; empty for one at the top."""
    names = {each.id: each.name for each in proposal.categories}
    if category.place == "same":
        return f", the code {category.code}"
    parent = category.parent or ""
    return f", under {names.get(parent, parent)}" if category.place == "under" else ""


def accept(study: Study, run: str, proposal: Proposal, ids: Iterable[str]) -> list[Entry]:
    """Put items of a proposal into the codebook, each a change of its own; all of them or none.

    Raises:
        StudyError: there is no such item, it was decided on, a quote it cites is not there any
            more, or a relation's categories are not in the codebook.
    """
    made, book = [], Codebook.load(study.codebook_path)
    chosen = _open(study, run, proposal, ids)
    for item in chosen:
        _check_quotes(study, item)
        book = _with_item(book, proposal=proposal, item=item)
    for item in chosen:
        to = partial(_with_item, proposal=proposal, item=item)
        if entry := change(study, "accept", f"accept {_told(item)}", to, run=run, item=item.id):
            made.append(entry)
    return made


def reject(study: Study, run: str, proposal: Proposal, ids: Iterable[str]) -> list[Entry]:
    """Record that items of a proposal are not wanted.

    Raises:
        StudyError: there is no such item, or it was decided on.
    """
    chosen = _open(study, run, proposal, ids)
    made = [
        change(study, "reject", f"reject {_told(item)}", lambda book: book, run=run, item=item.id)
        for item in chosen
    ]
    return [entry for entry in made if entry]


def _told(item: Item) -> str:
    if isinstance(item, Category):
        return f"{item.id}: {item.name}"
    return f"{item.id}: {item.source} {item.relation} {item.target}"


def _open(study: Study, run: str, proposal: Proposal, ids: Iterable[str]) -> list[Item]:
    every, decided = items(proposal), states(study, run, proposal)
    wanted = dict.fromkeys(ids)
    for id_ in wanted:
        if id_ not in decided:
            raise StudyError(
                f"the proposal has no item {id_!r}", hint="See `autocode codebook proposal`."
            )
        if decided[id_] != "open":
            raise StudyError(
                f"{id_} was {decided[id_]} already", hint="`autocode codebook undo` takes it back."
            )
    return [item for item in every if item.id in wanted]


def _check_quotes(study: Study, item: Item) -> None:
    lost = [cited for cited in item.quotes if not resolves(study, cited)]
    if lost or not item.quotes:
        named = f"quote {lost[0].quote} of {lost[0].coding}" if lost else "any quote"
        raise StudyError(
            f"{item.id} rests on {named}, which is not there as it was",
            hint="Propose anew with `autocode codebook propose`.",
        )


def resolves(study: Study, cited: Cited) -> bool:
    """Whether a cited quote stands in the coding that is named, with these words."""
    try:
        coding = source_at(study, study.inside(study.root / cited.coding)).coding
    except (AutocodeError, OSError):
        return False
    return any(q.id == cited.quote and q.text == cited.text for q in coding.quotes)


def _with_item(book: Codebook, *, proposal: Proposal, item: Item) -> Codebook:
    codes = {category.id: category.code for category in proposal.categories}
    if isinstance(item, Category):
        return _with_category(book, item, codes)
    ends = codes[item.source], codes[item.target]
    if lacking := [end for end in ends if book.find(end) is None]:
        raise StudyError(
            f"{item.id} relates {lacking[0]}, which is not in the codebook",
            hint=f"Accept its category too, or reject {item.id}.",
        )
    source, target = (code.id for end in ends if (code := book.find(end)))
    evidence = [cited.model_copy(update={"text": ""}) for cited in item.quotes]
    return with_relation(
        book, Relation(source=source, relation=item.relation, target=target, evidence=evidence)
    )


def _with_category(book: Codebook, item: Category, codes: dict[str, str]) -> Codebook:
    known = book.find(item.code)
    above = book.find(codes.get(item.parent or "", item.parent or ""))
    if known is not None:
        # What people wrote stays; only what was unknown is filled in.
        new = known.model_copy(update={"definition": known.definition or item.definition})
        book = book.model_copy(
            update={"codes": [new if code.id == known.id else code for code in book.codes]}
        )
    else:
        book = with_code(
            book,
            Code(
                id=item.code, label=item.name, definition=item.definition,
                parent=above.id if above else None, also_defined_in=item.defined_in,
            ),
        )  # fmt: skip
    top = known.id if known else item.code
    parts = {part.id for id_ in item.parts if (part := book.find(codes.get(id_, "")))}
    return book.model_copy(
        update={
            "codes": [
                code.model_copy(update={"parent": top})
                if code.id in parts and code.parent is None and code.id != top
                else code
                for code in book.codes
            ]
        }
    )
