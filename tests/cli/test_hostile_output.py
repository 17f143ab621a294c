"""What every command writes of a readable study in which all words and names come from a stranger.

The files are parsed back, the pages are opened in a browser, and LaTeX is compiled.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from hostile import HOSTILE
from inert import (
    UNSEEN,
    Site,
    assert_compiles,
    assert_inert_csv,
    assert_inert_latex,
    assert_inert_markdown,
    assert_inert_word,
    calling,
    needs_chromium,
    needs_pdflatex,
    seen_by_a_browser,
    site,
)

from autocode.cli import group
from autocode.coding.files import write_coding
from autocode.coding.nouns import Code, CodedWith, Coder, Coding, Mention, Quote, TranscriptRef
from autocode.exchange.formats import FORMATS
from autocode.transcript.nouns import Transcript, Turn
from autocode.transcript.readers import read_transcript


@dataclass
class Written:
    """What the commands made: the files by their names, and what each line printed."""

    root: Path
    evil: list[str]
    printed: dict[str, str]
    server: Site

    def text(self, name: str) -> str:
        with (self.root / name).open(encoding="utf-8", newline="") as file:
            return file.read()


REPORT = "reports/p1"
LINES = [
    "check", "show p1", "show p1 --gold", "show p1 --run", "show p1 --json", "runs",
    "runs --json", "runs show p1", "runs show p1 --json", "diff p1", "diff p1 --json",
    "diff p1 --html {}/diff.html", "diff gold/p1.json gold/p1.other.json",
    "compare gold/p1.json gold/p1.other.json --permutations 0 --similarity lexical",
    "report p1 --permutations 0 --similarity lexical", "redact p1",
    "propose p1 --dry-run --model gpt-4o --json",
]  # fmt: skip
EXPORTED = [
    (name, suffix, f"out-{name}{suffix}") for name, form in FORMATS.items()
    for suffix in form.writers
]  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    root = tmp_path_factory.mktemp("study")
    with site() as server:
        evil = [word.replace("https://evil.example", server.url) for word in HOSTILE]
        evil = [word for word in evil if word.strip() and "\ud800" not in word]
        evil += calling(server.url)
        hostile_study(root, evil)
        lines = [line.format(root) for line in LINES]
        for name, _, file in EXPORTED:
            what = {"codings": "p1 ", "coding": "p1 --gold gold "}.get(FORMATS[name].of, "")
            lines.append(f"export {name} {what}--to {root}/{file}")
        printed = {}
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(root)
            patch.delenv("OPENAI_BASE_URL", raising=False)
            patch.delenv("COLUMNS", raising=False)
            for line in lines:
                result = CliRunner().invoke(group, line.split())
                # Field notes hold no control characters: what has some is refused, in one line.
                refused = (
                    "fieldnotes" in line and "cannot be written as field notes" in result.output
                )
                assert result.exit_code in (0, 3) or refused, (line, result.output)
                printed[line] = result.output
        yield Written(root, evil, printed, server)


def hostile_study(root: Path, evil: list[str]) -> None:
    """A transcript, two human coders, a codebook and a run: each string in each place."""
    (root / "seeds").mkdir()
    pieces = [
        {"text": f"We test our data. {' '.join(evil[n::10])}", "speaker": evil[n] if n % 2 else "I"}
        for n in range(10)
    ]
    (root / "seeds" / "p1.json").write_text(json.dumps({"segments": pieces}), encoding="utf-8")
    question = json.dumps(" ".join(evil), ensure_ascii=False).replace("\x7f", "\\u007f")
    (root / "autocode.toml").write_text(f"research_question = {question}\n", encoding="utf-8")
    transcript = read_transcript(root / "seeds" / "p1.json", "p1")
    codes = [
        CodedWith(id=f"c{n}", label=word, definition=word, kind=word, aliases=[word],
                  first_defined_in=word, parent=f"c{n - 1}" if n % 5 else None)
        for n, word in enumerate(evil)
    ]  # fmt: skip
    (root / "gold").mkdir()
    book = [Code.model_validate(code.model_dump(exclude={"defined_here"})) for code in codes]
    (root / "gold" / "codebook.json").write_text(
        json.dumps({
            "format": "autocode/codebook@1", "codes": [code.model_dump() for code in book],
        }), encoding="utf-8",
    )  # fmt: skip
    for name, who, skipped in (("p1", "gold", 4), ("p1.other", evil[0] + evil[-1], 3)):
        made = coding(transcript, codes, evil, Coder(id=who, kind="human"), skipped)
        write_coding(made, root / "gold" / f"{name}.json")
    name = "r1"
    model = coding(transcript, codes, evil, Coder(id="".join(evil[:9]), kind="model"), 5)
    (root / "runs" / "p1" / name).mkdir(parents=True)
    write_coding(model, root / "runs" / "p1" / name / "coding.json")
    manifest(root / "runs" / "p1" / name / "manifest.json", transcript, evil)


def coding(
    transcript: Transcript, codes: list[CodedWith], evil: list[str], coder: Coder, skipped: int
) -> Coding:
    """Every turn is marked, but for each `skipped`th; a few quotes are nowhere in the text."""

    def quote(number: int, turn: Turn | None, word: str) -> Quote:
        end = turn and min(turn.end, turn.start + 90)
        return Quote(
            id=f"q{number}", start=turn and turn.start, end=end, turn=turn and turn.number,
            text=transcript.text[turn.start : end] if turn else word,
            status="exact" if turn else "missing", open_code=word,
            axial=[f"c{number % len(codes)}", word], as_written=word, mapping=word,
            rationale=word, note=word,
        )  # fmt: skip

    turns = [turn for turn in transcript.turns if turn.number % skipped]
    quotes = [quote(n, turn, evil[n % len(evil)]) for n, turn in enumerate(turns)]
    quotes += [quote(len(quotes) + n, None, word) for n, word in enumerate(evil[:20])]
    mentions = [Mention(code=word, turn=1, as_written=word, note=word) for word in evil]
    links = [{"from": "c1", "relation": word, "to": word} for word in evil]
    failures = [{"chunk": 1, "step": word, "kind": word, "detail": word} for word in evil]
    return Coding.model_validate({
        "transcript": TranscriptRef.of(transcript), "coder": coder, "quotes": quotes,
        "codes": codes, "mentions": mentions, "relations": links,
        "failures": failures if coder.kind == "model" else [],
    })  # fmt: skip


def manifest(path: Path, transcript: Transcript, evil: list[str]) -> None:
    """What a run says of itself, with all that its types allow."""
    every = " ".join(evil)
    said = {
        "format": "autocode/run@1", "run": path.parent.name, "strategy": every,
        "transcript": TranscriptRef.of(transcript).model_dump(), "status": "complete",
        "model_asked": every, "models_answered": evil, "destination": every, "recipe": every,
        "identity": {word: word for word in evil}, "embedder": every,
        "research_question": every, "settings": {word: word for word in evil},
        "parameters_sent": {word: word for word in evil}, "parameters_defaulted": evil,
        "prompts": [
            {"step": word, "source": word, "sha256": word, "text": word} for word in evil
        ],
        "codebook": {"sha256": every, "sent": evil, "held_back": evil, "warning": every},
        "versions": {word: word for word in evil}, "git": {"commit": every, "dirty": every},
        "started": every, "ended": every, "answered": 3,
    }  # fmt: skip
    path.write_text(json.dumps(said), encoding="utf-8")


def test_every_file_is_written_and_holds_hostile_words(written: Written) -> None:
    suffixes = {path.suffix for path in (written.root / REPORT).rglob("*") if path.is_file()}
    assert suffixes >= {".md", ".html", ".tex", ".docx", ".csv", ".json", ".svg", ".png", ".bib"}
    for name in (f"{REPORT}/report.html", "diff.html", "out-html.html"):
        assert "&lt;script&gt;new Image" in written.text(name), name
    for name in (f"{REPORT}/report.md", f"{REPORT}/report.tex", "out-quotes.csv"):
        assert "Image" in written.text(name), name
    for name, _, file in EXPORTED:
        assert name == "fieldnotes" or (written.root / file).stat().st_size


def test_what_is_printed_drives_no_terminal(written: Written) -> None:
    for line, printed in written.printed.items():
        assert not UNSEEN.findall(printed), line


def test_markdown_is_inert(written: Written) -> None:
    figures = [path.stem for path in (written.root / REPORT / "figures").glob("*.svg")]
    text = written.text(f"{REPORT}/report.md")
    assert_inert_markdown(text, sorted(figures, key=lambda name: text.find(f"{name}.svg")))


def test_tables_hold_no_formula(written: Written) -> None:
    tables = sorted(written.root.rglob("*.csv"))
    assert len(tables) > 5
    for path in tables:
        assert_inert_csv(written.text(str(path.relative_to(written.root))))


def test_word_and_latex_are_inert(written: Written) -> None:
    files = list(written.root.rglob("*.docx"))
    assert len(files) == 2
    for path in files:
        assert_inert_word(path.read_bytes())
    assert_inert_latex(written.text(f"{REPORT}/report.tex"))


@pytest.mark.slow
@needs_chromium
def test_pages_ask_for_nothing_and_run_nothing(written: Written, tmp_path: Path) -> None:
    bare = f"<!doctype html><body>{''.join(written.evil[-3:])}"
    shown, asked = seen_by_a_browser(bare, written.server, tmp_path)
    assert ("<title>run</title>" in shown, {"/run", "/img", "/a"} <= set(asked)) == (True, True)
    pages = sorted(written.root.rglob("*.html"))
    assert len(pages) == 3
    for path in pages:
        page = path.read_text(encoding="utf-8")
        shown, asked = seen_by_a_browser(page, written.server, tmp_path)
        assert asked == [], path
        assert "<title>run</title>" not in shown
        assert "</html>" in shown


@pytest.mark.slow
@needs_pdflatex
def test_the_report_compiles(written: Written) -> None:
    assert_compiles(written.root / REPORT)
