"""Every format that keeps places: a coding goes out and comes into another study the same."""

from pathlib import Path

import pytest

from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding
from autocode.coding.nouns import Coder
from autocode.errors import InputError
from autocode.exchange.exports import select
from autocode.exchange.formats import CODINGS, FORMATS, export, read_codebook
from autocode.exchange.intake import import_codings
from autocode.exchange.project import project_of
from autocode.exchange.refi_writer import qdpx_bytes
from autocode.study import Study
from autocode.transcript.seeds import load

SEED = Study(Path(__file__).parents[2])
KEEP_PLACES = ("quotes", "word", "qdpx", "taguette", "doccano", "label-studio", "brat")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A study of the same transcript and codebook, in which nobody has coded."""
    (tmp_path / "autocode.toml").write_text("")
    for name in ("seeds/p1.md", "gold/codebook.json"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes((SEED.root / name).read_bytes())
    return Study(tmp_path)


@pytest.mark.parametrize("name", KEEP_PLACES)
def test_the_seed_goes_out_and_in(name: str, study: Study, tmp_path: Path) -> None:
    suffix = next(iter(FORMATS[name].writers))
    file = tmp_path / f"p1{suffix}"
    chosen = select(SEED, ["p1"], gold="gold", run=None)
    file.write_bytes(export(name, chosen).data)
    assert export(name, chosen) == export(name, chosen)
    ((back, path),) = import_codings(study, file, coder="gold").codings
    gold = read_coding(SEED.gold_path("p1"))
    assert [(q.span, q.text, sorted(q.axial), q.turn, q.status) for q in back.located()] == [
        (q.span, q.text, sorted(q.axial), q.turn, "exact") for q in gold.located()
    ]
    assert back.coder == gold.coder
    assert path == study.gold_path("p1")
    ids = {code.id for code in Codebook.load(study.codebook_path).codes}
    assert ids == {code.id for code in Codebook.load(SEED.codebook_path).codes}


def test_what_a_model_coded_does_not_come_in_as_human(study: Study, tmp_path: Path) -> None:
    coding = read_coding(SEED.gold_path("p1"))
    model = coding.model_copy(update={"coder": Coder(id="local:qwen", kind="model")})
    project = project_of([(load(SEED, "p1"), [coding, model])], [])
    file = tmp_path / "p1.qdpx"
    file.write_bytes(qdpx_bytes(project, "x").data)
    imported = import_codings(study, file)
    assert [path.name for _, path in imported.codings] == ["p1.json"]
    assert "p1: what the model local:qwen coded is left out" in imported.remarks


def test_a_codebook_of_another_program(tmp_path: Path) -> None:
    file = tmp_path / "book.qdc"
    file.write_bytes(export("qdc", select(SEED, ["p1"], gold="gold", run=None)).data)
    names = {code.name for code in read_codebook(file, {})}
    assert {"Service Level Agreements", "version_dp"} <= names


def test_offsets_are_for_projects_alone(study: Study, tmp_path: Path) -> None:
    file = tmp_path / "p1.csv"
    file.write_text("document,quote,code\np1,x,y\n")
    with pytest.raises(InputError, match=r"only \.qdpx files"):
        import_codings(study, file, coder="jo", offsets="cp")


@pytest.mark.parametrize("suffix", CODINGS)
def test_no_format_trips_over_another(suffix: str, study: Study, tmp_path: Path) -> None:
    """A file under a wrong name is one line, and the study stays as it was."""
    before = {path: path.read_bytes() for path in study.root.rglob("*") if path.is_file()}
    for data in (b"", b"x", b"PK\3\4x", b"SQLite format 3\0" + b"x" * 200, b"[[[", b"\xff\xfe\0"):
        file = tmp_path / f"wrong{suffix}"
        file.write_bytes(data)
        with pytest.raises(InputError) as caught:
            import_codings(study, file, coder="jo")
        assert "\n" not in str(caught.value)
        file.unlink()
    assert before == {path: path.read_bytes() for path in study.root.rglob("*") if path.is_file()}
