"""What gives people away by its form: found whole, and harmless numbers left alone."""

import time

import pytest

from autocode.redaction.patterns import SHAPES, details, key_of

FOUND = [
    ("E-mail", "to <sarah.m+x@mail.example.co.uk>.", "sarah.m+x@mail.example.co.uk"),
    ("E-mail", "jürgen@straße.example, or so", "jürgen@straße.example"),
    ("Link", "see https://example.org/~sarah?x=1, then", "https://example.org/~sarah?x=1"),
    ("Link", "(www.example.org)", "www.example.org"),
    ("Account", "I am @sarah_m there", "@sarah_m"),
    ("Date", "born on 12/03/1985.", "12/03/1985"),
    ("Date", "born 1985-03-12, yes", "1985-03-12"),
    ("Date", "on the 3rd of March 1985", "3rd of March 1985"),
    ("Date", "on March 3, 1985", "March 3, 1985"),
    ("Phone", "call +31 6 1234 5678!", "+31 6 1234 5678"),
    ("Phone", "call (030) 123-45 67.", "(030) 123-45 67"),
    ("Phone", "call 0612345678", "0612345678"),
    ("Number", "my number is 123 456 789", "123 456 789"),
    ("Number", "to NL91 ABNA 0417 1643 00 please", "NL91 ABNA 0417 1643 00"),
    ("Number", "passport NX1234567", "NX1234567"),
]  # fmt: skip
LEFT = (
    "1,000,000 users", "1.000.000 users", "2015-2020", "in 2019 2020", "12345 rows", "00:12:31",
    "S3 and EC2", "version 10.2.3", "50 %", "a + b", "3 or 4 of 12", "someone @ home", "24/7",
    "v1.2.15", "in May 2020",
)  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "detail"), FOUND)
def test_each_kind_is_found_whole(kind: str, text: str, detail: str) -> None:
    assert [(d.kind, text[d.span.start : d.span.end]) for d in details(text)] == [(kind, detail)]


def test_every_kind_has_an_example() -> None:
    assert {kind for kind, _, _ in FOUND} == set(SHAPES)


@pytest.mark.parametrize("text", LEFT)
def test_harmless_numbers_are_left(text: str) -> None:
    assert list(details(text)) == []


def test_two_ways_of_writing_a_number_are_one() -> None:
    assert key_of("Phone", "+31 6-1234 5678") == key_of("Phone", "+31612345678")
    assert key_of("E-mail", "Sarah@x.org") == key_of("E-mail", "sarah@x.org")
    assert key_of("Phone", "0612345678") != key_of("Phone", "0612345679")


@pytest.mark.parametrize(
    "unit", ["1", "1 ", "a", "a.", "a@", "@", "0-", "A1", "www.", "AB12 ", "+"]
)
def test_no_text_takes_long(unit: str) -> None:
    begun = time.process_time()
    list(details(unit * (100_000 // len(unit))))
    assert time.process_time() - begun < 1
