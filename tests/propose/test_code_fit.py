"""Which code fits a passage: one that stands out, and whose words are said."""

import math

import numpy as np
import pytest

from autocode.coding.nouns import Code
from autocode.models.embedding import Lexical
from autocode.propose import code_fit
from autocode.propose.code_fit import fit
from autocode.propose.selection import candidates
from autocode.transcript.nouns import Span, Transcript, Turn
from autocode.transcript.sentences import sentences

LEXICAL = Lexical("lexical")
ASKED = "How do you handle access control here?"
ANSWER = "The platform team grants it by ticket. We also bake bread on Fridays."
TEXT = f"{ASKED}\n\n{ANSWER}"
SOURCE = Transcript(
    "s1",
    TEXT,
    (
        Turn(1, "I", "interviewer", 0, len(ASKED), 1),
        Turn(2, "P", "participant", len(ASKED) + 2, len(TEXT), 3),
    ),
)
TICKET = Span(TEXT.index("The platform"), TEXT.index("We also") - 1)
BREAD = Span(TEXT.index("We also"), len(TEXT))


def fitted(*labels: str) -> np.ndarray:
    codes = [Code(id=label.replace(" ", "_"), label=label) for label in labels]
    windows = candidates(SOURCE, sentences(TEXT), ("participant",)).windows(LEXICAL)
    return fit(SOURCE, codes, [TICKET, BREAD], windows, LEXICAL)


def test_the_code_whose_words_are_said_fits_best() -> None:
    scores = fitted("baking bread", "platform tickets", "weather")
    assert scores.shape == (2, 3)
    assert list(scores.argmax(axis=1)) == [1, 0]


def test_words_of_the_question_before_count_too() -> None:
    with_question = fitted("access control", "weather report")[0]
    assert with_question[0] - with_question[1] >= code_fit.WORDS - 0.01


def test_words_that_many_labels_share_weigh_less() -> None:
    codes = [Code(id=label, label=label) for label in ("data catalog", "data mesh", "data owner")]
    shared = code_fit._shared_words(codes, ["The data are here.", "The data catalog is here."])
    assert shared[0, 0] == pytest.approx(math.log(2) / (math.log(2) + 2 * math.log(4)))
    assert shared[1, 0] == pytest.approx(1)
    assert shared[1, 1] == pytest.approx(shared[0, 1])


def test_endings_do_not_matter_and_short_words_keep_theirs() -> None:
    assert code_fit._terms("Deciding policies") >= {"decid", "polic"}
    assert code_fit._terms("This is gas") >= {"this"[:3], "is", "gas"}


def test_without_a_question_before_there_is_nothing_asked() -> None:
    assert code_fit._asked_before(SOURCE, Span(0, 3)) == ""
    assert code_fit._asked_before(SOURCE, TICKET) == ASKED
