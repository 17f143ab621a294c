"""What the commands print and write today, as files: a change of behaviour shows as their diff.

Rewrite the files with `pytest tests/test_frozen.py --freeze`, read the diff, and commit it with
the change that it is of. Text is compared as printed, JSON with a relative tolerance of 1e-9.

tests/frozen/p1 is the study of this repository with the run in p1/run, which `propose` must make
again from the same answers; tests/frozen/twelve is the constructed study of `twelve.py`.
"""

import difflib
import json
import math
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from scripted_server import ScriptedServer, completion
from twelve import THREE_RUNS, write_twelve

from autocode.cli import group

ROOT = Path(__file__).parent.parent
FROZEN = ROOT / "tests" / "frozen"
RUN = "20260101T000000.000Z-scripted-00000000"
RUN_FILES = ("manifest.json", "calls.jsonl", "coding.json")
# A word that is said -> the axial code that the scripted model gives.
SAID = {
    "catalog": "data_catalog", "schema": "schema_registry", "version": "version_dp",
    "region": "functional_and_regionally_aligned_data_landing_zones", "test": "testing_dp",
    "access": "role_based_access_control", "orchestrat": "data_transformation_orchestration",
    "persona": "new code",
}  # fmt: skip
QUICK = ("--permutations", "39", "--similarity", "lexical")

# What differs between two machines or two minutes, and what stands in its place.
VARYING = {
    r"127\.0\.0\.1:\d+": "127.0.0.1:1",
    r"\d{8}T\d{6}\.\d{3}Z-scripted-[0-9a-f]{8}": RUN,
    r'("started"|"ended"): "[^"]*"': r'\1: "2026-01-01T00:00:00.000+00:00"',
    r'("latency"): [^,}]*': r"\1: 1.0",
    r'("recipe"): "[0-9a-f]{64}"': rf'\1: "{"0" * 64}"',
    r'("versions"): \{[^}]*\}': r'\1: {"autocode": "0.1.0", "python": "3.11.0"}',
    r'("sdk"): \{[^}]*\}': r'\1: {"openai": "1.0.0"}',
    r'("autocode"): "[^"]*"': r'\1: "0.1.0"',
    r"(autocode\s+)\d+\.\d+\.\d+": r"\g<1>0.1.0",
    r'("git"): (null|\{[^}]*\})': rf'\1: {{"commit": "{"0" * 40}", "dirty": false}}',
}

P1 = {
    "show.txt": "show p1",
    "show-gold.txt": "show p1 --gold",
    "check.txt": "check",
    "runs.txt": "runs",
    "runs-show.txt": "runs show p1",
    "diff.txt": "diff p1",
    "diff.json": "diff p1 --json",
    "compare.txt": "compare p1",
    "comparison.json": "compare p1 --json",
}
TWELVE = {
    "show.txt": "show d2",
    "show.json": "show d1 --json",
    "show-gold.txt": "show d4 --gold",
    "check.txt": "check",
    "runs.txt": "runs",
    "runs.json": "runs --json",
    "runs-show.txt": "runs show d12",
    "runs-show-unfinished.txt": "runs show 20260301T1001-scripted-d12",
    "diff.txt": "diff d4",
    "compare.txt": "compare --all",
    "comparison.json": "compare --all --json",
    "compare-runs.txt": f"compare {' '.join(THREE_RUNS)} --runs 3",
    "comparison-runs.json": f"compare {' '.join(THREE_RUNS)} --runs 3 --json",
    "compare-humans.txt": "compare gold/d5.json gold/d5.anna.json",
}
COMMANDS = [
    *(("p1", name, words) for name, words in P1.items()),
    *(("twelve", name, words) for name, words in TWELVE.items()),
]


