"""A diff in words."""

from coded import coding, missing, model, quote, transcript

from autocode.coding.nouns import Failure
from autocode.diff import diff_codings
from autocode.diff.words import (
    coded_with,
    failures_of,
    kind_of,
    quote_rows,
    share,
    share_rows,
    tally_line,
    title_of,
    warnings_of,
)

TEXT = transcript("How do you work?", "I ask first. Then I look. Then I ask again.")
START = TEXT.turns[1].start
DIFF = diff_codings(
    coding(TEXT, (0, 3), (START, START + 12, "asking"), missing("gone", turn=2)),
    model(
        TEXT, (START, START + 6, "asking", "b"), (START + 7, START + 12), (START + 13, START + 25)
    ),
    TEXT,
)


def test_title_names_the_coders():
    assert title_of(DIFF) == "t: human and model"


def test_kinds_and_shares_of_places():
    alone, overlap, added = (place for turn in DIFF.turns for place in turn.places)
    assert kind_of(alone, DIFF) == "human only"
    assert kind_of(overlap, DIFF) == "overlapping: 11 of 12 characters shared (92%)"
    assert share(overlap) == "11 of 12 characters shared (92%)"
    assert kind_of(added, DIFF) == "model only"
    same = diff_codings(coding(TEXT, (0, 3)), model(TEXT, (0, 3)), TEXT)
    assert kind_of(same.turns[0].places[0], same) == "same passage"


def test_axial_codes_are_the_quotes_own_unless_its_trace_gave_them():
    own = quote(TEXT, 0, 3, "a", "b", name="Asking")
    assert coded_with(own) == "Asking → a, b"
    assert coded_with(own.model_copy(update={"mapping": "trace"})) == "Asking"
    assert coded_with(quote(TEXT, 0, 3)) == "no open code"
    assert coded_with(quote(TEXT, 0, 3, "a")) == "no open code → a"
    assert coded_with(missing("gone", "a")) == "→ a"
    assert coded_with(missing("gone")) == ""


def test_tally_and_rows_give_the_counted_figures():
    assert tally_line(DIFF.turns[1].tally) == (
        "quotes =0 ~1/2 -0 +1 ?1/0   characters =11 -1 +12   codes =1 -0 +1"
    )
    assert [row[2:] for row in quote_rows(DIFF)] == [(0, 0), (1, 2), (1, 1), (1, 0)]
    assert [row[1:] for row in share_rows(DIFF)] == [(11, 4, 12), (1, 0, 1)]


def test_warnings_name_what_is_not_whole_and_who_was_assisted():
    failure = Failure(chunk=2, step="single", kind="timeout", detail="no answer")
    diff = diff_codings(
        coding(TEXT, assisted=True), model(TEXT, failures=[failure], incomplete="stopped."), TEXT
    )
    assert warnings_of(diff) == [
        "ASSISTED: human (gold) saw a model's proposals, so this shows acceptance, not agreement.",
        "INCOMPLETE: the coding of model (small) is not complete: stopped.",
    ]
    assert failures_of(diff) == ["failed (model): chunk 2, single, timeout: no answer"]
    assert warnings_of(DIFF) == []
