"""Which labels of a source are speakers: decided from all of its lines, and from what they hold."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import pairwise

from autocode.transcript.furniture import is_entry
from autocode.transcript.layouts import Label, Line, labels_of
from autocode.transcript.names import label_key, name_strength
from autocode.transcript.roles import is_role, may_be_role

# Nearly every paragraph carries a label: then it may be in small letters; all do: then each is one,
# however rare.
_EVERYWHERE, _ALL = 0.8, 0.97
# A layout that may be something else must carry so much of the text, or be so regular.
_COVERED, _REGULAR = 0.5, 0.8
# An ordinary word, or a label where no other stands, must be at least so frequent.
_RARE = 0.15
_NUMBERED = re.compile(r"(.*[^\W\d])[\s_.#-]*(\d{1,4})")
# A line that begins with so many words and a colon is like a label.
_CAPTION = 3
# `Name:` is believed before a layout with so many times its lines that may be something else.
_SURER = 4
_ADDED_SURE = ("colon", "bracket:", "head:", "heading:", "timed")


@dataclass
class Speakers:
    """Who speaks: the layouts of the labels, and from a label's key to the speaker's name.

    told_apart: keys of labels that several people share, told apart by what stands in brackets.
    told: the user says that nobody else speaks.
    """

    layouts: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    told_apart: frozenset[str] = frozenset()
    told: bool = False

    def label(self, line: Line) -> Label | None:
        """The speaker's label that a line begins with, its name as the speaker is called."""
        if line.speaker is not None:
            return Label("format", line.speaker, "", line.text, None, True)
        for label in labels_of(line) if self.names else ():
            name = self.names.get(label_key(_full(label, self.told_apart)))
            if name and (label.layout in self.layouts or label.base in self.layouts):
                return Label(label.layout, name, label.attribute, label.rest, label.time, True)
        return None

    def rejected(self, line: Line) -> Label | None:
        """What a line begins with that is like a label and was not taken for one, or None."""
        for label in labels_of(line) if self.names and not self.told else ():
            usual = label.layout in self.layouts and label.sure
            if usual and label.name[:1].isupper() and len(label.name.split()) <= _CAPTION:
                return label
        return None


def find_speakers(lines: Sequence[Line], told: Sequence[str] | None = None) -> Speakers:
    """The speakers of a source: those of the layout that carries most of its lines.

    told: who speaks, where the user says so; then nobody else does.
    """
    wanted = None if told is None else {label_key(name) for name in told}
    layouts: dict[str, list[tuple[Line, Label]]] = {}
    for line in lines:
        for label in labels_of(line):
            if name_strength(label.name) or label_key(label.name) in (wanted or ()):
                layouts.setdefault(label.layout, []).append((line, label))
    text = _Text.of(lines)
    apart = _told_apart(label for pairs in layouts.values() for _, label in pairs)
    for layout, pairs in layouts.items():
        full = [(line, replace(label, name=_full(label, apart))) for line, label in pairs]
        layouts[layout] = full
    best: dict[str, str] = {}
    chosen, most = "", 0
    for layout, pairs in layouts.items():
        names = _accepted(pairs, text) if wanted is None else _told(pairs, wanted)
        count = sum(label_key(label.name) in names for _, label in pairs)
        sure = pairs[0][1].sure and pairs[0][1].base == layout and len(names) > 1
        weight = count * (_SURER if sure else 1)
        if weight > most:
            chosen, most, best = layout, weight, names
    if not best:
        return Speakers()
    others = [layout for layout in _ADDED_SURE if layout != chosen]
    labels = [label for _, label in layouts[chosen]]
    return Speakers((chosen, *others), _unnumbered(best, labels), apart, wanted is not None)


def _told_apart(labels: Iterable[Label]) -> frozenset[str]:
    """Keys of labels with several attributes: `Participant (Ada)`, `Participant (Ben)`."""
    attributes: dict[str, set[str]] = {}
    for label in labels:
        if label.attribute:
            attributes.setdefault(label_key(label.name), set()).add(label.attribute.casefold())
    return frozenset(id_ for id_, several in attributes.items() if len(several) > 1)


def _full(label: Label, apart: frozenset[str]) -> str:
    several = label.attribute and label_key(label.name) in apart
    return f"{label.name} ({label.attribute})" if several else label.name


