"""The threshold of a review: what it shows, what it leaves alone, and what knows of it."""

import json
import re

import pytest
from click.testing import CliRunner
from command_line import run
from ranked import cut, rank

from autocode.cli import group
from autocode.coding.files import coding_json, read_coding
from autocode.coding.nouns import Quote
from autocode.coding.ranking import Rank, at_rank
from autocode.coding.runs import newest_run
from autocode.errors import InputError
from autocode.propose.threshold import moved
from autocode.review import Review
from autocode.review.decision import (
    Accept,
    AcceptAll,
    Comment,
    MoveThreshold,
    Redo,
    Reject,
    Reviewed,
    Undo,
    View,
)
from autocode.review.markup import Desk
from autocode.review.slider import Slider
from autocode.review.threshold import Ranking
from autocode.study import Study
from autocode.transcript.seeds import load

RUNS = ("20260301T1003-scripted-d1", "20260301T1002-scripted-d1")


@pytest.fixture
def review(study: Study) -> Review:
    rank(study)
    return Review.open(study, "d1", "jo")


def seen(review: Review) -> set[str]:
    """The items that are in view only because of the ranking."""
    return {item.id for item in review.items() if item.heights and not item.considered}


def only_considered(review: Review) -> list[str]:
    return [item.id for item in review.items() if item.considered]


def test_a_move_shows_more_or_fewer_and_is_a_decision_like_any_other(review: Review) -> None:
    first, under = seen(review), only_considered(review)
    assert first
    assert under
    assert review.progress == (0, 15)
    review.decide(MoveThreshold(keep=1.0))
    assert seen(review) >= first | set(under)
    assert review.progress == (0, 15 + len(under))
    review.decide(MoveThreshold(keep=0.1))
    assert seen(review) < first
    review.decide(Undo())
    assert only_considered(review) == []
    review.decide(Undo())
    assert (seen(review), only_considered(review)) == (first, under)
    review.decide(Redo())
    again = Review.open(review.study, "d1", "jo")
    assert (again.state, again.items()) == (review.state, review.items())
    assert [event.kind for event in again.record.events] == [
        "open", "threshold", "threshold", "undo", "undo", "redo",
    ]  # fmt: skip
    with pytest.raises(InputError, match="the threshold is there already"):
        review.decide(MoveThreshold(keep=1.0))
    review.decide(MoveThreshold(keep="run"))
    assert review.state.thresholds == {}
    assert seen(review) == first


def test_what_was_decided_stays_and_is_assisted(review: Review) -> None:
    taken, left, noted = only_considered(review)[:3]
    # What is under the threshold can be decided on like any proposal.
    review.decide(Accept(item=taken))
    review.decide(MoveThreshold(keep=1.0))
    review.decide(Reject(item=left))
    review.decide(Comment(item=noted, text="perhaps"))
    review.decide(MoveThreshold(keep=0.1))
    there = {item.id: item for item in review.items()}
    assert not any(there[id_].considered for id_ in (taken, left, noted))
    assert [there[id_].status for id_ in (taken, left, noted)] == ["accepted", "rejected", "open"]
    (quote,) = review.coding().quotes
    assert (quote.provenance, review.coding().coder.assisted) == ("assisted", True)
    written = review.write().read_bytes()
    rebuilt = Review.open(review.study, "d1", "jo")
    assert rebuilt.write().read_bytes() == written == coding_json(review.coding()).encode()


def test_a_person_and_what_a_run_considered_there_are_one_item(review: Review) -> None:
    item = review.item("m1.c1")
    assert (item.kind, item.runs) == ("only human", 0)
    assert [there.coder.key for there in item.under] == ["m1"]
    assert item.quote == item.readings[0].quote
    review.decide(MoveThreshold(keep=1.0))
    item = review.item("m1.c1")
    assert (item.kind, item.runs, item.under) == ("code differs", 1, ())
    review.decide(MoveThreshold(keep="run"))
    review.decide(Accept(item="m1.c1", source="m1"))  # the panel shows it all the same
    assert review.item("m1.c1").quote.open_code == "perhaps 0"


