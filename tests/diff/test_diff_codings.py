"""The whole diff on constructed codings whose differences are known."""

from pathlib import Path

import pytest
from coded import coding, missing, model, transcript
from hypothesis import given
from hypothesis import strategies as st

from autocode.coding.files import read_coding
from autocode.coding.nouns import Failure
from autocode.diff import DIFF_FORMAT, Diff, diff_codings
from autocode.diff.record import Counts, QuoteCounts
from autocode.errors import InputError
from autocode.transcript.readers import read_transcript

TEXT = transcript("How do you work?", "I ask first. Then I look. Then I ask again.", "Why?")
START = TEXT.turns[1].start
LENGTH = len(TEXT.text)


def _diff(ours, theirs):
    return diff_codings(coding(TEXT, *ours), model(TEXT, *theirs), TEXT)


def _signs(diff):
    return "".join(place.sign for turn in diff.turns for place in turn.places)


def _quotes(same=0, overlapping=0, only=0, missing=0):
    return QuoteCounts(same=same, overlapping=overlapping, only=only, missing=missing)


def _counts(both=0, first=0, second=0):
    return Counts(both=both, first=first, second=second)


def test_identical_codings_agree_everywhere():
    marks = [(START, START + 12, "asking"), (START + 13, START + 25, "looking")]
    diff = _diff(marks, marks)
    assert diff.agrees
    assert _signs(diff) == "=="
    assert diff.total.quotes.first == diff.total.quotes.second == _quotes(same=2)
    assert diff.total.characters == _counts(both=24)
    assert diff.total.codes == _counts(both=2)


def test_disjoint_codings_share_nothing():
    diff = _diff([(START, START + 12, "asking")], [(START + 13, START + 25, "looking")])
    assert not diff.agrees
    assert _signs(diff) == "-+"
    assert diff.total.quotes.first == diff.total.quotes.second == _quotes(only=1)
    assert diff.total.characters == _counts(first=12, second=12)
    assert diff.total.codes == _counts(first=1, second=1)


@pytest.mark.parametrize("empty", ["first", "second", "both"])
def test_empty_sides(empty):
    marks = [(START, START + 12, "asking")]
    diff = _diff([] if empty != "second" else marks, [] if empty != "first" else marks)
    assert _signs(diff) == {"first": "+", "second": "-", "both": ""}[empty]
    assert diff.agrees == (empty == "both")
    assert all(turn.silent for turn in diff.turns) == (empty == "both")


def test_one_code_only_on_the_same_passage():
    diff = _diff([(START, START + 12, "a")], [(START, START + 12, "a", "b")])
    turn = diff.turns[1]
    assert [(code.sign, code.code) for code in turn.codes] == [("=", "a"), ("+", "b")]
    assert not turn.agrees
    assert _signs(diff) == "="


def test_a_split_quote_is_one_place_whose_characters_agree():
    whole, half = [(START, START + 12)], [(START, START + 6), (START + 6, START + 12)]
    diff = _diff(whole, half)
    (place,) = diff.turns[1].places
    assert (place.sign, place.shared, place.covered) == ("~", 12, 12)
    assert [segment.sign for segment in diff.turns[1].segments] == ["=", "=", None]
    assert diff.total.quotes.first == _quotes(overlapping=1)
    assert diff.total.quotes.second == _quotes(overlapping=2)
    assert not diff.agrees


def test_a_shifted_quote_overlaps():
    diff = _diff([(START, START + 12)], [(START + 2, START + 15)])
    (place,) = diff.turns[1].places
    assert (place.sign, place.shared, place.covered) == ("~", 10, 15)
    assert [segment.sign for segment in diff.turns[1].segments] == ["-", "=", "+", None]
    assert diff.total.characters == _counts(both=10, first=2, second=3)


def test_touching_quotes_do_not_overlap():
    diff = _diff([(START, START + 6)], [(START + 6, START + 12)])
    assert _signs(diff) == "-+"
    assert diff.total.characters == _counts(first=6, second=6)


def test_a_quote_over_two_turns_counts_once_and_is_marked_in_both():
    diff = _diff([(START - 6, START + 5, "a")], [])
    first, second, third = diff.turns
    assert [place.number for place in first.places] == [1]
    assert [place.number for place in second.continued] == [1]
    assert not second.places
    assert (first.tally.characters.first, second.tally.characters.first) == (4, 5)
    assert (first.tally.quotes.first.only, second.tally.quotes.first.only) == (1, 0)
    # The two characters between the turns are nobody's turn but part of the quote.
    assert diff.total.characters == _counts(first=11)
    assert diff.total.quotes.first == _quotes(only=1)
    assert [code.code for code in first.codes + second.codes] == ["a", "a"]
    assert third.silent


def test_a_quote_that_shares_nothing_itself_is_only_this_coders():
    # The first coder's quotes overlap each other; the other coder meets just one of them.
    diff = _diff([(START, START + 8), (START + 6, START + 20)], [(START + 15, START + 18)])
    assert _signs(diff) == "~"
    assert diff.total.quotes.first == _quotes(overlapping=1, only=1)


