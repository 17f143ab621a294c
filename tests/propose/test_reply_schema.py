"""Shapes of replies: what a model may answer, and how a wrong answer is named."""

import json
import re
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from autocode.coding.nouns import Code
from autocode.models.provider import strict_schema
from autocode.propose.reply_schema import (
    NEW_CODE,
    field_descriptions,
    is_spaced,
    length_note,
    marking_shape,
    naming_shape,
    spellings,
)

CODES = ["data_catalog", "contracts"]


def naming(**changes: Any) -> str:
    reply = {"open_code": "two words", "axial": ["contracts"], "new_code": None}
    return json.dumps(reply | changes)


def marking(**changes: Any) -> str:
    passage = {"first": 3, "last": 4, "rationale": "because", "salience": 3} | json.loads(naming())
    return json.dumps({"quotes": [passage | changes]})


def error_of(shape: type[BaseModel], text: str, **context: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        shape.model_validate_json(text, context=context)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("schema registry", "schema registry"),
        ('  "Shared   keys." ', "Shared keys"),
        ("データ契約", "データ契約"),
        ("one two three four five six", "one two three four five six"),
    ],
)
def test_open_codes_are_trimmed(written: str, kept: str) -> None:
    reply: Any = naming_shape(CODES, 2).model_validate_json(naming(open_code=written))
    assert reply.open_code == kept


@pytest.mark.parametrize("written", ["", "...", "word " * 13])
def test_an_open_code_is_neither_empty_nor_an_essay(written: str) -> None:
    assert "2 to 6 words" in error_of(naming_shape(CODES, 2), naming(open_code=written))


@pytest.mark.parametrize("written", ["word", "one two three four five six seven", "word " * 12])
def test_an_open_code_of_another_length_is_taken_and_noted(written: str) -> None:
    repairs: list[str] = []
    reply: Any = naming_shape(CODES, 2).model_validate_json(
        naming(open_code=written), context={"repairs": repairs}
    )
    assert repairs == ["length of an open code"]
    assert "2 to 6 were asked for" in length_note(reply.open_code)
    assert length_note("two words") == length_note("データ契約") == ""


def test_codes_are_known_by_their_labels_where_these_mean_one_alone() -> None:
    codes = [
        Code(id="contracts", label="Service Levels"),
        Code(id="data_catalog", label="The same"),
        Code(id="catalog_", label="the same"),
        Code(id="catalog"),
    ]
    shape = naming_shape([code.id for code in codes], 2)
    repairs: list[str] = []
    context = {"codes": spellings(codes), "repairs": repairs}

    def read(*axial: str) -> Any:
        reply: Any = shape.model_validate_json(naming(axial=axial), context=context)
        return reply.axial

    assert read("service levels", "contracts") == ["contracts"]
    assert read("NEW_CODE") == [NEW_CODE]
    assert repairs == ["label for an id"] * 2
    assert read("catalog_", "catalog") == ["catalog_", "catalog"]
    assert len(repairs) == 2
    with pytest.raises(ValidationError):
        read("The same")


def test_codes_come_from_the_codebook_once_each_and_at_most_so_many() -> None:
    shape = naming_shape(CODES, 2)
    assert "data_catalog" in error_of(shape, naming(axial=["data_catalogue"]))
    assert "at most 2" in error_of(shape, naming(axial=[*CODES, NEW_CODE]))
    reply: Any = shape.model_validate_json(naming(axial=["contracts", "contracts"]))
    assert reply.axial == ["contracts"]


def test_without_a_codebook_every_category_is_new() -> None:
    shape = naming_shape([], 2)
    reply: Any = shape.model_validate_json(naming(axial=[NEW_CODE], new_code="Trust"))
    assert reply.new_code == "Trust"
    assert "new_code" in error_of(shape, naming(axial=[NEW_CODE]))


def test_a_code_that_was_chosen_already_leaves_no_choice() -> None:
    shape = naming_shape(CODES[:1], 2, closed=True)
    assert set(shape.model_fields) == {"open_code", "axial"}
    shape.model_validate_json(naming(axial=CODES[:1]))
    assert error_of(shape, naming(axial=[NEW_CODE]))


