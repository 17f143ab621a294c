"""Word, OpenDocument, RTF and PDF files -> the turns that they hold; hostile ones -> one line."""

import io
import zipfile
from pathlib import Path
from zlib import compress

import docx
import pytest

from autocode.errors import InputError
from autocode.transcript import documents
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers import read_transcript

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SAID = [("Ada", "Why did you keep bees?"), ("Ola", "My aunt did."), ("Ada", "And then?"),
        ("Ola", "We lost two.")]  # fmt: skip


def archive(**parts: str | bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def word(body: str) -> bytes:
    return archive(word__document_xml=f"<w:document {W}><w:body>{body}</w:body></w:document>")


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def read(tmp_path: Path, name: str, data: bytes) -> Transcript:
    (tmp_path / name).write_bytes(data)
    return read_transcript(tmp_path / name, "p1")


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(t.speaker, transcript.text[t.start : t.end]) for t in transcript.turns]


LAYOUTS = {
    "colon": "".join(f"<w:p>{run(f'{who}: {words}')}</w:p>" for who, words in SAID),
    "bold": "".join(f"<w:p>{run(who, '<w:b/>')}{run(' ' + words)}</w:p>" for who, words in SAID),
    "bold colon": "".join(
        f"<w:p>{run(who + ':', '<w:b/>')}{run(' ' + words)}</w:p>" for who, words in SAID
    ),
    "heading": "".join(
        f'<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr>{run(who)}</w:p><w:p>{run(words)}</w:p>'
        for who, words in SAID
    ),
    "teams": "".join(
        f"<w:p>{run(f'{who}   0:0{n}')}<w:r><w:br/></w:r>{run(words)}</w:p>"
        for n, (who, words) in enumerate(SAID)
    ),
    "table": "<w:tbl>" + "".join(
        f"<w:tr><w:tc><w:p>{run(who)}</w:p></w:tc><w:tc><w:p>{run(words)}</w:p></w:tc></w:tr>"
        for who, words in [("Speaker", "Text"), *SAID]
    ) + "</w:tbl>",
    "table with times": "<w:tbl>" + "".join(
        f"<w:tr><w:tc><w:p>{run(f'00:00:0{n}')}</w:p></w:tc><w:tc><w:p>{run(who)}</w:p></w:tc>"
        f"<w:tc><w:p>{run(words)}</w:p></w:tc></w:tr>"
        for n, (who, words) in enumerate(SAID)
    ) + "</w:tbl>",
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_word_layouts(tmp_path: Path, layout: str) -> None:
    transcript = read(tmp_path, "p1.docx", word(LAYOUTS[layout]))
    assert said(transcript) == SAID
    timed = layout in ("teams", "table with times")
    assert [turn.start_s for turn in transcript.turns] == ([0, 1, 2, 3] if timed else [None] * 4)


def test_insertions_and_controls_are_words_and_deletions_are_not(tmp_path: Path) -> None:
    body = (
        f"<w:p>{run('Ada: Why ')}<w:ins>{run('did you keep ')}</w:ins>"
        f"<w:del><w:r><w:delText>sell </w:delText></w:r>{run('sell ')}</w:del>"
        f"<w:moveFrom>{run('elsewhere ')}</w:moveFrom>{run('bees?')}</w:p>"
        f"<w:sdt><w:sdtPr/><w:sdtContent><w:p>{run('Ola: My aunt did.')}</w:p></w:sdtContent>"
        "</w:sdt>"
        f"<w:p>{run('Ada: And then?')}</w:p>"
        f"<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:hyperlink>{run('Ola: We')}</w:hyperlink>"
        f"{run(' lost two.')}</w:p>"
    )
    assert said(read(tmp_path, "p1.docx", word(body))) == SAID


def test_a_file_of_word_itself(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Interview with a beekeeper", 0)
    for who, words in SAID:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{who}: ").bold = True
        paragraph.add_run(words)
    document.save(str(tmp_path / "p1.docx"))
    transcript = read_transcript(tmp_path / "p1.docx", "p1")
    assert said(transcript) == SAID
    assert "furniture" in {oddity.kind for oddity in transcript.oddities}


def test_opendocument(tmp_path: Path) -> None:
    namespaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("text", "text"), ("style", "style"))
    )
    rows = "".join(
        f'<text:p><text:span text:style-name="T1">{who}</text:span><text:s text:c="2"/>'
        f"{words.partition(' ')[0]}<text:note>x</text:note> {words.partition(' ')[2]}</text:p>"
        for who, words in SAID
    )
    content = (
        f'<office:document-content {namespaces} xmlns:fo="f"><office:automatic-styles><style:style '
        'style:name="T1"><style:text-properties fo:font-weight="bold"/></style:style>'
        "</office:automatic-styles><office:body><office:text><text:tracked-changes><text:p>gone"
        f"</text:p></text:tracked-changes>{rows}</office:text></office:body>"
        "</office:document-content>"
    )
    assert said(read(tmp_path, "p1.odt", archive(content_xml=content))) == SAID


