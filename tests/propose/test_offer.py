"""The codes a request offers: grouped, explained, and what happens when there are too many."""

import re
from collections.abc import Sequence
from pathlib import Path

from learning import garden

from autocode.coding.codebook import Codebook
from autocode.coding.nouns import Code
from autocode.models.embedding import Kind, Lexical, Vectors
from autocode.propose.offer import MOST_CODES, Example, Offer, quotes_of
from autocode.propose.precedents import precedents
from autocode.transcript.seeds import load


def offer(codes: list[Code], budget: int = 1000, **examples: Example) -> Offer:
    return Offer(
        codes, examples, budget, lambda text: len(text.split()), lambda: Lexical("lexical")
    )


def test_codes_stand_by_kind_under_their_parents_with_definition_and_quote() -> None:
    codes = [
        Code(id="fees", label="Fees", kind="money", definition="What is paid\nregularly."),
        Code(id="shade"),
        Code(id="grants", label="Grants of the city", kind="money", parent="fees"),
        Code(id="rota", kind="practice", parent="fees"),
    ]
    made = offer(codes, grants=Example("g1", "q1", "The city paid."))
    offered, lines = made.to(["anything"])
    assert offered == codes
    assert lines == [
        "Money:",
        "- fees — What is paid regularly.",
        "  - grants: Grants of the city | e.g. “The city paid.”",
        "  - rota (practice)",
        "Of no kind:",
        "- shade",
    ]


def test_a_code_is_shown_by_words_that_say_it_from_elsewhere(tmp_path: Path) -> None:
    study = garden(tmp_path)
    codes, _ = Codebook.load(study.codebook_path).without("g4")
    others, _ = precedents(study, load(study, "g4"), codes)
    shown = quotes_of(codes, others)
    assert shown["water_rota"].words.startswith("We have a rota for the water")
    assert shown["grants"] == Example(
        "g2", "q1", "The city paid a grant for the fence after seven letters."
    )
    # It says the words of the code; the one that only has the code does not.
    assert shown["compost_heap"].transcript == "g3"
    assert "late_fees" not in shown


def test_of_a_long_codebook_the_nearest_are_explained_and_others_named() -> None:
    codes = [Code(id=f"code_{n}", label=f"Word{n} of a long label", definition="one two three")
             for n in range(40)]  # fmt: skip
    codes[30] = Code(id="bees", label="Bees and hives", definition="bees in hives")
    made = offer(codes, budget=100)
    assert not made.fits
    offered, lines = made.to(["They keep bees in hives."])
    assert "- bees: Bees and hives — bees in hives" in lines
    assert sum(re.fullmatch(r"- code_\d+", line) is not None for line in lines) > 5
    assert len(offered) < len(codes)
    assert sum(len(line.split()) for line in lines) <= made.tokens == 100


def test_no_request_offers_more_codes_than_servers_take() -> None:
    codes = [Code(id=f"c{n}") for n in range(MOST_CODES + 7)]
    offered, _ = offer(codes, budget=10**6).to(["They keep bees."])
    assert len(offered) == MOST_CODES


def test_what_transcripts_share_of_a_codebook_is_embedded_once() -> None:
    asked: list[str] = []

    class Counting(Lexical):
        def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
            asked.extend(texts if kind == "query" else [])
            return super().embed(texts, kind)

    codes = [Code(id=f"bed_{n}", definition="what grows there") for n in range(30)]
    embedder = Counting("counting")
    first, second = (
        Offer(some, {}, 50, lambda text: len(text.split()), lambda: embedder)
        for some in (codes[:20], codes[10:])
    )
    assert "- bed_3 — what grows there" in first.to(["bed 3"])[1]
    assert "- bed_25 — what grows there" in second.to(["bed 25"])[1]
    assert len(asked) == len(set(asked)) == 30
