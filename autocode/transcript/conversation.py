"""Lines of any source -> Transcript: times, furniture, speakers, turns, and doubts about them.

The canonical text is what was said, built as for field notes: labels and stamps are not part of it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from autocode.transcript import roles
from autocode.transcript.dirt import dirt
from autocode.transcript.doubts import Said, doubts
from autocode.transcript.furniture import Furniture, cover_of
from autocode.transcript.layouts import Label, Line, labels_of, labels_within
from autocode.transcript.names import INVISIBLE, UNKNOWN, label_key, name_strength, tidy
from autocode.transcript.nouns import Oddity, Transcript
from autocode.transcript.source import Source
from autocode.transcript.speakers import find_speakers
from autocode.transcript.stamps import Stamp, leading, trailing
from autocode.transcript.turns import PARAGRAPH, TurnBuilder, talk, with_roles

_LINE_NUMBER = re.compile(r"[ \t]*[\[(]?(\d{1,5})(?:[.):\]]?(?:[ \t]+|$))")
# Nearly all lines carry a number: those of the lines, and not words of somebody who counts.
_NEARLY_ALL = 0.8
_SPACE = f" \t\u3000{INVISIBLE}"
_STOPS = frozenset(".?!…。？！:;»”\"')]")


def conversation(
    source: Source, lines: Sequence[Line], oddities: Iterable[Oddity] = ()
) -> Transcript:
    """The transcript that the lines of a source make; `oddities` are those known already.

    A text without labels (grey literature, a diary) is one turn without a speaker: nobody can
    tell from the text alone where another voice would begin.
    """
    if any(line.speaker for line in lines):
        lines = [replace(line, speaker=line.speaker or UNKNOWN) for line in lines]
    furniture, builder = Furniture(), TurnBuilder()
    read = _parted(_timed(furniture.without_pages(_unnumbered(lines))))
    cover = cover_of(read)
    unlabelled = [line for line in read[cover:] if line.speaker is None]
    speakers = find_speakers(unlabelled, source.told.speakers)
    said = [Said(line, None) for line in read[:cover]]
    said += [Said(line, speakers.label(line)) for line in read[cover:]]
    if labelled := [each.line.number for each in said if each.label]:
        kept = {id(line) for line in furniture.within_talk(read, labelled)}
        said = [each for each in said if id(each.line) in kept]
    for each in said:
        _say(builder, each.line, each.label)
    text = builder.finish()
    line = said[0].line.number if said else 1
    labels = [each.label for each in said if each.label]
    named = {label.name: role for label in labels if (role := roles.known_role(label.attribute))}
    asks = source.told.interviewer
    assigned, unsure = roles.assign(talk(text, builder.turns), line, asks, named)
    turns = with_roles(builder.turns, assigned)
    told = [*oddities, *builder.oddities, *furniture.told(), *doubts(turns, said, speakers)]
    told += unsure if labelled else ()
    told += _dirt(lines, sorted(assigned))
    return Transcript(
        source.id, text, turns, oddities=tuple(sorted(told, key=lambda oddity: oddity.line))
    )


def _say(builder: TurnBuilder, line: Line, label: Label | None) -> None:
    """One line of somebody: a label opens a turn, unless it is of the one who speaks already."""
    again = label is not None and label.name == builder.current
    if label and not again:
        builder.speaker(label.name, line.number)
    time = line.time or (label.time if label else None)
    if line.ended:
        alone = label is not None and not label.rest.strip()
        ended = line.ended.start
        start = time.start if time else None
        time = Stamp(ended, None, True) if alone else Stamp(start, ended, True)
    if label and not label.rest.strip():
        builder.pending = time
        return
    words = (label.rest if label else line.text).strip(_SPACE)
    goes_on = (line.caption or again) and builder.ended not in _STOPS
    builder.paragraph(words, line.number, joint=" " if goes_on else PARAGRAPH, time=time)


def _unnumbered(lines: Sequence[Line]) -> list[Line]:
    """The lines without the numbers a word processor printed before them."""
    matches = [_LINE_NUMBER.match(line.text) for line in lines]
    numbers = [int(match[1]) for match in matches if match]
    steps = Counter(b - a for a, b in pairwise(numbers))
    step, times = steps.most_common(1)[0] if steps else (0, 0)
    counted = step in (1, 5) and len(numbers) >= 4 and times >= _NEARLY_ALL * (len(numbers) - 1)
    blocks = sum(line.opens for line in lines)
    enough = _NEARLY_ALL * (len(lines) if step == 1 else len(lines) // 5)
    if not counted or (len(numbers) < enough and len(numbers) < max(4, _NEARLY_ALL * blocks)):
        return list(lines)
    return [
        _cut(line, match.end()) if match else line
        for line, match in zip(lines, matches, strict=True)
        if not match or line.text[match.end() :].strip()
    ]


def _timed(lines: Sequence[Line]) -> list[Line]:
    """The lines with the stamps at their ends as times; a time of the day stays among the words."""
    starts = [leading(line.text) for line in lines]
    clock = _clock([(time, not rest.strip()) for time, rest in starts])
    timed = [
        replace(_cut(line, len(line.text) - len(rest)), time=time)
        if time and (time.sure or clock[not rest.strip()]) else line
        for line, (time, rest) in zip(lines, starts, strict=True)
    ]  # fmt: skip
    ends = [trailing(line.text) for line in timed]
    clock = _clock([(time, _is_name(rest)) for time, rest in ends])
    timed = [
        replace(line, text=rest, ended=time)
        if time and (time.sure or clock[_is_name(rest)]) else line
        for line, (time, rest) in zip(timed, ends, strict=True)
    ]  # fmt: skip
    return list(_with_times_above(timed))


def _is_name(text: str) -> bool:
    return name_strength(tidy(text)[0]) > 0


def _clock(stamps: Sequence[tuple[Stamp | None, bool]]) -> dict[bool, bool]:
    """Whether stamps that could be times of the day are a clock that runs through the text.

    Beside words (False) they must be many; alone or behind a name (True) a few will do.
    """
    clock = {}
    for alone in (False, True):
        times = [stamp.start or 0.0 for stamp, is_alone in stamps if stamp and is_alone == alone]
        rising = sum(a <= b for a, b in pairwise(times))
        enough = max(2, len(stamps) / 50) if alone else max(3, len(stamps) * 0.3)
        clock[alone] = len(times) >= enough and rising >= 0.9 * (len(times) - 1)
    return clock


def _with_times_above(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines that hold words; a stamp on a line of its own is the time of the next one."""
    above: Line | None = None
    for line in lines:
        if not line.text.strip():
            above = line
        elif above:
            time = line.time or above.time or above.ended
            yield replace(line, time=time, opens=line.opens or above.opens)
            above = None
        else:
            yield line


