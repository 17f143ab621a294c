"""The one place where numbers become text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.report.document import Number
from autocode.report.numbers import Numbers, pointer, shown

TREE = {
    "spans": {
        "f1": {
            "value": 0.625, "n": 16993, "interval": {"low": -0.004, "high": 0.9},
            "null": {"mean": 0.2, "low": 0.1, "high": 0.3, "p": 0.001},
        },
        "gamma": {"value": None, "n": 0, "reason": "there is no quote"},
    },
    "a/b~c": [1, 2],
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (0.6218065, "figure", "0.62"),
        (-0.02, "figure", "−0.02"),
        (-0.004, "figure", "0.00"),
        (1.0, "figure", "1.00"),
        (16993, "count", "16,993"),
        (0.2236, "share", "22%"),
        (0.004, "share", "0.4%"),
        (0.0, "share", "0%"),
        (0.0009990, "p", "0.001"),
        (82.5, "setting", "82.5"),
        (2000, "setting", "2,000"),
        (64.28, "seconds", "64.3"),
        (None, "figure", "–"),
    ],
)
def test_numbers_are_shown_in_one_way(value, kind, text):
    assert shown(value, kind) == text


@given(st.floats(-1e5, 1e5))
def test_what_is_shown_is_the_value_rounded(value):
    text = shown(value, "figure").replace("−", "-").replace(",", "")
    assert abs(float(text) - value) <= 0.005 + 1e-9
    assert text != "-0.00"


def test_numbers_know_where_they_stand():
    numbers = Numbers(TREE)
    assert numbers.figure("spans", "f1") == Number("0.62", "/spans/f1/value", 0.625)
    assert numbers.number("a/b~c", 1).path == "/a~1b~0c/1"
    assert pointer(("x", 0)) == "/x/0"


def test_ranges_and_what_is_missing():
    numbers = Numbers(TREE)
    low, _, high = numbers.interval("spans", "f1")
    assert (low.text, high.text) == ("0.00", "0.90")
    assert numbers.interval("spans", "gamma") == ("–",)
    assert numbers.p("spans", "f1").text == "0.001"
    assert numbers.figure("spans", "gamma").value is None
    assert numbers.reason("spans", "gamma") == "there is no quote"
    assert numbers.reason("spans", "nowhere") == "not computed in this comparison"


def test_what_is_no_number_is_a_dash():
    assert Numbers({"x": float("nan")}).number("x").text == "–"
    assert Numbers({"x": "words"}).number("x").value is None
