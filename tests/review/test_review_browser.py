"""A review in a real browser: whole, by keyboard alone, blind, from scratch, and cut off."""

import itertools
import json
import random
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from categories import propose_categories
from playwright.sync_api import expect, sync_playwright
from ranked import rank

from autocode.coding.files import read_coding
from autocode.review.decision import Accept, EditSpan, Finish, Reject
from autocode.review.review import Review
from autocode.study import Study
from autocode.transcript.seeds import load

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
RUN = "20260101T000000.000Z-scripted-00000000"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
# What only the run of the tests says.
OF_THE_MODEL = ("scripted", "what persona is for", "talk_of_persona", "Talk of persona", "m1.")
# Controls that a screen reader could not name.
UNNAMED = """() => [...document.querySelectorAll("button, input, select, textarea")].filter(
  (control) => !control.closest("template, [hidden], dialog:not([open])")
    && !control.labels?.length && !control.ariaLabel
    && !control.getAttribute("aria-labelledby") && !control.textContent.trim()
).map((control) => control.outerHTML)"""


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def study(tmp_path):
    for name in ("autocode.toml", "seeds", "gold"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "tests" / "frozen" / "p1" / "run", tmp_path / "runs" / "p1" / RUN)
    return Study.open(tmp_path)


class Address(str):
    """Where the page of a review is, and who serves it."""

    def __new__(cls, server):
        address = super().__new__(cls, re.search(r"http://\S+", server.stdout.readline())[0])
        address.server = server
        return address


@contextmanager
def reviewing(study, *options, end=signal.SIGINT):
    """The address of the page; at the end the command is interrupted."""
    command = [sys.executable, "-m", "autocode", "--study", study.root, "review", "p1", "--no-open"]
    server = subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield Address(server)
    finally:
        server.send_signal(end)
        _, told = server.communicate(timeout=20)
    assert "Traceback" not in told
    if end == signal.SIGINT:
        assert server.returncode == 0
        assert ". The coding is gold/p1." in told