@pytest.fixture
def frozen(request):
    """Compare what was made with the expected file, or with --freeze write that file."""

    def compare(name, made):
        path = FROZEN / name
        if request.config.getoption("--freeze"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((compact(made) if path.suffix == ".json" else made).encode())
        expected = path.read_bytes().decode()
        if path.suffix == ".json":
            differences = list(differing(json.loads(expected), json.loads(made)))
        else:
            lines = expected.split("\n"), made.split("\n")
            differences = list(difflib.unified_diff(*lines, "expected", "made", lineterm="", n=1))
        assert not differences, "\n".join([f"{name} has changed:", *differences[:60]])

    return compare


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """The folders of the two studies, by name."""
    folder = tmp_path_factory.mktemp("frozen")
    p1 = write_p1(folder / "p1")
    for name in RUN_FILES:
        target = p1 / "runs" / "p1" / RUN / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(FROZEN / "p1" / "run" / name, target)
    write_twelve(folder / "twelve")
    return {"p1": p1, "twelve": folder / "twelve"}


def write_p1(folder):
    """The repository's study, without what else may come to stand beside p1."""
    prompts = [f"prompts/{path.name}" for path in (ROOT / "prompts").iterdir()]
    for name in ("autocode.toml", "seeds/p1.md", "gold/p1.json", "gold/codebook.json", *prompts):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def compact(text):
    """JSON that takes less room, one value a line."""
    return json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"


def masked(text, folder):
    """The text without what differs between two machines or two minutes."""
    text = text.replace(str(folder), "STUDY")
    for pattern, constant in VARYING.items():
        text = re.sub(pattern, constant, text)
    return text


def differing(expected, made, at="$"):
    """Where two JSON values differ, in words; numbers may differ by a billionth part."""
    if isinstance(expected, dict) and isinstance(made, dict):
        for key in [*expected, *(key for key in made if key not in expected)]:
            if key not in made or key not in expected:
                yield f"{at}.{key}: only {'made' if key in made else 'expected'}"
            else:
                yield from differing(expected[key], made[key], f"{at}.{key}")
        if expected.keys() == made.keys() and list(expected) != list(made):
            yield f"{at}: the keys stand in another order"
    elif isinstance(expected, list) and isinstance(made, list) and len(expected) == len(made):
        for place, (one, other) in enumerate(zip(expected, made, strict=True)):
            yield from differing(one, other, f"{at}[{place}]")
    elif type(expected) is not type(made) or not same(expected, made):
        yield f"{at}: expected {str(expected)[:200]}, made {str(made)[:200]}"


def same(expected, made):
    if isinstance(expected, float):
        return math.isclose(expected, made, rel_tol=1e-9, abs_tol=1e-12)
    return bool(expected == made)


def run(folder, words, monkeypatch):
    """What a command prints in a terminal of 80 columns without colour: stdout, then stderr."""
    monkeypatch.chdir(folder)
    environment = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb", "OPENAI_API_KEY": "sk-x",
                   "OPENAI_BASE_URL": None, "FORCE_COLOR": None}  # fmt: skip
    done = CliRunner(env=environment).invoke(group, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def marking(body):
    """An answer as a model's that goes by words: a sentence that says one, and the next."""
    lines = re.findall(r"^\[(\d+)\] (.*)", body["messages"][-1]["content"], re.MULTILINE)
    numbers = {int(number) for number, _ in lines}
    hits = ((int(n), word) for n, said in lines for word in SAID if word in said.lower())
    passages = [
        {"first": first, "last": first + (first + 1 in numbers), "axial": [SAID[word]],
         "code": f"what {word} is for", "why": f"It is about {word}.", "salience": 4,
         "new": f"Talk of {word}" if SAID[word] == "new code" else None}
        for first, word in hits
    ]  # fmt: skip
    return completion(json.dumps({"quotes": passages}))


# First, so that --freeze makes the run before the commands that follow show it.
def test_propose_makes_the_run_that_it_made(frozen, monkeypatch, tmp_path):
    with ScriptedServer(marking) as server:
        words = ["propose", "p1", "--model", "scripted", "--concurrency", "1"]
        made = run(write_p1(tmp_path), [*words, "--base-url", server.url], monkeypatch)
    frozen("p1/propose.txt", masked("\n--- stderr ---\n".join(made), tmp_path))
    (folder,) = (tmp_path / "runs" / "p1").iterdir()
    for name in RUN_FILES:
        frozen(f"p1/run/{name}", masked((folder / name).read_text(encoding="utf-8"), tmp_path))


@pytest.mark.parametrize(("study", "name", "words"), COMMANDS, ids=lambda one: str(one)[:30])
def test_a_command_prints_what_it_printed(studies, frozen, monkeypatch, study, name, words):
    quick = QUICK if words.startswith("compare") else ()
    out, errors = run(studies[study], [*words.split(), *quick], monkeypatch)
    errors = f"\n--- stderr ---\n{errors}" if errors and not name.endswith(".json") else ""
    frozen(f"{study}/{name}", masked(out + errors, studies[study]))


@pytest.mark.parametrize(
    ("study", "which", "texts"),
    [("p1", "p1", ["report.md", "report.tex"]), ("twelve", "--all", ["report.md"])],
)
def test_a_report_says_what_it_said(studies, frozen, monkeypatch, tmp_path, study, which, texts):
    run(studies[study], ["report", which, "--out", str(tmp_path), *QUICK], monkeypatch)
    for name in texts:
        frozen(f"{study}/{name}", masked((tmp_path / name).read_text("utf-8"), studies[study]))
    # What `compare --json` prints, and what else the report says in numbers.
    tree = json.loads((tmp_path / "comparison.json").read_text("utf-8"))
    frozen(f"{study}/report-numbers.json", json.dumps(tree.pop("report")))
    frozen(f"{study}/comparison.json", masked(json.dumps(tree), studies[study]))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    names = sorted(path.relative_to(tmp_path).as_posix() for path in files)
    frozen(f"{study}/report-files.txt", "\n".join(names) + "\n")


@pytest.mark.parametrize(
    "made",
    [{"a": [1, 0.5]}, {"a": [1, 0.5], "b": None, "c": 1}, {"a": [1, 0.500001], "b": None},
     {"a": [1.0, 0.5], "b": None}, {"a": [1, 0.5, 2], "b": None}, {"b": None, "a": [1, 0.5]},
     {"a": [1, 0.5], "b": 0}],
    ids=str,
)  # fmt: skip
def test_json_differs_by_more_than_rounding(made):
    expected = {"a": [1, 0.5], "b": None}
    assert not list(differing(expected, {"a": [1, 0.5 + 1e-12], "b": None}))
    assert list(differing(expected, made))
