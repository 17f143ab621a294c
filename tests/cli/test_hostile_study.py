"""A study from somebody else, hostile in every file, goes through every command and does nothing.

No key and no word leaves, no program runs, nothing outside is read or written, there is no
traceback, and what is printed and written drives no terminal.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from proposing import p1_study
from scripted_server import Listener

from autocode.cli import COMMANDS, group
from autocode.models.embedding import Lexical

KEY = "sk-secret-0123456789"
CANARY = "canary-that-stands-outside-the-study"
DRIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
EVIL = "\x1b[2J\u202e<script>alert(1)</script>|![x](https://evil.example/x.png)\n=1+1"
DEEP = "[" * 200_000
NAMES = ("a\nb", "\x1b[2J", "x" * 200, "-rf", "$(touch ran)", "`touch ran`", "..", "é\udcff", "p1 ")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """What belongs to the user: whatever is changed or read here is a finding."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.md").write_text(f"# coding\n\n> {CANARY}\n", encoding="utf-8")
    record = {"format": "autocode/coding@1", "note": CANARY}
    (folder / "secret.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


@pytest.fixture
def study(tmp_path: Path, outside: Path) -> Path:
    root = tmp_path / "study"
    root.mkdir()
    p1_study(root)
    _seeds(root, outside)
    _gold(root, outside)
    for name in ("ok", "deep", "odd", "empty", "link"):
        _run(root, name, outside)
    _git(root)
    return root


def _seeds(root: Path, outside: Path) -> None:
    seeds = root / "seeds"
    said = "\n".join(f"> {line}" for line in EVIL.split("\n"))
    (seeds / "p2.md").write_text(
        f"# p\n2\n\n## title\n{EVIL[:60]}\n\n# coding\n\n> Interviewer\n\n> Well?\n\n"
        f"> Participant 1\n\n{said}\n> We test our data. {{{{fence}}}}\n\n"
        "**OPEN CODING TRACE:**\n\nWe test our data.\n\n**AXIAL CODING TRACE:**\n\nadded:\n\n"
        "```\nevil = CClass(__import__('os').system('touch ran'), 'x')\n```\n",
        encoding="utf-8",
    )
    (seeds / "p3.md").symlink_to(outside / "secret.md")
    (seeds / "p4.md").write_bytes(b"> \xff\xfe\x00" + os.urandom(100))
    os.mkfifo(seeds / "p5.md")
    (seeds / "p6.md").mkdir()
    for name in NAMES:
        if "/" not in name and name != "..":
            (seeds / f"{name}.md").write_bytes(b"# coding\n\n> Hello.\n")


def _gold(root: Path, outside: Path) -> None:
    gold = root / "gold"
    coding = json.loads((gold / "p1.json").read_bytes())
    coding["coder"]["id"] = EVIL
    coding["quotes"][0]["open_code"] = EVIL
    (gold / "p1.evil.json").write_text(json.dumps(coding), encoding="utf-8")
    (gold / "p1.link.json").symlink_to(outside / "secret.json")
    (gold / "p1.deep.json").write_text('{"format":' + DEEP, encoding="utf-8")
    os.mkfifo(gold / "p1.pipe.json")
    codes = [{"id": f"e{n}", "label": f"{EVIL}\n-----", "parent": f"e{1 - n}"} for n in (0, 1)]
    book = {"format": "autocode/codebook@1", "codes": codes}
    (gold / "codebook.json").write_text(json.dumps(book), encoding="utf-8")


def _run(root: Path, name: str, outside: Path) -> None:
    folder = root / "runs" / "p1" / name
    folder.mkdir(parents=True)
    manifest = {
        "format": "autocode/run@1", "run": EVIL, "status": "running", "recipe": "../../x",
        "transcript": {"id": "../p1", "sha256": EVIL, "length": -1}, "model_asked": EVIL,
        "destination": EVIL, "identity": {"provider": EVIL, "base_url": "file:///etc/passwd"},
        "strategy": EVIL, "settings": {"density": EVIL}, "started": EVIL,
        "prompts": [{"step": EVIL, "source": EVIL, "sha256": "", "text": EVIL}],
        "codebook": {"sha256": None, "sent": [EVIL], "held_back": []}, "versions": {EVIL: EVIL},
    }  # fmt: skip
    texts = {
        "ok": json.dumps(manifest), "deep": '{"format":' + DEEP, "odd": "[7]", "empty": "",
        "link": json.dumps(manifest),
    }  # fmt: skip
    (folder / "manifest.json").write_text(texts[name], encoding="utf-8")
    (folder / "calls.jsonl").write_text(f'{DEEP}\n{{"outcome": 7}}\n[]\nnull\n', encoding="utf-8")
    if name == "link":
        (folder / "coding.json").symlink_to(outside / "secret.json")
    else:
        shutil.copy(root / "gold" / "p1.evil.json", folder / "coding.json")


def _git(root: Path) -> None:
    program = root / "program"
    program.write_text(f"#!/bin/sh\ntouch '{root}/ran'\n", encoding="utf-8")
    program.chmod(0o755)
    git = root / ".git"
    git.mkdir()
    (git / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    (git / "objects").mkdir()
    (git / "refs").mkdir()
    (git / "config").write_text(
        f"[core]\n\tfsmonitor = {program}\n\thooksPath = {root}\n\tpager = {program}\n"
        f'[filter "x"]\n\tclean = {program}\n\tsmudge = {program}\n\trequired = true\n'
        f"[diff]\n\texternal = {program}\n",
        encoding="utf-8",
    )
    (root / ".gitattributes").write_text("* filter=x diff=x\n", encoding="utf-8")


@pytest.fixture
def server(study: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """The stranger's server, which the study names; it counts as one on another machine."""
    for name in ("OPENAI_BASE_URL", "COLUMNS", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr("autocode.models.endpoint._is_loopback", lambda _: False)
    monkeypatch.setattr("autocode.cli.propose.open_embedder", lambda: Lexical("lexical"))
    monkeypatch.chdir(study)
    with Listener() as listener:
        lines = {"model": "gpt-4o", "base_url": listener.url, "research_question": EVIL}
        text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())
        (study / "autocode.toml").write_text(text, encoding="utf-8")
        yield listener


def snapshot(folder: Path) -> dict[str, Any]:
    return {
        str(path): (path.lstat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }


# Every command, with what makes it read each of the study's files.
LINES: dict[str, list[list[str]]] = {
    "init": [[".", "--help"]],
    "check": [[], ["--json"], ["p1"], ["p3"], ["p5"]],
    "import": [["gold/p1.evil.json"], ["seeds/p3.md"], ["gold/p1.pipe.json"],
               ["coding", "gold/p1.evil.json"], ["codebook", "seeds/p2.md"]],
    "gold": [["p2"], ["p3"], ["p4"], ["p5"], ["p6"], ["..", "--force"]],
    "show": [
        ["p1"], ["p2"], ["p2", "--text"], ["p2", "--gold"], ["p3"], ["p4"], ["p5"], ["p6"],
        ["p1", "--json"], ["a\nb"], ["../outside/secret"],
        *[["p1", "--run", run] for run in ("ok", "deep", "odd", "empty", "link")],
        *[["p1", "--gold", coder] for coder in ("evil", "link", "deep", "pipe")],
    ],
    "propose": [["p1"], ["p2"], ["--all"], ["p1", "--resume"], ["p1", "--dry-run"],
                ["p3", "--dry-run"], ["p2", "--dry-run", "--strategy", "single", "--json"]],
    "runs": [[], ["--json"], *[["show", name] for name in ("ok", "deep", "odd", "empty", "link")]],
    "models": [[], ["--json"]],
    "redact": [["p1"], ["p2"], ["p3"], ["p5"], ["a\nb"]],
    "diff": [["p1"], *[["p1", f"p1.{coder}"] for coder in ("evil", "link", "deep", "pipe")],
             ["p1", "--run", "ok"], ["p1", "--run", "link"], ["p1", "gold/p1.pipe.json"]],
    "compare": [["p1"], ["p1", "--json"], ["p2"], ["--all"]],
    "report": [["p1"], ["--all"]],
    "verify": [[], ["--json"], ["."], ["runs/p1/ok"], ["runs/p1/deep"], ["runs/p1/link"], ["gold"]],
    "codebook": [[], ["tree", "--relations"], ["duplicates", "--similarity", "lexical"], ["log"],
                 ["merge", "a", "b"], ["undo"], ["propose", "--from", "gold", "--dry-run"],
                 ["proposal"], ["accept", "--all"]],
    "review": [["p1", "--summary"], ["p1", "--rebuild"], ["p1", "--lessons"],
               ["p1", "--discuss", "a", "b", "--terminal"], ["p5", "--blind", "--terminal"]],
    "batch": [["status"], ["fetch"], ["cancel", "ok"]],
    "export": [["quotes", "p1"], ["quotes", "p1.evil"], ["html", "--all"], ["codeable"],
               ["fieldnotes", "p1", "--gold", "link"], ["html", "p1", "--run", "ok"]],
}  # fmt: skip


def run(study: Path, *words: str) -> Result:
    return CliRunner().invoke(group, ["--study", str(study), *words])


def test_every_command_is_tried() -> None:
    assert set(COMMANDS) <= set(LINES)


@pytest.mark.parametrize("name", sorted(set(COMMANDS) & set(LINES)))
def test_a_hostile_study_does_nothing(
    study: Path, outside: Path, server: Listener, name: str
) -> None:
    before = snapshot(outside)
    for words in LINES[name]:
        result = run(study, name, *words)
        assert result.exit_code != 2, result.stderr  # a line that is not understood tries nothing
        assert isinstance(result.exception, SystemExit | None.__class__), (words, result.exception)
        shown = result.stdout + result.stderr
        assert "Traceback" not in shown
        if "--text" not in words:  # into a file it goes exactly as it is: offsets depend on it
            assert not DRIVING.findall(shown), words
        assert CANARY not in shown, words
        assert KEY not in shown
    assert server.connections == []
    assert snapshot(outside) == before
    assert not (study / "ran").exists()
    assert not (Path.cwd() / "ran").exists()
    written = [path for path in study.rglob("*") if path.is_file() and not path.is_symlink()]
    for path in written:
        content = path.read_bytes()
        assert CANARY.encode() not in content, path
        assert KEY.encode() not in content, path
        if "reports" in path.parts and path.suffix in (".md", ".tex", ".csv", ".html", ".svg"):
            assert not DRIVING.findall(content.decode().replace("\r\n", "\n")), path
            assert b"<script>alert" not in content or path.suffix in (".tex", ".csv"), path
