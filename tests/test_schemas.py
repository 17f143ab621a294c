"""docs/formats.md is what the code says, and what the code writes follows it."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from autocode.coding.files import coding_json, read_coding
from autocode.diff import diff_codings
from autocode.panel import PanelConfig
from autocode.panel.comparison import Material, Source, compare
from autocode.schemas import FORMATS, PAGE, page, schema
from autocode.transcript.readers import read_transcript

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def gold():
    return read_coding(ROOT / "gold/p1.json")


@pytest.fixture(scope="module")
def transcript():
    return read_transcript(ROOT / "seeds/p1.md", "p1")


@pytest.fixture(scope="module")
def comparison(gold, transcript):
    materials = [Material((Source.of(gold), Source.of(gold)), transcript)]
    return json.loads(
        compare(materials, PanelConfig(resamples=20, permutations=9)).model_dump_json()
    )


def validator(name):
    Draft202012Validator.check_schema(schema(name))
    return Draft202012Validator(schema(name))


def test_the_page_is_up_to_date():
    written = (ROOT / PAGE).read_text(encoding="utf-8")
    assert written == page(), f"run `python -m autocode.schemas > {PAGE}`"


def test_every_schema_on_the_page_is_one():
    blocks = re.findall(r"```json\n(.*?)\n```", page(), re.DOTALL)
    assert [json.loads(block)["$id"] for block in blocks] == list(FORMATS)


def test_files_follow_their_schema(gold):
    validator("autocode/coding@1").validate(json.loads(coding_json(gold)))
    codebook = json.loads((ROOT / "gold/codebook.json").read_text(encoding="utf-8"))
    validator("autocode/codebook@1").validate(codebook)


def test_a_diff_follows_its_schema(gold, transcript):
    made = diff_codings(gold, gold, transcript).model_dump(mode="json")
    validator("autocode/diff@1").validate(made)


def test_a_comparison_follows_its_schema(comparison):
    validator("autocode/comparison@1").validate(comparison)


@pytest.mark.parametrize("key", ["value", "n", "unit", "reference"])
def test_a_figure_without_its_unit_or_n_is_no_comparison(comparison, key):
    spoilt = json.loads(json.dumps(comparison))
    del spoilt["spans"]["char"]["f1"][key]
    with pytest.raises(ValidationError):
        validator("autocode/comparison@1").validate(spoilt)
