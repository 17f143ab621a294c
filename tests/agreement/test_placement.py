"""Chance codings: what each null keeps, and that coders who do not read are not significant."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement import placement
from autocode.agreement.figure import null_of
from autocode.agreement.placement import blocks_of, dealt, placed
from autocode.agreement.spans import Unit, intersections

TURNS = [(0, 20), (25, 60), (62, 80)]
seeds = st.integers(0, 999)


@st.composite
def units(draw):
    """Up to six units in the first 80 characters, which may overlap and cross turns."""
    starts = draw(st.lists(st.integers(0, 79), max_size=6))
    return [
        Unit(start, draw(st.integers(start + 1, min(start + 15, 80))), draw(st.sampled_from("AB")))
        for start in sorted(starts)
    ]


@given(units(), seeds)
def test_placed_quotes_keep_lengths_codes_and_overlaps_and_stay_within_the_stretches(quotes, seed):
    before = blocks_of(quotes, TURNS)
    for coding in placed(quotes, TURNS, 5, np.random.default_rng(seed)):
        assert coding == tuple(sorted(coding, key=lambda unit: unit[:2]))
        assert Counter((u.length, u.code) for u in coding) == Counter(
            (unit.length, unit.code) for block in before for unit in block.code
        )
        assert all(any(a <= u.start and u.end <= b for a, b in TURNS) for u in coding)
        covered = {at for unit in coding for at in range(*unit[:2])}
        assert len(covered) == sum(block.length for block in before)


def test_overlapping_quotes_move_together_and_touching_ones_do_not():
    quotes = [Unit(0, 5, "a"), Unit(3, 8, "b"), Unit(8, 10, "c")]
    before = blocks_of(quotes, [(0, 60)])
    assert [(block.start, block.end) for block in before] == [(0, 8), (8, 10)]
    for coding in placed(quotes, [(0, 60)], 20, np.random.default_rng(1)):
        at = {unit.code: unit.start for unit in coding}
        assert at["b"] - at["a"] == 3
        assert at["c"] >= at["a"] + 8 or at["c"] + 2 <= at["a"]


def test_a_quote_over_the_end_of_a_turn_is_placed_in_parts_and_what_lies_outside_is_left_out():
    before = blocks_of([Unit(15, 30, "x"), Unit(60, 62, "y")], TURNS)
    assert [(block.start, block.end) for block in before] == [(15, 20), (25, 30)]


def test_every_place_is_as_likely():
    rng = np.random.default_rng(1)
    one = [Unit(0, 2, "a")]
    seen = Counter(coding[0].start for coding in placed(one, [(0, 4), (10, 13)], 5000, rng))
    assert set(seen) == {0, 1, 2, 10, 11}
    assert 900 < min(seen.values()) <= max(seen.values()) < 1100


def test_a_coder_who_marked_everything_stays_everywhere():
    everything = [Unit(start, end, "x") for start, end in TURNS]
    drawn = placed(everything, TURNS, 50, np.random.default_rng(1))
    assert set(drawn) == {tuple(everything)}


def test_where_there_is_no_room_the_draw_is_the_coding_as_it_was():
    """Longest first, 2 + 2 + 2 go into 3 + 3 characters only as they lie: across a border."""
    quotes = [Unit(0, 3, "a"), Unit(3, 5, "b"), Unit(5, 6, "c")]
    for coding in placed(quotes, [(0, 3), (3, 6)], 20, np.random.default_rng(1)):
        assert sum(unit.length for unit in coding) == 6
    stuck = [Unit(0, 2, "a"), Unit(2, 4, "b"), Unit(5, 7, "c"), Unit(7, 9, "d"), Unit(9, 10, "e")]
    stuck += [Unit(4, 5, "f")]
    stretches = [(0, 5), (5, 10)]
    drawn = placed(stuck, stretches, 50, np.random.default_rng(1))
    assert all(sum(unit.length for unit in coding) == 10 for coding in drawn)


SENTENCES = [(0, 9), (10, 20), (25, 36), (37, 47), (48, 60), (62, 80)]


@pytest.mark.parametrize(
    ("quote", "places"),
    [
        (Unit(0, 9), {(0, 9), (10, 20), (37, 47)}),  # whole: 8 to 10 characters
        (Unit(25, 47), {(0, 20), (25, 47), (37, 60), (62, 80)}),  # two, of one turn
        (Unit(10, 15), {(start, start + 5) for start, _ in SENTENCES}),
        (Unit(62, 74), {(0, 12), (25, 37), (37, 49), (48, 60), (62, 74)}),
        (Unit(70, 80), {(10, 20), (26, 36), (37, 47), (50, 60), (70, 80)}),
        (Unit(63, 79), {(a, a + 16) for s, e in TURNS for a in range(s, e - 15)}),
    ],
)
def test_borders_of_sentences_stay_borders_of_sentences(quote, places):
    drawn = placed([quote], TURNS, 500, np.random.default_rng(1), SENTENCES)
    assert {coding[0][:2] for coding in drawn} == places


@given(units(), seeds)
def test_quotes_of_sentences_stay_apart_and_within_the_stretches(quotes, seed):
    whole = [Unit(0, 20, "A"), Unit(37, 47, "B"), Unit(48, 60, "B")]
    before = sorted(
        unit.code for block in blocks_of([*whole, *quotes], TURNS) for unit in block.code
    )
    for coding in placed([*whole, *quotes], TURNS, 5, np.random.default_rng(seed), SENTENCES):
        assert sorted(unit.code for unit in coding) == before
        assert all(any(a <= u.start < u.end <= b for a, b in TURNS) for u in coding)
    for coding in placed(whole, TURNS, 5, np.random.default_rng(seed), SENTENCES):
        assert all(first.end <= second.start for first, second in pairwise(coding))


def test_with_room_for_one_order_only_it_is_reached():
    """Nine tenths of a turn are marked: places are few, and the draws still move."""
    quotes = [Unit(0, 40, "a"), Unit(40, 70, "b"), Unit(70, 90, "c")]
    drawn = placed(quotes, [(0, 100)], 200, np.random.default_rng(1))
    assert len(set(drawn)) > 50


@pytest.mark.parametrize("stretches", [[], [(0, 9)]])
def test_no_quotes_stay_none(stretches):
    assert placed([], stretches, 3, np.random.default_rng(1)) == [(), (), ()]
    assert dealt([], 3, np.random.default_rng(1)) == [(), (), ()]


@given(units(), seeds)
def test_dealt_codes_keep_places_and_frequencies(quotes, seed):
    for coding in dealt(quotes, 5, np.random.default_rng(seed)):
        assert [unit[:2] for unit in coding] == [unit[:2] for unit in quotes]
        assert Counter(u.code for u in coding) == Counter(u.code for u in quotes)


def test_every_deal_is_as_likely():
    quotes = [Unit(0, 1, "a"), Unit(1, 2, "b"), Unit(2, 3, "c")]
    seen = Counter(
        "".join(unit.code for unit in coding)
        for coding in dealt(quotes, 6000, np.random.default_rng(1))
    )
    assert len(seen) == 6
    assert 900 < min(seen.values()) <= max(seen.values()) < 1100


def test_the_same_seed_gives_the_same_draws():
    quotes = [Unit(0, 5, "a"), Unit(30, 45, "b")]
    first, again = (placed(quotes, TURNS, 9, np.random.default_rng(4)) for _ in range(2))
    assert first == again != placed(quotes, TURNS, 9, np.random.default_rng(5))


def f1(gold, other):
    shared = sum(size for *_, size in intersections(gold, other))
    return 2 * shared / sum(unit.length for unit in (*gold, *other))


def _p(gold, other, stretches, seed, draws=99):
    drawn = placed(other, stretches, draws, np.random.default_rng(seed))
    return null_of(f1(gold, other), [f1(gold, coding) for coding in drawn], "placed").p


def test_coders_who_do_not_read_are_significant_as_often_as_promised():
    """200 pairs of random coders who mark participants only: at 5 % at most 17 may be
    significant (binomial, 99 %), and only participants' turns of very unlike lengths are marked."""
    rng = np.random.default_rng(20261125)
    significant = 0
    for repetition in range(200):
        lengths = np.exp(rng.normal(5.5, 0.8, 20)).astype(int) + 60
        ends = np.cumsum(lengths + 200)
        stretches = [(int(e - n), int(e)) for e, n in zip(ends, lengths, strict=True)]
        first = [stretches[i] for i in rng.choice(20, 10, replace=False)]
        gold, other = (
            placed([Unit(a, a + 50, "A") for a, _ in first], stretches, 1, rng)[0] for _ in range(2)
        )
        significant += _p(gold, other, stretches, repetition) <= 0.05
    assert significant <= 17


