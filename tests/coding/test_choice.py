"""What is chosen to be compared: what is pooled, what is refused, what is left out and said."""

import pytest
from study_folder import Folder

from autocode import files
from autocode.coding.choice import Choice, materials_of
from autocode.coding.materials import Procedure, procedures
from autocode.coding.runs import MANIFEST, open_run
from autocode.errors import InputError, StudyError
from autocode.study import Study


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """p1, p2 and p3, each coded by gold and by one run, R1."""
    monkeypatch.chdir(tmp_path)
    folder = Folder(tmp_path)
    for name in ("p1", "p2", "p3"):
        folder.coding(f"gold/{name}.json", "gold", {2, 4, 6}, "habit", name=name)
        folder.run("R1", {2, 4, 8}, "habit", transcript=name)
    return folder


@pytest.fixture
def study(folder):
    return Study.open(folder.root)


def compared(study, *names, **choice):
    """The name of each first other coding, and the notes that are not of every run here."""
    materials = materials_of(study, names, Choice(**choice))
    notes = [note for material in materials for note in material.notes if "leak" not in note]
    return [material.codings[1].name for material in materials], notes


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model": "y"}, "x, strategy single, prompt single aaaaaaaa (p1, p3); y, "),
        ({"strategy": "staged"}, "(p1, p3); x, strategy staged, prompt single aaaaaaaa (p2)"),
        ({"prompt": "b"}, "prompt single bbbbbbbb (p2)"),
    ],
)
def test_runs_made_in_several_ways_are_pooled_only_on_request(study, folder, change, words):
    assert compared(study) == (["runs/p1/R1", "runs/p2/R1", "runs/p3/R1"], [])
    folder.run("R2", {2, 4}, "habit", transcript="p2", **change)
    for names in ((), ("p1", "p2", "p3")):
        with pytest.raises(StudyError, match="not made the same way") as error:
            materials_of(study, names)
        assert words in str(error.value)
        assert "--model or --run, or pool them all the same with --mixed" in str(error.value)
    chosen, notes = compared(study, mixed=True)
    assert chosen == ["runs/p1/R1", "runs/p2/R2", "runs/p3/R1"]
    assert len(notes) == 1
    assert words in notes[0]
    assert compared(study, "p1", "p3") == (["runs/p1/R1", "runs/p3/R1"], [])


def test_a_colleague_who_has_not_finished_holds_nobody_up(study, folder):
    unfinished = {"incomplete": "the review is not finished"}
    folder.coding("gold/p1.jo.json", "jo", {2, 4}, "habit", **unfinished)
    told = "p1.jo.json is left out: it is not whole: the review is not finished"
    (material,) = materials_of(study, ["p1"])
    assert not material.humans
    assert told in material.notes
    (material,) = materials_of(study, ["p1"], Choice(incomplete=True))
    assert [source.coding.coder.id for source in material.humans] == ["jo"]


def test_procedures_name_the_transcripts_of_each(study, folder):
    folder.run("R2", {2, 4}, "habit", transcript="p2", model="y")
    kinds = procedures(materials_of(study, (), Choice(mixed=True)))
    prompts = (("single", "a" * 64),)
    assert kinds == {
        Procedure("x", (), "single", prompts): ["p1", "p3"],
        Procedure("y", (), "single", prompts): ["p2"],
    }


def test_coders_side_by_side_are_not_pooled(study, folder):
    folder.coding("other.json", "carla", {2}, "habit")
    folder.run("R2", {2, 4}, "habit", model="y")
    (material,) = materials_of(study, ["p1", "other.json", "R2"])
    assert [source.name for source in material.codings] == [
        "gold/p1.json", "other.json", "runs/p1/R2",
    ]  # fmt: skip
    with pytest.raises(StudyError, match="not made the same way"):
        materials_of(study, ["p1", "runs/p1/R1", "R2"])


def test_model_and_run_choose_for_several_ids(study, folder):
    for name in ("p1", "p2"):
        folder.run("R2", {2, 4}, "habit", transcript=name, model="y")
    assert compared(study, "p1", "p2", model="x")[0] == ["runs/p1/R1", "runs/p2/R1"]
    assert compared(study, "p1", "p2", model="y")[0] == ["runs/p1/R2", "runs/p2/R2"]
    assert compared(study, "p1", "p2", run="R1")[0] == ["runs/p1/R1", "runs/p2/R1"]
    with pytest.raises(StudyError, match=r"no run on p3 asked y\. The newest asked x"):
        materials_of(study, ["p1", "p3"], Choice(model="y"))
    chosen, notes = compared(study, model="y")
    assert chosen == ["runs/p1/R2", "runs/p2/R2"]
    assert notes == ["p3 is left out: no run on p3 asked y"]
    assert compared(study, run="R2")[1] == ["p3 is left out: no run on p3 is called 'R2'"]
    with pytest.raises(StudyError, match="there is nothing to compare: p1 is left out"):
        materials_of(study, (), Choice(model="z"))
    with pytest.raises(StudyError, match="choose among the runs on an id"):
        materials_of(study, ["p1", "R1"], Choice(model="x"))


