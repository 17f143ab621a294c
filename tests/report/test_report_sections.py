"""What a report says, from the data: warnings, limits, verdicts, what is left for people."""

import dataclasses
import json

import pytest
from reported import (
    MARKS,
    NASTY,
    coding,
    evidence,
    failed,
    manifest,
    material,
    three_coders,
    transcript,
    twelve,
    with_run,
)

from autocode.coding.materials import Material
from autocode.coding.ranking import Threshold
from autocode.coding.sent import CodebookUsed
from autocode.coding.sources import Source
from autocode.report import Evidence
from autocode.report.document import Document, Excerpt, Picture, Table, Verbatim, lines_of
from autocode.report.names import data
from autocode.report.render.plain import plain
from autocode.report.sections import document_of

# Evidence is kept with its document: an id is not used again while it lives.
_DRAWN: dict[int, tuple[Evidence, Document]] = {}


def drawn(found: Evidence) -> Document:
    """The document of some evidence, drawn once."""
    if id(found) not in _DRAWN:
        _DRAWN[id(found)] = (found, document_of(found))
    return _DRAWN[id(found)][1]


def said(found: Evidence, section: str) -> str:
    """All words of a section."""
    document = drawn(found)
    chosen = next(one for one in document.sections if one.anchor == section)
    return "\n".join(plain(words) for block in chosen.blocks for words in lines_of(block))


def table(found: Evidence, name: str) -> list[list[str]]:
    tables = drawn(found).tables
    chosen = next(one for one in tables if one.name == name)
    return [[plain(cell) for cell in row] for row in chosen.rows]


@pytest.fixture(scope="module")
def one():
    return evidence()


@pytest.fixture(scope="module")
def many():
    return evidence(*twelve())


def test_identical_codings_agree():
    found = evidence(material(theirs=MARKS))
    assert "Character F1 is 1.00" in said(found, "summary")
    assert "Agreement on where to mark exceeds chance (p = 0.024)" in said(found, "summary")
    assert table(found, "differences")[0][1:] == ["4", "4"]


def test_says_when_too_few_turns_can_show_nothing_of_axial_codes():
    few = "With so few different ways to deal out the codes, no p below"
    assert few in said(evidence(material(transcript(turns=30), MARKS, MARKS)), "summary")
    many = [(100 + 200 * place, 180 + 200 * place, "abcde"[place % 5]) for place in range(15)]
    assert few not in said(evidence(material(ours=many, theirs=many)), "summary")


def test_disjoint_codings():
    found = evidence(material(ours=MARKS[:1], theirs=[(2100, 2190, "b")]))
    summary = said(found, "summary")
    assert "Agreement on where to mark is not shown to exceed chance" in summary
    assert "the model is not shown to be better on any figure" in summary
    assert "Baselines." in said(found, "limits")
    only = "Codes that only the human coder uses: Code <A> & B_1."
    assert only in said(found, "differences")


def test_a_side_that_is_empty_has_reasons_not_numbers():
    found = evidence(material(theirs=[]))
    shown = next(t for t in drawn(found).tables if t.name == "where")
    precision = next(row for row in shown.rows if plain(row[0]) == "character precision")
    assert plain(precision[1]).startswith("–")
    assert any("other coder marked nothing" in plain(note) for note in shown.notes)
    assert "marked, – " not in said(found, "summary")


def test_no_code_on_either_side():
    bare = [(start, end) for start, end, _ in MARKS]
    found = evidence(material(ours=bare, theirs=bare))
    assert "codes" in said(found, "codes")
    assert table(found, "codes-spans")


def test_a_split_quote_shows_its_fragments():
    ours, theirs = [(310, 390, "b")], [(310, 340, "b"), (340, 390, "b")]
    found = evidence(material(ours=ours, theirs=theirs))
    rows = {row[0]: row for row in table(found, "where")}
    assert rows["|uα"][1] == "1.00"
    assert {row[0]: row[1] for row in table(found, "quotes")}["pieces per quote"] == "2.00"


def test_one_document_says_so(one):
    assert "nothing here can be said of others" in said(one, "summary")
    assert "One transcript." in said(one, "limits")
    assert not [p for p in drawn(one).pictures if p.name == "saturation"]


def test_many_documents_are_pooled(many):
    document = drawn(many)
    assert len(table(many, "documents")) == 12 + 2
    assert "One transcript." not in said(many, "limits")
    assert "Few transcripts." not in said(many, "limits")
    names = {picture.name for picture in document.pictures}
    assert names == {
        "headlines", "tracks", "thresholds", "who-used-what", "per-code", "saturation", "runs",
    }  # fmt: skip
    assert "Intervals: jackknife over 12 documents" in said(many, "paragraph")


