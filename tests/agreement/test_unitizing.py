"""The u-alpha family against its published example, exact fractions and the slow definition."""

from fractions import Fraction

import numpy as np
import pytest
from continua import ALEX, HUMAN, LENGTH, MODEL, PAUL, SUZAN, apart, units
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement.alpha import distances, nominal
from autocode.agreement.coincidences import coincidences
from autocode.agreement.sets import masi
from autocode.agreement.spans import Continuum, Unit, atomised
from autocode.agreement.unitizing import Family, alphas, family, terms, u_alpha
from autocode.errors import AgreementError

THREE = Continuum(60, ALEX, PAUL, SUZAN)


def main_values(found: Family):
    return [f.value for f in (found.value, found.relevance, found.coded, found.coverage)]


def test_published_example_of_three_observers():
    found = u_alpha([THREE])
    assert found.value.value == pytest.approx(0.5096699731736228, abs=1e-12)
    assert found.relevance.value == pytest.approx(0.4132259407617982, abs=1e-12)
    assert found.coded.value == pytest.approx(0.7240818696472636, abs=1e-12)
    assert found.coverage.value == pytest.approx(0.461111, abs=1e-6)
    for figure, published in zip(
        (found.value, found.relevance, found.coded), (0.510, 0.413, 0.724), strict=True
    ):
        assert figure.value == pytest.approx(published, abs=6e-4)
    assert (found.value.n, found.value.unit) == (60, "character")
    # 83 of 3 × 60 characters were coded by several.
    assert (found.coded.n, found.coded.unit) == (28, "jointly marked character")


def test_published_example_per_code():
    per_code = u_alpha([THREE]).per_code
    shown = {code: (f.value, f.parts["coverage"]) for code, f in per_code.items()}
    assert shown == {
        1: (1.0, 1.0),
        2: (0.0, 1.0),
        3: (0.0, 1.0),
        4: (0.0, 1.0),
        5: (1.0, pytest.approx(4 / 9)),
        6: (1.0, 1.0),
        7: (None, 0.0),
    }
    assert "7 by one coder was coded at all by another" in per_code[7].reason


def test_published_coincidences():
    observed = coincidences(THREE).observed
    assert observed.sum(axis=1).tolist() == [71, 21, 6, 6, 6, 18, 36, 16]
    expected = np.zeros((8, 8))
    expected[0, 0], expected[0, 5], expected[0, 7] = 45, 10, 16
    expected[1, 1], expected[5, 5], expected[6, 6] = 21, 8, 36
    expected[2, 3] = expected[2, 4] = expected[3, 4] = 3
    assert observed.tolist() == np.maximum(expected, expected.T).tolist()


@pytest.mark.parametrize(
    ("pair", "value", "relevance", "coded", "coverage", "five"),
    [
        ((ALEX, PAUL), 0.361610, 0.098148, 0.713031, 0.433333, 0.166667),
        ((ALEX, SUZAN), 0.437477, 0.231522, 0.732143, 0.466667, 0.5),
        ((PAUL, SUZAN), 0.769307, 0.871079, 0.749803, 0.483333, 0.666667),
    ],
)
def test_two_coder_regression_table(pair, value, relevance, coded, coverage, five):
    found = u_alpha([Continuum(60, *pair)])
    assert main_values(found) == pytest.approx([value, relevance, coded, coverage], abs=1e-6)
    assert found.per_code[5].parts["coverage"] == pytest.approx(five, abs=1e-6)


def test_exact_fractions():
    document = Continuum(40, HUMAN, MODEL)
    counted = coincidences(document)
    assert counted.observed.tolist() == [[40, 2, 0], [2, 16, 10], [0, 10, 0]]
    assert counted.self_terms.tolist() == [42, 264, 100]
    exact = [Fraction(9769, 18760), Fraction(9641, 10640), Fraction(-4, 117), Fraction(36, 80)]
    assert main_values(u_alpha([document])) == pytest.approx([float(f) for f in exact], abs=1e-12)


