"""Decisions on names, and what must have been done before anything is sent."""

import stat
from pathlib import Path

import pytest

from autocode.errors import InputError, StudyError
from autocode.redaction.decisions import decide, redaction_of, write_redaction
from autocode.redaction.names import Names
from autocode.redaction.redaction import redact
from autocode.study import Study
from autocode.transcript.nouns import Transcript
from autocode.transcript.seeds import load


@pytest.fixture
def study(tmp_path: Path) -> Study:
    (tmp_path / "seeds").mkdir()
    said = {
        "p1": "Interviewer: who?\n\nParticipant 1: we asked Anna on +31 6 1234 5678.\n",
        "p2": "Interviewer: who?\n\nParticipant 1: we asked Tom on +31612345678, or Anna.\n",
    }
    for name, text in said.items():
        (tmp_path / "seeds" / f"{name}.txt").write_text(text)
    return Study(tmp_path)


def both(study: Study) -> list[Transcript]:
    return [load(study, "p1"), load(study, "p2")]


def test_the_same_person_is_the_same_pseudonym_across_the_study(study: Study) -> None:
    names = decide(study, both(study), replace=["Anna=person"], rest="yes")
    assert Names.of(study) == names
    redacted = [redact(transcript, names).redacted.text for transcript in both(study)]
    assert "we asked Person 1 on Phone 1." in redacted[0]
    assert "we asked Name 1 on Phone 1, or Person 1." in redacted[1]


def test_nothing_but_details_is_decided_unasked(study: Study) -> None:
    names = decide(study, both(study))
    assert [entry.pseudonym for entry in names.replaced] == ["Phone 1"]
    assert names.kept == []
    names = decide(study, both(study), keep=["+31 6 1234 5678"], rest="no")
    assert names.kept == ["+31 6 1234 5678", "Anna", "Tom"]
    assert [entry.names for entry in names.replaced] == [["+31612345678"]]


def test_what_must_have_been_done(study: Study) -> None:
    first, second = both(study)
    with pytest.raises(StudyError, match=r"p1 has not been redacted\. Run `autocode redact p1`"):
        redaction_of(study, first)
    names = decide(study, [first])
    write_redaction(study, redact(first, names))
    with pytest.raises(StudyError, match=r"1 likely name \(Anna\) in p1 to decide on"):
        redaction_of(study, first)
    names = decide(study, [first], replace=["Anna"])
    with pytest.raises(StudyError, match="p1 or the list of names has changed"):
        redaction_of(study, first)
    write_redaction(study, redact(first, names))
    assert redaction_of(study, first).redacted.text == "who?\n\nwe asked Name 1 on Phone 1."
    decide(study, [second])  # a name more that p1 does not have
    redaction_of(study, first)
    path = study.seeds_path / "p1.txt"
    names = decide(study, [], replace=["Annabel=Name 1"])
    path.write_text(path.read_text().replace("Anna", "Annabel"))  # the redacted text is the same
    with pytest.raises(StudyError, match="p1 or the list of names has changed"):
        redaction_of(study, load(study, "p1"))
    path.write_text("Interviewer: who?\n\nParticipant 1: I forget.\n")
    with pytest.raises(StudyError, match="p1 or the list of names has changed"):
        redaction_of(study, load(study, "p1"))


def test_files_are_for_their_owner_alone(study: Study) -> None:
    transcript = load(study, "p1")
    write_redaction(study, redact(transcript, decide(study, [transcript])))
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in study.private_path.iterdir()
        if path.name != ".gitignore"
    }
    assert modes == dict.fromkeys(["names.json", "p1.txt", "p1.redaction.json"], 0o600)
    (study.private_path / "p1.redaction.json").write_text("[]")
    with pytest.raises(InputError, match=r"p1\.redaction\.json"):
        redaction_of(study, transcript)