def test_runs_and_humans_are_set_side_by_side(many):
    assert "In the newest run, agreement on where to mark" in said(many, "summary")
    assert "Character F1 is 0.28 on average over three runs (SD 0.05," in said(many, "summary")
    assert [row[-1] for row in table(many, "runs-spread")] == ["3"] * 7
    assert table(many, "ceiling-1")
    assert "One human coding." not in said(many, "limits")
    assert "Few runs." in said(many, "limits")


def test_few_documents_are_a_limit():
    found = evidence(*twelve()[:4])
    assert "Few transcripts. There are 4;" in said(found, "limits")
    assert "range, one left out" in [row[0] for row in table(found, "documents")]


def test_three_coders():
    found = evidence(three_coders())
    assert [row[0] for row in table(found, "pairs")] == [
        "1 anna – 2 ben", "1 anna – 3 carla", "2 ben – 3 carla",
    ]  # fmt: skip
    assert "|uα is" in said(found, "summary")
    assert "aseline" not in said(found, "summary")
    assert "No run is recorded" in said(found, "runs")


def test_models_that_were_mixed_are_each_described():
    of = transcript("p2")
    human, model = material(of).codings
    other = with_run(model, of, models_answered=["another"], strategy="staged")
    second = dataclasses.replace(material(of), codings=(human, other))
    found = evidence(material(), second)
    told = "“the model” stands for what was not coded alike: small_model.gguf (single) for p1"
    assert told in said(found, "summary")
    assert "another (staged) for p2" in said(found, "summary")
    paper = said(found, "paragraph")
    assert "For p1, the model was small_model.gguf" in paper
    assert "For p2, the model was another" in paper
    assert "passages were selected and mapped to codes by embeddings" in paper
    assert "ikewise" not in paper


def test_runs_made_alike_are_described_once_with_what_they_kept():
    """The pace of asking, and how many codes the other transcripts suggest, is no other way."""
    materials = []
    for name, rule, marked, most, pace in (
        ("p1", "codings", 0.61, 10, 4), ("p2", "runs", 0.594, 10, 1), ("p3", "runs", 0.73, 7, 4),
    ):  # fmt: skip
        of = transcript(name)
        human, model = material(of).codings
        settings = manifest(of).settings | {"max_codes": most, "concurrency": pace}
        threshold = Threshold(rule=rule, why="", support=1, salience=4, marked=marked)
        model = with_run(model, of, settings=settings, thresholds=[threshold])
        materials.append(dataclasses.replace(material(of), codings=(human, model)))
    found = evidence(*materials)
    assert "and the model small_model.gguf coded 3 transcripts" in said(found, "summary")
    assert said(found, "paragraph").count("model was small_model.gguf, run") == 1
    procedure = said(found, "procedure")
    assert "the best are kept: 59% to 73% of what may be coded. For p1, the thresh" in procedure
    assert "(median). For p2 and p3, the threshold is the one" in procedure
    assert "at most 7 to 10 axial codes" in procedure
    alone = said(evidence(materials[0]), "procedure")
    assert "61% of what may be coded. The threshold comes as near" in alone


def test_a_coder_with_a_name_is_named_once():
    of = transcript()
    pair = (Source.of(coding(of, "anna", MARKS)), material(of).codings[1])
    found = evidence(dataclasses.replace(material(of), codings=pair))
    assert "Compared. anna and the model" in said(found, "summary")


def test_an_incomplete_coding_is_warned_of_first():
    found = evidence(failed(), incomplete=True)
    document = drawn(found)
    first = document.sections[0].blocks[0]
    assert first.kind == "warning"
    assert "interrupted after 3 of 4 questions" in plain(first.words)
    assert "Incomplete." in said(found, "limits")
    assert "was not whole" in said(found, "paragraph")
    assert table(found, "failures")[0] == ["p1", "2", "single", "cut off", "no end in 3 attempts"]


def test_assisted_coding_is_acceptance_never_agreement():
    found = evidence(material(gold={"assisted": True}))
    document = drawn(found)
    assert document.title.startswith("Acceptance of a model’s proposals")
    answer, paper = said(found, "summary"), said(found, "paragraph")
    assert "acceptance, not agreement" in answer.lower()
    assert "Acceptance was:" in paper
    assert "Agreement was" not in paper
    assert "with a model’s proposals in view" in paper
    assert "greement on" not in answer


def test_quotes_that_are_nowhere_are_named():
    found = evidence(material(model={"lost": ["never said this"]}))
    assert "p1, small, lost1: “never said this”" in said(found, "differences")
    assert "20% of the quotes of the model" in said(found, "limits")


