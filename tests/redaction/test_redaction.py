"""Both texts of a transcript: a passage of one is a passage of the other, whatever was replaced."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autocode.errors import StudyError
from autocode.redaction.names import Names
from autocode.redaction.redaction import OffsetMap, Redaction, redact
from autocode.transcript.nouns import Span, Transcript, Turn

# Names that overlap, touch and hold each other; pseudonyms longer and shorter than they are.
PARTS = ["Ann", "Anna", "Anna Berg", "Berg Co", "😀", "é", "王", "x", " ", "\n", ".", "@", "1", "-"]
LISTED = st.dictionaries(
    st.sampled_from(["Ann", "Anna", "Anna Berg", "Berg Co", "Co", "😀", "é", "王", "x", "1 x"]),
    st.sampled_from(["person", "", "P", "A very long pseudonym of somebody", "🙈", "Z"]),
)


def listed(pseudonyms: dict[str, str]) -> Names:
    names = Names()
    for name, pseudonym in pseudonyms.items():
        names = names.replacing(name, pseudonym)
    return names


def transcript(turns: list[str]) -> Transcript:
    """Turns joined as readers join them, each by a speaker called Anna."""
    starts = [0]
    for words in turns[:-1]:
        starts.append(starts[-1] + len(words) + 2)
    made = tuple(
        Turn(number, "Anna Berg", "participant", start, start + len(words), number)
        for number, (start, words) in enumerate(zip(starts, turns, strict=True), 1)
    )
    return Transcript("p1", "\n\n".join(turns), made)


@st.composite
def redactions(draw: st.DrawFn) -> tuple[Names, Redaction]:
    words = st.lists(st.sampled_from(PARTS), min_size=1, max_size=12).map("".join)
    turns = draw(st.lists(words, min_size=1, max_size=4))
    names = listed(draw(LISTED))
    try:
        return names, redact(transcript(turns), names)
    except StudyError:  # a pseudonym makes up a name: refused
        assume(False)
        raise


def pick(data: st.DataObject, text: str) -> Span:
    start = data.draw(st.integers(0, len(text) - 1))
    return Span(start, data.draw(st.integers(start + 1, len(text))))


@given(redactions(), st.data())
def test_a_passage_leads_to_the_other_text_and_back(
    made: tuple[Names, Redaction], data: st.DataObject
) -> None:
    _, redaction = made
    for text, there, back, cuts in (
        (redaction.original.text, redaction.to_redacted, redaction.to_original,
         [each.places[0] for each in redaction.replacements]),
        (redaction.redacted.text, redaction.to_original, redaction.to_redacted,
         [each.places[1] for each in redaction.replacements]),
    ):  # fmt: skip
        span = pick(data, text)
        moved = there(span)
        assert moved.start < moved.end
        whole = back(moved)
        touched = [cut for cut in cuts if cut.overlaps(span)]
        assert whole == Span(
            min([span.start, *(cut.start for cut in touched)]),
            max([span.end, *(cut.end for cut in touched)]),
        )
        assert there(whole) == moved


@given(redactions())
def test_what_stands_between_names_is_untouched(made: tuple[Names, Redaction]) -> None:
    names, redaction = made
    original, redacted = redaction.original.text, redaction.redacted.text
    ends = [(0, 0)]
    for each in redaction.replacements:
        ends += [(each.start, each.redacted_start), (each.end, each.redacted_end)]
        assert redacted[each.redacted_start : each.redacted_end] == each.pseudonym
        assert original[each.start : each.end] != each.pseudonym
    ends.append((len(original), len(redacted)))
    between = list(pairwise(ends))[::2]
    for (here, there), (here_end, there_end) in between:
        assert original[here:here_end] == redacted[there:there_end]
    for turn in redaction.redacted.turns:
        assert not list(names.within(redacted[turn.start : turn.end]))
        assert not list(names.within(turn.speaker or ""))


@given(redactions())
def test_turns_stay_turns(made: tuple[Names, Redaction]) -> None:
    names, redaction = made
    for before, after in zip(redaction.original.turns, redaction.redacted.turns, strict=True):
        assert (before.number, before.role, before.line) == (after.number, after.role, after.line)
        assert redaction.to_redacted(before.span) == after.span
        words = redaction.original.text[before.start : before.end]
        said = redaction.redacted.text[after.start : after.end]
        assert said == names.replace(words)
    assert redaction.redacted.text.count("\n\n") >= len(redaction.original.turns) - 1


def test_an_example() -> None:
    names = listed({"Anna Berg": "person", "😀": "X"})
    redaction = redact(transcript(["Ask 😀Anna Berg.", "Anna", "Berg."]), names)
    assert redaction.redacted.text == "Ask XPerson 1.\n\nAnna\n\nBerg."  # not across turns
    assert redaction.redacted.turns[0].speaker == "Person 1"
    assert redaction.to_original(Span(6, 8)) == Span(5, 14)  # "er" is widened to the whole name
    assert redaction.to_redacted(Span(14, 15)) == Span(13, 14)
    assert redaction.counts == {"X": 1, "Person 1": 1}


def test_a_pseudonym_that_makes_up_a_name_is_refused() -> None:
    with pytest.raises(StudyError, match="still has the name '1 x'"):
        redact(transcript(["Anna x"]), listed({"Anna": "person", "1 x": "Y"}))


def test_the_map_names_nobody() -> None:
    made = OffsetMap.of(redact(transcript(["Ask Anna Berg."]), listed({"Anna Berg": "person"})))
    assert "Anna" not in made.model_dump_json()
    assert [each.model_dump() for each in made.replaced] == [
        {"start": 4, "end": 13, "redacted_start": 4, "redacted_end": 12, "pseudonym": "Person 1"}
    ]
    assert (made.transcript.length, made.redacted.length) == (14, 13)
