"""Placing: out of a study and in again is the same; nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.coding.nouns import Code, CodedWith, Coder, Coding, Quote, Relation, TranscriptRef
from autocode.errors import InputError
from autocode.exchange.placing import code_ids, coder_id, match_documents, place
from autocode.exchange.project import (
    Passage,
    Project,
    ProjectCode,
    ProjectDocument,
    coder_name,
    colours,
    project_of,
)
from autocode.transcript.nouns import Span, Transcript, Turn

TEXT = "Why? 👩‍👩‍👧\n\nYes, of course. Yes, of course. I need a catalog, e\u0301 and all."
TURNS = (
    Turn(1, "Ada", "interviewer", 0, 10, 1),
    Turn(2, "Ola", "participant", 12, len(TEXT), 3),
)
TALK = Transcript("p1", TEXT, TURNS)
CODES = (ProjectCode("7", "Data Catalog"), ProjectCode("8", "Yes", parent="7"))


def one(words: str, **more: object) -> Quote:
    project = Project((), CODES, (Passage("p1", words, ("7",), **more),))
    (coding,) = place(project, {"p1": TALK}, "jo").codings
    (quote,) = coding.quotes
    return quote


def test_words_are_located_and_a_speaker_label_is_left_off() -> None:
    quote = one("Ola: I need a catalog")
    assert (quote.text, quote.status, quote.turn) == ("I need a catalog", "exact", 2)
    assert (quote.as_written, quote.axial) == ("Ola: I need a catalog", ["data_catalog"])


def test_words_in_two_places_are_not_guessed() -> None:
    project = Project((), CODES, (Passage("p1", "Yes, of course."),))
    placed = place(project, {"p1": TALK}, "jo")
    assert placed.unplaced[0].reason == "these words stand in 2 places"
    assert placed.codings[0].quotes[0].status == "missing"
    assert one("Yes, of course.", paragraph=2).start == 12


def test_offsets_count_only_in_the_very_text() -> None:
    passage = Passage("p1", "catalog", ("7",), span=Span(0, 4))
    same = Project((ProjectDocument("p1", TEXT),), CODES, (passage,))
    other = Project((ProjectDocument("p1", "Ola: a catalog"),), CODES, (passage,))
    texts = [
        place(project, {"p1": TALK}, "jo").codings[0].quotes[0].text for project in (same, other)
    ]
    assert texts == ["Why?", "catalog"]


def test_what_cannot_be_placed_is_one_line() -> None:
    project = Project(passages=(Passage("ben", "Yes"),))
    with pytest.raises(InputError, match="no transcript for the document 'ben'"):
        place(project, {"p1": TALK}, "jo")
    with pytest.raises(InputError, match="does not say who coded"):
        place(Project(passages=(Passage("p1", "Yes"),)), {"p1": TALK})


def test_names_lead_to_ids() -> None:
    names = ["p1", "Interview 01.docx", "P-1.txt", "what"]
    assert match_documents(names, ["p1", "interview_01"]) == {
        "p1": "p1", "Interview 01.docx": "interview_01",
    }  # fmt: skip
    assert [coder_id(name) for name in ("Jo Smith", "anna", " ")] == ["jo_smith", "anna", ""]
    twice = [ProjectCode("a", "Cost"), ProjectCode("b", "Time"), ProjectCode("c", "Cost", "b")]
    assert code_ids(twice) == {"a": "Cost", "b": "Time", "c": "time_Cost"}


def test_a_code_of_the_codebook_keeps_its_id_whatever_a_file_calls_it() -> None:
    known = [Code(id="contracts", label="Service Level Agreements"), Code(id="cost", aliases=["€"])]
    codes = [
        ProjectCode("1", "service level agreements"), ProjectCode("2", "€"),
        ProjectCode("3", "Cost"), ProjectCode("4", "contracts", parent="3"),
    ]  # fmt: skip
    assert code_ids(codes, known) == {
        "1": "contracts", "2": "cost", "3": "Cost", "4": "cost_contracts",
    }  # fmt: skip
    project = Project((), tuple(codes), (Passage("p1", "Why?", ("1",)),))
    assert place(project, {"p1": TALK}, "jo", known).codings[0].quotes[0].axial == ["contracts"]


def test_a_model_comes_back_as_a_model() -> None:
    model = Coder(id="local:qwen2.5", kind="model")
    project = Project((), CODES, (Passage("p1", "Why?", coder=coder_name(model)),))
    assert place(project, {"p1": TALK}, "jo").codings[0].coder == model


def test_codes_have_colours_and_relations_their_codes() -> None:
    assert colours((ProjectCode("7", "a"), ProjectCode("8", "b", colour="#123456"))) == {
        "7": "#77aadd", "8": "#123456",
    }  # fmt: skip
    link = Relation(source="a", relation="needs", target="b")
    coding = Coding(
        transcript=TranscriptRef.of(TALK), coder=Coder(id="jo", kind="human"), relations=[link]
    )
    project = project_of([(TALK, [coding, coding])], [])
    assert project.relations == (link,)
    assert [code.id for code in project.codes] == ["a", "b"]


spans = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 20)).map(
    lambda pair: (pair[0], min(len(TEXT), pair[0] + pair[1]))
)


@given(
    st.lists(st.tuples(spans, st.sets(st.sampled_from("ab"), min_size=1)), unique_by=lambda q: q[0])
)
def test_a_coding_goes_out_and_in_unchanged(drawn: list[tuple[tuple[int, int], set[str]]]) -> None:
    quotes = [
        Quote(id=f"q{n}", start=start, end=end, text=TEXT[start:end], status="exact",
              axial=sorted(codes), turn=turn.number if (turn := TALK.turn_at(start)) else None)
        for n, ((start, end), codes) in enumerate(sorted(drawn, key=lambda item: item[0][0]), 1)
    ]  # fmt: skip
    used = sorted({code for quote in quotes for code in quote.axial})
    coding = Coding(
        transcript=TranscriptRef.of(TALK),
        coder=Coder(id="jo", kind="human"),
        quotes=quotes,
        codes=[CodedWith(id=code) for code in used],
    )
    project = project_of([(TALK, [coding])], [Code(id="a", parent="b"), Code(id="b")])
    placed = place(project, {"p1": TALK})
    back = [c.quotes for c in placed.codings]
    assert back == ([quotes] if quotes else [])
