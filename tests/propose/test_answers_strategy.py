"""Strategy `answers`: answer by answer, then passage by passage, without a word of the gold."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from learning import CODES, garden
from proposing import Model, p1_study, plan_p1

from autocode.coding.files import read_coding
from autocode.coding.nouns import Coding
from autocode.coding.runs import Run
from autocode.models.embedding import Lexical
from autocode.models.provider import Request
from autocode.propose.ask import Limits
from autocode.propose.question import LEAST_WORDS
from autocode.propose.run import carry_out, plan
from autocode.propose.strategies.answers import NEAREST
from autocode.study import Study
from autocode.transcript.seeds import load

QUICK = Limits(replies=1, transports=1, first_wait=0.0, longest_wait=0.0)


def study(tmp_path: Path, **settings: Any) -> Study:
    return p1_study(tmp_path, **({"strategy": "answers", "concurrency": 1} | settings))


def reply(request: Request) -> str:
    """The first sentence of each answer, surer with every further one; then the second code."""
    if request.schema_name == "name":
        codes = request.schema["properties"]["axial"]["items"]["enum"]
        return json.dumps({"open_code": "some name", "axial": [codes[1]], "new_code": None})
    if request.schema_name == "critic":
        return json.dumps({"quotes": []})
    number = int(re.findall(r"^\[(\d+)\] ", request.user.rpartition("Answer:")[2], re.M)[0])
    thought = {"first": number, "last": number, "kind": "view", "salience": 1 + number % 5}
    return json.dumps({"quotes": [thought]})


def propose(folder: Study, **how: Any) -> tuple[Run, Coding, Model]:
    model = Model(reply)
    chosen = {name: how.pop(name) for name in ("keep", "limit") if name in how}
    planned = plan_p1(folder, model, **chosen)
    return *asyncio.run(carry_out(folder, planned, limits=QUICK, **how)), model


def test_each_answer_is_asked_about_with_its_question(tmp_path: Path) -> None:
    plan = plan_p1(study(tmp_path), Model(reply))
    turns = [t for t in plan.transcript.turns if t.role == "participant"]
    said = {t.number: plan.transcript.text[t.start : t.end] for t in turns}
    long = [number for number, words in said.items() if len(words.split()) >= LEAST_WORDS]
    asked = [plan.transcript.turn_at(question.within.start) for question in plan.questions]
    assert [turn.number for turn in asked if turn] == long
    persona = next(q for q in plan.questions if "persona to tool approach" in q.message.user)
    assert "What's your opinion on that?" in persona.message.user
    numbered = re.findall(r"^\[\d+\] .*", persona.message.user, re.MULTILINE)
    assert not [line for line in numbered if "opinion on that" in line]


def test_a_long_answer_is_asked_about_in_parts(tmp_path: Path) -> None:
    plan = plan_p1(study(tmp_path, chunk_tokens=200), Model(reply))
    numbers = [n for question in plan.questions for n in question.sentences]
    assert numbers == sorted(set(numbers))
    assert len(plan.questions) > len({question.within for question in plan.questions})
    for question in plan.questions:
        words = [plan.transcript.text[s.start : s.end] for s in question.sentences.values()]
        assert sum(len(sentence) // 4 for sentence in words) <= 200


def test_every_passage_is_named_also_below_the_threshold(tmp_path: Path) -> None:
    run, coding, model = propose(study(tmp_path), keep=0.01)
    considered = read_coding(run.considered_path)
    finding = [request for request in model.asked if request.schema_name == "answers"]
    naming = [request for request in model.asked if request.schema_name == "name"]
    assert len(finding) == len(naming) == len(considered.quotes) > len(coding.quotes) > 0
    assert {quote.open_code for quote in considered.quotes} == {"some name"}
    assert all(len(quote.axial) == 1 for quote in considered.quotes)
    assert {quote.rationale for quote in coding.quotes} == {"holds a view"}
    assert [prompt.step for prompt in run.manifest.prompts] == ["answers", "name"]
    for request in naming:
        codes = request.schema["properties"]["axial"]["items"]["enum"]
        assert 2 <= len(codes) <= NEAREST + 1


def test_nothing_of_the_human_coding_is_sent_in_any_round(tmp_path: Path) -> None:
    run, _, model = propose(study(tmp_path))
    requests = json.dumps([[r.system, r.user, r.schema] for r in model.asked], ensure_ascii=False)
    for code in run.manifest.codebook.held_back:
        assert code not in requests
    for marker in ("CODING TRACE", "CClass", "added:"):
        assert marker not in requests


def test_answers_vote_on_passages_and_codes(tmp_path: Path) -> None:
    run, coding, model = propose(study(tmp_path, runs=2, critic=True), limit=3, keep=2)
    steps = [request.schema_name for request in model.asked]
    assert {step: steps.count(step) for step in steps} == {"answers": 6, "name": 6, "critic": 3}
    assert [quote.support for quote in coding.quotes] == [2, 2, 2]
    assert run.manifest.stability is not None
    assert run.manifest.stability["kappa"] == 1


def test_a_resumed_run_is_the_same(tmp_path: Path) -> None:
    folder = study(tmp_path)
    whole, coding, model = propose(folder, limit=4)
    asked = 0

    def stopping(request: Request) -> Any:
        nonlocal asked
        asked += 1
        return ValueError("stop") if asked > 6 else reply(request)

    try:
        planned = plan_p1(folder, Model(stopping), limit=4)
        asyncio.run(carry_out(folder, planned, limits=QUICK, fresh=True))
    except ValueError:
        pass
    run, again, rest = propose(folder, limit=4, resume=True, fresh=True)
    assert len(rest.asked) == len(model.asked) - 6
    assert again == coding
    assert run.coding_path.read_bytes() == whole.coding_path.read_bytes()


def test_the_second_round_is_estimated(tmp_path: Path) -> None:
    plan = plan_p1(study(tmp_path, runs=2), Model(reply))
    (cost,) = plan.later
    assert cost.step == "name"
    assert cost.requests % 2 == 0
    assert cost.prompt_tokens > 300 * cost.requests


@pytest.mark.parametrize("id_", ["g1", "g2", "g3", "g4"])
def test_other_transcripts_teach_and_this_one_stays_out(tmp_path: Path, id_: str) -> None:
    folder, model = garden(tmp_path, strategy="answers", concurrency=1), Model(reply)
    planned = plan(folder, id_, model, lambda: Lexical("lexical"))
    asyncio.run(carry_out(folder, planned, limits=QUICK))
    finding = [r.user for r in model.asked if r.schema_name == "answers"]
    naming = [r.user for r in model.asked if r.schema_name == "name"]
    assert finding
    assert naming
    assert all("How this study is coded:\n- " in user for user in finding)
    shown = [user.partition("Coded excerpts")[2].partition("Said before")[0] for user in finding]
    assert all("Coded: {" in part for part in shown)
    assert all("| e.g. “" in user for user in naming)
    # Nothing of its own coding, and no code that it defines.
    said = [load(folder, id_).text[t.start : t.end] for t in load(folder, id_).turns]
    assert not [turn for turn in said for part in shown if len(turn) > 40 and turn in part]
    quotes = [line.partition("| e.g. “")[2] for user in naming for line in user.splitlines()]
    own = read_coding(folder.gold_path(id_)).quotes
    assert not [q for q in own for beside in quotes if beside and q.text in beside]
    requests = json.dumps([[r.system, r.user, r.schema] for r in model.asked])
    assert not [code for code, (_, first) in CODES.items() if first == id_ and code in requests]
    learnt = planned.manifest.examples
    assert learnt
    assert id_ not in {used.transcript for used in learnt.excerpts}
    assert id_ not in {transcript for transcript, _ in learnt.quotes.values()}


def test_without_examples_nothing_of_others_is_shown(tmp_path: Path) -> None:
    folder = garden(tmp_path, strategy="answers", examples="none")
    planned = plan(folder, "g4", Model(reply), lambda: Lexical("lexical"))
    assert all("(there are none)" in question.message.user for question in planned.questions)
    assert planned.manifest.examples is None
