"""show, gold and check from the command line: results, exit codes, one line per failure."""

import hashlib
import json
import os
import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autocode.cli import group

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def study(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    shutil.copy(ROOT / "seeds" / "p1.md", tmp_path / "seeds")
    return tmp_path


def run(study: Path, *words: str, colour: bool = False) -> Result:
    env = {"COLUMNS": "80", "FORCE_COLOR": "1" if colour else None, "TERM": "xterm-256color"}
    result = CliRunner().invoke(group, ["--study", str(study), *words], env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


def test_show_lists_turns_in_eighty_columns(study: Path) -> None:
    lines = run(study, "show", "p1").stdout.splitlines()
    assert len(lines) == 38
    assert max(map(len, lines)) <= 80
    assert " ".join(lines[8].split()).startswith("8 2550 4057 Participant 1 participant When it")
    assert lines[-1] == "p1: 36 turns, 16993 characters, 6 traces, SHA-256 c2c0f22c8566"


def test_show_json_has_exactly_these_keys(study: Path) -> None:
    data = json.loads(run(study, "show", "p1", "--json").stdout)
    assert list(data) == ["id", "sha256", "length", "metadata", "turns"]
    assert (data["id"], data["length"], len(data["turns"])) == ("p1", 16993, 36)
    assert data["turns"][1] == {
        "turn": 2, "speaker": "Participant 1", "role": "participant", "start": 195, "end": 207,
    }  # fmt: skip


def test_show_text_is_the_canonical_text_and_nothing_else(study: Path) -> None:
    printed = run(study, "show", "p1", "--text").stdout_bytes
    sha256 = json.loads(run(study, "show", "p1", "--json").stdout)["sha256"]
    assert hashlib.sha256(printed).hexdigest() == sha256
    assert not printed.endswith(b"\n")


def test_show_gold_brackets_without_and_colours_with_a_terminal(study: Path) -> None:
    printed = run(study, "show", "p1", "--gold").stdout
    plain = " ".join(printed.split())
    assert "Turn 8 (Participant 1, participant)" in plain
    assert "[q1: And I think instead of having" in plain
    assert "from them.]" in plain
    assert "q1 exact Persona to Tool approach (persona_to_tool_approach)" in plain
    assert "mention version_dp" in plain
    assert plain.endswith("p1: coded by gold: 8 quotes, 0 missing, 3 mentions")
    assert "\x1b" not in plain
    coloured = run(study, "show", "p1", "--gold", colour=True).stdout
    assert "\x1b[" in coloured
    assert "[q1:" not in coloured


def test_show_gold_brackets_on_a_terminal_without_colours(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    printed = run(study, "show", "p1", "--gold", colour=True).stdout
    assert "[q1: And I think" in printed
    assert "black" not in printed


def test_show_another_coder_and_a_file(study: Path) -> None:
    run(study, "gold", "p1")
    other = study / "gold" / "p1.anna.json"
    other.write_text((study / "gold" / "p1.json").read_text().replace('"gold"', '"anna"'))
    assert "coded by anna" in run(study, "show", "p1", "--gold", "anna").stdout
    assert "coded by anna" in run(study, "show", "p1.anna").stdout
    assert "coded by anna" in run(study, "show", str(other)).stdout
    assert "coded by gold" in run(study, "show", "--gold", "p1").stdout
    said = run(study, "show", "p1", "--gold", "ben").stderr
    assert "by ben; there are codings by gold and anna" in said
    assert "Did you mean p1?" in run(study, "show", "p1.ben").stderr
    assert run(study, "show", str(other), "--text").exit_code == 2
    assert run(study, "show").exit_code == 2
    assert run(study, "show", "p1", "--gold", "--text").exit_code == 2
    assert run(study, "show", "p1", "--text", "--json").exit_code == 2


def test_show_gold_json_is_the_coding_as_its_file_has_it(study: Path) -> None:
    before = run(study, "show", "p1", "--gold", "--json").stdout
    run(study, "gold", "p1")
    assert before == (study / "gold" / "p1.json").read_text(encoding="utf-8")
    assert run(study, "show", "p1", "--gold", "--json").stdout == before


def test_a_coding_of_another_text_is_refused(study: Path) -> None:
    run(study, "gold", "p1")
    notes = study / "seeds" / "p1.md"
    notes.write_text(notes.read_text().replace("Great.", "Good."))
    result = run(study, "show", "p1", "--gold")
    assert result.exit_code == 1
    assert "another text than p1 is now" in result.stderr


def test_escape_sequences_never_reach_the_terminal(study: Path) -> None:
    evil = (
        "# coding\n\n> Participant 1\x1b[31m\n\n> evil \x1b]0;owned\x07 \x9b31m words \u202eyas\n\n"
        "**OPEN CODING TRACE:**\n\nwords \u202eyas\n"
    )
    (study / "seeds" / "p2.md").write_text(evil, encoding="utf-8")
    (study / "seeds" / "p3.txt").write_text("a\x1b[31mb" * 3, encoding="utf-8")
    for words in (("show", "p2"), ("show", "p2", "--gold"), ("check",), ("show", "p3")):
        output = run(study, *words).output
        assert not set(output) & {"\x1b", "\x07", "\x9b", "\u202e"}
    assert "\\x1b[31m" in run(study, "show", "p3").stdout
    assert b"\x1b]0;owned" in run(study, "show", "p2", "--text").stdout_bytes


def test_gold_writes_once(study: Path) -> None:
    first = run(study, "gold", "p1")
    assert first.exit_code == 0
    assert first.stdout.splitlines()[1].split() == ["p1", "6", "8", "exact", "3", "11", "written"]
    files = {path.name: path.read_bytes() for path in (study / "gold").iterdir()}
    assert set(files) == {"p1.json", "codebook.json", "codebook.log.jsonl"}
    assert files["p1.json"] == (ROOT / "gold" / "p1.json").read_bytes()
    assert files["codebook.json"] == (ROOT / "gold" / "codebook.json").read_bytes()
    assert "unchanged" in run(study, "gold", "--all").stdout
    assert {path.name: path.read_bytes() for path in (study / "gold").iterdir()} == files


def test_gold_json(study: Path) -> None:
    (row,) = json.loads(run(study, "gold", "p1", "--json").stdout)
    assert row == {
        "id": "p1",
        "traces": 6,
        "quotes": {"exact": 8, "normalised": 0, "fuzzy": 0, "missing": 0},
        "mentions": 3,
        "codes": 11,
        "defined_here": ["persona_to_tool_approach", "contracts"],
        "file": "gold/p1.json",
        "changed": True,
    }


def test_gold_asks_what_of_and_refuses_notes_without_traces(study: Path) -> None:
    assert run(study, "gold").exit_code == 2
    assert run(study, "gold", "p1", "--all").exit_code == 2
    (study / "seeds" / "p1.md").write_text("# coding\n\n> Words.\n")
    for words in (("gold", "p1"), ("gold", "--all")):
        result = run(study, *words)
        assert result.exit_code == 1
        assert "trace" in result.stderr
    assert not (study / "gold").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_gold_in_a_read_only_folder_is_one_line_and_leaves_nothing(study: Path) -> None:
    study.chmod(0o555)
    result = run(study, "gold", "p1")
    study.chmod(0o755)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert not (study / "gold").exists()


def test_a_file_where_the_gold_folder_should_be(study: Path) -> None:
    (study / "gold").write_text("in the way")
    result = run(study, "gold", "p1")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_check_of_the_seed_is_clean_but_for_warnings(study: Path) -> None:
    result = run(study, "check", "p1")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("seeds/p1.md:62: warning: debris:")
    assert lines[-1] == "0 errors, 4 warnings: everything can be used."
    assert run(study, "check", "--strict").exit_code == 1


def test_check_json(study: Path) -> None:
    (study / "seeds" / "p2.md").write_bytes(b"")
    result = run(study, "check", "--json")
    assert result.exit_code == 1
    (error,) = [f for f in json.loads(result.stdout) if f["severity"] == "error"]
    assert error == {
        "file": "seeds/p2.md",
        "line": None,
        "severity": "error",
        "kind": "unreadable",
        "message": "the file is empty",
        "suggestion": "Put the transcript into it.",
    }


@pytest.mark.parametrize("command", ["show", "gold", "check"])
@pytest.mark.parametrize("id_", ["p9", "../x", "seeds/p1", "", ".", "p1\n", "a b", "\x1b[31m"])
def test_ids_that_lead_nowhere_are_one_line(study: Path, command: str, id_: str) -> None:
    result = run(study, command, id_)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"# coding\n\nx\n", b"\x81\x8d", b"\xff\xfea"],
)
@pytest.mark.parametrize("command", ["show", "gold"])
def test_files_that_are_no_transcripts_are_one_line(
    study: Path, command: str, content: bytes
) -> None:
    (study / "seeds" / "p1.md").write_bytes(content)
    result = run(study, command, "p1")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "p1.md" in result.stderr


@pytest.mark.parametrize("words", ["a", "“é” "])
def test_five_megabytes_on_one_line(study: Path, words: str) -> None:
    line = (words * (5_000_000 // len(words))).encode()[:5_000_000].decode(errors="ignore")
    text = f"# coding\n\n> Participant 1\n\n> {line}\n\n**OPEN CODING TRACE:**\n\nand more. word\n"
    (study / "seeds" / "p1.md").write_text(text, encoding="utf-8")
    began = time.monotonic()
    assert run(study, "show", "p1").exit_code == 0
    assert run(study, "gold", "p1").exit_code == 0
    assert (
        time.monotonic() - began < 60
    )  # seconds on a busy machine; patterns gone wrong take hours


@pytest.mark.parametrize("command", ["show", "gold", "check"])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_help_has_examples(study: Path, command: str, flag: str) -> None:
    result = run(study, command, flag)
    assert result.exit_code == 0
    assert f"  autocode {command} p1" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_gold_names_what_it_cannot_read_and_goes_on(study: Path) -> None:
    (study / "seeds" / "p2.md").write_bytes(b"\x00\x01")
    (study / "seeds" / "p3.txt").write_text("Ada: Yes.\n")
    result = run(study, "gold", "--all", "--json")
    assert result.exit_code == 3
    assert [row["id"] for row in json.loads(result.stdout)] == ["p1"]
    assert "p2.md" in result.stderr
    assert (study / "gold" / "p1.json").is_file()


def test_check_begins_with_the_study_at_a_glance(study: Path) -> None:
    run(study, "gold", "p1")
    lines = run(study, "check").stdout.splitlines()
    assert [" ".join(line.split()) for line in lines[:2]] == [
        "ID Characters Turns Speakers Coded by Runs",
        "p1 16993 36 Interviewer (asks), Participant 1 gold 0",
    ]
    assert "11 codes" in lines[3]
    assert "Research question: none in autocode.toml" in lines[3]
    assert max(map(len, lines[:4])) <= 80


def test_what_is_not_read_is_said(study: Path) -> None:
    (study / "gold").mkdir()
    (study / "gold" / "anna.csv").write_text("document,quote,code\n")
    (study / "gold" / "codebook.log.jsonl").write_text("")
    found = run(study, "check").stdout
    assert found.count("not-read") == 1
    assert "gold/anna.csv: warning: not-read" in found
    assert "autocode import coding gold/anna.csv" in " ".join(found.split())
    said = run(study, "compare", "p1", "--gold", "anna")
    assert said.exit_code == 1
    assert "anna.csv is not read where it is" in said.output


def test_show_json_has_times_where_the_source_has_them(study: Path) -> None:
    (study / "seeds" / "v1.vtt").write_text(
        "WEBVTT\n\n00:01.000 --> 00:02.500\n<v Ada>Why?</v>\n\n"
        "00:03.000 --> 00:04.000\n<v Ola>So.</v>\n"
    )
    turns = json.loads(run(study, "show", "v1", "--json").stdout)["turns"]
    assert [(turn["start_s"], turn["end_s"]) for turn in turns] == [(1.0, 2.5), (3.0, 4.0)]
