"""The code in an AXIAL trace -> the codes it names and how it relates them. Parsed, never executed.

`identifier`, `identifier,` and `identifier = CClass(kind, 'Label')` are codes, and so is what
stands between `'''`, comma separated; `add_links({a: b})` and its like are relations. Comments and
blank lines are nothing. What cannot be read becomes an oddity with its line.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from autocode.transcript.nouns import AxialItem, Oddity, Relation

_IDENTIFIER = re.compile(r"[^\W\d][\w-]*")
_LIST = re.compile(r"[^\W\d][\w-]*(?:\s*[,;]\s*[^\W\d][\w-]*)+")
_DEFINITION = re.compile(r"([^\W\d][\w-]*)\s*=\s*([^\W\d][\w.]*)\s*\((.*)", re.S)
_KIND = re.compile(r"\s*([^\W\d]\w*)\s*(?:,|\)|$)")
# Pasted through a word processor, straight quote marks become curly ones.
_STRAIGHT = str.maketrans("‘’‚“”„", "'''\"\"\"")
_LABEL = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|['\"](.*?)['\"]?\s*\)?\s*$", re.S)
_CALL = re.compile(r"\.?[\w.]*\s*\(|\.?add_?\w*|[})\]]+$|(?:from|import)\s")
_TRIPLE = re.compile(r"'''|\"\"\"")
# What a call may say of the relation it adds, the most telling first.
_RELATION_NAMES = ("label", "role_name", "stereotype_instances")
_NOTHING = re.compile(r"[\W_]*|(?:from|import)\s.*", re.S)
_PHRASE = re.compile(r"[^\W\d][\w-]*(?:[ ][\w-]+){1,7}")
_STATEMENT_LINES = 40


class Statement(NamedTuple):
    """Lines that belong together (an open bracket goes on), without comments."""

    line: int
    text: str


@dataclass
class AxialCode:
    """What numbered lines of AXIAL code hold, each in order and as often as it is written."""

    codes: list[AxialItem] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)


def read_codes(lines: Iterable[tuple[int, str]]) -> AxialCode:
    """The codes and relations in numbered lines, and what could not be read."""
    read = AxialCode()
    for statement in statements(_unquoted_blocks(lines)):
        codes = list(_codes(statement))
        read.codes += codes
        if not codes and _CALL.match(statement.text):
            _read_call(statement, read)
        elif not codes:
            read.oddities.append(_unreadable(statement))
        elif " " in statement.text and _PHRASE.fullmatch(statement.text):
            message = f"'{statement.text}' is not an identifier; it was read as '{codes[0].code}'"
            read.oddities.append(
                Oddity(statement.line, "axial", message, "write it with underscores")
            )
    return read


def _unquoted_blocks(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines, with the text between `'''` as one code a line: it is a list by commas."""
    inside = False
    for number, line in lines:
        for index, part in enumerate(_TRIPLE.split(line)):
            inside ^= index > 0  # each mark opens or closes
            if inside:
                yield from ((number, code.strip()) for code in re.split("[,;]", part))
            else:
                yield number, part


