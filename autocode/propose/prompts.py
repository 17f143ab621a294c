"""Prompt templates: Markdown files a researcher may edit, filled in one pass, known by their hash.

A template has a `## System` and a `## User` section; what stands before them explains it and is
not sent. `{{name}}` is filled in; every placeholder of a step must occur and no other may.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from autocode.coding.strategies import TEMPLATES
from autocode.errors import PromptError
from autocode.study import Study

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
_SECTION = re.compile(r"^## (System|User)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Message:
    """A rendered prompt: what is sent, word for word."""

    system: str
    user: str


@dataclass(frozen=True)
class Prompt:
    """One template: its step, where it came from, its two sections and the hash of its file."""

    step: str
    source: str
    system: str
    user: str
    sha256: str
    text: str

    def render(self, values: Mapping[str, str]) -> Message:
        """Fill in every placeholder; values are never searched for placeholders themselves."""
        return Message(_fill(self.system, values), _fill(self.user, values))


def load_prompt(study: Study, step: str) -> Prompt:
    """The template of `step`: the study's own file, or the packaged one when it has none.

    Raises:
        PromptError: a section or a placeholder is missing, or a placeholder is unknown.
        StudyError: the file is a link out of the study.
    """
    edited = study.inside(study.prompts_path / f"{step}.md")
    if edited.is_file():
        return _parse(step, str(edited.relative_to(study.root)), edited.read_bytes())
    return _parse(step, f"packaged {step}.md", default_prompt(step))


def default_prompt(step: str) -> bytes:
    """The packaged template, as a researcher would copy it."""
    packaged = files("autocode") / "default_prompts" / f"{step}.md"
    if packaged.is_file():
        return packaged.read_bytes()
    # In a checkout the folder is not copied into the package: it stands beside it.
    return (Path(__file__).parents[2] / "prompts" / f"{step}.md").read_bytes()


def outside_placeholders(section: str, change: Callable[[str], str]) -> str:
    """The section with its words changed, and its placeholders as they were."""
    parts = re.split(r"(\{\{[^{}]*\}\})", section)
    return "".join(part if i % 2 else change(part) for i, part in enumerate(parts))


def fence_for(text: str, *others: str) -> str:
    """A line that marks off `text` and occurs neither in it nor in `others`: made of its hash."""
    fence = f"-----{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}-----"
    if any(fence in data for data in (text, *others)):
        return fence_for(text + fence, text, *others)
    return fence


def _parse(step: str, source: str, content: bytes) -> Prompt:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise PromptError("not UTF-8 text", where=source, hint="Save it as UTF-8.") from error
    parts = _SECTION.split(text)
    if parts[1::2] != ["System", "User"]:
        raise PromptError(
            "needs one '## System' and then one '## User' section",
            where=source,
            hint="Compare it with the packaged prompt (`autocode init` copies it).",
        )
    sections = parts[2].strip(), parts[4].strip()
    _check_placeholders(step, source, text, sections)
    return Prompt(step, source, *sections, hashlib.sha256(content).hexdigest(), text)


def _check_placeholders(step: str, source: str, text: str, sections: tuple[str, str]) -> None:
    known = TEMPLATES[step]
    used = {name for part in sections for name in map(str.strip, _PLACEHOLDER.findall(part))}
    for name in sorted(used - known):
        use = next(use for use in _PLACEHOLDER.finditer(text) if use[1].strip() == name)
        line = text.count("\n", 0, use.start()) + 1
        raise PromptError(
            f"unknown placeholder {{{{{name}}}}}",
            where=source,
            line=line,
            hint=f"Known here: {', '.join(sorted(known))}.",
        )
    if missing := sorted(known - used):
        raise PromptError(
            f"placeholder {{{{{missing[0]}}}}} is missing",
            where=source,
            hint="Put it where autocode shall fill it in.",
        )


def _fill(section: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values[match[1].strip()], section)
