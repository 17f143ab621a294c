"""The names of a study that are replaced, by which pseudonyms, and those that are kept.

`private/names.json`: one list for the whole study, so that a person is the same pseudonym in every
interview. It is what leads back to people: it stays with the researcher, out of git, mode 600.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from typing import Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from autocode.errors import StudyError
from autocode.files import Record, read_record, to_json, write_whole
from autocode.redaction.patterns import SHAPES
from autocode.study import Study
from autocode.transcript.nouns import Span

NAMES_FORMAT: Final = "autocode/names@1"
NAMES_FILE = "names.json"
# What a pseudonym may be numbered as; the first one where nobody says more.
KINDS = ("Name", "Person", "Place", "Organisation", *SHAPES)
_LONGEST = 200


class Pseudonym(Record):
    """One person, place or organisation: what stands in for it, and all that it is called."""

    pseudonym: str = Field(min_length=1, max_length=_LONGEST)
    names: list[str]


class Names(Record):
    """What the researcher has decided on (`autocode/names@1`); a name is matched as it is written.

    replaced: by which pseudonyms; kept: words that look like names and are sent as they are.
    """

    format: Literal["autocode/names@1"] = NAMES_FORMAT
    replaced: list[Pseudonym] = Field(default_factory=list)
    kept: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _leads_one_way(self) -> Self:
        names = [name for entry in self.replaced for name in entry.names]
        for name in (*names, *(entry.pseudonym for entry in self.replaced)):
            if name != " ".join(name.split()) or not name:
                raise ValueError(f"{name!r} is empty, or has white space that is not one space")
        written = [_plain(name) for name in names]
        for listed in (written, [entry.pseudonym for entry in self.replaced]):
            if twice := next((name for name in listed if listed.count(name) > 1), None):
                raise ValueError(f"{twice!r} stands in the list twice")
        for entry in self.replaced:
            if inner := next(self.within(entry.pseudonym), None):
                raise ValueError(
                    f"the pseudonym {entry.pseudonym!r} holds a name of the list, "
                    f"that of {inner[1]!r}"
                )
        return self

    @classmethod
    def of(cls, study: Study) -> "Names":
        """The list of a study; an empty one where there is none yet.

        Raises:
            InputError: the file cannot be read as one.
        """
        path = study.inside(study.private_path / NAMES_FILE)
        return read_record(path, cls) if path.exists() else cls()

    def save(self, study: Study) -> None:
        """Write the list, for its owner alone.

        Raises:
            StudyError: the file system refuses.
        """
        write_private(study, NAMES_FILE, to_json(self))

    @cached_property
    def lookup(self) -> dict[str, str]:
        """The pseudonym of each name, and of each name without its capital letters."""
        exact = {_plain(name): entry.pseudonym for entry in self.replaced for name in entry.names}
        return {name.casefold(): pseudonym for name, pseudonym in exact.items()} | exact

    @cached_property
    def pattern(self) -> str:
        """What matches, without taking it, the longest name at a place; nothing without names."""
        every = sorted({name for entry in self.replaced for name in entry.names})
        if not every:
            return "(?!)"
        begin = {form[0] for name in every for form in _forms(name)}
        first = re.escape("".join(sorted(begin)).replace("'", "'’"))
        # Every beginning is tried, since a name may overlap one that begins before it; but only
        # where the first letter of some name stands.
        longest = "|".join(map(_written, sorted(every, key=len, reverse=True)))
        return f"(?=[{first}])(?=({longest}))"

    def within(self, text: str, *, any_case: bool = False) -> Iterator[tuple[Span, str]]:
        """Where names stand in a text, and the pseudonym of each; names that overlap are one.

        Such a one has the pseudonym of the longest name in it, the first of equals. any_case: also
        where a name has other capital letters than in the list.
        """
        merged: list[tuple[Span, str, int]] = []
        matches = re.finditer(self.pattern, text, re.IGNORECASE if any_case else 0)
        for match in matches:
            span, name = Span(*match.span(1)), _plain(match[1])
            size = span.end - span.start
            pseudonym = self.lookup.get(name) or self.lookup.get(name.casefold(), KINDS[0])
            if merged and merged[-1][0].overlaps(span):
                before, its, longest = merged.pop()
                span = Span(before.start, max(before.end, span.end))
                if longest >= size:
                    size, pseudonym = longest, its
            merged.append((span, pseudonym, size))
        return ((span, pseudonym) for span, pseudonym, _ in merged)

    def replace(self, text: str, *, any_case: bool = False) -> str:
        """The text with a pseudonym in the place of every name."""
        parts, end = [], 0
        for span, pseudonym in self.within(text, any_case=any_case):
            parts += [text[end : span.start], pseudonym]
            end = span.end
        return "".join([*parts, text[end:]])

    def replacing(self, name: str, pseudonym: str | None = None) -> "Names":
        """The list with one name more; without a pseudonym, or with one of `KINDS`, a new number.

        Raises:
            StudyError: the list would no longer lead one way.
        """
        name, wanted = " ".join(name.split()), " ".join((pseudonym or "").split())
        if not wanted or wanted.capitalize() in KINDS:
            wanted = self._next(wanted.capitalize() or KINDS[0])
        others = [
            entry.model_copy(update={"names": [each for each in entry.names if each != name]})
            for entry in self.replaced
        ]
        same = next((entry for entry in others if entry.pseudonym == wanted), None)
        if same is None:
            same = Pseudonym(pseudonym=wanted, names=[])
            others.append(same)
        same.names = [*same.names, name]
        return self._changed([entry for entry in others if entry.names], {*self.kept} - {name})

    def keeping(self, name: str) -> "Names":
        """The list with a word that is sent as it is."""
        name = " ".join(name.split())
        entries = [
            entry.model_copy(update={"names": [each for each in entry.names if each != name]})
            for entry in self.replaced
        ]
        return self._changed([entry for entry in entries if entry.names], {*self.kept, name})

    def _changed(self, replaced: list[Pseudonym], kept: set[str]) -> "Names":
        data = self.model_dump() | {
            "replaced": [entry.model_dump() for entry in replaced],
            "kept": sorted(kept),
        }
        try:
            return Names.model_validate(data)
        except ValidationError as error:
            what = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise StudyError(what, hint="Choose another name or pseudonym.") from error

    def _next(self, kind: str) -> str:
        """`Person 3`, where the last one is `Person 2`."""
        pattern = re.compile(rf"{re.escape(kind)} (\d{{1,9}})")
        matches = (pattern.fullmatch(entry.pseudonym) for entry in self.replaced)
        return f"{kind} {1 + max((int(match[1]) for match in matches if match), default=0)}"


def write_private(study: Study, name: str, content: str) -> None:
    """Write a file of `private/` for its owner alone; git is told to leave the folder out.

    Raises:
        StudyError: the file system refuses.
    """
    folder = study.private_path
    if not (folder / ".gitignore").exists():
        write_whole(folder / ".gitignore", "*\n")
    write_whole(study.inside(folder / name), content, private=True)


def _plain(name: str) -> str:
    """Equal for all that `_written` matches of one name."""
    return unicodedata.normalize("NFC", " ".join(name.split())).replace("’", "'")


def _written(name: str) -> str:
    """A pattern for a name: any white space between its words, either apostrophe, NFC or NFD.

    No letter or digit stands beside it, unless the script is one that sets no spaces or that
    writes other words to it (those have no upper case).
    """
    inner = "|".join(
        re.escape(form).replace(r"\ ", r"\s+").replace("'", "['’]") for form in _forms(name)
    )
    before = r"(?<![^\W_])" if _stands_alone(name[0]) else ""
    behind = r"(?![^\W_])" if _stands_alone(name[-1]) else ""
    return f"{before}(?:{inner}){behind}"


def _forms(name: str) -> list[str]:
    """A name in the ways that Unicode writes it, with a straight apostrophe."""
    plain = name.replace("’", "'")
    return sorted({unicodedata.normalize(form, plain) for form in ("NFC", "NFD")})


def _stands_alone(letter: str) -> bool:
    return letter.isdigit() or letter.lower() != letter.upper()
