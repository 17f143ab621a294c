"""The alternative-annotator test, its correction and its rule without variance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, ttest_1samp

from autocode.agreement.alttest import alignment, alt_test, benjamini_yekutieli
from autocode.errors import AgreementError

LABELS = list("abc" * 20)


def noisy(rng, share):
    return [label if rng.random() > share else "z" for label in LABELS]


def humans(figures):
    return figures["winning_rate"].parts["humans"]


def test_an_identical_model_wins_everywhere():
    found = alt_test(*alignment(LABELS, [LABELS] * 3))
    assert (found["winning_rate"].value, found["advantage"].value) == (1, 1)
    assert found["winning_rate"].n == 3


def test_a_model_that_is_always_wrong_never_wins():
    found = alt_test(*alignment(["z"] * 60, [LABELS] * 3))
    assert (found["winning_rate"].value, found["advantage"].value) == (0, 0)


@pytest.mark.parametrize(("epsilon", "p"), [(0.2, 0.0), (0.0, 1.0), (-0.1, 1.0)])
def test_without_variance_the_mean_decides(epsilon, p):
    found = alt_test(*alignment(LABELS, [LABELS] * 3), epsilon=epsilon)
    assert [row["p"] for row in humans(found)] == [p] * 3


def test_scores_are_the_mean_with_the_other_humans():
    model, human = alignment(["a", "a", None], [["a", "b", "a"], ["b", "b", "a"], ["a", None, "a"]])
    np.testing.assert_array_equal(model, [[0.5, 0, np.nan], [1, 0, np.nan], [0.5, np.nan, np.nan]])
    np.testing.assert_array_equal(human, [[0.5, 1, np.nan], [0, 1, np.nan], [0.5, np.nan, np.nan]])


def test_p_is_scipys_one_sided_t_test():
    rng = np.random.default_rng(2)
    scores = alignment(noisy(rng, 0.2), [noisy(rng, 0.25) for _ in range(3)])
    for row, model, human in zip(humans(alt_test(*scores)), *scores, strict=True):
        difference = (human >= model).astype(float) - (model >= human)
        assert row["p"] == pytest.approx(ttest_1samp(difference, 0.2, alternative="less").pvalue)
        assert row["advantage"] == pytest.approx((model >= human).mean())


def test_document_means_are_tested_when_documents_are_known():
    rng = np.random.default_rng(2)
    model, human = alignment(noisy(rng, 0.2), [noisy(rng, 0.25) for _ in range(3)])
    documents = [index // 6 for index in range(60)]
    found = alt_test(model, human, documents=documents, minimum=10)
    difference = (human[0] >= model[0]).astype(float) - (model[0] >= human[0])
    means = difference.reshape(10, 6).mean(axis=1)
    assert humans(found)[0]["p"] == pytest.approx(
        ttest_1samp(means, 0.2, alternative="less").pvalue
    )
    assert humans(found)[0]["instances"] == 10


def test_a_human_with_few_shared_instances_is_not_tested_but_named():
    few = [label if index < 29 else None for index, label in enumerate(LABELS)]
    found = alt_test(*alignment(LABELS, [LABELS, LABELS, few]))
    assert [row["instances"] for row in humans(found)] == [60, 60, 29]
    assert found["winning_rate"].parts["tested"] == 2
    assert found["winning_rate"].value == 1
    nobody = alt_test(*alignment(LABELS[:29], [LABELS[:29]] * 3))
    assert nobody["advantage"].reason == "no human shares 30 instances with the model"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_benjamini_yekutieli_is_scipys(p):
    adjusted = false_discovery_control(p, method="by")
    for ours, theirs in zip(benjamini_yekutieli(p, 0.05), adjusted, strict=True):
        assert ours == (theirs <= 0.05) or theirs == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: alignment(LABELS, [LABELS]), "two humans at least"),
        (lambda: alignment(LABELS, [LABELS, LABELS[:9]]), "two humans at least"),
        (lambda: alt_test([[1, 0]], [[1, 0, 1]]), "different shapes"),
        (lambda: alt_test([[1, 0]], [[1, 0]], documents=["p1"]), "the document of each instance"),
        (lambda: alt_test([[1, 0]], [[1, 0]], minimum=1), "two instances per human"),
    ],
)
def test_misuse_gets_a_sentence(call, sentence):
    with pytest.raises(AgreementError, match=sentence):
        call()
