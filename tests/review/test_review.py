"""A review: what may be decided, what it does to the coding, and that it can be taken up again."""

import json

import pytest

from autocode.coding.files import read_coding
from autocode.errors import InputError
from autocode.review import Review, StaleError
from autocode.review.decision import Accept, Add, EditAxial, NewCode, Redo, Undo
from autocode.study import Study


def test_a_review_goes_on_where_it_was_left(study: Study) -> None:
    review = Review.open(study, "d1", "jo")
    review.decide(NewCode(label="Taps", parent="water"))
    review.decide(EditAxial(item="m1.1", axial=("taps",)))
    review.decide(Undo())
    again = Review.open(study, "d1", "jo")
    again.decide(Redo())
    assert again.item("m1.1").quote.axial == ["taps"]
    assert Review.open(study, "d1", "jo").state == again.state


def test_who_decides_on_what_has_changed_is_told(study: Study) -> None:
    first, second = Review.open(study, "d1", "jo"), Review.open(study, "d1", "jo")
    first.decide(Accept(item="m1.1"), seen=1)
    with pytest.raises(StaleError):
        first.decide(Accept(item="m1.2"), seen=1)
    with pytest.raises(StaleError):
        second.decide(Accept(item="m1.2"))
    second.reload()
    second.decide(Accept(item="m1.2"), seen=2)
    assert second.state.seq == 3


def test_blind_shows_nothing_of_others(study: Study) -> None:
    # A code that only the coding itself says it defined is held back, too.
    data = json.loads(study.codebook_path.read_text())
    data["codes"] = [{**code, "first_defined_in": None} for code in data["codes"]]
    study.codebook_path.write_text(json.dumps(data))
    review = Review.open(study, "d1", "jo", blind=True)
    review.decide(Add(start=0, end=20, axial=()))
    assert [item.id for item in review.items()] == ["r2"]
    codes = {entry.code.id for entry in review.codebook()}
    gold = read_coding(study.gold_path("d1")).codes
    assert codes
    assert any(code.defined_here for code in gold)
    assert not codes & {code.id for code in gold if code.defined_here}
    assert not review.coding().coder.assisted


def test_a_persons_own_coding_is_not_written_over(study: Study) -> None:
    with pytest.raises(InputError, match="from no review"):
        Review.open(study, "d1", "anna")
