"""What each decision makes of an item, to the offset, and what it refuses."""

import json

import pytest

from autocode.codebook.history import read_log
from autocode.coding.codebook import Codebook
from autocode.errors import AutocodeError, InputError, StudyError
from autocode.review import Review, decision_of
from autocode.review.decision import (
    Accept,
    AcceptAll,
    Add,
    Comment,
    EditAxial,
    EditOpenCode,
    EditSpan,
    Finish,
    Merge,
    NewCode,
    Reject,
    Reopen,
    Split,
    Undo,
    View,
)
from autocode.study import Study

RUNS = ["20260301T1001-scripted-d1", "20260301T1002-scripted-d1", "20260301T1003-scripted-d1"]


@pytest.fixture
def review(study: Study) -> Review:
    return Review.open(study, "d1", "jo", runs=RUNS)


def test_a_proposal_is_taken_over_without_what_only_a_model_has(review: Review) -> None:
    review.decide(Accept(item="m1.1"))
    (quote,) = review.coding().quotes
    proposed = review.item("m1.1").proposal
    assert proposed
    assert (quote.start, quote.end, quote.axial) == (proposed.start, proposed.end, proposed.axial)
    assert quote.rationale is None
    assert quote.provenance == "assisted"


def test_any_coder_of_an_item_can_be_followed(review: Review) -> None:
    review.decide(Accept(item="m1.1", source="h1"))
    (quote,) = review.coding().quotes
    assert quote.axial == ["quarrel"]
    with pytest.raises(InputError, match="'h2' has no quote"):
        review.decide(Accept(item="m1.1", source="h2"))


def test_a_span_is_edited_to_the_offset_without_white_space_at_its_ends(review: Review) -> None:
    text = review.transcript.text
    review.decide(EditSpan(item="m1.1", start=108, end=152))
    quote = review.item("m1.1").quote
    assert (quote.start, quote.end) == (108, 152)
    blank = text.index("\n\n")
    review.decide(EditSpan(item="m1.1", start=blank - 5, end=blank + 2))
    assert review.item("m1.1").quote.end == blank
    assert review.item("m1.1").status == "edited"
    for start, end in ((blank, blank + 2), (9, 9), (9, 8), (0, len(text) + 1)):
        with pytest.raises(InputError):
            review.decide(EditSpan(item="m1.1", start=start, end=end))


def test_an_unlocated_quote_must_be_marked_before_it_is_accepted(review: Review) -> None:
    lost = next(item for item in review.items() if item.kind == "unlocated")
    for decision in (Accept(item=lost.id), EditOpenCode(item=lost.id, open_code="x")):
        with pytest.raises(InputError, match="stands nowhere"):
            review.decide(decision)
    review.decide(EditSpan(item=lost.id, start=46, end=60))
    assert review.coding().quotes[0].text == review.transcript.text[46:60]
    assert review.coding().quotes[0].open_code == "never said"


def test_two_items_become_one_and_one_becomes_two(review: Review) -> None:
    first, second = review.item("m1.1").quote, review.item("m1.2").quote
    review.decide(Merge(items=("m1.2", "m1.1")))
    merged = review.item("m1.1").quote
    assert (merged.start, merged.end) == (first.start, second.end)
    assert merged.axial == list(dict.fromkeys([*first.axial, *second.axial]))
    judgement = review.item("m1.2").judgement
    assert judgement
    assert (judgement.status, judgement.into) == ("merged", "m1.1")
    assert first.end
    review.decide(Split(item="m1.1", at=first.end))
    one, other = review.coding().quotes
    assert (one.start, one.end) == (first.start, first.end)
    assert other.end == second.end
    assert other.axial == one.axial == merged.axial
    for at in (one.start, one.end):
        assert at is not None
        with pytest.raises(InputError, match="is not inside"):
            review.decide(Split(item="m1.1", at=at))


