"""The study folder: an id leads to its files, and nothing leads out of the folder."""

from pathlib import Path

import pytest

from autocode.errors import StudyError
from autocode.propose.prompts import default_prompt, load_prompt
from autocode.study import Settings, Study, check_id, natural_order

TRICKS = ("../x", "a/b", "a\\b", "", ".", "..", "a..b", ".p1", "p1 ", "p1\n", "a\0b", "codebook")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    (tmp_path / "seeds").mkdir()
    return Study.open(tmp_path)


def seed(study: Study, name: str) -> Path:
    path = study.root / "seeds" / name
    path.write_text("Anna: Yes.\n")
    return path


def test_ids_are_in_natural_order(study: Study) -> None:
    for name in ("p10.md", "p2.txt", "p1.md", "notes.pdf", ".p3.md", "a..b.txt", "codebook.md"):
        seed(study, name)
    (study.root / "seeds" / "p4.md").mkdir()
    assert study.ids() == ["p1", "p2", "p10"]
    assert natural_order("p2") < natural_order("p10")


def test_every_id_leads_to_a_file_whatever_the_case_of_its_suffix(study: Study) -> None:
    paths = {seed(study, "anna.TXT"), seed(study, "ben.Md")}
    assert {study.transcript_path(id_) for id_ in study.ids()} == paths


def test_of_two_files_with_one_id_notes_come_first(study: Study) -> None:
    seed(study, "p1.txt")
    assert study.transcript_path("p1").name == "p1.txt"
    seed(study, "p1.md")
    assert study.transcript_path("p1").name == "p1.md"


@pytest.mark.parametrize("trick", TRICKS)
def test_an_id_is_a_plain_name(study: Study, trick: str) -> None:
    with pytest.raises(StudyError, match="is not a valid id"):
        check_id(trick)
    for path in (study.transcript_path, study.gold_path, study.runs_path, study.report_path):
        with pytest.raises(StudyError, match="is not a valid id"):
            path(trick)
    with pytest.raises(StudyError, match="is not a valid id"):
        study.gold_path("p1", trick)


def test_an_unknown_id_says_what_there_is(study: Study) -> None:
    seed(study, "p1.md")
    with pytest.raises(StudyError, match=r"no transcript 'p2' in seeds/\. Available: p1\."):
        study.transcript_path("p2")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("with space", r"Rename the file in seeds/\. An id has only letters, digits"),
        ("with space.txt", r"Rename the file in seeds/\. An id has only letters, digits"),
        ("good.txt", r"no transcript 'good\.txt' in seeds/\. Did you mean good\? Available: good"),
        ("seeds/good.txt", r"'seeds/good\.txt' is not a valid id\. Did you mean good\?"),
        ("godo", r"Did you mean good\? Available: good"),
    ],
)
def test_what_was_meant(study: Study, name: str, said: str) -> None:
    seed(study, "good.txt")
    seed(study, "with space.txt")
    with pytest.raises(StudyError, match=said):
        study.transcript_path(name)


def test_a_study_is_found_from_the_folders_in_it(study: Study, tmp_path: Path) -> None:
    deep = tmp_path / "runs" / "p1"
    deep.mkdir(parents=True)
    with pytest.raises(StudyError, match=r"no study here.* Change to the study folder"):
        Study.around(deep)
    (tmp_path / "autocode.toml").write_text("seed = 7\n")
    assert Study.around(deep) == Study.around(study.root) == Study.open(tmp_path)
    (deep / "seeds").mkdir()
    assert Study.around(deep).root == deep.resolve()
    with pytest.raises(StudyError, match="no study here"):
        Study.open(tmp_path / "runs")


def test_links_do_not_lead_out(study: Study, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    for name in ("gold", "runs", "reports"):
        (study.root / name).symlink_to(outside)
    (outside / "x.md").write_text("Anna: Yes.\n")
    (study.root / "seeds" / "p1.md").symlink_to(outside / "x.md")
    (outside / "name.md").write_bytes(default_prompt("name"))
    (study.root / "prompts").mkdir()
    (study.root / "prompts" / "name.md").symlink_to(outside / "name.md")
    for reach in (
        lambda: study.transcript_path("p1"),
        lambda: study.gold_path("p1"),
        lambda: study.codebook_path,
        lambda: study.runs_path("p1"),
        lambda: study.report_path("p1"),
        lambda: load_prompt(study, "name"),
    ):
        with pytest.raises(StudyError, match="leads out of the study folder"):
            reach()


def test_a_link_within_the_study_is_followed(study: Study) -> None:
    (study.root / "seeds" / "p1.md").symlink_to(seed(study, "long-name.md"))
    assert study.transcript_path("p1").read_text() == "Anna: Yes.\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "densty = 0.1",
            r"autocode\.toml:1: there is no setting called densty\. Did you mean density\?",
        ),
        ("seed = 1\ndensity = 7", r"autocode\.toml:2: density: "),
        ("temperature = nan", r"autocode\.toml:1: temperature: "),
        ("roles = []", r"autocode\.toml:1: roles: "),
        ("density = ", "not valid TOML"),
        ("\udcff", "not valid TOML"),
    ],
)
def test_settings_that_cannot_be_used_are_named(study: Study, text: str, said: str) -> None:
    (study.root / "autocode.toml").write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(StudyError, match=said):
        Study.open(study.root)


def test_a_study_is_a_folder_with_settings_or_seeds(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no study here"):
        Study.open(tmp_path)
    (tmp_path / "autocode.toml").write_text("seed = 7\n")
    assert Study.open(tmp_path).settings == Settings(seed=7)
