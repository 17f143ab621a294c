"""Several answers, one list of passages: support by part, codes by vote, boundaries by majority."""

from typing import Any

from autocode.coding.nouns import CodedWith, Coder, Coding, Failure, Quote, TranscriptRef
from autocode.coding.ranking import Rank, at_rank, kept
from autocode.propose.consensus import consensus

TEXT = "One is here. Two is here. Three is here. Four is here. Five is here."
ONE, TWO, THREE, FOUR, FIVE = 0, 13, 26, 41, 55
ENDS = {ONE: 12, TWO: 25, THREE: 40, FOUR: 54, FIVE: 68}


def quote(first: int, last: int, *axial: str, **about: Any) -> Quote:
    end = ENDS[last]
    fields = {"open_code": "a code", "chunk": 1, "salience": 3} | about
    return Quote(id="q1", start=first, end=end, text=TEXT[first:end], status="exact",
                 axial=list(axial), **fields)  # fmt: skip


def answer(*quotes: Quote, failures: Any = ()) -> Coding:
    return Coding(
        transcript=TranscriptRef(id="p", sha256="0" * 64, length=len(TEXT)),
        coder=Coder(id="m", kind="model"),
        quotes=[q.model_copy(update={"id": f"q{n}"}) for n, q in enumerate(quotes, 1)],
        codes=[CodedWith(id=code) for code in dict.fromkeys(c for q in quotes for c in q.axial)],
        failures=list(failures),
    )


def together(*answers: Coding, max_codes: int = 2) -> Coding:
    return consensus(answers, TEXT, max_codes)


def at(coding: Coding, support: int) -> list[str]:
    return [q.text for q in kept(coding, at_rank(Rank(support, 0), rule="chosen", why="")).quotes]


def test_one_answer_stays_as_it_is() -> None:
    alone = answer(quote(ONE, TWO), quote(TWO, THREE))
    assert together(alone) is alone


def test_each_part_has_the_answers_it_stood_in() -> None:
    coding = together(
        answer(quote(ONE, THREE)), answer(quote(TWO, THREE)), answer(quote(TWO, FOUR))
    )
    assert [(q.text.strip(), q.support) for q in coding.quotes] == [
        ("One is here.", 1), ("Two is here. Three is here.", 3), ("Four is here.", 1)
    ]  # fmt: skip
    assert at(coding, 3) == ["Two is here. Three is here."]
    assert at(coding, 1) == [TEXT[: ENDS[FOUR]]]


def test_white_space_between_sentences_parts_nothing() -> None:
    coding = together(answer(quote(ONE, ONE)), answer(quote(TWO, TWO)), answer(quote(ONE, TWO)))
    assert [q.support for q in coding.quotes] == [2, 2]
    assert at(coding, 2) == ["One is here. Two is here."]


def test_neighbours_that_most_keep_apart_stay_apart() -> None:
    apart = answer(quote(ONE, ONE), quote(TWO, TWO))
    assert at(together(apart, apart, answer(quote(ONE, TWO))), 3) == [
        "One is here.",
        "Two is here.",
    ]
    joined = answer(quote(ONE, TWO))
    assert at(together(apart, joined), 2) == ["One is here. Two is here."]


def test_codes_are_chosen_by_half_of_the_answers_at_least() -> None:
    coding = together(
        answer(quote(ONE, ONE, "a", "b")), answer(quote(ONE, ONE, "b", "c")),
        answer(quote(ONE, ONE, "b")), answer(quote(ONE, ONE, "a")),
    )  # fmt: skip
    assert coding.quotes[0].axial == ["b", "a"]
    assert together(*(answer(quote(ONE, ONE, code)) for code in "abc")).quotes[0].axial == ["a"]
    none = [answer(quote(ONE, ONE)), answer(quote(ONE, ONE))]
    assert together(*none, answer(quote(ONE, ONE, "a"))).quotes[0].axial == []


def test_the_words_are_of_the_quote_that_is_most_like_the_others() -> None:
    coding = together(
        answer(quote(ONE, FIVE, open_code="far too long")),
        answer(quote(TWO, THREE, open_code="just right", salience=5)),
        answer(quote(TWO, FOUR, open_code="nearly right")),
    )
    heart = max(coding.quotes, key=Rank.of)
    assert (heart.open_code, heart.salience, heart.support) == ("nearly right", 3, 3)


def test_overlapping_quotes_of_one_answer_count_once() -> None:
    coding = together(answer(quote(ONE, TWO), quote(TWO, THREE)), answer(quote(TWO, TWO)))
    assert max(q.support or 0 for q in coding.quotes) == 2


def test_what_is_not_in_the_text_and_what_failed_is_kept() -> None:
    lost = Quote(id="q1", text="never said", status="missing")
    failure = Failure(chunk=1, step="single", kind="empty", detail="", answer=2)
    coding = together(answer(lost), answer(lost), answer(failures=[failure]))
    assert [(q.text, q.support) for q in coding.quotes] == [("never said", 2)]
    assert coding.failures == [failure]
