"""Label Studio's JSON: a task for each text, in and out; what models coded are predictions.

Offsets are code points (as since October 2021), the end exclusive; the words are there as well.
"""

from collections.abc import Iterator
from typing import Any

from autocode.errors import InputError
from autocode.exchange.labels import Labelled, Labels, by_coder, coded_texts
from autocode.exchange.project import Passage, Project, Written, coder_named
from autocode.exchange.refi_codebook import guid
from autocode.files import parse_json
from autocode.text import visible_json, whole


def label_studio_bytes(project: Project) -> Written:
    """The project as tasks to import, and what was lost."""
    labels = Labels.of(project)
    tasks = []
    for number, (name, text, passages) in enumerate(coded_texts(project), 1):
        task: dict[str, Any] = {"id": number, "data": {"text": text, "document": name}}
        task |= {"annotations": [], "predictions": []}
        for coder, theirs in by_coder(passages).items():
            result = [_region(passage, labels, n) for n, passage in enumerate(theirs)]
            if coder and coder_named(coder).kind == "model":
                task["predictions"].append({"model_version": coder, "result": result})
            else:
                task["annotations"].append({"coder": coder, "result": result})
        tasks.append(task)
    return Written(whole(visible_json(tasks)).encode() + b"\n", labels.losses)


def _region(passage: Passage, labels: Labels, number: int) -> dict[str, Any]:
    span = passage.span
    assert span is not None  # as `coded_texts` gives them
    key = (passage.document, span.start, span.end, passage.coder, number)
    region: dict[str, Any] = {
        "id": guid("region", *key)[:10].replace("-", ""),
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "value": {
            "start": span.start, "end": span.end, "text": passage.words,
            "labels": labels.on(passage),
        },
    }  # fmt: skip
    return region | ({"meta": {"text": [passage.note]}} if passage.note else {})


def read_label_studio(data: bytes, name: str) -> Project:
    """The texts of an export, and what people and models labelled in them.

    Raises:
        InputError: it is no export of tasks with texts.
    """
    try:
        tasks = parse_json(data)
    except ValueError as error:
        raise InputError(f"no JSON: {error}", where=name) from error
    labelled = Labelled()
    try:
        for number, task in enumerate(tasks if isinstance(tasks, list) else [], 1):
            _add_task(labelled, task, f"text {number}")
    except ValueError as error:
        raise InputError(str(error), where=name) from error
    if not labelled.texts:
        hint = "Export JSON from Label Studio."
        raise InputError("this holds no tasks with texts", where=name, hint=hint)
    return labelled.project()


def _add_task(labelled: Labelled, task: Any, title: str) -> None:
    content = task.get("data") if isinstance(task, dict) else None
    text = content.get("text") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(text, str):
        return
    title = str(content.get("document") or task.get("file_upload") or title)
    labelled.document(title, text)
    for coder, region in _regions(task):
        value = region.get("value")
        if isinstance(value, dict) and isinstance(value.get("labels"), list):
            words = value.get("text")
            labelled.add(
                title,
                (value.get("start"), value.get("end")),
                [str(label) for label in value["labels"]],
                coder,
                words=words if isinstance(words, str) else "",
                note=_note(region),
            )


def _regions(task: dict[str, Any]) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """Each region of a task with who labelled it."""
    for key in ("annotations", "completions", "predictions"):
        annotations = task.get(key)
        for annotation in annotations if isinstance(annotations, list) else []:
            if not isinstance(annotation, dict):
                continue
            result = annotation.get("result")
            for region in result if isinstance(result, list) else []:
                if isinstance(region, dict):
                    yield _coder(annotation), region


def _coder(annotation: dict[str, Any]) -> str | None:
    who = annotation.get("completed_by")
    if isinstance(who, dict):
        who = who.get("email") or who.get("id")
    named = annotation.get("coder") or annotation.get("model_version")
    return (
        str(named)
        if named
        else f"user {who}"
        if isinstance(who, int)
        else who
        if isinstance(who, str) and who
        else None
    )


def _note(region: dict[str, Any]) -> str:
    meta = region.get("meta")
    texts = meta.get("text") if isinstance(meta, dict) else None
    return "\n".join(map(str, texts)) if isinstance(texts, list) else ""
