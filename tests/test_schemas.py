"""docs/schemas is what the code says, docs/formats.md shows files that follow it."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from autocode.coding.files import coding_json, read_coding, verify
from autocode.coding.nouns import Coding
from autocode.diff import diff_codings
from autocode.panel import PanelConfig
from autocode.panel.comparison import Material, Source, compare
from autocode.redaction.names import Names
from autocode.redaction.redaction import OffsetMap, redact
from autocode.schemas import FOLDER, SHAPES, schema, write_schemas
from autocode.transcript.readers import read_transcript

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
# The example under each heading.
EXAMPLES = {
    heading.lower(): tomllib.loads(text) if language == "toml" else json.loads(text)
    for heading, section in re.findall(
        r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE
    )
    for language, text in re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)
}


@pytest.fixture(scope="module")
def gold():
    return read_coding(ROOT / "gold/p1.json")


@pytest.fixture(scope="module")
def transcript():
    return read_transcript(ROOT / "seeds/p1.md", "p1")


@pytest.fixture(scope="module")
def comparison(gold, transcript):
    materials = [Material((Source.of(gold), Source.of(gold)), transcript)]
    return json.loads(compare(materials, PanelConfig(permutations=9)).model_dump_json())


def validator(name):
    Draft202012Validator.check_schema(schema(name))
    return Draft202012Validator(schema(name))


def test_the_schemas_are_up_to_date(tmp_path):
    write_schemas(tmp_path)
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    written = {path.name: path.read_text("utf-8") for path in (ROOT / FOLDER).iterdir()}
    assert written == made, "run `python -m autocode.schemas`"


def test_the_page_links_every_schema_and_shows_a_file_of_each_format():
    links = re.findall(r"\]\((schemas/[^)]+)\)", PAGE)
    assert links == [f"schemas/{name}.json" for name in SHAPES]
    assert list(EXAMPLES) == list(SHAPES)


@pytest.mark.parametrize("name", [name for name in SHAPES if name != "comparison"])
def test_the_example_of_a_format_follows_its_schema(name):
    validator(name).validate(EXAMPLES[name])


def test_the_figure_shown_follows_the_schema_of_a_comparison():
    whole = schema("comparison")
    figure = EXAMPLES["comparison"]
    Draft202012Validator({"$ref": "#/$defs/Figure", "$defs": whole["$defs"]}).validate(figure)


def test_the_coding_shown_is_of_p1(transcript):
    verify(Coding.model_validate(EXAMPLES["coding"]), transcript)


def test_the_redaction_shown_is_of_p1_and_the_names_shown(transcript):
    made = redact(transcript, Names.model_validate(EXAMPLES["names"]))
    assert OffsetMap.of(made).model_dump() == EXAMPLES["redaction"]


def test_the_call_shown_has_the_keys_of_a_call():
    calls = (ROOT / "tests/frozen/p1/run/calls.jsonl").read_text(encoding="utf-8")
    assert list(EXAMPLES["calls"]) == list(json.loads(calls.split("\n")[0]))


def test_files_follow_their_schema(gold):
    validator("coding").validate(json.loads(coding_json(gold)))
    codebook = json.loads((ROOT / "gold/codebook.json").read_text(encoding="utf-8"))
    validator("codebook").validate(codebook)


def test_a_diff_follows_its_schema(gold, transcript):
    made = diff_codings(gold, gold, transcript).model_dump(mode="json")
    validator("diff").validate(made)


def test_a_comparison_follows_its_schema(comparison):
    validator("comparison").validate(comparison)


@pytest.mark.parametrize("key", ["value", "n", "unit", "reference"])
def test_a_figure_without_its_unit_or_n_is_no_comparison(comparison, key):
    spoilt = json.loads(json.dumps(comparison))
    del spoilt["spans"]["char"]["f1"][key]
    with pytest.raises(ValidationError):
        validator("comparison").validate(spoilt)