def test_documents_are_pooled_by_adding_coincidences():
    second = Continuum(50, units((5, 15, "A")), units((7, 20, "A")))
    found = u_alpha([Continuum(40, HUMAN, MODEL), second])
    assert found.value.value == pytest.approx(0.5700061498, abs=1e-10)
    assert found.value.n == 90


def test_blind_to_fragmentation_as_the_report_says():
    gold = units((0, 90, "A"), (150, 200, "B"))
    split = units((0, 30, "A"), (30, 60, "A"), (60, 90, "A"), (150, 200, "B"))
    assert main_values(u_alpha([Continuum(300, gold, split)]))[:3] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("length", "value"), [(250, 0.598), (300, 0.633), (500, 0.688), (5000, 0.745)]
)
def test_depends_on_uncoded_padding_as_the_report_says(length, value):
    gold, moved = units((0, 90, "A"), (150, 200, "B")), units((20, 110, "A"), (165, 215, "B"))
    assert u_alpha([Continuum(length, gold, moved)]).value.value == pytest.approx(value, abs=6e-4)


def test_depends_on_the_measuring_unit_as_the_report_says():
    def scaled(factor):
        coders = [
            [Unit(s * factor, e * factor, c) for s, e, c in coder] for coder in (ALEX, PAUL, SUZAN)
        ]
        return u_alpha([Continuum(60 * factor, *coders)])

    assert scaled(10).value.value == pytest.approx(0.50867, abs=1e-5)
    assert scaled(100).relevance.value == pytest.approx(0.41191, abs=1e-5)
    assert scaled(100).coded.value == pytest.approx(u_alpha([THREE]).coded.value)


@pytest.mark.parametrize(
    ("coders", "reasons"),
    [
        (((), ()), ["no coder marked anything"] * 2 + ["no passage was coded by two coders"]),
        (
            (units((0, 40, "A")), units((0, 40, "A"))),
            [
                "one code covers the whole text for every coder",
                "every character was marked by every coder, so there is no gap to agree on",
                "the jointly coded text carries one code only",
            ],
        ),
        (
            (units((0, 10, "A")), units((10, 40, "B"))),
            [None, None, "no passage was coded by two coders"],
        ),
        (
            (units((0, 10, "A")), units((0, 12, "A"))),
            [None, None, "the jointly coded text carries one code only"],
        ),
    ],
)
def test_undefined_members_say_why(coders, reasons):
    found = u_alpha([Continuum(40, *coders)])
    assert [f.reason for f in (found.value, found.relevance, found.coded)] == reasons


def test_no_text_is_no_agreement():
    found = u_alpha([Continuum(0, (), ())])
    assert found.value.reason == found.coverage.reason == "there is no character to compare"


def test_misuse_is_refused_with_a_sentence():
    with pytest.raises(AgreementError, match=r"\[0, 10\) 'A' and \[5, 12\) 'B' overlap, and this"):
        u_alpha([Continuum(40, units((0, 10, "A"), (5, 12, "B")), ())])
    with pytest.raises(AgreementError, match="coded by 2 and by 3 coders cannot be pooled"):
        u_alpha([Continuum(40, HUMAN, MODEL), THREE])
    with pytest.raises(AgreementError, match="at least one document"):
        u_alpha([])


def test_a_metric_on_code_sets_forgives_a_shared_code():
    human = units((0, 10, "A"), (5, 10, "B"), (20, 30, "C"))
    model = units((0, 10, "A"), (20, 30, "C"))
    document = Continuum(40, atomised(human), atomised(model))
    strict, lenient = u_alpha([document]).coded.value, u_alpha([document], masi).coded.value
    assert strict < lenient < 1


