"""Who marked which characters: against brute force, and on constructed cases."""

from itertools import pairwise

import pytest
from coded import coding, quote, transcript
from hypothesis import given
from hypothesis import strategies as st

from autocode.diff.marks import places_of, segments_of
from autocode.transcript.nouns import Span

TEXT = transcript("ab cd. ef", "ghi jk lm. no pq. rs", "tu")
LENGTH = len(TEXT.text)

spans = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, LENGTH)).filter(lambda s: s[0] < s[1])
span_lists = st.lists(spans, max_size=6)


def _quotes(pairs):
    return [quote(TEXT, *pair) for pair in pairs]


def _sign(offset, first, second):
    marked = [any(start <= offset < end for start, end in side) for side in (first, second)]
    return {(True, True): "=", (True, False): "-", (False, True): "+"}.get(tuple(marked))


@given(span_lists, span_lists, spans)
def test_segments_join_to_the_text_and_every_sign_is_that_of_its_characters(first, second, within):
    places = places_of(_quotes(first), _quotes(second), TEXT)
    segments = segments_of(TEXT.text, Span(*within), places)
    assert "".join(segment.text for segment in segments) == TEXT.text[slice(*within)]
    assert [segment.start for segment in segments[1:]] == [seg.end for seg in segments[:-1]]
    for segment in segments:
        signs = {_sign(at, first, second) for at in range(segment.start, segment.end)}
        assert signs == {segment.sign}
        assert segment.place == next(
            (p.number for p in places if p.start <= segment.start < p.end), None
        )
        assert not any(segment.start < end < segment.end for pair in first + second for end in pair)


@given(span_lists, span_lists)
def test_places_are_the_groups_that_share_characters(first, second):
    places = places_of(_quotes(first), _quotes(second), TEXT)
    assert [place.number for place in places] == list(range(1, len(places) + 1))
    assert all(a.end <= b.start for a, b in pairwise(places))
    for place in places:
        inside = [
            sorted((q.start, q.end) for q in side)
            for side in (place.quotes.first, place.quotes.second)
        ]
        within = [
            sorted(pair for pair in side if place.start <= pair[0] < place.end)
            for side in (first, second)
        ]
        assert inside == within
        shared = sum(_sign(at, first, second) == "=" for at in range(place.start, place.end))
        assert place.shared == shared
        # Every character but the first is held to the one before by some quote.
        for at in range(place.start + 1, place.end):
            assert any(start < at < end for start, end in first + second)


@pytest.mark.parametrize(
    ("first", "second", "signs"),
    [
        ([(0, 5)], [(0, 5)], "="),
        ([(0, 5)], [(5, 9)], "-+"),  # touching shares nothing
        ([(0, 5)], [(1, 6)], "~"),
        ([(0, 6)], [(0, 3), (3, 6)], "~"),  # a split quote is one place
        ([(0, 3), (3, 6)], [], "--"),
        ([], [(0, 3), (2, 6)], "+"),
        ([(0, 5), (0, 5)], [(0, 5)], "="),
        ([], [], ""),
    ],
)
def test_sign_of_places(first, second, signs):
    places = places_of(_quotes(first), _quotes(second), TEXT)
    assert "".join(place.sign for place in places) == signs


def test_a_place_between_turns_belongs_to_the_next_turn():
    first_end = TEXT.turns[0].end
    (place,) = places_of([quote(TEXT, first_end, first_end + 2)], [], TEXT)
    assert place.turn == 2


def test_a_place_after_the_last_turn_belongs_to_the_last():
    shorter = transcript("ab", "cd")
    longer = type(shorter)(shorter.id, shorter.text + "\n\nend", shorter.turns)
    (place,) = places_of([quote(longer, 7, 9)], [], longer)
    assert place.turn == 2


def test_the_helper_makes_codings_of_this_text():
    assert coding(TEXT, (0, 2)).quotes[0].text == "ab"
