"""From open codes to an accepted codebook, through a server: three invented interviews."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from scripted_server import Scripted, ScriptedServer, completion, dropped

from autocode.codebook.history import read_log
from autocode.codebook.proposal import Category, Proposal, accept, proposal_of, resolves
from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding, write_coding
from autocode.coding.nouns import Code
from autocode.coding.runs import open_run
from autocode.study import Study

WATER = "We water by turns, and the list on the shed says whose turn it is."
MONEY = "The fee is four euros a month, and the pensioners pay half of that fee."
SAID = {
    "a": [WATER, "My grandmother had a garden too.", MONEY],
    "b": [MONEY, "It was Tuesday, if I remember rightly.", "Nobody waters without a turn here."],
    "c": ["The turns of watering only work because Ada rings.", "The fee pays for the fence."],
}


def reply(body: dict[str, Any]) -> Scripted:
    """Marks every sentence on water or fees; names, cites and relates as a model would."""
    form = body["response_format"]["json_schema"]
    user, shape = body["messages"][-1]["content"], form["schema"]["properties"]
    if form["name"] == "single":
        return completion(json.dumps({"quotes": list(marked(user, shape))}))
    ids = shape["evidence"]["items"]["enum"]
    if form["name"] == "relation":
        answer = {"relation": "context", "first": "B", "evidence": ids[-1:]}
    elif form["name"] == "theme":
        answer = {"name": "Running the garden", "definition": "What it takes.", "evidence": ids,
                  "place": "new code"}  # fmt: skip
    else:
        name = "Watering by turns" if "water" in user.split("Open codes:")[1] else "Fees"
        answer = {"name": name, "definition": f"All on {name}.", "evidence": ids[:2],
                  "place": "new code"}  # fmt: skip
    return completion(json.dumps(answer))


def marked(user: str, shape: dict[str, Any]) -> Any:
    codes = shape["quotes"]["items"]["properties"]["axial"]["items"].get("enum", ["new code"])
    for line in user.split("\n"):
        if line.startswith("[") and ("turn" in line or "fee" in line):
            water = "turn" in line
            code = next((c for c in codes if ("water" in c) == water and c != "new code"),
                        "new code")  # fmt: skip
            number = int(line[1 : line.index("]")])
            given = {
                "first": number, "last": number, "why": "it is said", "salience": 4,
                "code": "watering by turns" if water else "fee of members",
                "axial": [code], "new": "something new" if code == "new code" else None,
            }  # fmt: skip
            named = shape["quotes"]["items"]["properties"]
            yield {key: value for key, value in given.items() if key in named}


@pytest.fixture
def study(tmp_path: Path) -> Study:
    (tmp_path / "seeds").mkdir()
    for id_, lines in SAID.items():
        turns = "\n\n".join(f"Interviewer: And then?\n\nParticipant: {line}" for line in lines)
        (tmp_path / "seeds" / f"{id_}.txt").write_text(turns + "\n", encoding="utf-8")
    return Study(tmp_path)


def through(server: ScriptedServer) -> tuple[str, ...]:
    return ("--model", "x", "--base-url", server.url)


def test_propose_accept_propose_again(study: Study) -> None:
    with ScriptedServer(reply) as server:
        assert run(study, "propose", "--all", *through(server)).returncode == 0
        done = run(study, "codebook", "propose", *through(server))
        assert done.returncode == 0, done.stderr
        _, made = proposal_of(study)
        assert {c.name for c in made.categories} >= {"Watering by turns", "Fees"}
        every = [cited for item in (*made.categories, *made.relations) for cited in item.quotes]
        assert every
        assert all(resolves(study, cited) for cited in every)
        assert not study.codebook_path.exists()

        assert run(study, "codebook", "accept", "--all").returncode == 0
        accepted = {code.id for code in Codebook.load(study.codebook_path).codes}
        assert accepted >= {"watering_by_turns", "fees"}
        server.received.clear()
        assert run(study, "propose", "--all", *through(server)).returncode == 0
    for body in server.received:
        shape = body["response_format"]["json_schema"]["schema"]["properties"]["quotes"]
        offered = shape["items"]["properties"]["axial"]["items"].get("enum", ["new code"])
        assert {*offered} == accepted | {"new code"}
    used = {
        code
        for path in study.root.glob("runs/?/*/coding.json")
        if open_run(path.parent).manifest.codebook.sent
        for quote in read_coding(path).quotes
        for code in quote.axial
    }
    assert used == {"watering_by_turns", "fees"}
    shown = run(study, "codebook", "tree", "--relations").stdout
    assert "context → " in shown
    assert "(1 quote)" in shown
    assert "add_force_relations(" in run(study, "export", "codeable").stdout


def proposed(study: Study, server: ScriptedServer) -> Proposal:
    assert run(study, "propose", "--all", *through(server)).returncode == 0
    assert run(study, "codebook", "propose", *through(server)).returncode == 0
    return proposal_of(study)[1]


def test_decisions_are_recorded_undone_and_made_once(study: Study) -> None:
    with ScriptedServer(reply) as server:
        made = proposed(study, server)
    first, *_ = (c.id for c in made.categories if not c.parts)
    assert run(study, "codebook", "accept", first).returncode == 0
    again = run(study, "codebook", "accept", first)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert "was accepted already" in again.stderr
    assert f"{first} " in run(study, "codebook", "proposal").stdout
    assert "— accepted" in run(study, "codebook", "proposal").stdout
    assert run(study, "codebook", "undo").returncode == 0
    assert Codebook.load(study.codebook_path).codes == []
    assert run(study, "codebook", "reject", first).returncode == 0
    assert [entry.change for entry in read_log(study)] == ["accept", "undo", "reject"]
    states = json.loads(run(study, "codebook", "proposal", "--json").stdout)["states"]
    assert states[first] == "rejected"
    assert "no item 'c99'" in run(study, "codebook", "accept", "c99").stderr


def test_a_proposal_is_among_the_runs(study: Study) -> None:
    with ScriptedServer(reply) as server:
        proposed(study, server)
    name, _ = proposal_of(study)
    listed = json.loads(run(study, "runs", "--json").stdout)["runs"]
    assert [(entry["id"], entry["run"]) for entry in listed[:1]] == [("codebook", name)]
    assert f"codebook proposal --run {name}`" in run(study, "runs", "show", name).stderr
    assert "See `autocode codebook proposal`." in run(study, "runs", "show", "codebook").stderr


def test_all_is_accepted_or_nothing(study: Study) -> None:
    with ScriptedServer(reply) as server:
        made = proposed(study, server)
    relation = made.relations[0]
    run(study, "codebook", "reject", relation.source)
    done = run(study, "codebook", "accept", "--all")
    assert done.returncode == 1
    assert f"Accept its category too, or reject {relation.id}." in done.stderr
    assert [entry.change for entry in read_log(study)] == ["reject"]
    run(study, "codebook", "reject", relation.id)
    assert run(study, "codebook", "accept", "--all").returncode == 0


def test_a_renamed_part_comes_to_stand_under_its_category(study: Study) -> None:
    with ScriptedServer(reply) as server:
        made = proposed(study, server)
    under = {"place": "under", "parent": "c9"}
    first, second = (category.model_copy(update=under) for category in made.categories[:2])
    above = Category(
        id="c9", name="Running", definition="x", code="running", quotes=first.quotes,
        parts=[first.id, second.id],
    )  # fmt: skip
    made = made.model_copy(update={"categories": [first, second, above]})
    for ids, name in (([first.id], first.code), ([above.id], "running"), ([second.id], "")):
        accept(study, "run", made, ids)
        if name:
            run(study, "codebook", "rename", name, f"{name}_2")
    parents = {code.id: code.parent for code in Codebook.load(study.codebook_path).codes}
    assert parents == {f"{first.code}_2": "running_2", "running_2": None, second.code: "running_2"}


def test_a_category_whose_quotes_are_gone_is_refused(study: Study) -> None:
    with ScriptedServer(reply) as server:
        made = proposed(study, server)
    category = next(c for c in made.categories if not c.parts)
    path = study.root / category.quotes[0].coding / "coding.json"
    coding = read_coding(path)
    write_coding(coding.model_copy(update={"quotes": []}), path)
    done = run(study, "codebook", "accept", category.id)
    assert done.returncode == 1
    assert "is not there as it was" in done.stderr
    assert not study.codebook_path.exists()


def test_a_quote_that_is_not_there_is_a_named_failure(study: Study) -> None:
    def inventing(body: dict[str, Any]) -> Scripted:
        if body["response_format"]["json_schema"]["name"] != "category":
            return reply(body)
        answer = {"name": "Fees", "definition": "d", "evidence": ["q99"], "place": "new code"}
        return completion(json.dumps(answer))

    with ScriptedServer(inventing) as server:
        run(study, "propose", "--all", *through(server))
        done = run(study, "codebook", "propose", *through(server))
    assert done.returncode == 3
    assert "failed: category: wrong shape: evidence.0" in done.stderr
    assert "Ask again what failed: autocode codebook propose --resume" in done.stderr
    assert [c for c in proposal_of(study)[1].categories if not c.parts] == []


def test_what_was_dropped_is_named_or_counted(study: Study) -> None:
    with ScriptedServer(reply) as server:
        run(study, "propose", "--all", *through(server))
        run(study, "codebook", "propose", *through(server))
    [path] = (study.root / "runs" / "codebook").glob("*/proposal.json")
    made = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(made | {"dropped": list("abcde")}), "utf-8")
    shown = run(study, "codebook", "proposal").stderr
    assert "note: c.\n" in shown
    assert "note: d." not in shown
    assert "note: 2 more; `autocode codebook proposal --json` has all." in shown


def test_what_was_answered_is_not_asked_again(study: Study) -> None:
    with ScriptedServer(reply) as server:
        run(study, "propose", "--all", *through(server))
        run(study, "codebook", "propose", *through(server))
        before = len(server.received)
        assert run(study, "codebook", "propose", *through(server)).returncode == 0
        assert len(server.received) == before
    with ScriptedServer(dropped()) as server:
        dry = run(study, "codebook", "propose", *through(server), "--dry-run")
        assert server.received == []
    assert "Open codes: watering by turns" in dry.stdout


def test_a_category_of_human_codes_is_held_back_where_they_were_coded(study: Study) -> None:
    with ScriptedServer(reply) as server:
        run(study, "propose", "--all", *through(server))
        for id_ in SAID:
            (path,) = study.root.glob(f"runs/{id_}/*/coding.json")
            coding = read_coding(path)
            human = coding.coder.model_copy(update={"id": "gold", "kind": "human"})
            write_coding(coding.model_copy(update={"coder": human}), study.gold_path(id_))
        (study.root / "seeds" / "d.txt").write_text(f"Interviewer: Well?\n\nParticipant: {WATER}\n")
        assert run(study, "codebook", "propose", "--from", "gold", *through(server)).returncode == 0
        assert run(study, "codebook", "accept", "--all").returncode == 0
    book = Codebook.load(study.codebook_path)
    assert all(code.also_defined_in == ["a", "b", "c"] for code in book.codes)
    assert book.without("a")[0] == []
    assert len(book.without("d")[0]) == len(book.codes) > 0


def test_a_code_defined_in_a_transcript_is_not_offered_beside_its_words(study: Study) -> None:
    Codebook(
        codes=[Code(id="old_water", label="Water", first_defined_in="a"), Code(id="old_fee")]
    ).save(study.codebook_path)
    with ScriptedServer(reply) as server:
        run(study, "propose", "--all", *through(server))
        server.received.clear()
        run(study, "codebook", "propose", *through(server))
    asked = [body["messages"][-1]["content"] for body in server.received]
    assert any("old_fee" in user for user in asked)
    assert not any("old_water" in user for user in asked)


def test_every_help_has_an_example_in_80_columns(study: Study) -> None:
    for name in ("propose", "proposal", "accept", "reject"):
        shown = run(study, "codebook", name, "--help").stdout
        assert f"autocode codebook {name}" in shown
        assert max(map(len, shown.split("\n"))) <= 80


def test_a_server_gets_redacted_words_or_none(study: Study) -> None:
    (study.root / "autocode.toml").write_text('privacy = "none"\n', encoding="utf-8")
    with ScriptedServer(reply) as server:
        run(study, "propose", "--all", *through(server))
        server.received.clear()
        (study.root / "autocode.toml").write_text('privacy = "redacted"\n', encoding="utf-8")
        done = run(study, "codebook", "propose", *through(server))
        assert done.returncode == 1
        assert "has not been redacted" in done.stderr
        assert server.received == []
        for id_ in SAID:
            assert run(study, "redact", id_, "--yes", "Ada=Person", "--rest", "no").returncode == 0
        assert run(study, "codebook", "propose", *through(server)).returncode == 0
    asked = json.dumps(server.received)
    assert re.search(r"Person \d+ rings", asked)
    assert "Ada" not in asked
    cited = [q for c in proposal_of(study)[1].categories for q in c.quotes]
    assert all(resolves(study, quote) for quote in cited)


@pytest.mark.parametrize("words", [True, False])
def test_an_archive_with_a_proposal_verifies(study: Study, words: bool) -> None:
    with ScriptedServer(reply) as server:
        proposed(study, server)
    assert run(study, "codebook", "accept", "--all").returncode == 0
    folder = study.root.with_name("archive")
    done = run(study, "export", "archive", str(folder), *([] if words else ["--no-text"]))
    assert done.returncode == 0, done.stderr
    checked = run(study, "verify", str(folder))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert any(folder.glob("runs/codebook/*/proposal.json")) == words
    said = "waters without" in "".join(p.read_text() for p in folder.rglob("*.json*"))
    assert said == words


def test_a_server_that_would_not_be_asked_is_wrong_usage(study: Study) -> None:
    for options, words in (
        (("--base-url", "http://127.0.0.1:1/v1"), "--base-url needs --model"),
        (("--trust",), "--trust is for a server that only autocode.toml names"),
    ):
        done = run(study, "codebook", "propose", *options)
        assert done.returncode == 2
        assert words in done.stderr