def _read_call(statement: Statement, read: AxialCode) -> None:
    """Add what a call relates; any other name in it is a code that must not be lost."""
    if _NOTHING.fullmatch(statement.text):
        return
    try:
        call = ast.parse(statement.text.translate(_STRAIGHT).strip(" .,;"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: too deep
        call = None
    if not isinstance(call, ast.Call):
        read.oddities.append(_unreadable(statement))
        return
    relations = list(_relations(call, statement.line))
    read.relations += relations
    known = {item.code for item in read.codes}
    known |= {word for link in relations for word in (link.source, link.name, link.target)}
    receiver = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    expressions = [*receiver, *call.args, *(keyword.value for keyword in call.keywords)]
    nodes = (node for expression in expressions for node in ast.walk(expression))
    for code in dict.fromkeys(node.id for node in nodes if isinstance(node, ast.Name)):
        if code not in known:
            read.codes.append(AxialItem(code, statement.line))


def _relations(call: ast.Call, line: int) -> Iterator[Relation]:
    """`add_links({a: b})`, `a.add_links([b, c])` and `add_force_relations({a: {b: positive}})`."""
    function = call.func.attr if isinstance(call.func, ast.Attribute) else _name_of(call.func)
    if not function.startswith("add"):
        return
    said = {keyword.arg: _name_of(keyword.value) for keyword in call.keywords}
    usual = next((said[key] for key in _RELATION_NAMES if said.get(key)), "")
    usual = usual or re.sub(r"^add_?", "", function) or "link"
    receiver = _name_of(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    for argument in call.args:
        if isinstance(argument, ast.Dict):
            for key, value in zip(argument.keys, argument.values, strict=True):
                for source, _ in _targets(key, usual) if key else ():
                    for target, name in _targets(value, usual):
                        yield Relation(source, name, target, line)
        elif receiver:
            for target, name in _targets(argument, usual):
                yield Relation(receiver, name, target, line)


def _targets(value: ast.expr, usual: str) -> Iterator[tuple[str, str]]:
    """What a code is linked to, each with the name of the relation: `b`, `[b, c]`, `{b: name}`."""
    if isinstance(value, ast.Dict):
        for key, inner in zip(value.keys, value.values, strict=True):
            if key and (code := _name_of(key)):
                yield code, _name_of(inner) or usual
    elif isinstance(value, ast.List | ast.Tuple | ast.Set):
        for item in value.elts:
            yield from _targets(item, usual)
    elif code := _name_of(value):
        yield code, usual


def _name_of(node: ast.expr) -> str:
    """The identifier, the last part of a dotted name, or the text of a string; else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.strip()
    return ""


def statements(lines: Iterable[tuple[int, str]]) -> Iterator[Statement]:
    """Join the lines of one statement; an unclosed bracket ends with the next blank line."""
    held: list[str] = []
    first = depth = 0
    for number, raw in lines:
        line, change = _without_comment(raw)
        if depth > 0 and (not raw.strip() or len(held) >= _STATEMENT_LINES):
            yield Statement(first, " ".join(held))
            held, depth = [], 0
        if not line.strip():
            continue
        first = number if not held else first
        held.append(line.strip())
        depth += change
        if depth <= 0:
            yield Statement(first, " ".join(held))
            held, depth = [], 0
    if held:
        yield Statement(first, " ".join(held))


def _without_comment(line: str) -> tuple[str, int]:
    """The line up to its `#` comment, and how many brackets it leaves open; quotes respected."""
    quote, depth = "", 0
    for at, character in enumerate(line):
        if quote:
            quote = "" if character == quote and line[at - 1] != "\\" else quote
        elif character in "'\"":
            # An apostrophe without its partner is a slip, not a string to the end of the line.
            quote = character if line.find(character, at + 1) > 0 else ""
        elif character == "#":
            return line[:at], depth
        else:
            depth += (character in "([{") - (character in ")]}")
    return line, depth


def _codes(statement: Statement) -> Iterator[AxialItem]:
    text = statement.text.rstrip(" ,;")
    if _IDENTIFIER.fullmatch(text):
        yield AxialItem(text, statement.line)
    elif _LIST.fullmatch(text):
        for code in re.split(r"\s*[,;]\s*", text):
            yield AxialItem(code, statement.line)
    elif match := _DEFINITION.match(text):
        kind, label = _arguments(match[3])
        yield AxialItem(match[1], statement.line, kind, label or match[1].replace("_", " "))
    elif _PHRASE.fullmatch(text):
        yield AxialItem(re.sub(r"[\s-]+", "_", text.lower()), statement.line)


def _arguments(text: str) -> tuple[str | None, str | None]:
    """Kind and label of `kind, 'Label')`, however the label is quoted."""
    text = text.translate(_STRAIGHT) if not re.search(r"['\"]", text) else text
    kind, label = _KIND.match(text), _LABEL.search(text)
    words = None
    if label:
        try:
            words = str(ast.literal_eval(label[0]))
        except (SyntaxError, ValueError):
            words = next(group for group in label.groups() if group is not None)
    return kind and kind[1], words


def _unreadable(statement: Statement) -> Oddity:
    message = f"'{statement.text[:60]}' in an AXIAL trace is neither a code nor a definition"
    hint = "write `identifier` or `identifier = CClass(kind, 'Label')`"
    return Oddity(statement.line, "axial", message, hint)


def read_declaration(lines: Iterable[tuple[int, str]]) -> dict[str, str]:
    """The `values` of a source declaration (`p1 = CClass(source, "p1", values={…})`) as text."""
    for _, text in statements(lines):
        match = re.search(r"values\s*=\s*(\{.*\})", text, re.S)
        try:
            values = ast.literal_eval(match[1]) if match else None
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: too deep
            continue
        if isinstance(values, dict):
            return {str(key): str(value) for key, value in values.items()}
    return {}
