"""What the page's server answers: decisions, what was overtaken, and nothing of the disk."""

import json
import random
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from threading import Timer

import httpx
import pytest
from starlette.testclient import TestClient
from twelve import write_twelve

from autocode.coding.files import read_coding
from autocode.errors import StudyError
from autocode.review.app import guarded, serve
from autocode.review.guard import ADDRESS, LARGEST_BODY
from autocode.review.review import Review
from autocode.study import Study

PORT = 8124
HOME = f"http://127.0.0.1:{PORT}"


@pytest.fixture
def study(tmp_path):
    write_twelve(tmp_path)
    return Study.open(tmp_path)


@pytest.fixture
def review(study):
    return Review.open(study, "d1", "jo")


@pytest.fixture
def browser(review):
    guard = guarded(review, PORT)
    browser = TestClient(guard, base_url=HOME)
    browser.get(guard.address)
    return browser


def _decide(browser, seq, **decision):
    body = json.dumps({"seq": seq, "decision": decision})
    return browser.post("/decide", content=body, headers={"origin": HOME})


def test_a_decision_is_on_the_disk_when_it_is_answered(study, review, browser):
    answer = _decide(browser, 1, kind="accept", item="m1.1")
    assert answer.json()["seq"] == 2
    assert [row["id"] for row in answer.json()["rows"]] == ["m1.1"]
    assert 'data-status="accepted"' in answer.json()["rows"][0]["html"]
    lines = study.review_path("d1", "jo").read_text().splitlines()
    assert len(lines) == 2
    assert review.item("m1.1").status == "accepted"


def test_the_coding_of_a_finished_review_is_there_at_once(study, browser):
    _decide(browser, 1, kind="accept", item="m1.1")
    assert not study.gold_path("d1", "jo").exists()
    assert _decide(browser, 2, kind="finish").json()["reload"]
    assert len(read_coding(study.gold_path("d1", "jo")).quotes) == 1


def test_nothing_goes_on_without_its_record(study, browser):
    path = study.review_path("d1", "jo")
    path.unlink()
    assert "This record is gone" in browser.get("/").json()["message"]
    assert _decide(browser, 1, kind="accept", item="m1.1").status_code == 409
    assert not path.exists()


def test_a_port_that_is_taken_is_named(review):
    with socket.create_server((ADDRESS, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StudyError, match=rf"port {port} cannot be used: [\w ]+ in use\. C"):
            serve(review, print, port)


def test_what_was_overtaken_is_told_and_nothing_is_written(study, browser):
    elsewhere = Review.open(study, "d1", "jo")
    _decide(browser, 1, kind="accept", item="m1.1")
    record = study.review_path("d1", "jo").read_bytes()
    late = _decide(browser, 1, kind="reject", item="m1.1")
    assert late.status_code == 409
    assert "elsewhere" in late.json()["message"]
    assert str(study.root) not in late.json()["message"]
    assert study.review_path("d1", "jo").read_bytes() == record
    # Another process is told too; the page that is loaded again shows what stands.
    other = TestClient(guard := guarded(elsewhere, PORT), base_url=HOME)
    other.get(guard.address)
    assert _decide(other, 1, kind="reject", item="m1.1").status_code == 409
    assert re.search(r'id="row-m1.1"[^>]*data-status="accepted"', other.get("/").text)
    assert _decide(other, 2, kind="reject", item="m1.1").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'{"seq": 1}', b'{"seq": 1, "decision": {}}',
        b'{"seq": 1, "decision": {"kind": "fly"}}',
        b'{"seq": 1, "decision": {"kind": "accept", "item": "m9.9"}}',
        b'{"seq": 1, "decision": {"kind": "open", "mode": "blind"}}',
        b'{"seq": 1, "decision": {"kind": "span", "item": "m1.1", "start": 9, "end": 3}}',
        b'{"seq": 1, "decision": {"kind": "undo"}}',
        b'{"seq": "\xff", "decision": {"kind": "undo"}}',
        b'{"seq": 1, "decision": ' + b"[" * 9000 + b"]" * 9000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_decision_is_refused_in_a_sentence(study, browser, body):
    record = study.review_path("d1", "jo").read_bytes()
    answer = browser.post("/decide", content=body, headers={"origin": HOME})
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert study.review_path("d1", "jo").read_bytes() == record


def test_a_huge_decision_is_not_read(browser):
    assert (
        _decide(browser, 1, kind="comment", item="m1.1", text="x" * LARGEST_BODY).status_code == 413
    )


@pytest.mark.parametrize(
    "path",
    ["/autocode.toml", "/../autocode.toml", "/%2e%2e/autocode.toml", "/gold/d1.json",
     "/review.js/../../app.py", "/page.html", "/parts.html", "//etc/passwd",
     "/item?id=../../gold/d1.json", "/item?id=", "/item"],
)  # fmt: skip
def test_no_address_is_a_path(browser, path):
    assert browser.get(path).status_code == 404


def test_every_part_of_the_page_is_served_from_the_package(browser):
    for name, kind in (
        ("review.css", "css"),
        ("words.js", "javascript"),
        ("codes.js", "javascript"),
    ):
        answer = browser.get(f"/{name}")
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"]
        assert "http" not in answer.text


def test_blind_hands_out_nothing_of_others(study):
    guard = guarded(Review.open(study, "d1", "jo", blind=True), PORT)
    browser = TestClient(guard, base_url=HOME)
    browser.get(guard.address)
    page = browser.get("/").text
    assert "m1." not in page
    assert "h1." not in page
    assert "scripted" not in page
    assert browser.get("/item?id=m1.1").status_code == 404
    assert _decide(browser, 1, kind="accept", item="m1.1").status_code == 400


@pytest.mark.slow
def test_what_was_answered_survives_any_kill_of_the_server(study):
    """The whole program, killed at fifty random points while comments come in over HTTP."""
    dice, answered = random.Random(8), []
    for _ in range(50):
        with _serving(study) as (server, address), httpx.Client() as browser:
            page = browser.get(browser.get(address).url.join("/"))
            killer = Timer(dice.uniform(0, 0.15), server.kill)
            killer.start()
            answered += _comments(browser, page, len(answered))
            killer.join()
        lines = study.review_path("d1", "jo").read_text(encoding="utf-8").splitlines()
        events = [json.loads(line) for line in lines if line.endswith("}")]
        said = [event["decision"]["text"] for event in events if "text" in event["decision"]]
        # One more may be there: written, and killed before it was answered.
        assert said[: len(answered)] == answered
        assert len(said) <= len(answered) + 1
        answered = said
    assert len(answered) > 50


@contextmanager
def _serving(study):
    """The command as a user starts it, and the address it prints; it is killed by the test."""
    command = [sys.executable, "-m", "autocode", "--study", study.root, "review", "d1", "--no-open"]
    with subprocess.Popen(
        [*command, "--reviewer", "jo"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        yield server, re.search(r"http://\S+", server.stdout.readline())[0]
        server.kill()


def _comments(browser, page, first):
    """The texts of the comments that were answered, one after the other, until nobody answers."""
    home, answered = str(page.url), []
    seq = int(re.search(r'data-seq="(\d+)"', page.text)[1])
    while True:
        decision = {"kind": "comment", "item": "m1.1", "text": f"number {first + len(answered)}"}
        try:
            answer = browser.post(
                f"{home}decide",
                json={"seq": seq, "decision": decision},
                headers={"origin": home.rstrip("/")},
            )
        except httpx.TransportError:
            return answered
        assert answer.status_code == 200, answer.text
        seq = answer.json()["seq"]
        answered.append(decision["text"])
