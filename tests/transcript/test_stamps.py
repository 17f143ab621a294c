"""Stamps at the ends of a line, in every usual writing -> seconds."""

import pytest

from autocode.transcript.stamps import Stamp, leading, stamps_within, trailing


@pytest.mark.parametrize(
    ("written", "stamp"),
    [
        ("[00:01:20]", Stamp(80, None, True)),
        ("(01:20)", Stamp(80, None, False)),
        ("1:20", Stamp(80, None, False)),
        ("00:01:20", Stamp(80, None, True)),
        ("00:01:20.500", Stamp(80.5, None, True)),
        ("#00:01:20-5#", Stamp(80.5, None, True)),
        ("[00:01:20.000 --> 00:01:25.250]", Stamp(80, 85.25, True)),
        ("1:02:03 - 1:02:04", Stamp(3723, 3724, True)),
        ("1 minute 20 seconds", Stamp(80, None, True)),
        ("0 minutes 7 seconds", Stamp(7, None, True)),
        ("**[00:01:20]**", Stamp(80, None, True)),
        ("[1m 20s]", Stamp(80, None, True)),
        ("[80.5s -> 82.0s]", Stamp(80.5, 82, True)),
        ("<00:01:20>", Stamp(80, None, True)),
        ("[00:01:20:12]", Stamp(80, None, True)),
    ],
)
def test_stamps(written: str, stamp: Stamp) -> None:
    found, rest = leading(f"{written} Why?")
    assert (found and found._replace(sure=stamp.sure), rest) == (stamp, "Why?")
    found, rest = trailing(f"Why? {written} ")
    assert (found and found._replace(sure=stamp.sure), rest) == (stamp, "Why?")


@pytest.mark.parametrize(
    "text", ["17:30: we left", "3:1 it was", "1990 was bad", "12.5 of it", "(3s) well"]
)
def test_what_is_no_stamp(text: str) -> None:
    assert leading(text) == (None, text)


def test_stamps_within_a_sentence() -> None:
    assert stamps_within("It was [00:01:20] so (01:30) and #00:01:31-2# then at 17:30 gone") == [
        "[00:01:20]", "(01:30)", "#00:01:31-2#",
    ]  # fmt: skip
