"""The ranking: what a threshold keeps, whole ranks, ceilings, and that it can be moved back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.coding.files import coding_json
from autocode.coding.nouns import CodedWith, Coder, Coding, Critique, Quote, TranscriptRef
from autocode.coding.ranking import (
    LEAST_DECISIONS,
    Rank,
    Threshold,
    at_rank,
    at_share,
    capped,
    characters_of,
    from_decisions,
    is_ranked,
    kept,
    levels,
)
from autocode.errors import StudyError

LENGTH = 1000


def quote(number: int, start: int, end: int, **about: Any) -> Quote:
    return Quote(id=f"q{number}", start=start, end=end, text="x" * (end - start), status="exact",
                 **about)  # fmt: skip


def considered(*quotes: Quote) -> Coding:
    codes = [CodedWith(id=code) for code in dict.fromkeys(c for q in quotes for c in q.axial)]
    about = TranscriptRef(id="p1", sha256="0" * 64, length=LENGTH)
    return Coding(transcript=about, coder=Coder(id="m", kind="model"), quotes=list(quotes),
                  codes=codes)  # fmt: skip


def at(support: int, salience: int = 0) -> Threshold:
    return at_rank(Rank(support, salience), rule="chosen", why="")


FIVE = considered(
    *(quote(n, 100 * n, 100 * n + 50, salience=n, axial=[f"c{n}"]) for n in range(1, 6))
)


def ids(coding: Coding) -> list[str]:
    return [quote.id for quote in coding.quotes]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9))))
def test_characters_that_several_quotes_cover_count_once(places) -> None:
    quotes = [quote(n, start, start + size) for n, (start, size) in enumerate(places)]
    covered = {at for start, size in places for at in range(start, start + size)}
    assert characters_of(quotes) == len(covered)


def test_answers_count_first_then_salience() -> None:
    often, sure = quote(1, 0, 10, support=3, salience=2), quote(2, 20, 30, support=2, salience=5)
    assert Rank.of(often) > Rank.of(sure) > Rank.of(quote(3, 40, 50, support=2, salience=4))
    dropped = quote(4, 60, 70, support=3, salience=5, critique=Critique(verdict="drop", reason=""))
    assert Rank.of(dropped) == Rank(0, 5)


def test_a_threshold_keeps_ranks_whole_and_the_codes_in_use() -> None:
    coding = kept(FIVE, at(1, 4))
    assert ids(coding) == ["q4", "q5"]
    assert [code.id for code in coding.codes] == ["c4", "c5"]
    assert [level[1:] for level in levels(FIVE)] == [
        (1, 50),
        (1, 100),
        (1, 150),
        (1, 200),
        (1, 250),
    ]


@pytest.mark.parametrize(
    ("share", "number"), [(0.001, 1), (0.09, 2), (0.12, 2), (0.125, 3), (0.13, 3), (0.9, 5)]
)
def test_a_share_is_met_by_the_nearest_rank(share: float, number: int) -> None:
    threshold = at_share(FIVE, share, LENGTH, rule="chosen", why="")
    assert len(kept(FIVE, threshold).quotes) == number
    assert threshold.marked == number * 5 / 100


@pytest.mark.parametrize(("share", "number"), [(0.001, 2), (0.12, 2), (0.13, 3)])
def test_what_is_likely_is_kept_whatever_the_share(share: float, number: int) -> None:
    threshold = at_share(FIVE, share, LENGTH, likely=True, rule="codings", why="")
    assert len(kept(FIVE, threshold).quotes) == number


def test_likely_is_what_all_answers_call_so() -> None:
    ranked = considered(
        *(quote(n, 10 * n, 10 * n + 10, support=(n + 1) // 2, salience=5 - n % 2)
          for n in range(1, 5))
    )  # fmt: skip
    threshold = at_share(ranked, 0.001, LENGTH, likely=True, rule="codings", why="")
    assert ids(kept(ranked, threshold)) == ["q3", "q4"]


def test_a_ceiling_raises_the_threshold_above_what_is_likely() -> None:
    threshold = at_share(FIVE, 0.5, LENGTH, ceiling=0.06, likely=True, rule="codings", why="")
    assert len(kept(FIVE, threshold).quotes) == 1


def test_a_ceiling_raises_the_threshold() -> None:
    threshold = capped(FIVE, at(1, 1), LENGTH, 0.12)
    assert (threshold.salience, threshold.marked, threshold.characters) == (4, 0.1, None)


def test_where_the_best_rank_is_too_much_its_longest_passages_stay() -> None:
    alike = considered(*(quote(n, 100 * n, 100 * n + 10 * n, salience=3) for n in range(1, 6)))
    threshold = capped(alike, at(1, 1), LENGTH, 0.1)
    assert ids(kept(alike, threshold)) == ["q1", "q4", "q5"]
    assert threshold.marked == 0.1


def test_parts_of_a_passage_are_joined_under_the_best() -> None:
    parts = considered(
        quote(1, 0, 10, support=1, axial=["a"]),
        quote(2, 10, 30, support=3, axial=["b"], follows="q1"),
        quote(3, 30, 40, support=2, axial=["c"], follows="q2"),
        quote(4, 40, 50, support=3, axial=["d"]),
    )
    places = {
        support: [(q.id, q.start, q.end, q.axial) for q in kept(parts, at(support)).quotes]
        for support in (3, 2, 1)
    }
    assert places[3] == [("q2", 10, 30, ["b"]), ("q4", 40, 50, ["d"])]
    assert places[2] == [("q2", 10, 40, ["b"]), ("q4", 40, 50, ["d"])]
    assert places[1] == [("q2", 0, 40, ["b"]), ("q4", 40, 50, ["d"])]
    assert all(q.follows is None for q in kept(parts, at(1)).quotes)


def test_what_stands_nowhere_in_the_text_is_always_counted() -> None:
    lost = Quote(id="q9", text="never said", status="missing", salience=1)
    assert ids(kept(considered(*FIVE.quotes, lost), at(1, 5))) == ["q5", "q9"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), max_size=12), st.data())
def test_moving_the_threshold_there_and_back_changes_nothing(ranks: Any, data: Any) -> None:
    quotes = [
        quote(n, 20 * n, 20 * n + 5 + n, support=support or None, salience=salience)
        for n, (support, salience) in enumerate(ranks)
    ]
    every = considered(*quotes)
    tight, loose = sorted(data.draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
    thresholds = [at_share(every, share, LENGTH, rule="chosen", why="") for share in (tight, loose)]
    small, large = (kept(every, threshold) for threshold in thresholds)
    assert set(ids(small)) <= set(ids(large))
    assert coding_json(kept(every, thresholds[0])) == coding_json(small)


def test_decisions_move_the_threshold_to_where_they_agree() -> None:
    quotes = [quote(n, 20 * n, 20 * n + 10, salience=1 + n % 5) for n in range(20)]
    every = considered(*quotes)
    decisions = {q.id: (q.salience or 0) >= 4 for q in quotes[:LEAST_DECISIONS]}
    threshold = from_decisions(every, decisions, at(1, 1), LENGTH, None)
    assert (threshold.rank, threshold.rule, threshold.assisted) == (Rank(1, 4), "assisted", True)
    assert "10 decisions on this transcript, 4 to accept" in threshold.why
    for few in (dict(list(decisions.items())[1:]), dict.fromkeys(decisions, True)):
        with pytest.raises(StudyError, match="too little is decided"):
            from_decisions(every, few, at(1, 1), LENGTH, None)


def test_of_thresholds_that_agree_as_well_the_nearest_is_taken() -> None:
    quotes = [quote(n, 20 * n, 20 * n + 10, salience=1 if n < 5 else 5) for n in range(10)]
    middle = [quote(20 + n, 400 + 20 * n, 410 + 20 * n, salience=n) for n in (2, 3, 4)]
    every = considered(*quotes, *middle)
    decisions = {q.id: q.salience == 5 for q in quotes}
    for now, expected in ((2, 2), (4, 4), (1, 2)):
        threshold = from_decisions(every, decisions, at(1, now), LENGTH, None)
        assert threshold.salience == expected


def test_a_coding_without_salience_has_no_ranking() -> None:
    assert not is_ranked(considered(quote(1, 0, 10)))
    assert is_ranked(FIVE)


@pytest.mark.parametrize(
    ("rank", "answers", "words"),
    [
        (Rank(0, 5), 1, "also what the critic would drop"),
        (Rank(1, 0), 1, "every proposal"),
        (Rank(1, 4), 1, "salience 4 or higher"),
        (Rank(2, 0), 3, "what stands in at least 2 of 3 answers"),
        (Rank(2, 4), 3, "what stands in 2 of 3 answers with salience 4 or higher, or in more"),
        (Rank(3, 4), 3, "what stands in all 3 answers with salience 4 or higher"),
    ],
)
def test_a_rank_and_all_above_it_in_words(rank: Rank, answers: int, words: str) -> None:
    assert rank.at_least(answers) == words