def test_an_incomplete_run_stops_one_comparison_not_all(study, folder):
    folder.run("R2", {2}, "habit", transcript="p2", status="interrupted", incomplete="after 1")
    folder.run("R1", {2}, "habit", transcript="p3", status="incomplete", incomplete="1 failed")
    chosen, notes = compared(study)
    assert chosen == ["runs/p1/R1", "runs/p2/R1"]
    assert notes == [
        "p3 is left out: p3 has no complete run",
        "runs/p2/R2 is left out: interrupted",
    ]
    assert compared(study, incomplete=True)[0] == ["runs/p1/R1", "runs/p2/R2", "runs/p3/R1"]
    assert compared(study, "p1", "p2")[0] == ["runs/p1/R1", "runs/p2/R2"]  # refused later
    with open_run(folder.root / "runs/p2/R2").alone():
        assert "runs/p2/R2 is left out: still in progress" in compared(study)[1]


def test_a_run_that_cannot_be_read_is_left_out(study, folder):
    folder.run("R2", {2}, "habit")
    (folder.root / "runs/p1/R2" / MANIFEST).write_text("")
    left_out = "runs/p1/R2 is left out: it cannot be read"
    assert compared(study, "p1") == (["runs/p1/R1"], [left_out])
    assert left_out in compared(study)[1]
    (folder.root / "runs/p3/R1" / MANIFEST).write_text("")
    chosen, notes = compared(study)
    assert chosen == ["runs/p1/R1", "runs/p2/R1"]
    assert any("p3 is left out: no run on p3 can be read: not valid JSON" in n for n in notes)


def test_a_model_in_gold_is_refused_or_left_out(study, folder):
    folder.coding("gold/p1.copy.json", "model-x", {2}, "habit")
    (material,) = materials_of(study, ["p1"])
    assert material.humans == ()
    assert "p1.copy.json is left out: it is a model's coding" in material.notes
    folder.coding("gold/p1.json", "model-x", {2}, "habit")
    for names in ((), ("p1",), ("runs/p1/R1",)):
        with pytest.raises(InputError, match="a model's coding and cannot stand for a human one"):
            materials_of(study, names)


@pytest.mark.parametrize(
    ("turns", "code", "warned"),
    [
        (set(range(2, 25, 2)), "habit", True),
        (set(range(2, 25, 2)), "asking", False),
        (set(range(2, 13, 2)), "habit", True),
        ({*range(2, 13, 2), 1}, "habit", False),
        ({2, 4, 6, 8}, "habit", False),
    ],
    ids=["a copy", "other codes", "a part", "one quote more", "too few"],
)
def test_a_human_coding_that_may_be_a_copy_of_a_run_is_warned_of(
    study, folder, turns, code, warned
):
    folder.run("R2", set(range(2, 25, 2)), "habit")
    folder.coding("gold/p1.json", "gold", turns, code)
    notes = compared(study, "p1")[1]
    same = f"gold/p1.json is nearly a copy of runs/p1/R2: {len(turns)} of its {len(turns)} located"
    assert [same in note for note in notes] == [True] * warned
    folder.coding("gold/p1.json", "gold", turns, code, assisted=True)
    assert compared(study, "p1")[1] == []


def test_material_knows_whether_there_is_a_model(study, folder):
    folder.coding("gold/p1.anna.json", "anna", {2}, "habit")
    (people,) = materials_of(study, ["p1", "p1.anna"])
    assert people.models == []
    (both,) = materials_of(study, ["p1"])
    assert [source.name for source in both.models] == ["runs/p1/R1"]


def test_what_all_leaves_out_is_said(study, folder):
    folder.coding("gold/p2.json", "gold", {2}, "habit", name="p2", assisted=True)
    assert "p2 is left out: its human coding is assisted" in compared(study)[1]
    chosen, notes = compared(study, assisted=True)
    assert chosen == ["runs/p2/R1"]
    assert notes == [f"{name} is left out: its human coding is blind" for name in ("p1", "p3")]
    with pytest.raises(StudyError, match="no transcript has both a human coding by jo"):
        materials_of(study, (), Choice(gold="jo"))
    for name in ("p1", "p2", "p3"):
        study.gold_path(name).rename(study.gold_path(name, "jo"))
    with pytest.raises(StudyError, match=r"human coding by gold in gold/ and a run. Use --gold jo"):
        materials_of(study, ())


def test_each_file_is_read_once(study, monkeypatch):
    read = []
    parse = files._parse
    monkeypatch.setattr(files, "_parse", lambda path: (read.append(path), parse(path))[1])
    assert len(materials_of(study, ())) == 3
    assert len(read) == 9  # per transcript a human coding, a manifest and the coding of the run
    assert len(set(read)) == len(read)
