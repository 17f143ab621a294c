"""The fold: pure, the same at once and bit by bit, and every decision can be taken back."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranked import rank

from autocode.errors import InputError
from autocode.review import Review
from autocode.review.decision import (
    Accept,
    Add,
    Comment,
    Decision,
    EditAxial,
    EditOpenCode,
    EditSpan,
    Merge,
    MoveThreshold,
    NewCode,
    Redo,
    Reject,
    Split,
    Undo,
)
from autocode.review.record import ReviewRecord
from autocode.review.state import State, fold
from autocode.study import Study

NUMBERS = count()
# m1.c1 stands in a human coding, too; m1.c5 only under the threshold of the run.
ITEMS = st.sampled_from(
    ["m1.1", "m1.2", "m1.3", "m1.7", "m1.c1", "m1.c5", "r2", "r3", "r4", "none"]
)
OFFSETS = st.integers(0, 1500)
AXIAL = st.lists(st.sampled_from(["water", "fees", "taps", "unknown"]), max_size=2).map(tuple)
DECISIONS: st.SearchStrategy[Decision] = st.one_of(
    st.builds(Accept, item=ITEMS),
    st.builds(Reject, item=ITEMS, reason=st.sampled_from(["", "wrong code"])),
    st.builds(EditSpan, item=ITEMS, start=OFFSETS, end=OFFSETS),
    st.builds(EditOpenCode, item=ITEMS, open_code=st.text(max_size=5)),
    st.builds(EditAxial, item=ITEMS, axial=AXIAL),
    st.builds(Comment, item=ITEMS, text=st.text(min_size=1, max_size=5)),
    st.builds(Add, start=OFFSETS, end=OFFSETS, axial=AXIAL),
    st.builds(Merge, items=st.lists(ITEMS, min_size=2, max_size=3).map(tuple)),
    st.builds(Split, item=ITEMS, at=OFFSETS),
    st.builds(NewCode, label=st.sampled_from(["Taps", "Water", "Who pays?"])),
    st.builds(MoveThreshold, keep=st.sampled_from([0.1, 0.6, 1.0, "run", "review"])),
    st.builds(Undo),
    st.builds(Redo),
)


@pytest.fixture(scope="module")
def shared(shared: Study) -> Study:
    rank(shared)
    return shared


def standing(state: State) -> tuple[object, ...]:
    return state.judgements, state.codes, state.thresholds


@given(st.lists(DECISIONS, max_size=12))
@settings(max_examples=15, deadline=None)
def test_what_stands_is_the_fold_of_the_record(shared: Study, decisions: list[Decision]) -> None:
    review = Review.open(shared, "d1", f"r{next(NUMBERS)}")
    states = [review.state]
    for decision in decisions:
        try:
            review.decide(decision)
        except InputError:
            assert review.state == states[-1]  # what is refused changes nothing
        else:
            states.append(review.state)
    events = ReviewRecord(review.record.path).events
    assert [fold(events[:seq]) for seq in range(1, len(events) + 1)] == states
    text = review.transcript.text
    for quote in review.coding().located():
        assert text[quote.start : quote.end] == quote.text == quote.text.strip()
    # What a person has decided on, or noted something about, no threshold takes out of view.
    for item in review.items():
        assert not (item.judgement and item.considered)
    again = Review.open(shared, "d1", review.reviewer)
    assert again.items() == review.items()
    assert again.coding() == review.coding()


@given(st.lists(DECISIONS.filter(lambda d: d.kind not in ("undo", "redo")), max_size=8))
@settings(max_examples=15, deadline=None)
def test_undo_and_redo_go_all_the_way(shared: Study, decisions: list[Decision]) -> None:
    review = Review.open(shared, "d1", f"u{next(NUMBERS)}")
    stood = [standing(review.state)]
    for decision in decisions:
        try:
            review.decide(decision)
        except InputError:
            continue
        stood.append(standing(review.state))
    for before in reversed(stood[:-1]):
        review.decide(Undo())
        assert standing(review.state) == before
    for after in stood[1:]:
        review.decide(Redo())
        assert standing(review.state) == after