@pytest.mark.parametrize("name", ["p1.rtf", "p1.txt"])
def test_rtf(tmp_path: Path, name: str) -> None:
    rows = "".join(f"{{\\b {who}:}} {words}\\par\n" for who, words in SAID)
    data = b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}\\f0 " + rows.encode() + b"}"
    assert said(read(tmp_path, name, data)) == SAID


def pdf(rows: list[str]) -> bytes:
    """A page with rows of text, as small as a PDF can be."""
    shown = " ".join(f"({row}) Tj T*" for row in rows)
    stream = compress(f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode())
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources"
        b"<</Font<</F1 5 0 R>>>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    data, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(data))
        data += b"%d 0 obj%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + (
        b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (table, len(data))
    )


def test_pdf(tmp_path: Path) -> None:
    rows = ["Ada: Why did you", "keep bees?", "Ola: My aunt did.", "Page 1 of 2", "Ada: And then?",
            "Ola: We lost two."]  # fmt: skip
    assert said(read(tmp_path, "p1.pdf", pdf(rows))) == SAID


HOSTILE = {
    "cut off": ("p1.docx", word(LAYOUTS["colon"])[:200], "damaged or cut off"),
    "no zip": ("p1.docx", b"words", "damaged or cut off"),
    "other zip": ("p1.docx", archive(x_xml="<x/>"), "holds no word/document.xml"),
    "no XML": ("p1.docx", archive(word__document_xml="<a>"), "is no XML"),
    "empty": ("p1.docx", word(""), "is empty"),
    "entities": (
        "p1.docx",
        archive(
            word__document_xml='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
        ),
        "declares entities",
    ),
    "entities in UTF-16": (
        "p1.odt",
        archive(content_xml="<!DOCTYPE x><x/>".encode("utf-16")),
        "declares entities",
    ),
    "deep": ("p1.docx", word("<w:x>" * 5000 + "</w:x>" * 5000), "nested too deeply"),
    "odt without content": ("p1.odt", archive(x_xml="<x/>"), r"holds no content\.xml"),
    "no RTF": ("p1.rtf", b"words", "no RTF"),
    "RTF without words": ("p1.rtf", b"{\\rtf1 }", "is empty"),
    "PDF cut off": ("p1.pdf", pdf(["Ada: Why?"])[:150], "damaged or encrypted|no text"),
    "PDF of pictures": ("p1.pdf", pdf([]), "holds no text"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, kind: str) -> None:
    name, data, words = HOSTILE[kind]
    with pytest.raises(InputError, match=words) as error:
        read(tmp_path, name, data)
    assert "\n" not in str(error.value)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_BYTES", 1000)
    with pytest.raises(InputError, match="unpacks to more than"):
        read(tmp_path, "p1.docx", word("<w:p/>" * 10_000))
