"""doccano's JSON lines: a text with its labels, in and out; one line for each document and coder.

Offsets are code points, the end exclusive.
"""

import json
from collections.abc import Iterator
from typing import Any

from autocode.errors import InputError
from autocode.exchange.labels import Labelled, Labels, by_coder, coded_texts
from autocode.exchange.project import NO_NOTES, Project, Written
from autocode.files import parse_json
from autocode.text import whole


def doccano_bytes(project: Project) -> Written:
    """The project as lines that doccano imports for sequence labelling, and what was lost."""
    labels = Labels.of(project)
    lines = []
    for name, text, passages in coded_texts(project):
        for coder, theirs in (by_coder(passages) or {None: []}).items():
            marks = [
                [p.span.start, p.span.end, label]
                for p in theirs
                if p.span
                for label in labels.on(p)
            ]
            line = {"text": text, "label": marks, "document": name, "coder": coder}
            lines.append(whole(json.dumps(line, ensure_ascii=False)))
    losses = list(labels.losses)
    if any(passage.note for passage in project.passages):
        losses.append(NO_NOTES)
    return Written("".join(f"{line}\n" for line in lines).encode(), tuple(losses))


def read_doccano(data: bytes, name: str) -> Project:
    """The texts and labels of an export: `label`, `labels`, `entities` or `annotations`.

    Raises:
        InputError: a line is no JSON object with a text.
    """
    labelled = Labelled()
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            entry = parse_json(line)
            text = entry.get("text", entry.get("data")) if isinstance(entry, dict) else None
            if not isinstance(text, str):
                raise ValueError("no text with labels, as doccano exports them")
            title = str(entry.get("document") or entry.get("filename") or f"text {number}")
            labelled.document(title, text)
        except ValueError as error:
            what = f"cannot be read: {error}"
            raise InputError(what, where=name, line=number) from error
        coder = str(entry.get("coder") or "") or None
        for start, end, label in _marks(entry):
            labelled.add(title, (start, end), [label], coder)
    if not labelled.texts:
        raise InputError("there are no lines in it", where=name)
    return labelled.project()


def _marks(entry: dict[str, Any]) -> Iterator[tuple[object, object, str]]:
    """Start, end and label of each mark, whatever the version calls them."""
    keys = ("label", "labels", "entities", "annotations")
    marks: list[Any] = next((entry[key] for key in keys if isinstance(entry.get(key), list)), [])
    for mark in marks:
        if isinstance(mark, list) and len(mark) == 3:
            yield mark[0], mark[1], str(mark[2])
        elif isinstance(mark, dict):
            yield mark.get("start_offset"), mark.get("end_offset"), str(mark.get("label"))
