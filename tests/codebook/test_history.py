"""The record of changes: complete, undoable to the byte, and there after a crash."""

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autocode.codebook.changes import defined, merged, moved, renamed, retired
from autocode.codebook.history import add_codes_of, change, log_path, read_log, standing, undo
from autocode.coding.codebook import Codebook
from autocode.coding.nouns import Code, Relation
from autocode.coding.traces import code_traces
from autocode.errors import InputError, StudyError
from autocode.study import Study
from autocode.transcript.readers import read_transcript

ROOT = Path(__file__).parents[2]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return made(tmp_path)


def made(root: Path) -> Study:
    (root / "seeds").mkdir(exist_ok=True)
    study = Study(root)
    links = [Relation(source="a", relation="causes", target="b")]
    codes = [Code(id="a"), Code(id="b", parent="a"), Code(id="c", label="Sea")]
    Codebook(codes=codes, relations=links).save(study.codebook_path)
    return study


def test_every_change_is_on_record_with_what_was_before(study: Study) -> None:
    entry = change(study, "merge", "merge a ← b", partial(merged, keep="a", drop="b"))
    assert entry is not None
    assert [code.id for code in entry.before.codes] == ["a", "b"]
    assert [code.aliases for code in entry.after.codes] == [["b"]]
    assert len(entry.before.relations) == 1
    assert read_log(study) == [entry]
    assert change(study, "define", "x", lambda book: book) is None
    assert len(read_log(study)) == 1


STEPS = {
    "merge": partial(merged, keep="a", drop="b"),
    "rename": partial(renamed, name="c", new="d"),
    "move": partial(moved, name="c", parent="a"),
    "define": partial(defined, name="a", definition="so"),
    "retire": partial(retired, name="a"),
}


@settings(max_examples=15, deadline=None)
@given(st.permutations(sorted(STEPS)))
def test_undo_leads_back_to_the_byte(tmp_path_factory: object, names: list[str]) -> None:
    study = made(tmp_path_factory.mktemp("s"))  # type: ignore[attr-defined]
    states = [study.codebook_path.read_bytes()]
    for name in names:
        try:
            done = change(study, name, name, STEPS[name])
        except StudyError:
            continue
        if done:
            states.append(study.codebook_path.read_bytes())
    for before in reversed(states[:-1]):
        undo(study)
        assert study.codebook_path.read_bytes() == before
    assert standing(read_log(study)) == []
    with pytest.raises(StudyError, match="no change to undo"):
        undo(study)


def test_what_was_edited_by_hand_since_is_not_undone(study: Study) -> None:
    change(study, "define", "define a", STEPS["define"])
    path = study.codebook_path
    path.write_text(path.read_text().replace('"so"', '"mine"'))
    with pytest.raises(StudyError, match=r"is not as “define a” left it"):
        undo(study)


def test_a_line_that_a_crash_cut_off_is_no_change(study: Study) -> None:
    change(study, "define", "define a", STEPS["define"])
    whole = log_path(study).read_bytes()
    log_path(study).write_bytes(whole + b'{"format": "autocode/co')
    assert len(read_log(study)) == 1
    change(study, "retire", "retire a", STEPS["retire"])
    assert [entry.number for entry in read_log(study)] == [1, 2]
    assert log_path(study).read_bytes().startswith(whole)


def test_a_damaged_record_is_named_with_its_line(study: Study) -> None:
    change(study, "define", "define a", STEPS["define"])
    log_path(study).write_bytes(b"nonsense\n" + log_path(study).read_bytes())
    with pytest.raises(InputError, match=r"codebook\.log\.jsonl:1: not a change"):
        undo(study)


def test_the_codes_of_a_human_coding_are_added_once_and_on_record(study: Study) -> None:
    coding = code_traces(read_transcript(ROOT / "seeds" / "p1.md", "p1"))
    before = study.codebook_path.read_bytes()
    assert add_codes_of(study, coding)
    assert not add_codes_of(study, coding)
    codes = {code.id: code for code in Codebook.load(study.codebook_path).codes}
    assert len(codes) == 3 + 11
    assert list(codes) == sorted(codes)
    assert {id_ for id_, code in codes.items() if code.first_defined_in == "p1"} == {
        "persona_to_tool_approach",
        "contracts",
    }
    assert undo(study).words == "undo: codes of p1 by gold"
    assert study.codebook_path.read_bytes() == before


def test_undo_keeps_the_order_that_a_hand_gave(study: Study) -> None:
    book = Codebook.load(study.codebook_path)
    book.model_copy(update={"codes": book.codes[::-1]}).save(study.codebook_path)
    before = study.codebook_path.read_bytes()
    change(study, "define", "define a", STEPS["define"])
    undo(study)
    assert study.codebook_path.read_bytes() == before


@pytest.mark.parametrize("name", sorted(STEPS))
def test_a_change_that_a_crash_kept_out_is_taken_back_on_record(study: Study, name: str) -> None:
    before = study.codebook_path.read_bytes()
    change(study, name, name, STEPS[name])
    study.codebook_path.write_bytes(before)
    undo(study)
    assert study.codebook_path.read_bytes() == before
    assert standing(read_log(study)) == []
