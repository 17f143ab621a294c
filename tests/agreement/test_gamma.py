"""γ: disorders of the best alignment as pygamma-agreement 0.5.9 finds them, and its chance."""

from itertools import permutations

import numpy as np
import pytest
from continua import ALEX, LENGTH, PAUL, SUZAN, anywhere, units
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from autocode.agreement import assignment
from autocode.agreement.gamma import Dissimilarity, disorder, gamma
from autocode.agreement.spans import Continuum
from autocode.errors import AgreementError


def test_one_near_miss():
    assert disorder(Continuum(10, units((1, 5, "a")), units((2, 6, "a")))) == 0.0625


def test_two_near_misses_and_two_orphans():
    first = units((1, 5, "a"), (6, 10, "b"), (20, 24, "a"), (30, 34, "b"))
    second = units((2, 6, "a"), (31, 35, "b"))
    assert disorder(Continuum(40, first, second)) == pytest.approx((2 * 0.0625 + 2) / 3)


@pytest.mark.parametrize(
    ("pair", "weights", "pygamma"),
    [
        ((ALEX, PAUL), (1, 1), 0.7468889),
        ((ALEX, PAUL), (3, 1), 1.0239999),
        ((ALEX, PAUL), (3, 2), 1.224),
        ((ALEX, SUZAN), (1, 1), 0.5601852),
        ((ALEX, SUZAN), (3, 1), 0.6805556),
        ((ALEX, SUZAN), (3, 2), 0.84722227),
        ((PAUL, SUZAN), (1, 1), 0.67222226),
        ((PAUL, SUZAN), (3, 1), 0.8166667),
        ((PAUL, SUZAN), (3, 2), 1.0166667),
    ],
)
def test_disorder_equals_pygamma(pair, weights, pygamma):
    found = disorder(Continuum(60, *pair), Dissimilarity(*weights))
    assert found == pytest.approx(pygamma, abs=1e-6)


def test_disorder_of_long_codings_equals_pygamma():
    assert disorder(Continuum(60_000, *long_codings())) == pytest.approx(0.36991975, abs=1e-5)


def long_codings():
    rng = np.random.default_rng(7)

    def coder():
        cuts = np.sort(rng.choice(60_000, 400, replace=False)).tolist()
        codes = rng.integers(30, size=200).tolist()
        return units(*zip(cuts[::2], cuts[1::2], codes, strict=True))

    first = coder()
    return first, units(*((s + 3, e + 11, c) for s, e, c in first[:150])) + coder()[190:]


def test_four_identical_units_and_an_orphan_each_leave_categories_perfect():
    same = ((0, 10, "a"), (20, 30, "b"), (40, 45, "a"), (50, 52, "c"))
    document = Continuum(100, units(*same, (60, 70, "x")), units(*same, (90, 100, "y")))
    found = gamma([document])
    assert found.category.value == 1.0
    assert found.value.value < 1
    assert "experimental" in found.category.reference


def test_a_far_unit_is_left_alone_and_does_not_spoil_a_near_pair():
    first = units((100, 110, "a"), (127, 137, "a"))
    second = units((87, 97, "a"), (112, 122, "a"))
    # 1.44 for (100, 110) with (112, 122) and two orphans; 2.25 for the second pair is too much.
    assert disorder(Continuum(200, first, second)) == pytest.approx((1.44 + 2) / 2)


def test_identical_coders_reach_one_and_the_seed_decides_the_rest():
    same = gamma([Continuum(60, ALEX, ALEX)])
    assert same.value.value == 1.0
    document = Continuum(60, ALEX, SUZAN)
    assert gamma([document], seed=3) == gamma([document], seed=3)
    assert gamma([document], seed=3).value.value != gamma([document], seed=4).value.value
    assert "circularly shifted" in gamma([document]).value.parts["sampler"]


def test_precision_draws_more_samples():
    document = Continuum(60, ALEX, PAUL)
    exact = gamma([document], samples=30, precision=0.01).value
    rough = gamma([document], samples=30, precision=0.5).value
    assert exact.parts["samples"] > 30 == rough.parts["samples"]
    assert 0 < exact.parts["standard_error"] < rough.parts["standard_error"]


