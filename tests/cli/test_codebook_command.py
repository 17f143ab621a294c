"""`autocode codebook`: what is printed, counted and refused, in one line and 80 columns."""

import json
import time
from pathlib import Path

import pytest
from command_line import run
from study_folder import Folder

from autocode.coding.codebook import Codebook
from autocode.coding.nouns import Code, Relation
from autocode.study import Study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    folder = Folder(tmp_path)
    folder.coding("gold/p1.json", "gold", {2, 4}, "habit")
    folder.coding("gold/p1.anna.json", "anna", {2}, "habbit")
    folder.run("R1", {2, 4, 6}, "custom")
    study = Study.open(tmp_path)
    custom = Code(id="custom", definition="What is always done " * 6)
    habit = Code(id="habit", label="Habit", kind="practice", first_defined_in="p2")
    codes = [custom, Code(id="habbit"), habit]
    Codebook(codes=codes).save(study.codebook_path)
    return study


def entry(study: Study, id_: str) -> dict:
    codes = json.loads(run(study, "codebook", "list", "--json").stdout)["codes"]
    return next(code for code in codes if code["id"] == id_)


def test_the_list_counts_by_coder_and_transcript(study: Study) -> None:
    shown = run(study, "codebook").stdout
    assert "habit: Habit (practice)\n  2 quotes, 0 mentions; by gold 2; in p1 2; first" in shown
    assert "  “I ask people first.” (p1)" in shown
    assert max(map(len, shown.split("\n"))) <= 80
    assert entry(study, "custom")["coders"] == {"model-x": 3}


def test_a_merge_counts_together_and_codings_stay(study: Study) -> None:
    files = [*study.root.glob("gold/p1*"), *study.root.glob("runs/p1/*/*")]
    before = [path.read_bytes() for path in files]
    assert "not been changed yet" in run(study, "codebook", "log").stderr
    assert run(study, "codebook", "merge", "habit", "habbit", "custom").returncode == 0
    assert entry(study, "habit")["coders"] == {"gold": 2, "anna": 1, "model-x": 3}
    assert entry(study, "habit")["aliases"] == ["habbit", "custom"]
    assert [path.read_bytes() for path in files] == before
    for _ in range(2):
        assert run(study, "codebook", "undo").returncode == 0
    assert entry(study, "habit")["quotes"] == 2
    assert "merge habit ← custom  (undone)" in run(study, "codebook", "log").stdout


def test_duplicates_are_suggested_with_reasons(study: Study) -> None:
    done = run(study, "codebook", "duplicates", "--similarity", "lexical")
    assert done.stdout == "habit ← habbit\n  “habbit” and “habit” differ by a slip\n"
    assert "autocode codebook merge habit habbit" in done.stderr
    made = json.loads(
        run(study, "codebook", "duplicates", "--similarity", "lexical", "--json").stdout
    )
    assert made["duplicates"][0]["drop"] == "habbit"


def test_the_tree_and_its_relations(study: Study) -> None:
    assert run(study, "codebook", "move", "custom", "--under", "habit").returncode == 0
    assert run(study, "codebook", "relate", "habit", "causes", "custom").returncode == 0
    assert run(study, "codebook", "tree").stdout == "habbit [1]\nhabit [2]  Habit\n  custom [3]\n"
    shown = run(study, "codebook", "tree", "--relations").stdout
    assert "habit [2]  Habit\n    – causes → custom\n" in shown
    exported = run(study, "export", "codeable").stdout
    assert "add_force_relations({habit: {custom: causes}})" in exported


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("move", "habit", "--under", "habit"), "habit cannot stand under itself"),
        (("merge", "habit", "hobbit"), "Did you mean habbit?"),
        (("undo",), "there is no change to undo"),
    ],
)
def test_what_is_refused_in_one_line(study: Study, words: tuple[str, ...], told: str) -> None:
    done = run(study, "codebook", *words)
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_every_help_has_an_example_in_80_columns(study: Study) -> None:
    commands = ["list", "tree", "duplicates", "merge", "rename", "alias", "move", "define",
                "retire", "relate", "undo", "log"]  # fmt: skip
    for name in commands:
        shown = run(study, "codebook", name, "--help").stdout
        assert f"autocode codebook {name}" in shown
        assert max(map(len, shown.split("\n"))) <= 80


def test_ten_thousand_codes(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    study = Study(tmp_path)
    codes = [Code(id=f"code_{n:05}_{'abcdefghij'[n % 10] * 5}") for n in range(10_000)]
    links = [Relation(source=codes[0].id, relation="causes", target=codes[1].id)]
    Codebook(codes=codes, relations=links).save(study.codebook_path)
    for words in (("list",), ("merge", codes[5].id, codes[6].id)):
        begin = time.process_time()
        assert run(study, "codebook", *words).returncode == 0
        assert time.process_time() - begin < 5
