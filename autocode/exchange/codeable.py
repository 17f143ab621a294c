"""The codebook, links and force relations as CodeableModels Python, as field notes use it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from keyword import iskeyword

from autocode.coding.nouns import Code, Relation
from autocode.text import one_line, unused, whole

# What field notes call a link that has no name of its own.
LINKS = "links"
_NO_KIND = "..."
_QUOTES = "\\\"'‘’‚“”„"


def codeable(codes: Iterable[Code], relations: Iterable[Relation]) -> tuple[str, tuple[str, ...]]:
    """The Python lines, and a remark for each code that needs another name there.

    Parents stand before their children. Kinds (`practice`) and forces (`positive`) are names of
    your metamodel; `...` stands where the codebook names no kind.
    """
    known = {code.id: code for code in codes}
    links = relations_of([relations])
    for link in links:
        for id_ in (link.source, link.target):
            known.setdefault(id_, Code(id=id_))
    names = legal_names(known)
    lines = ["# The codebook as CodeableModels: kinds and forces are names of your metamodel."]
    for code in parents_first(known):
        lines += _defined(code, known, names)
    lines += [""] if links else []
    lines += [relation_line(link, names) for link in links]
    remarks = [
        f"the code {id_!r} is called {name} here: Python has no such name"
        for id_, name in names.items()
        if id_ != name
    ]
    remarks += [
        f"the kind {code.kind!r} of {code.id} is left out: Python has no such name"
        for code in known.values()
        if code.kind and not is_legal(code.kind)
    ]
    return "\n".join(lines) + "\n", tuple(remarks)


def legal_names(ids: Iterable[str]) -> dict[str, str]:
    """A Python identifier for each id: the id itself where it is one."""
    ids = list(ids)
    names = {id_: id_ for id_ in ids if is_legal(id_)}
    taken = set(names.values())
    for id_ in ids:
        if id_ in names:
            continue
        plain = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", id_)) or "code"
        tries = [plain, f"{plain}_", f"_{plain}", *(f"code_{n}" for n in range(1, len(ids) + 2))]
        names[id_] = unused(filter(is_legal, tries), taken)
    return names


def is_legal(name: str) -> bool:
    """Whether Python takes the name for one, and for this one (it reads ﬁ as fi)."""
    plain = name.isidentifier() and re.fullmatch(r"[^\W\d]\w*", name) is not None
    return plain and not iskeyword(name) and unicodedata.normalize("NFKC", name) == name


def parents_first(codes: Mapping[str, Code]) -> list[Code]:
    """The codes as they come, but each after its parent; a circle is cut."""
    ordered: dict[str, Code] = {}
    for code in codes.values():
        line: list[Code] = []
        at: Code | None = code
        while at is not None and at.id not in ordered and at not in line:
            line.append(at)
            at = codes.get(at.parent or "")
        ordered |= {each.id: each for each in reversed(line)}
    return list(ordered.values())


def _defined(code: Code, codes: Mapping[str, Code], names: Mapping[str, str]) -> Iterator[str]:
    if code.definition:
        yield ""
        yield f"# {one_line(code.definition)}"
    parent = code.parent if code.parent in codes and code.parent != code.id else None
    yield definition_line(code, names, parent)


def definition_line(code: Code, names: Mapping[str, str], parent: str | None = None) -> str:
    """`id = CClass(kind, "Label")`; a code of which nothing is known is its name alone."""
    if not (code.label or code.kind or parent):
        return names[code.id]
    kind = code.kind if code.kind and is_legal(code.kind) else _NO_KIND
    above = f", superclasses={names[parent]}" if parent else ""
    return f"{names[code.id]} = CClass({kind}, {string(code.label or code.id)}{above})"


def relation_line(link: Relation, names: Mapping[str, str]) -> str:
    """`add_links({a: b})`, or `add_force_relations({a: {b: positive}})` for a named relation."""
    source, target = names[link.source], names[link.target]
    if link.relation == LINKS:
        return f"add_links({{{source}: {target}}})"
    name = link.relation if is_legal(link.relation) else string(link.relation)
    return f"add_force_relations({{{source}: {{{target}: {name}}}}})"


def string(text: str) -> str:
    """A Python string on one line that every reader of notes reads whole.

    Quote marks are escaped because readers of pasted code make curly ones straight.
    """
    return '"' + "".join(map(_escaped, whole(text))) + '"'


def _escaped(character: str) -> str:
    if character.isprintable() and character not in _QUOTES:
        return character
    point = ord(character)
    if point <= 0xFF:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"


def relations_of(codings: Iterable[Iterable[Relation]]) -> list[Relation]:
    """Each link of some codings once, in order of appearance."""
    every = (link for links in codings for link in links)
    return list({link.triple: link for link in every}.values())
