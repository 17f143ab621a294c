"""REFI-QDA projects (`.qdpx`) written, by the rules that the programs which read them taught.

Texts are UTF-8 with LF and without a mark; offsets are code points (UTF-16 for NVivo), the end
exclusive; GUIDs and times follow from the content, so that the same project is the same bytes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, get_args

from autocode import __version__
from autocode.exchange.offsets import Widths
from autocode.exchange.project import Memo, Passage, Project, ProjectCode, Written, without_place
from autocode.exchange.refi_codebook import (
    INTERNAL,
    OPEN_CODES,
    ORIGIN,
    SOURCES,
    code_names,
    code_tree,
    guid,
    xml_safe,
    xml_text,
    xml_value,
)
from autocode.files import zip_bytes
from autocode.text import plural, whole

Target = Literal["nvivo", "maxqda", "atlas"]
TARGETS: Final = get_args(Target)
_NAMESPACE: Final = "urn:QDA-XML:project:1.0"
# Every element has a time, without which QualCoder stops; a study has none that stays the same.
_TIME: Final = 'creationDateTime="2000-01-01T00:00:00Z"'
# So many characters of a passage are its name: enough for a reader to find out how offsets count.
_NAME_LENGTH: Final = 100
_HALF = re.compile("[\ud800-\udfff]")


def qdpx_bytes(project: Project, title: str, target: Target | None = None) -> Written:
    """The project as a `.qdpx` file, and what was lost on the way.

    target: the program it is for: NVivo counts UTF-16, MAXQDA cuts the names of codes.
    """
    writing = _Writing(project, target)
    members = writing.members(title)
    return Written(zip_bytes(sorted(members.items())), tuple(writing.losses))


class _Writing:
    """Writes one project; `losses` gather what the format cannot hold."""

    def __init__(self, project: Project, target: Target | None) -> None:
        self._project, self._target = project, target
        self._opens = sorted({p.open_code for p in project.passages if p.open_code})
        codes = [*project.codes, *([OPEN_CODES] if self._opens else [])]
        codes += [ProjectCode(_open(text), text, OPEN_CODES.id) for text in self._opens]
        self._names, renamed = code_names(codes, target or "")
        self._codes = [
            ProjectCode(code.id, code.name, code.parent, code.name)
            if code.parent == OPEN_CODES.id and self._names[code.id] != code.name
            else code
            for code in codes
        ]
        coders = {passage.coder for passage in project.passages if passage.coder}
        self._users = {coder: guid("user", coder) for coder in sorted(coders)}
        self._texts = dict(sorted(project.texts.items()))
        self._lost: Counter[str] = Counter()
        self.losses = [*project.remarks, *renamed]

    def members(self, title: str) -> dict[str, bytes]:
        """The files of the archive by their names."""
        memos = {guid("memo", n, memo.title): memo for n, memo in enumerate(self._project.memos)}
        members = {}
        for name, text in self._texts.items():
            # A text that begins with a mark gets another, which is taken off.
            mark = "\ufeff" if text.startswith("\ufeff") else ""
            member = f"{SOURCES}{guid('document', name)}.txt"
            members[member] = (mark + text).encode("utf-8", "replace")
        members |= {f"{SOURCES}{id_}.txt": whole(m.text).encode() for id_, m in memos.items()}
        passages: dict[str, list[Passage]] = {name: [] for name in self._texts}
        for passage in self._project.passages:
            if passage.span is None or passage.document not in passages:
                self._lost["passage without a place in a text"] += 1
            else:
                passages[passage.document].append(passage)
        project_file = "".join(self._elements(title, passages, memos)).encode()
        self.losses += self._sentences()
        return members | {"project.qde": project_file}

    def _elements(
        self, title: str, passages: Mapping[str, Sequence[Passage]], memos: Mapping[str, Memo]
    ) -> Iterator[str]:
        """The project file, in the order that the schema asks for."""
        unit = " (UTF-16 offsets)" if self._target == "nvivo" else ""
        yield '<?xml version="1.0" encoding="utf-8"?>\n'
        yield (
            f'<Project xmlns="{_NAMESPACE}" name="{xml_value(title)}" '
            f'origin="{ORIGIN} {__version__}{unit}" {_TIME}>'
        )
        users = (f'<User guid="{id_}" name="{xml_value(c)}"/>' for c, id_ in self._users.items())
        used = {code for passage in self._project.passages for code in passage.codes}
        used |= {_open(text) for text in self._opens}
        tree = code_tree(self._codes, self._names, used)
        sources = (part for name in passages for part in self._source(name, passages[name]))
        notes = (
            f'<Note guid="{id_}" name="{xml_value(memo.title)}" '
            f'plainTextPath="{INTERNAL}{id_}.txt" {_TIME}/>'
            for id_, memo in memos.items()
        )
        yield from _wrapped("Users", users)
        yield from _wrapped("CodeBook", _wrapped("Codes", tree))
        yield from _wrapped("Sources", sources)
        yield from _wrapped("Notes", notes)
        yield from _wrapped("Links", self._links())
        yield from (f'<NoteRef targetGUID="{id_}"/>' for id_ in memos)
        yield "</Project>\n"

    def _source(self, name: str, passages: Sequence[Passage]) -> Iterator[str]:
        """A text with its selections; the same passage by the same coder again has a number."""
        text, id_ = self._texts[name], guid("document", name)
        widths = Widths.utf16(text) if self._target == "nvivo" else Widths()
        yield (
            f'<TextSource guid="{id_}" name="{xml_value(name)}" '
            f'plainTextPath="{INTERNAL}{id_}.txt" {_TIME}>'
        )
        again: Counter[tuple[object, ...]] = Counter()
        for passage in passages:
            span = passage.span
            if span is None or not span.start < span.end <= len(text):
                self._lost["passage without a place in a text"] += 1
                continue
            start, end = widths.units(span.start), widths.units(span.end)
            place = (id_, span.start, span.end, passage.coder)
            again[place] += 1
            words = text[span.start : min(span.end, span.start + _NAME_LENGTH)]
            dots = "…" if span.end - span.start > _NAME_LENGTH else ""
            by = f' creatingUser="{self._users[passage.coder]}"' if passage.coder else ""
            selection = guid("passage", *place, again[place])
            yield (
                f'<PlainTextSelection guid="{selection}" name="{xml_value(words)}{dots}" '
                f'startPosition="{start}" endPosition="{end}"{by} {_TIME}>'
            )
            yield from self._within(selection, passage, by)
            yield "</PlainTextSelection>"
        yield "</TextSource>"

    def _within(self, selection: str, passage: Passage, by: str) -> Iterator[str]:
        """What a selection holds: the note, and a coding for each code."""
        if passage.note:
            self._lost["note"] += 1
            yield f"<Description>{xml_text(passage.note)}</Description>"
        codes = [code for code in passage.codes if code in self._names]
        codes += [_open(passage.open_code)] if passage.open_code else []
        if not codes:
            self._lost["passage without a code"] += 1
        for code in dict.fromkeys(codes):
            yield (
                f'<Coding guid="{guid("coding", selection, code)}"{by} {_TIME}>'
                f'<CodeRef targetGUID="{guid("code", code)}"/></Coding>'
            )

    def _links(self) -> Iterator[str]:
        known = {code.id for code in self._project.codes}
        for link in self._project.relations:
            if {link.source, link.target} <= known:
                id_ = guid("link", *link.triple)
                yield (
                    f'<Link guid="{id_}" name="{xml_value(link.relation)}" direction="OneWay" '
                    f'originGUID="{guid("code", link.source)}" '
                    f'targetGUID="{guid("code", link.target)}"/>'
                )

    def _sentences(self) -> Iterator[str]:
        """What the format cannot hold, or programs may take otherwise."""
        project, lost = self._project, self._lost
        texts = self._texts
        if missing := len(project.documents) - len(texts):
            yield f"left out: {plural(missing, 'document')} without a text, or of a name used twice"
        if count := lost["passage without a place in a text"]:
            yield without_place(count)
        if count := lost["passage without a code"]:
            passages = plural(count, "passage has", "passages have")
            yield f"{passages} no code; programs may leave them out"
        if lost["note"]:
            yield "notes and rationales are descriptions of passages, which not all programs show"
        if self._opens:
            yield f"open codes are codes under {self._names[OPEN_CODES.id]!r}"
        if project.relations:
            yield "relations are links between codes; who noted them is not kept"
        if any(turn.speaker for document in project.documents for turn in document.turns):
            yield "the texts are what was said; speakers and times are not part of them"
        if any(max(text, default="") > "\uffff" for text in texts.values()):
            yield (
                "offsets count UTF-16, as NVivo does; other programs need another export"
                if self._target == "nvivo"
                else "texts hold emoji or the like: for NVivo, which counts them twice, "
                "use --for nvivo"
            )
        words = (*texts, *(c.name + c.definition for c in project.codes), *map(str, self._users),
                 *(p.note + (p.open_code or "") for p in project.passages))  # fmt: skip
        if any(xml_safe(text) != text for text in words):
            yield "characters that XML cannot hold were left out of names and notes"
        if any(_HALF.search(text) for text in texts.values()):
            yield "halves of characters in texts are ? there"
        if self._target in ("maxqda", "atlas"):
            yield "how this program counts emoji is not known: compare some passages after them"


def _open(text: str) -> str:
    return f"{OPEN_CODES.id}\x1f{text}"


def _wrapped(tag: str, parts: Iterable[str]) -> list[str]:
    """Elements within another one, which may not be empty."""
    inner = list(parts)
    return [f"<{tag}>", *inner, f"</{tag}>"] if inner else []
