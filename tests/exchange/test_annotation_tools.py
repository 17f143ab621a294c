"""doccano, Label Studio, brat, W3C: out and in the same, the words where they say."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from invented_projects import coded, projects

from autocode.errors import InputError
from autocode.exchange.brat import brat_bytes, read_brat
from autocode.exchange.doccano import doccano_bytes, read_doccano
from autocode.exchange.label_studio import label_studio_bytes, read_label_studio
from autocode.exchange.project import Passage, Project, ProjectCode, ProjectDocument, Written
from autocode.exchange.web_annotation import web_annotation_bytes
from autocode.transcript.nouns import Span

TEXT = "We kept bees 🐝.\nGone, e\u0301 and all."
PROJECT = Project(
    (ProjectDocument("Bee keepers", TEXT),),
    (ProjectCode("a", "Bees & hives"), ProjectCode("b", "bees/hives", "a")),
    (
        Passage("Bee keepers", TEXT[8:21], ("a", "b"), "jo", Span(8, 21), note="so\nit is"),
        Passage("Bee keepers", "kept", (), "gpt (model)", Span(3, 7), open_code="habit"),
    ),
)
FORMATS: dict[str, tuple[Callable[[Project], Written], Callable[[bytes, str], Project]]] = {
    "doccano": (doccano_bytes, read_doccano),
    "label studio": (label_studio_bytes, read_label_studio),
    "brat": (brat_bytes, read_brat),
}


def edged(project: Project) -> Project:
    """Without passages that begin or end with a line end, which brat cannot mark, or the mark."""
    kept = [
        p for p in project.passages
        if p.words.strip("\n") == p.words and (p.codes or p.open_code)
    ]  # fmt: skip
    texts = [
        replace(d, text="x" + (d.text or "")[1:]) if (d.text or "").startswith("\ufeff") else d
        for d in project.documents
    ]
    names = {d.name: d.text or "" for d in texts}
    kept = [replace(p, words=names[p.document][p.span.start : p.span.end]) for p in kept if p.span]
    return replace(project, documents=tuple(texts), passages=tuple(kept))


@pytest.mark.parametrize("kind", FORMATS)
@given(project=projects())
def test_out_and_in_is_the_same(kind: str, project: Project) -> None:
    write, read = FORMATS[kind]
    project = edged(project)
    back = read(write(project).data, "x")
    assert coded(back) == coded(project)
    assert write(project) == write(project)
    assert {d.name: d.text for d in back.documents} == {d.name: d.text for d in project.documents}


@pytest.mark.parametrize("kind", [*FORMATS, "w3c"])
@given(project=projects(dirty=True))
def test_any_project_can_be_written(kind: str, project: Project) -> None:
    write = web_annotation_bytes if kind == "w3c" else FORMATS[kind][0]
    written = write(project)
    assert written.data
    if kind != "w3c":
        assert len(FORMATS[kind][1](written.data, "x").documents) == len(project.documents)


def test_web_annotations_say_place_words_and_who() -> None:
    page = json.loads(web_annotation_bytes(PROJECT).data)
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
    first, second = page["items"]
    assert len({item["id"] for item in page["items"]}) == 2
    assert [body["value"] for body in first["body"]] == ["Bees & hives", "bees/hives", "so\nit is"]
    assert [body["purpose"] for body in first["body"]] == ["tagging", "tagging", "commenting"]
    words, place = first["target"]["selector"]
    assert (place["start"], place["end"]) == (8, 21)
    assert words["prefix"] + words["exact"] + words["suffix"] == TEXT
    assert first["target"]["source"] == "Bee%20keepers.txt"
    assert first["creator"] == {"type": "Person", "name": "jo"}
    assert second["creator"] == {"type": "Software", "name": "gpt (model)"}
    assert second["body"][0]["value"] == "open: habit"


@given(project=projects())
def test_web_annotations_hold_every_passage(project: Project) -> None:
    items = json.loads(web_annotation_bytes(project).data)["items"]
    texts = {f"{d.name}.txt": d.text or "" for d in project.documents}
    assert len(items) == len(project.passages)
    for item in items:
        words, place = item["target"]["selector"]
        text = texts[item["target"]["source"]]
        assert text[place["start"] : place["end"]] == words["exact"]


def test_label_studio_tells_models_from_people() -> None:
    (task,) = json.loads(label_studio_bytes(PROJECT).data)
    assert task["data"]["text"] == TEXT
    (annotation,) = task["annotations"]
    assert annotation["result"][0]["value"] == {
        "start": 8, "end": 21, "text": TEXT[8:21], "labels": ["Bees & hives", "bees/hives"],
    }  # fmt: skip
    assert annotation["result"][0]["meta"] == {"text": ["so\nit is"]}
    assert task["predictions"][0]["model_version"] == "gpt (model)"


def test_brat_lines() -> None:
    with zipfile.ZipFile(io.BytesIO(brat_bytes(PROJECT).data)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert files["jo/Bee_keepers_1.ann"] == (
        "T1\tBees_hives 8 15;16 21\tbees 🐝. Gone,\n#1\tAnnotatorNotes T1\tso it is\n"
        "T2\tbees_hives 8 15;16 21\tbees 🐝. Gone,\n#2\tAnnotatorNotes T2\tso it is\n"
    )
    assert json.loads(files["names.json"])["labels"]["Bees_hives"] == "Bees & hives"
    assert files["jo/annotation.conf"].startswith("[entities]\nBees_hives\nbees_hives\n")


def line(**entry: object) -> bytes:
    return json.dumps(entry).encode()


def mark(start: int, end: int) -> dict[str, object]:
    return {"label": "Bees", "start_offset": start, "end_offset": end}


def zipped(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("doccano", line(text="we kept", label=[[3, 7, "Bees"]])),
        ("doccano", line(text="we kept", labels=[[3, 7, "Bees"]]) + b"\n\n"),
        ("doccano", line(data="we kept", entities=[mark(3, 7)])),
        ("doccano", line(text="we\r\nkept", annotations=[mark(4, 8)])),
        ("label studio", json.dumps([{
            "data": {"text": "we kept"},
            "completions": [{"result": [{"value": {"start": 3, "end": 7, "labels": ["Bees"]}}]}],
        }]).encode()),
        ("label studio", json.dumps([{
            "data": {"text": "we kept"},
            "annotations": [{"result": [{"value": {
                "start": 0, "end": 2, "text": "kept", "labels": ["Bees"]}}]}],
        }]).encode()),
        ("brat", zipped(a_txt="we kept", a_ann="T1\tBees 3 7\tkept\nR1\tx\n")),
    ],
)  # fmt: skip
def test_exports_of_versions(kind: str, data: bytes) -> None:
    (passage,) = FORMATS[kind][1](data, "x").passages
    assert (passage.words, passage.codes, passage.coder) == ("kept", ("Bees",), None)


def test_who_labelled_in_label_studio() -> None:
    region = {"value": {"start": 0, "end": 2, "labels": ["Bees"]}}
    annotations = [{"completed_by": who, "result": [region]} for who in (7, {"email": "jo@x.org"})]
    data = line(data={"text": "we kept"}, annotations=annotations)
    project = read_label_studio(b"[" + data + b"]", "x")
    assert [passage.coder for passage in project.passages] == ["user 7", "jo@x.org"]


def test_parts_with_words_between_are_apart() -> None:
    data = zipped(a_txt="we kept\nbees", a_ann="T1\tBees 0 2;3 7;8 12\tx\nT2\tGone 0 2;8 12\tx\n")
    assert [p.words for p in read_brat(data, "x").passages] == ["we kept\nbees", "we", "bees"]


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        ("doccano", b"", "no lines"),
        ("doccano", b'{"text": "a"}\n{', "x:2: cannot be read"),
        ("doccano", b"[1]", "no text with labels"),
        (
            "doccano",
            line(text="a", document="p") + b"\n" + line(text="b", document="p"),
            "two diff",
        ),
        ("label studio", b"{", "no JSON"),
        ("label studio", b"[1, {}, null]", "no tasks with texts"),
        ("brat", b"PK", "no ZIP archive"),
        ("brat", zipped(a_txt="x"), "no .txt file with its .ann"),
    ],
)
def test_bad_files_are_one_line(kind: str, data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        FORMATS[kind][1](data, "x")
    assert message in str(caught.value)


def test_marks_outside_of_a_text_are_counted() -> None:
    data = line(text="we kept", label=[[3, 99, "Bees"], [None, 2, "Bees"], [2, 2, "Bees"]])
    assert read_doccano(data, "x").remarks == ("not read: 3 labels without a place in a text",)
    losses = " / ".join(doccano_bytes(PROJECT).losses)
    assert "notes and rationales" in losses
    assert "which code stands under which" in losses