def _cut(line: Line, characters: int) -> Line:
    return replace(line, text=line.text[characters:], head=max(0, line.head - characters))


def _parted(lines: Sequence[Line]) -> list[Line]:
    """The lines, cut where several people speak in one: `Ada: Why? Ola: The rain.`"""
    labels = [label for line in lines for label in labels_of(line)]
    bracketed = {label_key(label.name) for label in labels if label.layout == "bracket"}
    starts = {label_key(label.name) for label in labels if label.sure} | bracketed
    within = [labels_within(line.text) for line in lines]
    counts = Counter(
        label_key(name) for labels in within for _, name in labels if name_strength(name)
    )
    if not starts & set(counts):
        return list(lines)
    names = {name for name, count in counts.items() if name in starts or count >= 2}
    parts: list[Line] = []
    for line, inner in zip(lines, within, strict=True):
        cuts = [at for at, name in inner if label_key(name) in names]
        for start, end in pairwise([0, *cuts, len(line.text)]):
            text = line.text[start:end].strip() if cuts else line.text
            head = 0 if start else line.head
            parts.append(replace(line, text=text, head=head, opens=line.opens or start > 0))
    return parts


def _dirt(lines: Sequence[Line], speakers: Sequence[str]) -> Iterator[Oddity]:
    texts = [""] * max((line.number for line in lines), default=0)
    for line in lines:
        texts[line.number - 1] += line.text
    return dirt(texts, speakers)
