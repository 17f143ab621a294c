"""The head of field notes -> metadata: `# p`/`1`, `## key` with its lines, and the declaration."""

import re
from collections.abc import Sequence

from autocode.transcript.notes.axial import read_declaration
from autocode.transcript.notes.lines import is_coding_heading, lex
from autocode.transcript.nouns import Oddity

_ID_HEADING = re.compile(r"#\s*([A-Za-z]{1,8})\s*")


def read_metadata(lines: Sequence[str], id: str) -> tuple[dict[str, str], list[Oddity]]:
    """What the lines above `# coding` say, and whether they name another transcript than `id`.

    The first AXIAL trace declares the source; it adds only what no heading says.
    """
    values: dict[str, list[str]] = {}
    code: list[tuple[int, str]] = []
    key = ""
    for line in lex(lines):
        if is_coding_heading(line.text):
            break
        if line.kind == "heading":
            key = _key_of(line.text)
            values.setdefault(key, [])
            if name := _ID_HEADING.fullmatch(line.text):
                values["id"].append(name[1])
        elif line.kind in ("open", "axial"):
            key = ""
        elif line.kind == "code":
            code.append((line.number, line.text))
        elif line.kind in ("text", "said", "more") and key:
            values[key].append(line.text.strip())
    found = {key: ("" if key == "id" else "\n").join(texts) for key, texts in values.items()}
    declared = read_declaration(code)
    metadata = {**declared, **{key: value for key, value in found.items() if key}}
    ordered = {key: metadata[key] for key in (*found, *declared) if key in metadata}
    return ordered, _other_id(ordered.get("id", ""), id)


def _key_of(heading: str) -> str:
    return "id" if _ID_HEADING.fullmatch(heading) else heading.strip("# \t").lower()


def _other_id(found: str, id: str) -> list[Oddity]:
    if not found or _bare(found) == _bare(id):
        return []
    message = f"the notes call themselves '{found}', but the file is '{id}'"
    return [Oddity(1, "id", message, "check that this is the right file, and mend one of the two")]


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
