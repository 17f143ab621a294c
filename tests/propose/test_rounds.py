"""Several answers, the critic and the threshold, through whole runs against a scripted server."""

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from proposing import Model, naming, p1_study, plan_p1

from autocode.coding.files import read_coding
from autocode.coding.nouns import Coding
from autocode.coding.ranking import kept
from autocode.coding.runs import Run
from autocode.coding.verification import verify_folder
from autocode.errors import InterruptedRunError, StudyError
from autocode.models.provider import Request
from autocode.propose.ask import Limits
from autocode.propose.run import carry_out
from autocode.propose.threshold import moved
from autocode.study import Study
from autocode.transcript.seeds import load

QUICK = Limits(replies=1, transports=1, first_wait=0.0, longest_wait=0.0)
Choose = Callable[[Request, list[int]], list[dict[str, Any]]]


def numbers(request: Request) -> list[int]:
    return [int(n) for n in re.findall(r"^\[(\d+)\] ", request.user, re.MULTILINE)]


def passage(first: int, last: int, **about: Any) -> dict[str, Any]:
    return {"first": first, "last": last, "rationale": "a reason", "open_code": f"about {first}",
            "axial": ["data_catalog"], "new_code": None, "salience": 3} | about  # fmt: skip


def marking(choose: Choose, verdicts: Any = lambda *_: []) -> Model:
    """A model that marks what `choose` says, and judges its proposals as `verdicts` says."""

    def script(request: Request) -> str:
        if request.schema_name == "critic":
            lines = re.findall(r"^(\d+)\. \[(\d+)\] to \[(\d+)\]", request.user, re.MULTILINE)
            return json.dumps({"quotes": verdicts([tuple(map(int, line)) for line in lines])})
        return json.dumps({"quotes": choose(request, numbers(request))})

    return Model(script)


def study(tmp_path: Path, **settings: Any) -> Study:
    return p1_study(tmp_path, **({"strategy": "single", "concurrency": 1} | settings))


def propose(folder: Study, model: Model, **how: Any) -> tuple[Run, Coding]:
    chosen = {name: how.pop(name) for name in ("keep", "limit") if name in how}
    planned = plan_p1(folder, model, **chosen)
    return asyncio.run(carry_out(folder, planned, limits=QUICK, **how))


def by_seed(request: Request, lines: list[int]) -> list[dict[str, Any]]:
    """The first answer marks one sentence, the second two, the third three."""
    first = lines[5]
    return [passage(first, lines[4 + (request.seed or 0)], salience=2 + (request.seed or 0))]


def test_each_question_is_asked_under_a_seed_of_its_own(tmp_path: Path) -> None:
    model = marking(by_seed)
    run, _ = propose(study(tmp_path, runs=3), model, limit=1)
    assert [request.seed for request in model.asked] == [1, 2, 3]
    assert {request.user for request in model.asked} == {model.asked[0].user}
    assert {request.temperature for request in model.asked} == {0.7}
    assert run.manifest.settings["temperature"] == 0.7
    cold = marking(by_seed)
    told = Study(tmp_path, study(tmp_path / "b", runs=2).settings, frozenset({"temperature"}))
    propose(told, cold, limit=1, fresh=True)
    assert {request.temperature for request in cold.asked} == {0.0}


def test_the_consensus_keeps_what_enough_answers_marked(tmp_path: Path) -> None:
    folder = study(tmp_path, runs=3)
    for keep, sentences in ((3, 1), (2, 2), (1, 3)):
        run, coding = propose(folder, marking(by_seed), limit=1, keep=keep)
        (quote,) = coding.quotes
        assert len(re.findall(r"[.?]( |$)", quote.text)) >= sentences
        assert (quote.support, quote.axial) == (3, ["data_catalog"])
        assert [q.support for q in read_coding(run.considered_path).quotes] == [3, 2, 1]
        assert run.manifest.stability is not None
        assert run.manifest.stability["answers"] == 3
        assert 0 < run.manifest.stability["f1"] < 1
        assert run.manifest.stability["identical"] == 0


