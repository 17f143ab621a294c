"""The page of a review: escaped, whole, and patched so that it is as if it were made anew."""

import random
import re
from html.parser import HTMLParser

import pytest
from coded import coding, missing, quote
from ranked import rank
from twelve import write_twelve

from autocode.coding.files import write_coding
from autocode.coding.nouns import CodedWith
from autocode.errors import InputError
from autocode.review.decision import Accept, Add, Comment, Reject, Undo, decision_of
from autocode.review.markup import Desk
from autocode.review.review import Review
from autocode.study import Study
from autocode.transcript.seeds import load

RUNS = ("20260301T1003-scripted-d1", "20260301T1002-scripted-d1")
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
SAID = f"I wrote {EVIL} there. Then \x1b[31mred came 🌻 twice. And \u202eleft. The end."


class _Page(HTMLParser):
    """What a browser would make of it: tags, and the words of every turn by their offsets."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.ids, self.said, self._at = [], [], {}, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        self.ids += [given["id"]] if "id" in given else []
        self._at = (int(given["data-s"]), given.get("data-e")) if "data-s" in given else None
        if self._at:
            self.said[self._at] = ""

    def handle_endtag(self, tag):
        self._at = None if tag in ("mark", "span") else self._at

    def handle_data(self, data):
        if self._at:
            self.said[self._at] += data


@pytest.fixture
def study(tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "gold").mkdir()
    (tmp_path / "seeds" / "p1.txt").write_text(
        f"Interviewer: What is it?\nParticipant: {SAID}\nInterviewer: Nothing here.\n"
    )
    study = Study.open(tmp_path)
    text = load(study, "p1")
    start, end = text.turns[1].start, text.turns[1].end
    ours = coding(
        text, quote(text, start, end - 4, EVIL, name=EVIL, note=EVIL), (start + 2, start + 9, "b"),
        missing(EVIL, turn=2), codes=[CodedWith(id=EVIL, label=EVIL, kind=EVIL)],
    )  # fmt: skip
    write_coding(ours, tmp_path / "gold" / "p1.json")
    write_coding(
        coding(text, quote(text, start + 1, end, "c", name="x"), id="jo"),
        tmp_path / "gold" / "p1.jo.json",
    )
    return study


@pytest.fixture
def review(study):
    return Review.open(study, "p1", "anna", coders=["gold", "jo"])


def test_nothing_of_a_transcript_or_coding_becomes_markup(review):
    desk = Desk(review)
    parts = [desk.panel(item.id) for item in review.items()]
    for decision in (Comment(item="h1.1", text=EVIL), Reject(item="h1.1", reason=EVIL)):
        parts += [row["html"] for row in desk.patch(review.decide(decision))["rows"]]
        parts.append(desk.panel("h1.1"))
    page = _Page(desk.page())
    assert [given for tag, given in page.tags if tag == "script"] == [
        {"type": "module", "src": "/review.js"}
    ]
    for tag, given in [*page.tags, *(pair for part in parts for pair in _Page(part).tags)]:
        assert tag != "img"
        assert not {name for name in given if name.startswith("on") or name == "style"}
        assert tag != "script" or given["src"] == "/review.js"
    assert "\x1b" not in desk.page() + "".join(parts)
    assert "\u202e" not in desk.page() + "".join(parts)


def test_every_character_of_a_turn_stands_at_its_offset(review):
    text = review.transcript.text
    said = sorted(_Page(Desk(review).page()).said.items())
    for (start, end), words in said:
        if end is None:
            assert words == text[start : start + len(words)]
        else:
            assert words in ("\\x1b", "\\u202e")
            assert int(end) == start + 1
    ends = [int(end) if end else start + len(words) for (start, end), words in said]
    for turn in review.transcript.turns:
        places = [(start, end) for ((start, _), _), end in zip(said, ends, strict=True)]
        inside = [place for place in places if turn.start <= place[0] < turn.end]
        assert inside[0][0] == turn.start
        assert inside[-1][1] == turn.end
        assert [start for start, _ in inside[1:]] == [end for _, end in inside[:-1]]


def _rows(html):
    return dict(re.findall(r'(?s)<li class="row" id="row-([^"]+)"(.*?</a>)</li>', html))


def _turns(html):
    return dict(re.findall(r'(?s)<section class="turn" id="turn-(\d+)"(.*?)</section>', html))


def _patched(rows, turns, patch):
    """What the script of the page makes of the rows (in their order) and turns."""
    for row in patch["rows"]:
        order = [id_ for id_ in rows if id_ != row["id"]]
        rows = {id_: rows[id_] for id_ in order}
        if row["html"]:
            place = order.index(row["before"]) if row["before"] else len(order)
            after = {id_: rows.pop(id_) for id_ in order[place:]}
            rows |= _rows(row["html"]) | after
    for html in patch["turns"].values():
        turns = turns | _turns(html)
    return rows, turns


def _decisions(dice, review):
    """A decision of any kind that can be made as things stand."""
    located = [item for item in review.items() if item.quote.span and item.status != "merged"]
    item, other = dice.sample(located, 2)
    start = dice.randrange(len(review.transcript.text) - 60)
    span = {"start": start, "end": start + dice.randrange(2, 60)}
    return dice.choice([
        {"kind": "accept", "item": item.id},
        {"kind": "reject", "item": item.id, "reason": "wrong code"},
        {"kind": "span", "item": item.id, **span},
        {"kind": "open_code", "item": item.id, "open_code": "named"},
        {"kind": "axial", "item": item.id, "axial": ["water", "fees"]},
        {"kind": "comment", "item": item.id, "text": "noted"},
        {"kind": "add", **span, "open_code": "new"},
        {"kind": "merge", "items": [item.id, other.id]},
        {"kind": "split", "item": item.id, "at": item.quote.span.start + 3},
        {"kind": "new_code", "label": f"code {review.state.seq}", "parent": "water"},
        {"kind": "threshold", "keep": dice.choice([0.1, 0.4, 0.7, 1.0, "run"])},
        {"kind": "undo"},
        {"kind": "undo"},
        {"kind": "redo"},
    ])  # fmt: skip


def test_a_patched_page_is_the_page_made_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "autocode.review.slider.usual_share", lambda *_: 0.3
    )  # read once, not often
    write_twelve(tmp_path)
    study = Study.open(tmp_path)
    runs = [rank(study, name, turned=n).name for n, name in enumerate(RUNS)]
    review = Review.open(study, "d1", "jo", runs=runs, coders=["gold", "anna"])
    desk, dice = Desk(review), random.Random(3)
    rows, turns = _rows(desk.page()), _turns(desk.page())
    kinds, crossed = set(), 0
    for _ in range(40):
        try:
            event = review.decide(decision_of(_decisions(dice, review)))
        except InputError:
            continue
        kinds.add(event.kind)
        patch = desk.patch(event)
        crossed += event.kind == "threshold" and len(patch["rows"]) > 0
        rows, turns = _patched(rows, turns, patch)
        html = Desk(review).page()
        assert desk.page() == html
        assert list(rows.items()) == list(_rows(html).items()), event.decision
        assert turns == _turns(html), event.decision
    assert len(kinds) > 9
    assert crossed


def test_what_is_marked_twice_has_both_lines_and_what_is_kept_a_ground(review):
    desk = Desk(review)

    def looks():
        marks = (given for tag, given in _Page(desk.page()).tags if tag == "mark")
        return {given["class"] for given in marks}

    assert looks() == {"first", "second", "both"}
    review.decide(Accept(item="h1.1"))
    assert looks() == {"first kept", "both kept", "second"}
    review.decide(Undo())
    for item in review.items():
        review.decide(Reject(item=item.id))
    assert looks() == {"first faded", "second faded", "both faded"}
    review.decide(Add(start=0, end=4))
    assert "yours kept" in looks()


def test_ids_are_unique_and_links_lead_somewhere(review):
    page = _Page(Desk(review).page())
    assert len(page.ids) == len(set(page.ids))
    links = [given["href"] for tag, given in page.tags if tag == "a"]
    assert links
    assert {link[1:] for link in links} <= set(page.ids)
