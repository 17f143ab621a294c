"""Files: whole or not at all, nothing left beside; records refused in one line with its place."""

import json
import os
from pathlib import Path

import pytest

from autocode.coding.nouns import Coding
from autocode.errors import InputError, StudyError
from autocode.files import read_record, to_json, write_whole

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
        ('{"format": "autocode/coding@1",\n "quotes": [}', ":2:", "not valid JSON"),
        ("[]", ":", "a JSON object was expected"),
        ("", ":1:", "not valid JSON"),
        ("[" * 100_000, ":", "nested too deeply"),
        ("[" * 101 + "]" * 101, ":", "nested too deeply"),
        ("1" * 5_000, ":", "is not a usable number"),
        ('{"score": 1e999}', ":", "is not a usable number"),
        ('{"score": NaN}', ":", "is not a usable number"),
        ({"quotes": []}, ":", "it names no format"),
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
    with pytest.raises(InputError, match="not valid JSON in UTF-8"):
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


def test_text_and_bytes_arrive_as_they_are(tmp_path: Path) -> None:
    write_whole(tmp_path / "deep" / "a.txt", "é\r\n")
    write_whole(tmp_path / "b.bin", b"\x00")
    assert (tmp_path / "deep" / "a.txt").read_bytes() == "é\r\n".encode()
    assert (tmp_path / "b.bin").read_bytes() == b"\x00"


def test_the_old_file_stays_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.txt"
    write_whole(file, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StudyError, match=r"a\.txt: cannot be written: No space left"):
        write_whole(file, "new")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.txt", "old")]


def test_a_file_where_a_folder_should_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "gold").write_text("")
    with pytest.raises(StudyError, match="cannot be written"):
        write_whole(tmp_path / "gold" / "p1.json", "{}")


def test_new_files_have_the_user_s_permissions(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    write_whole(tmp_path / "whole", "")
    assert (tmp_path / "whole").stat().st_mode == (tmp_path / "plain").stat().st_mode
