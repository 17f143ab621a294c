"""Chunks join to the text, every sentence is in exactly one, and turns stay whole if they can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.propose.chunking import chunks, cut_long_sentences
from autocode.transcript.nouns import Span, Transcript, Turn
from autocode.transcript.sentences import sentences


def transcript(*said: str) -> Transcript:
    turns, offset = [], 0
    for number, words in enumerate(said, 1):
        role = "participant" if number % 2 == 0 else "interviewer"
        turns.append(Turn(number, role, role, offset, offset + len(words), number))
        offset += len(words) + 2
    return Transcript("t", "\n\n".join(said), tuple(turns))


def words(text: str) -> int:
    return len(text.split())


SAID = st.lists(st.text("ab .!?\n😀é", min_size=1).map(str.strip).filter(bool), max_size=8)


@given(SAID, st.integers(1, 12), st.integers(0, 4), st.sampled_from([len, words]))
def test_every_sentence_is_in_exactly_one_chunk(said, budget, most, count) -> None:  # type: ignore[no-untyped-def]
    source = transcript(*said)
    spans = sentences(source.text)
    found = chunks(source, spans, budget, count, most)
    assert [n for chunk in found for n in chunk.sentences] == list(range(1, len(spans) + 1))
    assert "".join(source.text[chunk.start : chunk.end] for chunk in found) == source.text
    assert [chunk.number for chunk in found] == list(range(1, len(found) + 1))
    for chunk in found:
        own = [spans[n - 1] for n in chunk.sentences]
        assert (chunk.start, chunk.end) == (own[0].start, own[-1].end)
        cost = sum(count(source.text[span.start : span.end]) for span in own)
        assert cost <= budget or len(own) == 1
        shown = [n for n, s in enumerate(spans) if any(s.overlaps(c) for c in chunk.context)]
        assert sum(count(source.text[spans[n].start : spans[n].end]) for n in shown) <= budget // 4
        assert all(span.end <= chunk.start for span in chunk.context)
        # What is no question stands right before.
        asked = {n for n in shown if source.turn_at(spans[n].start).role == "interviewer"}
        near = range(chunk.sentences[0] - 1 - most, chunk.sentences[0] - 1)
        assert set(shown) - asked <= set(near)
        assert chunk.turns == tuple(
            turn for turn in source.turns if turn.start < chunk.end and chunk.start < turn.end
        )


@given(SAID, st.integers(1, 12), st.sampled_from([len, words]))
def test_cut_sentences_fit_and_still_cover_the_text(said, budget, count) -> None:  # type: ignore[no-untyped-def]
    text = transcript(*said).text
    spans = cut_long_sentences(text, sentences(text), budget, count)
    assert "".join(text[span.start : span.end] for span in spans) == text
    assert all(span.start < span.end for span in spans)
    assert all(count(text[span.start : span.end]) <= budget for span in spans)


def test_turns_stay_whole_and_long_ones_are_cut_at_sentences() -> None:
    source = transcript(
        "How so?", "We do. We did.", "Why?", "One two. Three four. Five six. Seven."
    )
    spans = sentences(source.text)
    found = chunks(source, spans, 6, words, context_sentences=2)
    assert [source.text[chunk.start : chunk.end].split("\n\n") for chunk in found] == [
        ["How so?", "We do. We did.", ""],
        ["Why?", "One two. "],
        ["Three four. Five six. Seven."],
    ]
    assert [chunk.sentences for chunk in found] == [range(1, 4), range(4, 6), range(6, 9)]
    assert [[turn.number for turn in chunk.turns] for chunk in found] == [[1, 2], [3, 4], [4]]


def test_a_chunk_begins_where_the_interviewer_turns_to_another_topic() -> None:
    answer = "We keep bees here since spring and nobody has complained so far about them."
    opening = "Then let us turn to money, that is fees, grants, prizes, and whatever else you pay."
    remark = "Yes, the bees."
    source = transcript("Tell me.", answer, remark, answer, opening, answer, remark, answer)
    _, second = chunks(source, sentences(source.text), 60, words)
    assert source.text[second.start :].startswith(opening)
    # Whatever fits is one chunk, and a farewell goes with what was said before.
    assert len(chunks(source, sentences(source.text), 100, words)) == 1
    parting = transcript(
        opening, answer * 2, opening, answer * 2, "Goodbye then, dear Pat.", "Bye."
    )
    cut = chunks(parting, sentences(parting.text), 65, words)
    assert [chunk.turns[0].number for chunk in cut] == [1, 3]


def test_the_sentences_before_go_along_as_context() -> None:
    source = transcript("One. Two. Three. Four.", "Five. Six. Seven. Eight.")
    first, second = chunks(source, sentences(source.text), 7, words, context_sentences=2)
    assert first.context == ()
    # Two would take more than a quarter of the budget.
    assert second.context == (Span(17, 24),)
    assert source.text[17:24] == "Four.\n\n"
    room = chunks(source, sentences(source.text), 7, lambda _: 1, context_sentences=0)
    assert [chunk.context for chunk in room] == [(), ()]


def test_a_sentence_over_the_budget_is_a_chunk_alone_unless_cut() -> None:
    source = transcript("So. One two three four five six seven. Yes.")
    spans = sentences(source.text)
    found = chunks(source, spans, 4, words)
    assert [chunk.sentences for chunk in found] == [range(1, 2), range(2, 3), range(3, 4)]
    assert found[1].context == (Span(0, 4),)
    cut = cut_long_sentences(source.text, spans, 4, words)
    assert [source.text[span.start : span.end] for span in cut] == [
        "So. ",
        "One two three four ",
        "five six seven. ",
        "Yes.",
    ]


@pytest.mark.parametrize("budget", [0, -1])
def test_a_budget_holds_something(budget: int) -> None:
    with pytest.raises(ValueError, match="holds nothing"):
        chunks(transcript("So."), [Span(0, 3)], budget, words)
    with pytest.raises(ValueError, match="holds nothing"):
        cut_long_sentences("So.", [Span(0, 3)], budget, words)


def test_nothing_has_no_chunks() -> None:
    assert chunks(transcript(), [], 5, words) == []


def test_tokens_are_counted_about_once_however_long_the_text() -> None:
    counted = 0

    def count(text: str) -> int:
        nonlocal counted
        counted += len(text)
        return len(text)

    source = transcript(*["So it is, we said. Then we left. " * 20] * 100)
    spans = sentences(source.text)
    chunks(source, spans, 500, count)
    assert counted == len(source.text)
    counted = 0
    line = "x" * 500_000
    assert len(cut_long_sentences(line, [Span(0, len(line))], 1000, count)) == 500
    assert counted <= 3 * len(line)
