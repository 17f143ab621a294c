"""Likely names: words written with a capital letter that nothing else explains.

No model and no dictionary: both would miss the rare names that matter most, and say nothing of it.
A word counts when it has a capital letter within a sentence, or at the beginning of one while the
transcript nowhere has it in lower case. So names in lower case (speech recognition), names that
begin a sentence and are words too (Mark, Will), and scripts without capital letters are missed;
abbreviations, products and, in German, every noun are among them. A person decides.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from autocode.redaction.names import Names
from autocode.redaction.patterns import Detail, details
from autocode.redaction.redaction import pieces
from autocode.transcript.nouns import Span, Transcript
from autocode.transcript.roles import is_role, may_be_role
from autocode.transcript.sentences import sentences

_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_ENDING = re.compile(r"['’](?:s|d|m|re|ve|ll|t)$")
# Words of one name: side by side, or with what stands in front of surnames between them.
_WITHIN_NAME = re.compile(r"[ \t]+(?:(?:van|de|den|der|von|zu|la|le|del|di|da|dos|el|al|bin)\s+)*")
_OPENING = re.compile(r"""(?:[“"„«‘(\[]|:\s)\s*$""")
_AROUND = 30


@dataclass(frozen=True, slots=True)
class Likely:
    """What may be a name, how often it stands there, and where it does first.

    kind: what a pattern took it for (`Phone`), else None. line is that of its turn, in its file.
    """

    name: str
    kind: str | None
    count: int
    line: int | None
    context: str


def undecided(transcript: Transcript, names: Names) -> list[Likely]:
    """What may be a name and is neither replaced nor kept, the likeliest and most frequent first.

    Words that only begin sentences come late, and abbreviations last.
    """
    text, seen = transcript.text, dict[tuple[str, str | None], list[Detail]]()
    for each in _sightings(transcript, names):
        name = " ".join(text[each.span.start : each.span.end].split())
        seen.setdefault((name, each.kind), []).append(each)
    likely = [
        (all(each.begins for each in sightings), _likely(transcript, name, kind, sightings))
        for (name, kind), sightings in seen.items()
    ]
    likely += [(False, speaker) for speaker in _speakers(transcript, names)]
    likely.sort(key=lambda x: (x[1].kind is None, _is_short(x[1].name), x[0], -x[1].count))
    return [each for _, each in likely if each.name not in names.kept]


def _likely(
    transcript: Transcript, name: str, kind: str | None, sightings: Sequence[Detail]
) -> Likely:
    start = sightings[0].span.start
    turn = transcript.turn_at(start)
    line = turn.line if turn else None
    return Likely(name, kind, len(sightings), line, _around(transcript.text, start))


def _is_short(name: str) -> bool:
    """Whether this is an abbreviation (`SLAs`, `X`), most of which are no names."""
    return name.removesuffix("s").isupper()


def _speakers(transcript: Transcript, names: Names) -> Iterator[Likely]:
    """Speakers' labels that are no roles (`Interviewer`, `P3`): they are sent with the words."""
    turns = {turn.speaker: turn for turn in reversed(transcript.turns) if turn.speaker}
    for speaker, turn in turns.items():
        name = " ".join(speaker.split())
        if not (is_role(name) or may_be_role(name)) and names.replace(name) == name:
            count = sum(each.speaker == speaker for each in transcript.turns)
            yield Likely(name, None, count, turn.line, "speaker")


def _sightings(transcript: Transcript, names: Names) -> Iterator[Detail]:
    """Stretches outside listed names that may be names themselves."""
    capitals = _Capitals(transcript)
    for piece in pieces(transcript):
        words = transcript.text[piece.start : piece.end]
        taken = [span for span, _ in names.within(words)]
        # An address that holds a listed name is not dealt with by replacing that name.
        shapes = [each for each in details(words) if not _is_in(each.span, taken)]
        taken += [each.span for each in shapes]
        anyhow = names.within(words, any_case=True)  # "sarah", where "Sarah" is in the list
        variants = [Detail(span) for span, _ in anyhow if not _meets(span, taken)]
        taken += [each.span for each in variants]
        capital = [each for each in capitals.of(piece) if not _meets(each.span, taken)]
        for each in (*shapes, *variants, *_joined(words, capital)):
            yield replace(
                each, span=Span(piece.start + each.span.start, piece.start + each.span.end)
            )


class _Capitals:
    """Words of a transcript that have a capital letter without need."""

    def __init__(self, transcript: Transcript) -> None:
        self._text = transcript.text
        self._starts = [span.start for span in sentences(self._text)] if self._text else []
        self._lower = {word for word in _WORD.findall(self._text) if word[0].islower()}

    def of(self, piece: Span) -> Iterator[Detail]:
        """Those in a piece of the text, without `'s` and the like."""
        for match in _WORD.finditer(self._text, piece.start, piece.end):
            word = _ENDING.sub("", match[0])
            if not word[0].isupper() or word == "I":
                continue
            begins = self._begins(match.start())
            if word.lower() not in self._lower or not begins:
                start = match.start() - piece.start
                yield Detail(Span(start, start + len(word)), begins=begins)

    def _begins(self, offset: int) -> bool:
        """Whether a sentence begins there, or words that are quoted."""
        start = self._starts[bisect_right(self._starts, offset) - 1]
        before = self._text[max(start, offset - _AROUND) : offset]
        return not re.search(r"\w", before) or _OPENING.search(before) is not None


def _joined(words: str, capitals: Sequence[Detail]) -> list[Detail]:
    """Neighbouring words as one name: `Zhamak Dehghani`, `Tom van Eijk`.

    A word that begins a sentence stays alone: it may be none (`Ask Anna Berg`).
    """
    joined: list[Detail] = []
    for each in capitals:
        last = joined[-1] if joined and not joined[-1].begins else None
        if last and _WITHIN_NAME.fullmatch(words, last.span.end, each.span.start):
            joined[-1] = Detail(Span(last.span.start, each.span.end))
        else:
            joined.append(each)
    return joined


def _meets(span: Span, others: Sequence[Span]) -> bool:
    return any(span.overlaps(other) for other in others)


def _is_in(span: Span, others: Sequence[Span]) -> bool:
    return any(other.start <= span.start and span.end <= other.end for other in others)


def _around(text: str, offset: int) -> str:
    """The words around a place, on one line."""
    before, behind = text[max(0, offset - _AROUND) : offset], text[offset : offset + 2 * _AROUND]
    if offset > _AROUND:
        before = before.partition(" ")[2]
    if offset + 2 * _AROUND < len(text):
        behind = behind.rpartition(" ")[0]
    return " ".join(f"{before}{behind}".split())
