"""The index finds every pair of names that a comparison of all pairs finds."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from autocode.coding.shared_grams import pairs_sharing_grams

NAMES = st.lists(st.text("abc ", min_size=1, max_size=30), max_size=8, unique=True)


def edited(name: str, edits: list[tuple[int, str]]) -> str:
    for place, letter in edits:
        at = place % (len(name) + 1)
        name = name[:at] + letter + name[at + (letter == "") :]
    return name


@given(NAMES, st.text("abcd", min_size=8, max_size=40),
       st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["x", ""])), max_size=4))  # fmt: skip
def test_no_pair_that_is_nearly_the_same_is_missed(
    names: list[str], name: str, edits: list[tuple[int, str]]
) -> None:
    names = list(dict.fromkeys([*names, name, edited(name, edits)]))
    found = list(pairs_sharing_grams(names))
    assert len(set(found)) == len(found)
    assert all(i < j for i, j in found)
    near = {
        (i, j) for i, j in combinations(range(len(names)), 2)
        if fuzz.ratio(names[i], names[j]) >= 90
    }  # fmt: skip
    assert near <= {*found}


def test_names_that_share_little_are_not_compared() -> None:
    assert list(pairs_sharing_grams(["water by rota", "rain barrels", "common compost"])) == []
    assert list(pairs_sharing_grams([])) == []
