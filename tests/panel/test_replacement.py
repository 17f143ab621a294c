"""The alternative-annotator test on codings made so that its answer is known."""

import pytest
from constructed import BARE, bare, coding, transcript

from autocode.panel.comparison import Material, Source, compare

# The participant speaks in every second turn of 100 characters.
TURNS = [100 * number for number in range(1, 80, 2)]


def marked(*, but=()):
    """The start of every second turn of the participant, and of no turn in `but`."""
    return [(start, start + 40, "A") for start in TURNS[::2] if start not in but]


def material(model, name="p1", people=("gold", "anna", "bert")):
    """People who each leave out two turns of their own, and a model."""
    text = transcript(name, turns=80)
    first, *others = (
        coding(who, marked(but=TURNS[4 * n : 4 * n + 4]), text=text) for n, who in enumerate(people)
    )
    other = coding("model", model, text=text)
    humans = tuple(map(Source.of, others))
    return Material((Source.of(first), Source.of(other)), text, humans=humans)


def found(*materials):
    comparison = compare(materials, BARE)
    names = ("winning_rate", "advantage")
    return [comparison.figure("uncertainty", "alt_test", name) for name in names]


def test_a_model_that_marks_what_most_people_mark_can_stand_in_for_each():
    rate, advantage = found(material(marked()))
    assert (rate.value, rate.n, rate.unit) == (1, 3, "human")
    assert advantage.value == 1
    assert [row["instances"] for row in rate.parts["humans"]] == [40, 40, 40]


def test_a_model_that_marks_the_other_turns_can_stand_in_for_nobody():
    rate, advantage = found(material([(start, start + 40, "A") for start in TURNS[1::2]]))
    assert rate.value == 0
    assert advantage.value < 0.2


def test_of_several_transcripts_the_means_are_tested():
    rate, _ = found(*(material(marked(), f"p{number}") for number in range(5)))
    assert [row["instances"] for row in rate.parts["humans"]] == [5, 5, 5]
    assert rate.value == 1
    few, _ = found(*(material(marked(), f"p{number}") for number in range(4)))
    assert few.reason == "no human shares 5 instances with the model"


@pytest.mark.parametrize(
    ("materials", "reason"),
    [
        ([material(marked(), people=("gold", "anna"))], "3 people"),
        ([bare(marked(), marked(), marked(), length=9000)], "fewer"),
        ([Material(material([]).humans, material([]).transcript)], "no model"),
    ],
)
def test_what_it_needs_is_said(materials, reason):
    rate, advantage = found(*materials)
    assert rate.value is None
    assert reason in rate.reason
    assert rate.reason == advantage.reason
