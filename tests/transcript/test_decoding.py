"""Bytes -> text: marks, UTF-8, Windows-1252 with a warning, and what is no text at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.errors import InputError
from autocode.transcript.decoding import decode, read_bytes
from autocode.transcript.readers import read_transcript

HERE = Path("notes.md")


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32-le", b"\xff\xfe\x00\x00"),
        ("utf-32-be", b"\x00\x00\xfe\xff"),
    ],
)
def test_a_byte_order_mark_decides_and_is_no_text(encoding: str, mark: bytes) -> None:
    decoded = decode(mark + "Zhamak’s 😀\nbook".encode(encoding), HERE)
    assert decoded.text == "Zhamak’s 😀\nbook"
    assert decoded.oddities == ()


def test_windows_1252_is_read_with_the_line_that_shows_it() -> None:
    decoded = decode(b"one\ntwo\ncaf\xe9 \x96 \x93ok\x94\n", HERE)
    assert decoded.text == "one\ntwo\ncafé – “ok”\n"
    (oddity,) = decoded.oddities
    assert (oddity.kind, oddity.line) == ("encoding", 3)
    assert "0xe9" in oddity.message


def test_line_ends_become_line_feeds_and_are_reported_once() -> None:
    decoded = decode(b"a\r\nb\rc\n", HERE)
    assert decoded.lines == ["a", "b", "c", ""]
    assert [oddity.kind for oddity in decoded.oddities] == ["line-ends"]
    assert "2 line ends" in decoded.oddities[0].message


def test_only_line_feeds_end_lines() -> None:
    text = "a\x0bb\x0cc\x85d\u2028e\x1cf"
    assert decode(text.encode(), HERE).lines == [text]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", id="picture"),
        pytest.param(b"PK\x03\x04\x14\x00", id="zip"),
        pytest.param(b"\x81\x8d\x8f\xff", id="in neither encoding"),
        pytest.param(b"\x01" * 50, id="control characters"),
        pytest.param(b"\xff\xfea", id="half a character"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(InputError) as error:
        decode(data, HERE)
    assert str(error.value).startswith("notes.md")
    assert "\n" not in str(error.value)


def test_a_stray_control_character_is_text() -> None:
    assert decode(b"a bell \x07 rings\x1b[0m", HERE).text == "a bell \x07 rings\x1b[0m"


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p1.md"
    path.write_bytes(content)
    with pytest.raises(InputError, match="the file is empty"):
        read_transcript(path, "p1")


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "none.md", "cannot be read"), (tmp_path, "is not a file")):
        with pytest.raises(InputError, match=said):
            read_bytes(path)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")))
def test_utf8_is_never_changed(text: str) -> None:
    assert decode(text.encode(), HERE).text == text.removeprefix("\ufeff")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["I: Why?\nR: So it was.\n", "Интервьюер: Как вы начали?\n"])
def test_utf16_shows_without_its_mark(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding), HERE)
    assert decoded.text == text
    assert [oddity.kind for oddity in decoded.oddities] == ["encoding"]


def test_a_likely_encoding_is_named_and_can_be_given() -> None:
    text = "Интервьюер: Как вы начали?\nРеспондент: У меня было четыре улья.\n"
    data = text.encode("cp1251")
    with pytest.raises(InputError, match=r"notes\.md:1: .*probably cp1251.*--encoding cp1251"):
        decode(data, HERE)
    assert decode(data, HERE, "cp1251").text == text


@pytest.mark.parametrize(("name", "said"), [("klingon", "no encoding 'klingon'"), ("ascii", ":2")])
def test_an_encoding_that_does_not_fit(name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        decode(b"one\ncaf\xe9\n", HERE, name)


def test_a_broken_byte_in_utf8_is_named_with_its_line() -> None:
    data = "Été à la plage.\nDéjà vu, né.\n".encode() + b"caf\xe9\n"
    with pytest.raises(InputError, match=r"notes\.md:3: byte 0xe9 is not UTF-8, though the rest"):
        decode(data, HERE)
