"""REFI-QDA: valid by its schema for any project, the same out and in, and safe to open."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented_projects import coded, projects, speech
from lxml import etree

from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding
from autocode.errors import InputError
from autocode.exchange.placing import place
from autocode.exchange.project import Passage, Project, ProjectCode, ProjectDocument, project_of
from autocode.exchange.refi_codebook import qdc_bytes, read_qdc
from autocode.exchange.refi_reader import read_qdpx
from autocode.exchange.refi_writer import TARGETS, qdpx_bytes
from autocode.study import Study
from autocode.transcript.nouns import Span
from autocode.transcript.seeds import load

ROOT = Path(__file__).parents[2]
SCHEMAS = {
    name: etree.XMLSchema(etree.parse(Path(__file__).parent / "refi" / f"{name}.xsd"))
    for name in ("Project-mrt2019", "Codebook")
}
TEXT = "Well 🐝, we kept bees.\nThey\u2019re gone: A\u0301da left."
A, B = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
SOURCE = "aaaaaaaa-0000-4000-8000-0000000000aa"


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def foreign(
    selections: str = "",
    *,
    text: bytes | None = TEXT.encode(),
    origin: str = "Foreign 1",
    path: str = f"internal://{SOURCE}.txt",
    attributes: str = "",
    more: str = "",
    codes: str = "",
    namespace: str = "urn:QDA-XML:project:1.0",
    prefix: str = "",
    qde: str = "project.qde",
    folder: str = "sources/",
) -> bytes:
    """A project as another program may write it."""
    xml = f"""{prefix}<Project xmlns="{namespace}" name="x" origin="{origin}">
    <Users><User guid="{{{A.upper()}}}" name="Ada"/><User guid="{B}" id="ola"/></Users>
    <CodeBook><Codes><Code guid="{{{A.upper()}}}" name="Bees" isCodable="true" color="#F80">
      <Description>all of them</Description>
      <Code guid="{B}" name="Gone" isCodable="true"/></Code>{codes}</Codes></CodeBook>
    <Sources><TextSource guid="{SOURCE}" name="p1" plainTextPath="{path}" {attributes}>
    {selections}</TextSource>{more}</Sources></Project>"""
    files = {qde: xml.encode(), f"{folder}{SOURCE}.txt": text}
    return zipped({name: data for name, data in files.items() if data is not None})


def selection(start: int, end: int, name: str = "", guid: str = B, code: str = A) -> str:
    return f"""<PlainTextSelection guid="{guid}" name="{name}" startPosition="{start}"
    endPosition="{end}" creatingUser="{A}"><Description>so it is</Description>
    <Coding guid="{guid}"><CodeRef targetGUID="{code}"/></Coding></PlainTextSelection>"""


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(projects(dirty=True), st.sampled_from((None, *TARGETS)))
def test_any_project_is_valid_and_the_same_bytes(project: Project, target: str | None) -> None:
    data = qdpx_bytes(project, "A & <study>\x00", target).data
    SCHEMAS["Project-mrt2019"].assertValid(etree.fromstring(members(data)["project.qde"]))
    assert data == qdpx_bytes(project, "A & <study>\x00", target).data
    assert len(read_qdpx(data, "x").codes) >= len(project.codes)
    if project.codes:
        book = qdc_bytes(project, target or "")
        SCHEMAS["Codebook"].assertValid(etree.fromstring(book.data))
        assert book == qdc_bytes(project, target or "")


@given(projects(), st.sampled_from((None, *TARGETS)))
def test_out_and_in_is_the_same(project: Project, target: str | None) -> None:
    back = read_qdpx(qdpx_bytes(project, "x", target).data, "x")
    assert coded(back) == coded(project)
    assert [(d.name, d.text) for d in back.documents] == [
        (d.name, d.text) for d in project.documents
    ]
    assert back.memos == project.memos
    parents = {code.name: code.parent for code in back.codes}
    ids = {code.name: code.id for code in back.codes}
    assert parents == {
        "Cost": None, "Time": ids["Cost"], "Own & <share>": None, "蜂": ids["Cost"],
    }  # fmt: skip
    again = read_qdc(qdc_bytes(project).data, "x").codes
    assert {c.name: c.parent for c in again} == parents


def test_the_seed_goes_out_and_in() -> None:
    talk = load(Study(ROOT), "p1")
    coding = read_coding(ROOT / "gold" / "p1.json")
    book = Codebook.load(ROOT / "gold" / "codebook.json").codes
    written = qdpx_bytes(project_of([(talk, [coding])], book), "seed")
    (back,) = place(read_qdpx(written.data, "x"), {"p1": talk}, known=book).codings
    assert [(q.span, q.text, q.axial, q.turn) for q in back.quotes] == [
        (q.span, q.text, q.axial, q.turn) for q in coding.located()
    ]
    assert back.coder == coding.coder
    assert "speakers and times are not part" in " ".join(written.losses)


def test_what_the_writer_promises() -> None:
    document = replace(speech(("Ada", "Why?"), ("Ola", f"{TEXT} {'bees ' * 30}")), name="p1")
    text = document.text or ""
    codes = (
        ProjectCode("1", "Group"), ProjectCode("2", "Cost", "1"), ProjectCode("3", "Own", None),
        ProjectCode("4", "cost", "3"), ProjectCode("5", "A" * 70),
    )  # fmt: skip
    passages = tuple(
        Passage("p1", text[6:], codes, coder, Span(6, len(text)), None, open_code, note)
        for codes, coder, open_code, note in (
            (("2", "4"), "jo", None, "because\x00"),
            (("4",), "gpt (model)", "loss of hives", ""),
            ((), "jo", None, ""),
        )
    )
    project = Project((document, ProjectDocument("p2")), codes, passages)
    files = members(qdpx_bytes(project, "x").data)
    xml = files["project.qde"].decode()
    assert list(files) == sorted(files)
    assert all(name == "project.qde" or name.startswith("sources/") for name in files)
    root = etree.fromstring(xml.encode())
    codables = {e.get("name"): e.get("isCodable") for e in root.iter("{*}Code")}
    assert codables == {
        "Group": "false", "Cost": "true", "Own": "false", "cost (Own)": "true", "A" * 70: "true",
        "Open codes": "false", "loss of hives": "true",
    }  # fmt: skip
    assert {user.get("name") for user in root.iter("{*}User")} == {"jo", "gpt (model)"}
    first = next(root.iter("{*}PlainTextSelection"))
    assert first.get("name") == f"{text[6:106]}…"
    assert first.findtext("{*}Description") == "because"
    for tag in ("Project", "TextSource", "PlainTextSelection", "Coding"):
        assert all(e.get("creationDateTime") for e in root.iter(f"{{*}}{tag}"))
    losses = qdpx_bytes(project, "x", "maxqda").losses
    for part in ("is called 'cost (Own)'", f"is called '{'A' * 63}'", "1 document without a text",
                 "1 passage has no code", "notes and rationales", "open codes", "speakers",
                 "--for nvivo", "XML cannot hold", "how this program counts"):  # fmt: skip
        assert any(part in loss for loss in losses), part


def test_nvivo_counts_utf16() -> None:
    project = Project(
        (ProjectDocument("p1", TEXT),), (ProjectCode("1", "Bees"),),
        (Passage("p1", "kept", ("1",), "jo", Span(11, 15)),),
    )  # fmt: skip
    written = qdpx_bytes(project, "x", "nvivo")
    assert b'startPosition="12" endPosition="16"' in members(written.data)["project.qde"]
    assert read_qdpx(written.data, "x").passages[0].span == Span(11, 15)


VARIANTS: dict[str, Callable[[], bytes]] = {
    "plain": lambda: foreign(selection(11, 15, "kept")),
    "UTF-16": lambda: foreign(selection(12, 16, "kept")),
    "NVivo on Windows": lambda: foreign(
        selection(12, 16), text=b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(),
        origin="NVivo 12", folder="Sources/", qde="Project.qde",
    ),
    "ATLAS.ti": lambda: foreign(
        selection(11, 15, "kept"), origin="ATLAS.ti 9", qde="study.qde",
        namespace="urn:QDA-XML:project:0:10",
    ),
    "inclusive end": lambda: foreign(selection(11, 14, "kept")),
    "mark counted": lambda: foreign(
        selection(12, 16, "kept"), text=b"\xef\xbb\xbf" + TEXT.encode()
    ),
    "bare path": lambda: foreign(selection(11, 15, "kept"), path=f"{SOURCE}.txt"),
    "twice": lambda: foreign(selection(11, 15, "kept") * 2),
    "byte order mark": lambda: foreign(selection(11, 15, "kept"), prefix="\ufeff"),
}  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
def test_variants_of_programs(variant: str) -> None:
    project = read_qdpx(VARIANTS[variant](), "x.qdpx")
    assert project.passages == (Passage("p1", "kept", (A,), "Ada", Span(11, 15), note="so it is"),)
    assert project.documents[0].text == TEXT
    assert project.codes[0] == ProjectCode(A, "Bees", None, "all of them", "#ff8800")
    assert project.codes[1] == ProjectCode(B, "Gone", A)


def test_offsets_can_be_said() -> None:
    data = foreign(selection(11, 14))
    assert read_qdpx(data, "x", "cp,incl").passages[0].words == "kept"
    with pytest.raises(InputError, match="no way to count"):
        read_qdpx(data, "x", "bytes")


def test_two_coders_in_one_passage_and_texts_of_other_sources() -> None:
    inner = f"""<Coding guid="{A}" creatingUser="{A}"><CodeRef targetGUID="{A}"/></Coding>
    <Coding guid="{B}" creatingUser="{B}"><CodeRef targetGUID="{B}"/></Coding>"""
    marked = f"""<PlainTextSelection guid="{A}" startPosition="11" endPosition="15">{inner}
    </PlainTextSelection>"""
    audio = f"""<AudioSource guid="{A}" name="tape"><Transcript guid="{B}"
    plainTextPath="internal://{SOURCE}.txt"><SyncPoint guid="{A}" position="11" timeStamp="1"/>
    <SyncPoint guid="{B}" position="15" timeStamp="2"/><TranscriptSelection guid="{A}"
    fromSyncPoint="{A}" toSyncPoint="{B}">{inner}</TranscriptSelection></Transcript>
    <AudioSelection guid="{B}" begin="1" end="2"/></AudioSource>"""
    project = read_qdpx(foreign(marked, more=audio), "x")
    assert [(p.document, p.coder, p.codes, p.words) for p in project.passages] == [
        ("p1", "Ada", (A,), "kept"), ("p1", "ola", (B,), "kept"),
        ("tape", "Ada", (A,), "kept"), ("tape", "ola", (B,), "kept"),
    ]  # fmt: skip


def test_what_is_not_read_is_said() -> None:
    more = f"""<PictureSource guid="{A}" name="hive"><PictureSelection guid="{A}"/></PictureSource>
    <PDFSource guid="{B}" name="leaflet"><PDFSelection guid="{A}"/></PDFSource>"""
    broken = selection(11, 99) + selection(3, 2, guid=A) + selection(0, 4, guid=SOURCE, code=SOURCE)
    whole = f'<Coding guid="{A}"><CodeRef targetGUID="{A}"/></Coding>'
    project = read_qdpx(foreign(broken + whole, more=more), "x")
    assert project.remarks[1:] == (
        "not read: 1 code of a whole document",
        "not read: 2 passages without a place in their texts",
        "not read: 1 coding with a code that is not there",
        "not read: 1 picture",
        "not read: 1 passage of a PDF page",
        "not read: 1 part of a picture",
    )
    assert read_qdpx(foreign(text=None), "x").remarks == (
        f"the text {SOURCE}.txt is missing in the file",
    )
    assert "not UTF-8" in read_qdpx(foreign(text=b"\xff\xfe"), "x").remarks[0]
    styled = f'<TextSource guid="{A}" name="p2" richTextPath="internal://x.docx"/>'
    assert "p2 has no plain text: not read" in read_qdpx(foreign(more=styled), "x").remarks


BOMB = zipped({"project.qde": b" " * 50_000_000})
GOOD = foreign(selection(11, 15))
REFUSED = {
    "no ZIP archive": b"<Project/>",
    "damaged or cut off": GOOD[: len(GOOD) // 2],
    "is damaged": GOOD[:60] + b"\0\0\0\0" + GOOD[64:],
    "holds no project.qde": zipped({"sources/a.txt": b"a"}),
    "declares entities": foreign(prefix='<!DOCTYPE x [<!ENTITY a "b">]>'),
    "is no XML": zipped({"project.qde": b"<Project>"}),
    "unpacks to 50 MB": BOMB,
    "lies outside of it, at internal://../../x": foreign(path="internal://../../x"),
    "lies outside of it, at internal:///etc/passwd": foreign(path="internal:///etc/passwd"),
    "lies outside of it, at absolute:///etc/passwd": foreign(path="absolute:///etc/passwd"),
    r"lies outside of it, at C:": foreign(path="C:\\x.txt"),
    "two codes have the GUID": foreign(codes=f'<Code guid="{A}" name="b" isCodable="true"/>'),
    "2 sources or users have the GUID": foreign(more=f'<TextSource guid="{SOURCE.upper()}"/>'),
    "two passages have the GUID": foreign(selection(0, 4) + selection(1, 4)),
}


@pytest.mark.parametrize("message", REFUSED)
def test_bad_files_are_one_line(message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_qdpx(REFUSED[message], "x.qdpx")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("x.qdpx")


def test_all_that_is_read_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autocode.exchange.members.MOST_BYTES", 1000)
    with pytest.raises(InputError, match="unpacks to"):
        read_qdpx(GOOD, "x.qdpx")


def test_a_text_may_begin_with_a_mark() -> None:
    text = "\ufeffkept"
    passage = Passage("p1", "kept", ("a",), "jo", Span(1, 5))
    project = Project((ProjectDocument("p1", text),), (ProjectCode("a", "Bees"),), (passage,))
    back = read_qdpx(qdpx_bytes(project, "x").data, "x")
    assert back.documents[0].text == text
    assert back.passages[0].span == Span(1, 5)


def test_codebooks() -> None:
    code = f'<Code guid="{A}" name="Bees" isCodable="true"/>'
    for namespace in ("urn:QDA-XML:codebook:1:0", "urn:QDA-XML:codebook:0:4"):
        inner = f"<Codes>{code}</Codes><Sets><Set/></Sets>"
        book = f'\ufeff<CodeBook xmlns="{namespace}">{inner}</CodeBook>'
        project = read_qdc(book.encode(), "x.qdc")
        assert project.codes == (ProjectCode(A, "Bees"),)
        assert project.remarks == ("not read: 1 set of codes",)
    with pytest.raises(InputError, match="no codebook but <Project>"):
        read_qdc(b"<Project/>", "x.qdc")
    with pytest.raises(InputError, match="no codes to write"):
        qdc_bytes(Project())
