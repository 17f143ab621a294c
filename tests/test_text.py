"""Text for people: nothing steers the terminal, long passages are cut, nouns take their plural."""

import json

import pytest

from autocode.text import excerpt, one_line, plural, visible, visible_json


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("\r\x07\x00\x7f", r"\r\x07\x00\x7f"),
        ("\x9b31m", r"\x9b31m"),  # the one-character form of ESC [
        ("\u202agpj\u202e\u2066", r"\u202agpj\u202e\u2066"),
        ("\ud83d", r"\ud83d"),
        ("a\u2028\u2029\ufffe", r"a\u2028\u2029\ufffe"),  # new lines to some, no XML to others
        ("é\tこ\n🙂", "é\tこ\n🙂"),
    ],
)
def test_what_would_drive_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert json.loads(visible_json({text: [text]})) == {text: [text]}
    assert visible(visible_json({text: [text]})) == visible_json({text: [text]})


def test_words_in_one_line() -> None:
    assert one_line(" a \n\n\t b  c\r") == r" a b  c\r"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a  few\nwords", "a few words"),
        ("one two three four five six seven eight", "one two three … eight"),
        ("x" * 50, "xxxxxxxxxxxxxxxxxx … xxxxxxxxxx"),
    ],
)
def test_excerpt_keeps_the_first_and_last_words(text: str, shown: str) -> None:
    assert excerpt(text, 30) == shown


@pytest.mark.parametrize(
    ("count", "nouns", "words"),
    [
        (0, ["quote"], "0 quotes"),
        (1, ["quote"], "1 quote"),
        (2751, ["quote"], "2,751 quotes"),
        (1, ["entry", "entries"], "1 entry"),
        (2, ["entry", "entries"], "2 entries"),
    ],
)
def test_nouns_take_their_plural(count: int, nouns: list[str], words: str) -> None:
    assert plural(count, *nouns) == words
