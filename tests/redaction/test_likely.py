"""Likely names: what is listed for a person to decide on, and what is said to be missed."""

from pathlib import Path

import pytest

from autocode.redaction.likely import Likely, undecided
from autocode.redaction.names import Names
from autocode.transcript.nouns import Transcript, Turn
from autocode.transcript.readers import read_transcript

ROOT = Path(__file__).parents[2]
NONE = Names()


def likely(text: str, names: Names = NONE, speaker: str = "Participant 1") -> list[str]:
    made = Transcript("p1", text, (Turn(1, speaker, "participant", 0, len(text), 3),))
    return [each.name for each in undecided(made, names)]


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("So we asked Sarah, so Tom van Eijk.", ["Sarah", "Tom van Eijk"]),
        ("Sarah's idea. But Sarah left.", ["But", "Sarah"]),
        ("Sarah left.", ["Sarah"]),  # the word is nowhere in lower case
        ("Then we left. And then she came.", ["And"]),
        ("I'm sure I did, and I’ll do.", []),
        ('she said "Then go" and then left', []),
        ("Mark the day. I mark it. Mark left.", []),  # missed, as the help says
        ("we asked sarah.", []),  # missed too
        ("Ask Anna Berg, SQL, SQL and Bob.", ["Anna Berg", "Ask", "Bob", "SQL"]),
        ("ask 王小明", []),
        ("mail sarah@x.org or call 0612345678", ["sarah@x.org", "0612345678"]),
    ],
)
def test_what_is_listed(text: str, listed: list[str]) -> None:
    assert sorted(likely(text)) == sorted(listed)


def test_what_is_decided_is_listed_no_more() -> None:
    names = Names().replacing("Anna", "person").keeping("SQL")
    assert likely("ask Anna Berg about SQL", names) == ["Berg"]
    assert likely("ask anna or ANNA", names) == ["anna", "ANNA"]  # in other capitals: anew
    assert likely("ask anna", names.keeping("anna")) == []


def test_an_address_with_a_listed_name_is_not_decided() -> None:
    names = Names().replacing("anna", "person")
    assert likely("mail anna@x.org", names) == ["anna@x.org"]
    assert likely("mail anna@x.org", names.replacing("anna@x.org", "E-mail")) == []


def test_speakers_who_are_no_roles_are_listed() -> None:
    assert likely("yes.", speaker="Anna Berg") == ["Anna Berg"]
    assert likely("yes.", speaker="P3") == likely("yes.", speaker="Interviewer") == []
    assert likely("yes.", Names().replacing("Anna Berg"), "Anna Berg") == []
    assert likely("yes.", Names().keeping("Anna Berg"), "Anna Berg") == []


def test_in_which_order_and_where() -> None:
    text = "we saw UIs, UIs, UIs; then Bob, who is 123456789, and Anna, and so on, and Anna"
    made = Transcript("p1", text, (Turn(1, None, None, 0, len(text), 3),))
    first, *others = undecided(made, Names())
    assert first == Likely("123456789", "Number", 1, 3, "UIs, UIs; then Bob, who is 123456789, and "
                           "Anna, and so on, and Anna")  # fmt: skip
    assert [(each.name, each.count) for each in others] == [("Anna", 2), ("Bob", 1), ("UIs", 3)]


def test_the_names_of_p1_are_listed() -> None:
    listed = {each.name for each in undecided(read_transcript(ROOT / "seeds/p1.md", "p1"), Names())}
    # People, companies and regions, and what hand-made anonymising left; read by eye.
    assert {
        "Zhamak Dehghani", "Zhamak", "Zhamakâ", "Piethein", "Microsoft", "Europe", "European",
        "Russia", "China", "US", "APAC", "Databricks", "Intervieweration",
    } <= listed  # fmt: skip
    assert len(listed) < 45


def test_nothing_in_nothing() -> None:
    assert undecided(Transcript("p1", "", ()), Names()) == []
