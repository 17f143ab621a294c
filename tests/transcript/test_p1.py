"""The seed interview: every fact about it that is known from reading it by hand."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from autocode.coding.files import verify
from autocode.coding.nouns import Coding
from autocode.coding.traces import code_traces
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers import read_transcript

SEED = Path(__file__).parents[2] / "seeds" / "p1.md"


@pytest.fixture(scope="module")
def p1() -> Transcript:
    return read_transcript(SEED, "p1")


@pytest.fixture(scope="module")
def coding(p1: Transcript) -> Coding:
    return code_traces(p1)


def test_the_seed_is_what_was_published() -> None:
    digest = hashlib.sha256(SEED.read_bytes()).hexdigest()
    assert digest == "fcf1b56ae036f537221bb9cf3e87620fd74c9c2bff838114ccbf420b275c4db3"


def test_canonical_text(p1: Transcript) -> None:
    assert len(p1.text) == 16993
    assert p1.sha256 == "c2c0f22c8566fe9cfa04dda54adc6242669e079677eaa84e546f6d6f86a8f17c"
    assert p1.text.startswith("Great. Yeah, now it's recording. Okay,")
    assert p1.text.endswith("We will keep in touch.\n\nYeah. Bye. Bye. Bye.")
    for left_out in ("OPEN CODING", "CClass", "# coding", "\n>", "persona_to_tool", "tinyurl"):
        assert left_out not in p1.text


def test_turns_alternate_between_two_speakers(p1: Transcript) -> None:
    assert len(p1.turns) == 36
    assert [turn.number for turn in p1.turns] == list(range(1, 37))
    assert {turn.speaker for turn in p1.turns[::2]} == {"Interviewer"}
    assert {turn.speaker for turn in p1.turns[1::2]} == {"Participant 1"}
    assert {turn.role for turn in p1.turns[::2]} == {"interviewer"}
    assert {turn.role for turn in p1.turns[1::2]} == {"participant"}


def test_turns_cover_the_text_but_for_the_two_line_ends_between_them(p1: Transcript) -> None:
    assert "\n\n".join(p1.text[turn.start : turn.end] for turn in p1.turns) == p1.text
    assert (p1.turns[0].line, p1.turns[1].line) == (36, 40)


def test_metadata(p1: Transcript) -> None:
    assert p1.metadata["id"] == "p1"
    assert p1.metadata["title"] == "Interview Expert 1"
    assert p1.metadata["source type"] == "Interview"
    assert p1.metadata["references"] == ""
    assert p1.metadata["type"] == "Interview"  # only the source declaration says this


def test_traces(p1: Transcript) -> None:
    assert len(p1.traces) == 6
    assert [trace.turn for trace in p1.traces] == [8, 10, 18, 20, 24, 34]
    assert [len(trace.items) for trace in p1.traces] == [1, 2, 1, 2, 4, 1]
    assert [trace.offset for trace in p1.traces] == [
        p1.turns[t.turn - 1].end for t in p1.traces if t.turn
    ]


def test_every_quote_is_exact(p1: Transcript, coding: Coding) -> None:
    assert Counter(quote.status for quote in coding.quotes) == {"exact": 8}
    assert all(p1.text[q.start : q.end] == q.text for q in coding.quotes)
    assert [quote.trace for quote in coding.quotes] == [1, 2, 3, 4, 5, 5, 5, 6]
    assert [quote.turn for quote in coding.quotes] == [8, 10, 18, 20, 24, 24, 24, 34]
    assert {quote.as_written for quote in coding.quotes} == {None}
    assert {quote.open_code for quote in coding.quotes} == {None}
    verify(coding, p1)


def test_mentions(coding: Coding) -> None:
    found = [(mention.code, mention.turn, mention.trace) for mention in coding.mentions]
    assert found == [("version_dp", 10, 2), ("testing_dp", 20, 4), ("schema_registry", 24, 5)]


def test_axial_codes(coding: Coding) -> None:
    assert len({code.id for code in coding.codes}) == len(coding.codes) == 11
    defined = {code.id: (code.kind, code.label) for code in coding.codes if code.defined_here}
    assert defined == {
        "persona_to_tool_approach": ("practice", "Persona to Tool approach"),
        "contracts": ("practice", "Service Level Agreements"),
    }
    assert coding.quotes[3].axial == ["testing_dp", "document_dp", "contracts"]
    assert {quote.mapping for quote in coding.quotes} == {"trace"}


def test_its_dirt_is_reported_with_lines_and_kept(p1: Transcript) -> None:
    found = [(oddity.line, oddity.kind) for oddity in p1.oddities]
    assert found == [(62, "debris"), (118, "debris"), (232, "mojibake")]
    assert "bot> Interviewer, we" in p1.text
    assert "au> Intervieweration" in p1.text
    assert "Zhamakâ€™s book" in p1.text
    assert "'â€™' is probably '’'" in p1.oddities[2].message
