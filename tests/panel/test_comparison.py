"""Comparisons of constructed codings whose figures are known beforehand."""

import itertools
import math
from dataclasses import replace

import pytest
from constructed import BARE, QUICK, QUOTES, bare, coding, leaves, material, transcript, tree_of

from autocode.coding.nouns import CodedWith, Failure, Mention, Quote
from autocode.errors import AgreementError, InputError
from autocode.models.embedding import Lexical
from autocode.panel import PanelConfig
from autocode.panel.comparison import Comparison, Material, Source, compare, settings_for
from autocode.panel.tables import floors
from autocode.panel.verdict import answer, beside_baselines

# The keys that a comparison file promises.
KEYS = [
    *(("spans", "char", name) for name in ("precision", "recall", "f1", "iou")),
    *(("spans", "u_alpha", name) for name in ("value", "relevance", "coded", "coverage")),
    *(("spans", "matching", "0.5", name) for name in ("strict", "exact", "partial", "type")),
    ("spans", "fragmentation"),
    ("spans", "gamma"),
    *(
        ("units", unit, name)
        for unit in ("turn", "sentence")
        for name in ("kappa", "alpha", "ac1", "pabak", "p_pos", "p_neg", "precision", "recall")
    ),
    *(("axial", "turn", name) for name in ("precision", "recall", "f1", "alpha_masi")),
    ("axial", "document", "jaccard"),
    *(("labels", name) for name in ("precision", "recall", "f1", "mean", "paired")),
    *(("coverage", name) for name in ("gold_recall", "novel_rate", "redundancy", "missing")),
    *(("baselines", coder, "f1") for coder in ("mark_all", "mark_nothing", "longest_turns")),
    *(("baselines", coder, "u_alpha_layered") for coder in ("longest_sentences", "random_spans")),
    ("baselines", "keyword", "axial_turn_f1"),
    ("uncertainty", "intervals"),
]
BRANCHES = [("spans", "u_alpha", "per_code"), ("units", "turn", "per_code")]


def value(comparison, *path):
    return comparison.figure(*path).value


def test_identical_codings():
    found = compare([material(QUOTES, QUOTES)], QUICK)
    for path in KEYS[:8] + KEYS[8:14]:
        if path != ("spans", "u_alpha", "coverage"):
            assert value(found, *path) == pytest.approx(1), path
    assert value(found, "axial", "turn", "f1") == 1
    assert value(found, "coverage", "novel_rate") == 0
    assert found.branch("uncertainty", "pairs") == {}
    assert found.figure("spans", "char", "f1").null.p == pytest.approx(0.01)
    assert all(floor.standing != "not above" for floor in floors(found) if "turn" not in floor.path)


def test_disjoint_codings():
    found = compare([material([(110, 160, "A")], [(510, 560, "B")])], BARE)
    assert value(found, "spans", "char", "f1") == 0
    assert value(found, "spans", "u_alpha", "value") < 0
    assert value(found, "axial", "turn", "f1") == 0
    assert value(found, "units", "turn", "kappa") < 0
    assert found.figure("spans", "fragmentation").reason


def test_one_side_empty():
    found = compare([material(QUOTES, [])], BARE)
    assert value(found, "spans", "char", "recall") == 0
    assert found.figure("spans", "char", "precision").reason == "the other coder marked nothing"
    assert value(found, "spans", "marked", "other") == 0
    nobody = compare([material([], [])], BARE)
    assert answer(nobody).startswith("On p1 nothing can be said")


def test_one_code_only_cannot_say_what():
    marked = [(start, end, "A") for start, end, _ in QUOTES]
    found = compare([material(marked, marked)], BARE)
    assert value(found, "spans", "u_alpha", "value") == 1
    assert found.figure("spans", "u_alpha", "coded").value is None
    assert "one code" in found.figure("spans", "u_alpha", "coded").reason


def test_a_split_quote_leaves_alpha_at_one_and_shows_as_fragmentation():
    gold = [(0, 90, "A"), (150, 200, "B")]
    split = [(0, 30, "A"), (30, 60, "A"), (60, 90, "A"), (150, 200, "B")]
    found = compare([bare(gold, split, length=300)], BARE)
    for name in ("value", "relevance", "coded"):
        assert value(found, "spans", "u_alpha", name) == 1
    assert value(found, "spans", "fragmentation") == 2
    assert value(found, "spans", "matching", "0.5", "exact") == pytest.approx(2 * 1 / (2 + 4))


