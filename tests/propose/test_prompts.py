"""Prompts: what a researcher may break, and that a transcript cannot act as a template."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.coding.strategies import TEMPLATES
from autocode.errors import PromptError
from autocode.propose.prompts import default_prompt, fence_for, load_prompt
from autocode.study import Study


def study_with(tmp_path: Path, step: str, text: str) -> Study:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / f"{step}.md").write_text(text, encoding="utf-8")
    return Study(tmp_path)


def values(step: str, **given: str) -> dict[str, str]:
    return dict.fromkeys(TEMPLATES[step], "x") | given


def test_packaged_prompts_are_complete(tmp_path: Path) -> None:
    prompts = [load_prompt(Study(tmp_path), step) for step in TEMPLATES]
    assert [prompt.step for prompt in prompts] == list(TEMPLATES)
    assert all("{{" not in p.render(values(p.step)).system for p in prompts)


def test_the_study_s_own_file_wins_and_its_hash_is_known(tmp_path: Path) -> None:
    text = default_prompt("name").decode().replace("qualitative researcher", "patient researcher")
    prompt = load_prompt(study_with(tmp_path, "name", text), "name")
    assert "patient" in prompt.system
    assert prompt.source == "prompts/name.md"
    assert prompt.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_explanation_before_the_sections_is_not_sent(tmp_path: Path) -> None:
    prompt = load_prompt(Study(tmp_path), "single")
    assert "Edit freely" not in prompt.system + prompt.user


def test_an_unknown_placeholder_is_named_with_its_line(tmp_path: Path) -> None:
    text = default_prompt("name").decode() + "\n{{ colour }}\n"
    line = text.count("\n")
    with pytest.raises(PromptError, match=rf"name\.md:{line}: unknown placeholder \{{\{{colour"):
        load_prompt(study_with(tmp_path, "name", text), "name")


def test_a_missing_placeholder_is_named(tmp_path: Path) -> None:
    text = default_prompt("name").decode().replace("{{passage}}", "the passage")
    with pytest.raises(PromptError, match=r"\{\{passage\}\} is missing"):
        load_prompt(study_with(tmp_path, "name", text), "name")


def test_a_placeholder_named_only_in_the_explanation_does_not_count(tmp_path: Path) -> None:
    text = default_prompt("name").decode().replace("{{passage}}", "the passage")
    with pytest.raises(PromptError, match="passage"):
        load_prompt(study_with(tmp_path, "name", "{{passage}}\n" + text), "name")


@pytest.mark.parametrize("text", ["", "# only a title", "## User\nx\n## System\ny\n"])
def test_sections_must_be_there_in_order(tmp_path: Path, text: str) -> None:
    with pytest.raises(PromptError, match="## System"):
        load_prompt(study_with(tmp_path, "name", text), "name")


def test_bytes_that_are_not_text_are_one_sentence(tmp_path: Path) -> None:
    study = study_with(tmp_path, "name", "")
    (tmp_path / "prompts" / "name.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PromptError, match="not UTF-8"):
        load_prompt(study, "name")


def test_placeholders_in_a_transcript_stay_data(tmp_path: Path) -> None:
    prompt = load_prompt(Study(tmp_path), "name")
    message = prompt.render(values("name", passage="{{codes}} \\1 {{nothing}}", codes="SECRET"))
    assert "{{codes}} \\1 {{nothing}}" in message.user
    assert message.user.count("SECRET") == 1


@given(st.text())
def test_a_fence_never_occurs_in_what_it_fences(text: str) -> None:
    assert fence_for(text) not in text
    assert "\n" not in fence_for(text)
