"""Run folders: whole or not there, found by name, and never outside the study."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autocode.coding.nouns import TranscriptRef
from autocode.coding.runs import (
    MANIFEST,
    Manifest,
    find_run,
    newest_run,
    open_run,
    read_runs,
    start_run,
)
from autocode.coding.sent import CodebookUsed
from autocode.errors import InputError, StudyError
from autocode.study import Study
from autocode.transcript.nouns import Transcript, Turn

TEXT = "Yes. No."
TRANSCRIPT = Transcript("p1", TEXT, (Turn(1, None, None, 0, len(TEXT), 1),))


def manifest(name: str, minute: int = 0) -> Manifest:
    started = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    return Manifest(
        run=name,
        status="running",
        recipe="r",
        transcript=TranscriptRef(id="p1", sha256=TRANSCRIPT.sha256, length=len(TEXT)),
        model_asked="m",
        destination="here",
        identity={},
        strategy="single",
        settings={},
        prompts=[],
        codebook=CodebookUsed(sha256=None, sent=[], held_back=[]),
        versions={},
        started=started.isoformat(),
    )


@pytest.fixture
def study(tmp_path: Path) -> Study:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "p1.txt").write_text(TEXT)
    return Study(tmp_path)


def test_a_run_folder_holds_manifest_calls_and_transcript(study: Study) -> None:
    run = start_run(study, manifest("a"), TRANSCRIPT)
    names = sorted(path.name for path in run.path.iterdir())
    assert names == ["calls.jsonl", "manifest.json", "transcript.txt"]
    assert (run.path / "transcript.txt").read_text() == TEXT
    assert open_run(run.path).manifest == run.manifest


def test_the_newest_run_comes_first(study: Study) -> None:
    for minute, name in enumerate(["z", "a", "m"]):
        start_run(study, manifest(name, minute), TRANSCRIPT)
    assert [run.name for run in read_runs(study, "p1")[0]] == ["m", "a", "z"]
    assert newest_run(study, "p1").name == "m"
    assert find_run(study, "p1").name == "m"


def test_a_run_is_found_by_a_unique_part_of_its_name(study: Study) -> None:
    start_run(study, manifest("2026-x-aa"), TRANSCRIPT)
    start_run(study, manifest("2026-x-bb", 1), TRANSCRIPT)
    assert find_run(study, "bb").name == "2026-x-bb"
    with pytest.raises(StudyError, match="2 runs are called"):
        find_run(study, "2026")
    with pytest.raises(StudyError, match="no run is called"):
        find_run(study, "cc")
    with pytest.raises(StudyError, match="not a valid id"):
        find_run(study, "../p1")


def test_a_transcript_without_runs_says_what_to_do(study: Study) -> None:
    with pytest.raises(StudyError, match="autocode propose p1"):
        newest_run(study, "p1")


def test_a_changed_manifest_is_written_whole(study: Study) -> None:
    run = start_run(study, manifest("a"), TRANSCRIPT).updated(status="complete", quotes=3)
    again = open_run(run.path).manifest
    assert (again.status, again.quotes) == ("complete", 3)
    assert run.manifest.run == again.run


def test_a_run_is_running_only_while_somebody_is_at_it(study: Study) -> None:
    run = start_run(study, manifest("a"), TRANSCRIPT)
    assert run.state == "stopped"
    with run.alone():
        assert open_run(run.path).state == "running"
    assert run.updated(status="complete").state == "complete"


def test_a_newer_or_broken_manifest_is_one_sentence(study: Study) -> None:
    run = start_run(study, manifest("a"), TRANSCRIPT)
    text = (run.path / MANIFEST).read_text()
    (run.path / MANIFEST).write_text(text.replace("run@1", "run@2"))
    with pytest.raises(InputError, match="newer autocode"):
        open_run(run.path)
    (run.path / MANIFEST).write_text("{")
    with pytest.raises(InputError, match=r"manifest\.json:1: not valid JSON"):
        open_run(run.path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_runs_folder_is_one_sentence(study: Study) -> None:
    (study.root / "runs").mkdir(mode=0o555)
    with pytest.raises(StudyError, match="cannot be written"):
        start_run(study, manifest("a"), TRANSCRIPT)


def test_a_file_in_place_of_the_runs_folder_is_one_sentence(study: Study) -> None:
    (study.root / "runs").write_text("")
    with pytest.raises(StudyError, match="cannot be written"):
        start_run(study, manifest("a"), TRANSCRIPT)


def test_nothing_is_left_when_starting_fails(study: Study) -> None:
    start_run(study, manifest("a"), TRANSCRIPT)
    with pytest.raises(OSError):  # noqa: PT011 - the same millisecond and recipe twice
        start_run(study, manifest("a"), TRANSCRIPT)
    assert [path.name for path in (study.root / "runs" / "p1").iterdir()] == ["a"]


def test_a_link_out_of_the_study_is_refused(
    study: Study, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (study.root / "runs").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(StudyError, match="out of the study"):
        start_run(study, manifest("a"), TRANSCRIPT)


def test_a_run_that_is_a_link_out_of_the_study_is_refused(
    study: Study, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = start_run(study, manifest("a"), TRANSCRIPT)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "a"
    run.path.rename(elsewhere)
    run.path.symlink_to(elsewhere)
    with pytest.raises(StudyError, match="out of the study"):
        read_runs(study, "p1")[0]
