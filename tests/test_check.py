"""What check finds, with file, line and severity; every guard has notes that trip it."""

import json
import shutil
from pathlib import Path

import pytest

from autocode.check import check
from autocode.coding.codebook import Codebook
from autocode.coding.files import write_coding
from autocode.coding.findings import Finding
from autocode.coding.nouns import Code
from autocode.coding.traces import code_traces
from autocode.errors import StudyError
from autocode.propose.prompts import default_prompt
from autocode.study import Settings, Study
from autocode.transcript.seeds import load

ROOT = Path(__file__).parent.parent

NOTES = """\
# p
1

# coding

> Interviewer

> What do you need?

> Participant 1

> We need role based access control for everyone here. It wasnâ€™t there before we asked.

**OPEN CODING TRACE:**

We need role based access control for everyone here.
We need role based access control for everyone here.
we need role  based access control for everyone here
We need role based acess control for every one here.
Nobody ever asks the people in the basement about anything at all
acess_control

**AXIAL CODING TRACE:**
added:
``` python
role_based_access_control = CClass(practice, 'Role-based access control')
role_bases_access_control
access_control
access_control
```

> Interviewer

> Thank you?

**AXIAL CODING TRACE:**
```
access_control
```
"""


@pytest.fixture
def study(tmp_path: Path) -> Study:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "p1.md").write_text(NOTES, encoding="utf-8")
    return Study(tmp_path)


def at(findings: list[Finding], kind: str) -> list[tuple[str, int | None, str]]:
    return [(f.file, f.line, f.severity) for f in findings if f.kind == kind]


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("mojibake", [12]),
        ("normalised-quote", [18]),
        ("fuzzy-quote", [19]),
        ("missing-quote", [20]),
        ("unmapped", [21]),
        ("twice", [17, 18, 29]),
        ("similar-code", [27]),
        ("unknown-code", [27]),
        ("half-trace", [36]),
    ],
)
def test_notes(study: Study, kind: str, lines: list[int]) -> None:
    found = at(check(study), kind)
    assert found == [("seeds/p1.md", line, "warning") for line in lines]


def test_findings_say_what_to_do(study: Study) -> None:
    found = {finding.kind: finding for finding in check(study)}
    assert found["unmapped"].suggestion == "perhaps 'access_control'"
    assert "'role_based_access_control' (line 26)" in found["similar-code"].message
    assert "We need role based access control" in found["fuzzy-quote"].suggestion
    assert all(finding.suggestion for finding in found.values())


def test_an_alias_settles_two_spellings(study: Study) -> None:
    alias = Code(id="role_based_access_control", aliases=["role_bases_access_control"])
    Codebook(codes=[alias]).save(study.codebook_path)
    assert at(check(study), "similar-code") == []


def test_the_seed_can_be_used() -> None:
    findings = check(Study.open(ROOT), ["p1"])
    assert [finding for finding in findings if finding.severity == "error"] == []
    assert {(f.kind, f.line) for f in findings} >= {
        ("debris", 62),
        ("debris", 118),
        ("mojibake", 232),
    }


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("p2.md", b"", "unreadable"),
        ("p2.md", b"\x00\x01", "unreadable"),
        ("p2.md", b"# coding\n\nwords\n", "unreadable"),
        ("p2.md", b"# coding\n\n**OPEN CODING TRACE:**\n\nx\n", "roles"),
        ("p2.docx", b"PK\x03\x04 cut off", "unreadable"),
        ("p2.vtt", b"WEBVTT\n", "unreadable"),
        ("p2.md", b"# coding\n> Interviewer\n\n> Hello?\n", "roles"),
    ],
)
def test_transcripts_that_cannot_be_used(
    study: Study, name: str, content: bytes, kind: str
) -> None:
    (study.root / "seeds" / name).write_bytes(content)
    errors = [(f.file, f.kind) for f in check(study) if f.severity == "error"]
    assert errors == [(f"seeds/{name}", kind)]


def test_bytes_that_are_not_utf8_are_a_warning_at_their_line(study: Study) -> None:
    (study.root / "seeds" / "p2.txt").write_bytes(b"P1: Yes.\nP1: In a caf\xe9.\n")
    assert at(check(study, ["p2"]), "encoding") == [("seeds/p2.txt", 2, "warning")]


def test_one_voice_is_a_warning_where_labels_were_to_be_expected(study: Study) -> None:
    (study.root / "seeds" / "p2.txt").write_text("\nWhy is that?\nBecause of the rain.\n")
    (study.root / "seeds" / "p3.txt").write_text("Interviewer: Why?\nAnna: The rain.\n")
    (study.root / "seeds" / "p4.md").write_text("# coding\n\nA report without any speakers.\n")
    assert at(check(study, ["p2", "p3", "p4"]), "labels") == [("seeds/p2.txt", 2, "warning")]


