"""A codebook as an indented list, or as the definitions of CodeableModels."""

import re
from collections.abc import Mapping
from pathlib import Path

from autocode.exchange.project import ProjectCode
from autocode.transcript.decoding import decode
from autocode.transcript.notes.axial import read_codes, statements

_ITEM = re.compile(r"(\s*)(?:[-*+•]|\d{1,3}[.)]|#{1,6})\s+(.*\S)\s*")
_DEFINED = re.compile(r"(.*?\S)\s*(?::|—|–| - )\s+(\S.*)")
_ABOVE = re.compile(
    r"([^\W\d][\w-]*)\s*=.*\bsuperclasses\s*=\s*\[?\s*([^\W\d][\w-]*)\s*[]),]", re.S
)
_TAB = 4


def read_outline(data: bytes, name: str, columns: Mapping[str, str]) -> list[ProjectCode]:  # noqa: ARG001
    """The codes of a list (`- Code: definition`, children indented), parents before children.

    Python, and a file without list items, is read as code: `code = CClass(kind, 'Label',
    superclasses=parent)`, one a line. What stands after `#` there is a comment, and left out.

    Raises:
        InputError: it is no text.
    """
    lines = decode(data, Path(name)).text.split("\n")
    items = [match for line in lines if (match := _ITEM.fullmatch(line))]
    if not items or Path(name).suffix.lower() == ".py":
        return _read_definitions(list(enumerate(lines, 1)))
    codes: dict[str, ProjectCode] = {}
    above: list[tuple[int, str]] = []
    for item in items:
        # Headings stand above the items under them.
        heading = re.match(r"\s*(#+)", item[0])
        depth = len(heading[1]) - 10 if heading else len(item[1].expandtabs(_TAB))
        above = [(level, id_) for level, id_ in above if level < depth]
        defined = _DEFINED.fullmatch(item[2])
        title, definition = (defined[1], defined[2]) if defined else (item[2].rstrip(":"), "")
        title = title.strip("*_` ")
        parent = above[-1][1] if above else None
        id_ = f"{parent} > {title}" if parent else title
        codes.setdefault(id_, ProjectCode(id_, title, parent, definition))
        above.append((depth, id_))
    return list(codes.values())


def _read_definitions(lines: list[tuple[int, str]]) -> list[ProjectCode]:
    labels: dict[str, str] = {}
    for code in read_codes(lines).codes:
        labels[code.code] = code.label or labels.get(code.code, code.code)
    matches = (_ABOVE.match(statement.text) for statement in statements(lines))
    above = {match[1]: match[2] for match in matches if match and match[2] in labels}
    return [ProjectCode(id_, label, above.get(id_)) for id_, label in labels.items()]
