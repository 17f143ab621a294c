"""The ways in which transcripts mark who speaks: a line -> the labels it may begin with.

Each way is a pattern in `_PATTERNS`. Whether a file uses it, and which of its labels are
speakers, `speakers` decides from all lines together.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from autocode.transcript.names import INVISIBLE, LONGEST, name_strength, tidy
from autocode.transcript.stamps import STAMP, Stamp, stamp


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source: its number there, its words, and when they were said (seconds).

    head: how many characters at its beginning are set apart (bold, a heading, the first cell).
    speaker: who says it, where the format itself tells. time, ended: the stamps at its two ends.
    opens: it follows an empty line. edge: it is the first or last of a page.
    caption: it is a piece of a sentence cut by time, as subtitles are.
    """

    number: int
    text: str
    head: int = 0
    speaker: str | None = None
    time: Stamp | None = None
    ended: Stamp | None = None
    opens: bool = False
    edge: bool = False
    caption: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """What may be a speaker's label at the beginning of a line, and the words behind it.

    sure: the layout is hardly ever something else (`Name:`), so that a label may be sure by itself.
    """

    layout: str
    name: str
    attribute: str
    rest: str
    time: Stamp | None
    sure: bool

    @property
    def base(self) -> str:
        """The layout without the mark before the label."""
        return self.layout.partition(_AFTER)[0]

    @property
    def strength(self) -> int:
        """How much it looks like a name (see `names.name_strength`)."""
        return name_strength(self.name)


_AFTER = " after "
_GAP = rf"[\s{INVISIBLE}]*"
_NAME = rf"[^\W_](?:[^\n:：;\t|*]{{0,{LONGEST + 8}}}?[^\s:：;\t|*])??"
_ATTRIBUTE = r"(?:\s*[(\[{][^()\[\]{}\n:]{1,40}[)\]}])?"
_LABEL = rf"(?P<name>{_NAME}{_ATTRIBUTE})(?:\s*(?P<time>{STAMP}))?"
_MARK = rf"{_GAP}(?:(?P<mark>>{{1,3}}|[#@~•]+|(?:&gt;){{1,3}}|[-–—*]+(?=\s))\s*)?"
_OPEN, _CLOSE = r"[\[({<【「『〔〈（［]", r"[\])}>】」』〕〉）］]"
_QUOTE = "[\"'“”«»„]"
_TIME_WITHIN = rf"(?:,?\s+(?P<time>{STAMP}))?"
# In order of preference. A layout with a colon, or a name with its time on a line of its own, is
# hardly ever anything else.
_PATTERNS = {
    name: re.compile(_MARK + pattern + _GAP + r"(?P<rest>.*)", re.S)
    for name, pattern in {
        "colon": rf"{_LABEL}[\s?]*(?:：|:{{1,2}}(?!//|\d|:)){_GAP}(?:(?P<later>{STAMP})(?=\s|$))?",
        "bracket:": rf"(?:{_OPEN}|{_QUOTE})(?P<name>{_NAME}{_ATTRIBUTE}){_TIME_WITHIN}"
        rf"(?:{_CLOSE}|{_QUOTE})\s*[:：]",
        "timed": rf"{_LABEL}(?<=.)$",
        "bracket": rf"{_OPEN}(?P<name>{_NAME}){_TIME_WITHIN}:?{_CLOSE}",
        "hash": rf"(?<=\#)(?P<name>{_NAME})\#\s*[:：]?",
        "semicolon": rf"{_LABEL}\s?;(?=\s)",
        "tab": rf"{_LABEL}\s*\t",
        "bar": rf"{_LABEL}\s*\|(?=\s)",
        "time between": rf"(?P<name>{_NAME})\s+(?P<time>{STAMP})\s+(?=\S)",
        "stop dash": rf"(?P<name>{_NAME})\.\s?[–—-]{{1,2}}\s*",
        "dash": rf"{_LABEL}(?:\s+[–—-]{{1,2}}\s+|[–—]\s+)",
        "arrow": rf"{_LABEL}\s+(?:[=-]?>|=|»|→)\s+",
        "spaces": rf"{_LABEL}(?: {{2,}}|\u3000)(?=\S)",
        "stop": r"(?P<name>[A-Z]{1,3}\d{0,3}|[^\W\d_a-z](?:[^\W\d_a-z]|[ .'’-]){2,30})[.)]\s+",
        "quoted": rf"(?P<name>{_NAME})(?=[「『])",
    }.items()
}
_SURE = frozenset(("colon", "bracket:", "timed", "cell", "head:"))
_BOLD = re.compile(
    r"\s*(?:(?:[-–•]|>{1,2}|\d{1,4}[.)])\s+)?(\*\*\*|\*\*|\*|__|_)(?=\S)(.{1,80}?)(?<=\S)\1"
)
_HEADING = re.compile(r"\s*#{1,6}\s+(.+)|\s*([-=])\2+ *([^-=].*?) *\2{2,}\s*")
_LONGEST_LABEL = 120


