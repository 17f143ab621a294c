"""What may be compared: one text, quotes that can stand in it, codings that are complete."""

import pytest

from autocode.coding.files import verify
from autocode.coding.materials import Material, assisted, check
from autocode.coding.nouns import LONGEST, Coder, Coding, Quote, TranscriptRef
from autocode.coding.sources import Source
from autocode.errors import InputError
from autocode.transcript.nouns import Transcript

TEXT = "I ask people first."
TRANSCRIPT = Transcript("p1", TEXT, ())
ABOUT = TranscriptRef.of(TRANSCRIPT)


def source(name, *, about=ABOUT, seen=False, **changes):
    quote = Quote(id="q1", start=0, end=5, text="I ask", status="exact")
    coder = Coder(id=name, kind="human", assisted=seen)
    coding = Coding(transcript=about, coder=coder, quotes=[quote.model_copy(update=changes)])
    return Source.of(coding, f"{name}.json")


def test_two_whole_codings_of_one_text_may_be_compared():
    check(Material((source("a"), source("b"))), incomplete=False)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (
            {"about": ABOUT.model_copy(update={"sha256": "0" * 64})},
            "another text than a.json",
        ),
        ({"about": ABOUT.model_copy(update={"length": 9})}, "length is 9, but a.json says 19"),
        ({"end": 99}, "does not fit: it spans 0 to 99 of 19 characters"),
        ({"text": "I"}, "0 to 5 of 19 characters and has 1 characters"),
    ],
)
def test_what_cannot_be_compared_is_named(other, words):
    with pytest.raises(InputError, match=r"^b\.json: ") as error:
        check(Material((source("a"), source("b", **other))), incomplete=False)
    assert words in str(error.value)


def test_an_incomplete_coding_is_compared_only_on_request():
    part = source("b")
    coding = part.coding.model_copy(update={"incomplete": "after 1 of 9"})
    material = Material((source("a"), Source.of(coding, "b.json")))
    check(material, incomplete=True)
    with pytest.raises(InputError, match=r"incomplete: after 1 of 9\. Choose another"):
        check(material, incomplete=False)


def test_blind_and_assisted_codings_are_not_pooled():
    blind, seen = (Material((source("a", seen=kind), source("b"))) for kind in (False, True))
    assert [assisted([blind]), assisted([seen])] == [False, True]
    with pytest.raises(InputError, match="others blind"):
        assisted([blind, seen])


def test_a_length_that_is_not_the_texts_is_refused():
    wrong = source("a", about=ABOUT.model_copy(update={"length": 20})).coding
    with pytest.raises(InputError, match="length is 20, but the text has 19 characters"):
        verify(wrong, TRANSCRIPT)
    for length in (-1, LONGEST + 1):
        with pytest.raises(ValueError, match="length"):
            TranscriptRef(id="p1", sha256="0", length=length)
        with pytest.raises(ValueError, match="end"):
            Quote(id="q1", start=0, end=length, text="", status="exact")