def test_all_that_several_runs_agree_on_is_accepted_and_nothing_else(review: Review) -> None:
    several = review.supported(2)
    assert several
    alone = next(i for i in review.items() if i.agreeing_runs < 2 and i.quote.span)
    with pytest.raises(InputError, match="fewer than 2 runs agree"):
        review.decide(AcceptAll(items=(several[0].id, alone.id)))
    review.decide(AcceptAll(items=tuple(item.id for item in several)))
    assert len(review.coding().quotes) == len(several)
    assert review.supported(2) == []
    review.decide(Undo())
    assert review.coding().quotes == []


def test_a_comment_decides_nothing(review: Review) -> None:
    review.decide(Comment(item="m1.1", text="ask again"))
    assert review.item("m1.1").status == "open"
    review.decide(Reject(item="m1.1", reason=" wrong code "))
    judgement = review.item("m1.1").judgement
    assert judgement
    assert (judgement.comments, judgement.reason) == (["ask again"], "wrong code")
    assert judgement.quote == review.item("m1.1").quote


def test_a_new_code_reaches_the_codebook_with_the_coding_that_brings_it(review: Review) -> None:
    study = review.study
    review.decide(NewCode(label="Taps", parent="water", definition="What runs.", code_kind="thing"))
    review.decide(NewCode(label="Not this one"))
    review.decide(Undo())
    review.decide(Add(start=0, end=20, axial=("taps",)))
    assert Codebook.load(study.codebook_path).find("taps") is None
    review.write()
    codebook = Codebook.load(study.codebook_path)
    code = codebook.find("taps")
    assert code
    assert (code.parent, code.definition, code.kind) == ("water", "What runs.", "thing")
    assert code.first_defined_in == "d1"
    assert codebook.find("Not this one") is None
    assert read_log(study)[-1].words == "codes of d1 by jo"
    review.write()
    assert len(read_log(study)) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (NewCode(label="Water"), "there is a code water already"),
        (NewCode(label="!"), "cannot name a code"),
        (NewCode(label="Taps", id="../taps"), "cannot name a code"),
        (NewCode(label="Taps", parent="nowhere"), "there is no code 'nowhere'"),
    ],
)
def test_a_code_that_cannot_be_is_refused(review: Review, code: NewCode, words: str) -> None:
    with pytest.raises(InputError, match=words):
        review.decide(code)
    assert review.state.seq == 1


def test_a_code_must_be_defined_before_it_is_given(review: Review) -> None:
    with pytest.raises(InputError, match="there is no code 'taps'"):
        review.decide(EditAxial(item="m1.1", axial=("taps",)))


def test_a_finished_review_must_be_opened_again(review: Review) -> None:
    with pytest.raises(InputError, match="not finished"):
        review.decide(Reopen())
    review.decide(Finish())
    with pytest.raises(InputError, match="this review is finished"):
        review.decide(Accept(item="m1.1"))
    review.decide(Reopen())
    review.decide(Accept(item="m1.1"))
    assert review.coding().incomplete == "the review is not finished"


@pytest.mark.parametrize(
    "data",
    [
        None, [], {}, {"kind": "delete"}, {"kind": "accept"}, {"kind": "accept", "item": 3},
        {"kind": "accept", "item": "m1.1", "also": 1}, {"kind": "span", "item": "m1.1",
        "start": -1, "end": 3}, {"kind": "span", "item": "m1.1", "start": 1, "end": 10**12},
        {"kind": "comment", "item": "m1.1", "text": "x" * 10_001}, {"kind": "merge", "items": []},
        {"kind": "open", "mode": "blind", "transcript": {"id": "d1", "sha256": "", "length": 1}},
        {"kind": "view", "mode": "discussion"},
        {"kind": "view", "codings": [{"key": "m1", "name": "x", "kind": "model", "coder": "x",
                                      "sha256": ""}]},
    ],
)  # fmt: skip
def test_what_is_no_decision_is_refused(data: object) -> None:
    with pytest.raises(InputError):
        decision_of(data)


