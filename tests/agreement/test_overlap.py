"""Character overlap on the worked example and against counting every character."""

import numpy as np
import pytest
from continua import HUMAN, LENGTH, MODEL, anywhere, characters, units
from hypothesis import given

from autocode.agreement.overlap import atom_counts, char_figures
from autocode.agreement.spans import atomised


def char_counts(reference, other, length):
    return atom_counts(atomised(reference), atomised(other), length)


def char_overlap(documents):
    return char_figures(np.array([char_counts(*one) for one in documents]).reshape(-1, 5))


def test_worked_example():
    found = char_overlap([(HUMAN, MODEL, 40)])
    values = {name: figure.value for name, figure in found.items()}
    assert values == pytest.approx(
        {"precision": 1, "recall": 9 / 10, "f1": 18 / 19, "iou": 9 / 10, "labelled_iou": 2 / 5}
    )
    assert char_counts(HUMAN, MODEL, 40).tolist() == [18, 0, 2, 20, 8]
    assert [found[name].n for name in ("precision", "recall", "f1")] == [18, 20, 20]


@given(anywhere(), anywhere())
def test_counts_equal_a_walk_over_every_character(a, b):
    tp = fp = fn = tn = same = 0
    for ours, theirs in zip(characters(a), characters(b), strict=True):
        tp += bool(ours and theirs)
        fp += bool(theirs and not ours)
        fn += bool(ours and not theirs)
        tn += not (ours or theirs)
        same += bool(ours and ours == theirs)
    assert char_counts(a, b, LENGTH).tolist() == [tp, fp, fn, tn, same]


@given(anywhere(), anywhere())
def test_swapping_coders_swaps_precision_and_recall(a, b):
    forth, back = char_overlap([(a, b, LENGTH)]), char_overlap([(b, a, LENGTH)])
    assert forth["precision"].value == back["recall"].value
    for name in ("f1", "iou", "labelled_iou"):
        assert forth[name].value == back[name].value
    iou, f1 = forth["iou"].value, forth["f1"].value
    assert f1 is None or f1 == pytest.approx(2 * iou / (1 + iou))


def test_empty_coders_are_named_and_left_out_of_the_document_mean():
    found = char_overlap([((), (), 50), (HUMAN, MODEL, 40), (HUMAN, (), 40)])
    assert found["recall"].value == pytest.approx(18 / 40)
    parts = found["iou"].parts
    assert parts["document_macro"] == pytest.approx((0.9 + 0) / 2)
    assert (parts["documents"], parts["documents_undefined"]) == (3, 1)
    nothing = char_overlap([((), units((0, 5, "A")), 40)])
    assert nothing["recall"].reason == "the reference coder marked nothing"
    assert nothing["f1"].value == 0
    assert char_overlap([((), (), 40)])["f1"].reason == "neither coder marked anything"
    assert char_overlap([])["f1"].reason == "there is no marked character to compare"
