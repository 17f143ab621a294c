"""A coding written as field notes reads again as the same coding, relations included."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.coding.files import read_coding
from autocode.coding.nouns import (
    CodedWith,
    Coder,
    Coding,
    Mention,
    Quote,
    Relation,
    TranscriptRef,
)
from autocode.coding.traces import code_traces
from autocode.errors import InputError
from autocode.exchange.fieldnotes import fieldnotes
from autocode.transcript.nouns import Transcript, Turn
from autocode.transcript.readers import read_transcript
from autocode.transcript.readers.field_notes import read_fieldnotes
from autocode.transcript.source import Source

ROOT = Path(__file__).parents[2]
CODES = ["data_catalog", "ownership", "role-based", "cost_2", "naïve_übung"]
SPEAKERS = ["Interviewer", "Participant 1"]


def read(text: str, id_: str = "p1") -> Transcript:
    return read_fieldnotes(Source(text.encode(), id_, Path("notes.md")))


@pytest.mark.parametrize("traces", [True, False], ids=["as written", "from the coding alone"])
def test_the_study_s_own_coding_comes_back(traces: bool) -> None:
    talk = read_transcript(ROOT / "seeds" / "p1.md", "p1")
    gold = read_coding(ROOT / "gold" / "p1.json")
    text, remarks = fieldnotes(talk if traces else replace(talk, traces=()), gold)
    again = read(text)
    assert remarks == ()
    assert (again.text, again.metadata) == (talk.text, talk.metadata)
    assert code_traces(again) == gold


def test_links_and_forces_come_back() -> None:
    notes = (
        "# coding\n\n> Ada\n\n> We need a catalog because nothing can be found here.\n\n"
        "**OPEN CODING TRACE:**\n\nnothing can be found here.\n\ntime travel +\n\n"
        "**AXIAL CODING TRACE:**\nadded:\n``` python\n"
        "    a = CClass(practice, 'It\\'s \"A\"')\n    b\n    add_links({a: [b, c]})\n"
        "    add_force_relations({a: {b: positive}})\n    a.add_links(d, role_name='x y')\n```\n"
    )
    talk = read(notes)
    for transcript in (talk, replace(talk, traces=())):
        text, remarks = fieldnotes(transcript, code_traces(talk))
        assert remarks == ()
        assert code_traces(read(text)) == code_traces(talk)


@st.composite
def codings(draw: st.DrawFn) -> tuple[Transcript, Coding]:
    """Turns of numbered sentences, some of them quoted, with codes, mentions and relations."""
    sizes = draw(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=2), min_size=2,
                          max_size=5))  # fmt: skip
    text, turns, sentences = "", list[Turn](), list[tuple[int, int, int]]()
    for number, paragraphs in enumerate(sizes, 1):
        text += "\n\n" if text else ""
        start = len(text)
        for at, count in enumerate(paragraphs):
            text += "\n" if at else ""
            for each in range(count):
                text += " " if each else ""
                begin = len(text)
                text += f"This is what was said as number {len(sentences)} of them all."
                sentences.append((begin, len(text), number))
        turns.append(Turn(number, SPEAKERS[number % 2], None, start, len(text), 1))
    talk = Transcript("x", text, tuple(turns))
    chosen = sorted(draw(st.sets(st.sampled_from(sentences), max_size=6)))
    axial = st.lists(st.sampled_from(CODES), max_size=3, unique=True)
    quotes = [
        Quote(id=f"q{n}", start=a, end=b, text=text[a:b], status="exact", turn=turn,
              axial=draw(axial))
        for n, (a, b, turn) in enumerate(chosen, 1)
    ]  # fmt: skip
    turn, code = st.integers(1, len(turns)), st.sampled_from(CODES)
    mentions = [
        Mention(code=c, turn=t) for c, t in draw(st.lists(st.tuples(code, turn), max_size=3))
    ]
    names = st.sampled_from(["links", "positive", "very much", "class"])
    links = [
        Relation(source=a, relation=name, target=b)
        for a, name, b in draw(st.lists(st.tuples(code, names, code), max_size=3))
    ]
    used = {code for q in quotes for code in q.axial} | {draw(st.sampled_from(CODES))}
    codes = [CodedWith(id=id_, label="It's # '''", kind="practice", defined_here=True)
             for id_ in sorted(used)]  # fmt: skip
    return talk, Coding(
        transcript=TranscriptRef.of(talk), coder=Coder(id="m", kind="model"), quotes=quotes,
        mentions=mentions, codes=codes, relations=links,
    )  # fmt: skip


@given(codings())
def test_any_coding_comes_back(coded: tuple[Transcript, Coding]) -> None:
    talk, coding = coded
    text, remarks = fieldnotes(talk, coding)
    assert remarks == ()
    again = code_traces(read(text, "x"))
    places = sorted((q.start, q.end, sorted(q.axial)) for q in coding.quotes)
    assert sorted((q.start, q.end, sorted(q.axial)) for q in again.quotes) == places
    assert sorted((m.code, m.turn) for m in again.mentions) == sorted(
        (m.code, m.turn) for m in coding.mentions
    )
    assert {(r.source, r.relation, r.target) for r in again.relations} == {
        (r.source, r.relation, r.target) for r in coding.relations
    }
    defined = {c.id: (c.label, c.kind) for c in again.codes if c.defined_here}
    assert defined == {c.id: (c.label, c.kind) for c in coding.codes}
    assert fieldnotes(talk, coding)[0] == text


def coding_of(talk: Transcript, *quotes: Quote) -> Coding:
    return Coding(
        transcript=TranscriptRef.of(talk), coder=Coder(id="m", kind="model"), quotes=list(quotes)
    )


@pytest.mark.parametrize(
    "line", ["", "**OPEN CODING TRACE:**", "![x](y)", "ends in white space ", "\0\1\2" * 9]
)
def test_a_text_that_notes_cannot_hold_is_refused(line: str) -> None:
    text = f"Words.\n{line}\nMore words." if line[-1:] != " " else f"Words. {line}"
    talk = Transcript("x", text, (Turn(1, None, None, 0, len(text), 1),))
    with pytest.raises(InputError, match="cannot be written as field notes"):
        fieldnotes(talk, coding_of(talk))


def test_what_would_be_read_otherwise_is_said() -> None:
    text = "One word, and then several more of them at the end."
    talk = Transcript("x", text, (Turn(1, None, None, 0, len(text), 1),))
    word = Quote(id="q1", start=4, end=8, text="word", status="exact", open_code="a noun")
    _, remarks = fieldnotes(talk, coding_of(talk, word))
    assert "x: 1 quote would be read with another place or other codes" in remarks
    assert "x: field notes have no place for open codes: comments hold 1 open code" in remarks


@pytest.mark.parametrize(
    "words", ["added: more of this", "> said before", "# a heading, no less", "``` python"]
)
def test_quotes_that_look_like_marks_stay_quotes(words: str) -> None:
    text = f"He wrote {words} and he then went on."
    talk = Transcript("x", text, (Turn(1, None, None, 0, len(text), 1),))
    start = text.index(words)
    span = {"start": start, "end": start + len(words) + 12}
    quote = Quote(id="q1", text=text[span["start"] : span["end"]], status="exact", **span)
    notes, remarks = fieldnotes(talk, coding_of(talk, quote))
    assert remarks == ()
    assert code_traces(read(notes, "x")).quotes[0].span == quote.span
