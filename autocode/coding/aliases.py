"""Merged and renamed codes: a coding is read with the codes that its own stand for today.

Codings are never rewritten. A merge leaves an alias in the codebook, and whoever reads a coding of
the study reads the code that the alias stands for.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from autocode.coding.codebook import Codebook
from autocode.coding.nouns import Code, CodedWith, Coding, Mention, Quote, Relation


def codebook_at(path: Path) -> Codebook:
    """The codebook in a file, read once for all codings as long as the file stays as it is.

    Raises:
        InputError: the file is no codebook.
    """
    try:
        state = path.stat()
    except OSError:
        return Codebook.load(path)
    return _codebook_at(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=2)
def _codebook_at(path: Path, changed: int, size: int) -> Codebook:  # noqa: ARG001 - the key
    return Codebook.load(path)


def resolved(coding: Coding, codebook: Codebook) -> tuple[Coding, dict[str, str]]:
    """The coding with every alias replaced by its code, and the aliases that occurred in it.

    A quote, and a mention at one place, has each code once; a relation of a code to itself goes.
    """
    aliases = codebook.aliases
    every = [*coding.quotes, *(coding.blind or ())]
    used = {code for quote in every for code in quote.axial}
    used |= {mention.code for mention in coding.mentions} | {code.id for code in coding.codes}
    used |= {end for link in coding.relations for end in (link.source, link.target)}
    applied = {alias: aliases[alias] for alias in sorted(used & aliases.keys())}
    if not applied:
        return coding, {}
    known = {code.id: code for code in codebook.codes}
    return coding.model_copy(
        update={
            "quotes": _quotes(coding.quotes, applied),
            "blind": coding.blind and _quotes(coding.blind, applied),
            "mentions": _mentions(coding.mentions, applied),
            "codes": _codes(coding.codes, applied, known),
            "relations": relations(coding.relations, applied),
        }
    ), applied


def _quotes(quotes: Iterable[Quote], aliases: Mapping[str, str]) -> list[Quote]:
    return [
        quote.model_copy(update={"axial": canonical(quote.axial, aliases)})
        if aliases.keys() & {*quote.axial}
        else quote
        for quote in quotes
    ]


def canonical(ids: Iterable[str], aliases: Mapping[str, str]) -> list[str]:
    """The codes that some ids stand for, each once."""
    return list(dict.fromkeys(aliases.get(id_, id_) for id_ in ids))


def relations(links: Iterable[Relation], aliases: Mapping[str, str]) -> list[Relation]:
    """Relations between the codes that their ends stand for, without those of a code to itself."""
    changed = []
    for link in links:
        source = aliases.get(link.source, link.source)
        target = aliases.get(link.target, link.target)
        if source != target or link.source == link.target:
            changed.append(link.model_copy(update={"source": source, "target": target}))
    return changed


def _mentions(mentions: Sequence[Mention], aliases: Mapping[str, str]) -> list[Mention]:
    """What the coder noted twice stays twice; what only a merge makes the same counts once."""
    noted = {(mention.code, mention.turn, mention.trace) for mention in mentions}
    kept = []
    for mention in mentions:
        if (code := aliases.get(mention.code)) is not None:
            place = (code, mention.turn, mention.trace)
            if place in noted:
                continue
            noted.add(place)
            mention = mention.model_copy(update={"code": code})
        kept.append(mention)
    return kept


def _codes(
    codes: Iterable[CodedWith], aliases: Mapping[str, str], known: Mapping[str, Code]
) -> list[CodedWith]:
    kept: dict[str, CodedWith] = {}
    for code in codes:
        id_ = aliases.get(code.id, code.id)
        new = code if id_ == code.id else CodedWith(**known[id_].model_dump())
        here = code.defined_here or (id_ in kept and kept[id_].defined_here)
        kept[id_] = (kept[id_] if id_ in kept and id_ != code.id else new).model_copy(
            update={"defined_here": here}
        )
    return list(kept.values())
