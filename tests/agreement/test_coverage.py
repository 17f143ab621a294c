"""Coverage: what was found, added, repeated, not located; and saturation."""

import numpy as np
import pytest
from hypothesis import strategies as st

from autocode.agreement.coverage import (
    code_inflation,
    gold_recall,
    novel_rate,
    redundancy,
    saturation,
    saturation_point,
    slope_ratio,
    unlocated,
)
from autocode.errors import AgreementError

MATCHES = np.array([[True, True, False, False], [False, False, False, False], [True] + [False] * 3])
DOCUMENTS = ["ab", "ac", "d", "a", "ab", "e", "e", "a", "f"]

document_lists = st.lists(st.sets(st.sampled_from("abcdef")), min_size=2, max_size=8)


def near(value):
    return pytest.approx(value, abs=1e-9)


def test_recall_of_gold_codes_plain_and_by_use():
    assert gold_recall(MATCHES).value == near(2 / 3)
    assert gold_recall(MATCHES, [1, 8, 1]).value == near(0.2)
    assert gold_recall(MATCHES).parts == {"found": 2}
    assert gold_recall(MATCHES, [0, 0, 0]).reason == "no gold code was used"


@pytest.mark.parametrize("uses", [[1, 2], [1, 1, -1]])
def test_uses_that_do_not_fit_are_refused(uses):
    with pytest.raises(AgreementError, match="one number of 0 or more for each gold code"):
        gold_recall(MATCHES, uses)


def test_novel_codes_are_those_like_no_gold_code():
    assert (novel_rate(MATCHES).value, novel_rate(MATCHES).parts) == (0.5, {"novel": 2})


def test_matches_must_be_true_or_false():
    with pytest.raises(AgreementError, match="true and false"):
        gold_recall([[0.9, 0.2]])


def test_redundancy_counts_chains_as_one_cluster():
    alike = np.eye(5, dtype=bool)
    alike[0, 1] = alike[1, 0] = alike[1, 2] = alike[2, 1] = True
    assert redundancy(alike).value == near(1 - 3 / 5)
    assert redundancy(np.eye(4, dtype=bool)).value == 0
    with pytest.raises(AgreementError, match="square"):
        redundancy(MATCHES)


def test_inflation_is_model_codes_per_gold_code():
    assert code_inflation(4, 10).value == 2.5
    assert code_inflation(0, 10).value is None


def test_empty_codebooks_are_undefined():
    nothing = np.zeros((0, 0), dtype=bool)
    assert [one(nothing).value for one in (gold_recall, novel_rate, redundancy)] == [None] * 3
    assert novel_rate(np.zeros((0, 2), dtype=bool)).value == 1


def test_quotes_that_were_not_found_word_for_word():
    found = unlocated({"exact": 14, "normalised": 2, "fuzzy": 3, "missing": 1})
    assert {name: one.value for name, one in found.items()} == near(
        {"verbatim_failure": 0.2, "fuzzy": 0.15, "missing": 0.05}
    )
    assert found["missing"].parts["normalised"] == 2
    assert unlocated({})["missing"].reason == "there is no quote to compare"
    with pytest.raises(AgreementError, match="unknown quote status: lost"):
        unlocated({"lost": 1})


def test_saturation_counts_different_codes_so_far():
    assert saturation(DOCUMENTS) == [2, 3, 4, 4, 4, 5, 5, 5, 6]


def test_saturation_point_as_guest_counts_it():
    found = saturation_point(DOCUMENTS, base=4, run=2, threshold=0.05)
    assert found.parts["ratios"] == near([1 / 4, 1 / 4, 0, 1 / 4])
    assert (found.value, found.n) == (6, 9)


def test_a_saturation_point_may_not_be_reached_or_not_be_asked():
    always = [{n} for n in range(8)]
    assert "brought more than 5%" in saturation_point(always).reason
    assert saturation_point(always[:5]).reason == "it takes 4 + 2 documents at least"
    assert saturation_point([set()] * 8).reason == "the base has no codes"


def test_slope_ratio_is_one_for_ever_new_codes_and_zero_for_ever_the_same():
    assert slope_ratio([{n, -n} for n in range(1, 9)]).value == near(1)
    assert slope_ratio([{"a"}] * 5).value == near(0)
    assert slope_ratio([{"a"}]).value is None
    assert slope_ratio([]).reason == "there is no document to compare"


def test_slope_ratio_is_that_of_two_fitted_lines():
    unique, total = saturation(DOCUMENTS), np.cumsum([len(set(codes)) for codes in DOCUMENTS])
    steps = np.arange(len(DOCUMENTS))
    expected = np.polyfit(steps, unique, 1)[0] / np.polyfit(steps, total, 1)[0]
    assert slope_ratio(DOCUMENTS).value == near(expected)
