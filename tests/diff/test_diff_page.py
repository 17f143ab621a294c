"""The HTML page: escaped, self-contained, complete; and, in a browser, of the right width."""

import base64
import hashlib
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from coded import coding, missing, model, quote, transcript

from autocode.coding.nouns import CodedWith, Failure
from autocode.diff import diff_codings, diff_page, only_disagreements, only_turns
from autocode.transcript.sentences import sentences

EVIL = '<script>alert("x")</script> & <img src=http://example.org/x.png>'
TEXT = transcript(
    "What is it?",
    f"I wrote {EVIL} there. Then \x1b[31mred came. One more. Two more. Three more. The end.",
    "Nothing here.",
    "Across two " + "turns" * 30,
    "Going on. Good.",
)
START = TEXT.turns[1].start
END = TEXT.text.index(" there")
VOID = {"meta", "wbr", "img", "br", "link"}


class _Page(HTMLParser):
    """What a browser would make of the page, as far as these tests ask."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.ids, self.links, self.marks, self.open = [], [], [], {}, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        if tag not in VOID:
            self.open.append((tag, given))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if self.open and "data-place" in self.open[-1][1] and self.open[-1][0] == "mark":
            kind = self.open[-1][1]["class"]
            self.marks[kind] = self.marks.get(kind, "") + data


def _page(first, second, narrow=lambda diff: diff, **more):
    diff = narrow(diff_codings(first, second, TEXT))
    return diff_page(diff, sentences(TEXT.text), context=1, **more)


def _evil():
    crossing = TEXT.turns[3].end
    ours = coding(
        TEXT,
        quote(TEXT, START, END, "a_code", name=EVIL),
        (crossing - 4, crossing + 8, "b"),
        mentions=(("c", None),),
    )
    theirs = model(
        TEXT,
        quote(TEXT, START + 2, END, f"x{EVIL}", rationale=EVIL, note=EVIL),
        missing(EVIL, turn=2),
        missing("nowhere"),
        codes=[CodedWith(id="a_code", label=EVIL)],
        failures=[Failure(chunk=1, step="single", kind="refusal", detail=EVIL)],
        incomplete="it was stopped",
    )
    return ours, theirs


def test_nothing_of_a_transcript_or_coding_becomes_markup():
    html = _page(*_evil())
    page = _Page(html)
    assert page.open == []
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert "img" not in {tag for tag, _ in page.tags}
    assert page.marks["both"] == TEXT.text[START + 2 : END]
    assert "\x1b" not in html
    assert "\\x1b[31m" in html


def test_nothing_is_fetched_and_no_other_script_may_run():
    page = _Page(_page(*_evil()))
    for _, attributes in page.tags:
        assert not {"src", "srcset", "data", "action", "style", "onclick"} & set(attributes)
    assert all(link.startswith("#") for link in page.links)
    policy = next(a["content"] for _, a in page.tags if "http-equiv" in a)
    assert "default-src 'none'" in policy


def test_the_script_that_may_run_is_the_one_in_the_page():
    html = _page(*_evil())
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in html


@pytest.mark.parametrize(
    "narrow",
    [
        lambda diff: diff,
        only_disagreements,
        lambda diff: only_turns(diff, [5]),
        lambda diff: only_turns(diff, [3]),
    ],
)
def test_links_lead_somewhere_and_anchors_are_unique(narrow):
    page = _Page(_page(*_evil(), narrow=narrow))
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links} <= set(page.ids)


def test_every_character_of_the_transcript_is_in_the_page():
    page = _page(coding(TEXT, (0, 4)), model(TEXT))
    for sentence in ("Nothing here.", "Three more.", "Going on."):
        assert sentence in page


def test_incomplete_codings_are_named():
    assert "INCOMPLETE: the coding of model (small) is not complete: it was stopped." in _page(
        *_evil()
    )
    assert "INCOMPLETE" not in _page(coding(TEXT), model(TEXT))


def test_stops_are_the_places_that_differ_or_else_the_turn():
    def stops(first, second):
        page = _Page(_page(first, second))
        return [a["id"] for _, a in page.tags if "disagreement" in a.get("class", "").split()]

    assert stops(coding(TEXT, (0, 4)), model(TEXT, (0, 4))) == []
    assert stops(coding(TEXT, (0, 4)), model(TEXT, (0, 5))) == ["place-1"]
    assert stops(coding(TEXT, (0, 4, "a")), model(TEXT, (0, 4, "b"))) == ["turn-1"]
    assert stops(*_evil()) == ["place-1", "place-2", "turn-5"]


def test_an_empty_diff_says_so():
    assert "No turns to show." in _page(coding(TEXT), coding(TEXT, id="b"), only_disagreements)


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--allow-file-access-from-files", "--virtual-time-budget=5000", "--dump-dom"),
]
# A frame can be narrower than a window; the page around it reports what is in it.
FRAME = """<iframe src="page.html" width="{width}" height="900" frameborder="0"></iframe><script>
const frame = document.querySelector("iframe");
frame.onload = () => {{
  const doc = frame.contentDocument, root = doc.documentElement;
  const press = (key) => doc.dispatchEvent(new KeyboardEvent("keydown", {{ key }}));
  const found = [frame.contentWindow.innerWidth, root.scrollWidth - root.clientWidth];
  found.push(doc.querySelectorAll("img, body script").length);
  for (const key of "jjk") {{
    press(key);
    found.push(doc.querySelector(".card.current").id);
  }}
  found.push(frame.contentWindow.performance.getEntriesByType("resource").length);
  document.title = found.join(" ");
}};
</script>"""


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
@pytest.mark.parametrize("width", [400, 1280])
def test_in_a_browser_nothing_scrolls_sideways_runs_or_is_fetched(tmp_path, width):
    (tmp_path / "page.html").write_text(_page(*_evil()), encoding="utf-8")
    (tmp_path / "frame.html").write_text(FRAME.format(width=width), encoding="utf-8")
    done = subprocess.run(
        [
            *(CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}"),
            (tmp_path / "frame.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    (title,) = re.findall("<title>(.*?)</title>", done.stdout)
    # Its width, no sideways scroll, its own script alone, the stops of j, j, k, nothing fetched.
    assert title == f"{width} 0 1 place-1 place-2 place-1 0"
