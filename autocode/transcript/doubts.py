"""What may have gone wrong in reading who speaks: said with its line, before anything is sent."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from autocode.errors import InputError
from autocode.transcript.furniture import several_lines
from autocode.transcript.layouts import Label, Line, labels_within
from autocode.transcript.names import label_key
from autocode.transcript.nouns import Oddity, Transcript, Turn
from autocode.transcript.roles import may_be_role
from autocode.transcript.speakers import Speakers
from autocode.transcript.stamps import stamps_within

# A turn in which, it seems, a second person speaks: nothing is sent of such a file unasked.
MIXED = "mixed-turn"
# Kinds of oddities a user must hear of before a model reads the text.
DOUBTS = (MIXED, "labels", "one-voice", "title", "misspelt", "unlabelled", "stamps",
          "two-transcripts")  # fmt: skip
# Two names that are so alike (0 to 100) may be one, misspelt.
_ALIKE, _SHORTEST = 80, 4
_TOLD = 5


def refuse_mixed(transcript: Transcript, path: Path) -> None:
    """Refuse a transcript in which, it seems, the words of two people are one turn.

    Raises:
        InputError: it has such a turn; the line is that of the label within it.
    """
    mixed = next((oddity for oddity in transcript.oddities if oddity.kind == MIXED), None)
    if mixed:
        raise InputError(
            mixed.message, where=path, line=mixed.line,
            hint=f"See `autocode show {transcript.id}`; if it is right, propose with --as-it-is.",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the talk, and the speaker's label it begins with."""

    line: Line
    label: Label | None

    @property
    def words(self) -> str:
        return self.label.rest if self.label else self.line.text


def doubts(turns: Sequence[Turn], said: Sequence[Said], speakers: Speakers) -> Iterator[Oddity]:
    """Doubts about speakers and stamps of a source that is not field notes."""
    yield from _voices(turns)
    yield from _mixed(said, speakers)
    stamps = [each.line.number for each in said if stamps_within(each.words)]
    if stamps:
        message = f"time stamps stand within sentences ({several_lines(stamps)}) and are kept"
        yield Oddity(stamps[0], "stamps", message, "take them out: a quote would hold them")


def _voices(turns: Sequence[Turn]) -> Iterator[Oddity]:
    names = Counter(turn.speaker or "" for turn in turns if turn.speaker)
    if turns and not names:
        message = "no speaker labels: everything is coded as one voice"
        hint = "if several people speak, write `Name:` before each turn"
        yield Oddity(turns[0].line, "labels", message, hint)
    elif len(names) == 1:
        (name,) = names
        message = f"only one person speaks, {name}: are the other labels missing?"
        yield Oddity(turns[0].line, "one-voice", message, "write `Name:` before each turn")
    for name in (name for name, count in names.items() if count == 1):
        frequent = (other for other in names if names[other] > 1)
        usual = (other for other in frequent if not any(map(str.isdigit, other + name)))
        near = process.extractOne(name, usual, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if near and len(name) >= _SHORTEST:
            line = next(turn.line for turn in turns if turn.speaker == name)
            message = f"the speaker '{name}' is nearly '{near[0]}'"
            yield Oddity(line, "misspelt", message, "write it as elsewhere if it is one person")
    first = turns[0].speaker or "" if turns else ""
    others = [count for name, count in names.items() if name != first]
    if names[first] == 1 and not may_be_role(first) and len(others) > 1 and min(others) > 1:
        message = f"'{first}' speaks once, at the beginning: is it a title?"
        yield Oddity(turns[0].line, "title", message, "take it out if it is no speaker")


def _mixed(said: Sequence[Said], speakers: Speakers) -> Iterator[Oddity]:
    """Lines of a turn that begin like a label, or hold a known one in the middle."""
    names = set(speakers.names)
    words: dict[str, int] = {}
    doubtful: list[tuple[int, str]] = []
    for each in said:
        label = speakers.rejected(each.line) if each.label is None else None
        if label and label.strength == 2:
            doubtful.append((each.line.number, label.name))
        elif label:
            words.setdefault(label.name, each.line.number)
        inner = [name for _, name in labels_within(each.words) if label_key(name) in names]
        doubtful += [(each.line.number, name) for name in inner]
    for line, name in doubtful[:_TOLD]:
        message = f"'{name}:' looks like a speaker's label and was read as words of another"
        hint = "begin a line with it if it is one, else import with --speakers"
        yield Oddity(line, MIXED, message, hint)
    if len(doubtful) > _TOLD:
        numbers = [line for line, _ in doubtful[_TOLD:]]
        message = f"more labels within turns, it seems: {several_lines(numbers)}"
        yield Oddity(numbers[0], MIXED, message, "begin a line with each that is one")
    if words:
        listed = ", ".join(f"'{name}:'" for name in words)
        message = f"read as words, not as speakers: {listed}"
        hint = "labels come more than once; name a speaker who has one turn with --speakers"
        yield Oddity(min(words.values()), "label", message, hint)
