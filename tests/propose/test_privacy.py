"""Under `privacy = "redacted"` a server reads pseudonyms; the coding is one of the original."""

import asyncio
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from learning import garden
from proposing import Model, naming, p1_study, plan_p1

from autocode.coding.codebook import Codebook
from autocode.coding.files import read_coding, verify
from autocode.coding.nouns import Code
from autocode.coding.runs import TRANSCRIPT
from autocode.errors import StudyError
from autocode.models.embedding import Lexical
from autocode.models.provider import Request
from autocode.propose.run import carry_out, plan
from autocode.redaction.decisions import decide, redaction_of, write_redaction
from autocode.redaction.names import Names
from autocode.redaction.redaction import redact
from autocode.study import Study
from autocode.transcript.seeds import load

QUESTION = "What would Zhamak Dehghani say of Microsoft in Europe?"


def redacted_study(root: Path, **settings: object) -> Study:
    """p1 with its names replaced; codebook, prompt and question name people too."""
    study = p1_study(root, privacy="redacted", research_question=QUESTION, **settings)
    codes = [
        Code(id="microsoft_ways", label="Ways of Microsoft", definition="What Piethein does."),
        Code(id="organisation_1_ways", label="Not those of Microsoft"),
    ]
    Codebook.load(study.codebook_path).with_codes(codes).save(study.codebook_path)
    for path in study.prompts_path.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(f"{text}\nAs Zhamak Dehghani says.\n", encoding="utf-8")
    transcript = load(study, "p1")
    people = ["Zhamak Dehghani=person", "Zhamak=Person 1", "Piethein=A very long name indeed"]
    people.append("Zhamakâ=Person 1")  # mojibake of an apostrophe
    places = ["Microsoft=organisation", "Europe=place", "European=of Place 1", "passage=Z"]
    names = decide(study, [transcript], replace=people + places, rest="no")
    write_redaction(study, redact(transcript, names))
    return study


def listed(study: Study) -> list[str]:
    return [name for entry in Names.of(study).replaced for name in entry.names]


def everything(request: Request) -> str:
    """A reply to `single` that marks all there is, a run of numbered sentences at a time."""
    numbers = sorted(request.schema["properties"]["quotes"]["items"]["properties"])
    assert "first" in numbers
    enum = request.schema["properties"]["quotes"]["items"]["properties"]["axial"]["items"]["enum"]
    lines = [line.split("]")[0][1:] for line in request.user.split("\n") if line.startswith("[")]
    marked = [int(number) for number in lines if number.isdecimal()]
    return json.dumps(
        {
            "quotes": [
                {"first": n, "last": n, "open_code": "all of it", "rationale": "because",
                 "salience": 3,
                 "axial": [next(code for code in enum if "ways" in code)], "new_code": None}
                for n in marked
            ]
        }
    )  # fmt: skip


@pytest.mark.parametrize("strategy", ["single", "staged"])
def test_no_name_is_asked_about_and_every_quote_stands_in_both_texts(
    tmp_path: Path, strategy: str
) -> None:
    study = redacted_study(tmp_path, strategy=strategy)
    model = Model(everything if strategy == "single" else naming)
    plan = plan_p1(study, model)
    run, coding = asyncio.run(carry_out(study, plan))
    sent = json.dumps([asdict(request) for request in model.asked], ensure_ascii=False)
    assert "Person 1" in sent
    for name in listed(study):
        assert name not in sent or name == "passage", name
    transcript = load(study, "p1")
    verify(read_coding(run.coding_path), transcript)
    assert len(coding.quotes) > 5
    redaction = redaction_of(study, transcript)
    archived = (run.path / TRANSCRIPT).read_text(encoding="utf-8")
    assert archived == redaction.redacted.text != transcript.text
    for quote in coding.quotes:
        span = redaction.to_redacted(quote.span)
        assert archived[span.start : span.end] == (quote.as_read or quote.text)
        assert redaction.to_original(span) == quote.span


