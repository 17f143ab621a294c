"""Jackknife intervals: the textbook's numbers, their coverage, and when there is none."""

import numpy as np
import pytest
from scipy.stats import t as student

from autocode.agreement.intervals import leave_one_out, over_documents, over_turns, spread, wilson
from autocode.agreement.labels import kappa
from autocode.errors import AgreementError

DOCUMENTS = np.array([[[30, 4], [3, 60]], [[10, 9], [7, 30]], [[25, 2], [6, 44]]] * 2, dtype=float)


def mean(parts):
    """The mean of [sum, n] counts."""
    return parts[..., 0] / parts[..., 1]


def test_the_interval_of_a_mean_is_students():
    values = np.array([0.2, 0.5, 0.9, 0.4, 0.6, 0.1])
    found = over_documents(np.stack([values, np.ones(6)], axis=1), mean).interval()
    half = student.ppf(0.975, 5) * values.std(ddof=1) / np.sqrt(6)
    assert (found.low, found.high) == pytest.approx((values.mean() - half, values.mean() + half))
    assert found.method == "jackknife over 6 documents, t with 5 degrees of freedom"


def test_every_document_is_left_out_and_the_rest_recomputed():
    found = over_documents(DOCUMENTS, kappa.of)
    expected = [kappa.of(np.delete(DOCUMENTS, i, axis=0).sum(axis=0)) for i in range(6)]
    np.testing.assert_allclose(found.left_out, expected)
    interval = found.interval()
    assert interval.low < kappa.of(DOCUMENTS.sum(axis=0)) < interval.high


def test_below_five_documents_there_is_a_range_and_no_interval():
    reason = over_documents(DOCUMENTS[:4], kappa.of).interval()
    assert reason == "4 documents are fewer than the 5 that an interval needs"
    values = kappa.of(DOCUMENTS[:4])
    found = spread(values, "each of 4 documents alone")
    assert (found.low, found.high) == pytest.approx((values.min(), values.max()))
    assert found.of == "each of 4 documents alone"


def test_one_document_is_refused():
    with pytest.raises(AgreementError, match="one document cannot show how documents differ"):
        over_documents(DOCUMENTS[:1], kappa.of)


def test_bounds_cut_the_interval():
    parts = np.stack([[9.0, 10, 10, 10, 6], np.full(5, 10.0)], axis=1)
    free, cut = (over_documents(parts, mean).interval(bounds=b) for b in ((-9, 9), (0, 1)))
    assert free.high > 1 == cut.high
    assert free.low == cut.low


def test_no_interval_without_spread_or_where_a_value_is_undefined():
    alike = np.repeat(DOCUMENTS[:1], 5, axis=0)
    assert "the same whatever is left out" in over_documents(alike, kappa.of).interval()
    lonely = np.zeros((5, 2, 2))
    lonely[:, 1, 1] = 9
    lonely[0, 0, 0] = 3
    assert "some part of the material is left out" in over_documents(lonely, kappa.of).interval()
    assert over_documents(np.zeros((5, 2, 2)), kappa.of).interval() == "the value is undefined"


def test_several_statistics_share_the_documents():
    both = over_documents(np.stack([DOCUMENTS, DOCUMENTS[::-1] + 1], axis=1), kappa.of)
    assert both.at(0).interval() == over_documents(DOCUMENTS, kappa.of).interval()
    with pytest.raises(AgreementError, match="choose one"):
        both.interval()


def test_leaving_out_each_document_gives_a_range():
    found = leave_one_out(DOCUMENTS[:3], kappa.of)
    pools = (np.delete(DOCUMENTS[:3], i, axis=0).sum(axis=0) for i in range(3))
    values = [float(kappa.of(pool)) for pool in pools]
    assert (found.low, found.high) == pytest.approx((min(values), max(values)))
    assert leave_one_out(np.zeros((3, 2, 2)), kappa.of) is None
    assert spread(np.array([0.5, np.nan]), "each").of == "each; undefined for 1"