@contextmanager
def page_of(chromium, address, **more):
    """A page in a browser of its own, in which no script fails."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, **more)
    context.set_default_timeout(15_000)
    page, failures = context.new_page(), []
    page.on("pageerror", lambda failure: failures.append(failure))
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    yield page
    context.close()
    assert failures == []


def decided(page, act):
    """Do something, and wait until the page shows what it decided."""
    before = page.get_attribute("body", "data-seq")
    act()
    page.wait_for_function("seq => document.body.dataset.seq !== seq", arg=before)


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def chosen(page, id):
    """Choose a passage in the list, and wait for its panel."""
    page.click(f'[id="row-{id}"] a')
    page.wait_for_selector(f'article[data-item="{id}"]')


def adjudicated(study, reviewer):
    coding = read_coding(study.gold_path("p1", reviewer), lambda: load(study, "p1"))
    return {quote.id: quote for quote in coding.quotes}, coding


def test_a_whole_review(study, chromium):
    text = load(study, "p1").text
    missed = "I would have rather a persona to tool approach"
    with reviewing(study, "--reviewer", "anna") as address, page_of(chromium, address) as page:
        chosen(page, "m1.1")
        decided(page, lambda: page.click("[data-act=accept].yes"))
        # The end of a passage is dragged to another word.
        chosen(page, "m1.2")
        page.click("[data-act=span]")
        places = page.evaluate(
            """async () => {
                  const { rangeOf } = await import("/words.js");
                  return [[2758, 2761], [2832, 2834]].map(([start, end]) => {
                    const box = rangeOf(start, end).getBoundingClientRect();
                    return [box.x + box.width / 2, box.y + box.height / 2];
                  });
                }"""
        )
        page.mouse.move(*places[0])
        page.mouse.down()
        page.mouse.move(*places[1], steps=5)
        page.mouse.up()
        decided(page, lambda: page.click("text=Make this the passage"))
        # What nobody has quoted, with a code that nobody has.
        page.evaluate(
            "async span => (await import('/words.js')).choose(...span)",
            [text.index(missed), text.index(missed) + len(missed)],
        )
        page.click("text=Code these words")
        page.fill("[name=open_code]", "fitting tools to people")
        page.fill("[role=combobox]", "Tools for people")
        press(page, "Enter")
        page.fill("[name=code_kind]", "practice")
        page.fill("[name=definition]", "Whom a tool is for decides what it does.")
        decided(page, lambda: page.click("text=Define it"))
        expect(page.locator(".chips li")).to_contain_text("Tools for people")
        decided(page, lambda: page.click("text=Add the quote"))
        chosen(page, "h1.1")
        press(page, "r")
        decided(page, lambda: press(page, "2"))
        decided(page, lambda: press(page, "a"))
        decided(page, lambda: page.click("[data-do=undo]"))
        before = [page.inner_text("#decided"), page.locator("#rows").inner_html()]
        page.reload()
        page.wait_for_selector("body[data-ready]")
        after = [page.inner_text("#decided"), page.locator("#rows").inner_html()]
        plain = [re.sub(' aria-current="true"', "", words[1]) for words in (before, after)]
        assert before[0] == after[0] == "3 of 26 decided, 1 added"
        assert "".join(plain[0].split()) == "".join(plain[1].split())
        page.click("[data-do=finish]")
        page.click("#ask [value=yes]")
        page.wait_for_selector("body[data-finished]")
    quotes, coding = adjudicated(study, "anna")
    assert len(quotes) == 3
    first, second = quotes["m1.1"], quotes["m1.2"]
    assert (first.start, first.end) == (2674, 2757)
    assert text[second.start : second.end] == text[2758:2834]
    added = next(quote for id_, quote in quotes.items() if id_.startswith("r"))
    assert text[added.start : added.end] == missed
    assert (added.open_code, added.axial) == ("fitting tools to people", ["tools_for_people"])
    assert coding.coder.assisted
    assert coding.incomplete is None
    assert "tools_for_people" in study.codebook_path.read_text()


def test_by_keyboard_alone(study, chromium):
    with reviewing(study, "--reviewer", "anna") as address, page_of(chromium, address) as page:
        press(page, "?")
        assert page.locator("#keys").is_visible()
        press(page, "Escape", "n")
        decided(page, lambda: press(page, "a"))
        press(page, "r")
        page.wait_for_selector("form[data-for=reject]:not([hidden])")
        decided(page, lambda: press(page, "1"))
        decided(page, lambda: press(page, "u"))
        decided(page, lambda: press(page, "U"))
        press(page, "n", "o")
        page.wait_for_selector("form[data-for=open_code]:not([hidden])")
        page.keyboard.insert_text("named by hand")
        decided(page, lambda: press(page, "Enter"))
        before = page.evaluate("scrollY")
        press(page, "c")
        page.wait_for_selector("form[data-for=axial]:not([hidden])")
        page.keyboard.type("version")
        # The passage stays in sight while its codes are typed.
        assert page.evaluate("scrollY") == before
        press(page, "Enter")
        decided(page, lambda: press(page, "Enter"))
        press(page, "e")
        page.wait_for_selector("#chooser:not([hidden])")
        press(page, "Shift+ArrowLeft", "x", "Shift+ArrowRight")
        decided(page, lambda: press(page, "Enter"))
        press(page, "t")
        page.wait_for_selector("form[data-for=comment]:not([hidden])")
        page.keyboard.type("Is this a practice?")
        decided(page, lambda: press(page, "Tab", "Enter"))
        press(page, "s")
        page.wait_for_selector("#chooser:not([hidden])")
        decided(page, lambda: press(page, "Enter"))
        kept = page.evaluate("location.hash").removeprefix("#row-")
        press(page, "m", "j")
        decided(page, lambda: press(page, "m"))
        press(page, "w", "ArrowDown", "Shift+ArrowRight", "Enter")
        page.keyboard.type("from the keyboard")
        decided(page, lambda: press(page, "Enter"))
        assert page.inner_text("#decided").endswith("decided, 1 added")
        # What was edited is not taken back by the key that accepts: it goes on.
        chosen(page, kept)
        press(page, "a")
        page.wait_for_selector(f'article[data-item]:not([data-item="{kept}"])')
    quotes, _ = adjudicated(study, "anna")
    assert {"from the keyboard"} <= {quote.open_code for quote in quotes.values()}
    named = quotes[kept]
    assert named.open_code.startswith("named by hand")
    assert "version_dp" in named.axial
    kinds = [event["decision"]["kind"] for event in _events(study, "anna")]
    assert kinds[1:] == [
        "accept", "reject", "undo", "redo", "open_code", "axial", "span", "comment", "split",
        "merge", "add",
    ]  # fmt: skip


def _events(study, reviewer):
    lines = study.review_path("p1", reviewer).read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_blind_shows_nothing_of_others_in_any_answer(study, chromium):
    text = load(study, "p1").text
    with (
        reviewing(study, "--reviewer", "jo", "--blind") as address,
        _blind(chromium, address) as (page, answers),
    ):
        press(page, "w", "ArrowDown", "ArrowDown", "Enter")
        page.keyboard.type("mine")
        decided(page, lambda: press(page, "Enter"))
        press(page, "/")
        page.keyboard.type("persona")
        press(page, "Enter", "Escape")
        # Asked for by name, what is there is not handed out either.
        assert page.evaluate("fetch('/item?id=m1.1').then(answer => answer.status)") == 404
        hidden = [answer.text() for answer in answers if answer.ok]
        assert len(hidden) > 5
        for words in hidden:
            for name in (*OF_THE_MODEL, "persona_to_tool_approach", "gold/"):
                assert name not in words, name
        page.click("[data-do=view]")
        page.click("#ask [value=yes]")
        page.wait_for_selector("text=scripted")
        chosen(page, "m1.1")
        decided(page, lambda: press(page, "a"))
    quotes, coding = adjudicated(study, "jo")
    (mine,) = [quote for quote in quotes.values() if quote.id.startswith("r")]
    assert mine.open_code == "mine"
    assert (mine.text, mine.provenance) == (text[mine.start : mine.end], "blind")
    assert quotes["m1.1"].provenance == "assisted"
    assert [quote.open_code for quote in coding.blind] == ["mine"]


@contextmanager
def _blind(chromium, address):
    """A page, and every answer that its browser gets."""
    context = chromium.new_context()
    page, answers = context.new_page(), []
    page.on("response", lambda answer: answers.append(answer) if "token=" not in answer.url else 0)
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    yield page, answers
    context.close()


def test_a_transcript_is_coded_from_scratch(study, chromium):
    shutil.rmtree(study.root / "runs")
    shutil.rmtree(study.root / "gold")
    text = load(study, "p1").text
    with reviewing(study, "--reviewer", "jo") as address, page_of(chromium, address) as page:
        assert page.inner_text("#decided") == "0 quotes"
        for word, code in (("catalog", "Catalogue"), ("orchestrat", "Orchestration")):
            start = text.index(word)
            page.evaluate(
                """async at => {
                      const words = await import("/words.js");
                      words.beginAt(at);
                      words.show();
                    }""",
                start,
            )
            press(page, "Shift+ArrowRight", "Enter")
            page.keyboard.type(f"about {code}")
            press(page, "Tab")
            page.keyboard.type(code)
            press(page, "Enter")
            decided(page, lambda: press(page, "Enter"))
            expect(page.locator(".chips li")).to_have_count(1)
            decided(page, lambda: press(page, "Enter"))
        assert page.inner_text("#decided") == "2 quotes"
        # A code that was typed and not chosen is not lost; one that is not there, asked about.
        press(page, "w", "Enter")
        page.fill("[role=combobox]", "Something else")
        press(page, "Escape")
        page.click("text=Add the quote")
        expect(page.locator(".new-code b")).to_have_text("Something else")
        page.click("[data-cancel]")
        page.fill("[role=combobox]", "catalogue")
        press(page, "Escape")
        decided(page, lambda: page.click("text=Add the quote"))
        assert page.locator("#codebook li").count() == 2
    quotes, coding = adjudicated(study, "jo")
    assert not coding.coder.assisted
    assert sorted(quote.axial[0] for quote in quotes.values()) == [
        "catalogue", "catalogue", "orchestration",
    ]  # fmt: skip
    for quote in quotes.values():
        assert quote.text == text[quote.start : quote.end]
    assert [len(quote.text.split()) for quote in quotes.values() if quote.open_code] == [2, 2]


def test_a_second_tab_and_a_second_process_are_told(study, chromium):
    with (
        reviewing(study, "--reviewer", "anna") as address,
        page_of(chromium, address) as page,
        reviewing(study, "--reviewer", "anna") as another,
    ):
        tab = page.context.new_page()
        tab.goto(address.split("?")[0])
        tab.wait_for_selector("body[data-ready]")
        with page_of(chromium, another) as elsewhere:
            chosen(page, "m1.1")
            decided(page, lambda: press(page, "a"))
            for late in (tab, elsewhere):
                chosen(late, "m1.1")
                press(late, "r")
                late.click("[data-reason]")
                expect(late.locator("#notice")).to_contain_text("elsewhere")
                late.click("#notice button")
                late.wait_for_selector('[id="row-m1.1"][data-status=accepted]')
    assert [event["decision"]["kind"] for event in _events(study, "anna")] == ["open", "accept"]


def test_what_was_acknowledged_is_there_after_a_kill(study, chromium):
    """Killed while decisions are on their way; the 50 places in the file are held elsewhere."""
    dice = random.Random(5)
    acknowledged = 1
    for _ in range(3):
        with (
            reviewing(study, "--reviewer", "anna", end=signal.SIGKILL) as address,
            page_of(chromium, address) as page,
        ):
            assert int(page.get_attribute("body", "data-seq")) >= acknowledged
            press(page, "n", *"a" * 6)
            page.wait_for_timeout(dice.randrange(50, 400))
            address.server.kill()
            acknowledged = int(page.get_attribute("body", "data-seq"))
    assert acknowledged > 1
    assert len(_events(study, "anna")) >= acknowledged


def test_narrow_or_enlarged_nothing_scrolls_sideways(study, chromium):
    """640 pixels are a window of 1,280 at 200 %."""
    with (
        reviewing(study, "--reviewer", "anna") as address,
        page_of(chromium, address, color_scheme="dark") as page,
    ):
        press(page, "n")
        page.wait_for_selector("article[data-item]")
        for width, key in itertools.product((320, 400, 640, 900), ("", "o", "c")):
            page.set_viewport_size({"width": width, "height": 700})
            press(page, *key)
            page.wait_for_timeout(50)
            beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert beyond <= 0, (width, key)
            press(page, "Escape")
        unnamed = page.evaluate(UNNAMED)
        assert unnamed == []


def test_what_several_runs_agree_on_is_accepted_at_once(study, chromium):
    """A second run has half of the quotes, and another code for one of them."""
    again = RUN.replace("20260101", "20260102")
    runs = study.runs_path("p1")
    shutil.copytree(runs / RUN, runs / again)
    coding = json.loads((runs / again / "coding.json").read_text())
    del coding["quotes"][::2]
    coding["quotes"][0]["axial"] = ["schema_registry"]
    (runs / again / "coding.json").write_text(json.dumps(coding))
    agreed = len(coding["quotes"]) - 1
    with (
        reviewing(study, "--reviewer", "anna", "--run", RUN, "--run", again) as address,
        page_of(chromium, address) as page,
    ):
        expect(page.locator("[data-do=all]")).to_have_text(f"Accept {agreed} that runs agree on")
        press(page, "A")
        page.click("#ask [value=no]")
        page.click("[data-do=all]")
        expect(page.locator("#ask")).to_contain_text("At least two runs have the same codes there.")
        decided(page, lambda: page.click("#ask [value=yes]"))
        expect(page.locator("#rows [data-status=accepted]")).to_have_count(agreed)
        expect(page.locator("[data-do=all]")).to_be_hidden()
        decided(page, lambda: press(page, "u"))
        expect(page.locator("[data-do=all]")).to_be_visible()
        decided(page, lambda: press(page, "U"))
    quotes, _ = adjudicated(study, "anna")
    assert len(quotes) == agreed
    assert {quote.provenance for quote in quotes.values()} == {"assisted"}
    kinds = [event["decision"]["kind"] for event in _events(study, "anna")]
    assert kinds == ["open", "accept_all", "undo", "redo"]


def test_two_people_agree_on_one_coding(study, chromium):
    """The same passage to the offset, one that ends elsewhere, and one that kim rejected."""
    place = Review.open(study, "p1", "kim").item("m1.2").quote.span
    sooner = load(study, "p1").text.rindex(" ", place.start, place.end)
    for name, last in (
        ("jo", [Accept(item="m1.2"), Accept(item="m1.3")]),
        ("kim", [EditSpan(item="m1.2", start=place.start, end=sooner),
                 Reject(item="m1.3", reason="said <b>elsewhere</b>")]),
    ):  # fmt: skip
        review = Review.open(study, "p1", name)
        for decision in (Accept(item="m1.1"), *last, Finish()):
            review.decide(decision)
        review.write()
    with reviewing(study, "--discuss", "jo", "kim") as address, page_of(chromium, address) as page:
        assert page.inner_text(".about") == "jo+kim: what jo and kim agree on"
        assert page.inner_text("#decided") == "0 of 3 decided"
        assert page.inner_text("[data-do=all]") == "Accept 1 that both agree on"
        page.click("[data-do=all]")
        expect(page.locator("#ask")).to_contain_text("Both marked the same words")
        decided(page, lambda: page.click("#ask [value=yes]"))
        chosen(page, "h1.2")
        assert page.locator(".reading h4").all_inner_texts() == [
            f"{name}\ngold/p1.{name}.json" for name in ("jo", "kim")
        ]
        decided(page, lambda: page.click("[data-source=h2]"))
        chosen(page, "h1.3")
        expect(page.locator(".opinions")).to_contain_text("kim rejected: said <b>elsewhere</b>")
        decided(page, lambda: press(page, "r", "4"))
        page.click("[data-do=finish]")
        page.click("#ask [value=yes]")
        page.wait_for_selector("body[data-finished]")
    quotes, coding = adjudicated(study, "jo+kim")
    assert list(quotes) == ["h1.1", "h1.2"]
    assert (quotes["h1.2"].start, quotes["h1.2"].end) == (place.start, sooner)
    assert coding.incomplete is None


def test_the_slider_shows_more_and_what_is_decided_stays(study, chromium):
    """From the keyboard, with one event when it comes to rest; then a category of a proposal."""
    rank(study, id="p1")
    propose_categories(study, "p1")
    with reviewing(study, "--reviewer", "anna") as address, page_of(chromium, address) as page:
        marked, rows = page.locator("#marked"), page.locator("#rows .row:visible")
        first = (marked.inner_text(), page.inner_text("#decided"))
        total = Review.open(study, "p1", "anna").progress[1]
        assert first[1] == f"0 of {total} decided"
        # A panel that arrives late leaves the slider its keys.
        page.evaluate(
            """() => {
                  document.querySelector('[id="row-m1.2"] a').click();
                  document.getElementById("cut").focus();
                }"""
        )
        page.wait_for_selector('article[data-item="m1.2"]')
        expect(page.locator("#cut")).to_be_focused()
        press(page, "v", "ArrowRight", "ArrowRight")
        expect(marked).not_to_have_text(first[0])
        assert page.get_attribute("body", "data-seq") == "1"  # shown before it is recorded
        expect(page.locator("body")).to_have_attribute("data-seq", "2")
        loose = marked.inner_text()
        assert int(loose.split("· ")[1].split()[0]) > int(first[0].split("· ")[1].split()[0])
        assert page.get_attribute("#cut", "aria-valuetext") == loose
        many = rows.count()
        # Back under the threshold: in the list and dimmed in the text when they are asked for.
        decided(page, lambda: page.click("[data-do=run]"))
        assert (marked.inner_text(), page.inner_text("#decided")) == first
        assert page.locator("mark.considered").count() == 0
        assert rows.count() < many
        page.select_option("[name=status]", "considered")
        assert page.locator("mark.considered").count() > 0
        under = page.locator("#rows .row.under:visible").first.get_attribute("id")[4:]
        chosen(page, under)
        expect(page.locator("article h2")).to_contain_text("considered")
        decided(page, lambda: press(page, "a"))
        page.select_option("[name=status]", "")
        press(page, "v", "Home")
        expect(page.locator("body")).to_have_attribute("data-seq", "5")
        expect(page.locator(f'[id="row-{under}"]')).to_be_visible()
        assert page.locator("#rows .row:visible[data-heights]").count() < rows.count()
        strict = (marked.inner_text(), page.inner_text("#decided"), rows.count())
        page.reload()
        page.wait_for_selector("body[data-ready]")
        assert (marked.inner_text(), page.inner_text("#decided"), rows.count()) == strict
        decided(page, lambda: press(page, "u"))
        assert marked.inner_text() == first[0]
        page.click("[data-do=decided]")
        expect(page.locator("#notice")).to_contain_text("Too little is decided on p1")
        page.click(".book summary")
        expect(page.locator("#waiting")).to_have_text("2 proposed")
        page.click('[data-category="c1"] [data-category-act=accept]')
        expect(page.locator("#waiting")).to_have_text("1 proposed")
        expect(page.locator('[data-code="holding_together"]')).to_be_visible()
        assert page.evaluate(UNNAMED) == []
    quotes, _ = adjudicated(study, "anna")
    assert [(quote.id, quote.provenance) for quote in quotes.values()] == [(under, "assisted")]
    kinds = [event["decision"]["kind"] for event in _events(study, "anna")]
    assert kinds == ["open", "threshold", "threshold", "accept", "threshold", "undo"]
