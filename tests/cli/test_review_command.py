"""`autocode review`: every decision from the keyboard, summaries, lessons, verification."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import run
from twelve import write_twelve

from autocode.cli import group
from autocode.coding.files import coding_json, read_coding
from autocode.coding.materials import Material
from autocode.coding.sources import Source
from autocode.review import Event, Review
from autocode.review.decision import Accept, Add, EditAxial, Finish, Redo, Reject, Undo, View
from autocode.review.summary import Time, reviewed_proposals, time_of
from autocode.study import Study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    write_twelve(tmp_path)
    return Study.open(tmp_path)


def typed(study: Study, *keys: str, words: tuple[str, ...] = ()) -> str:
    """What is said in a review of d1 by jo to who types these lines."""
    command = ["--study", str(study.root), "review", "d1", *(words or ("--reviewer", "jo"))]
    done = CliRunner().invoke(group, [*command, "--terminal"], input="\n".join(keys) + "\n")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


def test_every_decision_can_be_made_in_the_terminal(study: Study) -> None:
    said = typed(
        study, "?", "a", "h1", "l", "r", "3", "o", "mine", "u", "y", "k", "hm",
        "n", "Taps", "", "water", "", "c", "Taps, fees", "+", "How did you come", "", "",
        "A", "q",
    )  # fmt: skip
    assert "of 15 decided. The coding is gold/d1.jo.json." in said
    events = Review.open(study, "d1", "jo").record.events
    assert [event.kind for event in events] == [
        "open", "accept", "reject", "open_code", "undo", "redo", "comment", "new_code", "axial",
    ]  # fmt: skip
    assert events[2].decision.model_dump()["reason"] == "wrong code"
    assert "the transcript does not say 'How did you come'" in said
    assert "no open item is agreed on by several" in said


def test_codes_of_a_whole_trace_are_shown_as_such(study: Study) -> None:
    path = study.gold_path("d1")
    coding = read_coding(path)
    quotes = [quote.model_copy(update={"mapping": "trace"}) for quote in coding.quotes]
    path.write_text(coding_json(coding.model_copy(update={"quotes": quotes})))
    codes = ", ".join(quotes[0].axial)
    said = typed(study, "l", "l", "q")
    assert codes
    assert f"     → {codes} (codes of the whole trace)\n" in said


def test_words_that_cannot_be_kept_are_refused_in_a_line(study: Study) -> None:
    said = typed(study, "n", "x" * 201, "", "", "", "o", "x" * 10_001, "k", "y" * 10_001, "q")
    assert said.count("autocode: this is no decision: ") == 3
    assert "label: String should have at most 200 characters" in said
    assert len(Review.open(study, "d1", "jo").record.events) == 1


def test_the_coding_has_what_was_decided_elsewhere_meanwhile(study: Study) -> None:
    first, second = (Review.open(study, "d1", "jo") for _ in range(2))
    items = [item.id for item in first.items()]
    second.decide(Accept(item=items[0]))
    second.write()
    assert [quote.id for quote in read_coding(first.write()).quotes] == [items[0]]


def test_two_people_have_one_discussion_whoever_is_named_first(study: Study) -> None:
    for name in ("jo", "kim"):
        blind = Review.open(study, "d1", name, blind=True)
        blind.decide(Add(start=0, end=20, open_code="x"))
        blind.decide(Finish())
        blind.write()
    for both in (("jo", "kim"), ("kim", "jo")):
        said = typed(study, "q", words=("--discuss", *both))
        assert "0 of 1 decided. The coding is gold/d1.jo+kim.json." in said


def test_quotes_of_ones_own_are_counted_where_nothing_was_proposed(study: Study) -> None:
    text = Review.open(study, "d1", "kim", blind=True).transcript.text
    said = typed(
        study, "+", text.split("\n")[0], "x", "", "q", words=("--reviewer", "kim", "--blind")
    )
    assert "\n1 quote added. The coding is gold/d1.kim.json." in said
    assert "Read `autocode show d1 --text` beside this, and add quotes (+)" in said


def test_a_review_is_finished_on_purpose(study: Study) -> None:
    assert "Finish, and leave out 15 open items?" in typed(study, "f", "n", "q")
    typed(study, "f", "y")
    assert read_coding(study.gold_path("d1", "jo")).incomplete is None
    assert "This review is finished." in typed(study)


def test_a_name_is_no_path(study: Study, tmp_path: Path) -> None:
    for words in (["--reviewer", "../x"], ["--reviewer", "jo", "--coder", "../d1"]):
        done = run(study, "review", "d1", "--terminal", *words)
        assert done.returncode == 1
        assert "is not a valid id" in done.stderr
    assert not (tmp_path / "reviews").exists()


def test_blind_and_what_it_hides_cannot_be_asked_for_together(study: Study) -> None:
    Review.open(study, "d1", "kim", blind=True)
    for words in (("--coder", "gold"), ("--run", "scripted")):
        done = run(study, "review", "d1", "--terminal", "--reviewer", "kim", "--blind", *words)
        assert "--blind shows nothing of others" in done.stderr
    looked = run(study, "review", "d1", "--reviewer", "kim", "--summary", "--coder", "gold")
    assert "choose what is reviewed" in looked.stderr
    review = Review.open(study, "d1", "kim", coders=("gold",), blind=True)
    assert review.mode == "blind"


def test_who_has_not_coded_is_named_with_who_has(study: Study) -> None:
    done = run(study, "review", "d1", "--terminal", "--reviewer", "jo", "--coder", "kim")
    assert "kim has not coded d1. gold and anna did." in done.stderr


def test_a_summary_counts_decisions_and_acceptance(study: Study) -> None:
    assert (
        "there is no review of d1 by jo"
        in run(study, "review", "d1", "--reviewer", "jo", "--summary").stderr
    )
    review = Review.open(study, "d1", "jo")
    review.decide(Accept(item="m1.1"))
    review.decide(Reject(item="m1.2"))
    review.decide(EditAxial(item="m1.3", axial=("fees",)))
    done = run(study, "review", "d1", "--reviewer", "jo", "--summary", "--json")
    data = json.loads(done.stdout)
    assert data["decisions"] == {"accept": 1, "reject": 1, "axial": 1}
    assert data["taken_back"] == 0
    assert data["proposals"] == {"accepted": 1, "edited": 1, "rejected": 1, "open": 6}
    assert data["acceptance"]["value"] == pytest.approx(1 / 3)
    # Wilson (1927) for 1 of 3.
    interval = data["acceptance"]["interval"]
    assert (round(interval["low"], 3), round(interval["high"], 3)) == (0.061, 0.792)
    codings = [Source.of(review.coding()), Source.of(Review.open(study, "d2", "jo").coding())]
    reviewed = reviewed_proposals(study, [Material((source,)) for source in codings])
    assert reviewed["jo"]["rejected"] == 1
    assert reviewed["jo"]["open"] > data["proposals"]["open"]
    # A coding that is behind its record says nothing of its reviewer's decisions.
    review.decide(Undo())
    assert reviewed_proposals(study, [Material((codings[0],))]) == {}
    undone = run(study, "review", "d1", "--reviewer", "jo", "--summary", "--json")
    counts = json.loads(undone.stdout)
    assert (counts["decisions"], counts["taken_back"]) == ({"accept": 1, "reject": 1}, 1)
    review.decide(Redo())
    told = run(study, "review", "d1", "--reviewer", "jo", "--summary").stdout
    assert "33% were accepted" in told
    assert max(map(len, told.splitlines())) <= 80


def test_a_summary_says_why_there_is_no_acceptance(study: Study) -> None:
    for reviewer, blind, reason in (("jo", False, "no proposal is decided yet"),
                                    ("kim", True, "there are no proposals")):  # fmt: skip
        Review.open(study, "d1", reviewer, blind=blind)
        told = run(study, "review", "d1", "--reviewer", reviewer, "--summary").stdout
        assert f"Acceptance: {reason}." in told


def test_gaps_between_decisions_are_cut() -> None:
    times = ["10:00:00", "10:00:30", "10:20:00", "10:21:00"]
    events = [
        Event(seq=n, time=f"2026-01-01T{at}+00:00", reviewer="jo", mode="blind", decision=Undo())
        for n, at in enumerate(times, 1)
    ]
    assert time_of(events) == Time(seconds=30 + 300 + 60, cut=1)


def finished(study: Study) -> Review:
    review = Review.open(study, "d1", "jo")
    review.decide(Accept(item="m1.1"))
    review.decide(Finish())
    review.write()
    return review


def test_what_a_record_leads_to_is_verified_and_rebuilt(study: Study) -> None:
    review = finished(study)
    path = study.gold_path("d1", "jo")
    whole = path.read_text()
    assert run(study, "verify").returncode == 0
    path.write_text(whole.replace('"open_code": "', '"open_code": "not '))
    assert (
        "gold/d1.jo.json: review: this coding is not what its record" in run(study, "verify").stdout
    )
    path.unlink()
    assert "the coding of this finished review is not there" in run(study, "verify").stdout
    assert run(study, "review", "d1", "--reviewer", "jo", "--rebuild").returncode == 0
    assert path.read_text() == whole == coding_json(review.coding())
    assert run(study, "verify").returncode == 0


def test_the_first_bad_line_of_a_record_is_named(study: Study) -> None:
    path = finished(study).record.path
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[0], lines[1].replace("accept", "accapt"), lines[2]]))
    done = run(study, "verify")
    assert done.returncode == 1
    assert "reviews/d1/jo.jsonl:2: review: this line is no event" in done.stdout
    path.write_text("".join(lines[:2]))  # the last line is gone
    assert "or lines of the record are gone" in run(study, "verify").stdout
    path.unlink()
    assert "its record, reviews/d1/jo.jsonl, is not there" in run(study, "verify").stdout


def test_lessons_name_what_stands_out(study: Study) -> None:
    assert run(study, "review", "--lessons").stdout == (
        "No proposal is decided on yet. Begin with `autocode review ID`.\n"
    )
    for id_ in ("d2", "d3", "d4", "d5", "d6", "d7"):
        review = Review.open(study, id_, "jo")
        for item in review.items():
            if item.proposal and item.quote.span:
                hedged = "would have" in item.proposal.text or "fees" in item.proposal.axial
                review.decide(
                    Reject(item=item.id, reason="not relevant") if hedged
                    else Accept(item=item.id, source="m1")
                )  # fmt: skip
    lessons = json.loads(run(study, "review", "--lessons", "--json").stdout)
    fees = next(group for group in lessons["codes"] if group["name"] == "fees")
    assert fees["rejected"] == fees["proposals"] >= 5
    assert fees["reasons"] == {"not relevant": fees["rejected"]}
    (told,) = (words for words in lessons["suggestions"] if words.startswith("fees: "))
    assert "Say in the definition of fees what it does not cover." in told
    assert "The reason given most often: not relevant." in told
    others = [g["name"] for g in lessons["codes"] if not g["rejected"] and g["proposals"] >= 5]
    assert others
    assert not [words for words in lessons["suggestions"] if words.startswith(tuple(others))]
    assert "Nothing was changed." in run(study, "review", "--lessons").stdout


def test_an_archive_with_words_holds_the_records_and_one_without_none(
    study: Study, tmp_path: Path
) -> None:
    review = Review.open(study, "d1", "jo", blind=True)
    review.decide(Add(start=46, end=109, open_code="saving", axial=("water",)))
    review.decide(View())
    review.decide(Accept(item="m1.1"))
    review.decide(Finish())
    review.write()
    for words, there in (((), True), (("--no-text",), False)):
        folder = tmp_path / f"archive{len(words)}"
        done = run(study, "export", "archive", *words, str(folder))
        assert done.returncode == 0
        assert ("reviews/ is left out" in done.stderr) != there
        assert (folder / "reviews" / "d1" / "jo.jsonl").is_file() == there
        done = run(study, "verify", str(folder))
        assert (done.returncode, done.stdout) == (0, "")
    bare = (folder / "gold" / "d1.jo.json").read_text()
    assert '"blind"' in bare
    assert "barrels, and since then" not in bare
    record = tmp_path / "archive0" / "reviews" / "d1" / "jo.jsonl"
    record.write_text(record.read_text().replace("saving", "saved"))
    assert (
        "jo.jsonl:2: review: this line was changed"
        in run(study, "verify", str(tmp_path / "archive0")).stdout
    )
