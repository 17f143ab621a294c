"""The study folder: an id leads to its files, and nothing leads out of the folder."""

import time
from pathlib import Path

import pytest

from autocode.errors import StudyError
from autocode.propose.prompts import default_prompt, load_prompt
from autocode.study import CODEBOOK, Settings, Study, check_id

TRICKS = ("../x", "a/b", "a\\b", "", ".", "..", "a..b", ".p1", "p1 ", "p1\n", "a\0b", "codebook")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    (tmp_path / "seeds").mkdir()
    return Study.open(tmp_path)


@pytest.mark.parametrize("trick", TRICKS)
def test_an_id_is_a_plain_name(study: Study, trick: str) -> None:
    with pytest.raises(StudyError, match="is not a valid id"):
        check_id(trick)
    # Runs on the codebook stand beside those on transcripts.
    runs = () if trick == CODEBOOK else (study.runs_path,)
    for path in (study.gold_path, study.report_path, *runs):
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


HOSTILE_SETTINGS = {
    "digits": "seed = " + "9" * 5000,
    "many digits": "seed = " + "9" * 400,
    "dotted key": ".".join(["a"] * 50_000) + " = 1",
    "quoted dotted key": '"a" . ' * 20_000 + "a = 1",
    "dotted table": "[" + ".".join(["a"] * 50_000) + "]",
    "arrays": "roles = " + "[" * 100_000,
    "tables": "a = " + "{a = " * 40_000,
    "dotted key in a table": "a = {" + ".".join(["a"] * 100_000) + " = 1}",
    "keys": "\n".join(f"a{number}.b = 1" for number in range(15_000)),
    "string": 'model = "' + "x" * 300_000,
    "spaces": "model =" + " " * 200_000,
    "bytes": "model = '\udcff'",
    "nul": "model = '\x00'",
    "nan": "density = nan",
    "infinity": "temperature = inf",
    "time": "run_hours = 1e300",
    "date": "seed = 1979-05-27",
    "surrogate": 'model = "\\ud800"',
}


@pytest.mark.parametrize("text", HOSTILE_SETTINGS.values(), ids=HOSTILE_SETTINGS)
def test_hostile_settings_are_one_line_and_quick(tmp_path: Path, text: str) -> None:
    (tmp_path / "autocode.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    started = time.process_time()
    with pytest.raises(StudyError, match=r"autocode\.toml") as caught:
        Study.open(tmp_path)
    assert time.process_time() - started < 2
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_sentences_in_settings_are_no_keys(tmp_path: Path) -> None:
    question = "What is it. " * 30
    (tmp_path / "autocode.toml").write_text(
        f'research_question = """\n{question}, then?\n{question}"""\n', encoding="utf-8"
    )
    assert question in Study.open(tmp_path).settings.research_question


@pytest.mark.parametrize("name", ["x" * 101, "ж" * 51, "x" * 5000, "9" * 5000, "a\x00b", "\udcff"])
def test_an_id_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StudyError, match="is not a valid id") as caught:
        Study(tmp_path).runs_path(name)
    assert len(str(caught.value)) < 400


def test_coded_ids_are_those_that_files_in_gold_may_be_of(tmp_path: Path) -> None:
    (tmp_path / "gold").mkdir()
    for name in ("p1.json", "p2.anna.json", "a.b.jo.json", "codebook.json", "notes.txt"):
        (tmp_path / "gold" / name).touch()
    assert Study(tmp_path).coded_ids() >= {"p1", "p2", "a.b"}
    assert not Study(tmp_path).coded_ids() & {"codebook", "notes", "p3"}
