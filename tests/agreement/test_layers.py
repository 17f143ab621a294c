"""Layered |uα: one continuum per code, checked against the family on a single code."""

import numpy as np
import pytest
from continua import HUMAN, LENGTH, MODEL, anywhere, apart, units
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement.layers import layered_alpha, layered_figures
from autocode.agreement.spans import Continuum, Unit, by_code, relevant
from autocode.agreement.unitizing import u_alpha
from autocode.errors import AgreementError


def only(coder, code):
    return by_code(coder).get(code, [])


def test_worked_example_by_hand():
    found = layered_alpha([Continuum(40, HUMAN, MODEL)])
    # A: 28 of 80 characters marked, 16 of them shared; B: 10 marked, none shared.
    squares = 10**2 + 8**2 + 10**2
    expected = 80 * 52 * 28 / (80**2 - 52 - squares)
    assert found.per_code["A"].value == pytest.approx(1 - 12 / expected)
    expected_b = 80 * 70 * 10 / (80**2 - 70 - 100)
    assert found.per_code["B"].value == pytest.approx(1 - 10 / expected_b)
    assert found.micro.value == pytest.approx(1 - 22 / (expected + expected_b))
    assert found.macro.value == pytest.approx(
        (found.per_code["A"].value + found.per_code["B"].value) / 2
    )
    assert found.per_code["A"].parts["prevalence"] == pytest.approx(28 / 80)


@given(anywhere(), anywhere(), anywhere())
def test_each_layer_is_the_relevance_alpha_of_that_code(a, b, c):
    found = layered_alpha([Continuum(LENGTH, a, b, c)], "ABC")
    for code in "ABC":
        layer = Continuum(LENGTH, *(only(coder, code) for coder in (a, b, c)))
        expected = u_alpha([layer]).relevance.value
        if expected is None:
            assert found.per_code[code].value is None
        else:
            assert found.per_code[code].value == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.tuples(apart(), apart()), min_size=1, max_size=3))
def test_one_layer_of_relevant_units_is_the_relevance_alpha(pairs):
    documents = [Continuum(LENGTH, *pair) for pair in pairs]
    plain = u_alpha(documents).relevance.value
    one = layered_alpha([Continuum(LENGTH, *map(relevant, d.coders)) for d in documents], [""])
    assert one.micro.value == (None if plain is None else pytest.approx(plain, abs=1e-9))


def test_a_code_on_all_or_no_text_is_undefined():
    everything = units((0, 40, "A"))
    found = layered_alpha([Continuum(40, everything, everything)], ["A", "Z"])
    assert found.per_code["A"].reason == "A was marked everywhere"
    assert found.per_code["Z"].reason == "Z was marked by no coder"
    assert found.micro.value is None
    assert found.macro.reason == "no code divides the text: each is nowhere or everywhere"


def test_documents_are_pooled_before_the_coefficient():
    pairs = [(HUMAN, MODEL), (units((5, 15, "A")), units((7, 20, "A")))]
    pooled = layered_alpha([Continuum(40, *pairs[0]), Continuum(50, *pairs[1])])
    squares = 10**2 + 8**2 + 10**2 + 10**2 + 13**2
    expected = 180 * 129 * 51 / (180**2 - 129 - squares)
    assert pooled.per_code["A"].value == pytest.approx(1 - (51 - 32) / expected)
    assert pooled.micro.n == 90


def test_misuse_is_refused():
    with pytest.raises(AgreementError, match="uses the code 'B', not in the list"):
        layered_alpha([Continuum(40, HUMAN, MODEL)], ["A"])
    with pytest.raises(AgreementError, match="at least one document"):
        layered_alpha([])


def test_without_codes_there_is_nothing_to_pool():
    found = layered_figures(np.zeros((0, 4)), [], 40)
    assert found.micro.value is None
    assert found.per_code == {}


@given(anywhere())
def test_identical_coders_agree_perfectly(coder):
    value = layered_alpha([Continuum(LENGTH, coder, coder)]).micro.value
    assert value is None or value == pytest.approx(1.0)


@given(anywhere(), anywhere())
def test_swapping_coders_changes_nothing(a, b):
    forth, back = (layered_alpha([Continuum(LENGTH, *pair)]) for pair in ((a, b), (b, a)))
    assert back.micro.value == pytest.approx(forth.micro.value, abs=1e-9)


def test_overlaps_of_one_code_count_once():
    once = units((0, 20, "A"))
    twice = units((0, 15, "A"), (10, 20, "A"))
    assert layered_alpha([Continuum(40, once, twice)]).micro.value == 1.0
    assert by_code(twice)["A"] == [Unit(0, 20, "A")]