def test_a_quote_that_cuts_through_a_pseudonym_has_the_whole_name(tmp_path: Path) -> None:
    study = redacted_study(tmp_path, strategy="single", anchor="verbatim")
    cut = "planes according to Person"
    passage = {"quote": cut, "open_code": "some planes", "axial": ["organisation_1_ways"],
               "new_code": None, "rationale": "because", "salience": 3}  # fmt: skip

    def once(request: Request) -> str:
        shown = request.user.split("Transcript to code:")[1]
        return json.dumps({"quotes": [passage] if cut in shown else []})

    roles = study.settings.model_copy(update={"roles": ("participant", "interviewer")})
    plan = plan_p1(Study(study.root, roles), Model(once))
    run, coding = asyncio.run(carry_out(study, plan))
    (quote,) = coding.quotes
    assert quote.text == "planes according to Zhamak Dehghani"
    assert (quote.as_read, quote.as_written) == ("planes according to Person 1", cut)
    verify(read_coding(run.coding_path), load(study, "p1"))


def test_what_is_archived_says_no_more_than_what_was_sent(tmp_path: Path) -> None:
    study = redacted_study(tmp_path, strategy="single")
    run, coding = asyncio.run(carry_out(study, plan_p1(study, Model(everything))))
    assert run.manifest.transcript == coding.transcript
    assert run.manifest.redacted is not None
    assert run.manifest.redacted.sha256 != coding.transcript.sha256
    assert any(quote.as_read for quote in coding.quotes)
    for path in run.path.iterdir():
        if path.name not in ("coding.json", "considered.json"):
            text = path.read_text(encoding="utf-8")
            assert "Dehghani" not in text, path
            assert "Piethein" not in text, path


def test_codes_have_their_ids_again(tmp_path: Path) -> None:
    study = redacted_study(tmp_path, strategy="single")
    model = Model(everything)
    plan = plan_p1(study, model)
    ids = {code.label: code.id for code in plan.task.codes}
    assert ids["Ways of Organisation 1"] == "organisation_1_ways_"
    assert ids["Not those of Organisation 1"] == "organisation_1_ways"
    _, coding = asyncio.run(carry_out(study, plan))
    used = {id_ for quote in coding.quotes for id_ in quote.axial}
    assert used == {"microsoft_ways"}
    assert [code.label for code in coding.codes] == ["Ways of Microsoft"]
    assert "microsoft_ways" in plan.manifest.codebook.sent


def test_a_model_in_this_process_reads_the_original(tmp_path: Path) -> None:
    study = redacted_study(tmp_path, strategy="staged")
    model = Model(naming)
    model.name = "local"
    plan = plan_p1(study, model)
    assert plan.transcript == load(study, "p1")
    assert plan.manifest.redacted is None
    assert plan.task.prompts["name"].text.endswith("Dehghani says.\n")


def test_nothing_is_planned_of_what_is_not_redacted(tmp_path: Path) -> None:
    study = p1_study(tmp_path, privacy="redacted")
    with pytest.raises(StudyError, match="p1 has not been redacted"):
        plan_p1(study, Model(naming))
    plan_p1(Study(study.root, replace(study).settings.model_copy(update={"privacy": "none"})),
            Model(naming))  # fmt: skip


def test_prompts_of_ours_stay_as_they_are(tmp_path: Path) -> None:
    study = p1_study(tmp_path, privacy="redacted")
    transcript = load(study, "p1")
    names = decide(study, [transcript], replace=["Mark=person"], rest="no")
    write_redaction(study, redact(transcript, names))
    assert "\n- Mark only numbered" in plan_p1(study, Model(naming)).task.prompts["single"].user


def test_examples_are_redacted_too_or_are_none(tmp_path: Path) -> None:
    study = garden(tmp_path, privacy="redacted", model="m")
    others = [load(study, id_) for id_ in ("g1", "g4")]
    for transcript in others:
        decide(study, others, replace=["Pilar=Person 9", "Pat=Person 8", "Ivo=Person 7"], rest="no")
        write_redaction(study, redact(transcript, Names.of(study)))
    planned = plan(study, "g4", Model(naming), lambda: Lexical("lexical"))
    (question,) = planned.questions
    assert "It was Person 9 who wrote the first rota." in question.message.user
    assert "Pilar" not in question.message.user
    learnt = planned.manifest.examples
    assert learnt
    assert [coding.transcript for coding in learnt.codings] == ["g1"]
    assert [reason.split(" is no")[0] for reason in learnt.left_out] == ["g2", "g3"]
    assert all(reason.endswith("has not been redacted") for reason in learnt.left_out)