@dataclass
class _Text:
    """What a source holds apart from labels: how many lines and blocks, and its words."""

    lines: int
    blocks: int
    small: frozenset[str]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "_Text":
        words = (word for line in lines for word in re.findall(r"[^\W\d_]+", line.text))
        small = frozenset(word for word in words if word[0].islower())
        return cls(len(lines), sum(line.opens for line in lines), small)

    def coverage(self, labels: Sequence[Label]) -> float:
        """The share of blocks, or of lines where blocks hold several turns, that have a label."""
        alone = sum(not label.rest for label in labels)
        units = self.blocks if self.blocks >= len(labels) else self.lines - alone
        return len(labels) / max(units, 1)


def _told(pairs: Sequence[tuple[Line, Label]], wanted: Set[str]) -> dict[str, str]:
    named = ((label_key(label.name), label.name) for _, label in reversed(pairs))
    return {key: name for key, name in named if key in wanted}


def _accepted(pairs: Sequence[tuple[Line, Label]], text: _Text) -> dict[str, str]:
    """The speakers among the labels of one layout: key -> name as first written."""
    counts = Counter(label_key(label.name) for _, label in pairs)
    recurring = {name for name, count in counts.items() if count >= 2}
    kept = _without_cover(pairs, recurring)
    labels = [label for _, label in kept]
    counts = Counter(label_key(label.name) for label in labels)
    coverage = text.coverage(labels)
    regular = sum(counts[name] for name in recurring if name in counts)
    known = all(_is_known(label.name) or _NUMBERED.fullmatch(label.name) for label in labels)
    carries = _carries(counts, recurring, coverage, regular, known=known)
    if not labels or not (labels[0].sure or carries):
        return {}
    names: dict[str, str] = {}
    opening = _opening(kept, recurring)
    for line, label in kept:
        id_ = label_key(label.name)
        if id_ in names or (opening and not line.opens and not _is_known(label.name)):
            continue
        if _is_speaker(label, counts[id_], coverage, len(labels), text.small):
            names[id_] = label.name
    return names if labels[0].sure or len(names) > 1 else {}


def _carries(
    counts: Counter[str], recurring: set[str], coverage: float, regular: int, *, known: bool
) -> bool:
    """Whether a layout that may be something else (`Name – words`) marks speakers here."""
    if coverage >= _EVERYWHERE and len(counts) > 1 and known:
        return True
    people = [name for name in counts if name in recurring]
    pure = regular / max(sum(counts.values()), 1)
    return len(people) >= 2 and pure >= 0.5 and (
        coverage >= _COVERED or (pure >= _REGULAR and regular >= 5)
    )  # fmt: skip


def _is_known(name: str) -> bool:
    return is_role(name) or may_be_role(name)


def _is_speaker(
    label: Label, count: int, coverage: float, labels: int, small: frozenset[str]
) -> bool:
    name = label.name
    if is_role(name):
        return True
    if name_strength(name) == 1 and coverage < _EVERYWHERE:
        return False
    ordinary = name.casefold() in small and count / labels < _RARE and not may_be_role(name)
    return not ordinary and (count >= 2 or coverage >= _ALL)


def _opening(pairs: Sequence[tuple[Line, Label]], recurring: set[str]) -> bool:
    """Whether the labels of most lines stand where a block begins, and nowhere else."""
    opens: dict[str, list[bool]] = {name: [] for name in recurring}
    for line, label in pairs:
        opens.get(label_key(label.name), []).append(line.opens)
    firm = [places for places in opens.values() if places and sum(places) >= 0.9 * len(places)]
    lines = sum(map(len, firm))
    return len(firm) >= 2 and lines >= 4 and 2 * lines >= sum(map(len, opens.values()))


def _without_cover(
    pairs: Sequence[tuple[Line, Label]], recurring: set[str]
) -> Sequence[tuple[Line, Label]]:
    """The labels without those at the beginning that are entries (`Interviewer: A. Berg`)."""
    if len(recurring) < 2:
        return pairs
    start = 0
    for at, (_, label) in enumerate(pairs):
        if label_key(label.name) in recurring:
            break
        start = at + 1 if is_entry(label.rest) else start
    return pairs[start:]


def _unnumbered(names: dict[str, str], labels: Iterable[Label]) -> dict[str, str]:
    """The names without the number of the question: `Q1 A1 Q2 A2` are two speakers."""
    split = {id_: _NUMBERED.fullmatch(name) for id_, name in names.items()}
    counts = Counter(label_key(label.name) for label in labels)
    bases: dict[str, list[int]] = {}
    for id_, match in split.items():
        if match is None or counts[id_] > 1:
            return names
        bases.setdefault(label_key(match[1]), []).append(int(match[2]))
    rising = all(a < b for numbers in bases.values() for a, b in pairwise(numbers))
    if len(bases) < 2 or not rising or any(len(numbers) < 2 for numbers in bases.values()):
        return names
    return {id_: match[1].strip() for id_, match in split.items() if match}
