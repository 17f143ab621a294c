"""Lines of a transcript that nobody says: pages, running heads, credits, ends of tapes, covers.

What is certain is left out, and always reported with its lines.
"""

import re
import sys
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from autocode.transcript.layouts import Line
from autocode.transcript.names import is_caption
from autocode.transcript.nouns import Oddity
from autocode.transcript.roles import ROLE_WORDS

_PAGE_WORD = r"(?:page|pg\.?|seite|página|pagina|pág\.?|p\.|s\.|стр\.?|strona|sida|side)"
_OF = r"(?:\s*(?:of|von|de|di|av|из|z|/)\s*\d+)?"
_PAGE = re.compile(
    rf"[\[(]?\s*{_PAGE_WORD}\s*\d+{_OF}\s*[\])]?|[-–—]\s*\d+\s*[-–—]|\d+\s*(?:/|of)\s*\d+", re.I
)
_RUNNING = re.compile(
    rf"(?:.{{2,80}}\W{_PAGE_WORD}\s*\d+{_OF}|{_PAGE_WORD}\s*\d+{_OF}\W.{{2,80}})", re.I
)
_RULE = re.compile(r"[-_=*~·—–\s]{3,}")
_TALK = (
    r"interview|transcript|recording|conversation|discussion|session|entretien|entrevista|gespräch"
    r"|aufnahme|intervista|enregistrement|grabación|transkript"
)
_EDGE = re.compile(
    r"[\[(*\s–—-]*(?:end|start|beginning|ende|anfang|fin|début|inicio|fine)\s+"
    r"(?:of|der|des|du|de|del|de la|de l'|dell'|della)?\s*(?:the\s+)?(?:audio\s+)?"
    rf"(?:{_TALK}|tape|side|part|file|audio|kassette|band|cinta)\b.{{0,40}}"
    r"|[\[(]?\s*tape \d+.{0,20}[\])]?"
    rf"|[\[(*\s]*(?:the\s+)?(?:{_TALK}|tape|audio)\s+"
    r"(?:starts?|begins?|ends?|started|ended|stops?|stopped|paused?|resumes?d?|continues)\b.{0,30}",
    re.I,
)
_CREDIT = re.compile(
    r"\W*(?:transcri(?:bed|ption|pt)\s+(?:by|provided|generated|courtesy)\b"
    r"|transkribiert (?:von|mit)\b|transcrit (?:par|avec)\b|transcrito por\b|subtitles by\b"
    r"|this transcript (?:was|has been|is)\b|https?://otter\.ai"
    r"|.{2,60} (?:started|stopped|ended) transcription\W*$).*",
    re.I,
)
_NUMBERED_TALK = re.compile(
    rf"\W*(?:{_TALK})\s*(?:no\.?|nr\.?|nº|#|with)?\s*(\d+)\b(?:\W.{{0,40}})?", re.I
)
_SENTENCE = re.compile(r"[.?!…。？！؟।۔][\"”»')\]]*$")
_NUMBERS = re.compile(r"\d+")
# What initials stand for: `I: Interviewer`, `R = Respondent`.
_LEGEND = re.compile(
    rf"\W*\w{{1,4}}\W{{0,2}}\s*[:=–-]\s*(?:{'|'.join(ROLE_WORDS)})\b[\w ,.()-]{{0,30}}", re.I
)
_COUNTED = re.compile(rf".{{2,80}}\W{_PAGE_WORD}\s*\d+\s*(?:of|von|de|di|av|/)\s*\d+", re.I)
# Lines of a cover sheet, at most.
_LONGEST_COVER = 60
_EDGES = "ends and beginnings of the recording"


@dataclass
class Furniture:
    """The lines that were left out, by what they are."""

    left_out: dict[str, list[int]] = field(default_factory=dict)
    oddities: list[Oddity] = field(default_factory=list)

    def leave_out(self, what: str, line: Line) -> None:
        self.left_out.setdefault(what, []).append(line.number)

    def told(self) -> list[Oddity]:
        """What was left out, one oddity for each kind of line."""
        hint = "if somebody says it, put it behind a speaker's label"
        return self.oddities + [
            Oddity(numbers[0], "furniture", f"left out: {what}{_unless_one(numbers)}", hint)
            for what, numbers in self.left_out.items()
        ]

    def without_pages(self, lines: Sequence[Line]) -> list[Line]:
        """The lines that somebody may say: no page lines, no credits, no ends of tapes."""
        heads = _running_heads(lines)
        # `Interview 1` and `Interview 2` are headings, where there are several.
        matches = {line.number: _NUMBERED_TALK.fullmatch(line.text.strip()) for line in lines}
        numbers = {line: match[1] for line, match in matches.items() if match}
        talks = list(numbers) if len(set(numbers.values())) > 1 else []
        if talks:
            message = f"two transcripts in one file? {several_lines(talks)} each begin an interview"
            hint = "give each interview a file of its own"
            self.oddities.append(Oddity(talks[0], "two-transcripts", message, hint))
        kept = []
        for line in lines:
            what = "headings of interviews" if line.number in talks else _kind(line.text, heads)
            if what:
                self.leave_out(what, line)
            else:
                kept.append(line)
        return kept

    def within_talk(self, lines: Sequence[Line], labelled: Collection[int]) -> list[Line]:
        """The lines without cover, rules, and what follows the end; where somebody is labelled.

        labelled: the numbers of the lines that begin with a speaker's label.
        """
        first, last = min(labelled), max(labelled)
        cover = [line for line in lines if line.number < first]
        is_cover = all(is_short(line.text) for line in cover)
        if not is_cover:
            numbers = _unless_one([line.number for line in cover])
            message = f"words before the first speaker's label belong to no speaker{numbers}"
            hint = "put a label before them if somebody says them, or delete them"
            self.oddities.append(Oddity(cover[0].number, "unlabelled", message, hint))
        notes = _notes_at_the_end([line for line in lines if line.number > last])
        end = max((n for n in self.left_out.get(_EDGES, []) if n > last), default=sys.maxsize)
        kept = []
        for line in lines:
            if _RULE.fullmatch(line.text):
                continue
            if line.number < first and is_cover:
                self.leave_out("a heading or cover before anybody speaks", line)
            elif line.number > end:
                self.leave_out("words after the end", line)
            elif line.number in notes:
                self.leave_out("notes at the end", line)
            else:
                kept.append(line)
        return kept