@pytest.mark.parametrize(
    ("length", "alpha"), [(250, 0.598), (300, 0.633), (500, 0.688), (5000, 0.745)]
)
def test_a_shifted_quote_counts_by_how_much_text_there_is(length, alpha):
    gold, shifted = [(0, 90, "A"), (150, 200, "B")], [(20, 110, "A"), (165, 215, "B")]
    found = compare([bare(gold, shifted, length=length)], BARE)
    assert value(found, "spans", "u_alpha", "value") == pytest.approx(alpha, abs=0.0005)
    assert value(found, "spans", "char", "f1") == pytest.approx(2 * 105 / 280)


def test_three_coders_of_the_published_example():
    # Krippendorff 2019, fig. 12.11: uα .510, |uα .413, cuα .724.
    alex = [(2, 9, "1"), (11, 17, "2"), (24, 30, "5"), (32, 36, "6"), (36, 44, "6"), (44, 60, "7")]
    paul = [(2, 9, "1"), (11, 17, "3"), (19, 25, "5"), (32, 44, "6")]
    suzan = [(2, 9, "1"), (11, 17, "4"), (21, 27, "5"), (32, 36, "6"), (36, 40, "6"), (40, 44, "6")]
    found = compare([bare(alex, paul, suzan, length=60)], BARE)
    figures = [value(found, "spans", "u_alpha", name) for name in ("value", "relevance", "coded")]
    assert figures == pytest.approx([0.50967, 0.413226, 0.724082], abs=1e-5)
    assert found.figure("spans", "char", "f1").reason.startswith("this is defined for two coders")
    pairs = found.branch("uncertainty", "pairs")
    assert len(pairs) == 3
    both = compare([bare(alex, paul, length=60)], BARE)
    assert value(both, "spans", "u_alpha", "value") == pytest.approx(0.36161, abs=1e-5)
    relevance = pairs["1 gold – 2 model"]["spans.u_alpha.relevance"]["value"]
    assert relevance == pytest.approx(value(both, "spans", "u_alpha", "relevance"))
    assert "the 3 coders" in answer(found)


def test_twelve_documents_are_pooled():
    made = [
        material(QUOTES, QUOTES if number % 3 else [(910, 950, "A")], text=transcript(f"p{number}"))
        for number in range(12)
    ]
    found = compare(made, QUICK)
    length = sum(end - start for start, end, _ in QUOTES)
    shared, added, missed = 8 * length, 4 * 40, 4 * length
    expected = 2 * shared / (2 * shared + added + missed)
    assert value(found, "spans", "char", "f1") == pytest.approx(expected)
    assert "12 documents" in found.figure("spans", "char", "f1").interval.method
    assert len(found.branch("uncertainty", "documents")) == 12
    assert answer(found).startswith("On 12 transcripts")


def _all_kinds():
    empty = material(QUOTES, [])
    labelled = material([(110, 160, "A", "label:trust")], [(110, 160, "A", "label:trusting")])
    return [
        ("identical", [material(QUOTES, QUOTES)]),
        ("empty", [empty]),
        ("nobody", [material([], [])]),
        ("no transcript", [bare(QUOTES, QUOTES)]),
        ("three", [bare(QUOTES, QUOTES, [(0, 50, "A", "B")])]),
        ("labels", [labelled]),
        ("two documents", [material(QUOTES, [], text=transcript(n)) for n in ("a", "b")]),
    ]


@pytest.mark.parametrize(("kind", "made"), _all_kinds(), ids=lambda one: str(one)[:12])
def test_every_promised_key_is_there_and_every_leaf_is_a_figure(kind, made):
    embedder = Lexical("lexical") if kind == "labels" else None
    tree = tree_of(compare(made, QUICK, embedder))
    found = dict(leaves(tree))
    assert set(KEYS) <= set(found)
    for branch in BRANCHES:
        below = tree
        for key in branch:
            below = below[key]
    for path, leaf in found.items():
        assert {"value", "n", "unit", "reference"} <= set(leaf), path
        assert all((leaf["unit"], leaf["reference"], leaf["n"] >= 0)), path
        if leaf["value"] is None:
            assert leaf["reason"].strip(), path
        else:
            assert math.isfinite(leaf["value"]), path
            assert "reason" not in leaf, path
        assert set(leaf) <= {
            "value", "n", "unit", "reference", "reason", "parts", "interval", "null",
            "no_interval", "range",
        }  # fmt: skip


