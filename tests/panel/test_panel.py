"""The fixed panel on constructed codings whose figures are known beforehand."""

import json
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocode.agreement import u_alpha
from autocode.agreement.spans import Continuum, Unit
from autocode.coding.nouns import CodedWith, Coder, Coding, Mention, Quote, TranscriptRef
from autocode.errors import AgreementError
from autocode.panel import PanelConfig, Segments, panel

LENGTH = 4000
TURN = 100
QUICK = PanelConfig(permutations=40, baseline_draws=10, gamma_samples=5)
BARE = PanelConfig(permutations=0, baseline_draws=1, gamma_samples=5)


def coding(who, quotes, *, document="p1", length=LENGTH, **more):
    """quotes: (start, end, *codes); a leading "label:" code is the open code."""
    made = []
    for number, (start, end, *codes) in enumerate(quotes, 1):
        labels = [code[6:] for code in codes if code.startswith("label:")]
        axial = [code for code in codes if not code.startswith("label:")]
        made.append(
            Quote(
                id=f"q{number}",
                start=start,
                end=end,
                text="",
                status="exact",
                axial=axial,
                open_code=labels[0] if labels else None,
            )
        )
    transcript = TranscriptRef(id=document, sha256=document * 32, length=length)
    kind = "model" if who == "model" else "human"
    return Coding(transcript=transcript, coder=Coder(id=who, kind=kind), quotes=made, **more)