def cover_of(lines: Sequence[Line]) -> int:
    """How many lines at the beginning are a cover sheet: short ones, with `Date: …` among them."""
    size = 0
    for at, line in enumerate(lines[:_LONGEST_COVER]):
        if not is_short(line.text):
            break
        after = at + 1
        block, ends = lines[size:after], after == len(lines) or lines[after].opens
        captioned = any(is_caption(each.text) for each in block)
        if ends and (captioned or all(_LEGEND.fullmatch(each.text) for each in block)):
            size = after
    return size


def _notes_at_the_end(lines: Sequence[Line]) -> set[int]:
    """The numbers of the last lines, as far as they are captions (`Transcript ID: 123`)."""
    notes: set[int] = set()
    for line in reversed(lines):
        if not is_caption(line.text):
            break
        notes.add(line.number)
    return notes


def _kind(text: str, heads: frozenset[str]) -> str | None:
    text = text.strip()
    if _PAGE.fullmatch(text) or _COUNTED.fullmatch(text) or _NUMBERS.sub("#", text) in heads:
        return "page lines"
    if _CREDIT.fullmatch(text):
        return "a note of who transcribed"
    return _EDGES if _is_edge(text) else None


def _is_edge(text: str) -> bool:
    """Whether a line says that the recording ends: set apart, in capitals, or hardly more words."""
    if not _EDGE.fullmatch(text):
        return False
    words = [word for word in text.split() if not _NUMBERS.search(word)]
    verb = re.match(rf"\W*(?:the\s+)?(?:{_TALK}|tape|audio)\b", text, re.I)
    return text[0] in "[(*-–—" or text.isupper() or len(words) <= (2 if verb else 5)


def _running_heads(lines: Sequence[Line]) -> frozenset[str]:
    """Page headers, without their numbers: lines with a page's number, or beside a page line."""
    texts = [line.text.strip() for line in lines]
    pages = {at for at, text in enumerate(texts) if _PAGE.fullmatch(text)}
    candidates = [
        text for at, text in enumerate(texts)
        if _RUNNING.fullmatch(text)
        or (pages & {at - 1, at + 1} and not _SENTENCE.search(text) and ":" not in text)
        or (lines[at].edge and not _SENTENCE.search(text) and ":" not in text)
    ]  # fmt: skip
    counts = Counter(_NUMBERS.sub("#", text) for text in candidates)
    bare = [int(text) for text in texts if text.isdecimal() and len(text) < 5]
    rising = len(bare) > 1 and all(b - a == 1 for a, b in pairwise(bare))
    return frozenset(
        text for text, count in counts.items() if count >= 2 and (text != "#" or rising)
    ) | (frozenset("#") if rising else frozenset())


def is_short(text: str) -> bool:
    """Whether a line is a heading or an entry of a cover: short, and no sentence."""
    return len(text) <= 120 and not (_SENTENCE.search(text.strip()) and len(text.split()) > 4)


def is_entry(text: str) -> bool:
    """Whether the words behind a caption are an entry of a cover (`A. Berg`), and no sentence."""
    initials = re.search(r"(?:^|\s)(?:\w\.)+$", text.strip())
    return is_short(text) and (bool(initials) or not _SENTENCE.search(text.strip()))


def _unless_one(numbers: Sequence[int]) -> str:
    """Which lines a message is about; of a single line the message has the number already."""
    return f" ({several_lines(numbers)})" if len(numbers) > 1 else ""


def several_lines(numbers: Sequence[int]) -> str:
    """`line 3`, `lines 3 to 7`, `lines 3, 9, 12, 20 and 4 more`."""
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"lines {numbers[0]} to {numbers[-1]}"
    more = f" and {len(numbers) - 4} more" if len(numbers) > 4 else ""
    return f"lines {', '.join(map(str, numbers[:4]))}{more}"
