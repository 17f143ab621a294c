"""The codebook: axial codes with labels, aliases and hierarchy; leave-one-out; near-duplicates."""

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from rapidfuzz import fuzz, process

from autocode.coding.folding import fold
from autocode.coding.nouns import Code, Coding, Relation
from autocode.files import Record, read_record, to_json, write_whole

# At 90 `role_bases_access_control` meets `role_based_…`; `lambda_` and `kappa_architecture` differ.
SIMILAR = 90
_SHORTEST = 5
# `based` and `bases` reach 80, `ingress` and `egress` 77, `increase` and `decrease` 75.
_SAME_WORD = 78
_DENIALS = {"no", "not", "non", "without"}
_TURNING = {"a", "an", "anti", "de", "dis", "il", "im", "in", "ir", "mis", "non", "over", "post",
            "pre", "re", "sub", "un", "under"}  # fmt: skip
_SUGGEST = 75

# Keys that the file leaves out where they hold nothing.
_LEAN = {"examples", "also_defined_in", "retired", "relations", "trace", "evidence"}


class Codebook(Record):
    """The axial codes of a study (`autocode/codebook@1`), each id once, sorted by id.

    relations: typed links between them, which are never sent to a model.
    """

    format: Literal["autocode/codebook@1"] = "autocode/codebook@1"
    codes: list[Code] = Field(default_factory=list)
    relations: list[Relation] = Field(default_factory=list)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        seen: set[str] = set()
        for code in self.codes:
            if code.id in seen:
                raise ValueError(f"code {code.id!r} stands there twice")
            seen.add(code.id)
        return self

    @classmethod
    def load(cls, path: Path) -> "Codebook":
        """The codebook in a file; an empty one where there is none yet.

        Raises:
            InputError: the file is no codebook, of a newer version, or holds a wrong value.
        """
        return read_record(path, cls) if path.exists() else cls()

    def save(self, path: Path) -> None:
        """Write it: the same codebook is always the same bytes.

        Raises:
            StudyError: the file system refuses.
        """
        write_whole(path, self.to_json())

    def to_json(self) -> str:
        """The codebook as it stands in its file."""
        return to_json(self, _LEAN)

    @property
    def aliases(self) -> dict[str, str]:
        """Each alias and the id it stands for; an alias that is a code's own id stands for that."""
        ids = {code.id for code in self.codes}
        return {alias: code.id for code in self.codes for alias in code.aliases if alias not in ids}

    def find(self, name: str) -> Code | None:
        """The code with this id, alias or label, whatever its case and underscores."""
        exact = next((code for code in self.codes if code.id == name), None)
        wanted = bare(name)
        for code in self.codes if exact is None else ():
            if wanted in {bare(other) for other in (code.id, code.label, *code.aliases) if other}:
                return code
        return exact

    def without(
        self, transcript_id: str, defined: Collection[str] = ()
    ) -> tuple[list[Code], list[Code]]:
        """The codes that may be sent for a transcript, and those held back (leave-one-out).

        Held back is what this transcript's own coding defined. A code that was only used there
        stays: it was defined before (see `only_used_in` for what that means for agreement).
        Retired codes are in neither list.
        defined: ids or aliases known to be defined there, whatever the codebook says.
        """
        held = [
            code
            for code in self.codes
            if transcript_id in (code.first_defined_in, *code.also_defined_in)
            or {code.id, *code.aliases} & {*defined}
        ]
        names = {code.id for code in held} | {code.id for code in self.codes if code.retired}
        held = [code for code in held if not code.retired]
        sent = [
            # A parent that is held back would give its name away; a retired one is not offered.
            code.model_copy(update={"parent": None}) if code.parent in names else code
            for code in self.codes
            if code.id not in names
        ]
        return sent, held

    def with_codes(self, codes: Iterable[Code]) -> "Codebook":
        """The codebook with codes from elsewhere added; only what was unknown is filled in.

        Of an alias only the transcript that defined it is news: its code is held back there too.
        """
        every, aliases = {code.id: code for code in self.codes}, self.aliases
        for code in codes:
            if code.id in aliases:
                known = every[aliases[code.id]]
                places = {code.first_defined_in} - {None, known.first_defined_in}
                also = sorted({*known.also_defined_in, *filter(None, places)})
                every[known.id] = known.model_copy(update={"also_defined_in": also})
                continue
            old = every.get(code.id, Code(id=code.id))
            new = code.model_dump(exclude_none=True, exclude={"id", "aliases"})
            unknown = {
                key: value for key, value in new.items() if getattr(old, key, None) in (None, [])
            }
            every[code.id] = old.model_copy(update=unknown)
        return self.model_copy(update={"codes": [every[id_] for id_ in sorted(every)]})

    def with_coding(self, coding: Coding) -> "Codebook":
        """The codebook with the codes of a human coding added; what is there is never changed.

        Only what was unknown is filled in: what a code is called, its kind, parent and definition,
        and where it was first defined.
        """
        here = coding.transcript.id
        return self.with_codes(
            Code(
                id=used.id, label=used.label, kind=used.kind, parent=used.parent,
                definition=used.definition, first_defined_in=here if used.defined_here else None,
            )
            for used in coding.codes
        )  # fmt: skip


