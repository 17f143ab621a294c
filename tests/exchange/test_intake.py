"""What a researcher hands in arrives in the study, and reads as it would have read in place."""

import json
from pathlib import Path

import pytest

from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding
from autocode.coding.nouns import Code
from autocode.errors import InputError, StudyError
from autocode.exchange.intake import (
    import_codebook,
    import_codings,
    import_transcript,
    relocate,
    unread_codings,
)
from autocode.exchange.placing import clean_id
from autocode.propose.question import code_line
from autocode.study import Study
from autocode.transcript.seeds import load
from autocode.transcript.source import Told

TALK = "Ada: Why so?\nOla: Because it is slow.\nAda: And then?\nOla: We need a catalog, really.\n"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    (tmp_path / "study" / "seeds").mkdir(parents=True)
    return Study.open(tmp_path / "study")


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    file = tmp_path / "Interview 01 - Ola (final).txt"
    file.write_text(TALK)
    return file


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Interview 01 - Ola (final)", "interview_01_ola"),
        ("p1", "p1"),
        ("(final)", "final"),
        ("…", "transcript"),
        ("codebook", "codebook"),
    ],
)
def test_files_get_a_clean_id(name: str, id_: str) -> None:
    assert clean_id(name) == id_


def test_an_imported_file_reads_as_one_that_was_put_there(study: Study, talk: Path) -> None:
    imported = import_transcript(study, talk)
    assert imported.new
    assert imported.file.read_bytes() == talk.read_bytes()
    assert load(study, "interview_01_ola") == imported.transcript
    assert not import_transcript(study, talk).new


def test_what_is_told_of_a_file_stays_with_it(study: Study, talk: Path) -> None:
    told = Told(speakers=("Ola", "Ada"), interviewer="ola")
    import_transcript(study, talk, "p1", told)
    roles = {turn.speaker: turn.role for turn in load(study, "p1").turns}
    assert roles == {"Ada": "participant", "Ola": "interviewer"}
    import_transcript(study, talk, "p2", Told(speakers=()))
    assert [turn.speaker for turn in load(study, "p2").turns] == [None]
    import_transcript(study, talk, "p3", Told(speakers=("Ola",)))
    assert {turn.speaker for turn in load(study, "p3").turns} <= {None, "Ola"}


def test_an_encoding_is_told_too(study: Study, tmp_path: Path) -> None:
    file = tmp_path / "g.txt"
    file.write_bytes("Άννα: Γιατί;\nΌλα: Επειδή.\n".encode("cp1253"))
    import_transcript(study, file, told=Told(encoding="cp1253"))
    assert [turn.speaker for turn in load(study, "g").turns] == ["Άννα", "Όλα"]


@pytest.mark.parametrize("text", ["speakers = 3", "x = 1", "not toml", "\x00"])
def test_a_spoilt_file_beside_a_transcript_is_one_line(study: Study, talk: Path, text: str) -> None:
    import_transcript(study, talk, "p1")
    (study.root / "seeds" / "p1.toml").write_text(text)
    with pytest.raises(StudyError, match=r"p1\.toml: .*It may hold encoding, speakers"):
        load(study, "p1")


def test_another_text_under_a_known_id_is_refused(study: Study, talk: Path) -> None:
    import_transcript(study, talk, "p1")
    talk.write_text(TALK + "Ada: Thanks.\n")
    with pytest.raises(InputError, match="has a transcript 'p1' already"):
        import_transcript(study, talk, "p1")


def table(tmp_path: Path, *rows: str) -> Path:
    file = tmp_path / "c.csv"
    file.write_text("\n".join(["document,quote,code,coder", *rows]))
    return file


def test_a_coding_comes_in_by_its_words(study: Study, talk: Path, tmp_path: Path) -> None:
    import_transcript(study, talk)
    row = f"{talk.name},We need a catalog,Data > Catalog,"
    imported = import_codings(study, table(tmp_path, row, f"{talk.name},nowhere,Data,"), coder="jo")
    ((coding, file),) = imported.codings
    assert file.name == "interview_01_ola.jo.json"
    assert read_coding(file) == coding
    assert [(quote.text, quote.status, quote.axial) for quote in coding.quotes] == [
        ("We need a catalog", "exact", ["Catalog"]), ("nowhere", "missing", ["Data"]),
    ]  # fmt: skip
    assert [unplaced.passage.words for unplaced in imported.unplaced] == ["nowhere"]
    parents = {code.id: code.parent for code in Codebook.load(study.codebook_path).codes}
    assert parents == {"Catalog": "Data", "Data": None}