def labels_of(line: Line) -> Iterator[Label]:
    """What the line may begin with, in order of preference; at most one of each layout."""
    text = line.text
    if line.head:
        yield from _set_apart("head", text[: line.head], text[line.head :])
    if text.lstrip().startswith("|") and text.rstrip().endswith("|"):
        yield from _cells(text)
        return
    marked = len(text) <= _LONGEST_LABEL and text.lstrip()[:1] in "#-="
    heading = _HEADING.fullmatch(text) if marked else None
    if heading:
        yield from _set_apart("heading", heading[1] or heading[3], "")
        return
    bold = _BOLD.match(text)
    if bold and bold.end() < len(text.rstrip()):
        yield from _set_apart("head", bold[2], text[bold.end() :])
        return
    yield from _plain(bold[2] if bold else text, line.ended)


def _plain(text: str, time: Stamp | None) -> Iterator[Label]:
    start, end = text[:_LONGEST_LABEL], text[_LONGEST_LABEL:]
    for layout, pattern in _PATTERNS.items():
        match = pattern.match(start)
        if match is None or (layout == "timed" and time is None and not match["time"]):
            continue
        groups = match.groupdict()
        written = groups.get("time") or groups.get("later")
        # Under a bullet an entry of a list is like a label: such lines are a layout of their own.
        marked = f"{layout}{_AFTER}{match['mark'][0]}" if match["mark"] else layout
        yield _label(
            marked, match["name"], match["rest"] + end, stamp(written) if written else None
        )
    if len(text) <= LONGEST and time is None:
        yield _label("line", text, "", None)


def _set_apart(layout: str, head: str, rest: str) -> Iterator[Label]:
    """A label in bold, or in a heading; a colon and a time may stand within or behind it."""
    inside = next(_plain(head, None), None)
    if inside and inside.rest:  # the whole of a paragraph is bold, its label too
        yield Label(inside.layout, inside.name, inside.attribute, inside.rest + rest, inside.time,
                    inside.sure)  # fmt: skip
        return
    match = re.match(rf"{_GAP}(?P<time>{STAMP})?\s*(?P<colon>[:：])?{_GAP}", rest)
    behind = rest[match.end() :] if match else rest
    written = match["time"] if match else None
    time = stamp(written) if written else inside.time if inside else None
    colon = head.rstrip().endswith((":", "：")) or (
        match is not None and match["colon"] is not None
    )
    name = inside.name if inside and inside.layout in ("colon", "timed") else head
    yield _label(f"{layout}:" if colon or time else layout, name, behind, time)


def _cells(text: str) -> Iterator[Label]:
    """The first cell of a table row that is neither a number nor a time, and the cells after it."""
    cells = [cell.strip() for cell in text.strip().strip("|").split("|")]
    time = None
    while len(cells) > 1 and (re.fullmatch(STAMP, cells[0]) or cells[0].isdigit()):
        time = None if cells[0].isdigit() else stamp(cells[0])
        cells = cells[1:]
    while len(cells) > 2 and re.fullmatch(STAMP, cells[1]):
        time = stamp(cells.pop(1))
    if len(cells) > 1 and set(cells[0]) - set("-: "):
        yield _label("cell", cells[0], " ".join(cells[1:]), time)


def _label(layout: str, name: str, rest: str, time: Stamp | None) -> Label:
    name, attribute = tidy(name)
    if attribute and re.fullmatch(STAMP, f"({attribute})"):
        time, attribute = stamp(f"({attribute})"), ""
    if layout.startswith("colon") and re.search(r"\w{3}\.$", name):
        name = name[:-1]  # `Ada.:`
    sure = layout.partition(_AFTER)[0]
    return Label(layout, name, attribute, rest, time, sure in _SURE or sure.endswith(":"))


def labels_within(text: str) -> list[tuple[int, str]]:
    """Where labels may stand behind the end of a sentence in a line, and their names."""
    return [
        (match.start(1), tidy(match["colon"] or match["bracket"])[0])
        for match in _WITHIN.finditer(text)
    ]


_SHORT_NAME = r"[^\W\d_][\w.'’-]{0,20}(?: [\w.'’-]{1,20}){0,2}"
_WITHIN = re.compile(
    r"[.?!…。？！\"”»)\]]\s+("
    rf"\*{{0,2}}(?P<colon>{_SHORT_NAME}):\*{{0,2}}(?=\s)"
    rf"|[\[({{](?P<bracket>{_SHORT_NAME})[\])}}]:?(?=\s))"
)
