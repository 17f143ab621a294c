"""Offsets: every unit there and back; the convention of a project is found from its selections."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_projects import texts

from autocode.errors import InputError
from autocode.exchange.offsets import (
    CONVENTIONS,
    Convention,
    Selection,
    SourceText,
    Widths,
    calibrate,
    convention_named,
    usual_convention,
)
from autocode.transcript.nouns import Span

TALK = (
    "Well 🐝, we\r\nkept bees. 👩‍👩‍👧 came\r\nto see the hives, and we told them all of it.\r\n" * 3
)


@given(texts, st.data())
def test_units_there_and_back(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    assert Widths.utf16(text).units(at) == len(text[:at].encode("utf-16-le")) // 2
    assert Widths.utf8(text).units(at) == len(text[:at].encode())
    for widths in (Widths.utf16(text), Widths.utf8(text)):
        assert widths.offset(widths.units(at)) == at


def test_within_a_character_is_that_character() -> None:
    assert [Widths.utf8("a🐝b").offset(n) for n in range(7)] == [0, 1, 1, 1, 1, 2, 3]


def raw_position(convention: Convention, text: str, at: int) -> int:
    """Where a program of that convention says that offset `at` of the text is, by its rule."""
    before = text[:at]
    size = len(before.encode("utf-16-le")) // 2 if convention.unit == "utf16" else len(before)
    return size + before.count("\n") * (convention.crlf - 1) + convention.bom


@pytest.mark.parametrize("convention", CONVENTIONS, ids=str)
def test_every_convention_is_found_from_its_selections(convention: Convention) -> None:
    source = SourceText(b"\xef\xbb\xbf" + TALK.encode())
    spans = [Span(at, at + 9) for at in range(0, len(source.text) - 10, 5)]
    for named in (True, False):
        selections = [
            Selection(
                raw_position(convention, source.text, span.start),
                raw_position(convention, source.text, span.end) - convention.inclusive,
                source.text[span.start : span.end] if named else "",
            )
            for span in (spans if named else _words(source.text))
        ]
        calibration = calibrate([(source, selections)], Convention())
        assert calibration.convention == convention
        assert str(convention) in calibration.sentence()


def _words(text: str) -> list[Span]:
    """Spans that begin and end at words, some over line ends and emoji."""
    starts = [0, *(at + 1 for at, c in enumerate(text[:-1]) if c.isspace())]
    starts = [at for at in starts if not text[at].isspace()]
    return [
        Span(a, b - 1)
        for a, b in zip(starts, starts[2:], strict=False)
        if not text[b - 2].isspace()
    ]


def test_the_usual_way_stays_without_a_clear_win() -> None:
    source = SourceText(b"we kept bees and hives for years")
    good = [Selection(3, 7, "kept"), Selection(8, 12, "bees"), Selection(17, 22, "hives")]
    assert calibrate([(source, good)], Convention()).usual
    # One cut word among many passages is a slip of somebody's mouse.
    slip = [*good * 5, Selection(3, 6, "")]
    assert calibrate([(source, slip)], Convention()).usual
    assert calibrate([], Convention("utf16")).convention == Convention("utf16")


def test_names_that_are_places_or_cut_short() -> None:
    source = SourceText(b"we kept bees and hives for years")
    cut = [
        Selection(3, 11, "kept  bee…"),
        Selection(3, 22, "kept bees ..."),
        Selection(3, 7, "3,7"),
    ]
    calibration = calibrate([(source, cut)], Convention())
    assert (calibration.hits, calibration.names) == (2, 2)
    assert not Selection(0, 4, "line:3").quotes


def test_what_is_not_in_the_text_has_no_span() -> None:
    source = SourceText("\ufeffab\r\ncd".encode())
    assert source.text == "ab\ncd"
    for start, end in ((-1, 2), (2, 2), (3, 1), (0, 7), (6, 9)):
        assert source.span(start, end, Convention()) is None
    assert source.span(0, 1, Convention(bom=True)) is None


def test_conventions_have_names() -> None:
    assert convention_named("UTF16,incl,bom") == Convention("utf16", bom=True, inclusive=True)
    assert all(convention_named(str(each)) == each for each in CONVENTIONS)
    with pytest.raises(InputError, match="no way to count offsets is called 'utf8'"):
        convention_named("utf8")
    usual = [str(usual_convention(o)) for o in ("NVivo 12", "ATLAS.ti 9", "MAXQDA", "")]
    assert usual == ["utf16", "cp,crlf1", "cp", "cp"]
