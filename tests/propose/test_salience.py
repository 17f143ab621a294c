"""Salience: each feature moves it the way its rule says, and languages have words of their own."""

import numpy as np
import pytest

from autocode.models.embedding import Lexical
from autocode.propose import salience as features
from autocode.propose.salience import salience
from autocode.propose.selection import Candidates, candidates
from autocode.transcript.nouns import Transcript, Turn
from autocode.transcript.sentences import sentences

LEXICAL = Lexical("lexical")


def source(*turns: str) -> Candidates:
    """The candidates of a transcript with these turns, all of them to be coded."""
    text, nouns = "\n\n".join(turns), []
    for number, words in enumerate(turns, 1):
        start = sum(len(before) + 2 for before in turns[: number - 1])
        nouns.append(Turn(number, None, None, start, start + len(words), number))
    return candidates(Transcript("s1", text, tuple(nouns)), sentences(text), ())


def scores(found: Candidates, *topics: str) -> list[float]:
    return list(salience(found, found.windows(LEXICAL), topics, LEXICAL))


def test_a_topic_is_found_among_other_talk() -> None:
    talk = "We went there by bus and it rained. " * 3
    found = source(talk + "The data catalog lists data products. " + talk.strip())
    best = int(np.argmax(scores(found, "data catalog")))
    assert "catalog" in found.words[best]


def test_the_middle_of_a_turn_counts_for_more_than_its_ends() -> None:
    found = source("The bus was late. " * 10 + "The bus was late.")
    ranked = scores(found)
    assert ranked[6] > ranked[0]
    assert ranked[6] > ranked[-1]


def test_a_long_turn_counts_for_more_up_to_a_limit() -> None:
    short, longer, longest = (
        "The bus was late.",
        "The bus was late. " * 29,
        "The bus was late. " * 99,
    )
    found = source(short, longer.strip(), longest.strip())
    by_turn = [
        np.mean([s for s, t in zip(scores(found), found.turns, strict=True) if t.number == number])
        for number in (1, 2, 3)
    ]
    assert by_turn[0] < by_turn[1]
    assert by_turn[2] == pytest.approx(by_turn[1], abs=0.15)


def test_reasons_count_and_reactions_do_not() -> None:
    plain, reason = "The bus goes by the river.", "The bus should go by the river."
    reaction = "Yeah, exactly, I agree."
    ranked = scores(source(plain, reason, reaction), "bus", "river")
    assert ranked[1] > ranked[0] > ranked[2]


@pytest.mark.parametrize(
    ("language", "with_reason", "without"),
    [
        ("en", "It depends on the bus.", "It is the bus."),
        ("en", "That’s why we do it.", "That is what we do."),
        ("de", "Das müssen wir, weil es regnet.", "Das war gestern, und es regnet."),
        ("fr", "Il faut le faire parce qu’il pleut.", "Il pleut et nous restons."),
        ("nl", "Dat moet omdat het regent.", "Dat is het weer."),
        ("ru", "Это важно, потому что идёт дождь.", "Это дождь."),
    ],
)
def test_reasoning_words_are_those_of_the_language(
    language: str, with_reason: str, without: str
) -> None:
    shares = features._reasoning([with_reason, without], language)
    assert shares[0] > 0
    assert shares[1] == 0


def test_a_language_without_a_list_has_no_reasoning_words() -> None:
    assert not features._reasoning(["It depends on the bus."], None).any()
    assert not features._reasoning(["It depends on the bus."], "fi").any()


def test_salience_without_candidates_topics_or_variance_is_finite() -> None:
    assert salience(source(""), np.zeros((0, 3), np.float32), ["topic"], LEXICAL).size == 0
    assert np.isfinite(scores(source("Same. Same. Same."))).all()
    assert np.isfinite(scores(source("12. 13. 14."), "topic")).all()