def test_codes_that_a_coding_brings_are_held_back_from_its_transcript(
    study: Study, talk: Path, tmp_path: Path
) -> None:
    import_transcript(study, talk, "p1")
    import_transcript(study, talk, "p2")
    (tmp_path / "k.csv").write_text("code,examples\nKnown,it is slow\n")
    import_codebook(study, tmp_path / "k.csv")
    rows = ["p1,it is slow,Secret > Theory;Known,jo", "p2,And then?,Secret > Theory,jo"]
    import_codings(study, table(tmp_path, *rows))
    codebook = Codebook.load(study.codebook_path)
    first = {code.id: code.first_defined_in for code in codebook.codes}
    assert first == {"Known": None, "Secret": "p1", "Theory": "p1"}
    sent, held_back = codebook.without("p1")
    assert [code.id for code in sent] == ["Known"]
    assert [code.id for code in held_back] == ["Secret", "Theory"]
    assert "slow" not in code_line(sent[0])


def test_coder_names_one_person_and_never_makes_several_one(
    study: Study, talk: Path, tmp_path: Path
) -> None:
    import_transcript(study, talk, "p1")
    file = table(tmp_path, "p1,it is slow,Slow,Jo Smith")
    assert import_codings(study, file, coder="jo").codings[0][1].name == "p1.jo.json"
    both = table(tmp_path, "p1,it is slow,Slow,Jo", "p1,And then?,Next,Kim")
    with pytest.raises(InputError, match="names several coders: Jo, Kim"):
        import_codings(study, both, coder="jo")


def test_nothing_is_replaced_unasked(study: Study, talk: Path, tmp_path: Path) -> None:
    import_transcript(study, talk, "p1")
    import_codings(study, table(tmp_path, "p1,it is slow,Slow,jo"))
    import_codings(study, table(tmp_path, "p1,it is slow,Slow,jo"))
    with pytest.raises(InputError, match="jo has coded p1 already"):
        import_codings(study, table(tmp_path, "p1,Because,Why,jo"))
    import_codings(study, table(tmp_path, "p1,Because,Why,jo"), force=True)
    assert read_coding(study.gold_path("p1", "jo")).quotes[0].text == "Because"
    with pytest.raises(InputError, match="no transcript for the document 'ben'"):
        import_codings(study, table(tmp_path, "ben,Because,Why,jo"))


def test_a_codebook_comes_in_and_what_stood_there_stays(study: Study, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code,definition\nCost,first\n")
    (tmp_path / "b.csv").write_text("code,parent,definition\nCost,Money,second\n")
    import_codebook(study, tmp_path / "a.csv")
    import_codebook(study, tmp_path / "b.csv")
    codes = {code.id: code for code in Codebook.load(study.codebook_path).codes}
    assert (codes["Cost"].definition, codes["Cost"].parent) == ("first", "Money")
    (tmp_path / "c.py").write_text("# kinds\nsla = CClass(practice, 'Service levels')\n")
    import_codebook(study, tmp_path / "c.py")
    renamed = Code(id="levels", label="Service levels", aliases=["service_levels"])
    kept = [code for code in Codebook.load(study.codebook_path).codes if code.label is None]
    Codebook(codes=[*kept, renamed]).save(study.codebook_path)
    assert [code.id for code in import_codebook(study, tmp_path / "c.py")] == ["levels"]
    assert [code.id for code in Codebook.load(study.codebook_path).codes if code.label] == [
        "levels"
    ]
    (tmp_path / "e.md").write_text("nothing here at all, it seems.\n")
    with pytest.raises(InputError, match="no codes in this file"):
        import_codebook(study, tmp_path / "e.md")


def test_quotes_are_found_again_after_the_text_has_changed(
    study: Study, talk: Path, tmp_path: Path
) -> None:
    file = import_transcript(study, talk, "p1").file
    import_codings(study, table(tmp_path, "p1,it is slow,Slow,jo", "p1,And then?,Next,jo"))
    before = study.gold_path("p1", "jo").read_bytes()
    assert relocate(study, "p1") == []
    file.write_text("Ada: Hello.\n" + TALK.replace("And then?", "What else do you do there?"))
    (change,) = relocate(study, "p1")
    assert change.kept.read_bytes() == before
    assert [quote.text for quote in change.lost] == ["And then?"]
    coding = read_coding(change.file)
    text = load(study, "p1").text
    assert [text[q.start : q.end] for q in coding.located()] == ["it is slow"]
    assert coding.transcript.sha256 == load(study, "p1").sha256
    assert [path.name for path in study.gold_paths("p1")] == ["p1.jo.json"]


def test_files_that_wait_to_be_imported_are_known(study: Study) -> None:
    (study.root / "gold").mkdir()
    for name in ("anna.csv", "p1.json", "notes.md"):
        (study.root / "gold" / name).write_text("x")
    assert [path.name for path in unread_codings(study)] == ["anna.csv"]
    assert json.dumps([]) == "[]"