def test_the_standard_error_is_how_far_seeds_part():
    document = Continuum(60, ALEX, PAUL)
    drawn = [gamma([document], samples=50, seed=seed).value for seed in range(40)]
    apart = np.std([one.value for one in drawn], ddof=1)
    stated = np.mean([one.parts["standard_error"] for one in drawn])
    assert stated == pytest.approx(apart, rel=0.4)


def test_gamma_is_near_pygamma_with_its_shuffle_sampler():
    """pygamma: .4458754, .5886427, .46554285, with half our least distance between shifts."""
    documents = [(ALEX, PAUL, 0.446), (ALEX, SUZAN, 0.589), (PAUL, SUZAN, 0.466)]
    for first, second, pygamma in documents:
        value = gamma([Continuum(60, first, second)], samples=300).value.value
        assert value == pytest.approx(pygamma, abs=0.09)


def test_unrelated_codings_are_near_zero():
    rng = np.random.default_rng(1)

    def coder():
        starts = rng.choice(np.arange(0, 5000, 25), 60, replace=False).tolist()
        return units(*((s, s + 20, int(rng.integers(6))) for s in sorted(starts)))

    pooled = gamma([Continuum(5000, coder(), coder()) for _ in range(8)])
    assert pooled.value.value == pytest.approx(0, abs=0.05)
    assert pooled.value.n == 8 * 120


def test_empty_coders():
    assert gamma([Continuum(60, (), ())]).value.reason == "there is no quote to compare"
    assert disorder(Continuum(60, (), ())) is None
    one_side = gamma([Continuum(60, ALEX, ())])
    assert one_side.value.parts["disorder"] == 2.0
    assert one_side.value.value < 0
    assert one_side.category.value is None


def test_misuse_is_refused():
    with pytest.raises(AgreementError, match="exactly for two coders, here are 3"):
        gamma([Continuum(60, ALEX, PAUL, SUZAN)])
    with pytest.raises(AgreementError, match="at least two random samples"):
        gamma([Continuum(60, ALEX, PAUL)], samples=1)


@given(anywhere(), anywhere())
@settings(max_examples=40)
def test_disorder_is_the_least_of_all_alignments(a, b):
    a, b = a[:4], b[:4]
    if not a and not b:
        return

    def cost(u, v):
        if u is None or v is None:
            return float(u is not v)
        moved = (abs(u.start - v.start) + abs(u.end - v.end)) / (u.length + v.length)
        return moved**2 + (u.code != v.code)

    ours, theirs = [*a, *[None] * len(b)], [*b, *[None] * len(a)]
    best = (
        min(
            sum(cost(u, v) for u, v in zip(ours, order, strict=True))
            for order in permutations(theirs)
        )
        if len(ours) <= 6
        else None
    )
    if best is not None:
        found = disorder(Continuum(LENGTH, a, b))
        assert found == pytest.approx(2 * best / (len(a) + len(b)))
        assert disorder(Continuum(LENGTH, b, a)) == pytest.approx(found)


@pytest.mark.parametrize("large", [2, 400])
@given(st.integers(0, 9999))
def test_units_aligned_in_parts_cost_as_much_as_aligned_all_at_once(large, seed):
    rng = np.random.default_rng(seed)

    def coder():
        starts = rng.integers(0, 190, rng.integers(1, 12))
        sizes = rng.integers(1, rng.choice([5, 100]), len(starts))
        return units(*zip(starts, starts + sizes, rng.integers(3, size=len(starts)), strict=True))

    first, second = coder(), coder()
    alpha, beta = rng.choice([0.5, 1, 3], 2)
    costs = [
        [
            alpha * ((abs(a.start - b.start) + abs(a.end - b.end)) / (a.length + b.length)) ** 2
            + beta * (a.code != b.code)
            for b in second
        ]
        for a in first
    ]
    saved = np.minimum(np.array(costs) - 2, 0)
    least = len(first) + len(second) + saved[linear_sum_assignment(saved)].sum()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "_LARGE", large)
        found = disorder(Continuum(300, first, second), Dissimilarity(alpha, beta))
    assert found == pytest.approx(2 * least / (len(first) + len(second)))
