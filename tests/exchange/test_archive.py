"""An archive holds the study, described and hashed; without text, not five words of it in a row."""

import asyncio
import hashlib
import json
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from proposing import Model, naming, p1_study, plan_p1

from autocode.cli import group
from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding
from autocode.errors import StudyError
from autocode.exchange.anonymous import Spoken, without_quotes
from autocode.exchange.archive import archive, write_archive
from autocode.propose.run import carry_out
from autocode.study import Study
from autocode.transcript.seeds import load


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    root = tmp_path_factory.mktemp("archived")
    study = p1_study(root, strategy="staged")
    asyncio.run(carry_out(study, plan_p1(study, Model(naming))))
    (root / "LICENSE").write_text("Do as you like.\n")
    said = load(study, "p1").text
    (root / "reports" / "p1").mkdir(parents=True)
    (root / "reports" / "p1" / "report.md").write_text(
        f"He said: *{said[3000:3010]}*{said[3010:3100]}"
    )
    (root / "reports" / "p1" / "report.docx").write_bytes(b"PK")
    (root / "reports" / "p1" / "comparison.json").write_text(json.dumps({"said": said[100:200]}))
    (root / "prompts" / "mine.md").write_text(f"As in: {said[500:600]}")
    (root / ".hidden").write_text("x")
    return study


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def test_without_text_no_five_words_in_a_row_are_in_any_file(study: Study) -> None:
    made = archive(study, words=False)
    said = words(load(study, "p1").text)
    spoken = {" ".join(said[n : n + 5]) for n in range(len(said) - 4)}
    for name, data in made.files.items():
        held = words(f"{name}\n{data.decode()}")
        repeated = {" ".join(held[n : n + 5]) for n in range(len(held) - 4)} & spoken
        assert not repeated, f"{name}: {repeated}"
    for name in ("reports/p1/report.md", "reports/p1/report.docx", "prompts/mine.md"):
        assert name not in made.files
        assert any(remark.startswith(name) for remark in made.remarks)
    assert not [name for name in made.files if "transcript.txt" in name or "calls" in name]
    assert not [name for name in made.files if name.startswith(("seeds/", "transcripts/"))]


def test_without_text_hashes_offsets_and_codes_stay(study: Study, tmp_path: Path) -> None:
    write_archive(archive(study, words=False), tmp_path / "a")
    before = read_coding(study.gold_path("p1"))
    after = read_coding(tmp_path / "a" / "gold" / "p1.json")
    assert after.transcript == before.transcript
    assert [(q.start, q.end, q.axial, q.turn) for q in after.quotes] == [
        (q.start, q.end, q.axial, q.turn) for q in before.quotes
    ]
    assert {q.text for q in after.quotes} == {""}
    (manifest,) = (tmp_path / "a").glob("runs/p1/*/manifest.json")
    assert len(json.loads(manifest.read_text())["prompts"][0]["sha256"]) == 64


def test_codes_in_the_words_of_a_participant_keep_their_names(tmp_path: Path) -> None:
    codes = ["we_need_a_catalog_now", "nobody_asked_us_at_all"]
    for folder in ("seeds", "gold", "prompts", "reports/p1"):
        (tmp_path / folder).mkdir(parents=True)
    said = "We need a catalog now. Nobody asked us at all. So much is clear to me."
    (tmp_path / "seeds" / "p1.txt").write_text(f"A: Why?\n\nB: {said}\n")
    (tmp_path / "gold" / "codebook.json").write_text(
        json.dumps({"format": "autocode/codebook@1", "codes": [{"id": code} for code in codes]})
    )
    (tmp_path / "reports" / "p1" / "report.md").write_text(f"Both used {codes[0]}.")
    (tmp_path / "prompts" / "mine.md").write_text("Say what so much is clear.")
    (tmp_path / "prompts" / "theirs.md").write_text("As in: us at all. So much")
    study = Study.open(tmp_path)
    made = archive(study, words=False, date="2026-01-31", own=("What so much is clear means.",))
    write_archive(made, tmp_path / "a")
    assert [code.id for code in Codebook.load(tmp_path / "a" / "gold" / "codebook.json").codes] == (
        codes
    )
    assert {"reports/p1/report.md", "prompts/mine.md"} <= set(made.files)
    assert "prompts/theirs.md" not in made.files
    (told,) = (remark for remark in made.remarks if "keep their names" in remark)
    assert told.endswith(f": {codes[1]}, {codes[0]}")


