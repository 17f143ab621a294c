"""Answers that are paid for already: those of a run, and those of earlier runs of the study.

The calls of earlier runs are the only cache there is. An answer is taken again for the same
question alone: the same words, schema, model, server, sampling and limit on the reply. So it can
hold nothing that would not be sent today, and whoever deletes a run deletes its answers.
"""

import re
from collections.abc import Collection, Sequence
from functools import partial

from autocode.coding.calls import Call, read_calls
from autocode.coding.runs import Manifest, read_runs
from autocode.models.provider import Answer
from autocode.propose.ask import answer_of
from autocode.propose.provenance import who
from autocode.study import Study

# Usable answers by the key of the question.
Answers = dict[str, Answer]
# Calls with a usable answer, and it, by the key of the question; `reused_from` names their run.
Earlier = dict[str, tuple[Call, Answer]]
# Outcomes of answers of which some entries may be usable.
_IN_PART = ("wrong shape", "out of range", "cut-off")
_KEY = re.compile(rb'"(?:key|question)": "([0-9a-f]{64})"')


# What a question may be made of besides the options, by the name it has in a manifest.
_MATERIAL = {
    "transcript": "the transcript",
    "prompts": "a prompt",
    "codebook": "the codebook",
    "examples": "what is shown of other transcripts",
    "research_question": "the research question",
}


def to_repeat(made: Manifest, wanted: Manifest) -> str:
    """What keeps a run from being resumed under what is wanted now, as the end of a sentence."""
    options = made.model_asked, made.strategy
    changed = [words for name, words in _MATERIAL.items()
               if getattr(made, name) != getattr(wanted, name)]  # fmt: skip
    if options == (wanted.model_asked, wanted.strategy) and changed:
        return (
            f", but {' and '.join(changed)} changed since. Without --resume a new run takes over "
            "every answer whose question is still the same."
        )
    return f": repeat its options ({', '.join(options)}) and settings."


def answered(calls: Sequence[Call]) -> Answers:
    """The usable answers by the question's key: what need not be asked again."""
    usable = (call for call in calls if call["outcome"] == "ok")
    answers = ((call["question"] or call["key"], answer_of(call)) for call in usable)
    return {key: answer for key, answer in answers if key and answer is not None}


def unusable(calls: Sequence[Call]) -> dict[str, list[Answer]]:
    """The answers that could not be used as a whole, oldest first, by the question's key."""
    answers: dict[str, list[Answer]] = {}
    for call in calls:
        answer = answer_of(call) if call["outcome"] in _IN_PART else None
        if answer is not None:
            answers.setdefault(call["question"] or call["key"], []).append(answer)
    return answers


def earlier_answers(study: Study, manifest: Manifest, keys: Collection[str]) -> Earlier:
    """The usable answers to the questions with these keys in the other runs on this transcript.

    The newest stands where there are several. Refused, cut-off and other unusable ones are left
    out, and so is what another model, or another server, answered.
    """
    wanted, earlier = set(keys), Earlier()
    for run in read_runs(study, manifest.transcript.id)[0]:
        if not wanted:
            break
        if run.name == manifest.run or who(run.manifest) != who(manifest):
            continue
        study.inside(run.calls_path)
        for call in read_calls(run.calls_path, partial(_asks, {key.encode() for key in wanted})):
            key = call.get("question") or (call.get("key") if call.get("attempt") == 1 else None)
            if key in wanted and call["outcome"] == "ok" and (answer := answer_of(call)):
                earlier[key] = {"reused_from": run.name} | call, answer
        wanted -= earlier.keys()
    return earlier


def _asks(keys: set[bytes], line: bytes) -> bool:
    return not keys.isdisjoint(_KEY.findall(line))
