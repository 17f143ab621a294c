"""Quote matching: the SemEval table, the worked alignments, nervaluate and exhaustive search."""

from itertools import permutations

import numpy as np
import pytest
from continua import anywhere, apart, units
from hypothesis import given, settings
from nervaluate import Evaluator

from autocode.agreement.matching import (
    align,
    fragmentation,
    match_counts,
    match_rates,
    matching,
    overlapped,
    semeval_counts,
)
from autocode.agreement.spans import iou

# One instance of each row of the SemEval table: five units each.
TABLE_GOLD = units((0, 10, "a"), (20, 30, "a"), (40, 50, "a"), (60, 70, "a"), (80, 90, "a"))
TABLE_PRED = units((0, 10, "a"), (20, 30, "b"), (40, 55, "a"), (60, 75, "b"), (100, 110, "a"))
GOLD = units((0, 40), (50, 90), (200, 220))
PRED = units((0, 90), (205, 225), (300, 310))


def counts(gold, pred, threshold=0.0):
    return match_counts(align(gold, pred), (len(gold), len(pred)), [threshold])[0]


def test_semeval_table():
    found = semeval_counts(counts(TABLE_GOLD, TABLE_PRED))
    order = ("cor", "inc", "par", "mis", "spu")
    assert {scheme: tuple(row[c] for c in order) for scheme, row in found.items()} == {
        "type": (2, 2, 0, 1, 1),
        "exact": (2, 2, 0, 1, 1),
        "partial": (2, 0, 2, 1, 1),
        "strict": (1, 3, 0, 1, 1),
    }
    shown = matching([(TABLE_GOLD, TABLE_PRED)], 0).schemes
    values = {scheme: figure.value for scheme, figure in shown.items()}
    assert values == pytest.approx({"strict": 0.2, "exact": 0.4, "partial": 0.6, "type": 0.4})
    assert shown["partial"].parts["precision"] == shown["partial"].parts["recall"] == 0.6


def test_worked_alignment_at_two_thresholds():
    pairs = align(GOLD, PRED)
    assert [pair.iou for pair in pairs] == pytest.approx([4 / 9, 3 / 5])
    half = match_rates(counts(GOLD, PRED, 0.5))["type"]
    assert (half["precision"], half["recall"]) == pytest.approx((1 / 3, 1 / 3))
    assert counts(GOLD, PRED, 0.3).tolist() == [0, 0, 2, 0, 1, 1]
    assert iou(GOLD[0], PRED[0]) == pytest.approx(4 / 9)


def test_touching_quotes_do_not_match():
    assert align(units((0, 10)), units((10, 20))) == []
    assert counts(units((0, 10)), units((10, 20))).tolist() == [0, 0, 0, 0, 1, 1]


def test_equal_overlap_is_decided_by_the_code():
    gold, pred = units((0, 10, "a"), (0, 10, "b")), units((0, 10, "b"), (0, 10, "a"))
    assert counts(gold, pred).tolist() == [2, 0, 0, 0, 0, 0]


def test_offset_errors_are_other_minus_reference():
    found = matching([(units((100, 200), (300, 400)), units((90, 205), (302, 400)))], 0.5)
    assert (found.start_error.value, found.end_error.value) == (6.0, 2.5)
    assert found.start_error.parts["signed_median"] == -4.0
    assert found.start_error.n == 2
    assert matching([(GOLD, ())]).end_error.reason == "there is no matched quote pair to compare"


def test_a_split_quote_is_fragmented():
    gold = units((0, 90, "A"), (150, 200, "B"))
    split = units((0, 30, "A"), (30, 60, "A"), (60, 90, "A"), (150, 200, "B"))
    fragments, merges = fragmentation(overlapped(gold, split))
    assert (fragments.value, merges.value) == (2.0, 0.5)
    rates = match_rates(counts(gold, split, 0.5))["exact"]
    assert (rates["precision"], rates["recall"]) == (0.25, 0.5)
    assert fragmentation(np.zeros(2))[0].reason == "there is no overlapping quote to compare"


def test_no_quotes_at_all():
    found = matching([((), ())]).schemes["strict"]
    assert (found.value, found.reason) == (None, "there is no quote to compare")
    assert matching([(GOLD, ())]).schemes["partial"].value == 0.0
    assert matching([]).schemes["strict"].value is None


@given(anywhere(), anywhere())
@settings(max_examples=50)
def test_alignment_is_the_best_of_all(a, b):
    found = sum(pair.iou for pair in align(a, b))
    small, large = sorted((a, b), key=len)
    best = max(
        sum(iou(u, v) for u, v in zip(small, chosen, strict=True))
        for chosen in permutations(large, len(small))
    )
    assert found == pytest.approx(best)


@given(anywhere(), anywhere())
def test_overlapped_counts_every_unit_once(a, b):
    ours = sum(any(iou(u, v) > 0 for v in b) for u in a)
    theirs = sum(any(iou(u, v) > 0 for u in a) for v in b)
    assert overlapped(a, b).tolist() == [ours, theirs]


@given(anywhere(), anywhere())
def test_swapping_coders_swaps_precision_and_recall(a, b):
    forth, back = (match_rates(counts(*pair, 0.3)) for pair in ((a, b), (b, a)))
    for scheme in ("exact", "partial"):
        assert np.array_equal(forth[scheme]["precision"], back[scheme]["recall"], equal_nan=True)


@given(apart())
def test_identical_coders_match_strictly(coder):
    value = matching([(coder, coder)], 0.7).schemes["strict"].value
    assert value == (1.0 if coder else None)


def test_nervaluate_agrees_where_its_greedy_matching_is_optimal():
    """Its ends are inclusive, so one less; half-open touching units would otherwise overlap."""

    def listed(coder):
        return [[{"label": u.code, "start": u.start, "end": u.end - 1} for u in coder]]

    evaluator = Evaluator(listed(TABLE_GOLD), listed(TABLE_PRED), tags=["a", "b"], loader="dict")
    theirs = evaluator.evaluate()["overall"]
    ours = semeval_counts(counts(TABLE_GOLD, TABLE_PRED))
    for scheme, other in (
        ("strict", "strict"),
        ("exact", "exact"),
        ("partial", "partial"),
        ("type", "ent_type"),
    ):
        row = theirs[other]
        assert ours[scheme] == {
            "cor": row.correct,
            "inc": row.incorrect,
            "par": row.partial,
            "mis": row.missed,
            "spu": row.spurious,
        }
        rates = match_rates(counts(TABLE_GOLD, TABLE_PRED))[scheme]
        assert (rates["precision"], rates["recall"]) == pytest.approx((row.precision, row.recall))
