"""An id leads to the file of its transcript, which one of the readers can read."""

import os
import time
from pathlib import Path

import pytest

from autocode.errors import StudyError
from autocode.study import Study, natural_order
from autocode.transcript.readers import READERS
from autocode.transcript.seeds import transcript_ids, transcript_path


@pytest.fixture
def study(tmp_path: Path) -> Study:
    (tmp_path / "seeds").mkdir()
    return Study.open(tmp_path)


def seed(study: Study, name: str) -> Path:
    path = study.root / "seeds" / name
    path.write_text("Anna: Yes.\n")
    return path


def test_ids_are_in_natural_order(study: Study) -> None:
    for name in ("p10.md", "p2.txt", "p1.md", "notes.xyz", ".p3.md", "a..b.txt", "codebook.md"):
        seed(study, name)
    (study.root / "seeds" / "p4.md").mkdir()
    assert transcript_ids(study) == ["p1", "p2", "p10"]
    assert natural_order("p2") < natural_order("p10")


def test_every_id_leads_to_a_file_whatever_the_case_of_its_suffix(study: Study) -> None:
    paths = {seed(study, "anna.TXT"), seed(study, "ben.Md")}
    assert {transcript_path(study, id_) for id_ in transcript_ids(study)} == paths


def test_of_two_files_with_one_id_notes_come_first(study: Study) -> None:
    seed(study, "p1.txt")
    assert transcript_path(study, "p1").name == "p1.txt"
    seed(study, "p1.md")
    assert transcript_path(study, "p1").name == "p1.md"


def test_the_folder_is_listed_again_where_it_may_have_changed(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dated(seconds: float) -> None:
        os.utime(study.seeds_path, (seconds, seconds))

    listed = []
    names = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: listed.append(path) or names(path))
    seed(study, "p1.md")
    dated(1e9)
    assert [transcript_path(study, "p1").name for _ in range(9)] == ["p1.md"] * 9
    assert len(listed) == 1
    seed(study, "p2.md")
    assert transcript_ids(study) == ["p1", "p2"]
    # Twice within a tick of the clock: the folder seems unchanged.
    now = time.time()
    for ids in (["p1", "p2"], ["p1", "p2", "p3"]):
        seed(study, f"{ids[-1]}.md")
        dated(now)
        assert transcript_ids(study) == ids


def test_an_unknown_id_says_what_there_is(study: Study) -> None:
    seed(study, "p1.md")
    with pytest.raises(StudyError, match=r"no transcript 'p2' in seeds/\. Available: p1\."):
        transcript_path(study, "p2")


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
        transcript_path(study, name)


def test_a_link_within_the_study_is_followed(study: Study) -> None:
    (study.root / "seeds" / "p1.md").symlink_to(seed(study, "long-name.md"))
    assert transcript_path(study, "p1").read_text() == "Anna: Yes.\n"


def test_every_suffix_of_a_reader_is_found_and_no_other(study: Study) -> None:
    suffixes = {suffix for reader in READERS for suffix in reader.suffixes}
    for suffix in suffixes:
        seed(study, f"of-{suffix[1:]}{suffix}")
    seed(study, "other.xyz")
    assert set(transcript_ids(study)) == {f"of-{suffix[1:]}" for suffix in suffixes}


def test_no_id_leads_out(study: Study, tmp_path_factory: pytest.TempPathFactory) -> None:
    (outside := tmp_path_factory.mktemp("outside") / "x.md").write_text("Anna: Yes.\n")
    (study.root / "seeds" / "p1.md").symlink_to(outside)
    with pytest.raises(StudyError, match="leads out of the study folder"):
        transcript_path(study, "p1")
    for trick in ("../x", "a/b", ".", "..", "", "codebook", "p1\n"):
        with pytest.raises(StudyError, match="is not a valid id"):
            transcript_path(study, trick)
