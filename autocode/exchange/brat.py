"""brat's standoff format: `.txt` and `.ann` for each document, a folder for each coder, in a ZIP.

Offsets are code points; a passage over several lines is one of several parts. Names of labels are
ASCII without spaces there; `names.json` says what they stand for.
"""

import re
from collections.abc import Iterable, Iterator, Sized
from itertools import chain, count, pairwise
from typing import Final

from autocode.errors import InputError
from autocode.exchange.labels import Labelled, Labels, by_coder, coded_texts
from autocode.exchange.members import Members
from autocode.exchange.project import Passage, Project, Written
from autocode.files import parse_json, zip_bytes
from autocode.text import unused, visible_json, whole

_NAMES: Final = "names.json"
_NOBODY: Final = "nobody"
_MARK = re.compile(r"T\d+\t(\S+) (\d{1,12} \d{1,12}(?:;\d{1,12} \d{1,12})*)\t(.*)")


def brat_bytes(project: Project) -> Written:
    """The project as a ZIP archive of a folder for each coder, and what was lost."""
    labels = Labels.of(project)
    used = sorted({label for passage in project.passages for label in labels.on(passage)})
    # Each label has a name in ASCII of its own.
    slugs, taken = dict[str, str](), set[str]()
    for label in used:
        plain = re.sub(r"[^A-Za-z0-9]+", "_", label).strip("_") or "code"
        slugs[label] = unused(chain((plain,), (f"{plain}_{n}" for n in count(2))), taken)
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    stems: dict[str, str] = {}
    entities = "".join(f"{slug}\n" for slug in slugs.values())
    for name, text, passages in coded_texts(project):
        for coder, theirs in (by_coder(passages) or {None: []}).items():
            folder = folders.setdefault(coder or _NOBODY, _file_name(coder or _NOBODY, folders))
            stem = stems.setdefault(name, _file_name(name, stems))
            files[f"{folder}/{stem}.txt"] = text
            files[f"{folder}/{stem}.ann"] = "".join(_lines(text, theirs, labels, slugs))
            sections = "[relations]\n[events]\n[attributes]\n"
            files[f"{folder}/annotation.conf"] = f"[entities]\n{entities}{sections}"
    names = {
        "labels": {slug: label for label, slug in slugs.items()},
        "coders": {folder: coder for coder, folder in folders.items()},
        "documents": {stem: name for name, stem in stems.items()},
    }
    files[_NAMES] = visible_json(names) + "\n"
    data = zip_bytes((name, whole(files[name]).encode()) for name in sorted(files))
    return Written(data, labels.losses)


def _lines(
    text: str, passages: Iterable[Passage], labels: Labels, slugs: dict[str, str]
) -> Iterator[str]:
    """The lines of an .ann file: a mark for each label, and the note below it."""
    number = 0
    for passage in passages:
        span = passage.span
        parts = [
            (match.start(), match.end())
            for match in re.compile(r"[^\n]+").finditer(text, span.start, span.end)
        ] if span else []  # fmt: skip
        for label in labels.on(passage) if parts else []:
            number += 1
            places = ";".join(f"{start} {end}" for start, end in parts)
            words = " ".join(text[start:end] for start, end in parts)
            yield f"T{number}\t{slugs[label]} {places}\t{words}\n"
            if passage.note:
                note = " ".join(passage.note.split())
                yield f"#{number}\tAnnotatorNotes T{number}\t{note}\n"


def _file_name(name: str, names: Sized) -> str:
    """A name that every disk takes; with a number where that is another one."""
    plain = re.sub(r"[^\w.-]+", "_", name).strip("._")[:60] or "file"
    return plain if plain == name else f"{plain}_{len(names) + 1}"


def read_brat(data: bytes, name: str) -> Project:
    """The documents of a ZIP archive of `.txt` and `.ann` files; a folder is a coder.

    Raises:
        InputError: it is no such archive, or no text has annotations.
    """
    members = Members(data, name)
    names = _names(members.read(_NAMES) or b"{}")
    labelled = Labelled()
    for member in members.names:
        stem, _, suffix = member.rpartition(".")
        words, marks = (members.read(f"{stem}.{kind}") for kind in ("txt", "ann"))
        if suffix != "ann" or words is None or marks is None:
            continue
        path, _, short = stem.rpartition("/")
        folder = path.rpartition("/")[2]
        coder = names.get(("coders", folder), folder)
        title = names.get(("documents", short), short)
        text = words.decode("utf-8", "replace")
        try:
            labelled.document(title, text)
        except ValueError as error:
            raise InputError(str(error), where=name) from error
        for label, place in _marks(marks.decode("utf-8", "replace"), text):
            full = names.get(("labels", label), label)
            labelled.add(title, place, [full], None if coder in ("", _NOBODY) else coder)
    if not labelled.texts:
        raise InputError("no .txt file with its .ann file is in it", where=name)
    return labelled.project()


def _names(data: bytes) -> dict[tuple[str, str], str]:
    """What short names stand for, by kind; nothing where the file is not ours."""
    try:
        kinds = parse_json(data)
    except ValueError:
        return {}
    pairs = kinds.items() if isinstance(kinds, dict) else ()
    return {
        (kind, short): full
        for kind, names in pairs
        if isinstance(names, dict)
        for short, full in names.items()
        if isinstance(full, str)
    }


def _marks(lines: str, text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Label and place of each mark; parts with nothing but white space between are one."""
    for line in lines.split("\n"):
        if match := _MARK.match(line):
            parts = [tuple(map(int, part.split())) for part in match[2].split(";")]
            start = parts[0][0]
            for (_, before), (after, _) in pairwise(parts):
                if text[before:after].strip():
                    yield match[1], (start, before)
                    start = after
            yield match[1], (start, parts[-1][1])