def test_a_server_that_could_not_be_asked(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    remote = Study(study.root, Settings(model="gpt-4o-mini"), frozenset({"model"}))
    (finding,) = [f for f in check(remote, ["p1"]) if f.kind == "model"]
    assert (finding.file, finding.severity) == ("autocode.toml", "error")
    assert "OPENAI_API_KEY" in finding.suggestion
    monkeypatch.setenv("OPENAI_API_KEY", "a-key")
    assert at(check(remote), "model") == at(check(study), "model") == []


def test_long_lists_of_codes_are_cut(study: Study) -> None:
    codes = "\n".join(f"{name}_thing" for name in ("apple", "boat", "cloud", "drum", "engine"))
    text = (
        f"# coding\n\n> Participant 1\n\n> Words.\n\n**AXIAL CODING TRACE:**\n```\n{codes}\n```\n"
    )
    (study.root / "seeds" / "p2.md").write_text(text)
    (found,) = [f for f in check(study, ["p2"]) if f.kind == "unknown-code"]
    assert found.message.endswith("study: apple_thing, boat_thing, cloud_thing and 2 more")


def test_files_that_no_id_leads_to(study: Study) -> None:
    (study.root / "seeds" / "my talk.md").write_text("x")
    (study.root / "seeds" / "p1.txt").write_text("P1: x")
    names = at(check(study), "name")
    assert names == [("seeds/my talk.md", None, "warning"), ("seeds/p1.txt", None, "warning")]


def test_a_study_without_transcripts(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    assert at(check(Study(tmp_path)), "empty") == [("seeds", None, "error")]


def test_unknown_ids_are_an_error_of_the_caller(study: Study) -> None:
    for id_ in ("p9", "../p1"):
        with pytest.raises(StudyError):
            check(study, [id_])


def test_gold_that_is_broken_stale_or_outdated(study: Study) -> None:
    path = study.gold_path("p1")
    path.parent.mkdir()
    path.write_text('{"format":\n}')
    assert at(check(study), "gold") == [("gold/p1.json", 2, "error")]
    coding = code_traces(load(study, "p1"))
    write_coding(coding, path)
    assert at(check(study), "gold") == at(check(study), "outdated") == []
    other = coding.quotes[0].model_copy(update={"axial": ["nowhere"]})
    write_coding(coding.model_copy(update={"quotes": [other]}), path)
    assert at(check(study), "outdated") == [("gold/p1.json", None, "warning")]
    unknown = [
        f.message for f in check(study) if (f.file, f.kind) == ("gold/p1.json", "unknown-code")
    ]
    assert unknown == ["quotes have the code 'nowhere', which is not in the codebook"]
    shutil.copy(path, study.gold_path("p1", "anna"))
    (study.root / "seeds" / "p1.md").write_text(NOTES.replace("everyone", "all"), encoding="utf-8")
    broken = at(check(study), "gold")
    assert broken == [("gold/p1.json", None, "error"), ("gold/p1.anna.json", None, "error")]


def test_the_codebook(study: Study) -> None:
    codes = [Code(id="a", parent="b"), Code(id="b", parent="a"), Code(id="c", parent="none")]
    Codebook(codes=codes).save(study.codebook_path)
    found = [f.message for f in check(study) if f.kind == "codebook"]
    assert found == [
        "'a' is its own ancestor", "'b' is its own ancestor",
        "'none', the parent of 'c', is not in the codebook",
    ]  # fmt: skip
    study.codebook_path.write_text(json.dumps({"format": "autocode/codebook@9"}))
    assert at(check(study), "codebook") == [("gold/codebook.json", None, "error")]


def test_an_exact_double_of_place_and_codes_is_said(study: Study) -> None:
    coding = code_traces(load(study, "p1"))
    study.gold_path("p1").parent.mkdir()
    quote = next(quote for quote in coding.quotes if quote.span)
    again = quote.model_copy(update={"id": "again"})
    other = quote.model_copy(update={"id": "other", "axial": [*quote.axial, "further"]})
    write_coding(coding.model_copy(update={"quotes": [quote, other, again]}), study.gold_path("p1"))
    (finding,) = [f for f in check(study) if (f.file, f.kind) == ("gold/p1.json", "twice")]
    assert f"quote again has the place and the codes of quote {quote.id}" in finding.message


def test_a_prompt_that_lacks_a_placeholder(study: Study) -> None:
    study.prompts_path.mkdir()
    (study.prompts_path / "single.md").write_text("## System\nx\n## User\ny {{oops}}\n")
    (finding,) = [f for f in check(study) if f.kind == "prompt"]
    assert (finding.file, finding.line, finding.severity) == ("prompts/single.md", 4, "error")
    assert "oops" in finding.message


def test_a_prompt_that_leaves_no_room_for_the_transcript(study: Study) -> None:
    study.prompts_path.mkdir()
    long = default_prompt("single") + b"- And never forget this.\n" * 2000
    (study.prompts_path / "single.md").write_bytes(long)
    small = Study(study.root, Settings(model="local", strategy="single"))
    assert at(check(small), "fit") == [("seeds/p1.md", None, "error")]
    assert at(check(Study(study.root, Settings(model="gpt-4o"))), "fit") == []


def test_a_file_that_no_reader_takes_is_said(study: Study) -> None:
    (study.root / "seeds" / "anna.xyz").write_text("Anna: Yes.\n")
    (study.root / "seeds" / ".hidden").write_text("")
    (finding,) = [finding for finding in check(study) if finding.file.startswith("seeds/anna")]
    assert (finding.severity, finding.kind) == ("warning", "name")
    assert ".txt" in finding.suggestion


def test_a_turn_that_the_other_speaker_says_is_a_warning_at_its_line(study: Study) -> None:
    said = "Ivo: Do you share the water, or,\nPat: What I mean with that is the rota.\n"
    (study.seeds_path / "g.txt").write_text(said + "Ivo: Yes?\nPat: We do.\n", "utf-8")
    assert at(check(study, ["g"]), "speaker") == [("seeds/g.txt", 2, "warning")]
