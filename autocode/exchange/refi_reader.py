"""REFI-QDA projects (`.qdpx`) of NVivo, MAXQDA, ATLAS.ti and others, read.

Read are codes, texts (also those of PDF files and recordings) and what was coded in them; all
else is said in the remarks. Elements count by their local names, GUIDs whatever their spelling.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from autocode.errors import InputError
from autocode.exchange.members import Members, plain_xml
from autocode.exchange.offsets import (
    Calibration,
    Convention,
    Selection,
    SourceText,
    calibrate,
    convention_named,
    usual_convention,
)
from autocode.exchange.project import Memo, Passage, Project, ProjectDocument, numbered
from autocode.exchange.refi_codebook import AGAIN, INTERNAL, ORIGIN, SOURCES, Codes, key, notes_of
from autocode.text import plural, whole

_POSITION = re.compile(r"\s*\+?\d{1,12}\s*")
_TEXTS = {"TextSource": ".", "PDFSource": "Representation",
          "AudioSource": "Transcript", "VideoSource": "Transcript"}  # fmt: skip
_NOT_READ = {
    "PictureSource": "picture", "PDFSelection": "passage of a PDF page",
    "PictureSelection": "part of a picture", "AudioSelection": "passage of a recording",
    "VideoSelection": "passage of a film", "Link": "link", "Set": "set", "Case": "case",
    "Variable": "variable", "Graph": "map",
}  # fmt: skip
_SEVERAL = {
    "passage of a PDF page": "passages of PDF pages", "part of a picture": "parts of pictures",
    "passage of a recording": "passages of recordings", "passage of a film": "passages of films",
    "code of a whole document": "codes of whole documents",
    "passage without a place in its text": "passages without a place in their texts",
    "coding with a code that is not there": "codings with codes that are not there",
}  # fmt: skip


def read_qdpx(data: bytes, name: str, offsets: str | None = None) -> Project:
    """The texts, codes and coded passages of a REFI-QDA project.

    offsets: how its program counts, where that is known: see `offsets.convention_named`.

    Raises:
        InputError: it is no such file or unsafe to open; `offsets` is no convention.
    """
    forced = convention_named(offsets) if offsets else None
    return _Reading(Members(data, name), name).project(forced)


@dataclass
class _Text:
    """A text of a project with its selections: each with its element."""

    name: str
    source: SourceText
    selections: list[tuple[Selection, Element]] = field(default_factory=list)


class _Reading:
    """Reads one project; `remarks` gather what was not read."""

    def __init__(self, members: Members, name: str) -> None:
        self._members, self._name = members, name
        self._root = plain_xml(self._project_file(), name)
        self.remarks: list[str] = []
        self._lost: Counter[str] = Counter()
        self._refuse_repeated_sources()
        self._notes = dict(self._memos())
        book = self._root.find("CodeBook")
        self._codes = Codes(Element("") if book is None else book, name, self._notes)
        self._users = {
            key(user.get("guid")): user.get("name") or user.get("id") or ""
            for user in self._root.iterfind("Users/User")
        }

    def project(self, forced: Convention | None) -> Project:
        texts = list(self._texts())
        origin = self._root.get("origin", "")
        usual = usual_convention(origin)
        if origin.startswith(ORIGIN):
            forced = forced or usual
        pairs = [(text.source, [each for each, _ in text.selections]) for text in texts]
        calibration = calibrate(pairs, usual, forced)
        passages = tuple(p for text in texts for p in self._passages(text, calibration.convention))
        return Project(
            tuple(ProjectDocument(text.name, text.source.text) for text in texts),
            tuple(self._codes.codes.values()),
            passages,
            (*self.remarks, *self._sentences(calibration, any(text.selections for text in texts))),
            memos=tuple(self._project_memos()),
        )

    def _project_file(self) -> bytes:
        at_root = [name for name in self._members.names if "/" not in name]
        names = [name for name in at_root if name.lower().endswith(".qde")]
        names.sort(key=lambda name: name.lower() != "project.qde")
        data = self._members.read(names[0]) if names else None
        if data is None:
            raise InputError("this archive holds no project.qde", where=self._name, hint=AGAIN)
        return data

    def _refuse_repeated_sources(self) -> None:
        for path in ("Sources/*", "Users/User"):
            guids = Counter(key(element.get("guid")) for element in self._root.iterfind(path))
            for guid, count in guids.items():
                if count > 1:
                    what = f"{count} sources or users have the GUID {guid!r}"
                    raise InputError(what, where=self._name, hint=AGAIN)

    def _memos(self) -> Iterator[tuple[str, Memo]]:
        for note in self._root.iterfind("Notes/Note"):
            data = self._bytes_of(note)
            if data is not None:
                text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
                yield key(note.get("guid")), Memo(note.get("name", ""), text.strip())

    def _project_memos(self) -> Iterator[Memo]:
        """The notes that belong to no code and no passage."""
        used = {
            key(reference.get("targetGUID"))
            for element in (self._root.iter() if self._notes else ())
            if element.tag in ("Code", "Coding", "PlainTextSelection", "TranscriptSelection")
            for reference in element.findall("NoteRef")
        }
        yield from (memo for guid, memo in self._notes.items() if guid not in used)

    def _bytes_of(self, element: Element) -> bytes | None:
        """The plain text of a source or note, in the project or in a file of the archive."""
        inline = element.find("PlainTextContent")
        if inline is not None:
            return whole(inline.text or "").encode()
        path = (element.get("plainTextPath") or "").strip()
        if not path:
            self.remarks.append(f"{element.get('name') or 'a text'} has no plain text: not read")
            return None
        inner = path[len(INTERNAL) :] if path.lower().startswith(INTERNAL) else path
        steps = inner.replace("\\", "/").split("/")
        if ":" in inner or ".." in steps or steps[0] == "":
            what = f"a text of this project lies outside of it, at {path}"
            raise InputError(what, where=self._name, hint=AGAIN)
        data = self._members.read(SOURCES + inner)
        data = self._members.read(inner) if data is None else data
        if data is None:
            self.remarks.append(f"the text {inner} is missing in the file")
        return data

    def _texts(self) -> Iterator[_Text]:
        names: Counter[str] = Counter()
        for source in self._root.iterfind("Sources/*"):
            plain = " ".join(source.get("name", "").split()) or key(source.get("guid"))
            for element in source.iterfind(_TEXTS.get(source.tag, "-")):
                name = numbered(plain, names)
                data = self._bytes_of(element)
                try:
                    if data is not None:
                        yield _Text(name, SourceText(data), list(self._selections(element)))
                except UnicodeDecodeError:
                    self.remarks.append(f"the text of {name} is not UTF-8: not read")
            self._lost["code of a whole document"] += len(source.findall("Coding"))

    def _selections(self, element: Element) -> Iterator[tuple[Selection, Element]]:
        """The selections of a text; ATLAS.ti has one twice, then it counts once."""
        points = {key(p.get("guid")): p.get("position") for p in element.findall("SyncPoint")}
        seen: dict[str, tuple[str | None, str | None]] = {}
        for selection in element:
            if selection.tag == "PlainTextSelection":
                places = selection.get("startPosition"), selection.get("endPosition")
            elif selection.tag == "TranscriptSelection":
                ends = selection.get("fromSyncPoint"), selection.get("toSyncPoint")
                places = points.get(key(ends[0])), points.get(key(ends[1]))
            else:
                continue
            guid = key(selection.get("guid"))
            if guid in seen and seen[guid] != places:
                what = f"two passages have the GUID {guid!r}"
                raise InputError(what, where=self._name, hint=AGAIN)
            if guid not in seen:
                seen[guid] = places
                start, end = (int(at) if at and _POSITION.fullmatch(at) else -1 for at in places)
                yield Selection(start, end, selection.get("name", "")), selection

    def _passages(self, text: _Text, convention: Convention) -> Iterator[Passage]:
        for selection, element in text.selections:
            span = text.source.span(selection.start, selection.end, convention)
            if span is None:
                self._lost["passage without a place in its text"] += 1
                continue
            words = text.source.text[span.start : span.end]
            for coder, codings in self._by_coder(element).items():
                about = [element.findtext("Description", ""), *notes_of(element, self._notes)]
                about += [note for coding in codings for note in notes_of(coding, self._notes)]
                note = "\n".join(filter(None, about))
                codes, open_codes = self._codes_of(codings)
                for number, open_code in enumerate(open_codes or [None]):
                    yield Passage(
                        text.name, words, () if number else codes, coder, span, None, open_code,
                        note,
                    )  # fmt: skip

    def _by_coder(self, selection: Element) -> dict[str | None, list[Element]]:
        """The codings of a selection by who made them; nobody's where there is none."""
        user = selection.get("creatingUser")
        coders: dict[str | None, list[Element]] = {}
        for coding in selection.findall("Coding"):
            coder = self._users.get(key(coding.get("creatingUser") or user)) or None
            coders.setdefault(coder, []).append(coding)
        return coders or {self._users.get(key(user)) or None: []}

    def _codes_of(self, codings: Iterable[Element]) -> tuple[tuple[str, ...], list[str | None]]:
        codes: dict[str, None] = {}
        open_codes: list[str | None] = []
        for coding in codings:
            reference = coding.find("CodeRef")
            id_ = key(None if reference is None else reference.get("targetGUID"))
            if id_ in self._codes.open_codes:
                open_codes.append(self._codes.open_codes[id_])
            elif id_ in self._codes.codes:
                codes[id_] = None
            else:
                self._lost["coding with a code that is not there"] += 1
        return tuple(codes), open_codes

    def _sentences(self, calibration: Calibration, counted: bool) -> Iterator[str]:
        if counted:
            yield calibration.sentence()
        tags = Counter(element.tag for element in self._root.iter())
        for tag, what in _NOT_READ.items():
            self._lost[what] += tags[tag]
        for what, count in self._lost.items():
            if count:
                yield f"not read: {plural(count, what, _SEVERAL.get(what, ''))}"
