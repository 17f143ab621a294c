"""Field notes as people write them -> turns, traces and oddities with exact lines and offsets."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.errors import InputError
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers.field_notes import is_fieldnotes, read_fieldnotes
from autocode.transcript.source import Source

HEAD = "# p\n7\n\n# coding\n\n"


def source(text: str, id_: str = "p7") -> Source:
    return Source(text.encode(), id_, Path(f"{id_}.txt"))


def read(text: str, id_: str = "p7") -> Transcript:
    return read_fieldnotes(source(text, id_))


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(t.speaker, transcript.text[t.start : t.end]) for t in transcript.turns]


def odd(transcript: Transcript) -> list[tuple[int, str]]:
    return [(oddity.line, oddity.kind) for oddity in transcript.oddities]


DIRTY = """\
# p
7
## title
An interview
in two lines
## source type·
Interview

**AXIAL CODING TRACE:**
``` python
p7 = CClass(source, "p7", values={"title": "Ignored", "type": "Talk"})
```

# coding

> Interviewer ,

> How are you?·

> Participant 7:

> Fine, and au> Interviewermatic.·
lazy line··
  second lazy line\t

> New paragraph, said "data".

**OPEN CODING TRACE:** Fine, and
a_code

**AXIAL CODING TRACE:**
added:
```` python
    a_code,
    b_code = CClass(practice,
        "B \\"code\\"")  # why
    # a comment
    add_links({a_code: b_code})
