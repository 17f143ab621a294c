"""Examples: those like the chunk and unlike each other, within the budget, the likest last."""

from pathlib import Path

import pytest
from learning import precedent, quote

from autocode.models.embedding import Lexical
from autocode.propose import examples as module
from autocode.propose.examples import Examples, shared_first
from autocode.propose.excerpts import Excerpt, excerpts
from autocode.transcript.readers import read_transcript

TOPICS = ("bees and honey and hives", "bees and honey and a hive", "taxes and lawyers and courts",
          "ships and harbours and sailors")  # fmt: skip
CHUNK = ["They talk about the bees, about honey, and about hives, and about nothing else at all."]

OTHER = "And after that they go on and on about ships, harbours, sailors, and the courts there."


def pool(folder: Path) -> list[Excerpt]:
    turns = [f"Ivo: So?\nPat: There is talk of {topic} today.\n" for topic in TOPICS]
    (folder / "t.txt").write_text("".join(turns))
    transcript = read_transcript(folder / "t.txt", "t")
    quotes = [quote(transcript, topic, f"There is talk of {topic} today.", []) for topic in TOPICS]
    return excerpts([precedent(transcript, *quotes)], coded=True)


def chosen(
    shown: list[Excerpt],
    budget: int = 100,
    most: int | None = None,
    others: tuple[str, ...] = (OTHER,),
) -> list[str]:
    made = Examples(shown, [*CHUNK, *others], lambda: Lexical("lexical"), lambda _: 10)
    return [excerpt.quotes[0].id for excerpt in made.chosen(CHUNK, budget, most)]


def test_the_likest_stands_last(tmp_path: Path) -> None:
    order = chosen(pool(tmp_path))
    assert sorted(order) == sorted(TOPICS)
    assert {order[-1], order[-2]} == set(TOPICS[:2])


def test_variety_comes_before_a_second_of_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RELEVANCE", 0.5)
    two = chosen(pool(tmp_path), most=2)
    assert len(set(TOPICS[:2]) & set(two)) == 1


def test_they_stay_within_the_budget(tmp_path: Path) -> None:
    assert len(chosen(pool(tmp_path), budget=29)) == 2
    assert chosen(pool(tmp_path), budget=9) == []
    assert len(chosen(pool(tmp_path), most=3)) == 3
    assert chosen([]) == []


def test_of_very_many_only_those_of_the_same_words_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    assert set(chosen(pool(tmp_path), others=())) == set(TOPICS[:2])


def test_what_all_requests_have_stands_first_and_in_the_same_order(tmp_path: Path) -> None:
    bees, hive, taxes, ships = pool(tmp_path)
    requests = [[taxes, ships, hive, bees], [bees, taxes, ships], [ships, hive, taxes]]
    assert shared_first(requests) == [
        [taxes, ships, hive, bees], [taxes, ships, bees], [taxes, ships, hive]]  # fmt: skip
    # One alone shares nothing, and keeps the likest last.
    assert shared_first(requests[:1]) == requests[:1]
    assert shared_first([]) == []