def test_missing_quotes_are_listed_where_they_name_a_turn_and_else_apart():
    diff = _diff([missing("gone", turn=2)], [missing("never said", "a"), missing("no", turn=7)])
    assert [quote.text for quote in diff.turns[1].missing.first] == ["gone"]
    assert not diff.turns[1].agrees
    assert [quote.text for quote in diff.elsewhere.missing.second] == ["never said", "no"]
    assert [code.code for code in diff.elsewhere.codes] == ["a"]
    assert diff.total.quotes.first == _quotes(missing=1)
    assert diff.total.quotes.second == _quotes(missing=2)
    assert not diff.agrees


def test_coders_are_called_by_kind_where_that_tells_them_apart():
    def labels(first, second):
        coders = diff_codings(first, second, TEXT).coders
        return coders.first.label, coders.second.label

    assert labels(coding(TEXT), model(TEXT)) == ("human", "model")
    assert labels(model(TEXT), coding(TEXT)) == ("model", "human")
    assert labels(coding(TEXT, id="anna"), coding(TEXT, id="ben")) == ("anna", "ben")
    assert labels(model(TEXT), model(TEXT)) == ("small (1)", "small (2)")


def test_failures_make_a_coding_incomplete():
    failure = Failure(chunk=1, step="single", kind="timeout", detail="no answer")
    diff = diff_codings(coding(TEXT), model(TEXT, failures=[failure]), TEXT)
    assert diff.coders.first.unfinished is None
    assert diff.coders.second.unfinished == "1 part of the transcript could not be coded"
    stopped = model(TEXT, failures=[failure], incomplete="it was interrupted")
    diff = diff_codings(coding(TEXT), stopped, TEXT)
    assert diff.coders.second.unfinished == "it was interrupted"


def test_codings_of_different_transcripts_are_refused():
    other = transcript("Something else", id="p9")
    with pytest.raises(InputError, match=r"different transcripts: t .* and p9"):
        diff_codings(coding(TEXT), model(other), TEXT)


def test_codings_of_another_text_are_refused_with_their_file():
    other = transcript("Something else")
    with pytest.raises(InputError, match=r"a\.json: .*SHA-256"):
        diff_codings(coding(other), model(other), TEXT, sources=(Path("a.json"), Path("b.json")))


def test_a_quote_that_does_not_stand_there_is_refused():
    wrong = coding(TEXT, (0, 3))
    wrong.quotes[0].text = "Who"
    with pytest.raises(InputError, match="is not what stands"):
        diff_codings(wrong, model(TEXT), TEXT)


spans = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, LENGTH)).filter(lambda s: s[0] < s[1])
span_lists = st.lists(spans, max_size=6)


@given(span_lists, span_lists)
def test_turns_join_to_their_text_and_add_up_to_the_total(ours, theirs):
    diff = _diff(ours, theirs)
    for turn, spoken in zip(diff.turns, TEXT.turns, strict=True):
        joined = "".join(segment.text for segment in turn.segments)
        assert joined == TEXT.text[spoken.start : spoken.end]
    begun = [place.number for turn in diff.turns for place in turn.places]
    assert begun == list(range(1, len(begun) + 1))
    for side, own, others in (("first", ours, theirs), ("second", theirs, ours)):
        counts = diff.total.quotes.of(side)
        sums = [sum(getattr(t.tally.quotes.of(side), n) for t in diff.turns) for n in _NAMES]
        assert sums == [getattr(counts, name) for name in _NAMES]
        kinds = [_kind(span, others) for span in own]
        assert sums == [kinds.count(name) for name in _NAMES]


_NAMES = ("same", "overlapping", "only")


def _kind(span, others):
    if span in others:
        return "same"
    shares = any(set(range(*span)) & set(range(*other)) for other in others)
    return "overlapping" if shares else "only"


@given(span_lists, span_lists)
def test_changing_sides_changes_signs_and_nothing_else(ours, theirs):
    turned = {"-": "+", "+": "-", "=": "=", "~": "~", None: None}
    there, back = _diff(ours, theirs), _diff(theirs, ours)
    assert _signs(back) == "".join(turned[sign] for sign in _signs(there))
    for turn, other in zip(there.turns, back.turns, strict=True):
        assert [turned[s.sign] for s in turn.segments] == [s.sign for s in other.segments]
    assert there.total.characters.first == back.total.characters.second


def test_the_record_survives_json():
    diff = _diff([(START, START + 12, "a")], [(START + 2, START + 15, "b"), missing("x")])
    assert diff.format == DIFF_FORMAT
    assert Diff.model_validate_json(diff.model_dump_json()) == diff


def test_the_seed_interview_against_itself_agrees():
    seeds = Path(__file__).parents[2]
    p1 = read_transcript(seeds / "seeds" / "p1.md", "p1")
    gold = read_coding(seeds / "gold" / "p1.json")
    diff = diff_codings(gold, gold.model_copy(deep=True), p1)
    assert diff.agrees
    assert diff.total.quotes.first == _quotes(same=8)
    marked = set().union(*(range(quote.start, quote.end) for quote in gold.located()))
    assert diff.total.characters == _counts(both=len(marked))