```

![A picture](https://example.org/a.png)

# coding

> Interviwer

> Goodbye.

Somebody forgot the mark.

**OPEN CODING TRACE:**

> Participant 7

> Bye.
""".replace("·", " ")


def test_dirty_notes_turn_by_turn() -> None:
    notes = read(DIRTY)
    assert said(notes) == [
        ("Interviewer", "How are you?"),
        (
            "Participant 7",
            "Fine, and au> Interviewermatic. \nlazy line  \n  second lazy line\n"
            'New paragraph, said "data".',
        ),
        ("Interviewer", "Goodbye."),
        ("Participant 7", "Bye."),
    ]
    assert [turn.line for turn in notes.turns] == [16, 20, 45, 53]
    assert [turn.role for turn in notes.turns] == ["interviewer", "participant"] * 2


def test_dirty_notes_traces() -> None:
    first, second = read(DIRTY).traces
    assert (first.number, first.turn, first.open_line, first.axial_line) == (1, 2, 28, 31)
    assert [(item.text, item.line) for item in first.items] == [("Fine, and", 28), ("a_code", 29)]
    assert [(code.code, code.line, code.kind, code.label) for code in first.axial] == [
        ("a_code", 34, None, None),
        ("b_code", 35, "practice", 'B "code"'),
    ]
    assert (second.turn, second.items, second.axial, second.axial_line) == (3, (), (), None)


def test_dirty_notes_oddities_have_their_lines() -> None:
    assert odd(read(DIRTY)) == [
        (22, "debris"),
        (45, "label"),
        (49, "stray"),
        (51, "half-trace"),
    ]


def test_metadata_stops_at_the_transcript() -> None:
    assert read(DIRTY).metadata == {
        "id": "p7",
        "title": "An interview\nin two lines",
        "source type": "Interview",
        "type": "Talk",
    }


def test_windows_line_ends_change_nothing_but_are_reported() -> None:
    one, other = read(DIRTY), read(DIRTY.replace("\n", "\r\n"))
    assert (one.text, one.turns, one.traces) == (other.text, other.turns, other.traces)
    assert odd(other)[0] == (1, "line-ends")


def test_debris_at_the_end_of_a_sentence_opens_no_turn() -> None:
    notes = read(
        HEAD + "> Interviewer\n\n> I'm > Participant 7from here.\n\n> Participant 7\n\n> Oh\n"
    )
    assert said(notes)[0] == ("Interviewer", "I'm > Participant 7from here.")
    assert odd(notes) == [(8, "debris")]


@pytest.mark.parametrize(
    "label",
    [
        "Participant 7",
        "Participant 7  ",
        "Participant 7,",
        "Participant 7 :",
        "**Participant 7**",
        "*Participant 7:*",
        "participant 7",
        "Participant  7",
        "[00:01:02] Participant 7",
        "Participant 7 00:12",
        "Participnat 7",
        "(Participant 7)",
    ],
)
def test_one_speaker_however_the_label_is_written(label: str) -> None:
    notes = read(
        f"{HEAD}> Interviewer\n\n> Why?\n\n> Participant 7\n\n> So.\n\n> Interviewer\n\n> Oh?\n\n"
        f"> {label}\n\n> Yes.\n"
    )
    assert [turn.speaker for turn in notes.turns] == ["Interviewer", "Participant 7"] * 2


def test_a_forgotten_number_is_the_only_person_it_can_be() -> None:
    turns = "> Participant 7\n\n> Me.\n\n> Interviewer\n\n> Oh?\n\n> Participant\n\n> Yes.\n\n"
    assert {turn.speaker for turn in read(HEAD + turns).turns} == {"Participant 7", "Interviewer"}
    assert odd(read(HEAD + turns)) == [(14, "label")]
    two = read(HEAD + turns + "> Participant 8\n\n> And I.\n")
    assert [turn.speaker for turn in two.turns][2:] == ["Participant", "Participant 8"]


def test_another_number_is_another_person() -> None:
    notes = read(HEAD + "> Participant 1\n\n> Me.\n\n> Participant 2\n\n> And me.\n")
    assert [turn.speaker for turn in notes.turns] == ["Participant 1", "Participant 2"]


@pytest.mark.parametrize(
    ("labels", "roles"),
    [
        (("Interviewer", "Expert B"), ("interviewer", "participant")),
        (("Researcher", "Anna"), ("interviewer", "participant")),
        (("I", "P3"), ("interviewer", "participant")),
        (("Q", "A"), ("interviewer", "participant")),
        (("A", "B"), ("interviewer", "participant")),
        (("Moderator", "Respondent 2"), ("interviewer", "participant")),
        (("Host", "Interviewee"), ("interviewer", "participant")),
        (("Tom", "Participant 2"), ("interviewer", "participant")),
        (("Tom van Eijk", "Zhamak"), ("interviewer", "participant")),
        (("Speaker 1", "Speaker 2"), ("interviewer", "participant")),
    ],
)
def test_roles(labels: tuple[str, str], roles: tuple[str, str]) -> None:
    asks, answers = labels
    turns = f"> {asks}\n\n> Why is that so?\n\n> {answers}\n\n> Because we built it, and so on.\n\n"
    notes = read(HEAD + turns * 3)
    assert [turn.speaker for turn in notes.turns] == list(labels) * 3
    assert [turn.role for turn in notes.turns] == list(roles) * 3


def test_a_guessed_role_is_reported() -> None:
    turns = "> Ben\n\n> We built it. We ran it.\n\n> Tom\n\n> Why? And how?\n\n"
    notes = read(HEAD + turns * 3)
    assert [turn.role for turn in notes.turns] == ["participant", "interviewer"] * 3
    assert odd(notes) == [(6, "roles")]
    assert "Tom asks most questions" in notes.oddities[0].message


def test_where_nobody_asks_all_are_participants_and_that_is_reported() -> None:
    notes = read(HEAD + "> Ben\n\n> We built it.\n\n> Ann\n\n> We ran it.\n\n" * 3)
    assert {turn.role for turn in notes.turns} == {"participant"}
    assert odd(notes) == [(6, "roles")]


def test_short_answers_that_come_back_are_no_speakers() -> None:
    notes = read(HEAD + "> Interviewer\n\n> Is it?\n\n> Participant 7\n\n> Data Mesh\n\n" * 4)
    assert [turn.speaker for turn in notes.turns] == ["Interviewer", "Participant 7"] * 4
    assert said(notes)[1] == ("Participant 7", "Data Mesh")


def test_an_answer_that_twice_leads_on_is_still_no_speaker() -> None:
    answers = "> Interviewer\n\n> Is it?\n\n> Participant 7\n\n> Data Mesh\n\n" * 3
    longer = "> Interviewer\n\n> Is it?\n\n> Participant 7\n\n> Yes.\n\n> Data Mesh\n\n> Yes.\n\n"
    notes = read(HEAD + answers + longer * 2)
    assert {turn.speaker for turn in notes.turns} == {"Interviewer", "Participant 7"}


def test_a_misspelt_label_with_another_number_is_another_person() -> None:
    notes = read(HEAD + "> Participant 7\n\n> Me.\n\n> Particpant 8\n\n> And me.\n")
    assert said(notes) == [("Participant 7", "Me."), ("Particpant 8", "And me.")]
    assert odd(notes)[-1] == (10, "label")


@pytest.mark.parametrize("start", ["> How to mesh\n\n> Some words.\n\n", ""])
def test_headings_that_come_back_in_an_article_are_no_speakers(start: str) -> None:
    article = start + "".join(
        f"> {heading}\n\n> A sentence.\n\n> Another one.\n\n> A third.\n\n> A fourth.\n\n"
        for heading in ("Pros", "Cons", "Pros", "Cons")
    )
    notes = read(HEAD + article, "s1")
    assert [(turn.speaker, turn.role, turn.start) for turn in notes.turns] == [(None, None, 0)]
    assert "Pros\nA sentence.\nAnother one." in notes.text
    assert not notes.has_speakers


def test_words_under_the_label_and_labels_without_their_mark() -> None:
    notes = read(
        HEAD + "> Interviewer\nWhy?\n\n> Participant 7\n> So.\nInterviewer\n\n> Oh.\n\nP7\n\n> Mm."
    )
    assert said(notes) == [
        ("Interviewer", "Why?"), ("Participant 7", "So."), ("Interviewer", "Oh."), ("P7", "Mm."),
    ]  # fmt: skip
    assert (15, "label") in odd(notes)


def test_inline_labels_that_name_roles() -> None:
    notes = read(HEAD + "> **Interviewer:** Why?\n\n> Participant 7: Note: it is so.\n\n> More.\n")
    assert said(notes) == [("Interviewer", "Why?"), ("Participant 7", "Note: it is so.\nMore.")]


def test_a_label_without_words_is_an_oddity_and_no_turn() -> None:
    notes = read(HEAD + "> Interviewer\n\n> Participant 7\n\n> Yes.\n\n> Interviewer\n")
    assert said(notes) == [("Participant 7", "Yes.")]
    assert odd(notes) == [(6, "empty-turn"), (12, "empty-turn")]


def test_words_before_the_first_label_belong_to_nobody() -> None:
    notes = read(HEAD + "> Recorded in May.\n\n> Participant 7\n\n> Yes.\n")
    assert said(notes) == [(None, "Recorded in May."), ("Participant 7", "Yes.")]
    assert notes.turns[0].role is None


@pytest.mark.parametrize(
    "marker",
    [
        "**OPEN CODING TRACE:**",
        "**OPEN CODING TRACE**:",
        "** OPEN CODING TRACE: **",
        "**Open Coding Trace:**",
        "## OPEN CODING TRACE",
        "OPEN CODING TRACE:",
        "**OPEN CODING:**",
        "> **OPEN CODING TRACE:**",
        "**OPEN CODNG TRACE:**",
        "**OPEN CODING TRACES:**",
        "- **OPEN CODING TRACE:**",
    ],
)
def test_markers_however_they_are_written(marker: str) -> None:
    notes = read(f"{HEAD}> Some words.\n\n{marker}\n\nwords\n")
    assert [item.text for trace in notes.traces for item in trace.items] == ["words"]
    assert notes.text == "Some words."


@pytest.mark.parametrize("marker", ["OPEN CODING TRACE: ", "**OPEN CODING TRACE:** "])
def test_an_item_on_the_line_of_its_marker_is_never_transcript(marker: str) -> None:
    # Directly under what was said, where Markdown would take it for more of that.
    notes = read(f"{HEAD}> Some words.\n{marker}autonomy\n")
    assert [item.text for trace in notes.traces for item in trace.items] == ["autonomy"]
    assert notes.text == "Some words."


def test_talk_about_open_coding_is_talk() -> None:
    notes = read(
        f"{HEAD}> Some words.\nOpen coding is what we did.\n\n> Axial coding came later.\n"
    )
    assert notes.traces == ()
    assert notes.text.count("coding") == 2


def test_an_unclosed_fence_swallows_nothing() -> None:
    notes = read(
        f"{HEAD}> One.\n\n**OPEN CODING TRACE:**\n\nOne.\n\n**AXIAL CODING TRACE:**\nadded:\n"
        "``` python\na_code\n\n> Two.\n\n**OPEN CODING TRACE:**\n\nTwo.\n\n"
        "**AXIAL CODING TRACE:**\n```\nb_code\n```\n"
    )
    assert notes.text == "One.\nTwo."
    assert [[code.code for code in trace.axial] for trace in notes.traces] == [
        ["a_code"],
        ["b_code"],
    ]
    assert odd(notes) == [(14, "fence")]


