"""The smaller parts: lines, references, runs, facts, examples, figures."""

import re

import pytest
from reported import evidence, manifest, material, transcript, twelve, with_run

from autocode.coding.runs import Run
from autocode.panel.catalogue import catalogue, families
from autocode.report.document import (
    Cite,
    Column,
    CrossReference,
    Document,
    Marked,
    Number,
    Paragraph,
    Picture,
    Section,
    Table,
    line,
    lines_of,
    listed,
)
from autocode.report.evidence import without_folders
from autocode.report.examples import EACH, examples
from autocode.report.facts import run_facts
from autocode.report.names import data, plural
from autocode.report.references import bibliography, cited, entry, in_order
from autocode.report.render.plain import plain


def test_lines():
    assert line("a", ("b", Cite("x")), Number("1", "/n", 1)) == (
        "a", "b", Cite("x"), Number("1", "/n", 1),
    )  # fmt: skip
    assert plain(listed(["a", "b", "c"], ", ", " and ")) == "a, b and c"
    assert listed([]) == ()


def test_a_document_numbers_tables_and_figures_apart_and_collects_what_it_cites():
    tables = [Table(name, name, (Column("x"),), ((line(Cite("cohen1960")),),)) for name in "ab"]
    figure = Picture("b", "B", line("as ", CrossReference("Table", "a"), " says"), "", "", b"")
    text = Paragraph(line(CrossReference("Table", "b"), CrossReference("Figure", "b"),
                          Cite("gwet2008")))  # fmt: skip
    document = Document("t", (), (Section("s", "S", (tables[0], text, figure, tables[1])),))
    assert [table.label.text for table in document.tables] == ["Table 1", "Table 2"]
    assert [plain(words) for block in document.blocks for words in lines_of(block)][1:3] == [
        "Table 2Figure 1(Gwet 2008)", "as Table 1 says",
    ]  # fmt: skip
    assert document.cited == ["cohen1960", "gwet2008"]


@pytest.mark.parametrize(
    ("blocks", "what"),
    [
        ([Table("a", "", (), ()), Table("a", "", (), ())], "the same name"),
        ([Paragraph((CrossReference("Figure", "a"),)), Table("a", "", (), ())], "no Figure a"),
    ],
)
def test_a_document_points_only_to_what_it_holds(blocks, what):
    with pytest.raises(ValueError, match=what):
        Document("t", (), (Section("s", "S", tuple(blocks)),))


@pytest.mark.parametrize(
    ("unit", "many"),
    [
        ("turn", "turns"),
        ("code application in a turn", "code applications in a turn"),
        ("turn with a code", "turns with a code"),
        ("reference code", "codes of the first coder"),
    ],
)
def test_units_in_the_plural(unit, many):
    assert plural(unit) == many


def test_references_as_text():
    assert cited("cohen1960") == "Cohen 1960"
    assert cited("efron1981") == "Efron and Stein 1981"
    assert cited("krippendorff2016") == "Krippendorff et al. 2016"
    assert entry("cohen1960") == (
        "Cohen, Jacob (1960). A coefficient of agreement for nominal scales. Educational and "
        "Psychological Measurement, 20(1), 37–46. https://doi.org/10.1177/001316446002000104."
    )
    assert in_order(["gwet2008", "cohen1960"]) == ["cohen1960", "gwet2008"]


def test_every_work_has_what_its_type_needs_and_makes_bibtex():
    works = data("references")
    text = bibliography(works)
    assert text.count("@") == len(works)
    needs = {"article": "journal", "inproceedings": "booktitle", "book": "publisher",
             "techreport": "institution", "misc": "eprint"}  # fmt: skip
    for key, work in works.items():
        assert needs[work["type"]] in work, key
        assert work["authors"], key
    for body in re.findall(r"\{([^@]*)\n\}\n", text):
        assert body.count("{") == body.count("}")
    assert "γ" not in text


def test_every_citation_is_known():
    works = data("references")
    known = {key for one in (*catalogue(), *families().values()) for key in one.reference}
    assert known <= set(works)


def test_local_models_are_named_without_their_folder():
    tree = {"a": ["local:/home/anna/m.gguf", r"local:C:\models\m.gguf"], "b": "gpt-5", "c": 1}
    assert without_folders(tree) == {"a": ["local:m.gguf", "local:m.gguf"], "b": "gpt-5", "c": 1}


def test_what_a_run_took():
    source = with_run(material().codings[1], transcript())
    facts = run_facts(source.run)
    assert facts["seconds"] == 100
    assert facts["latency_median"] == 3.0
    assert facts["outcomes"] == {"ok": 2, "torn": 1}
    assert facts["fingerprints"] == ["fp_1"]
    assert facts["repeated"] == 1
    assert facts["settings"]["density"] == 0.22
    assert "anchor" not in facts["settings"]


def test_a_run_without_times_has_none(tmp_path):
    facts = run_facts(Run(tmp_path, manifest(transcript(), ended=None)))
    assert facts["seconds"] is None
    assert facts["latency_median"] is None
    assert facts["outcomes"] == {}


def test_facts_of_texts_and_codings():
    facts = evidence(material(model={"lost": ["never said"]})).numbers.find("report")
    document = facts["documents"]["p1"]
    assert document["length"] == 3998
    assert (document["turns"], document["participant_turns"], document["speakers"]) == (40, 20, 2)
    assert document["participant_share"] == 0.5
    gold, model = document["coders"]
    assert (gold["quotes"], gold["located"], gold["axial_codes"]) == (4, 4, 3)
    assert gold["marked"] == 50 + 80 + 90 + 90
    assert model["statuses"]["missing"] == 1
    assert facts["parting"]["quotes"]["reference"] == {
        "same": 1, "overlapping": 1, "only": 2, "missing": 0,
    }  # fmt: skip
    assert facts["matched"]["f1"][0] == 0.5  # two of four pairs overlap
    assert facts["matched"]["f1"][-1] == 0.25  # one has the same limits


def test_overlapping_quotes_are_counted_once():
    found = evidence(material(ours=[(110, 160, "b"), (130, 180, "c")]))
    assert found.numbers.find("report", "total", "coders", 0, "marked") == 70


def test_examples_show_what_was_missed_added_and_coded_apart():
    missed, added, apart = examples(evidence())
    assert [plain(one.place) for one in missed] == [
        "p1, turn 8, Participant", "p1, turn 16, Participant",
    ]  # fmt: skip
    assert len(added) == 2
    assert len(apart) == 1
    assert plain(apart[0].codes[0][1]) == "“about b” → b"
    assert plain(apart[0].codes[1][1]) == "“about c” → c"
    assert {part.by for part in apart[0].words if isinstance(part, Marked)} == {"both", "reference"}


def test_examples_come_from_many_documents_and_are_short():
    missed, *_ = examples(evidence(*twelve()))
    assert len(missed) == EACH
    assert len({plain(one.place).split(",")[0] for one in missed}) == EACH
    assert all(len(plain(one.words)) < 700 for one in missed)
