"""Changes to a codebook, each a function from one codebook to the next; codings never change."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from autocode.coding.aliases import relations
from autocode.coding.codebook import Codebook, identifier, nearest
from autocode.coding.nouns import Code, Relation
from autocode.errors import StudyError
from autocode.text import excerpt

Change = Callable[[Codebook], Codebook]


def code_called(book: Codebook, name: str) -> Code:
    """The code with this id, alias or label.

    Raises:
        StudyError: there is none.
    """
    code = book.find(name)
    if code is None:
        close = nearest(identifier(name), book.codes)
        hint = f"Did you mean {close}?" if close else "`autocode codebook list` has all codes."
        raise StudyError(f"the codebook has no code {excerpt(name)!r}", hint=hint)
    return code


def merged(book: Codebook, keep: str, drop: str, in_use: Collection[str] = ()) -> Codebook:
    """The codebook with `drop` counted as `keep`: an alias, wherever a coding has it.

    What `keep` lacks (label, kind, definition) it takes over; children and relations follow.
    in_use: ids that codings have; one that the codebook lacks only becomes an alias.

    Raises:
        StudyError: one is not there, or both are the same code.
    """
    kept = code_called(book, keep)
    if drop in in_use and drop not in {code.id for code in book.codes} | book.aliases.keys():
        return _changed(book, kept, aliases=[*kept.aliases, drop])
    dropped = code_called(book, drop)
    if kept.id == dropped.id:
        told = f"{keep!r} is one code" if keep == drop else f"{keep!r} and {drop!r} are one code"
        raise StudyError(told, hint="Name two codes.")
    new = _joined(kept, dropped)
    above = {*ancestors(book, kept.id), kept.id}
    moved = [
        # A code between the two stands where the dropped one stood: else it would be above itself.
        code.model_copy(update={"parent": dropped.parent if code.id in above else kept.id})
        if code.parent == dropped.id
        else code
        for code in (new if code.id == kept.id else code for code in book.codes)
        if code.id != dropped.id
    ]
    return _with(book, moved, {dropped.id: kept.id})


def _joined(kept: Code, dropped: Code) -> Code:
    """A code with what it takes over from one that is merged into it."""
    label = [dropped.label] if dropped.label and identifier(dropped.label) != dropped.id else []
    names = dict.fromkeys([*kept.aliases, dropped.id, *dropped.aliases, *label])
    places = {*kept.also_defined_in, *dropped.also_defined_in, dropped.first_defined_in}
    taken = {
        key: getattr(kept, key) or getattr(dropped, key) for key in ("label", "kind", "definition")
    }
    return kept.model_copy(
        update={
            **taken,
            "aliases": [name for name in names if name not in (kept.id, kept.label)],
            "examples": list(dict.fromkeys([*kept.examples, *dropped.examples])),
            "also_defined_in": sorted(filter(None, places - {kept.first_defined_in})),
        }
    )


def renamed(book: Codebook, name: str, new: str) -> Codebook:
    """The codebook with another id for a code, the old one an alias; words become its label too.

    Raises:
        StudyError: there is no such code, or the new name is taken or no name.
    """
    code, id_ = code_called(book, name), identifier(new)
    if not id_:
        raise StudyError(f"{excerpt(new)!r} has no word to make an id of", hint="Choose another.")
    other = book.find(new)
    if other is not None and other.id != code.id:
        raise StudyError(
            f"{excerpt(new)!r} is a name of {other.id} already",
            hint=f"`autocode codebook merge {other.id} {code.id}` makes the two one.",
        )
    aliases = [alias for alias in dict.fromkeys([*code.aliases, code.id]) if alias != id_]
    label = {} if new == id_ else {"label": new}
    codes = [
        other.model_copy(update={"parent": id_}) if other.parent == code.id else other
        for other in book.codes
        if other.id != code.id
    ]
    codes.append(code.model_copy(update={"id": id_, "aliases": aliases, **label}))
    return _with(book, codes, {code.id: id_})


def aliased(book: Codebook, name: str, alias: str) -> Codebook:
    """The codebook with a further name for a code.

    Raises:
        StudyError: there is no such code, or another code has that name.
    """
    code, other = code_called(book, name), book.find(alias)
    if other is not None and other.id != code.id:
        raise StudyError(
            f"{excerpt(alias)!r} is a name of {other.id} already",
            hint=f"`autocode codebook merge {code.id} {other.id}` makes the two one.",
        )
    if alias == code.id:
        raise StudyError(f"{alias!r} is the id of this code", hint="Name another alias.")
    return _changed(book, code, aliases=list(dict.fromkeys([*code.aliases, alias])))


def moved(book: Codebook, name: str, parent: str | None) -> Codebook:
    """The codebook with a code under another one, or at the top.

    Raises:
        StudyError: one is not there, or the code would stand above itself.
    """
    code = code_called(book, name)
    above = code_called(book, parent) if parent is not None else None
    if above is not None and code.id == above.id:
        raise StudyError(f"{code.id} cannot stand under itself", hint="Name two codes.")
    if above is not None and code.id in ancestors(book, above.id):
        raise StudyError(
            f"{code.id} cannot stand under {above.id}: it would be above itself",
            hint=f"Move {above.id} out of it first.",
        )
    return _changed(book, code, parent=above.id if above else None)


def defined(book: Codebook, name: str, **what: str | None) -> Codebook:
    """The codebook with another definition, label or kind of a code (those that are not None).

    Raises:
        StudyError: there is no such code.
    """
    code = code_called(book, name)
    return _changed(book, code, **{key: " ".join(v.split()) for key, v in what.items() if v})


def retired(book: Codebook, name: str, *, back: bool = False) -> Codebook:
    """The codebook with a code no longer offered to models (or, with `back`, offered again).

    Raises:
        StudyError: there is no such code.
    """
    return _changed(book, code_called(book, name), retired=not back)


def related(book: Codebook, source: str, relation: str, target: str) -> Codebook:
    """The codebook with a relation between two codes.

    Raises:
        StudyError: a code is not there, both are the same, or the relation has no name.
    """
    first, second = code_called(book, source), code_called(book, target)
    if first.id == second.id or not relation.strip():
        raise StudyError("a relation has a name and two different codes", hint="Name them.")
    return with_relation(
        book, Relation(source=first.id, relation=relation.strip(), target=second.id)
    )


def with_relation(book: Codebook, link: Relation) -> Codebook:
    """The codebook with a relation added, once."""
    return book.model_copy(update={"relations": _distinct([*book.relations, link])})


def with_code(book: Codebook, code: Code) -> Codebook:
    """The codebook with a code added, in order of ids."""
    return _with(book, [*book.codes, code], {})


def ancestors(book: Codebook, id: str) -> list[str]:
    """The codes above one, the nearest first; a circle ends."""
    parents = {code.id: code.parent for code in book.codes}
    above: list[str] = []
    while (parent := parents.get(above[-1] if above else id)) and parent not in above:
        above.append(parent)
    return above


def _changed(book: Codebook, code: Code, **changes: Any) -> Codebook:
    new = code.model_copy(update=changes)
    codes = [new if other.id == code.id else other for other in book.codes]
    return book.model_copy(update={"codes": codes})


def _with(book: Codebook, codes: Iterable[Code], aliases: dict[str, str]) -> Codebook:
    links = _distinct(relations(book.relations, aliases))
    ordered = sorted(codes, key=lambda code: code.id)
    return book.model_copy(update={"codes": ordered, "relations": links})


def _distinct(links: Iterable[Relation]) -> list[Relation]:
    return list({link.triple: link for link in links}.values())
