"""The lines of OPEN traces -> quotes and mentions; nothing a human wrote is dropped."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.coding.files import coding_json
from autocode.coding.nouns import Mention, Quote
from autocode.coding.traces import code_items, code_traces
from autocode.transcript.nouns import Transcript
from autocode.transcript.readers.field_notes import read_fieldnotes
from autocode.transcript.source import Source

SAID = (
    "The first is called Lambda Architecture. It requires you to build two separate systems, one "
    "for historical data and one for real-time data, and resolve them at runtime. A simpler, and "
    "often better, solution is the Kappa Architecture."
)


def notes(*lines: str, said: str = SAID, axial: str = "a_code", before: str = "") -> Transcript:
    text = (
        f"# coding\n\n> Interviewer\n\n> Why?\n\n{before}> Participant 1\n\n> {said}\n\n"
        "**OPEN CODING TRACE:**\n\n" + "\n\n".join(lines) + "\n\n"
        f"**AXIAL CODING TRACE:**\nadded:\n```\n{axial}\n```\n"
    )
    return read_fieldnotes(Source(text.encode(), "p1", Path("p1.md")))


def only(transcript: Transcript) -> Quote | Mention:
    (item,) = code_items(transcript)
    found = [*item.quotes, *item.mentions]
    assert len(found) == 1
    return found[0]


def quote(transcript: Transcript) -> Quote:
    found = only(transcript)
    assert isinstance(found, Quote)
    if found.status != "missing":
        assert transcript.text[found.start : found.end] == found.text
    return found


def mention(transcript: Transcript) -> Mention:
    found = only(transcript)
    assert isinstance(found, Mention)
    return found


def test_words_that_were_said_are_an_exact_quote() -> None:
    found = quote(notes("It requires you to build two separate systems"))
    assert (found.status, found.turn, found.trace, found.axial) == ("exact", 2, 1, ["a_code"])
    assert (found.open_code, found.as_written, found.mapping, found.id) == (
        None,
        None,
        "trace",
        "q1",
    )


def test_a_changed_first_letter_and_a_slip() -> None:
    found = quote(notes("a simpler, and often better, solution"))
    assert (found.status, found.text) == ("normalised", "A simpler, and often better, solution")
    assert found.as_written == "a simpler, and often better, solution"
    found = quote(notes("It requires you to built two seperate systems, one for historical data"))
    assert found.status == "fuzzy"
    assert found.score is not None
    assert 0.9 < found.score < 1


def test_a_paraphrase_is_kept_as_missing_with_its_open_code() -> None:
    words = "People should always think about what happens when both disagree with each other"
    found = quote(notes(words))
    assert (found.status, found.start, found.end) == ("missing", None, None)
    assert (found.text, found.open_code, found.turn) == (words, words, 2)


@pytest.mark.parametrize("word", ["version_dp", "autonomy", "CDC", "runtime", "VNetPeering"])
def test_one_word_is_a_mention_even_where_it_was_said(word: str) -> None:
    found = mention(notes(word))
    assert (found.code, found.turn, found.trace, found.as_written) == (word, 2, 1, None)


def test_in_vivo_codes_that_were_said_are_quotes_and_others_mentions() -> None:
    found = quote(notes("lambda architecture"))
    assert (found.status, found.text) == ("normalised", "Lambda Architecture")
    assert found.open_code == "lambda architecture"
    assert mention(notes("research groups")).code == "research groups"


def test_in_vivo_codes_of_an_earlier_stretch_are_not_searched_for_there() -> None:
    earlier = f"> Participant 1\n\n> {SAID}\n\n**OPEN CODING TRACE:**\n\nwhy\n\n"
    transcript = notes("lambda architecture", said="Nothing of it.", before=earlier)
    assert [bool(item.mentions) for item in code_items(transcript)] == [True, True]


def test_in_vivo_codes_are_not_stretched_to_what_is_only_like_them() -> None:
    assert mention(notes("called lambda architectures")).code == "called lambda architectures"


def test_labels_name_their_code() -> None:
    axial = "mdm = CClass(practice, 'Master Data Management of the whole of it all')"
    found = mention(notes("master data management of the whole of it all", axial=axial))
    assert (found.code, found.as_written) == (
        "mdm", "master data management of the whole of it all",
    )  # fmt: skip


@pytest.mark.parametrize("mark", ["+", "-", "–", "++"])
def test_a_valence_mark_is_a_note(mark: str) -> None:
    found = quote(notes(f"It requires you to build two separate systems {mark}"))
    assert (found.status, found.note) == ("exact", mark)
    assert mention(notes(f"redeliveries {mark}")).code == "redeliveries"


@pytest.mark.parametrize("bullet", ["- ", "* ", "1. ", "• "])
def test_bullets_are_not_part_of_the_words(bullet: str) -> None:
    found = quote(notes(f"{bullet}It requires you to build two separate systems"))
    assert found.status == "exact"


@pytest.mark.parametrize("gap", ["...", " … ", " [...] ", "(…)"])
def test_an_elided_quote_is_its_parts(gap: str) -> None:
    transcript = notes(f"It requires you to build{gap}and resolve them at runtime.")
    (item,) = code_items(transcript)
    assert [(found.text, found.note) for found in item.quotes] == [
        ("It requires you to build", "part 1 of 2"),
        ("and resolve them at runtime.", "part 2 of 2"),
    ]
    assert [found.id for found in item.quotes] == ["q1", "q2"]


def test_the_same_quote_twice_takes_two_places_while_there_are_two() -> None:
    said = "I say this very thing. You say that. I say this very thing."
    transcript = notes("I say this very thing.", "I say this very thing.", said=said)
    starts = [found.start for item in code_items(transcript) for found in item.quotes]
    assert starts == [transcript.text.rindex("I say"), transcript.text.index("I say")]


def test_the_nearest_place_above_comes_first() -> None:
    before = "> Participant 1\n\n> We use this one here.\n\n"
    transcript = notes(
        "We use this one here.", said="We use this one here. Then more.", before=before
    )
    assert quote(transcript).turn == 3


def test_text_without_spaces_is_no_identifier() -> None:
    transcript = notes(
        "データメッシュはとても良いと思います",
        said="はい。データメッシュはとても良いと思います。",
    )
    assert quote(transcript).status == "exact"


@given(st.lists(st.sampled_from([*SAID.split(), "x_y", "...", "+", "-", "zebra"]), min_size=1))
def test_no_line_is_dropped(words: list[str]) -> None:
    line = " ".join(words)
    transcript = notes(line)
    items = code_items(transcript)
    assert len(items) == sum(len(trace.items) for trace in transcript.traces)
    for item in items:
        assert bool(item.quotes) != bool(item.mentions)
        for found in item.quotes:
            if found.status == "missing":
                assert found.open_code
            else:
                assert transcript.text[found.start : found.end] == found.text


def noted(*lines: str) -> list[tuple[str, str | None]]:
    coding = code_traces(notes(*lines, axial="data_catalog = CClass(practice, 'Data Catalog')"))
    return [(mention.code, mention.note) for mention in coding.mentions]


def test_a_list_under_a_caption_is_mentions_over_several_lines() -> None:
    terms = "Familiar terms"
    assert noted("Familiar terms: autonomy, data catalog,", "- lineage, ownership", "kafka") == [
        ("autonomy", terms), ("data_catalog", terms), ("lineage", terms), ("ownership", terms),
        ("kafka", None),
    ]  # fmt: skip
    assert noted("New option: schema registry") == [("schema registry", "New option")]
    assert noted("Terms:", "a, b") == [("a", "Terms"), ("b", "Terms")]


def test_what_was_said_with_a_colon_is_a_quote() -> None:
    transcript = notes("Two kinds: batch, stream", said="There are two kinds: batch, stream.")
    assert [item.mentions for item in code_items(transcript)] == [()]
    assert quote(notes("He said: It requires you to build two separate systems, one")).text


def test_links_of_the_axial_half_are_relations_and_their_codes_are_known() -> None:
    coding = code_traces(
        notes(axial="a\nadd_links({a: b}, label='uses')\na.add_links(b, label='uses')")
    )
    assert [(r.source, r.relation, r.target, r.trace) for r in coding.relations] == [
        ("a", "uses", "b", 1)
    ]
    assert [code.id for code in coding.codes] == ["a", "b"]
    assert json.loads(coding_json(coding))["relations"] == [
        {"from": "a", "relation": "uses", "to": "b", "trace": 1}
    ]
