"""Turns under the wrong label: what is flagged, and what looks like it and is not."""

import pytest

from autocode.transcript.misattribution import misattributions
from autocode.transcript.nouns import Transcript, Turn

# Turns enough that labels alternate but for one place.
BEFORE = [f"{'IP'[n % 2]}: We talk about the garden, part {n}." for n in range(24)]


def talk(*said: str) -> Transcript:
    """Each turn as `I: words` or `P: words`."""
    text, turns = "", list[Turn]()
    for number, (label, words) in enumerate((line.split(": ", 1) for line in said), 1):
        text += "\n\n" if text else ""
        role = "interviewer" if label == "I" else "participant"
        turns.append(Turn(number, label, role, len(text), len(text) + len(words), number))
        text += words
    return Transcript("p1", text, tuple(turns))


@pytest.mark.parametrize(
    ("said", "flagged"),
    [
        (["I: And how do you see the, um,", "P: What I mean with that is the rota."], [26]),
        (["I: And do you share it or-", "P: So, what I mean by this is money."], [26]),
        # A participant explains what he said himself.
        (["I: And what is that?", "P: What I mean with that is the rota."], []),
        (["I: Shared, so to speak", "P: I mean the rota."], []),
        (["P: What I mean with that is the rota."], []),
        # An assent to oneself is the other's.
        (["I: Yes.", "P: We share tools.", "P: Mm-hmm.", "P: And water."], [27]),
        (["I: We share tools.", "P: Yeah.", "I: And water."], []),
        (["I: So.", "P: We share tools.", "P: Yeah, and the water too."], []),
        # A question answered within its turn, where the same label follows.
        (["I: Is one redundant? Not necessarily. They all are there.", "I: Nice."], [25]),
        (["I: Is one redundant? Not necessarily, I think.", "P: Nice."], []),
        (["I: Is one redundant? Or do you want more?", "I: Tell me."], []),
    ],
)
def test_what_is_evidently_the_other_is_flagged_and_nothing_else(
    said: list[str], flagged: list[int]
) -> None:
    lead = BEFORE if said[0].startswith("I") else BEFORE[:23]
    assert list(misattributions(talk(*lead, *said))) == flagged


def test_where_labels_often_repeat_a_repeated_one_tells_nothing() -> None:
    said = ["P: We share tools.", "P: Yeah.", "I: And then?", "P: The water."]
    assert misattributions(talk(*said)) == {}
    assert misattributions(talk(*BEFORE, "I: And?", *said)) != {}


def test_a_group_takes_turns_as_it_likes() -> None:
    group = talk(*BEFORE, "Q: I garden, too.", "Q: Yeah.")
    assert misattributions(group) == {}
    assert misattributions(talk()) == {}
