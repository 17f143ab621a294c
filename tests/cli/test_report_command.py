"""`autocode report` from the command line: what it writes, and what it refuses to write."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from reported import MARKS, OTHERS, coding, manifest, transcript

from autocode.cli import group
from autocode.cli.compare import command as compare_command
from autocode.cli.report import command as report_command
from autocode.cli.report import report_name
from autocode.coding.files import write_coding
from autocode.files import to_json, write_whole

QUICK = ["--permutations", "20", "--similarity", "lexical"]


def _notes(of):
    """Field notes that are read as the transcript `of`."""
    said = [f"> {turn.speaker}\n\n> {of.text[turn.start : turn.end]}\n" for turn in of.turns]
    return f"# p\n{of.id[1:]}\n# coding\n\n" + "\n".join(said)


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Two transcripts with a human coding each; p1 has two runs, p2 one that is not whole."""
    monkeypatch.chdir(tmp_path)
    for name in ("p1", "p2"):
        of = transcript(name)
        write_whole(tmp_path / "seeds" / f"{name}.md", _notes(of))
        write_coding(coding(of, "gold", MARKS), tmp_path / "gold" / f"{name}.json")
    _run(tmp_path, "p1", "A", "2026-11-22T10:00:00.000+00:00")
    _run(tmp_path, "p1", "B", "2026-11-22T11:00:00.000+00:00")
    _run(tmp_path, "p2", "C", "2026-11-22T10:00:00.000+00:00", status="interrupted", answered=1)
    return tmp_path


def _run(root, name, run, started, **more):
    of, folder = transcript(name), root / "runs" / name / run
    write_whole(folder / "manifest.json", to_json(manifest(of, run, started=started, **more)))
    write_coding(coding(of, "small", OTHERS, kind="model"), folder / "coding.json")
    call = {"outcome": "ok", "latency": 2.0}
    write_whole(folder / "calls.jsonl", json.dumps(call) + "\n")


def _invoke(*words):
    return CliRunner().invoke(group, ["report", *words, *QUICK], catch_exceptions=False)


def _tree(folder):
    return json.loads((Path(folder) / "comparison.json").read_text(encoding="utf-8"))


def test_an_id_writes_a_report_of_its_newest_run(study):
    done = _invoke("p1")
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == str(study / "reports" / "p1" / "report.html")
    tree = _tree("reports/p1")
    assert [one["source"] for one in tree["documents"][0]["codings"]] == [
        "gold/p1.json", "runs/p1/B",
    ]  # fmt: skip
    assert tree["report"]["runs"]["runs/p1/B"]["latency_median"] == 2.0
    assert len(list((study / "reports" / "p1").iterdir())) == 8


def test_several_runs_show_how_steady_the_model_is(study):
    assert _invoke("p1", "--runs", "2", "--out", "elsewhere").exit_code == 0
    assert _tree("elsewhere")["uncertainty"]["runs"]["mean"]
    assert not (study / "reports").exists()


def test_all_documents_are_pooled_and_incomplete_runs_named(study):
    assert _invoke("--all", "--incomplete").exit_code == 0
    tree = _tree("reports/all")
    assert [one["id"] for one in tree["documents"]] == ["p1", "p2"]
    assert tree["incomplete"]
    for name in ("report.html", "report.md", "report.tex"):
        text = (study / "reports" / "all" / name).read_text(encoding="utf-8")
        assert "This coding is not whole" in text


def test_open_codes_go_to_a_server_as_in_compare(study, monkeypatch):
    class Door:
        name, destination = "minilm (127.0.0.1)", "127.0.0.1"

        def embed(self, texts, kind):  # noqa: ARG002
            return np.ones((len(texts), 1), dtype=np.float32)

    monkeypatch.setattr("autocode.models.runtimes.open_embedder", lambda *_: Door())
    server = ("--similarity", "minilm", "--base-url", "http://127.0.0.1:9/v1")
    done = CliRunner().invoke(group, ["report", "p1", *QUICK, *server])
    assert done.exit_code == 0, done.output
    assert "Open codes go to 127.0.0.1." in done.stderr
    assert _tree(study / "reports" / "p1")["similarity"] == "minilm (127.0.0.1)"


def test_compare_and_report_choose_by_the_same_options():
    compare, report = (
        {option for parameter in command.params for option in parameter.opts}
        for command in (compare_command, report_command)
    )
    assert compare - report == {"--json"}
    assert report - compare == {"--no-excerpts", "--out"}


def test_words_are_left_out_on_request(study):
    _invoke("p1", "--no-excerpts", "--out", "out")
    assert "word word" not in (study / "out" / "report.html").read_text(encoding="utf-8")
    _invoke("p1", "--out", "out")
    assert "word word" in (study / "out" / "report.html").read_text(encoding="utf-8")


def _break_hash(study):
    path = study / "runs" / "p1" / "B" / "coding.json"
    path.write_text(path.read_text().replace(transcript("p1").sha256, "0" * 64))


def _break_offsets(study):
    path = study / "runs" / "p1" / "B" / "coding.json"
    path.write_text(path.read_text().replace('"end": 160', '"end": 99999'))


def _break_json(study):
    (study / "gold" / "p1.json").write_text("{")


def _break_version(study):
    path = study / "gold" / "p1.json"
    path.write_text(path.read_text().replace("coding@1", "coding@2"))


@pytest.mark.parametrize("damage", [_break_hash, _break_offsets, _break_json, _break_version])
def test_bad_input_is_one_line_and_nothing_is_written(study, damage):
    damage(study)
    refused = _invoke("p1")
    assert refused.exit_code == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "Traceback" not in refused.output
    assert not (study / "reports").exists()


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["p2"], 1, "this coding is incomplete"),
        (["p9"], 1, "p9"),
        ([], 2, "use --all"),
        (["p1", "--all"], 2, "use --all"),
        (["p1", "--out", "seeds"], 1, "this is no report"),
    ],
)
def test_what_cannot_be_reported_is_said(study, words, status, told):
    refused = _invoke(*words)
    assert refused.exit_code == status
    assert told in refused.stderr
    assert not (study / "reports").exists()
    assert sorted(path.name for path in (study / "seeds").iterdir()) == ["p1.md", "p2.md"]


def test_names_of_reports():
    assert report_name(["p1"]) == "p1"
    assert report_name(["p1", "p2"]) == "p1-p2"
    assert report_name(["gold/a\udcff\n=b.json", "合" * 100]) == f"a_b-{'合' * 65}"
    assert report_name([]) == "all"
    assert report_name(["gold/p1.json", "runs/p1/B/coding.json"]) == "p1-coding"
