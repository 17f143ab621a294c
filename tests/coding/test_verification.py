"""Every kind of damage to a study, a run or an archive is found, and named by its file."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from proposing import Model, naming, p1_study, plan_p1

from autocode.cli import group
from autocode.coding.verification import verify_folder
from autocode.errors import InputError, StudyError
from autocode.exchange.archive import archive, write_archive
from autocode.propose.run import carry_out
from autocode.study import Study


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("whole")
    study = p1_study(root, strategy="staged")
    asyncio.run(carry_out(study, plan_p1(study, Model(naming))))
    write_archive(archive(study), root / "archive")
    write_archive(archive(study, words=False), root / "bare")
    return root


@pytest.fixture
def study(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "study")
    return tmp_path / "study"


def the(folder: Path, name: str) -> Path:
    (path,) = folder.glob(f"runs/p1/*/{name}")
    return path


def change(path: Path, **keys: object) -> None:
    tree = json.loads(path.read_text())
    path.write_text(json.dumps(tree | keys))


def found(folder: Path) -> list[tuple[str, str, int | None]]:
    return [(Path(each.file).name, each.kind, each.line) for each in verify_folder(folder)]


def test_what_is_whole_has_no_findings(whole: Path) -> None:
    for folder in (whole, the(whole, "coding.json").parent, whole / "archive", whole / "bare"):
        assert verify_folder(folder) == []


@pytest.mark.parametrize("folder", [".", "archive", "bare"])
def test_a_moved_quote_is_found(study: Path, folder: str) -> None:
    path = study / folder / "gold" / "p1.json"
    tree = json.loads(path.read_text())
    tree["quotes"][0]["end"] = tree["transcript"]["length"] + 1
    tree["quotes"][1]["start"] += 1
    path.write_text(json.dumps(tree))
    kinds = found(study / folder)
    assert kinds.count(("p1.json", "offsets", None)) == (1 if folder == "bare" else 2)
    assert (("p1.json", "hash", None) in kinds) == (folder != ".")


def test_a_changed_transcript_is_found(study: Path) -> None:
    path = the(study, "transcript.txt")
    path.write_text(path.read_text().replace("Okay", "Okey", 1))
    assert ("transcript.txt", "hash", None) in found(study)
    seed = study / "seeds" / "p1.md"
    seed.write_text(seed.read_text().replace("zoom", "Zoom", 1))
    assert ("p1.json", "offsets", None) in found(study)


@pytest.mark.parametrize(
    ("name", "damage", "kind"),
    [
        ("manifest.json", lambda path: change(path, run="x"), "name"),
        ("manifest.json", lambda path: change(path, quotes=99), "count"),
        ("manifest.json", lambda path: path.write_text("{"), "format"),
        ("coding.json", lambda path: change(path, format="autocode/coding@9"), "format"),
        ("coding.json", lambda path: path.unlink(), "missing"),
        ("transcript.txt", lambda path: path.unlink(), "missing"),
        ("calls.jsonl", lambda path: path.unlink(), "missing"),
        ("calls.jsonl", lambda path: path.write_text(path.read_text() + "{}\n"), "format"),
    ],
)  # fmt: skip
def test_damage_to_a_run_is_found(study: Path, name: str, damage, kind: str) -> None:
    damage(the(study, name))
    run = next((study / "runs" / "p1").iterdir())
    assert [each for _, each, _ in found(run)] == [kind]
    assert [each for _, each, _ in found(study)] == [kind]


def test_a_changed_prompt_is_found(study: Path) -> None:
    path = the(study, "manifest.json")
    prompts = json.loads(path.read_text())["prompts"]
    prompts[0]["text"] += " Please."
    change(path, prompts=prompts)
    assert found(study) == [("manifest.json", "hash", None)]


def test_a_call_is_named_by_its_line(study: Path) -> None:
    path = the(study, "calls.jsonl")
    lines = path.read_text().split("\n")
    path.write_text("\n".join([lines[0], "no call", *lines[2:]]))
    assert found(study) == [("calls.jsonl", "format", 2)]


def test_an_archive_holds_what_it_lists_and_nothing_else(study: Path) -> None:
    folder = study / "archive"
    (folder / "prompts" / "name.md").unlink()
    (folder / "autocode.txt").write_text("new")
    sums = folder / "SHA256SUMS"
    sums.write_text(sums.read_text() + "no hash\n" + "0" * 64 + "  ../seeds/p1.md\n")
    kinds = [kind for _, kind, _ in found(folder)]
    assert sorted(kinds) == ["hash", "hash", "missing", "unlisted"]


def test_a_codebook_and_an_inventory_that_cannot_be_read(study: Path) -> None:
    (study / "gold" / "codebook.json").write_text("[]")
    assert found(study) == [("codebook.json", "codebook", None)]
    (study / "bare" / "transcripts.json").write_text("{}")
    assert ("transcripts.json", "transcripts", None) in found(study / "bare")


def test_what_is_no_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError):
        verify_folder(tmp_path)
    with pytest.raises(InputError, match="there is no such folder"):
        verify_folder(tmp_path / "no")


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(group, list(words))
    return done.exit_code, done.stdout, done.stderr


def test_the_command_prints_a_line_for_each_finding(study: Path) -> None:
    assert run("--study", str(study), "verify") == (
        0, "", "0 findings: everything is what it says.\n",
    )  # fmt: skip
    the(study, "coding.json").unlink()
    code, out, error = run("verify", str(study), str(study / "archive"))
    assert code == 1
    assert out.endswith("coding.json: missing: the coding of this run is not there\n")
    assert len(out.splitlines()) == 1
    assert error == "1 finding: not everything is what it says.\n"
    code, out, _ = run("verify", str(study), "--json")
    (finding,) = json.loads(out)
    assert (code, finding["kind"], finding["folder"]) == (1, "missing", str(study))


def test_a_study_is_opened_where_no_path_is_named(study: Path, tmp_path: Path) -> None:
    assert run("--study", str(tmp_path / "nothing"), "verify")[0] == 1
    assert run("--study", str(tmp_path / "nothing"), "verify", str(study))[0] == 0
    assert Study.open(study).root == study.resolve()
