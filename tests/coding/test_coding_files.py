"""Coding files: written whole and always alike, read strictly, verified against the text."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding, verify, write_coding, write_gold
from autocode.coding.nouns import Coding, Quote
from autocode.coding.traces import code_traces
from autocode.errors import InputError
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers import read_transcript

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def p1() -> Transcript:
    return read_transcript(ROOT / "seeds" / "p1.md", "p1")


@pytest.fixture
def coding(p1: Transcript) -> Coding:
    return code_traces(p1)


def test_the_committed_gold_is_what_the_notes_say(p1: Transcript, coding: Coding) -> None:
    committed = read_coding(ROOT / "gold" / "p1.json")
    verify(committed, p1)
    assert committed == coding
    codebook = Codebook.load(ROOT / "gold" / "codebook.json")
    assert codebook.with_coding(coding) == codebook


def test_round_trip_is_byte_for_byte(tmp_path: Path, coding: Coding) -> None:
    path = tmp_path / "gold" / "p1.json"
    write_coding(coding, path)
    first = path.read_bytes()
    assert read_coding(path) == coding
    write_coding(read_coding(path), path)
    assert path.read_bytes() == first
    assert first.endswith(b"}\n")
    assert [file.name for file in path.parent.iterdir()] == ["p1.json"]


def test_offsets_and_open_codes_are_always_written(tmp_path: Path, coding: Coding) -> None:
    quotes = [Quote(id="q1", text="never said", status="missing", open_code="so")]
    write_coding(coding.model_copy(update={"quotes": quotes}), tmp_path / "a.json")
    (quote,) = json.loads((tmp_path / "a.json").read_text())["quotes"]
    assert (quote["start"], quote["end"], quote["open_code"]) == (None, None, "so")
    assert "chunk" not in quote


def test_a_models_file_says_that_nothing_failed(tmp_path: Path, coding: Coding) -> None:
    model = coding.coder.model_copy(update={"kind": "model"})
    write_coding(coding.model_copy(update={"coder": model}), tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text())["failures"] == []


def test_writing_gold_twice_changes_nothing(tmp_path: Path, coding: Coding) -> None:
    path = tmp_path / "p1.json"
    assert write_gold(coding, path)
    stamp = path.stat().st_mtime_ns
    assert not write_gold(coding, path)
    assert path.stat().st_mtime_ns == stamp


def test_unknown_keys_survive_and_other_peoples_quotes_are_not_lost(
    tmp_path: Path, coding: Coding
) -> None:
    path = tmp_path / "p1.json"
    write_coding(Coding.model_validate({**coding.model_dump(), "mood": "good"}), path)
    assert not write_gold(coding, path)
    assert json.loads(path.read_text())["mood"] == "good"
    data = json.loads(path.read_text())
    data["quotes"][0] |= {"mood": "sure", "note": "ask again"}
    data["quotes"][1]["open_code"] = "no trace says this"
    path.write_text(json.dumps(data))
    assert write_gold(coding, path)
    first, second = json.loads(path.read_text())["quotes"][:2]
    assert (first["mood"], first["note"], second["open_code"]) == ("sure", "ask again", None)
    assert not write_gold(coding, path)
    own = Quote(id="q9", start=0, end=5, text="Great", status="exact")
    write_coding(coding.model_copy(update={"quotes": [own]}), path)
    with pytest.raises(InputError, match="would be lost"):
        write_gold(coding, path)
    assert write_gold(coding, path, force=True)
    assert read_coding(path) == coding


def test_verify_names_the_quote(p1: Transcript, coding: Coding) -> None:
    shifted = coding.quotes[0].model_copy(update={"start": 1, "end": 9})
    with pytest.raises(InputError, match="quote q1 is not what stands at 1 to 9"):
        verify(coding.model_copy(update={"quotes": [shifted]}), p1)
    beyond = coding.quotes[0].model_copy(update={"end": 99_999})
    with pytest.raises(InputError, match="quote q1 ends beyond the text"):
        verify(coding.model_copy(update={"quotes": [beyond]}), p1)
    with pytest.raises(InputError, match="another text than p1 is now"):
        verify(coding, replace(p1, text=p1.text + "."))