def test_a_fence_of_what_was_said_later_does_not_close_a_trace() -> None:
    notes = read(
        f"{HEAD}> One.\n\n**OPEN CODING TRACE:**\n\nOne.\n\n**AXIAL CODING TRACE:**\n```\n"
        "a_code\n\n> Two.\n\n```\ncode\n```\n\n> Three.\n"
    )
    assert notes.text == "One.\nTwo.\nThree."
    assert [code.code for code in notes.traces[0].axial] == ["a_code"]


def test_code_that_was_not_said_is_left_out_and_its_hashes_are_no_headings() -> None:
    notes = read(f"{HEAD}> One.\n\n````python\n> x = 1\n# coding\n```\n> y\n````\n\n> Two.\n")
    assert notes.text.startswith("One.\n")
    assert notes.text.endswith("Two.")
    assert "# coding" not in notes.text


def test_axial_code_without_fence_or_marker() -> None:
    notes = read(f"{HEAD}> One.\n\n**OPEN CODING TRACE:**\n\nOne.\n\nadded:\n```\na_code\n```\n")
    assert [code.code for code in notes.traces[0].axial] == ["a_code"]
    assert odd(notes) == [(12, "marker")]
    notes = read(f"{HEAD}> One.\n\n**AXIAL CODING TRACE:**\nadded: a_code\nb_code,\n")
    assert [code.code for code in notes.traces[0].axial] == ["a_code", "b_code"]
    assert odd(notes) == [(8, "half-trace")]


