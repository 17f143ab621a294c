"""`autocode redact`, and that a server is sent no name of the list."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import mark_first, run, through
from proposing import p1_study
from scripted_server import Scripted, ScriptedServer

from autocode.coding.files import read_coding, verify, write_coding
from autocode.coding.runs import newest_run
from autocode.models.embedding import Lexical
from autocode.redaction.decisions import redaction_of, told
from autocode.redaction.likely import Likely
from autocode.redaction.names import Names
from autocode.study import Study
from autocode.transcript.seeds import load

DECIDED = (
    "--yes", "Zhamak Dehghani=person", "--yes", "Zhamak=Person 1", "--yes", "Zhamakâ=Person 1",
    "--yes", "Piethein=person", "--yes", "Microsoft=organisation", "--no", "UI",
)  # fmt: skip


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return p1_study(tmp_path)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("autocode.cli.propose.open_embedder", lambda: Lexical("lexical"))


def settings(study: Study, text: str = 'privacy = "redacted"') -> None:
    (study.root / "autocode.toml").write_text(
        f'{text}\nresearch_question = "Is Piethein right?"\n', encoding="utf-8"
    )


def test_a_review_lists_and_changes_nothing(study: Study) -> None:
    done = run(study, "redact", "p1", "--review")
    assert done.returncode == 3
    assert "Zhamak Dehghani" in done.stdout
    assert "according to Zhamak Dehghani, so" in done.stdout
    assert max(map(len, done.stdout.split("\n"))) <= 80
    assert "decide with `autocode redact p1 --yes NAME`" in done.stderr
    assert not (study.root / "private").exists()


def test_decisions_and_what_is_left(study: Study) -> None:
    done = run(study, "redact", "p1", *DECIDED)
    assert done.returncode == 3
    first, second = done.stdout.splitlines()
    assert first == "p1: 5 names replaced: Person 1 (3), Person 2 (1), Organisation 1 (1)"
    assert second.startswith(
        "p1: 32 likely names (Europe, European, Interviewer, Russia, China, …) to decide on"
    )
    done = run(study, "redact", "p1", "--rest", "no")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)
    assert 'set privacy = "redacted" in autocode.toml' in done.stderr
    done = run(study, "redact", "--all", "--text")
    assert "famous planes according to Person 1, so" in done.stdout
    assert "Dehghani" not in done.stdout


def test_for_programs(study: Study) -> None:
    run(study, "redact", "p1", *DECIDED)
    (entry,) = json.loads(run(study, "redact", "p1", "--json").stdout)["transcripts"]
    assert (entry["id"], entry["text"]) == ("p1", "private/p1.txt")
    assert entry["replaced"][0] == {"pseudonym": "Person 1", "count": 3}
    assert entry["undecided"][0] == {
        "name": "Europe", "kind": None, "count": 3, "line": 82,
        "context": "allowed to move data from Europe to the US for example, or from some countries "
        "to the",
    }  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [(), ("p1", "--all"), ("p1", "--review", "--rest", "no"), ("p1", "--text", "--json")],
)
def test_wrong_usage(study: Study, words: tuple[str, ...]) -> None:
    assert run(study, "redact", *words).returncode == 2


def test_one_line_for_what_cannot_be_done(study: Study) -> None:
    done = run(study, "redact", "p1", "--yes", "Tom=person", "--yes", "Anna=Tom")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the pseudonym 'Tom' holds a name of the list, that of 'Person 1'" in done.stderr
    assert run(study, "redact", "p9").returncode == 1


def test_no_name_of_the_list_goes_to_a_server(study: Study) -> None:
    settings(study)
    assert run(study, "redact", "p1", *DECIDED, "--rest", "no").returncode == 0
    with ScriptedServer(mark_first) as server:
        done = run(study, *through(server))
    assert done.returncode == 0, done.stderr
    assert "Names: pseudonyms are sent" in done.stderr
    sent = json.dumps(server.received, ensure_ascii=False)
    assert "Is Person 2 right?" in sent
    assert "according to Person 1, so" in sent
    for entry in Names.of(study).replaced:
        for name in entry.names:
            assert name not in sent
    transcript, made = load(study, "p1"), newest_run(study, "p1")
    coding = read_coding(made.coding_path)
    verify(coding, transcript)
    redaction = redaction_of(study, transcript)
    for quote in coding.located():
        span = redaction.to_redacted(quote.span)
        said = redaction.redacted.text[span.start : span.end]
        assert said == (quote.as_read or quote.text)
        assert redaction.to_original(span) == quote.span


def embed(body: dict[str, Any]) -> Scripted:
    data = [
        {"object": "embedding", "index": i, "embedding": [1.0, 1.0 + len(text)]}
        for i, text in enumerate(body["input"])
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    answer = {"object": "list", "model": body["model"], "data": data, "usage": usage}
    return Scripted(body=json.dumps(answer))


def test_open_codes_go_to_a_server_without_names(study: Study) -> None:
    settings(study)
    run(study, "redact", "p1", *DECIDED)
    for name, code in (("p1", "asking piethein"), ("p1.jo", "what Piethein says")):
        coding = read_coding(study.gold_path("p1"))
        for quote in coding.quotes:
            quote.open_code = code
        write_coding(coding, study.root / "gold" / f"{name}.json")
    with ScriptedServer(embed) as server:
        done = run(study, "compare", "p1", "p1.jo", "--permutations", "0", "--similarity", "m",
                   "--base-url", server.url)  # fmt: skip
    assert done.returncode == 0, done.stderr
    sent = json.dumps(server.received)
    assert "asking Person 2" in sent
    assert "iethein" not in sent


def test_nothing_is_sent_before_somebody_has_decided(study: Study) -> None:
    settings(study)
    with ScriptedServer(mark_first) as server:
        for words in ((), DECIDED):
            done = run(study, *through(server))
            assert done.returncode == 1
            assert 'nothing is sent under privacy = "redacted"' in done.stderr
            run(study, "redact", "p1", *words)
    assert server.received == []


def test_a_server_is_not_sent_names_unmentioned(study: Study) -> None:
    with ScriptedServer(mark_first) as server:
        done = run(study, *through(server))
    names = "(Europe, European, Zhamak Dehghani, Interviewer, Piethein, …)"
    words = f"p1: 38 likely names {names} will be sent; `autocode redact p1` replaces them."
    assert words in done.stderr
    assert done.returncode == 0
    told_next = run(study, "redact", "p1", *DECIDED, "--rest", "no").stderr
    assert 'Read private/p1.txt, then set privacy = "redacted" in autocode.toml' in told_next
    with ScriptedServer(mark_first) as server:
        done = run(study, *through(server))
    listed = 'p1: 5 names of your list will be sent; privacy = "redacted" in autocode.toml sends'
    assert listed in done.stderr
    settings(study)
    assert "Read private/p1.txt: servers get that text." in run(study, "redact", "p1").stderr


def test_a_speaker_who_is_named_in_the_text_is_one_likely_name() -> None:
    twice = [Likely("Ben", None, 4, 6, "speaker"), Likely("Ben", None, 1, 4, "Hello Ben.")]
    assert told(twice) == "1 likely name (Ben)"


def test_check_lists_likely_names_before_a_server_reads_them(study: Study) -> None:
    url = {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}
    assert "likely names" not in run(study, "check", "p1", **url).stdout
    done = run(study, "check", "p1", "--model", "x", **url)
    assert "p1.md:82: warning: names: 38 likely names (Europe, European," in done.stdout
    assert "would be sent to x — decide on them with `autocode redact p1 --review`" in done.stdout
    run(study, "redact", "p1", "--rest", "no")
    assert "likely names" not in run(study, "check", "p1", "--model", "x", **url).stdout
    (study.root / "private" / "names.json").write_text("{")
    done = run(study, "check", "p1", "--model", "x", **url)
    assert "private/names.json:1: error: names:" in done.stdout
