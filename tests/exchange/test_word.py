"""Word: comments are codes; what is written is read back, by python-docx and by us, and as text."""

import io
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_projects import coded, speech

from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding
from autocode.errors import InputError
from autocode.exchange.placing import place
from autocode.exchange.project import (
    Passage,
    Project,
    ProjectCode,
    ProjectDocument,
    project_of,
)
from autocode.exchange.word_reader import read_word_comments
from autocode.exchange.word_writer import word_bytes
from autocode.study import Study
from autocode.transcript.nouns import Span
from autocode.transcript.seeds import load

ROOT = Path(__file__).parents[2]
WORDS = (
    "We kept bees 🐝 behind the barn.", "They are gone, e\u0301 and all.", "Yes. Yes.",
    "Of course <b>", "\U0001f469\u200d\U0001f467 came to see\nthe hives & us.", "Why was that?",
    "Yes. Yes.", "In 2019\tI left.",
)  # fmt: skip
TALK = speech(*((name, words) for words in WORDS for name in ("Ada", "Ola")))
TEXT = TALK.text or ""
CODES = (
    ProjectCode("Cost", "Cost"), ProjectCode("Time", "Time", "Cost", "when", "#aa00ff"),
    ProjectCode("Own & <share>", "Own & <share>"),
)  # fmt: skip


def saved(word: object) -> bytes:
    out = io.BytesIO()
    word.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


places = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 60)).map(
    lambda pair: Span(pair[0], min(len(TEXT), sum(pair)))
)
passages = st.builds(
    lambda span, codes, coder, open_code, note: Passage(
        "p1", TEXT[span.start : span.end], tuple(sorted(codes)), coder, span, None, open_code, note
    ),
    # A comment stands on words, not on the end of a line.
    places.filter(lambda span: "\n" not in TEXT[span.start] + TEXT[span.end - 1]),
    st.sets(st.sampled_from([code.id for code in CODES]), min_size=1),
    st.sampled_from(("anna", "gpt (model)")),
    st.sampled_from((None, "loss of hives")),
    st.sampled_from(("", "because\nit is <so>")),
)


@given(st.lists(passages, max_size=6))
def test_out_and_in_is_the_same(drawn: list[Passage]) -> None:
    project = Project((TALK,), CODES, tuple(drawn))
    if not drawn:
        return
    written = word_bytes(project)
    back = read_word_comments(written.data, "p1.docx")
    assert back.documents[0].text == TEXT
    marked = [p for p in drawn if p.words.strip()]
    assert coded(back) == coded(Project((TALK,), CODES, tuple(marked)))
    assert [p.note for p in back.passages] == [p.note for p in marked]
    assert written == word_bytes(project)


def test_python_docx_reads_the_comments() -> None:
    start = TEXT.index("bees")
    passage = Passage(
        "p1", "bees", ("Time", "Cost"), "Jo Smith", Span(start, start + 4), None, "loss", "why"
    )
    word = docx.Document(io.BytesIO(word_bytes(Project((TALK,), CODES, (passage,))).data))
    (comment,) = word.comments
    assert (comment.author, comment.initials) == ("Jo Smith", "JS")
    assert comment.text == "Time; Cost; “loss”\nwhy"
    runs = [run for paragraph in word.paragraphs for run in paragraph.runs]
    (shaded,) = [run for run in runs if run._r.xpath(".//w:shd")]
    assert shaded.text == "bees"
    assert shaded._r.xpath(".//w:shd/@w:fill") == ["aa00ff"]
    assert [c.text for c in word.tables[0].rows[2].cells] == ["Time", "Cost", "when"]
    before = [e.tag.rpartition("}")[2] for e in shaded._r.itersiblings(preceding=True)]
    assert before[0] == "commentRangeStart"


def test_the_seed_goes_out_and_in() -> None:
    talk = load(Study(ROOT), "p1")
    coding = read_coding(ROOT / "gold" / "p1.json")
    book = Codebook.load(ROOT / "gold" / "codebook.json").codes
    written = word_bytes(project_of([(talk, [coding])], book))
    project = read_word_comments(written.data, "p1.docx")
    assert project.documents[0].text == talk.text
    (back,) = place(project, {"p1": talk}, known=book).codings
    assert [(q.span, q.axial, q.turn) for q in back.quotes] == [
        (q.span, q.axial, q.turn) for q in coding.located()
    ]
    assert back.coder == coding.coder


def commented(*marks: tuple[str, str, str]) -> bytes:
    """A supervisor's document: labels in the lines, comments on words of one run or several."""
    word = docx.Document()
    for name, words in (("Ada", "Why bees?"), ("Ola", "The bees are gone."), ("Ada", "The bees?")):
        paragraph = word.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        for part in words.split(" "):
            paragraph.add_run(f"{part} ")
    runs = [run for paragraph in word.paragraphs for run in paragraph.runs]
    for place_, text, author in marks:
        first, last = (int(part) for part in place_.split("-"))
        word.add_comment([runs[first], runs[last]], text, author)
    return saved(word)


def test_comments_of_a_supervisor() -> None:
    data = commented(
        ("5-5", "Insects; Loss\nreally?", "Jo"), ("8-10", "Doubt", ""), ("0-0", "x", "Jo")
    )
    project = read_word_comments(data, "p1.docx")
    text = project.documents[0].text or ""
    first, second = project.passages[:2]
    assert (first.words, first.codes, first.coder, first.note) == (
        "bees ", ("Insects", "Loss"), "Jo", "really?",
    )  # fmt: skip
    assert first.span == Span(text.index("bees are"), text.index("bees are") + 5)
    # The label in the range is no words of the transcript.
    assert (second.words, second.coder) == ("The bees?", None)
    assert second.span == Span(text.rindex("The bees?"), len(text))
    assert project.passages[2].span is None  # on a label


def test_comments_on_deleted_words_are_counted() -> None:
    word = docx.Document(io.BytesIO(commented(("5-5", "Insects", "Jo"))))
    (text,) = word.paragraphs[1].runs[2]._r.xpath("w:t")
    text.text = ""
    assert read_word_comments(saved(word), "p1.docx").remarks == (
        "not read: 1 comment on no words",
    )


def test_what_word_cannot_hold_is_said() -> None:
    project = Project(
        (ProjectDocument("p1", "Ada\x00 came.\n\nYes"), ProjectDocument("p2")),
        (ProjectCode("a", "Cost; time"),),
        (Passage("p1", "\n\n", ("a",), "jo", Span(10, 12)),),
    )
    written = word_bytes(project)
    assert [loss.split(":")[0] for loss in written.losses[-2:]] == ["p1", "p1"]
    assert "1 passage without words left out" in written.losses[-2]
    assert any("'Cost; time'" in loss for loss in written.losses)
    assert "Ada\ufffd came." in [p.text for p in docx.Document(io.BytesIO(written.data)).paragraphs]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (saved(docx.Document()), "the file is empty"),
        (b"PK\x03\x04", "damaged or cut off"),
        (b"no", "damaged"),
    ],
)
def test_bad_files_are_one_line(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_word_comments(data, "p1.docx")


def test_no_comments() -> None:
    word = docx.Document()
    word.add_paragraph("Ada: Why?")
    with pytest.raises(InputError, match="has no comments"):
        read_word_comments(saved(word), "p1.docx")
