"""Topics: where a cut hurts least, and the question and list that talk refers back to."""

from autocode.propose.topics import ANSWER, REMARK, cut_costs, referred
from autocode.transcript.nouns import Span, Transcript, Turn
from autocode.transcript.sentences import sentences

LIST = "There are three ways. " + "One may pay by the month or by what one earns. " * 6
QUESTION = "And which of these would you choose for the garden?"


def transcript(*said: tuple[str, str]) -> Transcript:
    turns, offset = [], 0
    for number, (who, words) in enumerate(said, 1):
        role = "interviewer" if who == "I" else "participant"
        turns.append(Turn(number, who, role, offset, offset + len(words), number))  # type: ignore[arg-type]
        offset += len(words) + 2
    return Transcript("t", "\n\n".join(words for _, words in said), tuple(turns))


def context(source: Transcript, number: int, room: int) -> list[str]:
    """What turn `number` refers to, of at most `room` words."""
    start = source.turns[number - 1].start
    cost = lambda span: len(source.text[span.start : span.end].split())  # noqa: E731
    spans = referred(source, sentences(source.text), start, cost, room)
    return [source.text[span.start : span.end].strip() for span in spans]


TALK = transcript(("I", LIST), ("P", "Hm."), ("I", "Yes?"), ("P", "Well."), ("I", QUESTION),
                  ("P", "The second."), ("I", "Okay."), ("P", "It is fair."))  # fmt: skip


def test_talk_refers_to_the_last_question_and_the_list_before_it() -> None:
    assert context(TALK, 6, 500) == [LIST.strip(), QUESTION]
    # A remark ("Okay.") is no question.
    assert context(TALK, 8, 500) == [LIST.strip(), QUESTION]
    assert context(TALK, 2, 500) == [LIST.strip()]
    assert context(TALK, 1, 500) == []


def test_of_what_does_not_fit_the_end_is_shown() -> None:
    assert context(TALK, 6, 21) == ["One may pay by the month or by what one earns.", QUESTION]
    assert context(TALK, 6, 10) == [QUESTION]
    assert context(TALK, 6, 9) == []


def test_a_list_far_back_is_no_longer_meant() -> None:
    much = [("P", "Well."), ("I", "Yes.")] * 5
    source = transcript(("I", LIST), *much, ("I", QUESTION), ("P", "So."))
    assert context(source, len(source.turns), 500) == [QUESTION]


def test_a_long_question_in_new_words_is_the_best_place_to_cut() -> None:
    bees = "We keep bees behind the orchard, and every beekeeper looks after these bees."
    fees = "Then let us speak about membership fees, grants, prizes and donations this season."
    more = "You said bees behind the orchard: which beekeeper looks after every one of them?"
    money = "Members paid different amounts throughout those years, roughly thirty. " * 15
    source = transcript(("I", bees), ("P", bees), ("I", fees), ("P", money), ("I", bees),
                        ("P", bees), ("I", more), ("P", bees), ("I", "Okay."), ("P", bees),
                        ("P", bees))  # fmt: skip
    costs = [cut_costs(source)[turn.start] for turn in source.turns[1:]]
    new, same, remark = costs[1], costs[5], costs[7]
    assert new < min(same, remark)
    assert max(same, remark) <= REMARK
    assert [costs[0], costs[2], costs[-1]] == [ANSWER, ANSWER, REMARK]


def test_nobody_need_ask() -> None:
    source = transcript(("P", "One."), ("P", "Two."))
    assert cut_costs(source) == {6: REMARK}
    assert referred(source, [Span(0, 6), Span(6, 10)], 6, lambda _: 1, 9) == []
