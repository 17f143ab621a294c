"""The document bootstrap: reproducible, recomputed, and honest about few documents."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autocode.agreement.bootstrap import (
    Resampled,
    block_bootstrap,
    document_bootstrap,
    leave_one_out,
    one_by_one,
    paired_difference,
    two_level_bootstrap,
)
from autocode.agreement.labels import kappa
from autocode.errors import AgreementError

DOCUMENTS = np.array([[[30, 4], [3, 60]], [[10, 9], [7, 30]], [[25, 2], [6, 44]]] * 4, dtype=float)


def share(parts):
    """Share of the first of two counts."""
    return parts[..., 0] / parts.sum(axis=-1)


def test_the_same_seed_gives_the_same_bits():
    once = document_bootstrap(DOCUMENTS, kappa.of, seed=5)
    again = document_bootstrap(DOCUMENTS, kappa.of, seed=5)
    other = document_bootstrap(DOCUMENTS, kappa.of, seed=6)
    assert once.values.tobytes() == again.values.tobytes()
    assert once.interval() == again.interval() != other.interval()


def test_the_interval_holds_the_value_and_says_how_it_was_made():
    found = document_bootstrap(DOCUMENTS, kappa.of, seed=5).interval()
    assert found.low < kappa.of(DOCUMENTS.sum(axis=0)) < found.high
    assert found.level == 0.95
    assert found.method == "percentile document bootstrap, 12 documents, 2000 resamples, seed 5"


def test_every_resample_is_recomputed_from_whole_documents():
    """Two documents: a resample is one of three pools, in proportions 1 : 2 : 1."""
    parts = DOCUMENTS[:2]
    values = document_bootstrap(parts, kappa.of, seed=1).values
    pools = [2 * parts[0], parts.sum(axis=0), 2 * parts[1]]
    which = [np.isclose(values, kappa.of(pool)) for pool in pools]
    assert np.sum(which) == len(values)
    np.testing.assert_allclose(np.mean(which, axis=1), [0.25, 0.5, 0.25], atol=0.04)


def test_the_interval_is_the_percentiles_of_resampled_means():
    """Against numpy's own resampling of the same statistic."""
    rng = np.random.default_rng(0)
    parts = np.stack([rng.integers(1, 30, 40), rng.integers(1, 30, 40)], axis=1)
    picks = rng.integers(40, size=(4000, 40))
    direct = np.quantile(share(parts[picks].sum(axis=1)), [0.025, 0.975])
    ours = document_bootstrap(parts, share, seed=3, resamples=4000).interval()
    np.testing.assert_allclose([ours.low, ours.high], direct, atol=0.01)


@given(arrays(float, (3, 2), elements=st.integers(1, 50)))
def test_identical_documents_leave_no_spread(parts):
    found = document_bootstrap(np.repeat(parts[:1], 4, axis=0), share, seed=1, resamples=20)
    assert found.interval().low == pytest.approx(found.interval().high)


def test_few_documents_are_warned_about():
    assert "under-covers" in document_bootstrap(DOCUMENTS[:9], kappa.of, seed=1).method
    assert "under-covers" not in document_bootstrap(DOCUMENTS[:10], kappa.of, seed=1).method


def test_one_document_is_refused():
    with pytest.raises(AgreementError, match="one document cannot show how documents differ"):
        document_bootstrap(DOCUMENTS[:1], kappa.of, seed=1)


def test_undefined_resamples_are_left_out_and_counted():
    parts = np.array([[[1, 0], [0, 1]], [[0, 0], [0, 2]]], dtype=float)
    found = document_bootstrap(parts, kappa.of, seed=2, resamples=100)
    lost = int(np.isnan(found.values).sum())
    assert 0 < lost < 100
    assert found.interval().method.endswith(f"{lost} undefined resamples left out")


def test_without_any_defined_resample_there_is_no_interval():
    nothing = np.zeros((3, 2, 2))
    found = document_bootstrap(nothing, kappa.of, seed=1, resamples=10)
    assert found.interval() is None
    assert found.below(0.5) is None
    assert leave_one_out(nothing, kappa.of) is None


def test_the_chance_of_being_below_a_threshold():
    assert Resampled(np.array([0.1, 0.7, np.nan, 0.9]), "").below(0.667) == pytest.approx(1 / 3)


def test_several_statistics_share_their_resamples():
    both = document_bootstrap(np.stack([DOCUMENTS, DOCUMENTS[::-1]], axis=1), kappa.of, seed=5)
    assert both.values.shape == (2000, 2)
    alone = document_bootstrap(DOCUMENTS, kappa.of, seed=5)
    assert both.at(0).interval() == alone.interval()
    with pytest.raises(AgreementError, match="choose one"):
        both.interval()