def test_as_decided_so_far_is_what_keep_review_does(review: Review) -> None:
    with pytest.raises(InputError, match="too little is decided on d1: it takes 10 passages"):
        review.decide(MoveThreshold(keep="review"))
    review.decide(MoveThreshold(keep=1.0))
    for item in review.items():
        if item.quote.span and item.proposal:
            keep = (item.proposal.salience or 0) >= 3
            review.decide(Accept(item=item.id) if keep else Reject(item=item.id))
    review.decide(MoveThreshold(keep="review"))
    here = review.state.thresholds["m1"]
    done = run(review.study, "propose", "d1", "--keep", "review")
    assert done.returncode == 0, done.stderr
    threshold = newest_run(review.study, "d1").manifest.thresholds[-1]
    assert (here.rank, here.why) == (threshold.rank, threshold.why)
    assert (here.rule, here.assisted, here.salience) == ("assisted", True, 3)


def test_the_run_and_the_review_leave_each_other_alone(review: Review) -> None:
    path = newest_run(review.study, "d1").path
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    review.decide(MoveThreshold(keep=1.0))
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    moved(review.study, "d1", 0.2)
    assert (path / "coding.json").read_bytes() != before["coding.json"]
    again = Review.open(review.study, "d1", "jo")
    assert (again.items(), again.rankings) == (review.items(), review.rankings)


def test_a_ranking_must_stay_as_it_was(review: Review) -> None:
    path = newest_run(review.study, "d1").considered_path
    path.write_text(path.read_text().replace("perhaps 1", "certainly"))
    with pytest.raises(InputError, match=r"this ranking has changed since its review began"):
        Review.open(review.study, "d1", "jo")


def test_blind_and_in_a_discussion_there_is_no_threshold(study: Study) -> None:
    rank(study)
    blind = Review.open(study, "d1", "kim", blind=True)
    desk = Desk(blind)
    assert desk.slider is None
    assert 'id="cut"' not in desk.page()
    assert "considered" not in desk.page()
    with pytest.raises(InputError, match="no run under review has a ranking"):
        blind.decide(MoveThreshold(keep=0.5))
    blind.decide(View())
    assert 'id="cut"' in desk.page()  # what comes with the proposals
    data = json.loads(study.gold_path("d1").read_text())
    data["coder"]["id"] = "anna"
    for name in ("anna", "ben"):
        study.gold_path("d1", name).write_text(json.dumps(data))
    assert Desk(Review.open(study, "d1", "anna+ben")).slider is None


def test_several_runs_are_cut_at_the_same_share(study: Study) -> None:
    for turned, name in enumerate(RUNS):
        rank(study, name, turned=turned)
    review = Review.open(study, "d1", "jo", runs=RUNS)
    both = next(i for i in review.items() if i.considered and i.of_runs == len(i.readings) == 2)
    with pytest.raises(InputError, match="is not open, or fewer than 1 run agree"):
        review.decide(AcceptAll(items=(both.id,), runs=1))
    for keep in (0.3, 0.6):
        review.decide(MoveThreshold(keep=keep))
        thresholds = review.state.thresholds
        assert set(thresholds) == {"m1", "m2"}
        assert len({threshold.share for threshold in thresholds.values()}) == 1
        # The page says what they mark together.
        assert review.rankings.share(thresholds) == pytest.approx(keep, rel=0.3)


def test_the_page_knows_by_the_heights_what_is_in_view(study: Study) -> None:
    """What the script of the page does with heights and cuts, at every stop of the slider."""
    for turned, name in enumerate(RUNS):
        rank(study, name, turned=turned)
    review = Review.open(study, "d1", "jo", runs=RUNS)
    slider = Slider(review)
    assert len(slider.stops) > 2
    for stop in slider.stops:
        cuts = dict(part.split(":") for part in stop.cut.split())
        by_page = {
            item.id
            for item in review.items()
            if item.heights
            and not any(
                int(height) >= int(cuts[key])
                for key, height in (part.split(":") for part in item.heights.split())
            )
        }
        other = Review.open(study, "d1", "jo")
        if review.rankings.cuts(other.state.thresholds) != {k: int(v) for k, v in cuts.items()}:
            other.decide(MoveThreshold(keep=stop.keep))
        assert set(only_considered(other)) == by_page
        assert slider.stops[Slider(other).now()["at"]] == stop
        assert f"· {len(in_view(other))} passage" in stop.words
        review.reload()


def in_view(review: Review) -> list[str]:
    """The items that a run with a ranking has in view."""
    return [
        item.id
        for item in review.items()
        if not item.considered and any(there.height is not None for there in item.readings)
    ]