def test_blind_cannot_come_after_seeing(study: Study, review: Review) -> None:
    with pytest.raises(InputError, match="cannot be unseen"):
        review.decide(View(mode="blind"))
    with pytest.raises(InputError, match="not blind any more"):
        Review.open(study, "d1", "jo", blind=True)


def test_a_coding_under_review_must_stay_as_it_was(study: Study) -> None:
    Review.open(study, "d1", "jo")
    path = study.gold_path("d1")
    path.write_text(path.read_text() + "\n")
    with pytest.raises(InputError, match="has changed since its review began"):
        Review.open(study, "d1", "jo")


def test_a_record_of_a_newer_version_is_refused(study: Study, review: Review) -> None:
    path = review.record.path
    path.write_text(path.read_text().replace("autocode/review@1", "autocode/review@2"))
    with pytest.raises(InputError, match="review@2 is not autocode/review@1, which this"):
        Review.open(study, "d1", "jo")


def test_a_coding_that_came_meanwhile_is_not_written_over(study: Study, review: Review) -> None:
    path = study.gold_path("d1", "jo")
    path.write_bytes(study.gold_path("d1").read_bytes())
    with pytest.raises(InputError, match="from no review, and would be written over"):
        review.write()
    assert path.read_bytes() == study.gold_path("d1").read_bytes()


def test_a_models_coding_in_gold_is_no_persons(study: Study) -> None:
    data = json.loads(study.gold_path("d1").read_text())
    data["coder"] = {"id": "bot", "kind": "model"}
    study.gold_path("d1", "bot").write_text(json.dumps(data))
    with pytest.raises(AutocodeError, match="a model's coding"):
        Review.open(study, "d1", "jo", coders=["bot"])
    with pytest.raises(StudyError):
        Review.open(study, "d1", "jo", coders=["nobody"])
    assert not study.review_path("d1", "jo").exists()


def test_two_people_agree_on_a_passage_to_the_offset(study: Study) -> None:
    for name, less in (("jo", 0), ("kim", 2)):
        alone = Review.open(study, "d1", name)
        span = alone.item("m1.1").quote.span
        assert span
        for decision in (
            EditSpan(item="m1.1", start=span.start, end=span.end - less), Accept(item="m1.2"),
            Finish(),
        ):  # fmt: skip
            alone.decide(decision)
        alone.write()
    review = Review.open(study, "d1", "jo+kim")
    assert [(item.id, item.agreeing_runs) for item in review.items()] == [("h1.1", 2), ("h1.2", 2)]
    assert [item.id for item in review.supported()] == ["h1.2"]
    with pytest.raises(InputError, match=r"item h1\.1 is not open, or fewer than 2 runs agree"):
        review.decide(AcceptAll(items=("h1.1", "h1.2")))
    review.decide(AcceptAll(items=("h1.2",)))
    assert review.supported() == []


def test_a_discussion_shows_what_each_had_decided(study: Study) -> None:
    for name, decision in (
        ("jo", Accept(item="m1.1")), ("kim", Reject(item="m1.1", reason="said elsewhere")),
    ):  # fmt: skip
        alone = Review.open(study, "d1", name)
        alone.decide(decision)
        alone.decide(Finish())
        alone.write()
    review = Review.open(study, "d1", "jo+kim")
    (item,) = review.items()
    told = [(o.reviewer, o.judgement.status, o.judgement.reason) for o in review.opinions(item)]
    assert told == [("jo", "accepted", ""), ("kim", "rejected", "said elsewhere")]
    assert review.mode == "discussion"
    assert review.coding().quotes == []  # nothing is taken over that was not decided together
    with pytest.raises(InputError, match="a discussion is of the codings it began with"):
        review.decide(View())
    for names in ("jo+jo", "jo+", "+jo"):
        with pytest.raises(AutocodeError):
            Review.open(study, "d1", names)