def slow_u_alpha(continuum):
    """uα by comparing every pair of sections, straight from the formulas of the paper."""
    length, coders = continuum.length, [_partition(u, continuum.length) for u in continuum.coders]
    values = sorted({v for sections in coders for *_, v in sections})
    pairs = [(i, j) for i in range(len(coders)) for j in range(len(coders)) if i != j]
    total = len(coders) * length
    agreed, margins = 0.0, dict.fromkeys(values, 0.0)
    for i, j in pairs:
        for b, e, v in coders[i]:
            for b2, e2, v2 in coders[j]:
                shared = max(0, min(e, e2) - max(b, b2)) / (len(coders) - 1)
                agreed += shared * (v == v2)
                margins[v] += shared
    own = dict.fromkeys(values, 0.0)
    for sections in coders:
        for b, e, v in sections:
            own[v] += (e - b) ** 2 if v else e - b
    free = total**2 - sum(own.values())
    expected = sum(total * (margins[v] ** 2 - own[v]) / free for v in values)
    return 1 - (total - agreed) / (total - expected)


def _partition(coder, length):
    sections, at = [], 0
    for start, end, code in coder:
        sections += [(at, start, ""), (start, end, code)]
        at = end
    return [s for s in [*sections, (at, length, "")] if s[1] > s[0]]


@given(st.lists(apart(), min_size=2, max_size=4))
def test_equals_the_definition_for_any_number_of_coders(coders):
    document = Continuum(LENGTH, *coders)
    value = u_alpha([document]).value.value
    if value is not None:
        assert value == pytest.approx(slow_u_alpha(document), abs=1e-9)


@given(apart(), apart(), apart())
def test_swapping_coders_and_renaming_codes_change_nothing(a, b, c):
    names = {"A": "zeta", "B": "alpha", "C": "mid"}
    renamed = [[u._replace(code=names[u.code]) for u in coder] for coder in (c, a, b)]
    before, after = u_alpha([Continuum(LENGTH, a, b, c)]), u_alpha([Continuum(LENGTH, *renamed)])
    assert main_values(after) == pytest.approx(main_values(before), abs=1e-9)
    for code, figure in before.per_code.items():
        assert after.per_code[names[code]].value == pytest.approx(figure.value, abs=1e-9)


@given(st.lists(st.tuples(apart(), apart()), min_size=2, max_size=4))
def test_the_order_of_documents_changes_nothing(pairs):
    documents = [Continuum(LENGTH, *pair) for pair in pairs]
    forwards, backwards = main_values(u_alpha(documents)), main_values(u_alpha(documents[::-1]))
    assert backwards == pytest.approx(forwards, abs=1e-9)


@given(apart())
def test_identical_coders_agree_perfectly(coder):
    for value in main_values(u_alpha([Continuum(LENGTH, coder, coder)]))[:3]:
        assert value is None or value == pytest.approx(1.0)


@given(apart(), apart(), st.integers(1, LENGTH - 1))
def test_splitting_a_unit_leaves_the_observed_coincidences(a, b, cut):
    def split(unit):
        if unit.start < cut < unit.end:
            return [unit._replace(end=cut), unit._replace(start=cut)]
        return [unit]

    pieces = [piece for unit in a for piece in split(unit)]
    whole, parts = (coincidences(Continuum(LENGTH, coder, b)) for coder in (a, pieces))
    assert parts.observed.tolist() == whole.observed.tolist()


@given(st.lists(st.tuples(apart(), apart()), min_size=1, max_size=4))
def test_summed_terms_give_the_pooled_family(pairs):
    documents = [Continuum(LENGTH, *pair) for pair in pairs]
    between = distances("ABC", nominal)
    rows = np.array([terms(coincidences(d).over("ABC"), between) for d in documents])
    summed, pooled = alphas(rows.sum(axis=0), between), main_values(u_alpha(documents))
    for fast, slow in zip(summed[:4], pooled, strict=True):
        assert slow is None if np.isnan(fast) else fast == pytest.approx(slow, abs=1e-9)


def test_coincidences_of_unlike_codebooks_add():
    a = coincidences(Continuum(40, HUMAN, MODEL))
    b = coincidences(Continuum(40, units((0, 9, "C")), units((0, 9, "C"))))
    both = a + b
    assert both.codes == ("A", "B", "C")
    assert both.observed.sum() == 160
    assert family(both).per_code["C"].value == 1.0