def segments(length=LENGTH):
    """Turns of 100 characters, interviewer and participant in turns, two sentences each."""
    turns = [
        (start, min(start + TURN, length), "participant" if (start // TURN) % 2 else "interviewer")
        for start in range(0, length, TURN)
    ]
    sentences = [(s, min(s + TURN // 2, length)) for s in range(0, length, TURN // 2)]
    return Segments(turns, sentences, "word " * (length // 5))


def compared(gold, model, config=BARE, **more):
    return panel([[coding("gold", gold), coding("model", model)]], config, [segments()], **more)


QUOTES = [(110, 160, "A"), (310, 390, "B"), (700, 790, "A"), (1500, 1590, "C"), (3100, 3180, "B")]


def test_identical_codings_agree_and_beat_chance():
    config = PanelConfig(permutations=199, baseline_draws=10)
    found = compared(QUOTES, QUOTES, config)
    for path in [
        ("spans", "char", "f1"),
        ("spans", "char", "labelled_iou"),
        ("spans", "u_alpha", "value"),
        ("spans", "u_alpha", "relevance"),
        ("spans", "u_alpha", "coded"),
        ("spans", "matching", "0.7", "strict"),
        (
            "spans",
            "fragmentation",
        ),
        ("spans", "gamma"),
        ("units", "turn", "kappa"),
        ("units", "sentence", "alpha"),
        ("units", "quote_pair", "alpha_masi"),
        ("axial", "turn", "f1"),
        ("axial", "turn", "alpha_masi"),
        ("axial", "document", "jaccard"),
        ("coverage", "gold_recall"),
    ]:
        assert found[path].value == pytest.approx(1.0), path
    assert found["spans", "char", "f1"].null.p == pytest.approx(1 / 200)
    assert found["spans", "char", "f1"].null.mean < 0.3
    assert found["coverage", "novel_rate"].value == 0
    assert found["baselines", "mark_all", "recall"].value == 1.0
    assert found["baselines", "mark_all", "turn_kappa"].value == 0.0


def test_disjoint_codings_do_not_agree():
    found = compared([(110, 160, "A")], [(510, 560, "B")])
    assert found["spans", "char", "f1"].value == 0
    assert found["spans", "u_alpha", "value"].value < 0
    assert found["spans", "u_alpha", "coded"].reason == "no passage was coded by two coders"
    assert found["spans", "fragmentation"].reason == "there is no overlapping quote to compare"
    assert found["axial", "document", "jaccard"].value == 0


def test_one_side_empty():
    found = compared(QUOTES, [], QUICK)
    assert found["spans", "char", "precision"].reason == "the other coder marked nothing"
    assert found["spans", "char", "recall"].value == 0
    assert found["spans", "matching", "0.5", "partial"].value == 0
    assert found["coverage", "missing"].reason == "there is no quote to compare"
    both = compared([], [], QUICK)
    assert both["spans", "u_alpha", "relevance"].value is None
    assert both["spans", "char", "f1"].reason == "neither coder marked anything"


def test_a_split_quote_shows_in_the_fragmentation_only():
    gold = [(110, 190, "A"), (310, 390, "B")]
    split = [(110, 140, "A"), (140, 165, "A"), (165, 190, "A"), (310, 390, "B")]
    found = compared(gold, split)
    assert found["spans", "u_alpha", "value"].value == 1.0
    assert found["spans", "u_alpha", "relevance"].value == 1.0
    assert found["spans", "fragmentation"].value == 2.0
    assert found["spans", "matching", "0.5", "exact"].value == pytest.approx(2 / 6)


def test_a_shifted_quote_shows_in_the_offset_errors():
    found = compared([(110, 160, "A")], [(118, 168, "A")])
    start = found["spans", "matching", "0.5", "start_error"]
    assert (start.value, start.parts["signed_median"], start.n) == (8.0, 8.0, 1)
    assert found["spans", "char", "iou"].value == pytest.approx(42 / 58)


def spoken(quotes):
    """Quotes within participants' turns as units of what participants said, end to end."""
    return [
        Unit(s // (2 * TURN) * TURN + s % TURN, (s // (2 * TURN)) * TURN + s % TURN + e - s, c)
        for s, e, c in quotes
    ]


def test_krippendorffs_family_where_no_codes_overlap():
    model = [(115, 160, "A"), (310, 390, "C"), (3100, 3150, "B")]
    found = compared(QUOTES, model)
    family = u_alpha([Continuum(LENGTH // 2, spoken(QUOTES), spoken(model))])
    assert found["spans", "u_alpha", "value"].value == pytest.approx(family.value.value)
    assert found["spans", "u_alpha", "relevance"].value == pytest.approx(family.relevance.value)
    assert found["spans", "u_alpha", "coded"].value == pytest.approx(family.coded.value)
    assert found["spans", "u_alpha", "coverage"].value == pytest.approx(family.coverage.value)
    shown = found["spans", "u_alpha", "per_code", "B"]
    assert shown.value == pytest.approx(family.per_code["B"].value)


def test_characters_are_those_that_may_be_marked_and_the_whole_text_stands_beside_them():
    model = [*QUOTES, (20, 60, "A")]  # the interviewer's words
    found = compared(QUOTES, model)
    assert found["spans", "char", "f1"].value == 1
    whole = found["spans", "whole_text", "f1"]
    marked = sum(end - start for start, end, _ in QUOTES)
    assert whole.value == pytest.approx(2 * marked / (2 * marked + 40))
    everyone = compared(QUOTES, model, PanelConfig(turns="everyone", permutations=0))
    assert everyone["spans", "char", "f1"].value == whole.value


def test_one_overlapping_code_changes_no_name_and_leaves_uα_out_with_the_reason():
    plain = compared(QUOTES, QUOTES[1:])
    overlapping = compared([*QUOTES, (120, 130, "Z")], QUOTES[1:])
    layered = ("spans", "u_alpha_layered", "value")
    assert plain[layered].value == pytest.approx(overlapping[layered].value, abs=0.02)
    assert plain["spans", "u_alpha", "value"].value is not None
    assert overlapping["spans", "u_alpha", "value"].reason.startswith("codes overlap")
    assert "p1" in overlapping["spans", "u_alpha", "value"].reason


def test_layers_of_overlapping_codes():
    gold = [(turn, turn + 50, "A", "B") for turn in range(100, 1300, 200)]
    model = [(turn, turn + 50, "A", "C") for turn in range(100, 1300, 200)]
    found = compared(gold, model)
    assert found["spans", "u_alpha_layered", "per_code", "A"].value == 1.0
    assert found["spans", "u_alpha_layered", "per_code", "B"].value < 0
    # MASI counts the shared code: cuα is above the nominal one on sets.
    units = ([Unit(s, e, frozenset(codes)) for s, e, *codes in quotes] for quotes in (gold, model))
    strict = u_alpha([Continuum(LENGTH, *units)]).coded.value
    assert found["spans", "u_alpha", "coded"].value > strict


def test_quotes_without_codes_have_no_what():
    found = compared([(110, 160)], [(110, 160)])
    assert found["spans", "matching", "0.5", "strict"].reason == "no quote carries an axial code"
    assert found["spans", "matching", "0.5", "exact"].value == 1.0
    assert (
        found["axial", "turn", "f1"].reason == "there is no code application in a turn to compare"
    )


def test_units_are_the_participants_turns_unless_everyone_counts():
    found = compared([(110, 160, "A")], [(110, 160, "A"), (20, 60, "A")])
    assert found["units", "turn", "kappa"].n == LENGTH // TURN // 2
    assert found["units", "turn", "precision"].value == 1.0
    all_turns = PanelConfig(turns="everyone", permutations=0)
    everyone = compared([(110, 160, "A")], [(110, 160, "A"), (20, 60, "A")], all_turns)
    assert everyone["units", "turn", "kappa"].n == LENGTH // TURN
    assert everyone["units", "turn", "precision"].value == 0.5


def test_rare_codes_show_counts_and_no_coefficient():
    found = compared(QUOTES, QUOTES)
    rare = found["units", "turn", "per_code", "C", "kappa"]
    assert rare.value is None
    assert "fewer than 5 turns carry the code" in rare.reason
    assert rare.parts["both"] == 1


def test_a_mention_counts_as_a_code_of_its_turn():
    mentioned = coding("gold", [(110, 160, "A")], mentions=[Mention(code="Z", turn=2)])
    model = coding("model", [(110, 160, "A", "Z")])
    found = panel([[mentioned, model]], BARE, [segments()])
    assert found["axial", "turn", "f1"].value == 1.0
    assert found["coverage", "gold_recall"].n == 2
    # Nobody knows which of the turn's sentences was meant.
    assert found["units", "sentence", "per_code", "Z", "kappa"].parts["second_only"] == 2


def test_without_transcripts_what_needs_them_is_null_with_the_reason():
    found = panel([[coding("gold", QUOTES), coding("model", QUOTES)]], BARE)
    reason = "the transcript was not given, and this needs its turns and sentences"
    for path in [
        ("units", "turn", "kappa"),
        ("units", "sentence", "per_code", "A", "f1"),
        ("axial", "turn", "alpha_masi"),
        ("baselines", "longest_turns", "f1"),
    ]:
        assert (found[path].value, found[path].reason) == (None, reason)
        assert found[path].reference
    assert found["spans", "char", "f1"].value == 1.0
    assert found["axial", "document", "f1"].value == 1.0


def test_three_coders():
    coders = [coding(name, quotes) for name, quotes in (("a", QUOTES), ("b", QUOTES), ("c", []))]
    found = panel([coders], QUICK, [segments()])
    units = spoken(QUOTES)
    expected = u_alpha([Continuum(LENGTH // 2, units, units, [])]).value.value
    assert found["spans", "u_alpha", "value"].value == pytest.approx(expected)
    assert found["spans", "char", "f1"].reason.startswith("this is defined for two coders")
    assert found["units", "turn", "kappa"].value is None
    assert 0 < found["units", "turn", "alpha"].value < 1
    assert found["baselines", "mark_all", "f1"].value is None


def several(number):
    rng = np.random.default_rng(number)
    documents = []
    for index in range(number):
        moved = [(s + int(rng.integers(-9, 9)), e, c) for s, e, c in QUOTES]
        kept = [quote for quote in moved if rng.random() < 0.8]
        name = f"p{index}"
        documents.append(
            [coding("gold", QUOTES, document=name), coding("model", kept, document=name)]
        )
    return documents


def test_twelve_documents_are_left_out_in_turn():
    documents = several(12)
    found = panel(documents, QUICK, [segments()] * 12)
    f1 = found["spans", "char", "f1"]
    assert f1.interval.method == "jackknife over 12 documents, t with 11 degrees of freedom"
    assert f1.interval.low < f1.value < f1.interval.high <= 1
    alone = found["uncertainty", "documents", "p3", "spans.char.f1"]
    single = panel([documents[3]], BARE, [segments()])["spans", "char", "f1"]
    assert alone.value == pytest.approx(single.value)
    left = found["uncertainty", "leave_one_out", "spans.char.f1"]
    assert left.range.low <= left.value <= left.range.high
    assert left.interval is None


def test_the_order_of_documents_changes_no_value():
    documents = several(4)
    forth = panel(documents, BARE, [segments()] * 4).figures
    back = panel(documents[::-1], BARE, [segments()] * 4).figures
    for path, figure in forth.items():
        # Saturation is about the order, γ and the random coder about the seed.
        if not {"baselines", "gamma", "saturation", "slope_ratio"} & set(path):
            other = back[path].value
            assert other is figure.value or other == pytest.approx(figure.value), path


def test_few_documents_have_a_range_and_no_interval():
    found = panel(several(3), QUICK, [segments()] * 3)
    f1 = found["spans", "char", "f1"]
    assert f1.interval is None
    assert f1.no_interval == "3 documents are fewer than the 5 that an interval needs"
    alone = [found["uncertainty", "documents", f"p{i}", "spans.char.f1"].value for i in range(3)]
    assert (f1.range.low, f1.range.high) == (pytest.approx(min(alone)), pytest.approx(max(alone)))


def test_one_document_speaks_of_itself_only_and_of_ten_marked_turns_at_least():
    many = [(turn, turn + 40 + turn // 100, "A") for turn in range(100, 2500, 200)]
    found = compared(many, [(s + 9, e, c) for s, e, c in many[1:]], QUICK)
    assert found["spans", "char", "f1"].interval.method.startswith("approximate, this document")
    assert "this document only" in found["units", "sentence", "kappa"].interval.method
    few = compared(QUOTES, QUOTES[1:], QUICK)
    reason = "5 turns carry marks, fewer than the 10 that an interval needs"
    assert few["spans", "char", "f1"].no_interval == reason
    bare = panel([[coding("gold", QUOTES), coding("model", QUOTES[1:])]], QUICK)
    assert bare["spans", "char", "f1"].interval is None
    assert bare["uncertainty", "intervals"].reason.startswith("one document without turns")


def test_shares_of_a_few_turns_have_no_interval():
    many = [(turn, turn + 40 + turn // 100, "A") for turn in range(100, 2500, 200)]
    found = compared(many, many[:4], QUICK)
    assert found["spans", "char", "recall"].interval
    assert found["spans", "char", "precision"].no_interval.startswith("4 turns bear on it")
    assert found["units", "turn", "precision"].interval is None
    single = compared(many[:4], many[:1], QUICK)
    told = "1 turn bears on it, fewer than the 5 that an interval needs"
    assert single["spans", "char", "precision"].no_interval == told
    # Figures rest on different numbers of turns: the commonest number does not stand for all.
    assert re.search(r" \(\d+ of \d+ figures\)$", single["uncertainty", "intervals"].reason)


def test_codes_of_a_few_turns_have_no_coefficient_on_spans_either():
    found = compared(QUOTES, QUOTES)
    rare = found["spans", "u_alpha_layered", "per_code", "C"]
    assert rare.reason.startswith("fewer than 5 turns carry the code")


def test_turns_are_judged_by_the_same_draws_as_characters():
    found = compared(QUOTES, QUOTES, QUICK)
    where = found["spans", "char", "f1"].null.method
    assert found["units", "turn", "kappa"].null.method == where
    assert found["units", "sentence", "alpha"].null.method == where
    what = found["axial", "turn", "alpha_masi"].null.method
    assert found["spans", "u_alpha_layered", "value"].null.method == what
    assert "codes permuted" in what


def test_a_coder_who_marked_everything_is_never_more_than_chance():
    everything = [(turn, turn + TURN, "A") for turn in range(100, LENGTH, 200)]
    found = compared(QUOTES, everything, QUICK)
    for path in (
        ("spans", "char", "f1"),
        ("spans", "u_alpha", "relevance"),
        ("units", "turn", "kappa"),
        ("units", "sentence", "kappa"),
        ("axial", "turn", "alpha_masi"),
        ("spans", "u_alpha_layered", "value"),
    ):
        assert found[path].value is None or found[path].null.p == 1, path
    assert found["spans", "char", "f1"].null.least == 1


def test_few_ways_to_deal_the_codes_are_said():
    two = [(110, 160, "A"), (310, 390, "B")]
    null = compared(two, two, QUICK)["axial", "turn", "alpha_masi"].null
    assert null.least == 1 / 2
    assert null.p > 0.3


def test_baselines_are_told_apart_by_the_interval_of_the_difference():
    rng = np.random.default_rng(1)
    documents = several(8)
    for pair in documents:
        noise = [
            (s, s + int(rng.integers(20, 60)), "A")
            for s in (int(2 * TURN * rng.integers(0, 20)) + 110 for _ in range(2))
        ]
        pair[1] = coding(
            "model", [*QUOTES[: rng.integers(3, 6)], *noise], document=pair[0].transcript.id
        )
    found = panel(documents, QUICK, [segments()] * 8)
    against = found["baselines", "random_spans", "f1"].parts["difference"]
    assert against["verdict"] == "better"
    assert 0 < against["low"] < against["value"] < against["high"]
    assert against["method"].startswith("paired jackknife over 8 documents")
    few = compared(QUOTES, QUOTES[1:], QUICK)["baselines", "mark_all", "f1"].parts["difference"]
    assert few["verdict"] is None
    assert few["reason"].startswith("5 turns carry marks")


def test_unlocated_quotes_of_a_model_are_spurious_and_doubles_count_once():
    model = coding("model", [*QUOTES, QUOTES[0]])
    model.quotes.append(Quote(id="x", text="never said", status="missing"))
    found = panel([[coding("gold", QUOTES), model]], BARE)["spans", "matching", "0.5", "exact"]
    assert (found.parts["spu"], found.parts["cor"]) == (1, 5)
    paraphrased = coding("gold", QUOTES)
    paraphrased.quotes.append(Quote(id="x", text="my words", status="missing"))
    human = panel([[coding("anna", QUOTES), paraphrased]], BARE)
    assert human["spans", "matching", "0.5", "exact"].value == 1


def test_same_seed_same_figures_and_another_seed_other_intervals():
    first, again = compared(QUOTES, QUOTES[1:], QUICK), compared(QUOTES, QUOTES[1:], QUICK)
    assert first.as_json() == again.as_json()
    other = PanelConfig(permutations=40, baseline_draws=10, seed=1)
    assert compared(QUOTES, QUOTES[1:], other).as_json()["spans"] != first.as_json()["spans"]


def test_open_codes_are_compared_by_the_similarity_handed_in():
    gold = [(110, 160, "label:trusting the tool"), (310, 390, "label:checking output")]
    model = [(112, 160, "label:trust in the tool"), (310, 380, "label:weather")]
    asked = []

    def similarity(first, second):
        asked.append((tuple(first), tuple(second)))
        return np.array([[1.0 if a[:5] == b[:5] else 0.1 for b in second] for a in first])

    config = PanelConfig(similarity="first letters", permutations=40)
    found = compared(gold, model, config, similarity=similarity)
    assert asked[0] == (
        ("trusting the tool", "checking output"),
        ("trust in the tool", "weather"),
    )
    assert found["labels", "f1"].value == 0.5
    assert found["labels", "f1"].parts["similarity"] == "first letters"
    assert found["labels", "paired"].value == pytest.approx(0.55)
    assert found["labels", "paired"].parts["excess"] == pytest.approx(
        0.55 - found["labels", "paired"].null.mean
    )
    assert len(found["labels", "curve_area"].parts["curve"]) == 101
    without = compared(gold, model)
    assert without["labels", "f1"].reason == "no similarity of labels was given"
    silent = compared(QUOTES, model, config, similarity=similarity)
    assert silent["labels", "f1"].reason == "the reference coder wrote no open code"


def test_codes_are_grouped_by_their_parents():
    def with_parents(who, parents):
        codes = [
            CodedWith(id=code, parent=parent) for code, parent in zip("ABCD", parents, strict=True)
        ]
        return coding(who, QUOTES, codes=codes)

    pair = [with_parents("gold", "xxyy"), with_parents("model", "xxyz")]
    found = panel([pair], BARE)
    assert found["axial", "grouping", "ari"].value == pytest.approx(0.571429, abs=1e-6)
    assert compared(QUOTES, QUOTES)["axial", "grouping", "ari"].reason.startswith("no code that")


def test_axial_figures_one_level_up():
    """A and B stand under x, C under y, D alone: other codes of one parent are agreement there."""
    parents = {"A": "x", "B": "x", "C": "y", "D": None}
    codes = [CodedWith(id=code, parent=parent) for code, parent in parents.items()]
    gold = [(110, 160, "A"), (310, 390, "A", "B"), (700, 790, "C"), (1500, 1590, "D")]
    other = [(110, 160, "B"), (310, 390, "A"), (700, 790, "C"), (1500, 1590, "D")]
    mentions = [Mention(turn=20, code="C")]
    pair = [coding("gold", gold, codes=codes, mentions=mentions), coding("model", other)]
    found = panel([pair], PanelConfig(permutations=9, baseline_draws=1), [segments()])
    assert found["axial", "turn", "f1"].value == pytest.approx(2 * 3 / (2 * 3 + 3 + 1))
    assert found["axial", "parents", "turn", "f1"].value == pytest.approx(8 / 9)
    assert found["axial", "parents", "turn", "alpha_masi"].null
    assert found["axial", "parents", "document", "f1"].value == 1
    flat = compared(QUOTES, QUOTES)
    assert flat["axial", "parents", "turn", "f1"].reason == (
        "no code that was used has a parent in the codebook"
    )
    assert flat["axial", "parents", "document", "jaccard"].value is None


def test_unlocated_quotes_are_counted():
    model = coding("model", QUOTES)
    model.quotes.append(Quote(id="x", text="never said", status="missing"))
    found = panel([[coding("gold", QUOTES), model]], BARE)
    assert found["coverage", "missing"].value == pytest.approx(1 / 6)


def test_json_has_the_named_keys_and_leaves():
    tree = compared(QUOTES, QUOTES[1:], QUICK).as_json()
    json.dumps(tree, allow_nan=False)
    assert {"precision", "recall", "f1", "iou"} <= tree["spans"]["char"].keys()
    keys = {"value", "relevance", "coded", "coverage", "per_code"}
    assert keys <= tree["spans"]["u_alpha"].keys()
    assert {"strict", "exact", "partial", "type"} <= tree["spans"]["matching"]["0.5"].keys()
    for unit in ("turn", "sentence"):
        names = {"kappa", "alpha", "ac1", "pabak", "per_code"}
        assert names <= tree["units"][unit].keys()
    names = {"precision", "recall", "f1", "alpha_masi"}
    assert names <= tree["axial"]["turn"].keys()
    assert "jaccard" in tree["axial"]["document"]
    assert {"labels", "coverage", "baselines", "uncertainty"} <= tree.keys()
    assert tree["config_sha256"] == QUICK.sha256
    assert tree["coders"][0][1] == {"id": "model", "kind": "model", "assisted": False}
    for about in ("config", "config_sha256", "documents", "coders"):
        del tree[about]
    for leaf in leaves(tree):
        assert {"value", "n", "unit", "reference"} <= leaf.keys()
        assert (leaf["value"] is None) == ("reason" in leaf)


def leaves(tree):
    for branch in tree.values():
        if "reference" in branch and "unit" in branch:
            yield branch
        else:
            yield from leaves(branch)


def test_config_hash_follows_every_setting():
    assert PanelConfig().sha256 == PanelConfig().sha256
    assert PanelConfig(seed=1).sha256 != PanelConfig().sha256
    with pytest.raises(AgreementError, match="lie between 0 and 1"):
        PanelConfig(thresholds=(0.5, 50))
    with pytest.raises(AgreementError, match="not negative"):
        PanelConfig(permutations=-1)


def test_what_cannot_be_compared_is_refused_with_a_sentence():
    gold, model = coding("gold", QUOTES), coding("model", QUOTES, document="p2")
    with pytest.raises(AgreementError, match=r"of different transcripts: p1 \(p1p1p1p1\) and p2"):
        panel([[gold, model]])
    with pytest.raises(AgreementError, match=r"p1, model: the unit .* past the end of the text"):
        panel([[gold, coding("model", [(3990, 4010, "A")])]])
    with pytest.raises(AgreementError, match="no coding to compare"):
        panel([])
    with pytest.raises(AgreementError, match="the same number of codings, at least two"):
        panel([[gold]])
    with pytest.raises(AgreementError, match="1 coded documents and 2 transcripts"):
        panel([[gold, gold]], BARE, [segments(), segments()])
    with pytest.raises(AgreementError, match="the transcript p1 is given twice"):
        panel([[gold, gold], [gold, gold]])
    with pytest.raises(AgreementError, match="the similarity of labels has no name"):
        panel([[gold, gold]], BARE, similarity=lambda a, b: np.ones((len(a), len(b))))


@st.composite
def quotes(draw):
    starts = draw(st.lists(st.integers(0, LENGTH - 1), max_size=5))
    return [
        (s, draw(st.integers(s + 1, min(LENGTH, s + 900))), *draw(st.sets(st.sampled_from("AB"))))
        for s in starts
    ]


@given(quotes(), quotes(), st.booleans())
@settings(max_examples=8, deadline=None)
def test_any_codings_give_figures_or_reasons(gold, model, known):
    config = PanelConfig(permutations=4, baseline_draws=1, gamma_samples=2)
    pair = [coding("gold", gold), coding("model", model)]
    found = panel([pair], config, [segments()] if known else None)
    for path, figure in found.figures.items():
        assert (figure.value is None) == (figure.reason is not None), path
        assert figure.value is None or math.isfinite(figure.value), path
        assert figure.reference, path