def test_agreement_on_a_long_text_has_the_smallest_p():
    stretches = [(1000 * turn, 1000 * turn + 600) for turn in range(20)]
    gold = [Unit(1000 * turn + 9, 1000 * turn + 90, "A") for turn in range(0, 20, 3)]
    assert _p(gold, gold, stretches, 3) == 1 / 100


@given(st.lists(st.tuples(st.integers(0, 380), st.integers(1, 60)), max_size=6), st.integers(0, 99))
def test_draws_with_a_generator_each_are_those_of_each_alone(spans, seed):
    units = [Unit(start, min(start + length, 398), "A") for start, length in spans]
    for sentences in ((), SENTENCES):
        dice = [np.random.default_rng(seed + draw) for draw in range(4)]
        alone = [
            placed(units, TURNS, 1, np.random.default_rng(seed + draw), sentences)[0]
            for draw in range(4)
        ]
        assert placed(units, TURNS, 4, dice, sentences) == alone


def test_of_a_long_text_few_draws_are_placed_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    units = [Unit(3, 9, "A"), Unit(30, 44, "B")]
    dice = [np.random.default_rng(seed) for seed in range(5)]
    together = placed(units, TURNS, 5, dice, SENTENCES)
    sizes, drawn = [], placement._drawn

    def spied(blocks, text, draws, dice):
        sizes.append(draws)
        return drawn(blocks, text, draws, dice)

    monkeypatch.setattr(placement, "_drawn", spied)
    monkeypatch.setattr(placement, "_TOGETHER", 2 * 80)
    dice = [np.random.default_rng(seed) for seed in range(5)]
    assert placed(units, TURNS, 5, dice, SENTENCES) == together
    assert sizes == [2, 2, 1]
