"""Writing: whole or not at all, and nothing left beside."""

import os
from pathlib import Path

import pytest

from autocode.errors import StudyError
from autocode.writing import write_whole


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