def test_a_threshold_is_moved_without_asking_and_back(tmp_path: Path) -> None:
    folder = study(tmp_path)

    def all_saliences(_: Request, lines: list[int]) -> list[dict[str, Any]]:
        return [passage(n, n, salience=1 + n % 5) for n in lines]

    run, coding = propose(folder, marking(all_saliences))
    before = {path.name: path.read_bytes() for path in run.path.iterdir()}
    (first,) = run.manifest.thresholds
    assert (first.rule, first.share) == ("default", 0.2)
    run, few = moved(folder, "p1", 0.05)
    run, more = moved(folder, "p1", 0.9)
    assert len(few.quotes) <= len(coding.quotes) < len(more.quotes)
    assert [threshold.share for threshold in run.manifest.thresholds] == [0.2, 0.05, 0.9]
    again, same = moved(folder, "p1", 0.9)
    assert again.manifest == run.manifest
    assert same == read_coding(run.coding_path) == more
    moved(folder, "p1", 0.2)
    after = {path.name: path.read_bytes() for path in run.path.iterdir()}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"manifest.json"}
    findings = [f for f in verify_folder(tmp_path) if f.kind in ("threshold", "count")]
    assert findings == []


def test_more_answers_than_there_are_is_one_sentence(tmp_path: Path) -> None:
    folder = study(tmp_path)
    propose(folder, marking(lambda _, lines: [passage(lines[0], lines[0])]))
    with pytest.raises(StudyError, match="this run asked for 1 answer to each"):
        moved(folder, "p1", 2)


def test_the_critic_keeps_trims_drops_and_recodes(tmp_path: Path) -> None:
    folder = study(tmp_path, critic=True)

    def four(_: Request, lines: list[int]) -> list[dict[str, Any]]:
        return [passage(n, n + 2) for n in (48, 51, 54, 57) if n in lines]  # of one long turn

    def verdicts(proposals: list[tuple[int, int, int]]) -> list[dict[str, Any]]:
        nothing = {"first": None, "last": None, "open_code": None, "axial": None, "new_code": None}
        words = ["keep", "trim", "drop", "recode"]
        judged = [
            {"proposal": n, "reason": f"for {word}", "verdict": word} | nothing
            for (n, _, _), word in zip(proposals, words, strict=True)
        ]
        judged[1] |= {"first": proposals[1][1] + 1, "last": proposals[1][1] + 1}
        judged[3] |= {"open_code": "another name", "axial": ["new code"], "new_code": "A new one"}
        return judged

    model = marking(four, verdicts)
    run, coding = propose(folder, model, limit=1, keep=1)
    assert [request.schema_name for request in model.asked] == ["single", "critic"]
    assert "a reason" in model.asked[1].user
    assert [prompt.step for prompt in run.manifest.prompts] == ["single", "critic"]
    keep, trimmed, recoded = coding.quotes
    assert keep.critique is not None
    assert (keep.critique.verdict, keep.critique.reason) == ("keep", "for keep")
    considered = read_coding(run.considered_path)
    assert trimmed.critique is not None
    assert trimmed.critique.verdict == "trim"
    before, after = (q for q in considered.quotes if q.id in (f"{trimmed.id}a", f"{trimmed.id}b"))
    assert (before.end, after.start) == (trimmed.start, trimmed.end)
    assert recoded.critique is not None
    assert recoded.critique.model_dump() == {
        "verdict": "recode", "reason": "for recode", "open_code": recoded.critique.open_code,
        "axial": ["data_catalog"],
    }  # fmt: skip
    assert (recoded.open_code, recoded.axial) == ("another name", ["a_new_one"])
    assert [code.id for code in coding.codes] == ["data_catalog", "a_new_one"]
    dropped = [q for q in considered.quotes if q.critique and q.critique.verdict == "drop"]
    assert len(dropped) == 3  # one whole, and what was cut off


