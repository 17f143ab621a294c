"""A name leads to one coding: ids, coders, files, runs and folders, and what is said otherwise."""

import hashlib

import pytest
from study_folder import Folder

from autocode.coding.runs import MANIFEST, open_run
from autocode.coding.sources import Source, human_source, model_source, source_of, transcript_of
from autocode.errors import InputError, StudyError
from autocode.study import Study


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """p1 coded by gold and anna, with two runs; the working directory is the study."""
    monkeypatch.chdir(tmp_path)
    folder = Folder(tmp_path)
    folder.coding("gold/p1.json", "gold", {2, 4}, "habit")
    folder.coding("gold/p1.anna.json", "anna", {2}, "habit")
    folder.run("R1", {2, 4, 6}, "habit")
    folder.run("R2", {2, 4, 10}, "asking")
    return folder


@pytest.fixture
def study(folder):
    return Study.open(folder.root)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("p1", "gold/p1.json"),
        ("p1.anna", "gold/p1.anna.json"),
        ("gold/p1.anna.json", "gold/p1.anna.json"),
        ("R1", "runs/p1/R1"),
        ("runs/p1/R2", "runs/p1/R2"),
        ("runs/p1/R2/coding.json", "runs/p1/R2"),
    ],
)
def test_a_name_stands_for_one_coding(study, name, source):
    assert source_of(study, name).name == source


def test_a_source_knows_its_file_and_its_run(study, folder):
    human, model = human_source(study, "p1"), model_source(study, "p1")
    assert (human.run, human.path) == (None, folder.root / "gold/p1.json")
    assert model.run == open_run(folder.root / "runs/p1/R2")
    assert human.sha256 == hashlib.sha256(human.path.read_bytes()).hexdigest()
    assert Source.of(human.coding).sha256 == human.sha256
    assert transcript_of(study, model).id == "p1"


def test_a_manifest_is_read_once(study, monkeypatch):
    read = []
    monkeypatch.setattr("autocode.coding.sources.open_run", lambda path: read.append(path))
    monkeypatch.setattr(
        "autocode.coding.runs.open_run", lambda path: (read.append(path), open_run(path))[1]
    )
    model_source(study, "p1", "R2")
    assert [path.name for path in read] == ["R2"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("p2", "no transcript, run or file is called 'p2'. Available: p1."),
        ("p1.ben", "is called 'p1.ben'. Did you mean p1?"),
        ("R", "2 runs are called 'R'. Give more of the name"),
        ("gold/p2.json", "gold/p2.json: there is no such file or folder"),
        ("seeds", "seeds: this folder is not a run: it has no manifest.json"),
    ],
)
def test_a_name_that_leads_nowhere_says_what_was_meant(study, name, words):
    with pytest.raises((StudyError, InputError)) as error:
        source_of(study, name)
    assert words in str(error.value)


def test_a_missing_coder_names_those_who_coded(study, folder):
    with pytest.raises(StudyError, match="by ben; there are codings by gold and anna"):
        human_source(study, "p1", "ben")
    (folder.root / "gold/p1.json").unlink()
    with pytest.raises(StudyError, match=r"p1 by gold; there is one by anna. Use --gold anna\."):
        human_source(study, "p1")
    (folder.root / "gold/p1.anna.json").unlink()
    with pytest.raises(
        StudyError, match=r"no human coding of p1\. Code it with `autocode review p1 --b"
    ):
        human_source(study, "p1")


def test_a_models_coding_is_no_human_one(study, folder):
    folder.coding("gold/p1.json", "model-x", {2}, "habit")
    folder.coding("gold/p1.model.json", "model-x", {2}, "habit")
    for name in ("p1", "p1.model"):
        with pytest.raises(InputError, match=r"gold/p1.*: this is a model's coding and cannot"):
            source_of(study, name)


@pytest.mark.parametrize("status", ["running", "interrupted", "incomplete"])
def test_a_run_that_did_not_end_is_incomplete(study, folder, status):
    folder.run("R3", {2}, "habit", status=status)
    word = "stopped" if status == "running" else status
    assert word in model_source(study, "p1").coding.incomplete
    with open_run(folder.root / "runs/p1/R3").alone():
        assert model_source(study, "p1").coding.incomplete == "its run is still in progress"


def test_a_run_in_another_terminal_is_waited_for_not_resumed(study, folder):
    folder.run("R3", set(), status="no answers")
    with pytest.raises(InputError, match=r"runs/p1/R3: this run has no answers\. Resume it with"):
        model_source(study, "p1")
    with (
        open_run(folder.root / "runs/p1/R3").alone(),
        pytest.raises(InputError, match=r"no answers yet: it is still in progress\. Wait"),
    ):
        model_source(study, "p1")


def test_a_run_that_cannot_be_read_is_fatal_only_when_it_is_named(study, folder):
    (folder.root / "runs/p1/R2" / MANIFEST).write_text("")
    assert model_source(study, "p1").name == "runs/p1/R1"
    for name in ("R2", "runs/p1/R2"):
        with pytest.raises(InputError, match=r"R2/manifest.json:1: not valid JSON"):
            source_of(study, name)
    (folder.root / "runs/p1/R1" / MANIFEST).write_text("[]")
    words = r"R1/manifest.json: no run on p1 can be read: a JSON object was expected"
    with pytest.raises(StudyError, match=words):
        model_source(study, "p1")
