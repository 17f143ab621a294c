"""Chance: what each null keeps, and a p that is uniform when there is nothing but chance."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from autocode.agreement.figure import Figure
from autocode.agreement.nulls import (
    Placed,
    beside_chance,
    chance,
    circular_shift,
    null_of,
    place_anywhere,
    rotate,
    shuffle,
    shuffle_codes,
)
from autocode.agreement.spans import Unit, check_units, intersections
from autocode.errors import AgreementError

LENGTH = 60
seeds = st.integers(0, 999)


@st.composite
def placed(draw, overlapping=False):
    """Up to six units in 60 characters."""
    cuts = sorted(draw(st.lists(st.integers(0, LENGTH), max_size=12, unique=True)))
    units = [
        Unit(a, b, draw(st.sampled_from("AB"))) for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    if overlapping:
        units += [unit._replace(end=min(unit.end + 5, LENGTH), code="C") for unit in units[:2]]
    return Placed(tuple(sorted(units)), LENGTH)


def shapes(one):
    return Counter((unit.length, unit.code) for unit in one.units)


def characters(units):
    return {at for unit in units for at in range(unit.start, unit.end)}


def f1(gold, model):
    shared = sum(size for *_, size in intersections(gold, model))
    return 2 * shared / sum(unit.length for unit in (*gold, *model))


@given(placed(overlapping=True), seeds)
def test_a_shift_keeps_what_is_marked_with_which_code(one, seed):
    moved = circular_shift(one, np.random.default_rng(seed))
    check_units(moved.units, LENGTH)

    def amounts(units):
        return Counter((at % LENGTH, unit.code) for unit in units for at in range(*unit[:2]))

    before, after = amounts(one.units), amounts(moved.units)
    rotations = [
        Counter({((at + by) % LENGTH, code): n for (at, code), n in before.items()})
        for by in range(LENGTH)
    ]
    assert after in rotations


@given(st.lists(st.integers(1, 4), min_size=2, max_size=6), seeds)
def test_a_shift_moves_all_whole_units_by_the_same_offset_and_far_enough(lengths, seed):
    starts = np.cumsum([0, *(length + 2 for length in lengths)]).tolist()
    units = [Unit(a, a + n, name) for name, (a, n) in enumerate(zip(starts, lengths, strict=False))]
    moved = circular_shift(Placed(tuple(units), 100), np.random.default_rng(seed)).units
    assert sorted((unit.code, unit.length) for unit in moved) == list(enumerate(lengths))
    offsets = {(unit.start - units[unit.code].start) % 100 for unit in moved}
    assert len(offsets) == 1
    assert np.mean(lengths) <= offsets.pop() <= 100 - np.mean(lengths)


def test_every_admissible_shift_is_as_likely():
    one = Placed((Unit(3, 6, "a"), Unit(6, 9, "b"), Unit(12, 14, "c")), 20)
    rng = np.random.default_rng(1)
    starts = Counter(
        next(unit.start for unit in circular_shift(one, rng).units if unit.code == "c")
        for _ in range(5000)
    )
    cuts = (3, 6, 9, 10, 11, 12, 14, 15, 16, 17)
    assert set(starts) == {(12 - cut) % 20 for cut in cuts}
    assert min(starts.values()) > 400


def test_a_coder_who_marked_everything_is_everywhere_after_a_shift():
    moved = circular_shift(Placed((Unit(0, 20, "x"),), 20), np.random.default_rng(1))
    assert characters(moved.units) == set(range(20))


@pytest.mark.parametrize("change", [circular_shift, shuffle_codes, place_anywhere])
def test_no_units_stay_none(change):
    assert change(Placed((), 10), np.random.default_rng(1)).units == ()
    assert change(Placed((), 0), np.random.default_rng(1)).units == ()


@given(placed(), seeds)
def test_shuffled_codes_keep_places_and_frequencies(one, seed):
    moved = shuffle_codes(one, np.random.default_rng(seed))
    assert [unit[:2] for unit in moved.units] == [unit[:2] for unit in one.units]
    assert Counter(u.code for u in moved.units) == Counter(u.code for u in one.units)


@given(placed(), seeds)
def test_units_placed_anywhere_keep_their_shapes_and_do_not_overlap(one, seed):
    moved = place_anywhere(one, np.random.default_rng(seed))
    assert shapes(moved) == shapes(one)
    check_units(moved.units, LENGTH, overlaps=False)


def test_every_placement_is_as_likely():
    rng = np.random.default_rng(1)
    two = Placed((Unit(0, 1, "a"), Unit(2, 3, "a")), 4)
    seen = Counter(tuple(u.start for u in place_anywhere(two, rng).units) for _ in range(6000))
    assert len(seen) == 6
    assert 900 < min(seen.values()) <= max(seen.values()) < 1100


def test_units_longer_than_the_text_cannot_be_placed():
    with pytest.raises(AgreementError, match="longer than the text"):
        place_anywhere(Placed((Unit(0, 8), Unit(2, 10)), 10), np.random.default_rng(1))


@given(st.lists(st.integers(), min_size=2), seeds)
def test_labels_are_shuffled_and_rotated(labels, seed):
    rng = np.random.default_rng(seed)
    assert Counter(shuffle(labels, rng)) == Counter(labels)
    turned = rotate(list(enumerate(labels)), rng)
    assert turned != list(enumerate(labels))
    cut = turned[0][0]
    assert turned == [*enumerate(labels)][cut:] + [*enumerate(labels)][:cut]


def test_a_single_turn_cannot_be_rotated():
    with pytest.raises(AgreementError, match="single turn"):
        rotate(["x"], np.random.default_rng(1))


def test_p_counts_null_values_as_high_as_the_observed_one():
    found = null_of(0.5, [0.1, 0.5, 0.9, 0.2], "shift")
    assert found.p == pytest.approx(3 / 5)
    assert found.mean == pytest.approx(0.425)
    assert 0.1 <= found.low < found.high <= 0.9


def test_undefined_null_values_count_against_the_observed_one():
    found = null_of(0.5, [0.1, np.nan, 0.2], "shift")
    assert (found.p, found.mean, found.method) == (2 / 4, pytest.approx(0.15), "shift, 1 undefined")
    assert null_of(0.5, [np.nan], "shift") is None


def test_a_sum_in_another_order_is_still_as_high():
    assert null_of(0.1 + 0.2 + 0.3, [0.3 + 0.2 + 0.1], "shift").p == 1


def test_a_figure_beside_chance_carries_its_null_and_its_excess():
    found = beside_chance(Figure(0.5, 9, "turn", "r", parts={"a": 1}), [0.1, 0.3], "shift")
    assert (found.null.mean, found.null.p) == (pytest.approx(0.2), 1 / 3)
    assert found.parts == {"a": 1, "excess": pytest.approx(0.3)}


def test_a_figure_without_value_or_null_stays_as_it_is():
    undefined = Figure.undefined("because", n=0, unit="turn", reference="r")
    assert beside_chance(undefined, [0.1], "shift") is undefined
    defined = Figure(0.5, 9, "turn", "r")
    assert beside_chance(defined, [np.nan], "shift") is defined


def _scattered(rng, number=25, length=6000):
    """Units of about 40 characters at random."""
    lengths = rng.integers(20, 60, number)
    units = tuple(Unit(0, int(size), "A") for size in lengths)
    return place_anywhere(Placed(units, length), rng)


def test_perfect_agreement_on_a_long_text_has_the_smallest_p():
    gold = _scattered(np.random.default_rng(8))
    values = chance(
        [gold], circular_shift, lambda moved: f1(gold.units, moved[0].units), seed=3, resamples=199
    )
    assert null_of(f1(gold.units, gold.units), values, "circular shift").p == 1 / 200


def test_p_is_uniform_when_there_is_nothing_but_chance():
    rng = np.random.default_rng(20261122)
    found = []
    for repetition in range(150):
        gold, model = _scattered(rng), _scattered(rng)
        values = chance(
            [model],
            circular_shift,
            lambda moved, gold=gold: f1(gold.units, moved[0].units),
            seed=repetition,
            resamples=39,
        )
        found.append(null_of(f1(gold.units, model.units), values, "circular shift").p)
    smeared = np.array(found) - rng.random(len(found)) / 40  # p has steps of 1/40
    assert kstest(smeared, "uniform").pvalue > 0.05


def test_the_same_seed_gives_the_same_null_and_documents_move_apart():
    one = _scattered(np.random.default_rng(8))

    def statistic(moved):
        a, b = moved
        return None if a.units == b.units else float(a.units[0].start)

    once = chance([one, one], circular_shift, statistic, seed=3, resamples=20)
    again = chance([one, one], circular_shift, statistic, seed=3, resamples=20)
    assert once.tobytes() == again.tobytes()
    assert np.isfinite(once).sum() > 15