def test_a_resumed_run_of_several_rounds_is_the_same(tmp_path: Path) -> None:
    folder = study(tmp_path, runs=2, critic=True, chunk_tokens=800)

    def verdicts(_: list[tuple[int, int, int]]) -> list[dict[str, Any]]:
        return [{"proposal": 1, "reason": "no", "verdict": "drop", "first": None, "last": None,
                 "open_code": None, "axial": None, "new_code": None}]  # fmt: skip

    def two(request: Request, lines: list[int]) -> list[dict[str, Any]]:
        return [passage(lines[0], lines[(request.seed or 1) % len(lines)]),
                passage(lines[-1], lines[-1])]  # fmt: skip

    whole_model = marking(two, verdicts)
    whole, coding = propose(folder, whole_model)
    for stop in (2, len(whole_model.asked) - 1):
        model = marking(two, verdicts)
        answer, asked = model._script, 0

        def stopping(request: Request, answer: Any = answer, stop: int = stop) -> Any:
            nonlocal asked
            asked += 1
            return asyncio.CancelledError() if asked > stop else answer(request)

        model._script = stopping
        with pytest.raises(InterruptedRunError):
            propose(folder, model, fresh=True)
        rest = marking(two, verdicts)
        run, again = propose(folder, rest, resume=True, fresh=True)
        assert len(rest.asked) == len(whole_model.asked) - stop
        assert again == coding
        for name in ("coding.json", "considered.json"):
            assert (run.path / name).read_bytes() == (whole.path / name).read_bytes()


def test_the_dry_run_costs_what_is_sent(tmp_path: Path) -> None:
    folder = study(tmp_path, runs=2, critic=True, chunk_tokens=800)

    def usual(_: Request, lines: list[int]) -> list[dict[str, Any]]:
        return [passage(n, min(n + 2, lines[-1]), rationale="says why this is so " * 3)
                for n in lines[::5]]  # fmt: skip

    model = marking(usual)
    planned = plan_p1(folder, model)
    count = model.count_tokens
    expected = sum(count(q.message.system) + count(q.message.user) for q in planned.questions)
    expected += sum(cost.prompt_tokens for cost in planned.later)
    asyncio.run(carry_out(folder, planned, limits=QUICK))
    sent = sum(count(request.system) + count(request.user) for request in model.asked)
    assert expected == pytest.approx(sent, rel=0.05)


def test_a_selection_by_embeddings_is_not_cut_again(tmp_path: Path) -> None:
    folder = p1_study(tmp_path, strategy="staged", runs=2, density=0.1, concurrency=1)
    planned = plan_p1(folder, Model(naming))
    run, coding = asyncio.run(carry_out(folder, planned, limits=QUICK))
    assert len(coding.quotes) == len(planned.questions) / 2
    assert run.manifest.thresholds[0].ceiling is None


def test_answers_that_fail_are_named(tmp_path: Path) -> None:
    def second_fails(request: Request) -> str:
        if request.seed == 2:
            return "no JSON"
        return json.dumps({"quotes": [passage(*numbers(request)[:1] * 2)]})

    _, coding = propose(study(tmp_path, runs=2), Model(second_fails), limit=1)
    assert [failure.answer for failure in coding.failures] == [2]
    assert [quote.support for quote in coding.quotes] == [1]


def test_nothing_of_the_transcript_s_own_coding_sets_its_threshold(tmp_path: Path) -> None:
    folder = study(tmp_path)
    run, _ = propose(folder, marking(lambda _, lines: [passage(n, n) for n in lines[:9]]))
    (folder.gold_path("p1")).unlink()
    other, _ = propose(folder, marking(lambda _, lines: [passage(n, n) for n in lines[:9]]))
    assert run.manifest.thresholds == other.manifest.thresholds
    assert kept(read_coding(run.considered_path), run.manifest.thresholds[0]).quotes
    assert load(folder, "p1").sha256 == run.manifest.transcript.sha256