def test_verdicts_of_a_paired_difference():
    rng = np.random.default_rng(3)
    better = DOCUMENTS + rng.integers(6, 9, (6, 1, 1)) * np.eye(2)
    here, there = over_documents(better, kappa.of), over_documents(DOCUMENTS, kappa.of)
    assert (here - there).verdict() == "better"
    assert (there - here).verdict() == "worse"
    assert (here - here).verdict() == "no clear difference"
    assert "paired jackknife" in (here - there).interval().method
    few = over_documents(better[:3], kappa.of) - over_documents(DOCUMENTS[:3], kappa.of)
    assert few.verdict() is None
    with pytest.raises(AgreementError, match="the same documents, not 6 and 5"):
        here - over_documents(DOCUMENTS[1:], kappa.of)


def test_a_paired_difference_is_narrower_than_either_interval():
    better = DOCUMENTS + np.array([[4, 0], [0, 4]])
    here, there = over_documents(better, kappa.of), over_documents(DOCUMENTS, kappa.of)
    paired, single = (here - there).interval(), there.interval()
    assert paired.high - paired.low < (single.high - single.low) / 2


def test_within_one_document_two_turns_are_left_out_at_a_time():
    turns = np.stack([np.arange(12.0), np.ones(12)], axis=1)
    found = over_turns(turns, mean, marked=12)
    expected = [np.delete(turns[:, 0], [i, (i + 1) % 12]).mean() for i in range(12)]
    np.testing.assert_allclose(found.left_out, expected)
    assert found.freedom == 5
    assert found.interval().method.startswith("approximate, this document only")


def test_below_ten_marked_turns_there_is_no_interval():
    turns = np.stack([np.arange(40.0), np.ones(40)], axis=1)
    assert over_turns(turns, mean, marked=9).interval().startswith("9 turns carry marks")
    assert not isinstance(over_turns(turns, mean, marked=10).interval(), str)


def _interviews(rng, documents, turns, spread):
    """2×2 tables per turn and how often the coders agree in each interview."""
    gold = rng.random((documents, turns)) < 0.4
    agree = 1 / (1 + np.exp(-(1.4 + spread * rng.standard_normal((documents, 1)))))
    model = np.where(rng.random((documents, turns)) < agree, gold, ~gold)
    cells = np.eye(4)[2 * (1 - gold) + (1 - model)]
    return cells.reshape(documents, turns, 2, 2), agree


@pytest.mark.parametrize("documents", [5, 10])
def test_intervals_hold_the_true_value_where_interviews_differ(documents):
    """300 studies, SD .8 on the logit: .88 at least is promised of nominally .95."""
    rng = np.random.default_rng(20261125)
    truth = kappa.of(_interviews(rng, 4000, 40, 0.8)[0].sum(axis=(0, 1)))
    covered = 0
    for _ in range(300):
        tables = _interviews(rng, documents, 40, 0.8)[0].sum(axis=1)
        interval = over_documents(tables, kappa.of).interval()
        covered += interval.low <= truth <= interval.high
    assert covered / 300 > 0.88


def test_intervals_within_one_document_hold_its_true_value():
    """300 interviews of 36 turns, each with its own agreement."""
    rng = np.random.default_rng(20261125)
    covered = []
    for _ in range(300):
        tables, agree = _interviews(rng, 1, 36, 0.5)
        same = agree[0, 0]
        truth = kappa.of(np.array([[0.4 * same, 0.4 * (1 - same)], [0.6 * (1 - same), 0.6 * same]]))
        marked = int(tables[0, :, :, 0].sum() + tables[0, :, 0, 1].sum())
        interval = over_turns(tables[0], kappa.of, marked=marked).interval()
        if not isinstance(interval, str):
            covered.append(interval.low <= truth <= interval.high)
    assert len(covered) > 250
    assert np.mean(covered) > 0.9


def test_wilsons_interval_of_a_share():
    # Newcombe (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for count, of, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        interval = wilson(count, of)
        assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)
    with pytest.raises(AgreementError):
        wilson(0, 0)
    with pytest.raises(AgreementError):
        wilson(3, 2)