def test_words_of_transcripts_can_be_left_out():
    of = transcript(says=NASTY)
    shown = material(of, model={"lost": ["secret words"]})
    for excerpts in (True, False):
        document = drawn(evidence(shown, excerpts=excerpts))
        assert bool([b for b in document.blocks if isinstance(b, Excerpt)]) == excerpts
        words = " ".join(plain(x) for block in document.blocks for x in lines_of(block))
        assert ("secret words" in words) == excerpts


def test_the_leak_of_the_codebook_is_a_limit():
    codebook = CodebookUsed(
        sha256="b" * 64, sent=["b"], held_back=[], warning="every code occurs in p1"
    )
    human, model = material().codings
    leaked = with_run(model, transcript(), codebook=codebook)
    found = evidence(dataclasses.replace(material(), codings=(human, leaked)))
    assert "Every code occurs in p1." in said(found, "limits")


def test_coefficients_that_part_are_flagged():
    """One of 40 turns by one coder, another by the other: κ near 0, AC1 near 1."""
    of = transcript(turns=80)
    ours, theirs = [(110, 160, "b")], [(310, 390, "b")]
    found = evidence(material(of, ours, theirs))
    marked = {row[0]: row[1] for row in table(found, "units")}
    assert (marked["turn κ"], marked["turn AC1"]) == ("−0.03", "0.95")
    assert "For turns and sentences, κ and AC1 differ" in said(found, "results")
    assert "κ and AC1 differ." in said(found, "limits")
    assert "Little is marked." in said(found, "limits")


def test_the_reference_is_never_the_truth(many):
    document = drawn(many)
    words = " ".join(plain(x) for block in document.blocks for x in lines_of(block)).lower()
    assert "ground truth" not in words
    assert "gold code" not in words
    assert "substantial" not in words.replace("such as “substantial”", "")


def test_prompts_stand_verbatim_once(many):
    shown = [block for block in drawn(many).blocks if isinstance(block, Verbatim)]
    assert [one.text for one in shown] == [manifest(transcript()).prompts[0].text]


def test_folders_of_this_machine_stay_here():
    of = transcript()
    model = coding(of, "local:/home/anna/weights/small_model.gguf", MARKS, kind="model")
    sources = Source.of(coding(of, "gold", MARKS)), Source.of(model, "runs/p1/RUN")
    found = evidence(Material(sources, of))
    words = " ".join(plain(x) for block in drawn(found).blocks for x in lines_of(block))
    assert "small_model.gguf" in words
    assert "/home/anna" not in words + json.dumps(found.numbers.tree)


def test_every_picture_can_be_read_without_being_seen(many):
    pictures = [block for block in drawn(many).blocks if isinstance(block, Picture)]
    assert all(len(one.alt) > 30 and plain(one.reading).endswith(".") for one in pictures)


def test_tables_are_square_and_named_once(many):
    tables = [block for block in drawn(many).blocks if isinstance(block, Table)]
    assert len({one.name for one in tables}) == len(tables)
    for one in tables:
        assert {len(row) for row in one.rows} <= {len(one.columns)}


def test_codings_without_their_transcript():
    of = transcript()
    codings = [coding(of, "gold", MARKS), coding(of, "small", MARKS[:2], kind="model")]
    found = evidence(Material(tuple(map(Source.of, codings)), None))
    assert "Codings without their transcripts." in said(found, "limits")
    assert table(found, "transcripts") == [["p1", "3,998"]]


def test_the_checklist_counts_what_became_of_reviewed_proposals():
    reviewed = evidence(reviews={"anna": {"accepted": 4, "edited": 1, "rejected": 0, "open": 16}})
    assert reviewed.numbers.find("report.reviews.anna.edited") == 1
    said = table(reviewed, "checklist")[1][4]
    assert said.endswith(
        "Of models’ proposals anna accepted 4 as they were, edited 1, rejected 0 and left 16 open."
    )


def test_checklist_has_forty_items_each_with_its_fill(one, many):
    items = data("checklist")["item"]
    assert [item["number"] for item in items] == list(range(1, 41))
    rows = table(many, "checklist")
    fills = {row[0]: row[3] for row in rows}
    assert {fills[str(item["number"])] for item in items if item["fill"] == "H"} == {"H"}
    assert all(row[4] not in ("", "–") for row in rows if row[3] in ("A", "P"))
    assert all(row[5] != "–" for row in rows if row[3] == "H")
    # What one document and one run cannot fill is said, not filled.
    single = {row[0]: row[3:5] for row in table(one, "checklist")}
    assert single["30"] == ["–", "there is one transcript"]
    assert single["29"] == ["–", "there is one run"]
    assert fills["29"] == "A"


def test_a_report_without_a_run_fills_no_item_about_a_model():
    rows = table(evidence(three_coders()), "checklist")
    about_model = {row[0]: row[4] for row in rows if row[0] in ("3", "5", "10", "13")}
    assert set(about_model.values()) == {"no run is recorded"}