def test_the_slider_says_in_words_where_it_stands(review: Review) -> None:
    page = Desk(review).page()
    (stops,) = re.findall(r'max="(\d+)" step="1" value="1" list="stops"', page)
    assert page.count('data-keep="') == int(stops) + 1
    assert 'aria-valuetext="46% of what participants say · 8 passages"' in page
    assert "people mark 64% in this study (median)" in page
    assert "<option>considered</option>" in page


def test_the_summary_and_the_terminal_know_it(review: Review) -> None:
    words = ("review", "d1", "--reviewer", "jo")
    review.decide(MoveThreshold(keep=0.77))
    data = json.loads(run(review.study, *words, "--summary", "--json").stdout)
    assert data["decisions"] == {"threshold": 1}
    assert data["considered"] == len(only_considered(review)) == 1
    proposed = [i for i in review.items() if i.proposal and not i.considered]
    assert data["proposals"]["open"] == len(proposed) == sum(data["proposals"].values())
    ((name, threshold),) = data["thresholds"].items()
    assert name == "runs/d1/20260301T1003-scripted-d1"
    assert (threshold["rule"], threshold["salience"]) == ("chosen", 2)
    told = run(review.study, *words, "--summary").stdout
    assert "considered and not decided on: 1 passage." in told.replace("\n", " ")
    assert run(review.study, "verify").returncode == 0


def test_the_terminal_moves_it_too(review: Review) -> None:
    """One key; what is under the threshold is not asked about."""
    command = ["--study", str(review.study.root), "review", "d1", "--reviewer", "jo", "--terminal"]
    keys = ("t", "much", "t", "review", "t", "24%", *"l" * 30, "t", "100%", *"l" * 30, "q")
    said = CliRunner().invoke(group, command, input="\n".join(keys) + "\n").output
    assert "  77% of what participants say · 14 passages\n" in said
    assert "'much' is no share of the text" in said
    assert "too little is decided" in said
    assert "considered" not in said
    (progress,) = re.findall(r"^m1\.c5  .*\((.*)\)$", said, re.MULTILINE)
    assert progress == "0 of 19 decided"
    kinds = [event.kind for event in Review.open(review.study, "d1", "jo").record.events]
    assert kinds == ["open", "threshold", "threshold"]


def passage(number: int, start: int, end: int, text: str, **about: object) -> Quote:
    return Quote.model_validate(
        {"id": f"q{number}", "start": start, "end": end, "text": text[start:end],
         "status": "exact"} | about
    )  # fmt: skip


def test_a_passage_that_grows_is_one_and_another_beside_it_is_new(study: Study) -> None:
    """Parts of a passage under the threshold belong to it; what mostly lies beyond is its own."""
    text = load(study, "d1").text
    made = read_coding(newest_run(study, "d1").coding_path)
    parts = [
        passage(1, 0, 10, text, support=3),
        passage(2, 10, 14, text, support=2, follows="q1"),
        passage(3, 20, 24, text, support=1),
        passage(4, 24, 40, text, support=2, follows="q3"),
        passage(5, 50, 60, text, support=1),
        passage(6, 56, 76, text, support=1),
    ]
    considered = made.model_copy(update={"quotes": parts})
    coder = Reviewed(key="m1", name="run", kind="model", coder="m", sha256="")
    ranking = Ranking.of(coder, considered, at_rank(Rank(3, 0), rule="chosen", why=""))
    places = [(p.quote.start, p.quote.end, p.height) for p in ranking.under]
    assert places == [(24, 40, 40), (50, 60, 20), (56, 76, 20)]


def test_a_run_cut_within_its_best_rank_can_be_shown_whole(study: Study) -> None:
    """The ceiling left some of the best rank out: they come in with the first stop."""
    ranked = rank(study)
    considered = read_coding(ranked.considered_path)
    flat = [q.model_copy(update={"salience": 5}) for q in considered.quotes]
    threshold = at_rank(Rank(1, 5), rule="chosen", why="").model_copy(update={"characters": 150})
    cut(ranked, considered.model_copy(update={"quotes": flat}), threshold, 900)
    review = Review.open(study, "d1", "jo")
    under = only_considered(review)
    assert under
    assert [stop.keep for stop in Slider(review).stops] == ["run", pytest.approx(0.99, abs=0.01)]
    review.decide(MoveThreshold(keep=1.0))
    assert only_considered(review) == []
    review.decide(MoveThreshold(keep="run"))
    assert only_considered(review) == under
