"""REFI-QDA codebooks (`.qdc`; QDA-XML 1.0, 2019), and the tree of codes that projects have too."""

import re
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from autocode import __version__
from autocode.errors import InputError
from autocode.exchange.members import plain_xml
from autocode.exchange.project import Memo, Project, ProjectCode, Written, colour_of, colours
from autocode.text import plural, whole

ORIGIN: Final = "autocode"
SOURCES: Final = "sources/"
INTERNAL: Final = "internal://"
AGAIN: Final = "Export it again, with its sources in it."
_NAMESPACE: Final = "urn:QDA-XML:codebook:1.0"
_SPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:autocode:exchange")
# MAXQDA cuts the names of codes here.
_MAXQDA_LONGEST: Final = 63
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = {"\r": "&#13;"}
_ATTRIBUTE = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def guid(*names: object) -> str:
    """The GUID of what the names stand for: the same in every export."""
    return str(uuid.uuid5(_SPACE, whole("\x1f".join(map(str, names)))))


# Open codes are codes of their own there, all under this one, which only groups.
OPEN_CODES: Final = ProjectCode("\x1fopen", "Open codes")
OPEN_CODES_GUID: Final = guid("code", OPEN_CODES.id)


def key(text: str | None) -> str:
    """A GUID as all spellings of it: with braces or without, in either case."""
    return (text or "").strip().strip("{}").lower()


def read_qdc(data: bytes, name: str) -> Project:
    """The codes of a REFI-QDA codebook.

    Raises:
        InputError: it is no such file, declares entities, or uses a GUID twice.
    """
    root = plain_xml(data, name)
    if root.tag != "CodeBook":
        raise InputError(f"this is no codebook but <{root.tag}>", where=name)
    sets = len(root.findall("Sets/Set"))
    remarks = (f"not read: {plural(sets, 'set')} of codes",) if sets else ()
    return Project(codes=tuple(Codes(root, name, {}).codes.values()), remarks=remarks)


def qdc_bytes(project: Project, target: str = "") -> Written:
    """The codes of a project as a REFI-QDA codebook; the same codes are always the same bytes.

    target: `nvivo`, `maxqda` or `atlas`, for what these programs need.

    Raises:
        InputError: there are no codes, without which there is no codebook.
    """
    if not project.codes:
        raise InputError("there are no codes to write", hint="Add some to gold/codebook.json.")
    names, losses = code_names(project.codes, target)
    tree = "".join(code_tree(project.codes, names, {code.id for code in project.codes}))
    text = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<CodeBook xmlns="{_NAMESPACE}" '
        f'origin="{ORIGIN} {__version__}"><Codes>{tree}</Codes></CodeBook>\n'
    )
    return Written(text.encode(), tuple(losses))


def xml_safe(text: str, instead: str = "") -> str:
    """Words without the characters that XML cannot hold, or with a sign instead of each."""
    return _FORBIDDEN.sub(instead, text)


def xml_text(text: str) -> str:
    """Words as the text of an element."""
    return escape(xml_safe(text), _ESCAPED)


def xml_value(text: str) -> str:
    """Words as the value of an attribute in double quotes."""
    return escape(xml_safe(text), _ATTRIBUTE)


def code_names(codes: Sequence[ProjectCode], target: str) -> tuple[dict[str, str], list[str]]:
    """A name for each code by its id, each once in the project; and which were changed.

    QualCoder loses the codings of codes that share a name (measured).
    """
    titles = {code.id: code.name for code in codes}
    longest = _MAXQDA_LONGEST if target == "maxqda" else 10_000
    names: dict[str, str] = {}
    taken: set[str] = set()
    for code in codes:
        plain = " ".join(xml_safe(code.name).split()) or "code"
        parent = f"{plain} ({titles[code.parent]})" if code.parent in titles else plain
        numbered = (f"{plain[: longest - 9]} {number}" for number in range(2, len(codes) + 2))
        tries = chain((plain[:longest], " ".join(xml_safe(parent).split())[:longest]), numbered)
        names[code.id] = next(name for name in tries if name.casefold() not in taken)
        taken.add(names[code.id].casefold())
    changed = [id_ for id_, name in names.items() if name != titles[id_]]
    return names, [f"the code {titles[id_]!r} is called {names[id_]!r} there" for id_ in changed]


def code_tree(
    codes: Sequence[ProjectCode], names: Mapping[str, str], used: Collection[str]
) -> Iterator[str]:
    """The codes as nested elements; a circle of parents is cut.

    Codes that are not `used` and have others below them only group those.
    """
    below: dict[str | None, list[ProjectCode]] = {}
    for code in codes:
        below.setdefault(code.parent if code.parent in names else None, []).append(code)
    shades, done = colours(codes), set[str]()
    for start in (*below.get(None, ()), *codes):
        waiting: list[ProjectCode | str] = [start]
        while waiting:
            next_ = waiting.pop()
            if isinstance(next_, str):
                yield next_
            elif next_.id not in done:
                done.add(next_.id)
                children = below.get(next_.id, [])
                codable = "true" if next_.id in used or not children else "false"
                yield (
                    f'<Code guid="{guid("code", next_.id)}" name="{xml_value(names[next_.id])}" '
                    f'isCodable="{codable}" color="{shades[next_.id]}">'
                )
                if next_.definition:
                    yield f"<Description>{xml_text(next_.definition)}</Description>"
                waiting += ["</Code>", *reversed(children)]


class Codes:
    """The tree of codes under an element, by GUID; `open_codes` are those of ours that are open."""

    def __init__(self, root: Element, name: str, notes: Mapping[str, Memo]) -> None:
        self.codes: dict[str, ProjectCode] = {}
        self.open_codes: dict[str, str] = {}
        waiting = [(code, "") for code in reversed(root.findall("Codes/Code"))]
        while waiting:
            element, parent = waiting.pop()
            id_ = key(element.get("guid"))
            if not id_ or id_ in self.codes or id_ in self.open_codes:
                raise InputError(f"two codes have the GUID {id_!r}", where=name, hint=AGAIN)
            if parent == OPEN_CODES_GUID:
                text = element.findtext("Description", "") or element.get("name", "")
                self.open_codes[id_] = text
            else:
                about = [element.findtext("Description", "").strip(), *notes_of(element, notes)]
                self.codes[id_] = ProjectCode(
                    id_,
                    " ".join(element.get("name", "").split()) or id_,
                    parent or None,
                    "\n".join(filter(None, about)),
                    colour_of(element.get("color", "")),
                )
            waiting += [(child, id_) for child in reversed(element.findall("Code"))]
        self.codes.pop(OPEN_CODES_GUID, None)


def notes_of(element: Element, notes: Mapping[str, Memo]) -> Iterator[str]:
    """The words of the notes that an element refers to."""
    for reference in element.findall("NoteRef"):
        if note := notes.get(key(reference.get("targetGUID"))):
            yield note.text
