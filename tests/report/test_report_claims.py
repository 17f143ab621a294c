"""What a report claims is backed by the p or the interval that stands at its pointer.

The page is read back: every sentence that says that something is more, better or agrees must hold
the numbers that show it, and they must show it in comparison.json.
"""

import json
import random
import re
from html.parser import HTMLParser

import pytest
from reported import MARKS, OTHERS, coding, evidence, material, three_coders, transcript, twelve

from autocode.coding.materials import Material
from autocode.coding.sources import Source
from autocode.report.render.html import html_of
from autocode.report.sections import document_of

CLAIM = re.compile(r"\b(more|better|agree|agrees|agreed|worse|exceeds?|beats?|above|clear)\b", re.I)
# What is said of no figure, or denies that something was shown.
NO_CLAIM = re.compile(
    r"is not shown to (exceed|be better)|as much or more|no clear difference|differ by more than"
    r"|two people (would )?agree|whether two coders agree|agreement on|no figure above"
)


def _random(seed):
    """A model that marks at random, with random codes."""
    dice, of = random.Random(seed), transcript(turns=60)
    starts = sorted(dice.sample(range(1, 60, 2), 6))
    marks = [(100 * n + 10, 100 * n + dice.randint(40, 90), dice.choice("abc")) for n in starts]
    return material(of, MARKS, marks)


def _people():
    of = transcript()
    pair = (coding(of, "anna", MARKS), coding(of, "ben", OTHERS))
    return Material(tuple(map(Source.of, pair)), of)


# Half of the participant's turns, so that there are intervals; and nearly the same.
MANY = [(110 + 400 * at, 180 + 400 * at, "abcde"[at % 5]) for at in range(10)]
NEAR = [(start + 9 * (at % 2), end, code) for at, (start, end, code) in enumerate(MANY[:-1])]
CASES = {
    "one": lambda: [material()],
    "twelve": twelve,
    "four": lambda: twelve()[:4],
    "identical": lambda: [material(theirs=MARKS)],
    "alike": lambda: [material(ours=MANY, theirs=NEAR)],
    "disjoint": lambda: [material(ours=MARKS[:1], theirs=[(2100, 2190, "b")])],
    "empty": lambda: [material(theirs=[])],
    "assisted": lambda: [material(gold={"assisted": True})],
    "people": lambda: [_people()],
    "three": lambda: [three_coders()],
    **{f"random {seed}": lambda seed=seed: [_random(seed)] for seed in range(4)},
}


class Page(HTMLParser):
    """The paragraphs, items and captions of a page; a number is `⟦pointer⟧`."""

    def __init__(self):
        super().__init__()
        self.blocks, self._open, self._skip = [], False, False

    def handle_starttag(self, tag, attrs):
        if tag in ("p", "li", "figcaption"):
            self._open = True
            self.blocks.append("")
        elif tag == "data" and self._open:
            self.blocks[-1] += f"⟦{dict(attrs)['data-path']}⟧"
            self._skip = True

    def handle_endtag(self, tag):
        self._open &= tag not in ("p", "li", "figcaption")
        self._skip &= tag != "data"

    def handle_data(self, data):
        if self._open and not self._skip:
            self.blocks[-1] += data


def read(found):
    """The page of some evidence, and its comparison.json."""
    return html_of(document_of(found)), json.loads(json.dumps(found.numbers.tree))


def sentences(html):
    page = Page()
    page.feed(html)
    return [part for block in page.blocks for part in re.split(r"(?<=[.?])\s+(?=[A-Z⟦])|; ", block)]


def leaf(tree, pointer):
    for key in pointer.strip("/").split("/"):
        tree = tree[int(key)] if isinstance(tree, list) else tree[key.replace("~1", "/")]
    return tree


def backed(sentence, tree):
    """Whether the numbers that a sentence holds show what it claims."""
    pointers = re.findall("⟦([^⟧]+)⟧", sentence)
    if "exceeds chance" in sentence:
        (p,) = [pointer for pointer in pointers if pointer.endswith("/null/p")]
        figure = leaf(tree, p.removesuffix("/null/p"))
        return figure["null"]["p"] <= 0.05 and figure["value"] > 0
    if "better than the best" in sentence:
        figures, baselines = pointers[::2], pointers[1::2]
        assert all(pointer.startswith("/baselines/") for pointer in baselines)
        return bool(figures) and all(map(lambda a, b: better(tree, a, b), figures, baselines))
    if "above the best" in sentence and "no interval to say how surely" in sentence:
        figures, baselines = pointers[::2], pointers[1::2]
        return bool(figures) and all(map(lambda a, b: above(tree, a, b), figures, baselines))
    return False


def better(tree, figure, baseline):
    """By the interval of the difference between the two."""
    reached = leaf(tree, baseline.removesuffix("/value"))
    apart = reached["parts"]["difference"]
    shown = leaf(tree, figure)
    return apart["low"] > 0 and apart["value"] == pytest.approx(shown - reached["value"])


def above(tree, figure, baseline):
    """By the values alone: the difference has no interval."""
    assert baseline.startswith("/baselines/")
    apart = leaf(tree, baseline.removesuffix("/value"))["parts"]["difference"]
    return leaf(tree, figure) > leaf(tree, baseline) and apart.get("low") is None


def claims(html):
    return [s for s in sentences(html) if CLAIM.search(s) and not NO_CLAIM.search(s)]


SLOW = [pytest.param(case, marks=pytest.mark.slow) for case in ("twelve", "four")]


@pytest.mark.parametrize(
    "case", [*(case for case in CASES if case not in ("twelve", "four")), *SLOW]
)
def test_every_claim_is_backed(case):
    html, tree = read(evidence(*CASES[case](), with_runs=case not in ("people", "three")))
    assert [s for s in claims(html) if not backed(s, tree)] == []
    if case == "identical":
        assert any("above the best" in s for s in claims(html))
        assert not any("not shown to be better" in s for s in sentences(html))
    if case == "alike":
        assert any("exceeds chance" in s for s in claims(html))
        assert any("better than the best" in s for s in claims(html))


def test_an_unbacked_claim_is_found():
    html, tree = read(evidence(material(ours=MANY, theirs=MANY)))
    claim = next(s for s in claims(html) if "exceeds chance" in s)
    tree["spans"]["char"]["f1"]["null"]["p"] = 0.06
    assert not backed(claim, tree)


def test_two_models_are_not_set_beside_people():
    of = transcript()
    pair = [coding(of, who, marks, kind="model") for who, marks in (("a", MARKS), ("b", OTHERS))]
    html, _ = read(evidence(Material(tuple(map(Source.of, pair)), of)))
    said = " ".join(sentences(html))
    assert "a and b each coded" in said
    assert "one human coding" not in said


def test_people_are_judged_by_no_baseline():
    html, _ = read(evidence(_people(), with_runs=False))
    said = " ".join(sentences(html))
    assert not re.search("better than|as much or more|the model ", said)
    assert "gold" not in said
