"""JSON records: one line per failure with its place, unknown keys kept, newer versions refused."""

import json
from pathlib import Path

import pytest

from autocode.errors import InputError
from autocode.model import Coding
from autocode.records import read_record, to_json

CODING = {
    "format": "autocode/coding@1",
    "transcript": {"id": "p1", "sha256": "0" * 64, "length": 3},
    "coder": {"id": "gold", "kind": "human"},
}


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "p1.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        ('{"format": "autocode/coding@1",\n "quotes": [}', ":2:", "not JSON"),
        ("[]", ":", "no JSON object"),
        ("", ":1:", "not JSON"),
        ("[" * 100_000, ":", "not JSON"),
        ("1" * 5_000, ":", "not JSON"),
        ({"quotes": []}, ":", "its format is not given"),
        (CODING | {"format": "autocode/codebook@1"}, ":", "its format is autocode/codebook@1"),
        (CODING | {"format": "autocode/coding@2"}, ":", "written by a newer autocode"),
        (CODING | {"coder": {"id": "x", "kind": "dog"}}, ":", "coder.kind"),
        (CODING | {"quotes": [{"id": "q1"}]}, ":", "quotes.0.text"),
        (
            CODING | {"quotes": [{"id": "q1", "text": "a", "status": "exact"}]},
            ":",
            "a located quote needs start < end",
        ),
    ],
)
def test_what_cannot_be_read_is_one_line(
    tmp_path: Path, content: object, place: str, words: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(InputError) as error:
        read_record(path, Coding)
    message = str(error.value)
    assert message.startswith(f"{path}{place}")
    assert words in message
    assert "\n" not in message


def test_not_utf8_and_not_there(tmp_path: Path) -> None:
    path = tmp_path / "p1.json"
    with pytest.raises(InputError, match="cannot be read"):
        read_record(path, Coding)
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(InputError, match="not JSON in UTF-8"):
        read_record(path, Coding)


def test_unknown_keys_come_back_where_they_were(tmp_path: Path) -> None:
    data = CODING | {"mood": "good", "quotes": [], "mentions": [{"code": "a", "by": "me"}]}
    written_again = json.loads(to_json(read_record(written(tmp_path, data), Coding)))
    assert written_again["mood"] == "good"
    assert written_again["mentions"][0]["by"] == "me"


def test_lean_keys_go_only_when_they_hold_nothing() -> None:
    coding = Coding.model_validate(CODING | {"incomplete": None, "failures": []})
    lean = json.loads(to_json(coding, {"incomplete", "failures", "length"}))
    assert "incomplete" not in lean
    assert "failures" not in lean
    assert lean["transcript"]["length"] == 3
    assert to_json(coding).endswith("}\n")
