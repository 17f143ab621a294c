"""The study folder: an id leads to its files, and nothing leads out of the folder."""

from pathlib import Path

import pytest

from autocode.errors import StudyError
from autocode.propose.prompts import default_prompt, load_prompt
from autocode.study import Settings, Study, check_id

TRICKS = ("../x", "a/b", "a\\b", "", ".", "..", "a..b", ".p1", "p1 ", "p1\n", "a\0b", "codebook")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    (tmp_path / "seeds").mkdir()
    return Study.open(tmp_path)


@pytest.mark.parametrize("trick", TRICKS)
def test_an_id_is_a_plain_name(study: Study, trick: str) -> None:
    with pytest.raises(StudyError, match="is not a valid id"):
        check_id(trick)
    for path in (study.gold_path, study.runs_path, study.report_path):
        with pytest.raises(StudyError, match="is not a valid id"):
            path(trick)
    with pytest.raises(StudyError, match="is not a valid id"):
        study.gold_path("p1", trick)


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
    (outside / "name.md").write_bytes(default_prompt("name"))
    (study.root / "prompts").mkdir()
    (study.root / "prompts" / "name.md").symlink_to(outside / "name.md")
    for reach in (
        lambda: study.gold_path("p1"),
        lambda: study.codebook_path,
        lambda: study.runs_path("p1"),
        lambda: study.report_path("p1"),
        lambda: load_prompt(study, "name"),
    ):
        with pytest.raises(StudyError, match="leads out of the study folder"):
            reach()


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
        ("seed = 1\nseed\n", r"toml:2: not valid TOML: .* key/value pair\. Correct"),
        (
            "seed = [",
            r"toml: not valid TOML: Invalid value \(at end of document\)\. Correct the file",
        ),
        ("\udcff", r"autocode\.toml: not UTF-8 text"),
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
