"""Drafts become quotes: located or counted as missing, with codes that exist."""

from pathlib import Path
from typing import Any

import pytest

from autocode.coding.codebook import identifier
from autocode.coding.nouns import Code, Coding, Failure
from autocode.propose.drafts import Outcome, coding_of
from autocode.propose.prompts import Message
from autocode.propose.question import Draft, Question
from autocode.propose.reply_schema import NEW_CODE, naming_shape
from autocode.transcript.nouns import Span
from autocode.transcript.readers import read_transcript

P1 = read_transcript(Path(__file__).parents[2] / "seeds" / "p1.md", "p1")
CODES = [Code(id="data_catalog", label="Data Catalog", kind="pattern")]
SAID = "I would have something about the data contract here."


def draft(words: str = SAID, **changes: Any) -> Draft:
    fields: dict[str, Any] = {
        "span": None, "words": words, "open_code": "data contract", "axial": (),
        "new_code": None, "rationale": "r",
    }  # fmt: skip
    return Draft(**fields | changes)


def coded(*outcomes: Any) -> Coding:
    whole = Span(0, len(P1.text))
    shape = naming_shape([], 1)
    asked = {
        n: (
            Question(n, "single", whole, Message("", ""), shape, 1, lambda _: []),
            outcome if isinstance(outcome, Outcome) else Outcome(outcome),
        )
        for n, outcome in enumerate(outcomes, 1)
    }
    return coding_of(P1, "model", CODES, asked, roles=("participant",))


def test_copied_words_are_located_with_their_turn() -> None:
    (quote,) = coded([draft()]).quotes
    assert P1.text[quote.start : quote.end] == quote.text == SAID
    assert (quote.status, quote.turn, quote.chunk, quote.as_written) == ("exact", 20, 1, None)


def test_what_the_model_wrote_is_kept_where_it_differs() -> None:
    (quote,) = coded([draft(SAID.upper())]).quotes
    assert (quote.status, quote.as_written, quote.text) == ("normalised", SAID.upper(), SAID)


def test_invented_words_are_missing_and_counted() -> None:
    (quote,) = coded([draft("We never talked about penguins in the warehouse at all.")]).quotes
    assert (quote.status, quote.start, quote.turn) == ("missing", None, None)


def test_the_interviewer_s_words_are_not_a_participant_s_quote() -> None:
    (quote,) = coded([draft("You cannot minimize zoom when you are recording the meeting.")]).quotes
    assert quote.status == "missing"
    assert "not to be coded" in quote.note


def test_the_same_words_twice_are_two_places_where_there_are_two() -> None:
    first, second = coded([draft("Okay, so"), draft("Okay, so")]).quotes
    assert first.start != second.start


def test_codes_of_the_codebook_are_described_in_the_coding() -> None:
    coding = coded([draft(axial=("data_catalog",))])
    assert [(code.id, code.kind, code.defined_here) for code in coding.codes] == [
        ("data_catalog", "pattern", False)
    ]


@pytest.mark.parametrize(
    ("label", "ids", "new"),
    [
        ("Data contract", ["data_contract"], True),
        ("data catalog", ["data_catalog"], False),
        (None, [], False),
        ("—", [], False),
    ],
)
def test_a_new_code_is_new_only_when_the_codebook_lacks_it(
    label: str | None, ids: list[str], new: bool
) -> None:
    coding = coded([draft(axial=(NEW_CODE,), new_code=label)])
    assert coding.quotes[0].axial == ids
    assert [code.id for code in coding.codes] == ids
    assert any(code.defined_here for code in coding.codes) is new


def test_failures_make_a_coding_incomplete() -> None:
    failure = Failure(chunk=2, step="single", kind="refusal", detail="no")
    coding = coded([draft()], Outcome(failure=failure))
    assert coding.failures == [failure]
    assert coding.incomplete == "1 of 2 questions failed"
    assert len(coding.quotes) == 1


def test_an_answer_that_is_used_in_part_is_a_failure_with_quotes() -> None:
    failure = Failure(chunk=1, step="single", kind="wrong shape", detail="entry 2: no")
    coding = coded(Outcome([draft()], failure), Outcome(failure=failure), [draft()])
    assert (len(coding.quotes), coding.failures) == (2, [failure, failure])
    assert coding.incomplete == (
        "1 of 3 questions failed, 1 of 3 answers could be used only in part"
    )


def test_no_quotes_is_not_a_failure() -> None:
    coding = coded([])
    assert (coding.quotes, coding.failures, coding.incomplete) == ([], [], None)


@pytest.mark.parametrize(
    ("label", "id_"), [("Data Mesh!", "data_mesh"), ("  ", ""), ("Straße 1", "strasse_1")]
)
def test_identifiers(label: str, id_: str) -> None:
    assert identifier(label) == id_


def test_a_quote_keeps_what_the_model_thinks_of_its_salience() -> None:
    (quote,) = coded([draft(salience=4)]).quotes
    assert quote.salience == 4