def only_used_in(sent: Sequence[Code], coding: Coding) -> bool:
    """Whether every code sent occurs in this very coding: then axial agreement is optimistic.

    The list of codes itself then tells the model which codes the human used.
    """
    used = {code for quote in coding.quotes for code in quote.axial}
    used |= {mention.code for mention in coding.mentions} | {code.id for code in coding.codes}
    return bool(sent) and all({code.id, *code.aliases} & used for code in sent)


def forest(codes: Sequence[Code]) -> list[tuple[int, Code]]:
    """The codes with their depth, children right after their parents; a circle is cut."""
    ids = {code.id for code in codes}
    children: dict[str | None, list[Code]] = {}
    for code in codes:
        children.setdefault(code.parent if code.parent in ids else None, []).append(code)
    placed: dict[str, tuple[int, Code]] = {}
    for root in [*children.get(None, []), *codes]:  # those of a circle have no root
        waiting = [(0, root)]
        while waiting:
            depth, code = waiting.pop()
            if code.id not in placed:
                placed[code.id] = (depth, code)
                waiting += [(depth + 1, child) for child in reversed(children.get(code.id, []))]
    return list(placed.values())


def alike(code: Code, codes: Sequence[Code]) -> list[Code]:
    """Those of `codes` that are probably the same, by id or label: they differ by a slip.

    The most similar first, by id before by label.
    """
    others = [other for other in codes if other.id != code.id]
    similar: dict[str, Code] = {}
    for name, names in (
        (code.id, [other.id for other in others]),
        (code.label, [other.label for other in others]),
    ):
        if not name:
            continue
        wanted, bares = bare(name), [bare(other or "") for other in names]
        matches = process.extract(
            wanted, bares, scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=None
        )
        for spelling, _, at in matches:
            if slip(wanted, spelling):
                similar[others[at].id] = others[at]
    return list(similar.values())


def nearest(name: str, codes: Sequence[Code]) -> str | None:
    """The id among `codes` that `name` may be a misspelling of."""
    ids = [code.id for code in codes if code.id != name]
    match = process.extractOne(name, ids, scorer=fuzz.ratio, score_cutoff=_SUGGEST)
    return match[0] if match else None


def identifier(label: str) -> str:
    """A label as an id: lower case, words joined by `_` (empty for a label without a word)."""
    return "_".join(re.findall(r"\w+", label.casefold()))


def bare(name: str) -> str:
    """An id or label without case, underscores and punctuation: what two spellings share."""
    return " ".join(re.sub(r"[\W_]+", " ", fold(name)).split())


def slip(first: str, second: str) -> float:
    """How alike two `bare` names are that differ by a slip of the keyboard, up to 1; else 0.

    Other numbers (version 1, version 2), other words (increase, decrease) and words that deny or
    turn round (de-, not) are no slips.
    """
    if first == second:
        return 1.0
    likeness = fuzz.ratio(first, second, score_cutoff=SIMILAR)
    if not likeness or min(len(first), len(second)) < _SHORTEST:
        return 0.0
    if re.findall(r"\d+", first) != re.findall(r"\d+", second):
        return 0.0
    ours, theirs = first.split(), second.split()
    left = [word for word in ours if word not in theirs]
    right = [word for word in theirs if word not in ours]
    pairs = (
        zip(left, right, strict=True)
        if len(left) == len(right)
        else [("".join(left), "".join(right))] if left and right else []
    )  # fmt: skip
    if any(not _same_word(*pair) for pair in pairs) or _DENIALS & {*left, *right}:
        return 0.0
    return float(likeness) / 100


def _same_word(first: str, second: str) -> bool:
    short, long = sorted((first, second), key=len)
    turned = long.endswith(short) and long.removesuffix(short) in _TURNING
    return not turned and fuzz.ratio(first, second) >= _SAME_WORD
