"""`compare --codebooks` and `report --codebooks`: names of codebooks, the figures, and errors."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from twelve import write_twelve

from autocode.cli import group
from autocode.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    root = tmp_path_factory.mktemp("twelve")
    write_twelve(root)
    return Study.open(root)


def done(study: Study, *words: str) -> tuple[int, str, str]:
    lexical = ("--similarity", "lexical")
    result = CliRunner().invoke(group, ["--study", str(study.root), *words, *lexical])
    return result.exit_code, result.stdout, result.stderr


def test_people_and_runs_by_their_names(study: Study) -> None:
    code, out, _ = done(study, "compare", "--codebooks", "gold", "runs", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["first"], told["second"]) == ("gold", "runs")
    assert 0 < told["figures"]["f1"]["value"] <= 1
    assert (
        told["figures"]["same_quotes"]["value"] > told["figures"]["same_quotes"]["parts"]["chance"]
    )
    assert set(told["saturation"]) == {"first (gold)", "second (runs)"}


def test_the_terminal_keeps_to_80_columns(study: Study) -> None:
    code, out, _ = done(study, "compare", "--codebooks", "gold", "runs")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "Only in gold" in out


def test_a_file_of_codes_and_a_foreign_one(study: Study, tmp_path: Path) -> None:
    foreign = tmp_path / "bakery.csv"
    foreign.write_text("code,definition\nsour dough,\nrye bread,\n", encoding="utf-8")
    mine = str(study.codebook_path)
    code, out, _ = done(study, "compare", "--codebooks", mine, "gold", "--foreign", str(foreign),
                        "--json")  # fmt: skip
    assert code == 0
    assert json.loads(out)["foreign"] == {"bakery.csv": 0}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("compare", "--codebooks", "gold", "nobody"), "no codebook, coder or coding is called"),
        (("compare", "d01", "--codebooks", "gold", "runs"), "name no transcripts"),
        (("report", "--all", "--codebooks", "gold", "runs"), "name no transcripts"),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_line(
    study: Study, words: tuple[str, ...], said: str
) -> None:
    result = CliRunner().invoke(group, ["--study", str(study.root), *words])
    assert result.exit_code != 0
    assert said in f"{result.output} {result.exception}"


def test_the_report_is_a_page_of_its_own(study: Study) -> None:
    code, _, _ = done(study, "report", "--codebooks", "gold", "runs")
    folder = study.report_path("codebooks-gold-runs")
    assert code == 0
    page = (folder / "report.md").read_text(encoding="utf-8")
    assert "# Two codebooks: gold and runs" in page
    assert "Only in gold" in page
    assert (folder / "tables").is_dir()


def test_a_file_of_other_bytes_is_refused_in_one_line(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "latin.json"
    path.write_bytes(b'{"format": "caf\xe9"}')
    code, _, told = done(study, "compare", "--codebooks", str(path), "gold")
    assert code == 1
    assert (
        told == f"autocode: {path}: not valid JSON in UTF-8. Correct the file or create it again.\n"
    )