def test_a_statistic_of_one_table_may_be_lifted():
    def plain(table):
        value = float(kappa.of(table))
        return None if np.isnan(value) else value

    lifted = document_bootstrap(DOCUMENTS, one_by_one(plain), seed=5, resamples=50)
    direct = document_bootstrap(DOCUMENTS, kappa.of, seed=5, resamples=50)
    np.testing.assert_array_equal(lifted.values, direct.values)
    assert np.isnan(one_by_one(lambda _: None)(DOCUMENTS)).all()


def test_large_parts_are_resampled_piece_by_piece_with_the_same_result(monkeypatch):
    whole = document_bootstrap(DOCUMENTS, kappa.of, seed=5).values
    monkeypatch.setattr("autocode.agreement.bootstrap._CELLS_AT_ONCE", 100)
    np.testing.assert_array_equal(document_bootstrap(DOCUMENTS, kappa.of, seed=5).values, whole)


def test_leaving_out_each_document_in_turn():
    found = leave_one_out(DOCUMENTS[:3], kappa.of)
    values = [kappa.of(np.delete(DOCUMENTS[:3], i, axis=0).sum(axis=0)) for i in range(3)]
    assert (found.low, found.high) == (pytest.approx(min(values)), pytest.approx(max(values)))
    assert found.level == 1


def test_a_model_does_not_differ_from_itself_whatever_the_documents():
    same = paired_difference(DOCUMENTS, DOCUMENTS, kappa.of, seed=1).interval()
    assert (same.low, same.high) == (0, 0)


def test_a_paired_difference_is_narrower_than_two_separate_intervals():
    better = DOCUMENTS + np.array([[4, 0], [0, 4]])
    paired = paired_difference(better, DOCUMENTS, kappa.of, seed=1).interval()
    one = document_bootstrap(DOCUMENTS, kappa.of, seed=1).interval()
    assert paired.low > 0
    assert paired.high - paired.low < (one.high - one.low) / 2


def test_a_paired_difference_needs_the_same_documents():
    with pytest.raises(AgreementError, match="the same documents, not 12 and 11"):
        paired_difference(DOCUMENTS, DOCUMENTS[1:], kappa.of, seed=1)


def test_blocks_are_contiguous_and_make_up_the_document():
    """25 units in blocks of 10, 10 and 5: three stretches, so at most six changes of weight."""

    def changes(weights):
        assert (weights.sum(axis=1) == 25).all()
        return np.abs(np.diff(weights, axis=1, prepend=0, append=0)).sum(axis=1)

    found = block_bootstrap(np.eye(25), changes, seed=1, block=10, resamples=500)
    assert found.values.max() == 6
    assert found.method.endswith("blocks of 10 units, 500 resamples, seed 1; this document only")


def test_too_few_units_for_blocks_are_refused():
    with pytest.raises(AgreementError, match="19 units are too few for blocks of 10"):
        block_bootstrap(np.eye(19), share, seed=1)


def test_two_levels_spread_over_runs_too():
    runs = np.stack([DOCUMENTS, DOCUMENTS + np.array([[9, 0], [0, 9]])], axis=1)
    both = two_level_bootstrap(runs, kappa.of, seed=4)
    alike = two_level_bootstrap(runs[:, [0, 0]], kappa.of, seed=4)
    one = document_bootstrap(DOCUMENTS, kappa.of, seed=4)
    np.testing.assert_array_equal(alike.values, one.values)
    assert both.values.mean() > one.values.mean()
    assert "12 documents × 2 runs" in both.method


def _interviews(rng, documents, turns, spread):
    """2×2 tables per turn, `[documents, turns, 2, 2]`; in some interviews coders agree less."""
    gold = rng.random((documents, turns)) < 0.4
    agree = 1 / (1 + np.exp(-(1.4 + spread * rng.standard_normal((documents, 1)))))
    model = np.where(rng.random((documents, turns)) < agree, gold, ~gold)
    cells = np.eye(4)[2 * (1 - gold) + (1 - model)]
    return cells.reshape(documents, turns, 2, 2)


def test_turns_resampled_as_if_independent_promise_too_much():
    """Interviews that differ (SD .8 on the logit): 20 × 60 turns, nominal 95 %."""
    rng = np.random.default_rng(20261122)
    truth = kappa.of(_interviews(rng, 4000, 60, 0.8).sum(axis=(0, 1)))
    widths, covered = {"document": [], "turn": []}, {"document": 0, "turn": 0}
    for repetition in range(60):
        tables = _interviews(rng, 20, 60, 0.8)
        for level, parts in (("document", tables.sum(axis=1)), ("turn", tables.reshape(-1, 2, 2))):
            found = document_bootstrap(parts, kappa.of, seed=repetition, resamples=200).interval()
            widths[level].append(found.high - found.low)
            covered[level] += found.low <= truth <= found.high
    assert covered["document"] / 60 > 0.85
    assert covered["turn"] / 60 < 0.75
    assert 1.8 < np.mean(widths["document"]) / np.mean(widths["turn"]) < 3
    assert (np.array(widths["document"]) >= widths["turn"]).all()