def test_a_figure_reads_back_what_the_panel_found():
    many = [(turn, turn + 40 + turn // 100, "A") for turn in range(100, 2500, 200)]
    found = compare([material(many, many[1:])], QUICK)
    again = Comparison.model_validate_json(found.model_dump_json())
    assert again == found
    figure = again.figure("spans", "char", "f1")
    assert (figure.null.low, figure.interval.level) == (figure.null.low, 0.95)
    assert figure.as_json() == found.branch("spans", "char", "f1")
    few = compare([material(QUOTES, QUOTES[1:], text=transcript(name)) for name in "ab"], QUICK)
    ranged = few.figure("spans", "char", "f1")
    assert ranged.no_interval.startswith("2 documents are fewer")
    assert ranged.range.of == "each of 2 documents alone"
    assert ranged.as_json() == few.branch("spans", "char", "f1")
    with pytest.raises(KeyError, match=r"spans\.char\.nothing"):
        again.figure("spans", "char", "nothing")


def test_the_same_seed_gives_the_same_comparison():
    made = [material(QUOTES, [(120, 180, "A"), (900, 950, "B")])]
    first, second = (compare(made, QUICK).model_dump_json() for _ in range(2))
    assert first == second
    other = compare(made, PanelConfig(permutations=99, baseline_draws=5, seed=7))
    assert other.model_dump_json() != first
    assert other.config_sha256 != compare(made, QUICK).config_sha256


def test_without_transcript_units_are_null_and_spans_are_not():
    found = compare([bare(QUOTES, QUOTES)], BARE)
    assert value(found, "spans", "char", "f1") == 1
    assert "transcript was not given" in found.figure("units", "turn", "kappa").reason
    assert not found.documents[0].transcript_used
    assert "could not be computed" in " ".join(beside_baselines(found))


def test_mentions_count_as_codes_of_their_turn():
    text = transcript()
    gold = coding("gold", [], text=text, mentions=[Mention(code="A", turn=2)])
    model = coding("model", [(110, 150, "A")], text=text)
    found = compare([Material((Source.of(gold), Source.of(model)), text)], BARE)
    assert value(found, "axial", "turn", "f1") == 1
    assert value(found, "spans", "char", "recall") is None


def test_failures_and_quotes_not_located_are_named():
    lost = Quote(id="q9", text="never said", status="missing", as_written="Never said!")
    failure = Failure(chunk=3, step="name", kind="refusal", detail="no", attempts=2)
    text = transcript()
    model = coding("model", QUOTES, text=text, lost=[lost], failures=[failure], incomplete="1 of 9")
    sources = Source.of(coding("gold", QUOTES, text=text)), Source.of(model, "runs/p1/R")
    with pytest.raises(InputError, match=r"runs/p1/R: this coding is incomplete: 1 of 9\."):
        compare([Material(sources, text)], BARE)
    found = compare([Material(sources, text)], BARE, incomplete=True)
    assert found.incomplete == ["runs/p1/R: 1 of 9"]
    assert found.failures[0].model_dump()["source"] == "runs/p1/R"
    assert (found.failures[0].document, found.failures[0].kind) == ("p1", "refusal")
    assert found.documents[0].codings[1].unlocated[0].text == "Never said!"
    assert value(found, "coverage", "missing") == pytest.approx(1 / 6)


def test_assisted_coding_is_acceptance_and_never_agreement():
    text = transcript()
    gold, model = coding("gold", QUOTES, text=text, assisted=True), coding("model", [], text=text)
    made = Material((Source.of(gold), Source.of(model)), text, notes=("axial agreement is high",))
    found = compare([made], BARE)
    assert (found.measures, found.assisted) == ("acceptance", True)
    assert found.notes == ["axial acceptance is high"]
    assert "agree" not in answer(found)
    with pytest.raises(InputError, match="others blind"):
        compare([made, material(QUOTES, QUOTES, text=transcript("p2"))], BARE)


def test_refuses_codings_of_different_texts_and_impossible_offsets():
    other = Source.of(coding("model", [], document="p2"), "b.json")
    with pytest.raises(InputError, match=r"b\.json: this codes another text than a\.json"):
        compare([Material((Source.of(coding("gold", []), "a.json"), other))], BARE)
    beyond = Source.of(coding("model", [(3990, 4010, "A")]), "b.json")
    with pytest.raises(InputError, match="q1 does not fit: it spans 3990 to 4010 of 4000"):
        compare([Material((Source.of(coding("gold", [])), beyond))], BARE)
    made = coding("model", [(10, 20, "A")])
    made.quotes[0].text = "shorter"
    with pytest.raises(InputError, match="has 7 characters of text"):
        compare([Material((Source.of(coding("gold", [])), Source.of(made)))], BARE)


def test_a_second_human_gives_the_ceiling():
    text = transcript()
    second = coding("anna", QUOTES[1:], text=text)
    made = material(QUOTES, QUOTES[:3], text=text, humans=(Source.of(second),))
    plain = compare([material(QUOTES, QUOTES[:3], text=text)], BARE)
    found = compare([made], BARE)
    figure = found.figure("uncertainty", "ceiling", "anna", "spans.char.f1")
    sizes = [end - start for start, end, _ in QUOTES]
    first = 2 * sum(sizes[:3]) / (sum(sizes) + sum(sizes[:3]))
    other = 2 * sum(sizes[1:3]) / (sum(sizes[1:]) + sum(sizes[:3]))
    humans = 2 * sum(sizes[1:]) / (sum(sizes) + sum(sizes[1:]))
    assert figure.parts["pairs"] == pytest.approx([first, other])
    assert figure.parts["human_human"] == pytest.approx(humans)
    assert figure.value == pytest.approx((first + other) / 2 / humans)
    assert value(plain, "spans", "char", "f1") == value(found, "spans", "char", "f1")
    assert "ceiling" not in plain.uncertainty


def test_several_documents_give_the_ceiling_an_interval():
    made = []
    for name in ("a", "b", "c"):
        text = transcript(name)
        humans = (Source.of(coding("anna", QUOTES[1:], text=text)),) if name != "c" else ()
        made.append(material(QUOTES, QUOTES[:3], text=text, humans=humans))
    figure = compare(made, QUICK).figure("uncertainty", "ceiling", "anna", "spans.char.f1")
    assert figure.n == 2
    assert figure.parts["no_difference_interval"].startswith("2 documents are fewer")


def test_several_runs_show_how_steady_the_model_is():
    text = transcript()
    more = [coding("model", QUOTES[:2], text=text), coding("model", QUOTES[:1], text=text)]
    made = material(QUOTES, QUOTES, text=text, runs=tuple(map(Source.of, more)))
    found = compare([made], BARE)
    mean = found.figure("uncertainty", "runs", "mean", "spans.char.f1")
    sizes = list(itertools.accumulate(end - start for start, end, _ in QUOTES))
    values = [2 * part / (part + sizes[-1]) for part in (sizes[-1], sizes[1], sizes[0])]
    assert mean.parts["values"] == pytest.approx(values)
    assert mean.value == pytest.approx(sum(values) / 3)
    assert (mean.n, mean.unit) == (3, "run")
    survival = found.figure("uncertainty", "runs", "survival")
    assert survival.parts["present_in"] == pytest.approx({"1": 3 / 8, "2": 2 / 8, "3": 3 / 8})
    assert found.figure("uncertainty", "runs", "same_turns").value == pytest.approx(16 / 20)
    with pytest.raises(AgreementError, match="the same number of runs"):
        compare([made, material(QUOTES, QUOTES, text=transcript("p2"))], BARE)


def test_runs_are_pooled_over_documents_each_by_itself():
    made = []
    for name, own in (("a", [QUOTES, QUOTES]), ("b", [[], []])):
        text = transcript(name)
        again = Source.of(coding("model", own[1], text=text))
        made.append(material(QUOTES, own[0], text=text, runs=(again,)))
    mean = compare(made, QUICK).figure("uncertainty", "runs", "mean", "spans.char.f1")
    assert mean.parts["values"] == pytest.approx([2 / 3, 2 / 3])
    assert mean.no_interval.startswith("2 documents are fewer")


def test_trivial_coders_are_judged_by_the_same_policy_as_the_model():
    for model in (QUOTES, [(110, 160, "A", "B"), (140, 190, "C")]):
        found = compare([material(QUOTES, model)], BARE)
        references = {
            found.figure("spans", "u_alpha_layered", "value").reference,
            found.figure("baselines", "mark_all", "u_alpha_layered").reference,
        }
        assert len(references) == 1


def test_trivial_coders_use_the_commonest_code_of_the_reference():
    gold = [(110, 190, "A"), (310, 390, "A"), (510, 590, "B")]
    found = compare([material(gold, gold)], BARE)
    # 20 turns said A by the trivial coder, two of them rightly; the reference holds three codes.
    assert value(found, "baselines", "mark_all", "axial_turn_f1") == pytest.approx(2 * 2 / 23)
    assert value(found, "baselines", "mark_all", "recall") == 1
    assert value(found, "baselines", "mark_all", "marked") == 1
    assert value(found, "baselines", "mark_nothing", "axial_turn_f1") == 0
    assert value(found, "baselines", "mark_all", "u_alpha_layered") < 0.1


def test_what_is_true_of_several_documents_is_said_once():
    made = [
        replace(material(QUOTES, QUOTES, text=transcript(name)), notes=(f"{name}: it rained", more))
        for name, more in (
            ("p1", "x: so it is"),
            ("p2", "x: so it is"),
            ("p3", "p3: the sun shone"),
        )
    ]
    told = ["p1, p2, p3: it rained", "x: so it is", "p3: the sun shone"]
    assert compare(made, BARE).notes[:3] == told


def test_baselines_take_their_code_from_the_other_transcripts():
    """Else the reference itself would tell them what it holds."""
    texts = [transcript("p1"), transcript("p2")]
    marked = [[(110, 190, "A"), (310, 390, "A")], [(110, 190, "B"), (310, 390, "B")]]
    pairs = zip(marked, texts, strict=True)
    found = compare([material(gold, gold, text=text) for gold, text in pairs], BARE)
    assert value(found, "baselines", "mark_all", "recall") == 1
    assert value(found, "baselines", "mark_all", "axial_turn_f1") == 0


def test_says_plainly_when_the_model_does_not_beat_a_baseline():
    said = beside_baselines(compare([material(QUOTES, [(2110, 2120, "A")])], QUICK))
    assert said[0].startswith("The model does not beat the best baseline on character F1")
    starts = [turn + turn // 4 % 50 for turn in range(100, 2900, 200)]
    many = [(start, start + 40 + start // 400, "A") for start in starts]
    better = compare([material(many, [(s + 4, e, c) for s, e, c in many])], QUICK)
    standings = {floor.entry.name: floor.standing for floor in floors(better)}
    assert standings["character F1"] == "above"
    few = {floor.standing for floor in floors(compare([material(QUOTES, QUOTES)], QUICK))}
    assert few == {"above, no interval"}


def test_tells_two_codings_of_one_coder_apart():
    text = transcript()
    twice = [coding("gold", QUOTES, text=text), coding("gold", QUOTES[:1], text=text)]
    found = compare([Material(tuple(map(Source.of, twice)), text)], QUICK)
    assert "the first coding by gold and the second coding by gold are not" in answer(found)


def test_says_when_chance_or_a_baseline_does_about_as_well():
    apart = compare([material(QUOTES, [(2110, 2190, "A")])], QUICK)
    assert "do not agree on where to mark (character F1 0.00" in answer(apart)
    slight = compare([material(QUOTES, [(150, 190, "A"), (2110, 2190, "A")])], QUICK)
    unproved = "are not shown to agree on where to mark more than by chance (character F1 0.0"
    assert unproved in answer(slight)
    found = compare([material(QUOTES, QUOTES)], QUICK)
    assert "agree on where to mark more than by chance" in answer(found)
    found.baselines["mark_all"]["f1"]["parts"]["difference"]["verdict"] = "no clear difference"
    standings = {floor.entry.name: floor.standing for floor in floors(found)}
    assert standings["character F1"] == "not clearly above"
    assert "is not clearly better" in " ".join(beside_baselines(found))


def test_does_not_call_it_disagreement_where_no_p_could_have_been_small():
    """One quote of the model can be given no other code: nothing was put to the test."""
    found = compare([material([*QUOTES, (510, 560, "B")], [(2110, 2190, "A")])], QUICK)
    assert value(found, "axial", "turn", "alpha_masi") < 0
    told = "they are not shown to agree on the codes more than by chance; no smaller p than 1.00"
    assert told in answer(found)


def test_open_codes_of_the_two_coders_are_not_confused():
    gold = [(110, 160, "label:trust in tools"), (310, 390, "label:lack of time")]
    config = settings_for(Lexical("lexical"), permutations=0)
    found = compare([material(gold, [(110, 160, "label:trust in tools")])], config, Lexical("x"))
    assert value(found, "labels", "precision") == 1
    assert value(found, "labels", "recall") == 0.5


@pytest.mark.parametrize(("most", "compared"), [(4, True), (3, False)])
def test_too_many_open_codes_are_said_to_be_too_many(monkeypatch, most, compared):
    monkeypatch.setattr("autocode.panel.labels._MOST", most)
    codes = [(110, 160, "label:trust in tools"), (310, 390, "label:lack of time")]
    found = compare([material(codes, codes)], settings_for(Lexical("lexical")), Lexical("x"))
    for path in (("labels", "f1"), ("labels", "paired"), ("coverage", "redundancy")):
        figure = found.figure(*path)
        assert (figure.value is not None) == compared
        assert compared or "2 different open codes against 2 are 4 pairs" in figure.reason


def test_open_codes_are_compared_by_what_is_named():
    gold, model = [(110, 160, "label:trust in tools")], [(110, 160, "label:trust in the tools")]
    embedder = Lexical("lexical (no embedding model)")
    config = settings_for(embedder, "Which tools do people trust?", permutations=0)
    assert config.keywords == ("which", "tools", "people", "trust")
    assert config.label_threshold_from.endswith("not calibrated on this study")
    found = compare([material(gold, model)], config, embedder)
    assert found.similarity == "lexical (no embedding model)"
    assert value(found, "labels", "f1") == 1
    assert found.figure("labels", "f1").parts["similarity"] == found.similarity
    without = compare([material(gold, model)], BARE)
    assert without.figure("labels", "f1").reason == "no similarity of labels was given"


def test_codes_are_kept_apart_by_their_ids():
    codes = [CodedWith(id="A", parent="P"), CodedWith(id="B", parent="P")]
    text = transcript()
    made = [coding(who, QUOTES, text=text, codes=codes) for who in ("gold", "model")]
    found = compare([Material(tuple(map(Source.of, made)), text)], BARE)
    assert value(found, "axial", "grouping", "b_cubed_f1") == 1


def test_the_codebook_tells_parents_that_codings_do_not_name():
    swapped = [(start, end, {"A": "B", "B": "A"}.get(code, code)) for start, end, code in QUOTES]
    found = compare([material(QUOTES, swapped, parents={"A": "P", "B": "P"})], BARE)
    assert value(found, "axial", "parents", "turn", "f1") == 1 > value(found, "axial", "turn", "f1")
    codes = [CodedWith(id="A", parent="Q")]
    made = [coding("gold", QUOTES, text=transcript(), codes=codes)]
    made.append(coding("model", swapped, text=transcript()))
    sources = tuple(map(Source.of, made))
    differing = compare([Material(sources, transcript(), parents={"A": "P", "B": "P"})], BARE)
    assert value(differing, "axial", "parents", "turn", "f1") < 1


def test_one_text_under_two_ids_is_noted() -> None:
    made = [material(QUOTES, QUOTES, text=transcript(name)) for name in ("a", "b")]
    found = compare(made, BARE)
    (note,) = [note for note in found.notes if "same text" in note]
    assert note.startswith("a and b are the same text, counted twice")
