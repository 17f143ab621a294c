"""Categories proposed for the codebook: shown on the page of a review, and decided there."""

import json
from typing import Any

import pytest
from categories import propose_categories
from starlette.testclient import TestClient

from autocode.codebook.history import read_log, undo
from autocode.coding.codebook import Codebook
from autocode.review import Review
from autocode.review.app import guarded
from autocode.review.markup import Desk
from autocode.study import Study

PORT = 8125
HOME = f"http://127.0.0.1:{PORT}"


def browser_of(review: Review) -> TestClient:
    guard = guarded(review, PORT)
    browser = TestClient(guard, base_url=HOME)
    browser.get(guard.address)
    return browser


def decide(browser: TestClient, item: str, decision: str, **more: str) -> Any:
    asked = {"run": "", "item": item, "decision": decision} | more
    return browser.post("/category", content=json.dumps(asked), headers={"origin": HOME})


def test_what_is_open_is_shown_and_decided_as_by_the_command(study: Study) -> None:
    propose_categories(study, "d1", code="about_fees")  # which the run has, without a label
    review = Review.open(study, "d1", "jo")
    browser, seq = browser_of(review), review.state.seq
    page = browser.get("/").text
    assert 'data-run="20260401T1000-scripted-codebook" data-count="2"' in page
    assert "Holding &lt;together&gt;</b>" in page
    assert 'Taking turns</b><span class="quiet">, under Holding &lt;together&gt;</span>' in page
    assert "What keeps it going." in page
    assert "Pilar and I did not speak until Wednesday, because of a hose. <span" in page
    assert "Relations wait too" in page
    answer = decide(browser, "c1", "accept").json()
    assert browser.get("/").text == Desk(review).page()
    assert 'data-code="about_fees"' in answer["codebook"]
    assert 'data-count="1"' in answer["proposed"]
    assert 'data-category="c1"' not in answer["proposed"]
    assert decide(browser, "c2", "reject").status_code == 200
    entries = [(entry.change, entry.item, entry.run) for entry in read_log(study)]
    run = "20260401T1000-scripted-codebook"
    assert entries == [("accept", "c1", run), ("reject", "c2", run)]
    book = Codebook.load(study.codebook_path)
    assert book.find("about_fees")
    assert not book.find("taking_turns")
    # What is the study's is no event of this review.
    assert review.state.seq == seq
    late = decide(browser, "c1", "reject")
    assert (late.status_code, "was accepted already" in late.text) == (400, True)
    undo(study)
    assert 'data-count="1"' in browser.get("/").text
    assert 'data-category="c2"' in browser.get("/").text


@pytest.mark.parametrize("body", ["", "{}", '{"run": "", "item": "c1", "decision": "burn"}'])
def test_what_is_no_decision_is_refused(study: Study, body: str) -> None:
    propose_categories(study, "d1")
    browser = browser_of(Review.open(study, "d1", "jo"))
    assert browser.post("/category", content=body, headers={"origin": HOME}).status_code == 400
    assert read_log(study) == []


def test_blind_nothing_that_others_propose_is_shown_or_decided(study: Study) -> None:
    propose_categories(study, "d1")
    browser = browser_of(Review.open(study, "d1", "jo", blind=True))
    page = browser.get("/").text
    assert "Taking turns" not in page
    assert 'data-run="" data-count="0"' in page
    refused = decide(browser, "c1", "accept")
    assert (refused.status_code, "blind review" in refused.text) == (400, True)
    assert read_log(study) == []


def test_a_proposal_that_cannot_be_read_closes_no_review(study: Study) -> None:
    propose_categories(study, "d1").write_text("{")
    assert 'data-count="0"' in Desk(Review.open(study, "d1", "jo")).page()
