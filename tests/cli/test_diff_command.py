"""`autocode diff` from the command line: what it prints, writes and refuses."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from autocode.cli import group
from autocode.coding.files import read_coding, write_coding
from autocode.coding.nouns import Coder, Coding, Mention, Quote, TranscriptRef
from autocode.transcript.readers import read_transcript

NOTES = """# p
7
# coding

> Interviewer

> What do you do?

> Participant 1

> I ask people first. Then I look at the data. I write \x1b[2J nothing down. That is my way. It works. So it stays.

> Interviewer

> And the <script>alert(1)</script> tools?

> Participant 1

> They come last.
"""  # noqa: E501


def _quote(text, words, *codes, name=None, **more):
    start = text.index(words)
    return Quote(
        id=f"q{start}", start=start, end=start + len(words), text=words, status="exact",
        open_code=name, axial=list(codes), **more,
    )  # fmt: skip


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study with one transcript, two human codings and one model's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "p7.md").write_text(NOTES, encoding="utf-8")
    made = read_transcript(seeds / "p7.md", "p7")
    text = made.text

    def write(name, coder, *quotes, **more):
        coding = Coding(transcript=TranscriptRef.of(made), coder=coder, quotes=list(quotes), **more)
        write_coding(coding, tmp_path / name)

    write(
        "gold/p7.json",
        Coder(id="gold", kind="human"),
        _quote(text, "I ask people first. Then I look at the data.", "asking", mapping="trace"),
        _quote(text, "They come last.", "tools_last", name="Tools last"),
        mentions=[Mention(code="habit", turn=2)],
    )
    write(
        "gold/p7.anna.json",
        Coder(id="anna", kind="human"),
        _quote(text, "It works.", "habit"),
    )
    write(
        "model.json",
        Coder(id="small", kind="model"),
        _quote(text, "Then I look at the data.", "looking", name="Looking at data"),
        _quote(text, "They come last.", "tools_last", name="Order of tools"),
        Quote(id="x", text="I never said so", status="missing", axial=["asking"], turn=2),
        incomplete="interrupted after 1 of 2 requests",
    )
    return tmp_path


def _run(*arguments, **more):
    return CliRunner().invoke(group, ["diff", *map(str, arguments)], **more)


def _lines(result):
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


@pytest.mark.usefixtures("study")
def test_text_marks_the_passage_with_brackets_and_signs():
    lines = _lines(_run("gold/p7.json", "model.json"))
    assert "~     1  [-I ask people first.-] [=Then I look at the data.=] I write \\x1b[2J" in lines
    assert "=     2  [=They come last.=]" in lines
    assert "… turn 3: nothing marked (40 characters)" in lines


@pytest.mark.usefixtures("study")
def test_text_lists_codes_tallies_and_what_was_not_located():
    lines = _lines(_run("gold/p7.json", "model.json"))
    assert "         model  Looking at data → looking" in lines
    assert "=     2  human  Tools last → tools_last" in lines
    assert "         model  Order of tools → tools_last" in lines
    assert "=   asking (without a quote: model)" in lines
    assert "-   habit (without a quote: human)" in lines
    assert "+   looking" in lines
    assert "?        model  not located: “I never said so” → asking" in lines
    assert "turn 2: quotes =0 ~1/1 -0 +0 ?0/1   characters =24 -20 +0   codes =1 -1 +1" in lines
    assert re.search(r"^Characters marked +39 +20 +0$", "\n".join(lines), re.MULTILINE)


@pytest.mark.usefixtures("study")
def test_text_fits_80_columns_and_cannot_steer_the_terminal():
    lines = _lines(_run("gold/p7.json", "model.json", "--context", 9))
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines if not line.endswith("─"))
    assert "\x1b" not in "".join(lines)


@pytest.mark.usefixtures("study")
def test_incomplete_codings_are_named_in_every_output():
    for narrowed in ([], ["--turn", 3], ["--only", "disagreements"], ["--code", "asking"]):
        output = " ".join(_run("gold/p7.json", "model.json", *narrowed).stdout.split())
        assert output.count("is not complete: interrupted after 1 of 2 requests.") == 2
    data = json.loads(_run("gold/p7.json", "model.json", "--json").stdout)
    assert data["coders"]["second"]["incomplete"] == "interrupted after 1 of 2 requests"
    _run("gold/p7.json", "model.json", "--html", "p.html")
    assert "is not complete: interrupted" in Path("p.html").read_text()


@pytest.mark.usefixtures("study")
def test_colours_replace_brackets_on_a_terminal_and_no_color_brings_them_back(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured = _run("gold/p7.json", "model.json", color=True).stdout
    assert "[=They come last.=]" not in coloured
    assert re.search(r"\x1b\[[0-9;]*mThey come last\.\x1b\[0m", coloured)
    assert "\\x1b[2J" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert "[=They come last.=]" in _run("gold/p7.json", "model.json", color=True).stdout


@pytest.mark.usefixtures("study")
def test_context_hides_sentences_and_counts_them():
    lines = _lines(_run("gold/p7.json", "gold/p7.anna.json", "--context", 0))
    assert "         … 2 sentences, 43 characters …" in lines
    assert not any("nothing down" in line for line in lines)


@pytest.mark.usefixtures("study")
def test_two_humans_are_called_by_their_ids():
    lines = _lines(_run("gold/p7.json", "gold/p7.anna.json"))
    assert lines[0] == "p7: gold and anna"
    assert "  = both   ~ overlapping   - gold only   + anna only" in lines


@pytest.mark.usefixtures("study")
def test_only_disagreements_leaves_out_agreeing_turns():
    lines = _lines(_run("gold/p7.json", "model.json", "--only", "disagreements"))
    assert not any("They come last" in line for line in lines)
    assert "Shown: only disagreements." in lines


@pytest.mark.usefixtures("study")
def test_only_some_turns():
    lines = _lines(_run("gold/p7.json", "model.json", "--turn", 3, "--turn", 4))
    assert [line.split("  ")[0] for line in lines if line.startswith("Turn ")] == [
        "Turn 3",
        "Turn 4",
    ]
    assert any("And the <script>alert(1)</script> tools?" in line for line in lines)


@pytest.mark.usefixtures("study")
def test_one_code_alone():
    output = _run("gold/p7.json", "model.json", "--code", "Tools_Last").stdout
    assert "Shown: only quotes and mentions of the code tools_last." in output
    assert "They come last" in output
    assert "I ask people" not in output


@pytest.mark.usefixtures("study")
def test_json_holds_the_whole_diff():
    data = json.loads(_run("gold/p7.json", "model.json", "--json").stdout)
    assert data["format"] == "autocode/diff@1"
    assert [turn["number"] for turn in data["turns"]] == [1, 2, 3, 4]
    assert data["coders"]["first"]["source"] == "gold/p7.json"
    assert data["total"]["characters"] == {"both": 39, "first": 20, "second": 0}


def test_html_is_one_file_and_stdout_stays_empty(study):
    result = _run("gold/p7.json", "model.json", "--html", "p7.html")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "Wrote p7.html" in result.stderr
    page = (study / "p7.html").read_text()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert str(study) not in page


def _run_folder(study, name, *, status="complete", coding=True, started="2026-01-01T00:00:00Z"):
    folder = study / "runs" / "p7" / name
    folder.mkdir(parents=True)
    model = read_coding(study / "model.json").model_copy(update={"incomplete": None})
    manifest = {
        "format": "autocode/run@1", "run": name, "status": status, "recipe": "0",
        "transcript": model.transcript.model_dump(), "model_asked": "small", "destination": "here",
        "identity": {}, "strategy": "single", "settings": {}, "prompts": [],
        "codebook": {"sha256": None, "sent": [], "held_back": []}, "versions": {},
        "started": started,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    if coding:
        write_coding(model, folder / "coding.json")


def test_an_id_compares_gold_with_the_newest_run(study):
    _run_folder(study, "old")
    _run_folder(study, "new", started="2026-02-01T00:00:00Z")
    assert "  + model  small (model, runs/p7/new/coding.json)" in _lines(_run("p7"))
    assert "  + model  small (model, runs/p7/old/coding.json)" in _lines(_run("p7", "--run", "old"))
    lines = _lines(_run("p7", "--gold", "anna", "--run", "runs/p7/old"))
    assert "  - human  anna (human, gold/p7.anna.json)" in lines
    both = _lines(_run("runs/p7/old", "runs/p7/new/coding.json"))
    assert both[0] == "p7: small (1) and small (2)"
    assert not any("INCOMPLETE" in line for line in both)


def test_the_status_of_a_run_can_make_it_incomplete(study):
    _run_folder(study, "r", status="running")
    assert "not complete: its run was stopped." in " ".join(_run("p7").stdout.split())


def _refused(result, *parts, code=1):
    assert result.exit_code == code
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    for part in parts:
        assert part in result.stderr


def test_a_page_makes_no_folders(study):
    page = study.parent / "nowhere" / "deep" / "p7.html"
    result = _run("gold/p7.json", "model.json", "--html", page)
    _refused(result, "this folder does not exist", "nowhere/deep")
    assert not (study.parent / "nowhere").exists()


def test_what_is_missing_is_said_in_one_line(study):
    _refused(_run("p7"), "no run on p7", "autocode propose p7")
    _run_folder(study, "r", coding=False, status="interrupted")
    _refused(_run("p7"), "this run has no answers", "autocode propose p7 --resume")
    _refused(_run("p7", "--gold", "ben"), "no human coding of p7 by ben", "Use --gold anna")
    _refused(_run("p8"), "no transcript 'p8'")
    _refused(_run("gold/p7.json", "nowhere"), "no transcript, run or file is called 'nowhere'")
    _refused(_run("gold/p7.json", "seeds"), "this folder is not a run")
    _refused(_run("gold/p7.json", "model.json", "--turn", 9), "no turn 9", "1 to 4")
    _refused(_run("gold/p7.json", "model.json", "--code", "x"), "neither coding uses")


def test_bad_codings_are_refused_and_nothing_is_written(study):
    good = json.loads((study / "model.json").read_text())

    def refused(text, *parts):
        (study / "bad.json").write_text(text)
        _refused(_run("gold/p7.json", "bad.json", "--html", "never.html"), *parts)
        assert not (study / "never.html").exists()

    refused("{", "not valid JSON")
    refused(json.dumps({**good, "format": "autocode/coding@9"}), "newer autocode")
    other = {**good["transcript"], "sha256": "0" * 64}
    refused(json.dumps({**good, "transcript": other}), "different transcripts")
    far = {**good["quotes"][0], "end": 10**6}
    refused(json.dumps({**good, "quotes": [far]}), "bad.json", "ends beyond the text")


def test_a_coding_of_no_transcript_of_the_study_is_refused(study):
    data = json.loads((study / "model.json").read_text())
    data["transcript"]["id"] = "../p7"
    (study / "bad.json").write_text(json.dumps(data))
    _refused(_run("bad.json", "model.json"), "is not in this study")


@pytest.mark.usefixtures("study")
def test_wrong_usage():
    for arguments in ([], ["a", "b", "c"], ["gold/p7.json", "model.json", "--run", "r"]):
        assert _run(*arguments).exit_code == 2