def test_text_after_a_half_that_is_over_is_reported() -> None:
    notes = read(
        f"{HEAD}> One.\n\n**OPEN CODING TRACE:**\n\nOne.\n\n**AXIAL CODING TRACE:**\n```\na\n```\n"
        "Stray.\n"
    )
    assert [code.code for code in notes.traces[0].axial] == ["a"]
    assert odd(notes) == [(16, "stray")]


def test_rules_and_pictures_are_nobodys_words() -> None:
    notes = read(
        f"{HEAD}> One.\n\n---\n\n> ![Picture](a.png)\n\n**OPEN CODING TRACE:**\n\n***\n\none\n"
    )
    assert notes.text == "One."
    assert [item.text for item in notes.traces[0].items] == ["one"]


def test_notes_that_name_another_transcript_are_reported() -> None:
    assert odd(read("# p\n8\n# coding\n> Words.\n")) == [(1, "id")]
    assert odd(read("# p\n7\n# coding\n> Words.\n", "p_7")) == []


def test_notes_without_a_transcript_keep_their_traces() -> None:
    transcript = read(HEAD + "**OPEN CODING TRACE:**\n\nwords\n\nSo they say that it is slow.\n")
    assert (transcript.text, transcript.turns) == ("", ())
    assert [item.text for item in transcript.traces[0].items][:1] == ["words"]
    assert "no-transcript" in {oddity.kind for oddity in transcript.oddities}


def test_notes_without_anything_are_an_error() -> None:
    with pytest.raises(InputError, match="without a transcript"):
        read(HEAD + "\nwords\n")


def test_what_makes_field_notes() -> None:
    assert is_fieldnotes(source("#  Coding"))
    assert is_fieldnotes(source("**AXIAL CODING TRACE:**"))
    assert not is_fieldnotes(source("# Talk about coding\n> quoted"))


# Words that are said: no line is a label, a marker or Markdown of its own.
_WORDS = st.text(
    st.sampled_from("abc éß😀e\u0301 ’“.,?!"), min_size=1, max_size=40
).map(lambda text: f"So {text}.")  # fmt: skip
_PARAGRAPHS = st.lists(st.lists(_WORDS, min_size=1, max_size=3), min_size=1, max_size=3)
_TURNS = st.lists(_PARAGRAPHS, min_size=2, max_size=6)


@given(_TURNS, st.sampled_from(["", " ", ",", ":  "]), st.booleans())
def test_rendered_turns_are_read_back(
    turns: list[list[list[str]]], trail: str, windows: bool
) -> None:
    labels = ["Interviewer" if at % 2 == 0 else "Participant 7" for at in range(len(turns))]
    notes, expected = HEAD, []
    for label, paragraphs in zip(labels, turns, strict=True):
        notes += f"> {label}{trail}\n\n"
        notes += "".join(f"> {chr(10).join(lines)}  \n\n" for lines in paragraphs)
        expected.append((label, "\n".join("\n".join(lines) for lines in paragraphs)))
    transcript = read(notes.replace("\n", "\r\n") if windows else notes)
    assert said(transcript) == expected
    assert transcript.text == "\n\n".join(words for _, words in expected)


def test_words_that_begin_with_a_speakers_label_are_doubtful() -> None:
    paragraphs = ("Ada", "Why?", "Ola", "So.", "Ada", "Oh?", "Ola: Yes.", "Ola", "It was.")
    assert (18, "mixed-turn") in odd(read(HEAD + "\n\n".join(f"> {text}" for text in paragraphs)))