def test_with_text_it_is_a_study_again(study: Study, tmp_path: Path) -> None:
    write_archive(archive(study), tmp_path / "a")
    again = Study.open(tmp_path / "a")
    assert load(again, "p1") == load(study, "p1")
    text = (tmp_path / "a" / "transcripts" / "p1.txt").read_bytes()
    assert hashlib.sha256(text).hexdigest() == load(study, "p1").sha256
    assert not (tmp_path / "a" / ".hidden").exists()
    done = subprocess.run(
        ["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=tmp_path / "a", check=False
    )
    assert done.returncode == 0


@pytest.mark.parametrize("kept", [True, False])
def test_the_crate_describes_every_file_and_run(study: Study, kept: bool) -> None:
    made = archive(study, words=kept, authors=("Doe, Jo", "Ada"), title='A "title"\n: {x}')
    tree = json.loads(made.files["ro-crate-metadata.json"])
    assert tree["@context"] == "https://w3id.org/ro/crate/1.1/context"
    graph = {entity["@id"]: entity for entity in tree["@graph"]}
    assert len(graph) == len(tree["@graph"])
    descriptor = graph["ro-crate-metadata.json"]
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = graph[descriptor["about"]["@id"]]
    assert {"name", "description", "datePublished", "license"} <= set(root)
    parts = {unquote(part["@id"]) for part in root["hasPart"]}
    assert parts == set(made.files) - {"ro-crate-metadata.json", "SHA256SUMS"}
    for name in parts:
        assert graph[name.replace(":", "%3A")]["contentSize"] == str(len(made.files[name]))
    (run,) = (entity for entity in tree["@graph"] if entity["@type"] == "CreateAction")
    for reference in (run["result"], *run["instrument"], root["license"], *root["author"]):
        assert reference["@id"] in graph
    assert root["datePublished"] == run["startTime"][:10]


def test_the_citation_is_whole_whatever_the_title(study: Study) -> None:
    made = archive(study, authors=("Doe, Jo", "Ada"), title='A "title"\n: {x}', licence="CC0-1.0")
    lines = made.files["CITATION.cff"].decode().split("\n")
    assert lines[0] == "cff-version: 1.2.0"
    assert 'title: "A \\"title\\" : {x}"' in lines
    assert lines[5:8] == ['  - family-names: "Doe"', '    given-names: "Jo"', '  - name: "Ada"']
    assert 'license: "CC0-1.0"' in lines


@pytest.mark.parametrize("kept", [True, False])
def test_the_same_study_is_the_same_bytes(study: Study, kept: bool, tmp_path: Path) -> None:
    assert archive(study, words=kept) == archive(study, words=kept)
    for _ in range(2):
        write_archive(archive(study, words=kept), tmp_path / "a")
    assert {p.name for p in tmp_path.iterdir()} == {"a"}


def test_a_model_s_folder_stays_at_home(study: Study) -> None:
    (manifest,) = study.root.glob("runs/p1/*/manifest.json")
    before = manifest.read_text()
    try:
        manifest.write_text(
            before.replace('"model_asked": "model"', '"model_asked": "local:/home/jo/m.gguf"')
        )
        made = archive(study)
    finally:
        manifest.write_text(before)
    assert not [name for name, data in made.files.items() if b"/home/jo" in data]
    assert b'"local:m.gguf"' in b"".join(made.files.values())


def test_nobody_s_folder_is_replaced(study: Study, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x").write_text("x")
    with pytest.raises(StudyError, match="this is no archive, and would be replaced"):
        write_archive(archive(study), tmp_path / "mine")


def test_what_is_missing_is_said(study: Study, tmp_path: Path) -> None:
    assert any("no author is named" in remark for remark in archive(study).remarks)
    (tmp_path / "seeds").mkdir()
    empty = Study.open(tmp_path)
    with pytest.raises(StudyError, match="there are no transcripts"):
        archive(empty)
    (tmp_path / "seeds" / "p1.txt").write_text("A: Why?\n\nB: Because.\n")
    with pytest.raises(StudyError, match="no run whose day"):
        archive(empty)
    assert any("no licence" in remark for remark in archive(empty, date="2026-01-31").remarks)


def test_the_command(study: Study, tmp_path: Path) -> None:
    words = ["--study", str(study.root), "export", "archive", str(tmp_path / "a"), "--no-text"]
    done = CliRunner().invoke(group, words)
    assert (done.exit_code, done.stdout) == (0, f"{tmp_path / 'a'}\n")
    assert "prompts/mine.md is left out" in done.stderr


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("So: we NEED a catalog, now!", True),
        ("we need a <b>catalog</b> now", True),
        ("we need a cat\\textbf{alog} now", True),
        ("we need a catalog", False),
        ("我们需要目录", True),
        ("我们需要", False),
    ],
)
def test_what_repeats_a_transcript(text: str, repeated: bool) -> None:
    spoken = Spoken(["Yes, we need a catalog now.", "因为我们需要目录。"])
    assert spoken.repeated_in(text) is repeated


def test_a_quote_of_a_few_words_is_left_out_too() -> None:
    coding = {
        "quotes": [{"id": "q1", "start": 3, "end": 9, "text": "slow", "as_written": "Slow"}],
        "mentions": [{"code": "speed", "as_written": "so slow"}],
        "codes": [],
    }
    assert without_quotes(coding) == {
        "quotes": [{"id": "q1", "start": 3, "end": 9, "text": ""}],
        "mentions": [{"code": "speed"}],
        "codes": [],
    }