def test_every_passage_is_mapped_to_a_code_or_a_new_one() -> None:
    assert "at least 1" in error_of(naming_shape(CODES, 2), naming(axial=[]))
    schema = strict_schema(naming_shape(CODES, 2))
    assert schema["properties"]["axial"]["minItems"] == 1


def test_no_new_code_may_also_be_left_out() -> None:
    shape = naming_shape(["a"], 2)
    assert shape.model_validate({"open_code": "x y", "axial": ["a"]}).new_code is None
    assert "new_code" in strict_schema(shape)["required"]
    with pytest.raises(ValidationError):
        naming_shape([], 2).model_validate({"open_code": "x y", "axial": ["new code"]})


def test_sentence_numbers_are_those_that_were_sent() -> None:
    shape = marking_shape(CODES, 2, "sentence")
    allowed = frozenset({3, 4, 9})
    shape.model_validate_json(marking(), context={"sentences": allowed})
    error = error_of(shape, marking(last=10), sentences=allowed)
    assert "sentence 10 is not among those to mark (3 to 9)" in error
    assert "out_of_range" in error
    assert "comes before the first" in error_of(shape, marking(first=4, last=3), sentences=allowed)


def test_verbatim_asks_for_words_instead_of_numbers() -> None:
    fields = field_descriptions(marking_shape(CODES, 2, "verbatim")).split("\n")
    assert fields[0].startswith("- quote: ")
    assert not [line for line in fields if line.startswith(("- first", "- last"))]


def test_a_model_marks_and_gives_its_reason_before_it_codes_and_judges() -> None:
    schema = strict_schema(marking_shape(CODES, 2, "sentence"))
    assert list(schema["properties"]["quotes"]["items"]["properties"]) == [
        "first", "last", "why", "code", "axial", "new", "salience",
    ]  # fmt: skip


def test_the_longer_names_of_fields_are_understood_where_the_short_ones_are_asked_for() -> None:
    shape = marking_shape(CODES, 2, "sentence")
    brief = {"first": 3, "last": 4, "why": "because", "code": "two words", "axial": ["contracts"],
             "new": None, "salience": 3}  # fmt: skip
    short = shape.model_validate_json(json.dumps({"quotes": [brief]}))
    assert short == shape.model_validate_json(marking())
    told = field_descriptions(shape).split("\n")
    assert [line[2:].split(":")[0] for line in told] == list(brief)


def test_a_marked_passage_may_need_no_code_where_codes_are_offered() -> None:
    reply: Any = marking_shape(CODES, 2, "sentence").model_validate_json(marking(axial=[]))
    assert reply.quotes[0].axial == []
    assert "at least 1" in error_of(marking_shape([], 2, "sentence"), marking(axial=[]))


@pytest.mark.parametrize("salience", [0, 6, None, 2.5])
def test_salience_is_a_whole_number_from_one_to_five(salience: Any) -> None:
    assert "salience" in error_of(marking_shape(CODES, 2, "sentence"), marking(salience=salience))


def test_the_codebook_is_an_enum_with_a_way_out() -> None:
    schema = strict_schema(naming_shape(CODES, 2))
    assert schema["properties"]["axial"]["items"]["enum"] == [*CODES, NEW_CODE]
    assert schema["required"] == list(schema["properties"])


def test_servers_are_told_how_many_words_a_code_has_where_words_have_spaces() -> None:
    spaced = strict_schema(naming_shape(CODES, 2))["properties"]["open_code"]["pattern"]
    assert re.fullmatch(spaced, "two words")
    assert not re.fullmatch(spaced, "word")
    assert not re.fullmatch(spaced, "one two three four five six seven")
    unspaced = strict_schema(naming_shape(CODES, 2, spaced=is_spaced("これは契約についてです")))
    assert "pattern" not in unspaced["properties"]["open_code"]
