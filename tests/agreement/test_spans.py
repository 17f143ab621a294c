"""Units and continua: what is refused, and how overlapping codes are taken apart."""

import os
import subprocess
import sys
from itertools import pairwise

import pytest
from continua import LENGTH, anywhere, apart, characters, units
from hypothesis import given
from hypothesis import strategies as st

from autocode.agreement.spans import (
    Continuum,
    Unit,
    atomised,
    by_code,
    check_units,
    clusters,
    cut,
    first_overlap,
    intersections,
    iou,
    pieces,
    relevant,
)
from autocode.errors import AgreementError


@pytest.mark.parametrize(
    ("unit", "sentence"),
    [
        (Unit(-1, 4, "A"), "coder 2: the unit [-1, 4) 'A' starts before the text."),
        (Unit(9, 4, "A"), "coder 2: the unit [9, 4) 'A' ends before or where it starts."),
        (Unit(4, 4, "A"), "coder 2: the unit [4, 4) 'A' ends before or where it starts."),
        (
            Unit(5, 11, "A"),
            "coder 2: the unit [5, 11) 'A' ends past the end of the text, which has 10 characters.",
        ),
    ],
)
def test_impossible_units_are_refused_with_a_sentence(unit, sentence):
    with pytest.raises(AgreementError) as refused:
        Continuum(10, (), [unit])
    assert str(refused.value) == sentence


def test_units_are_sorted_and_may_overlap():
    crossing = [Unit(4, 9, "A"), Unit(0, 5, "B")]
    assert check_units(crossing, 10) == (Unit(0, 5, "B"), Unit(4, 9, "A"))
    assert first_overlap(check_units(crossing, 10)) == (Unit(0, 5, "B"), Unit(4, 9, "A"))


def test_touching_units_do_not_overlap():
    touching = [Unit(0, 5, "A"), Unit(5, 9, "A")]
    assert first_overlap(touching) is None
    assert relevant(touching) == (Unit(0, 5), Unit(5, 9))


def test_a_continuum_needs_two_coders_and_a_length():
    with pytest.raises(AgreementError, match="at least two coders"):
        Continuum(10, ())
    with pytest.raises(AgreementError, match="cannot have -1 characters"):
        Continuum(-1, (), ())


def test_same_code_overlaps_are_joined_per_layer():
    coder = units((0, 10, "A"), (5, 20, "A"), (8, 12, "B"), (20, 30, "A"))
    assert by_code(coder) == {
        "A": [Unit(0, 20, "A"), Unit(20, 30, "A")],
        "B": [Unit(8, 12, "B")],
    }


def test_atoms_are_cut_at_every_boundary():
    assert atomised(units((0, 10, "A"), (5, 20, "B"))) == (
        Unit(0, 5, frozenset("A")),
        Unit(5, 10, frozenset("AB")),
        Unit(10, 20, frozenset("B")),
    )


@given(anywhere())
def test_atoms_and_layers_keep_every_character(coder):
    expected = characters(coder)
    assert characters(atomised(coder)) == [frozenset({s}) if s else s for s in expected]
    assert characters([u for layer in by_code(coder).values() for u in layer]) == expected
    assert [bool(s) for s in characters(relevant(coder))] == [bool(s) for s in expected]


@given(anywhere(), anywhere(), anywhere())
def test_pieces_are_the_text_cut_at_every_boundary_of_every_coder(a, b, c):
    coders = (a, b, c)
    parts = list(pieces(*coders))
    ends = sorted({end for coder in coders for unit in coder for end in unit[:2]})
    assert [(start, end) for start, end, _ in parts] == list(pairwise(ends))
    for start, end, over in parts:
        covering = [[u for u in coder if u.start <= start and end <= u.end] for coder in coders]
        assert [sorted(units) for units in over] == [sorted(units) for units in covering]


@given(anywhere(), anywhere(), st.integers(0, LENGTH), st.integers(0, LENGTH))
def test_a_stretch_is_cut_whole_whoever_marked_it(a, b, start, end):
    parts = list(cut(start, end, a, b))
    inside = range(start, end)
    assert [at for begin, stop, _ in parts for at in range(begin, stop)] == list(inside)
    for begin, stop, over in parts:
        for at in range(begin, stop):
            covering = [[u for u in coder if u.start <= at < u.end] for coder in (a, b)]
            assert [sorted(units) for units in over] == [sorted(units) for units in covering]


@given(anywhere(), anywhere())
def test_clusters_hang_together_and_share_nothing_with_each_other(a, b):
    coders = (a, b)
    groups = list(clusters(*coders))
    for number in (0, 1):
        gathered = [unit for group in groups for unit in group[number]]
        assert gathered == sorted(coders[number], key=lambda unit: unit[:2])
    joined = [[unit for side in group for unit in side] for group in groups]
    ends = [(min(u.start for u in group), max(u.end for u in group)) for group in joined]
    assert all(left[1] <= right[0] for left, right in pairwise(ends))
    for group, (start, end) in zip(joined, ends, strict=True):
        # Every character but the first is held to the one before by some unit.
        assert all(any(u.start < at < u.end for u in group) for at in range(start + 1, end))


def test_touching_units_are_clusters_of_their_own():
    assert list(clusters(units((0, 3)), units((3, 5)))) == [
        ([Unit(0, 3)], []),
        ([], [Unit(3, 5)]),
    ]
    assert list(clusters((), ())) == []


@pytest.mark.parametrize(
    ("a", "b", "value"),
    [((0, 10), (5, 15), 1 / 3), ((0, 4), (0, 4), 1), ((0, 4), (4, 8), 0), ((0, 2), (6, 9), 0)],
)
def test_iou(a, b, value):
    assert iou(Unit(*a), Unit(*b)) == iou(Unit(*b), Unit(*a)) == pytest.approx(value)


@given(apart(), apart())
def test_intersections_are_the_shared_characters(a, b):
    found = sum(shared for *_, shared in intersections(a, b))
    both = zip(characters(a), characters(b), strict=True)
    assert found == sum(bool(x and y) for x, y in both)


def test_codes_of_a_continuum():
    assert Continuum(LENGTH, units((0, 3, "A")), units((4, 9, "B"))).codes == {"A", "B"}


def test_sets_of_codes_sort_alike_in_every_process():
    """Members of a set come in another order under another hash seed; sums then differ."""
    script = (
        "from autocode.agreement.spans import code_order as key\n"
        "names = [f'code {n}' for n in range(12)]\n"
        "pairs = [frozenset({a, b, c}) for a in names for b in names for c in names]\n"
        "print([sorted(one) for one in sorted(set(pairs), key=key)], key('code 1'))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
